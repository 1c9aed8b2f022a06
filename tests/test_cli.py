"""The program as a user meets it: what it prints, leaves behind and exits with."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import click
import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageDraw, ImageFilter

from realfake.cli import JOBS, main
from realfake.pipeline.tables.table import read_table
from tests.commands import realfake
from tests.interrupts import heed

FAST = ("--families", "ela")  # a family that takes milliseconds
MOST_MODULES = 300  # that a command's help may load, most of them the standard library's


def picture(path: Path, seed: int = 0, size: tuple[int, int] = (96, 64)) -> Path:
    width, height = size
    y, x = np.mgrid[0:height, 0:width]
    noise = np.random.default_rng(seed).integers(0, 60, (height, width, 3))
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(((x + y)[:, :, None] // 2 % 190 + noise).astype(np.uint8)).save(path, quality=85)
    return path


def lettering(path: Path, seed: int) -> None:
    """A screen with a few lines of text."""
    image = Image.new("RGB", (360, 240), "white")
    for i in range(6):
        ImageDraw.Draw(image).text((20, 20 + 34 * i), f"Amount {seed}{i}7,50 paid", "black", font_size=18)
    image.save(path)


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def album(here) -> Path:
    for i in range(12):
        picture(here / "album" / f"{i:02}.jpg", i)
    return here / "album"


def started(*arguments: str) -> subprocess.Popen:
    """Run the program in a process of its own."""
    program = [sys.executable, "-m", "realfake.cli", *map(str, arguments)]
    return subprocess.Popen(program, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=heed)


def wait_for_lines(path: Path, lines: int, writer: subprocess.Popen) -> None:
    for _ in range(12000):  # a starved machine takes its time
        if path.exists() and path.read_bytes().count(b"\n") >= lines:
            return
        assert writer.poll() is None, writer.communicate()[1]
        time.sleep(0.05)
    raise AssertionError(f"{path} never had {lines} lines")


def png_of_declared_size(path: Path, width: int, height: int) -> None:
    """A PNG whose header promises a size that its few bytes of data unpack towards."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    body = zlib.compress(bytes(3 * 2**20), 9)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b""))


# --- extract ----------------------------------------------------------------------------------------------------------


def test_a_folder_becomes_a_table_with_provenance_and_features(album, here):
    realfake("extract", "album", "-o", "t.csv", *FAST)
    table = pd.read_csv("t.csv")
    assert list(table["path"]) == [f"album/{i:02}.jpg" for i in range(12)]
    assert set(table["format"]) == {"JPEG"} and set(table["width"]) == {96} and table["sha256"].nunique() == 12
    assert table["ela__q90__mean"].between(0, 50).all()
    assert table["error"].isna().all()
    assert not (here / "t.csv.part").exists()


def test_every_number_of_workers_and_both_formats_give_the_same_table(album, here):
    realfake("extract", "album", "-o", "one.csv", *FAST)
    realfake("extract", "album", "-o", "two.csv", "--jobs", "2", *FAST)
    realfake("extract", "album", "-o", "three.parquet", *FAST)
    assert Path("one.csv").read_bytes() == Path("two.csv").read_bytes()
    written, converted = pd.read_csv("one.csv"), pd.read_parquet("three.parquet")
    pd.testing.assert_frame_equal(written, converted, check_dtype=False)


def test_a_manifest_labels_the_rows_whatever_folder_one_stands_in(album, here):
    (album / "labels.csv").write_text("path,label,group,shop\n03.jpg,1,a,x\n05.jpg,0,b,\n")
    realfake("extract", "--manifest", "album/labels.csv", "-o", "out/t.csv", *FAST)
    table = pd.read_csv("out/t.csv")
    assert table[["path", "label", "group"]].values.tolist() == [["album/03.jpg", 1, "a"], ["album/05.jpg", 0, "b"]]
    assert all(Path(path).exists() for path in table["path"])


def bad_files(here: Path) -> dict[str, str]:
    """Files that cannot be measured, and words that each one's error must hold."""
    good = picture(here / "good.jpg").read_bytes()
    (here / "empty.png").touch()
    (here / "truncated.jpg").write_bytes(good[: len(good) // 2])
    (here / "text.jpg").write_text("this is not an image")
    png_of_declared_size(here / "bomb.png", 60_000, 60_000)
    picture(here / "dot.png", size=(1, 1))
    picture(here / "strip.png", size=(3, 100_000))
    (here / "folder.png").mkdir()
    (here / "=cmd|' 'A1.png").write_bytes(good[:100])
    (here / "line\nbreak,comma.jpg").write_bytes(b"GIF89a")
    (here / os.fsdecode(b"caf\xe9.png")).write_bytes(b"\x89PNG")
    return {
        "empty.png": "is empty; export the image again",
        "truncated.jpg": "damaged or truncated",
        "text.jpg": "is a text and not an image",
        "bomb.png": "declares more than 50,000,000 pixels; crop it first",
        "dot.png": "1x1 pixels, too small to measure",
        "strip.png": "3x100000 pixels",
        "missing.png": "cannot be read (No such file or directory)",
        "=cmd|' 'A1.png": "damaged or truncated",
        "line\nbreak,comma.jpg": "damaged or truncated",
        os.fsdecode(b"caf\xe9.png"): "is not a PNG",
    }


def test_each_bad_file_is_one_row_that_says_what_to_do_and_the_rest_is_measured(here):
    expected = bad_files(here)
    result = realfake("extract", *expected, "good.jpg", "-o", "t.csv", *FAST, code=1)
    assert f"{len(expected)} of {len(expected) + 1} images failed" in result.stderr
    table = read_table("t.csv").set_index("path")
    assert list(table.index) == [*expected, "good.jpg"]
    for path, words in expected.items():
        assert words in table.loc[path, "error"] and "; " in table.loc[path, "error"]
        assert table.filter(like="__").loc[path].isna().all()
    assert table.filter(like="__").loc["good.jpg"].notna().any()


def test_a_missing_image_of_a_manifest_is_one_row_and_the_rest_is_measured(here):
    picture(here / "a.png")
    (here / "lost.csv").write_text("path,label\na.png,0\ngone.png,1\n")
    result = realfake("extract", "--manifest", "lost.csv", "-o", "t.csv", *FAST, code=1)
    assert "1 of 2 images failed; the first: gone.png cannot be read" in result.stderr
    assert pd.read_csv("t.csv")["error"].notna().tolist() == [False, True]


def test_no_cell_of_the_table_starts_a_formula(here):
    bad_files(here)
    realfake("extract", "=cmd|' 'A1.png", "-o", "t.csv", *FAST, code=1)
    assert pd.read_csv("t.csv")["path"][0] == "'=cmd|' 'A1.png"


@pytest.mark.parametrize("table", ["t.csv", "t.tsv.gz", "t.parquet"])
def test_names_that_are_not_utf8_stand_in_tables_that_anyone_reads_and_come_back(here, table):
    names = [os.fsdecode(b"caf\xe9.png"), r"caf\xe9.png"]
    for name in names:
        picture(here / name)
    realfake("extract", *names, "-o", table, *FAST)
    written = pd.read_parquet(table) if table == "t.parquet" else pd.read_csv(table, sep=None, engine="python")
    assert written["path"].tolist() == [r"caf\xe9.png", r"caf\x5cxe9.png"]
    assert read_table(table)["path"].tolist() == names
    again = realfake("extract", *names, "-o", table, *FAST)
    assert "2 of them from an earlier run" in again.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_a_row_with_its_error(here):
    picture(here / "a.png").chmod(0)
    realfake("extract", "a.png", "-o", "t.csv", *FAST, code=1)
    assert "Permission denied" in pd.read_csv("t.csv")["error"][0]


@pytest.mark.parametrize(
    "arguments, code, sentence",
    [
        (["nothing-here*.png"], 1, "nothing matches nothing-here*.png; check the pattern"),
        (["hollow"], 1, "hollow holds no images; give a folder of images"),
        ([], 1, "no images were named; give files, folders, patterns or --manifest"),
        (["--manifest", "no-path.csv"], 1, "no-path.csv lacks the column 'path'; it has 'file', 'label'"),
        (["album", "--families", "astrology"], 2, "there is no family astrology; choose from"),
        (["album", "--jobs", "0"], 2, "Invalid value for '--jobs'"),
        (["album", "--timeout", "nan"], 2, "Invalid value for '--timeout': nan is no number to reckon with"),
        (["album", "--timeout", "inf"], 2, "inf is no number"),
        (["--manifest", "nowhere.csv"], 2, "does not exist"),
    ],
)
def test_a_wrong_request_ends_in_one_sentence(album, here, arguments, code, sentence):
    (here / "hollow").mkdir()
    (here / "no-path.csv").write_text("file,label\na.png,1\n")
    assert sentence in realfake("extract", *arguments, "-o", "t.csv", code=code).stderr
    assert not (here / "t.csv").exists()


def test_more_processes_than_a_few_a_core_count_as_those():
    seen = []
    command = click.Command("it", params=[click.Option(["--jobs"], type=JOBS)], callback=lambda jobs: seen.append(jobs))
    for given in ("1", "100000"):
        assert command.main(["--jobs", given], standalone_mode=False) is None
    assert seen == [1, 4 * (os.cpu_count() or 1)]


def test_an_output_that_cannot_be_written_says_so(album, here):
    (here / "file").touch()
    assert "file/t.csv cannot be written" in realfake("extract", "album", "-o", "file/t.csv", *FAST, code=1).stderr


def test_a_hanging_file_is_a_row_after_the_time_limit(album, here):
    os.mkfifo(here / "pipe.png")
    realfake("extract", "pipe.png", "album/00.jpg", "-o", "t.csv", "--timeout", "25", *FAST, code=1)
    table = pd.read_csv("t.csv")
    assert "took longer than 25 s" in table["error"][0] and table["ela__q90__mean"].notna().tolist() == [False, True]


# --- stopping and going on --------------------------------------------------------------------------------------------


@pytest.fixture
def slow_album(album, here) -> Path:
    """The album with a file in it that keeps a run waiting for as long as nobody writes to it."""
    os.mkfifo(album / "06-wait.jpg")
    return album


@pytest.mark.parametrize("stop, code", [(signal.SIGKILL, -9), (signal.SIGINT, 130), (signal.SIGTERM, -15)])
def test_a_stopped_run_goes_on_where_it_stopped(slow_album, here, stop, code):
    names = [str(path.relative_to(here)) for path in sorted(slow_album.iterdir())]
    process = started("extract", *names, "-o", "t.csv", *FAST)
    wait_for_lines(here / "t.csv.part", 7, process)
    process.send_signal(stop)
    _, printed = process.communicate(timeout=600)
    assert process.returncode == code
    assert "Traceback" not in printed
    part = (here / "t.csv.part").read_bytes()
    (slow_album / "06-wait.jpg").unlink()
    picture(slow_album / "06-wait.jpg", 6)
    (here / "t.csv.part").write_bytes(part + part.splitlines()[-1][:50])  # a line cut short
    result = realfake("extract", *names, "-o", "t.csv", *FAST)
    assert "13 images, 5 of them from an earlier run" in result.stderr
    resumed = (here / "t.csv").read_bytes()
    realfake("extract", *names, "-o", "fresh.csv", *FAST)
    assert resumed == (here / "fresh.csv").read_bytes()


@pytest.mark.parametrize("keep", [0, 1, 40, 0.3, 0.5, 0.77, 0.999])
def test_a_part_cut_at_any_byte_gives_the_same_table(album, here, keep):
    realfake("extract", "album", "-o", "whole.csv", *FAST)
    whole = Path("whole.csv").read_bytes()
    Path("t.csv.part").write_bytes(whole[: int(keep * len(whole)) if isinstance(keep, float) else keep])
    realfake("extract", "album", "-o", "t.csv", *FAST)
    assert Path("t.csv").read_bytes() == whole


def test_a_part_of_other_images_labels_or_columns_is_not_taken_over(album, here):
    (here / "a.csv").write_text("path,label\nalbum/00.jpg,1\nalbum/01.jpg,1\nalbum/02.jpg,1\n")
    (here / "b.csv").write_text("path,label\nalbum/00.jpg,1\nalbum/01.jpg,0\nalbum/02.jpg,1\n")
    realfake("extract", "-m", "a.csv", "-o", "a-table.csv", *FAST)
    Path("a-table.csv").rename("t.csv.part")
    assert "3 images, 1 of them from an earlier run" in realfake("extract", "-m", "b.csv", "-o", "t.csv", *FAST).stderr
    assert pd.read_csv("t.csv")["label"].tolist() == [1, 0, 1]
    Path("t.csv").rename("u.csv.part")
    assert "earlier" not in realfake("extract", "-m", "b.csv", "-o", "u.csv", "-f", "container").stderr


def test_a_finished_table_is_taken_over_except_for_what_changed(album, here):
    realfake("extract", "album", "-o", "t.csv", *FAST)
    before = pd.read_csv("t.csv").set_index("path")
    picture(album / "03.jpg", 77)
    (album / "04.jpg").unlink()
    picture(album / "04-new.jpg", 78)
    result = realfake("extract", "album", "-o", "t.csv", *FAST)
    assert "12 images, 10 of them from an earlier run" in result.stderr
    after = pd.read_csv("t.csv").set_index("path")
    assert before.loc["album/03.jpg", "sha256"] != after.loc["album/03.jpg", "sha256"]
    kept = [f"album/{i:02}.jpg" for i in range(12) if i not in (3, 4)]
    pd.testing.assert_frame_equal(before.loc[kept], after.loc[kept])


@pytest.mark.parametrize("table", ["t.csv", "t.parquet"])
def test_the_words_of_an_image_are_taken_over_together_or_not_at_all(here, table):
    names = [f"screen{i}.png" for i in range(3)]
    for i, name in enumerate(names):
        lettering(here / name, i)
    (here / "m.csv").write_text("path,label\n" + "".join(f"{name},0\n" for name in names))
    arguments = ("extract", "-m", "m.csv", "--level", "region", "-o")
    realfake(*arguments, "whole.csv")
    lines = Path("whole.csv").read_bytes().splitlines(keepends=True)
    assert len(pd.read_csv("whole.csv")["path"].unique()) == 3 and len(lines) > 8
    Path(f"{table}.part").write_bytes(b"".join(lines[:-1]))  # the last image lacks a word
    assert "3 images, 2 of them from an earlier run" in realfake(*arguments, table).stderr
    pd.testing.assert_frame_equal(read_table(table), read_table("whole.csv"), check_dtype=False)
    before = Path(table).read_bytes()
    assert "3 of them from an earlier run" in realfake(*arguments, table).stderr
    assert Path(table).read_bytes() == before


def test_two_runs_do_not_write_one_output(slow_album, here):
    process = started("extract", "album", "album/06-wait.jpg", "-o", "t.csv", *FAST)
    wait_for_lines(here / "t.csv.part", 7, process)
    assert "written by another run" in realfake("extract", "album", "-o", "t.csv", *FAST, code=1).stderr
    process.kill()
    process.communicate()


# --- learning and scoring ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    """A folder with images of which the fakes are softer, their manifest, their table, and a model."""
    folder = tmp_path_factory.mktemp("trained")
    rows = ["path,label,group,tool"]
    for i in range(40):
        fake = i % 4 == 0
        path = picture(folder / f"images/{i:02}.png", i)
        if fake:
            with Image.open(path) as image:
                image.filter(ImageFilter.GaussianBlur(1)).save(path)
        rows.append(f"images/{i:02}.png,{int(fake)},g{i},{'blur' if fake else ''}")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n")
    realfake("extract", "-m", folder / "manifest.csv", "-o", folder / "t.csv", *FAST)
    realfake("train", folder / "t.csv", "-s", "logistic", "--max-fpr", "0.1", "-o", folder / "model")
    return folder


def test_predictions_name_every_image_in_order_with_what_weighed_most(trained, here):
    (here / "empty.png").touch()
    fakes, genuine = trained / "images/00.png", trained / "images/01.png"
    realfake("predict", fakes, "empty.png", genuine, "-M", trained / "model", "-o", "p.csv", code=1)
    predictions = pd.read_csv("p.csv")
    assert list(predictions.columns[:4]) == ["path", "probability", "verdict", "reasons"]
    assert list(predictions["path"]) == [str(fakes), "empty.png", str(genuine)]
    assert list(predictions["verdict"][:2]) == ["fake", "error"] and predictions["verdict"][2] != "fake"
    fake, unread, real = predictions["probability"]
    assert fake > 0.5 > real and np.isnan(unread)
    assert "ela__" in predictions["reasons"][0] and "is empty" in predictions["reasons"][1]


def test_a_list_comes_in_and_json_lines_go_out_through_standard_streams(trained):
    listed = "\n".join(str(trained / f"images/0{i}.png") for i in range(3))
    result = realfake("predict", "-", "-M", trained / "model", "--json", stdin=listed)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["path"] for line in lines] == listed.splitlines()
    assert lines[0]["verdict"] == "fake" and lines[0]["probability"] > lines[1]["probability"]


def test_a_manifest_without_labels_is_scored_like_paths(trained, here):
    (here / "m.csv").write_text(f"path\n{trained}/images/00.png\n")
    realfake("predict", "-m", "m.csv", "-M", trained / "model", "-o", "p.csv")
    realfake("predict", trained / "images/00.png", "-M", trained / "model", "-o", "q.csv")
    assert Path("p.csv").read_text() == Path("q.csv").read_text()


def test_a_frozen_model_is_evaluated_whole_and_by_slice(trained, here):
    arguments = ("-m", trained / "manifest.csv", "-M", trained / "model")
    result = realfake("evaluate", *arguments, "--by", "tool", "-o", "e.csv")
    figures = pd.read_csv("e.csv")
    assert figures[["slice", "images", "fakes"]].values.tolist() == [["all", 40, 10], ["tool", 10, 10], ["tool", 30, 0]]
    assert figures["roc_auc"][0] > 0.9
    assert "ROC-AUC" in result.stdout and "blur" in result.stdout


@pytest.mark.parametrize("table", ["p.csv", "p.parquet", "p.jsonl"])
def test_predictions_are_evaluated_without_measuring_again(trained, here, monkeypatch, table):
    arguments = ("-m", trained / "manifest.csv", "-M", trained / "model")
    realfake("predict", *arguments, "-o", table, *(["--json"] if table.endswith(".jsonl") else []))
    realfake("evaluate", *arguments, "--by", "tool", "-o", "measured.csv")
    monkeypatch.setattr("realfake.pipeline.models.judged.measured", None)
    realfake("evaluate", *arguments, "--by", "tool", "--predictions", table, "-o", "read.csv")
    pd.testing.assert_frame_equal(pd.read_csv("read.csv"), pd.read_csv("measured.csv"))


def test_missing_predictions_are_left_out_and_those_of_others_refused(trained, here):
    arguments = ("-m", trained / "manifest.csv", "-M", trained / "model")
    realfake("predict", trained / "images/00.png", "-M", trained / "model", "-o", "one.csv")
    told = realfake("evaluate", *arguments, "--predictions", "one.csv", "-o", "e.csv").stderr
    assert "39 of 40 images have no prediction in one.csv" in told and pd.read_csv("e.csv")["images"].tolist() == [1]
    pd.read_csv("one.csv").assign(model_sha256="0").to_csv("other.csv", index=False)
    refused = realfake("evaluate", *arguments, "--predictions", "other.csv", code=1).stderr
    assert "00.png was scored by another model" in refused
    pd.read_csv("one.csv").assign(path="x.png").to_csv("strange.csv", index=False)
    assert "none of the images" in realfake("evaluate", *arguments, "--predictions", "strange.csv", code=1).stderr
    refused = realfake("evaluate", *arguments, "--predictions", trained / "manifest.csv", code=1).stderr
    assert "what `realfake predict` wrote" in refused


def test_strategies_are_compared_with_the_controls_beside_them(trained, here):
    compared = ("-s", "logistic", "--folds", "3", "--repeats", "1")
    result = realfake("compare", trained / "t.csv", *compared, "-o", "metrics.csv")
    assert "logistic" in result.stdout
    assert {"logistic", "prior", "container-only"} <= set(pd.read_csv("metrics.csv")["strategy"])


def altered(table: Path, target: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> str:
    change(pd.read_csv(table)).to_csv(target, index=False)
    return target


def one_class(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["label"] == 0]


def few_fakes(table: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([table[table["label"] == 0], table[table["label"] == 1][:3]])


def unlabelled(table: pd.DataFrame) -> pd.DataFrame:
    return table.drop(columns="label")


def featureless(table: pd.DataFrame) -> pd.DataFrame:
    return table[["path", "label"]]


@pytest.mark.parametrize(
    "change, sentence",
    [
        (one_class, "only genuine images; label images of both classes"),
        (few_fakes, "it takes 4 groups: label more fakes from other captures"),
        (unlabelled, "no column 'label'; extract with --manifest"),
        (featureless, "has no features"),
    ],
)
def test_a_table_that_cannot_be_compared_says_what_to_do(trained, here, change, sentence):
    table = altered(trained / "t.csv", "t.csv", change)
    assert sentence in realfake("compare", table, "-s", "logistic", code=1).stderr


def test_a_model_that_cannot_be_used_says_what_to_do(trained, here):
    image = trained / "images/00.png"
    assert "does not exist; train a model" in realfake("predict", image, "-M", "nowhere", code=1).stderr
    shutil.copytree(trained / "model", "broken")
    (here / "broken" / "learner.skops").write_bytes(b"not a model")
    assert "changed or damaged since training" in realfake("predict", image, "-M", "broken", code=1).stderr
    (here / "model.pkl").write_bytes(b"")
    assert "a pickle, which can run any code" in realfake("predict", image, "-M", "model.pkl", code=1).stderr


def test_a_model_made_from_other_columns_is_refused(trained, here):
    """A model trained when a family had one more feature than the program computes now."""

    def add_column(table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(ela__of_old__mean=np.arange(len(table)) % 7)

    realfake("train", altered(trained / "t.csv", "old.csv", add_column), "-s", "logistic", "-o", "old")
    refused = realfake("predict", trained / "images/00.png", "-M", "old", code=1).stderr
    assert "does not compute, such as ela__of_old__mean; train it again with this version" in refused


def test_slices_that_the_manifest_does_not_have_are_refused_before_measuring(trained):
    arguments = ("-m", trained / "manifest.csv", "-M", trained / "model", "--by", "weather")
    assert "lacks the column 'weather'; it has label, group, tool" in realfake("evaluate", *arguments, code=1).stderr


# --- manners ----------------------------------------------------------------------------------------------------------


def test_every_command_has_help_with_an_example():
    assert len(main.commands) >= 2
    for name in main.commands:
        assert re.search(rf"Example:\s+realfake {name}\b", realfake(name, "--help").output), name


def test_help_and_version_come_at_once():
    for option in ("--help", "--version"):
        program = "import sys; from realfake.cli import main; main([sys.argv[1]], standalone_mode=False)"
        told = subprocess.run(
            [sys.executable, "-c", f"{program}; print(*sys.modules)", option],
            capture_output=True,
            text=True,
            check=True,
        )
        loaded = set(told.stdout.splitlines()[-1].split())
        assert "realfake.cli" in loaded and len(loaded) < MOST_MODULES
        assert not {"numpy", "pandas", "cv2", "sklearn", "scipy", "numba", "lightgbm", "PIL", "asyncio"} & loaded
    assert re.search(r"\d+\.\d+", realfake("--version").output)


def test_quiet_leaves_standard_error_empty(album, here):
    assert realfake("--quiet", "extract", "album", "-o", "t.csv", *FAST).stderr == ""


def test_features_are_listed_with_unit_meaning_source_and_cost():
    table = realfake("features", "--family", "ela").output
    assert "ela__q90__mean" in table and "gray levels" in table and "Krawetz" in table
    header = realfake("features", "--family", "ela", "--csv").output.splitlines()[0]
    assert header == "column,family,unit,meaning,source,cost"
    assert "## ela" in realfake("features", "--family", "ela", "--markdown").output
    assert "there is no family elo" in realfake("features", "--family", "elo", code=2).stderr


FIND = ("archive", "find", "a.png", "-A", "a.db")


@pytest.mark.parametrize(
    ("arguments", "closed", "sentence"),
    [
        (("extract", "a.png", *FAST, "-o", "-"), ">&-", "standard output is closed or takes no bytes; name a file"),
        (FIND, ">&-", "standard output is closed or takes no bytes; name a file"),
        (("extract", "-", *FAST, "-o", "t.csv"), "<&-", "standard input is closed or gives no bytes; name the files"),
        (("extract", "a.png", *FAST, "-o", "-"), ">/dev/full", "No space left on device; write to a disk"),
        (("features", "--csv"), ">/dev/full", "No space left on device; write to a disk"),
    ],
)
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no such device here")
def test_a_stream_that_is_closed_or_full_gets_a_sentence(here, arguments, closed, sentence):
    picture(here / "a.png")
    if arguments is FIND:
        realfake("archive", "add", "a.png", "-A", "a.db")
    shell = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "realfake.cli", *arguments]
    ended = subprocess.run(shell, capture_output=True, text=True)
    assert ended.returncode, ended.stderr
    assert sentence in ended.stderr and "Traceback" not in ended.stderr
