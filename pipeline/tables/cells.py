"""A row and its cells as text: what a spreadsheet would run is guarded, bytes that are not UTF-8 are written as digits.

The separator follows the file's name.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from realfake.forensics.files import ending_of

SPREADSHEET_TRIGGERS = ("=", "+", "-", "@", "\t", "\r")  # text that spreadsheets run as a formula
GUARD = "'"
NOT_UTF8 = re.compile(r"[\udc80-\udcff]|\\(?=x(?:5c|[89a-f][0-9a-f]))")  # and backslashes that would be taken for it
WRITTEN = re.compile(r"\\x(5c|[89a-f][0-9a-f])")
PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")

Row = dict[str, Any]  # column to cell


def separator_of(path: Path) -> str:
    """What stands between the cells of a table with this name."""
    return "\t" if ".tsv" in ending_of(path) else ","


def utf8(cell: object) -> object:
    """The cell as UTF-8 holds it: other bytes as a backslash, x and two digits; `from_utf8` takes them back."""
    return NOT_UTF8.sub(lambda found: f"\\x{ord(found[0]) & 0xFF:02x}", cell) if isinstance(cell, str) else cell


def from_utf8(cell: object) -> object:
    """The cell before `utf8`."""
    return WRITTEN.sub(lambda found: _byte(int(found[1], 16)), cell) if isinstance(cell, str) else cell


def _byte(value: int) -> str:
    """A byte as Python holds it in the name of a file."""
    return bytes([value]).decode("ascii", "surrogateescape")


def guard(cell: object) -> object:
    """The cell as CSV holds it: an apostrophe before what a spreadsheet would run, and as `utf8` says.

    `unguard` takes both away.
    """
    cell = utf8(cell)
    if (
        isinstance(cell, str)
        and not PLAIN_NUMBER.fullmatch(cell)
        and (cell.startswith(SPREADSHEET_TRIGGERS) or _is_guarded(cell))
    ):
        return GUARD + cell
    return cell


def unguard(cell: object) -> object:
    """The cell before `guard`."""
    return from_utf8(cell[1:] if isinstance(cell, str) and _is_guarded(cell) else cell)


def _is_guarded(cell: str) -> bool:
    """Apostrophes before a formula sign: one more is added on writing and taken away on reading."""
    bare = cell.lstrip(GUARD)
    return len(bare) < len(cell) and bare.startswith(SPREADSHEET_TRIGGERS)
