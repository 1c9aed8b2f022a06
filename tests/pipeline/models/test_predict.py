"""Predictions of many files: in order, whole or to be gone on with, by a process that measures nothing itself."""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from realfake.forensics.errors import BadModel, BadTable, ModelWarning
from realfake.forensics.limited import Limits
from realfake.pipeline.extraction.inputs import Item, received_of
from realfake.pipeline.models.folder import STARTER
from realfake.pipeline.models.model import load_model
from realfake.pipeline.models.predict import Judging, predict_on_cluster, predict_table, predict_to
from realfake.pipeline.settings import Workers
from realfake.pipeline.verdicts import Verdict
from tests.lies import LIE, SENTENCE, false_receipt
from tests.pictures import draw_screen

HEAVY = {"numpy", "pandas", "cv2", "numba", "scipy", "sklearn", "skops", "lightgbm", "imblearn", "sqlalchemy", "rich"}
NEEDLESS = {"scipy.linalg", "scipy.sparse", "scipy.special", "scipy.stats", "sklearn", "skops", "lightgbm", "imblearn"}
MOST_MODULES = 600  # some 430 with those of Python itself


def test_a_file_of_several_pages_is_one_line_that_names_the_page(tmp_path):
    blank, screen = Image.new("RGB", (240, 320), "white"), Image.fromarray(draw_screen())
    screen.save(tmp_path / "pages.tiff", save_all=True, append_images=[blank])
    items = [Item(str(tmp_path / name)) for name in ("pages.tiff", "lost.png")]
    predict_to(items, Judging(load_model(STARTER)), tmp_path / "out.csv")
    pages, lost = csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text()))
    assert pages["verdict"] == Verdict.CANNOT_TELL and pages["reasons"].startswith(
        "page 2 of 2; only 0 words were found"
    )
    assert lost["verdict"] == Verdict.ERROR


def test_what_a_receipt_says_against_itself_is_told_and_not_counted(tmp_path):
    false_receipt().save(tmp_path / "slip.png")
    items, model = [Item(str(tmp_path / "slip.png"))], load_model(STARTER)
    plain, read = (predict_table(items, Judging(model, reader=reader)).iloc[0] for reader in (None, "rapidocr"))
    assert plain["score"] == read["score"] and read["score"] < read["review_threshold"]
    assert (plain["verdict"], read["verdict"]) == (Verdict.NO_SIGN, Verdict.REVIEW)
    assert (plain["contradictions"], read["contradictions"]) == ("", SENTENCE)
    assert f"{SENTENCE} (not counted in the score)" in read["reasons"] and SENTENCE not in plain["reasons"]
    found = json.loads(read["suspects"])[-1]
    assert found["feature"] == "content__total__off" and found["reasons"] == [SENTENCE] and found["score"] is None
    assert found["fields"] == ["total", "amount", "fee"] and len(found["boxes"]) == 3


def test_a_receipt_of_a_day_after_it_came_is_for_review(tmp_path):
    false_receipt(LIE | {"Total": "$1,202.50"}).save(tmp_path / "slip.png")
    items = [Item(str(tmp_path / "slip.png"), {"received": day}) for day in ("2020-01-31", "2031-01-31")]
    early, late = (
        predict_table([item], Judging(reader="rapidocr", received=received_of([item]))).iloc[0] for item in items
    )
    assert (early["verdict"], late["verdict"]) == (Verdict.REVIEW, Verdict.NO_SIGN)
    assert early["contradictions"].startswith("the file was received on 2020-01-31, the receipt is of 2024-")


@pytest.fixture(scope="module")
def screens(tmp_path_factory):
    """Small screens of which each says something else, and one broken file."""
    folder = tmp_path_factory.mktemp("screens")
    for i in range(6):
        Image.fromarray(np.roll(draw_screen(), 3 * i, axis=0)).save(folder / f"{i}.png")
    (folder / "3.png").write_bytes(b"broken")
    return [Item(str(folder / f"{i}.png")) for i in range(6)]


def test_a_stopped_run_goes_on_where_it_stopped_and_gives_the_same_bytes(screens, tmp_path):
    whole, output = tmp_path / "whole.csv", tmp_path / "out.csv"
    predict_to(screens, Judging(), whole)

    def stop(done, total):
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        predict_to(screens, Judging(), output, progress=stop)
    assert not output.exists() and (tmp_path / "out.csv.part").exists()
    again = predict_to(screens, Judging(), output)
    assert (again.images, again.failed, again.kept) == (6, 1, 3)
    assert output.read_bytes() == whole.read_bytes()
    assert sorted(os.listdir(tmp_path)) == ["out.csv", "whole.csv"]


@pytest.mark.parametrize("other", [{"prevalence": 0.2}, {"changed": True}])
def test_another_request_and_a_changed_file_begin_anew(screens, tmp_path, other):
    items = [Item(str(tmp_path / f"{i}.png")) for i in range(2)]
    for one, source in zip(items, screens):
        shutil.copy(source.path, one.path)

    def stop(done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        predict_to(items, Judging(), tmp_path / "out.csv", progress=stop)
    if other.pop("changed", False):
        shutil.copy(screens[4].path, tmp_path / "0.png")
    assert predict_to(items, Judging(**other), tmp_path / "out.csv").kept == 0


@pytest.mark.skipif(sys.platform == "win32", reason="kills as Linux does")
def test_a_killed_run_goes_on_where_it_was_killed(screens, tmp_path):
    output, part = tmp_path / "out.csv", tmp_path / "out.csv.part"
    program = "from realfake.cli import main; main(prog_name='realfake')"
    paths = [item.path for item in screens]
    running = subprocess.Popen([sys.executable, "-c", program, "-q", "predict", *paths, "-o", str(output)])
    until = time.monotonic() + 60
    while running.poll() is None and (not part.exists() or part.read_bytes().count(b"\n") < 3):
        assert time.monotonic() < until
        time.sleep(0.005)
    running.send_signal(signal.SIGKILL)
    running.wait()
    told = predict_to(screens, Judging(), output)
    assert told.images == 6 and told.kept >= 1
    predict_to(screens, Judging(), tmp_path / "whole.csv")
    assert output.read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_predictions_are_alike_as_csv_parquet_json_and_a_table(screens, tmp_path):
    table = predict_table(screens, Judging())
    predict_to(screens, Judging(), tmp_path / "out.parquet")
    predict_to(screens, Judging(), tmp_path / "out.csv")
    predict_to(screens, Judging(), tmp_path / "out.jsonl", as_json=True)
    parquet, text = pd.read_parquet(tmp_path / "out.parquet"), pd.read_csv(tmp_path / "out.csv")
    lines = [json.loads(told) for told in (tmp_path / "out.jsonl").read_text().splitlines()]
    for name in ("path", "probability", "verdict", "score", "threshold", "width"):
        known = table[name].notna()
        for other in (parquet[name], text[name], pd.Series([told[name] for told in lines])):
            assert (other.notna() == known).all() and other[known].tolist() == table[name][known].tolist()
    assert parquet["probability"].dtype == float and lines[3]["width"] is None and lines[3]["suspects"] == []
    assert lines[0]["suspects"] == json.loads(table["suspects"][0])


def test_what_the_model_warns_of_is_told_once(screens, tmp_path, monkeypatch):
    monkeypatch.setattr("realfake.forensics.extract.DECODER_VERSION", "99")
    with pytest.warns(ModelWarning, match="decoder_version 99") as told:
        predict_table(screens[:2], Judging(), workers=Workers(limits=Limits(None, None)))
    assert len(told) == 1


def test_a_model_that_cannot_be_loaded_ends_the_run_with_a_sentence_and_leaves_nothing(screens, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadModel, match="lacks model.json"):
        predict_to(screens, Judging(tmp_path / "empty"), tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


def test_the_program_itself_imports_nothing_that_measures_or_learns(screens):
    program = "import sys; from realfake.cli import main; main(sys.argv[1:], standalone_mode=False)"
    told = subprocess.run(
        [sys.executable, "-c", f"{program}; print(*sys.modules)", "predict", screens[0].path],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(told.stdout.splitlines()[-1].split())
    assert "realfake.pipeline.models.predict" in loaded and not HEAVY & loaded
    assert len(loaded) < MOST_MODULES


def test_what_a_worker_imports_to_score_is_counted_too():
    program = "import sys, realfake.forensics.arrays.ready, realfake.pipeline.models.predict as p; p.Judging()._judge"
    told = subprocess.run([sys.executable, "-c", f"{program}; print(*sys.modules)"], capture_output=True, text=True)
    loaded = set(told.stdout.split())
    assert "realfake.pipeline.models.judged" in loaded and not NEEDLESS & loaded, told.stderr


def test_a_cluster_gives_the_same_predictions_from_urls_to_a_url(screens, tmp_path):
    pytest.importorskip("distributed", reason="the extra realfake[dask] is not installed")
    here = predict_table(screens, Judging())
    items, output = [Item(f"file://{item.path}") for item in screens], f"file://{tmp_path}/table"
    judging, options = Judging(load_model()), {"workers": Workers(cluster="local:1")}
    summary = predict_on_cluster(items, judging, output, **options)
    assert (summary.images, summary.failed, summary.kept) == (6, 1, 0)
    there = pd.read_parquet(tmp_path / "table")
    assert there["path"].tolist() == [item.path for item in items]
    for name in ("verdict", "sha256"):
        assert there[name].fillna("").tolist() == here[name].fillna("").tolist()
    np.testing.assert_array_equal(there["probability"], here["probability"])
    assert predict_on_cluster(items, judging, output, **options).kept == 6
    with pytest.raises(BadTable, match="another request"):
        predict_on_cluster(items, replace(judging, prevalence=0.5), output, **options)
