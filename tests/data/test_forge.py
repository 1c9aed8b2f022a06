"""Forging a user's own screenshots: complete, repeatable, resumable, with groups kept."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from realfake.data.forge import FoundShelf, NothingToForge, _melted, find_sources, forge_folder, found_fields
from realfake.data.forgeries.forger import EDITOR_PLANS, forge
from realfake.data.manifest import Label, read_manifest
from realfake.forensics.errors import BadManifest
from realfake.forensics.files import CannotWrite
from realfake.forensics.image import ForensicImage
from realfake.forensics.limited import Limits
from tests.commands import realfake


@pytest.fixture
def screenshots(tmp_path, drawn_screen) -> Path:
    """Four genuine screenshots of two apps, a blank picture and a broken file."""
    folder = tmp_path / "genuine"
    for number, name in enumerate(["bank/one.png", "bank/two.jpg", "wallet/thrée.png", "wallet/four.png"]):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(drawn_screen(number)[0]).save(folder / name, quality=95)
    Image.new("RGB", (300, 600), "white").save(folder / "wallet" / "blank.png")
    (folder / "bank" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return folder


def digests(folder: Path) -> dict[str, str]:
    """Hashes of all files, by name."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_every_screenshot_gets_its_fakes_and_is_sent_itself(screenshots, tmp_path):
    made = forge_folder(screenshots, tmp_path / "out", per_image=2, seed=1)
    frame = read_manifest(made.manifest, require=("label", "group", "app", "editor", "received", "delivered"))
    assert (
        (made.genuine, made.fake)
        == (4, 8)
        == ((frame["label"] == Label.GENUINE).sum(), (frame["label"] == Label.FAKE).sum())
    )
    per_source = frame.groupby("source")["label"].agg(["sum", "count"])
    assert (per_source["sum"] == 2).all() and (per_source["count"] == 3).all()
    assert frame.groupby("source")["group"].nunique().max() == 1
    assert set(frame["app"]) == {"bank", "wallet"}
    assert frame.loc[frame["label"] == Label.GENUINE, "editor"].str.startswith("noop").all()
    assert (frame.loc[frame["label"] == Label.GENUINE, "mask"] == "").all()


def test_masks_fit_their_images_and_are_not_empty(screenshots, tmp_path):
    made = forge_folder(screenshots, tmp_path / "out", per_image=2, seed=2)
    frame = read_manifest(made.manifest)
    for row in frame[frame["label"] == Label.FAKE].itertuples():
        with Image.open(row.file) as picture, Image.open(row.mask_file) as mask:
            assert mask.size == picture.size
            assert 0 < np.asarray(mask).mean() < 0.5


def test_what_cannot_be_forged_is_named_in_a_sentence(screenshots, tmp_path):
    made = forge_folder(screenshots, tmp_path / "out", seed=1)
    assert {Path(file).name for file in made.skipped} == {"blank.png", "broken.png"}
    listed = pd.read_csv(tmp_path / "out" / "skipped.csv")
    assert len(listed) == 2 and listed["reason"].str.len().min() > 30
    assert "no line of text" in made.skipped[str(screenshots / "wallet" / "blank.png")]


def test_a_screenshot_on_its_side_is_named_and_left_out(screenshots, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    with Image.open(screenshots / "wallet" / "four.png") as picture:
        picture.save(folder / "upright.png")
        side, exif = picture.transpose(Image.Transpose.ROTATE_90), Image.Exif()
        exif[0x0112] = 6
        side.save(folder / "tagged.png", exif=exif)
        side.save(folder / "untagged.png")
    made = forge_folder(folder, tmp_path / "out", seed=1)
    assert {Path(file).name for file in made.skipped} == {"tagged.png", "untagged.png"}
    assert "must be turned by 90 degrees clockwise" in made.skipped[str(folder / "tagged.png")]
    assert "on its side" in made.skipped[str(folder / "untagged.png")]


def test_two_workers_make_the_same_bytes_as_one(screenshots, tmp_path):
    forge_folder(screenshots, tmp_path / "one", seed=5)
    forge_folder(screenshots, tmp_path / "two", seed=5, jobs=2)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_another_seed_makes_other_fakes(screenshots, tmp_path):
    forge_folder(screenshots, tmp_path / "one", seed=1)
    forge_folder(screenshots, tmp_path / "two", seed=2)
    assert digests(tmp_path / "one") != digests(tmp_path / "two")


def test_an_image_more_does_not_change_the_fakes_of_another_app(screenshots, tmp_path, drawn_screen):
    forge_folder(screenshots, tmp_path / "one", seed=1)
    (screenshots / "new").mkdir()
    Image.fromarray(drawn_screen(5)[0]).save(screenshots / "new" / "five.png")
    forge_folder(screenshots, tmp_path / "two", seed=1)
    before, after = digests(tmp_path / "one"), digests(tmp_path / "two")
    assert all(after[name] == digest for name, digest in before.items() if name.startswith(("fake", "genuine", "mask")))
    assert len(after) > len(before)


def test_a_stopped_run_goes_on_and_ends_the_same(screenshots, tmp_path):
    out = tmp_path / "out"
    forge_folder(screenshots, out, seed=3)
    whole = digests(out)
    kept = sorted((out / ".forge").glob("*.json"))
    lost = next(file for file in kept if file.name != "settings.json")
    lost.unlink()
    (out / "manifest.csv").unlink()
    times = {file: file.stat().st_mtime_ns for file in (out / "fake").iterdir()}
    forge_folder(screenshots, out, seed=3)
    assert digests(out) == whole
    assert sum(file.stat().st_mtime_ns != time for file, time in times.items()) <= 2


def test_a_source_that_changed_is_forged_anew(screenshots, tmp_path, drawn_screen):
    out = tmp_path / "out"
    forge_folder(screenshots, out, seed=3)
    before = digests(out)
    Image.fromarray(drawn_screen(8)[0]).save(screenshots / "wallet" / "four.png")
    forge_folder(screenshots, out, seed=3)
    after = digests(out)
    changed = {name for name in before if after.get(name) != before[name] and name.startswith("genuine")}
    assert any("four" in name for name in changed) and not any("one" in name for name in changed)


def test_a_folder_that_cannot_be_written_is_one_sentence(screenshots, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CannotWrite, match="cannot be written"):
        forge_folder(screenshots, tmp_path / "file" / "out")


def test_a_set_made_with_other_settings_is_not_mixed(screenshots, tmp_path):
    forge_folder(screenshots, tmp_path / "out", seed=1)
    with pytest.raises(BadManifest, match="other settings"):
        forge_folder(screenshots, tmp_path / "out", seed=2)


def test_the_genuine_rows_of_a_manifest_are_taken_with_their_groups(screenshots, tmp_path):
    manifest = tmp_path / "manifest.csv"
    manifest.write_text(
        "path,label,group,app\ngenuine/bank/one.png,0,g1,a\ngenuine/bank/two.jpg,0,g1,a\ngenuine/wallet/four.png,1,g3,a\n"
    )
    made = forge_folder(manifest, tmp_path / "out", per_image=1)
    frame = read_manifest(made.manifest)
    assert set(frame["group"]) == {"g1"} and set(frame["app"]) == {"a"} and made.genuine == 2


def test_groups_are_joined_where_a_line_was_lent():
    frame = pd.DataFrame({"group": ["a", "b", "c", "d", "b"], "donor": ["", "c", "", "", ""]})
    assert _melted(frame).tolist() == ["a", "b", "b", "d", "b"]


def test_those_that_took_lines_of_one_that_was_left_out_are_joined():
    frame = pd.DataFrame({"group": ["a", "b", "c"], "donor": ["left out", "", "left out"]})
    assert _melted(frame).tolist() == ["a", "b", "a"]


def test_a_folder_inside_the_output_is_not_forged_again(screenshots):
    forge_folder(screenshots, screenshots / "out", per_image=1)
    assert len(find_sources(screenshots, screenshots / "out")[0]) == 6


def test_nothing_to_forge_is_one_sentence(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(NothingToForge, match="holds no image"):
        forge_folder(tmp_path / "empty", tmp_path / "out")
    Image.new("RGB", (300, 600), "white").save(tmp_path / "empty" / "blank.png")
    with pytest.raises(NothingToForge, match="none of 1 images"):
        forge_folder(tmp_path / "empty", tmp_path / "out")


def test_a_broken_donor_lends_nothing(tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no image")
    assert FoundShelf([str(tmp_path / "broken.png")])[0].fields == ()


def test_lines_that_were_found_and_not_read_are_forged(drawn_screen):
    rgb, _ = drawn_screen(2)
    forgery = forge(rgb, found_fields(ForensicImage.from_array(rgb)), np.random.default_rng(0))
    assert forgery.rgb.shape == rgb.shape
    assert np.array_equal(forgery.rgb[~forgery.mask], rgb[~forgery.mask]) and forgery.mask.any()
    assert found_fields(ForensicImage.from_array(np.full((300, 300, 3), 255, np.uint8))) == ()


def test_the_card_counts_what_is_in_the_set(screenshots, tmp_path):
    forge_folder(screenshots, tmp_path / "out", per_image=2, seed=1)
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "4 genuine screenshots and 8 forgeries" in card and "2 images were skipped" in card


def test_the_command_forges_a_folder(screenshots, tmp_path):
    out = tmp_path / "out"
    result = realfake("forge", screenshots, "-o", out, "--per-image", 1, "--seed", 4)
    assert "4 genuine, 4 fake" in result.output and "2 images were skipped" in result.output
    assert len(read_manifest(out / "manifest.csv")) == 8


def test_a_screenshot_without_end_is_skipped_with_a_sentence(tmp_path, drawn_screen):
    Image.fromarray(drawn_screen(1)[0]).save(tmp_path / "one.png")
    os.mkfifo(tmp_path / "endless.png")  # nobody writes to it: whoever reads waits for ever
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("path,label,app\none.png,0,a\nendless.png,0,b\nlost.png,0,c\n")
    made = forge_folder(manifest, tmp_path / "out", per_image=1, limits=Limits(timeout=15.0))
    assert (made.genuine, made.fake) == (1, 1)
    endless, lost = made.skipped.values()
    assert "endless.png took longer than 15 s" in endless and "lost.png cannot be read" in lost


def test_a_folder_is_forged_by_content_and_what_is_skipped_is_told(tmp_path, drawn_screen, caplog):
    (tmp_path / "in").mkdir()
    Image.fromarray(drawn_screen(1)[0]).save(tmp_path / "in" / "nameless", "PNG")
    (tmp_path / "in" / "bill.pdf").write_bytes(b"%PDF-1.4")
    assert [one.name for one in find_sources(tmp_path / "in", tmp_path / "out")[0]] == ["nameless"]
    forge_folder(tmp_path / "in", tmp_path / "out", per_image=1)
    assert [record.getMessage() for record in caplog.records] == [f"{tmp_path / 'in'}: 1 file skipped: 1 PDF"]


def test_real_editors_make_the_fakes_where_they_are_asked_for(tmp_path, drawn_screen):
    folder = tmp_path / "genuine"
    folder.mkdir()
    Image.fromarray(drawn_screen(0)[0]).save(folder / "one.png")
    made = forge_folder(folder, tmp_path / "out", per_image=4, seed=1, editors=["pillow"])
    frame = read_manifest(made.manifest)
    names = set(frame.loc[frame["label"] == Label.FAKE, "editor"])
    assert any(name.startswith("pillow-") for name in names)
    assert {name.removeprefix("pillow-") for name in names} <= set(EDITOR_PLANS)
    assert "--editors pillow" in (tmp_path / "out" / "README.md").read_text()
    with pytest.raises(BadManifest):
        forge_folder(folder, tmp_path / "out", per_image=4, seed=1)


def test_an_editor_that_is_not_installed_stops_the_command_at_once(screenshots, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    done = realfake("forge", screenshots, "-o", tmp_path / "out", "--editors", "pillow,gimp", code=1)
    assert "GIMP is not installed" in done.output
    assert not (tmp_path / "out" / "genuine").exists()
    done = realfake("forge", screenshots, "-o", tmp_path / "out", "--editors", "paint", code=2)
    assert "there is no editor 'paint'" in done.output


def test_only_the_kinds_that_were_asked_for_are_made(tmp_path, drawn_screen):
    folder = tmp_path / "genuine"
    folder.mkdir()
    for i in range(3):
        Image.fromarray(drawn_screen(i)[0]).save(folder / f"{i}.png")
    realfake("forge", folder, "-o", tmp_path / "out", "--per-image", "2", "--kinds", "lay-stretch,rearrange")
    frame = read_manifest(tmp_path / "out" / "manifest.csv")
    fakes = frame.loc[frame["label"] == Label.FAKE, "editor"]
    assert len(fakes) >= 3 and set(fakes) == {"lay-stretch", "rearrange"}
    assert "--kinds lay-stretch,rearrange" in (tmp_path / "out" / "README.md").read_text()
    done = realfake("forge", folder, "-o", tmp_path / "other", "--kinds", "lay-stretches", code=2)
    assert "there is no kind of edit 'lay-stretches'" in done.output and "lay-stretch" in done.output
    done = realfake("forge", folder, "-o", tmp_path / "other", "--kinds", "lay-word", "--editors", "pillow", code=2)
    assert "there is no kind of edit by real editors 'lay-word'" in done.output
    assert not (tmp_path / "other").exists()
