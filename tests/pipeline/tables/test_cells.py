"""Cells as text: guarded and back, and separated as the name of the file says."""

from pathlib import Path

import pytest

from realfake.pipeline.tables.cells import from_utf8, guard, separator_of, unguard, utf8


@pytest.mark.parametrize("cell", ["=1+1", "'=1+1", "-a", "+", "@x", "\tx"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe_that_can_be_taken_away(cell):
    assert guard(cell) == f"'{cell}" and unguard(guard(cell)) == cell


@pytest.mark.parametrize("cell", ["", "plain", "'plain", "-1.5", "+2e3", 7, None])
def test_other_cells_stay(cell):
    assert guard(cell) == cell and unguard(guard(cell)) == cell


def test_bytes_that_are_not_utf8_become_a_backslash_and_digits():
    assert utf8("a\udcff") == guard("a\udcff") == "a\\xff" and utf8("ä") == "ä" and utf8(3) == 3


@pytest.mark.parametrize(
    "cell",
    [
        "a\udcff",
        r"a\xff",
        "\udcff\\xff",
        r"\\xff",
        "\\\udc80",
        r"C:\x5c\xfe.png",
        r"\x5c",
        r"\x41",
        "=\udcff",
        r"'=\xff",
    ],
)
def test_a_name_comes_back_whatever_it_is_made_of(cell):
    for write, read in ((utf8, from_utf8), (guard, unguard)):
        written = write(cell)
        assert written.encode() and read(written) == cell


def test_tabs_stand_in_tsv_and_commas_elsewhere():
    assert [separator_of(Path(name)) for name in ("a.tsv", "a.tsv.gz", "a.csv", "-")] == ["\t", "\t", ",", ","]
