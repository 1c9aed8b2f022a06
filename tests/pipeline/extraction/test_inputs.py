"""What a command line's paths mean."""

import io
import os
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from realfake.forensics.errors import BadManifest, RealfakeError
from realfake.forensics.formats import kinds
from realfake.forensics.image import ForensicImage
from realfake.pipeline.extraction.inputs import gather
from tests.pictures import draw_screen, encode


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("in/b.PNG", "in/a.jpg", "in/deep/er/c.webp", "in/notes.txt", "in/.hidden.png"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return tmp_path


def paths(*arguments, manifest=None):
    return [item.path for item in gather(arguments, manifest)]


def test_a_folder_gives_its_images_at_every_depth_in_sorted_order(folder):
    assert paths("in") == ["in/a.jpg", "in/b.PNG", "in/deep/er/c.webp"]


def test_a_file_is_taken_whatever_its_name_and_only_once(folder):
    assert paths("in/notes.txt", "in/notes.txt", "missing.png") == ["in/notes.txt", "missing.png"]


def test_a_pattern_is_expanded_and_a_file_named_like_one_is_itself(folder):
    assert paths("in/**/*.webp") == ["in/deep/er/c.webp"]
    (folder / "[1].png").write_bytes(b"x")
    assert paths("[1].png") == ["[1].png"]
    with pytest.raises(RealfakeError, match="nothing matches"):
        gather(["none*.png"])


def test_loops_of_links_end_and_no_image_is_named_twice(folder):
    os.symlink(folder / "in", folder / "in/deep/loop")
    os.symlink("self.png", folder / "in/self.png")
    assert sorted(map(os.path.basename, paths("in"))) == ["a.jpg", "b.PNG", "c.webp"]


def test_a_folder_without_images_says_so(folder):
    (folder / "empty").mkdir()
    with pytest.raises(RealfakeError, match="empty holds no images; give a folder of images"):
        gather(["empty"])
    with pytest.raises(RealfakeError, match="no images were named"):
        gather([])


@pytest.mark.parametrize("list_", ["in/a.jpg\nin/deep\n\n", "in/a.jpg\0in/deep\0"])
def test_a_dash_reads_a_list_whose_names_end_in_newlines_or_zeros(folder, monkeypatch, list_):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(list_.encode())))
    assert paths("-") == ["in/a.jpg", "in/deep/er/c.webp"]


@pytest.mark.parametrize(
    "list_",
    [
        b"in/a.jpg\r\nin/deep\r\n\r\n",
        b"\xef\xbb\xbfin/a.jpg\r\nin/deep",
        "\ufeffin/a.jpg\r\nin/deep\r\n".encode("utf-16-le"),
        "in/a.jpg\nin/deep\n".encode("utf-16"),
        "\ufeffin/a.jpg\r\nin/deep".encode("utf-16-be"),
    ],
)
def test_a_list_written_on_windows_is_read(folder, monkeypatch, list_):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(list_)))
    assert paths("-") == ["in/a.jpg", "in/deep/er/c.webp"]


@pytest.mark.parametrize("list_", [b"in/odd.png\r\nin/a.jpg\r\n", b"in/odd.png\r\0in/a.jpg\0"])
def test_a_name_that_ends_in_a_carriage_return_is_still_reached(folder, monkeypatch, list_):
    (folder / "in/odd.png\r").write_bytes(b"x")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(list_)))
    assert paths("-") == ["in/odd.png\r", "in/a.jpg"]


def test_a_folder_is_read_by_content_and_what_is_skipped_is_counted_in_one_line(folder, caplog):
    picture = encode(draw_screen())
    for name in ("no_ending", "photo.jpg_large", "x.png.crdownload", "._a.png", ".DS_Store"):
        (folder / "in" / name).write_bytes(picture)
    (folder / "in/scan.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    (folder / "in/scan.avif").write_bytes(b"\0\0\0\x18ftypavif\0\0\0\0mif1avif")
    (folder / "in/bill").write_bytes(b"%PDF-1.7\n")
    (folder / "in/damaged.png").write_bytes(b"x")
    assert paths("in") == [
        "in/a.jpg",
        "in/b.PNG",
        "in/bill",
        "in/damaged.png",
        "in/deep/er/c.webp",
        "in/no_ending",
        "in/photo.jpg_large",
        "in/scan.heic",
    ]
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith("6 files skipped: 2 hidden file, ")
    assert {"1 AVIF (not decoded)", "1 AppleDouble", "1 unfinished download", "1 text"} <= set(
        line.partition(": ")[2].split(", ")
    )


def test_without_their_packages_documents_are_skipped_and_what_opens_them_is_said(folder, caplog, monkeypatch):
    (folder / "in/bill").write_bytes(b"%PDF-1.7\n")
    monkeypatch.setattr(kinds, "find_spec", lambda name: None)
    assert "in/bill" not in paths("in")
    assert "1 PDF (to open it: pip install 'realfake[documents]')" in caplog.text


def test_a_manifest_keeps_an_image_that_is_not_there(folder):
    (folder / "in/m.csv").write_text("path,label\nb.PNG,1\nlost.png,0\n")
    assert [item.path for item in gather([], "in/m.csv")] == ["in/b.PNG", "in/lost.png"]


def test_a_manifest_names_images_that_open_from_here_and_carries_its_columns(folder):
    (folder / "in/m.csv").write_text("path,label,group,mask,shop\nb.PNG,1,g,deep/er/c.webp,x\na.jpg,0,h,,y\n")
    first, second = gather([], "in/m.csv")
    assert (first.path, second.path) == ("in/b.PNG", "in/a.jpg")
    assert dict(first.labels) == {"label": 1, "group": "g", "mask": "in/deep/er/c.webp", "shop": "x"}
    assert dict(second.labels) == {"label": 0, "group": "h", "mask": "", "shop": "y"}


def test_beside_paths_a_manifest_labels_what_it_knows(folder):
    (folder / "in/m.csv").write_text("path,label\nb.PNG,1\n")
    unknown, known = gather(["in/a.jpg", "./in/b.PNG"], "in/m.csv")
    assert (unknown.labels, known.labels) == ({"label": ""}, {"label": 1})


@pytest.mark.parametrize("column", ["width", "ela__q90__mean"])
def test_a_manifest_column_may_not_take_the_name_of_a_table_column(folder, column):
    (folder / "m.csv").write_text(f"path,{column}\nin/a.jpg,1\n")
    with pytest.raises(BadManifest, match="rename it"):
        gather([], "m.csv")


@pytest.mark.parametrize("given", [np.zeros((64, 64, 3), np.uint8), [ForensicImage.from_array(draw_screen())]])
def test_pixels_are_no_paths(given):
    with pytest.raises(RealfakeError, match="by their paths, not by (ndarray|ForensicImage); pixels are measured by"):
        gather(given)
