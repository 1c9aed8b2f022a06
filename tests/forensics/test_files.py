"""What a command writes is never what it reads, whatever both are called."""

import os

import pytest

from realfake.forensics.errors import UnknownName
from realfake.forensics.files import (
    TABLE_ENDINGS,
    CannotWrite,
    OutputIsInput,
    ending_of,
    keep_inputs,
    needs_ending,
    write_whole,
    written_whole,
)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.png").write_bytes(b"x")
    (tmp_path / "linked").symlink_to("in")
    (tmp_path / "link.png").symlink_to("in/a.png")
    (tmp_path / "link-to-link.png").symlink_to("link.png")
    os.link(tmp_path / "in" / "a.png", tmp_path / "hard.png")
    (tmp_path / "lost.png").symlink_to("in/nothing.png")
    return tmp_path


@pytest.mark.parametrize(
    "output",
    [
        "in/a.png",
        "./in/../in/a.png",
        "linked/a.png",
        "link.png",
        "link-to-link.png",
        "hard.png",
        "in",
        "linked",
        ".",
        "in/",
    ],
)
@pytest.mark.parametrize("absolute", [False, True])
def test_an_input_is_not_written_over_under_any_of_its_names(here, output, absolute):
    with pytest.raises(OutputIsInput, match="choose another output"):
        keep_inputs([str(here / output) if absolute else output], [None, "-", "in/a.png"])


@pytest.mark.parametrize("given", ["link.png", "linked/a.png", "hard.png"])
def test_an_input_given_by_another_name_is_kept_too(here, given):
    with pytest.raises(OutputIsInput):
        keep_inputs(["in/a.png"], [given])


def test_a_file_of_a_folder_that_is_read_is_kept_and_a_new_one_in_it_is_not_in_the_way(here):
    with pytest.raises(OutputIsInput, match="is a file of linked"):
        keep_inputs(["in/a.png"], ["linked"])
    keep_inputs(["in/new.csv", "other", None, "-", "s3://in/a.png"], ["in", "in/a.png", "s3://in/a.png"])


def test_inputs_that_are_not_there_are_compared_by_name(here):
    with pytest.raises(OutputIsInput):
        keep_inputs(["in/nothing.png"], ["linked/nothing.png"])
    with pytest.raises(OutputIsInput):
        keep_inputs(["in/nothing.png"], ["lost.png"])


def test_equal_content_is_no_equal_file(here):
    (here / "copy.png").write_bytes(b"x")
    keep_inputs(["copy.png"], ["in/a.png"])


@pytest.mark.parametrize(
    ("name", "ending"),
    [("t.csv", ".csv"), ("T.CSV.GZ", ".csv.gz"), ("a.b.csv", ".csv"), ("x.gz", ".gz"), ("plain", ""), (".csv", "")],
)
def test_an_ending_takes_what_stands_before_gz_along(name, ending):
    assert ending_of(name) == ending


@pytest.mark.parametrize("name", ["t.xlsx", "t.json", "t.txt", "t.gz", "t.csv.zip", "t.csv.bz2", "t.ods", "t.csv.run"])
def test_an_ending_that_promises_something_else_is_refused_with_those_that_are_known(name):
    with pytest.raises(UnknownName, match=r"\.csv\.gz.*\.parquet"):
        needs_ending(name, TABLE_ENDINGS)


def test_a_file_appears_whole_in_folders_that_are_made_for_it(tmp_path):
    write_whole(tmp_path / "new" / "deep" / "a.txt", b"whole")
    assert (tmp_path / "new" / "deep" / "a.txt").read_bytes() == b"whole"
    assert [file.name for file in (tmp_path / "new" / "deep").iterdir()] == ["a.txt"]


def test_what_stops_the_writing_leaves_what_stood_there_and_no_scratch(tmp_path):
    (tmp_path / "a.txt").write_text("before")
    with pytest.raises(ZeroDivisionError), written_whole(tmp_path / "a.txt") as scratch:
        scratch.write_text("half")
        _ = 1 / 0
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"a.txt": "before"}


def test_a_folder_takes_the_place_of_a_folder(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "old").write_text("")
    with written_whole(tmp_path / "model") as scratch:
        scratch.mkdir()
        (scratch / "new").write_text("")
    assert [file.name for file in (tmp_path / "model").iterdir()] == ["new"]
    assert [file.name for file in tmp_path.iterdir()] == ["model"]


def test_a_place_below_a_file_cannot_be_written_and_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite, match="a.txt cannot be written: .*; choose a place of yours"):
        write_whole(tmp_path / "file" / "folder" / "a.txt", b"")
