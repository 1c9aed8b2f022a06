"""Importers: trees with the real names of each public set give the labels, groups and masks that those names mean."""

import os
from pathlib import PurePosixPath

import pytest

from realfake.data.datasets import read_folder, write_import
from realfake.data.manifest import read_manifest
from realfake.forensics.errors import BadManifest, UnknownName
from tests.trees import CASIA1, OWN, TREES


@pytest.mark.parametrize("layout", TREES)
def test_each_layout_is_told_from_the_names_and_knows_every_image(plant, layout):
    imported = read_folder(plant(TREES[layout]))
    assert imported.layout == layout
    assert imported.unmatched == ()
    chosen = read_folder(imported.folder, layout)
    assert chosen.frame.equals(imported.frame)


@pytest.mark.parametrize("layout", TREES)
def test_every_written_path_and_mask_is_a_file(plant, tmp_path, layout):
    imported = read_folder(plant(TREES[layout]))
    for output in (None, tmp_path / "elsewhere.csv"):
        frame = read_manifest(write_import(imported, output), require=("label", "group"))
        assert all(map(os.path.isfile, frame["mask_file"][frame["mask_file"] != ""]))
        assert frame["label"].tolist() == imported.frame["label"].tolist()


def test_images_that_the_layout_does_not_know_are_named(plant):
    imported = read_folder(plant([*CASIA1, "Au/holiday.jpg", "Au/notes.txt"]))
    assert imported.layout == "casia1"
    assert imported.unmatched == (PurePosixPath("Au/holiday.jpg"),)
    assert imported.sentences() == [
        "layout casia1: 4 genuine images and 3 fakes in 3 groups",
        "1 of 3 fakes have no mask",
        "left out because their names do not fit, 1: Au/holiday.jpg",
        "1 file skipped: 1 text",
    ]


def test_a_folder_of_unknown_names_gets_a_sentence(plant):
    with pytest.raises(BadManifest, match="genuine/ and fake/"):
        read_folder(plant(["a.png", "b/c.jpg"]))
    with pytest.raises(BadManifest, match="layout casia2"):
        read_folder(plant(CASIA1), "casia2")


def test_a_missing_empty_or_unknown_request_gets_a_sentence(tmp_path):
    with pytest.raises(BadManifest, match="cannot be read"):
        read_folder(tmp_path / "none")
    with pytest.raises(BadManifest, match="is empty"):
        read_folder(tmp_path)
    with pytest.raises(UnknownName, match="casia1"):
        read_folder(tmp_path, "casia3")


def test_an_existing_manifest_is_replaced_only_when_named(plant):
    imported = read_folder(plant(OWN))
    written = write_import(imported)
    with pytest.raises(BadManifest, match="exists already"):
        write_import(imported)
    assert write_import(imported, written) == written


def test_odd_file_names_survive(plant):
    name = os.fsdecode(b"a\n,\xff.png")
    imported = read_folder(plant([f"fake/g/{name}", "genuine/g/b.png"]))
    frame = read_manifest(write_import(imported))
    assert name in {os.path.basename(path) for path in frame["path"]}


def test_images_without_an_ending_are_imported_and_other_kinds_counted(tmp_path):
    for name, data in {
        "genuine/a.png": b"x",
        "genuine/nameless": b"\x89PNG\r\n\x1a\n",
        "fake/b.jpg_large": b"\xff\xd8\xff\xe0",
        "fake/c.heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        "fake/._b.png": b"\0\5\x16\7",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    imported = read_folder(tmp_path)
    assert imported.frame["path"].tolist() == ["fake/b.jpg_large", "genuine/a.png", "genuine/nameless"]
    assert imported.sentences()[-1] == "2 files skipped: 1 AppleDouble, 1 HEIC (not decoded)"


def test_columns_added_to_a_manifest_are_not_lost_by_writing_it_anew(plant):
    imported = read_folder(plant(["genuine/a.png", "fake/b.png"]))
    path = write_import(imported)
    write_import(imported, path)
    path.write_text(path.read_text().replace("path,", "reviewer,path,", 1))
    before = path.read_text()
    with pytest.raises(BadManifest, match="'reviewer', which would be lost"):
        write_import(imported, path)
    assert path.read_text() == before
