"""Tables of text as spreadsheets save them: encodings, separators and decimal marks."""

import csv
import gzip

import pytest

from realfake.forensics.delimited import (
    Dialect,
    csv_line,
    decimal_mark,
    dialect_of,
    empty_columns,
    encoding_of,
    header_of,
    is_number,
    plain_number,
)
from realfake.forensics.errors import BadManifest, BadTable

TEXT = "path;label;größe, alles\nä.png;1;2\n"


def known(name: str) -> bool:
    return name in ("path", "label")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_table_opens_in_the_encoding_that_its_bytes_tell(tmp_path, encoding):
    (tmp_path / "t.csv").write_bytes(TEXT.encode(encoding))
    dialect, header = dialect_of(tmp_path / "t.csv", known)
    assert dialect.separator == ";" and header == ["path", "label", "größe, alles"]
    with dialect.open(tmp_path / "t.csv") as stream:
        assert stream.read().lstrip("\ufeff") == TEXT


def test_what_this_program_writes_is_plain_and_nothing_else_is(tmp_path):
    (tmp_path / "own.csv").write_text("path,label\na.png,1\n")
    (tmp_path / "other.csv").write_text("path;label\na.png;1\n")
    assert dialect_of(tmp_path / "own.csv", known)[0].plain
    assert not dialect_of(tmp_path / "other.csv", known)[0].plain


def test_a_first_line_that_states_the_separator_is_believed_and_skipped(tmp_path):
    (tmp_path / "t.csv").write_text("sep=|\npath|label,x\na.png|1\n")
    dialect, header = dialect_of(tmp_path / "t.csv", known)
    assert (dialect.separator, dialect.skipped, header) == ("|", 1, ["path", "label,x"])
    with dialect.open(tmp_path / "t.csv") as stream:
        assert stream.readline() == "path|label,x\n"


def test_a_packed_table_is_read_and_a_damaged_one_said(tmp_path):
    packed = gzip.compress(TEXT.encode())
    (tmp_path / "t.csv.gz").write_bytes(packed)
    dialect, _ = dialect_of(tmp_path / "t.csv.gz", known)
    assert dialect == Dialect(separator=";", zipped=True)
    (tmp_path / "cut.csv.gz").write_bytes(packed[:20])
    with pytest.raises(OSError, match="its gzip is damaged"):
        dialect_of(tmp_path / "cut.csv.gz", known)


@pytest.mark.parametrize(("head", "said"), [(b"PK\x03\x04", "workbook"), (b"PAR1", "Parquet"), (b"%PDF", "a PDF")])
def test_a_file_of_another_kind_is_named_by_the_error_asked_for(tmp_path, head, said):
    (tmp_path / "t.csv").write_bytes(head + bytes(99))
    with pytest.raises(BadTable, match=f"{said}.*save it as CSV"):
        dialect_of(tmp_path / "t.csv", known)
    with pytest.raises(BadManifest, match=said):
        dialect_of(tmp_path / "t.csv", known, BadManifest)


def test_bytes_that_break_their_own_mark_are_damaged(tmp_path):
    (tmp_path / "t.csv").write_bytes("path,label\n".encode("utf-16") + b"\x00\xd8")
    with pytest.raises(BadTable, match="begins like UTF-16 and is damaged"):
        dialect_of(tmp_path / "t.csv", known)


def test_nothing_tells_of_another_encoding_than_utf8():
    assert encoding_of(b"") == encoding_of(b"path,label") == "utf-8-sig"


def test_a_header_is_the_first_line_that_is_not_blank():
    assert header_of("\n , \n path , 'label' \n", ",") == ["path", "'label'"]
    assert header_of("", ",") == []
    assert empty_columns(["path", "", ""], lambda column: column == 1) == [2]


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["1.5", "2"], "."),
        (["1,5", "2"], ","),
        (["1.234,5", "2.345"], ","),
        (["1,234.5", "2,345"], "."),
        (["12", "3"], "."),
        (["1,5", "2.5"], ""),
        (["1.234,5", "2.5"], ""),
    ],
)
def test_the_decimal_mark_is_told_where_numbers_agree(cells, mark):
    assert decimal_mark(cells) == mark
    if mark:
        assert all(is_number(cell) for cell in cells)
        values = [float(plain_number(cell, mark)) for cell in cells]
        assert values[0] == {"1.5": 1.5, "1,5": 1.5, "1.234,5": 1234.5, "1,234.5": 1234.5, "12": 12}[cells[0]]


@pytest.mark.parametrize("cell", ["", "a", "1.2.3", "--1", "1e", "1 000"])
def test_what_is_no_number_is_not_taken_for_one(cell):
    assert not is_number(cell)


@pytest.mark.parametrize("cells", [["a", "b;c"], ["a\rb", ""], ['say "x"', "two\nlines"], ["not \udcff UTF-8", "é"]])
def test_a_line_that_is_written_is_read_back(cells):
    written = csv_line(cells, ";")
    text = written.decode("utf-8", "surrogateescape")
    assert written.endswith(b"\n") and next(csv.reader([text], delimiter=";")) == cells
