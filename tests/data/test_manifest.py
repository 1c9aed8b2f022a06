"""Manifests: what is read is what was written, and every mistake gets a sentence."""

import os

import pandas as pd
import pytest

from realfake.data.manifest import ManifestWarning, read_manifest, write_manifest
from realfake.forensics.errors import BadManifest
from realfake.forensics.files import CannotWrite


@pytest.fixture
def folder(tmp_path):
    for name in ("a.png", "b.png", "m.png"):
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


def manifest(folder, text, name="manifest.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def complaint(path, **options):
    with pytest.raises(BadManifest) as caught:
        read_manifest(path, **options)
    message = str(caught.value)
    assert str(path) in message and "\n" not in message
    return message


def test_a_manifest_is_read_as_given_with_its_files_resolved(folder):
    path = manifest(folder, "path,label,group,mask,tool\na.png,1,007,m.png,gimp\nb.png,0,g2,,\n")
    frame = read_manifest(path)
    assert frame["label"].tolist() == [1, 0] and frame["label"].dtype == "int64"
    assert frame["group"].tolist() == ["007", "g2"]
    assert frame["tool"].tolist() == ["gimp", ""]
    assert frame["file"].tolist() == [str(folder / "a.png"), str(folder / "b.png")]
    assert frame["mask_file"].tolist() == [str(folder / "m.png"), ""]


def test_files_are_resolved_against_the_manifest_and_not_the_working_folder(folder, monkeypatch):
    manifest(folder, "path,label\na.png,0\n")
    monkeypatch.chdir(folder)
    assert read_manifest("manifest.csv")["file"].tolist() == [str(folder / "a.png")]
    monkeypatch.chdir(folder.parent)
    assert read_manifest(f"{folder.name}/manifest.csv")["file"].tolist() == [str(folder / "a.png")]


@pytest.mark.parametrize(
    "name",
    [
        "two\nlines.png",
        "car\rriage.png",
        "a,b.png",
        'quo"te.png',
        " spaced .png",
        "ảnh 收据.png",
        os.fsdecode(b"\xff.png"),
    ],
)
def test_odd_file_names_survive_writing_and_reading(tmp_path, name):
    (tmp_path / name).write_bytes(b"x")
    frame = pd.DataFrame({"path": pd.Series([name], dtype=object), "label": [1], "group": ["g"]})
    write_manifest(frame, tmp_path / "manifest.csv")
    read = read_manifest(tmp_path / "manifest.csv")
    assert read["path"].tolist() == [name]
    assert os.path.isfile(read["file"][0])


def test_what_is_read_can_be_written_again_unchanged(folder):
    text = "path,label,group,mask,extra\na.png,1,g1,m.png,x\nb.png,0,g2,,\n"
    path = manifest(folder, text)
    write_manifest(read_manifest(path), folder / "again.csv")
    assert (folder / "again.csv").read_text() == text


def test_missing_values_are_written_as_empty_cells(folder):
    gaps = {"mask": [None, "m.png"], "app": [float("nan"), "x"]}
    frame = pd.DataFrame({"path": ["a.png", "b.png"], "label": [0, 1], **gaps})
    write_manifest(frame, folder / "manifest.csv")
    assert read_manifest(folder / "manifest.csv")[["mask", "app"]].values.tolist() == [["", ""], ["m.png", "x"]]


def test_a_byte_order_mark_blank_lines_and_spreadsheet_labels_are_understood(folder):
    path = manifest(folder, b"\xef\xbb\xbfpath, label\r\na.png,1.0\r\n\r\n,\r\nb.png,0\r\n")
    assert read_manifest(path)["label"].tolist() == [1, 0]


def test_group_and_label_are_needed_only_when_asked_for(folder):
    path = manifest(folder, "path\na.png\n")
    assert "label" not in read_manifest(path, require=())
    assert "'label'" in complaint(path)
    labelled = manifest(folder, "path,label\na.png,1\n", "labelled.csv")
    assert read_manifest(labelled)["label"].tolist() == [1]
    assert "'group'" in complaint(labelled, require=("label", "group"))


def test_a_lone_empty_group_is_an_error_only_when_groups_are_required(folder):
    path = manifest(folder, "path,label,group\na.png,1,\nb.png,0,g\n")
    assert read_manifest(path)["group"].tolist() == ["", "g"]
    assert "no group on line 2" in complaint(path, require=("label", "group"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("\n", "is empty"),
        ("path,label\n", "names no images"),
        ("label,group\n1,g\n", "lacks the column 'path'"),
        ("path,label\na.png,2\nb.png,maybe\n", "label '2', 'maybe' on lines 2, 3"),
        ("path,label\na.png,\n", "no label on line 2"),
        ("path,label\na.png,1,more\n", "line 2 has 3 cells and the header 2"),
        ("path,label,label\na.png,1,1\n", "more than once"),
        ("path,label,file\na.png,1,x\n", "'file'"),
        ("path,label\na.png,1\n./a.png,0\n", "on lines 2 and 3"),
        ("path,label\na.png,1\nlost.png,0\n", "names 1 of 2 images that are not there"),
        ("path,label\na\0.png,1\n", "not there"),
        ("path,label\n" + "x" * 200_000 + ",1\n", "is not a CSV table"),
    ],
)
def test_each_mistake_gets_a_sentence(folder, text, said):
    assert said in complaint(manifest(folder, text))


def test_a_missing_manifest_and_a_folder_get_a_sentence(tmp_path):
    assert "cannot be read" in complaint(tmp_path / "none.csv")
    assert "cannot be read" in complaint(tmp_path)


def test_missing_images_are_kept_when_asked(folder):
    path = manifest(folder, "path,label\nlost.png,1\n")
    assert read_manifest(path, missing="keep")["file"].tolist() == [str(folder / "lost.png")]


def test_a_symlink_loop_is_a_missing_image(folder):
    os.symlink("loop.png", folder / "loop.png")
    path = manifest(folder, "path,label\nloop.png,1\n")
    assert "not there" in complaint(path)
    assert len(read_manifest(path, missing="keep")) == 1


def test_a_failed_write_leaves_the_old_manifest_and_no_scratch_file(folder):
    path = manifest(folder, "path,label\na.png,1\n")
    frame = read_manifest(path)

    class Unprintable:
        def __str__(self):
            raise RuntimeError

    broken = frame.assign(app=[Unprintable()])
    before = sorted(os.listdir(folder))
    with pytest.raises(RuntimeError):
        write_manifest(broken, path)
    assert sorted(os.listdir(folder)) == before
    assert path.read_text() == "path,label\na.png,1\n"


def test_writing_where_no_folder_can_be_gets_a_sentence(folder):
    frame = pd.DataFrame({"path": ["a.png"], "label": [1]})
    (folder / "file").touch()
    with pytest.raises(CannotWrite, match="cannot be written"):
        write_manifest(frame, folder / "file" / "manifest.csv")
    with pytest.raises(BadManifest, match="no column 'path'"):
        write_manifest(frame.drop(columns="path"), folder / "manifest.csv")


ROWS = (("path", "label", "group"), ("a.png", "1", "übergabe, 1"), ("b.png", "0", "g2"))


def saved(separator=",", line_end="\r\n", encoding="utf-8", first="", spare=0, quoted=False):
    """The bytes of a manifest as a spreadsheet saves it."""
    quote = (lambda cell: f'"{cell}"') if quoted else (lambda cell: f'"{cell}"' if separator in cell else cell)
    rows = [separator.join([*map(quote, row), *[""] * spare]) for row in ROWS]
    blank = separator * (len(ROWS[0]) + spare - 1)
    return (first + line_end.join([*rows, blank, blank, ""])).encode(encoding)


@pytest.mark.parametrize(
    "how",
    [
        {"separator": ";"},
        {"separator": "\t"},
        {"separator": "|"},
        {"first": "sep=;\r\n", "separator": ";"},
        {"first": "\ufeffsep=\t\r\n", "separator": "\t", "encoding": "utf-16-le"},
        {"encoding": "utf-8-sig"},
        {"encoding": "utf-16"},
        {"separator": "\t", "encoding": "utf-16"},
        {"encoding": "utf-16-le"},
        {"encoding": "utf-16-be", "separator": ";"},
        {"encoding": "utf-32"},
        {"line_end": "\r"},
        {"line_end": "\n"},
        {"spare": 3},
        {"spare": 2, "separator": ";"},
        {"quoted": True},
        {"quoted": True, "separator": ";", "spare": 1},
    ],
)
def test_a_manifest_reads_alike_however_a_spreadsheet_saved_it(folder, how):
    frame = read_manifest(manifest(folder, saved(**how)))
    assert list(frame.columns) == ["path", "label", "group", "file", "mask_file"]
    assert frame["path"].tolist() == ["a.png", "b.png"]
    assert frame["label"].tolist() == [1, 0]
    assert frame["group"].tolist() == ["übergabe, 1", "g2"]


def test_windows_1252_is_read_by_the_files_that_are_there_with_a_warning(folder):
    (folder / "café.png").write_bytes(b"x")
    path = manifest(folder, "path;label;group\ncafé.png;0;Zürich\na.png;1;Bern\n".encode("cp1252"))
    with pytest.warns(ManifestWarning, match="Windows-1252"):
        frame = read_manifest(path)
    assert frame["path"].tolist() == ["café.png", "a.png"]
    assert frame["group"].tolist() == ["Zürich", "Bern"]


def test_a_name_of_bytes_that_are_no_text_stays_what_it_is_on_the_disk(folder):
    name = os.fsdecode(b"caf\xe9.png")
    (folder / name).write_bytes(b"x")
    path = manifest(folder, b"path,label,group\ncaf\xe9.png,1,Z\xfcrich\n")
    frame = read_manifest(path)
    assert frame["path"].tolist() == [name]
    assert frame["group"].tolist() == [os.fsdecode(b"Z\xfcrich")]


def test_padded_cells_are_read_without_their_spaces(folder):
    frame = read_manifest(manifest(folder, "path , label,group\n a.png , 1 , g1 \nb.png,0,g1\n   , ,\n"))
    assert frame["path"].tolist() == ["a.png", "b.png"]
    assert frame["group"].tolist() == ["g1", "g1"]


@pytest.mark.parametrize(
    ("fake", "genuine"),
    [("fake", "genuine"), ("Forged", "Original"), ("TRUE", "FALSE"), ("fraud", "legit"), ("1,0", "0,0"), ("1.00", "0")],
)
def test_labels_are_read_in_words_that_mean_one_class_to_everybody(folder, fake, genuine):
    frame = read_manifest(manifest(folder, f"path;label\na.png;{fake}\nb.png;{genuine}\n"))
    assert frame["label"].tolist() == [1, 0] and frame["label"].dtype == "int64"


@pytest.mark.parametrize("word", ["yes", "FALSO", "WAHR", "suspicious", "-1", "2"])
def test_a_label_that_could_mean_either_class_is_refused(folder, word):
    assert f"label {word!r}" in complaint(manifest(folder, f"path,label\na.png,{word}\nb.png,0\n"))


def test_a_label_that_is_not_needed_may_be_anything(folder):
    path = manifest(folder, "path,label\na.png,\nb.png,suspicious\nm.png,fake\n")
    assert read_manifest(path, require=())["label"].tolist() == ["", "suspicious", 1]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04rest", "is a workbook or archive; save it as CSV"),
        (b"\xd0\xcf\x11\xe0rest", "is an old Excel workbook; save it as CSV"),
        ("path,label\na.png,1\n".encode("utf-16")[:-1], "damaged"),
        (b"path,label,,x\na.png,1,lost,2\n", "column 3"),
        (b"path,sha256,label,ela__q90__mean\na.png,00,1,0.5\n", "is a feature table"),
        (b"path;label\na.png;1;more\n", "semicolons"),
    ],
)
def test_what_cannot_be_read_is_named(folder, data, said):
    assert said in complaint(manifest(folder, data))
