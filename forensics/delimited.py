"""Tables of text as spreadsheets save them: which bytes, which separator, which decimal mark."""

from __future__ import annotations

import csv
import gzip
import io
import os
import re
import zlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

from realfake.forensics.errors import BadTable

SEPARATORS = (",", ";", "\t", "|")
NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
HEAD = 1 << 20  # bytes that hold any header and tell the dialect
STATED = re.compile(r'\ufeff?"?sep=(.)"?(?:\r\n|\n|\r)', re.IGNORECASE)  # Excel's own first line
MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"),
)  # fmt: skip
OTHER_KINDS = (
    (b"PK\x03\x04", "is a workbook or archive"), (b"\xd0\xcf\x11\xe0", "is an old Excel workbook"),
    (b"PAR1", "is a Parquet file; let its name end in .parquet, or"), (b"{\\rtf", "is a text document"),
    (b"%PDF", "is a PDF"),
)  # fmt: skip
GZIP = b"\x1f\x8b"
POINT, COMMA = ".", ","
NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?")
POINTS_IN_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+")
COMMAS_IN_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+\.\d+")
WHOLE_IN_THOUSANDS = {COMMA: re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+"), POINT: re.compile(r"[+-]?\d{1,3}(?:,\d{3})+")}


@dataclass(frozen=True)
class Dialect:
    """How a table of text is written.

    Attributes
    ----------
    encoding : of the bytes, "cp1252" or a kind of Unicode
    separator : one of `SEPARATORS`
    skipped : lines before the header, 1 where the first says `sep=;`
    zipped : whether gzip holds it
    """

    encoding: str = "utf-8-sig"
    separator: str = ","
    skipped: int = 0
    zipped: bool = False

    @property
    def plain(self) -> bool:
        """Whether it is what this program writes itself, or that with a byte-order mark."""
        return self == Dialect()

    def open(self, path: str | os.PathLike[str]) -> io.TextIOWrapper:
        """The text of a file of this dialect behind `skipped`; bytes that are no Unicode as surrogate escapes."""
        errors = "strict" if "16" in self.encoding or "32" in self.encoding else "surrogateescape"
        binary = gzip.open(path, "rb") if self.zipped else open(path, "rb")  # noqa: SIM115  (closed with the text)
        stream = io.TextIOWrapper(binary, encoding=self.encoding, errors=errors, newline="")
        for _ in range(self.skipped):
            stream.readline()
        return stream


def dialect_of(
    path: str | os.PathLike[str],
    is_known: Callable[[str], bool],
    error: type[Exception] = BadTable,
) -> tuple[Dialect, list[str]]:
    """Find out how a table is written, from its first bytes and its header.

    The separator is the one that cuts the header into the most names that are known; `sep=` in a first line settles it.

    Parameters
    ----------
    path : the file
    is_known : tells whether a cell of the header is the name of a column that belongs there
    error : raised with a sentence

    Returns
    -------
    Dialect, and the header's cells without the spaces around them

    Raises
    ------
    error
        If the file is of another kind (a workbook, say) or no text.
    OSError
        If it cannot be read.
    """
    head, zipped = _head(path)
    for magic, kind in OTHER_KINDS:
        if head.startswith(magic):
            raise error(f"{path} {kind}; save it as CSV")
    encoding = encoding_of(head)
    text = _decoded(head, encoding, path, error)
    stated = STATED.match(text)
    if stated:
        text = text[stated.end() :]
    choices = (stated[1],) if stated else SEPARATORS
    headers = {separator: header_of(text, separator) for separator in choices}
    chosen = max(choices, key=lambda separator: _fit(headers[separator], is_known))
    return Dialect(encoding, chosen, int(bool(stated)), zipped), headers[chosen]


def csv_line(cells: Collection[str], separator: str = ",") -> bytes:
    """One line of cells as this program writes it: UTF-8, other bytes as they were."""
    returns = any("\r" in cell for cell in cells)  # left unquoted by Python before 3.13
    text = io.StringIO()
    quoting: Literal[0, 1] = csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=separator, lineterminator="\n", quoting=quoting).writerow(cells)
    return text.getvalue().encode("utf-8", "surrogateescape")


def encoding_of(head: bytes) -> str:
    """The encoding that the first bytes of a text tell; UTF-8 where nothing tells of another."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    sample = head[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > len(sample) / 4 and even < odd / 8:
        return "utf-16-le"
    if even > len(sample) / 4 and odd < even / 8:
        return "utf-16-be"
    return "utf-8-sig"


def header_of(text: str, separator: str) -> list[str]:
    """The cells of the first line that is not blank, without the spaces around them."""
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if any(cell.strip() for cell in cells):
                return [cell.strip() for cell in cells]
    except csv.Error:  # a quote that never ends, or a line as long as the file
        return []
    return []


def empty_columns(header: Collection[str], filled: Callable[[int], bool]) -> list[int]:
    """Places of the columns without name and cells, which spreadsheets leave behind a table."""
    return [i for i, name in enumerate(header) if not name and not filled(i)]


def decimal_mark(cells: Collection[str]) -> str:
    """The decimal mark of written numbers: `.`, `,`, or "" where it cannot be told.

    A comma in one number and a point in another contradict each other, unless one of them parts thousands beyond
    doubt (`1.234,5`).
    """
    texts = {cell for cell in cells if POINT in cell or COMMA in cell}
    if any(POINTS_IN_THOUSANDS.fullmatch(text) for text in texts):
        mark = COMMA
    elif any(COMMAS_IN_THOUSANDS.fullmatch(text) for text in texts):
        mark = POINT
    else:
        commas = any(COMMA in text for text in texts)
        points = any(POINT in text for text in texts)
        return "" if commas and points else COMMA if commas else POINT
    return mark if all(_reads(text, mark) for text in texts) else ""


def plain_number(cell: str, mark: str) -> str:
    """A number as Python writes it, from one with this decimal mark; parted thousands are joined."""
    other = POINT if mark == COMMA else COMMA
    return cell.replace(other, "").replace(mark, POINT)


def is_number(cell: str) -> bool:
    """Whether a cell holds a number, whatever its decimal mark."""
    return bool(
        NUMBER.fullmatch(cell)
        or POINTS_IN_THOUSANDS.fullmatch(cell)
        or COMMAS_IN_THOUSANDS.fullmatch(cell)
        or any(whole.fullmatch(cell) for whole in WHOLE_IN_THOUSANDS.values())
    )


def _reads(text: str, mark: str) -> bool:
    other = POINT if mark == COMMA else COMMA
    parted = POINTS_IN_THOUSANDS if mark == COMMA else COMMAS_IN_THOUSANDS
    if parted.fullmatch(text) or WHOLE_IN_THOUSANDS[mark].fullmatch(text):
        return True
    return bool(NUMBER.fullmatch(text)) and other not in text


def _head(path: str | os.PathLike[str]) -> tuple[bytes, bool]:
    with open(path, "rb") as file:
        head = file.read(HEAD)
    if not head.startswith(GZIP):
        return head, False
    try:
        with gzip.open(path, "rb") as file:
            return file.read(HEAD), True
    except (EOFError, zlib.error) as error:
        raise OSError(f"its gzip is damaged: {error}") from None


def _decoded(head: bytes, encoding: str, path: object, error: type[Exception]) -> str:
    wide = "16" in encoding or "32" in encoding
    try:
        return head[: len(head) // 4 * 4 if wide and len(head) == HEAD else None].decode(
            encoding, "strict" if wide else "surrogateescape"
        )
    except UnicodeDecodeError:
        name = encoding.upper()
        raise error(f"{path} begins like {name} and is damaged; save it as CSV in UTF-8") from None


def _fit(header: list[str], is_known: Callable[[str], bool]) -> tuple[int, int]:
    """How well a separator fits: known names, then cells; the first of `SEPARATORS` wins where both are equal."""
    return sum(map(is_known, header)), len(header)
