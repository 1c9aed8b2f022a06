"""The folder of real screens is what the list says, byte by byte or pixel by pixel, or it says what is missing."""

from __future__ import annotations

import hashlib
import io
import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from realfake.data.datasets.screens import COLUMNS, fetch_screens, pixels_sha256, read_list
from realfake.data.manifest import read_manifest
from realfake.forensics.errors import BadManifest
from tests.commands import realfake

COMMIT = "0" * 40


def picture(seed, kind="PNG", **how):
    stream = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (20, 12, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(stream, kind, **how)
    return stream.getvalue()


@pytest.fixture
def repositories(tmp_path):
    """A list of three screenshots and the base URL of their repositories; the second is known by its pixels."""
    files = {"one": picture(1), "two": picture(2), "three": picture(3, "JPEG")}
    for name, data in files.items():
        file = tmp_path / "repos" / "some one" / name / COMMIT / "shots" / f"{name} 1.png"
        file.parent.mkdir(parents=True)
        file.write_bytes(data)
    rows = [
        dict.fromkeys(COLUMNS, "x")
        | {"name": name, "app": f"app-{name}", "repo": f"some one/{name}", "commit": COMMIT}
        | {"path": f"shots/{name} 1.png", "licence": "MIT", "of": "pixels" if name == "two" else "file"}
        | {"sha256": pixels_sha256(data) if name == "two" else hashlib.sha256(data).hexdigest()}
        for name, data in files.items()
    ]
    pd.DataFrame(rows).to_csv(tmp_path / "list.csv", index=False)
    return tmp_path / "list.csv", f"file://{tmp_path}/repos/{{repo}}/{{commit}}/{{path}}", files


def test_every_file_is_fetched_and_labelled(tmp_path, repositories):
    listed, base, files = repositories
    made = fetch_screens(tmp_path / "out", base=base, listed=listed)
    assert (made.images, made.fetched, made.failed) == (3, 3, {})
    frame = read_manifest(made.manifest)
    assert frame["path"].tolist() == ["images/one.png", "images/two.png", "images/three.jpg"]  # by what they are
    assert frame["label"].tolist() == [0, 0, 0] and frame["app"].tolist() == frame["group"].tolist()
    assert (tmp_path / "out/images/one.png").read_bytes() == files["one"]


def test_a_second_run_fetches_only_what_is_missing_or_broken(tmp_path, repositories):
    listed, base, files = repositories
    fetch_screens(tmp_path / "out", base=base, listed=listed)
    (tmp_path / "out/images/one.png").write_bytes(files["one"][:-9])
    (tmp_path / "out/images/two.png").unlink()
    seen = []
    again = fetch_screens(tmp_path / "out", base=base, listed=listed, progress=lambda *at: seen.append(at))
    assert (again.images, again.fetched) == (3, 2) and seen[-1] == (3, 3)


def test_a_file_that_changed_or_is_gone_is_recorded_and_the_rest_goes_on(tmp_path, repositories):
    listed, base, _ = repositories
    repos = tmp_path / "repos" / "some one"
    (repos / "one" / COMMIT / "shots" / "one 1.png").write_bytes(picture(9))
    (repos / "two" / COMMIT / "shots" / "two 1.png").unlink()
    made = fetch_screens(tmp_path / "out", base=base, listed=listed)
    assert made.images == 1 and set(made.failed) == {"one", "two"}
    assert "SHA-256 differs" in made.failed["one"] and "cannot be fetched" in made.failed["two"]
    assert pd.read_csv(tmp_path / "out/failed.csv")["path"].tolist() == ["one", "two"]


def test_a_folder_that_has_the_files_is_read_by_hash(tmp_path, repositories):
    listed, _, files = repositories
    kept = tmp_path / "kept" / "deep"
    kept.mkdir(parents=True)
    (kept / "a").write_bytes(files["one"])
    (kept / "b.webp").write_bytes(picture(2, "WEBP", lossless=True))  # other bytes, the same pixels
    (kept / "notes.txt").write_text("no image")
    made = fetch_screens(tmp_path / "out", kept=kept, listed=listed)
    assert made.images == 2 and list(made.failed) == ["three"]
    assert "not in the folder" in made.failed["three"]
    assert (tmp_path / "out/images/two.webp").exists()


def test_the_command_tells_what_failed_and_ends_in_one(tmp_path, repositories, monkeypatch):
    listed, base, _ = repositories
    monkeypatch.setattr(fetch_screens, "__kwdefaults__", fetch_screens.__kwdefaults__ | {"listed": listed})
    good = realfake("screens", tmp_path / "out", "--base", base)
    assert "3 genuine screenshots, 3 of them fetched now" in good.output
    (tmp_path / "repos/some one/one" / COMMIT / "shots/one 1.png").unlink()
    assert "1 could not be had" in realfake("screens", tmp_path / "other", "--base", base, code=1).output


def test_nothing_at_all_is_an_error(tmp_path, repositories):
    listed, _, _ = repositories
    with pytest.raises(BadManifest, match="none of 3 screenshots could be had"):
        fetch_screens(tmp_path / "out", base=f"file://{tmp_path}/nowhere/{{path}}", listed=listed)
    with pytest.raises(BadManifest, match="is no folder"):
        fetch_screens(tmp_path / "out", kept=tmp_path / "nowhere", listed=listed)


def test_a_list_that_does_not_read_or_leads_out_of_the_folder_is_refused(tmp_path, repositories):
    listed, _, _ = repositories
    rows = pd.read_csv(listed)
    rows.drop(columns="licence").to_csv(tmp_path / "short.csv", index=False)
    rows.assign(name="../up").to_csv(tmp_path / "up.csv", index=False)
    for name, what in (("short.csv", "no column 'licence'"), ("up.csv", "no plain name"), ("none.csv", "cannot be")):
        with pytest.raises(BadManifest, match=what):
            read_list(tmp_path / name)


def test_the_list_holds_facts_that_lead_to_each_file():
    rows = read_list()
    assert len({one.name for one in rows}) == len({one.sha256 for one in rows}) == len(rows)
    assert all(re.fullmatch("[0-9a-f]{40}", one.commit) and re.fullmatch("[0-9a-f]{64}", one.sha256) for one in rows)
    assert all(re.fullmatch(r"[\w.-]+/[\w.-]+", one.repo) and one.licence and one.app for one in rows)
    assert Counter(one.of for one in rows) == {"file": 444, "pixels": 123}
