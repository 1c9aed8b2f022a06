"""A row and its cells as text: what a spreadsheet would run is guarded, and the separator follows the file's name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from realfake.forensics.files import ending_of

SPREADSHEET_TRIGGERS = ("=", "+", "-", "@", "\t", "\r")  # text that spreadsheets run as a formula
GUARD = "'"
PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")

Row = dict[str, Any]  # column to cell


def separator_of(path: Path) -> str:
    """What stands between the cells of a table with this name."""
    return "\t" if ".tsv" in ending_of(path) else ","


def utf8(cell: object) -> object:
    """The cell as Parquet holds it: bytes that are not UTF-8 as backslashes and digits."""
    if isinstance(cell, str):
        return cell.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return cell


def guard(cell: object) -> object:
    """The cell as CSV holds it: an apostrophe before what a spreadsheet would run; `unguard` takes it away."""
    if (
        isinstance(cell, str)
        and not PLAIN_NUMBER.fullmatch(cell)
        and (cell.startswith(SPREADSHEET_TRIGGERS) or _is_guarded(cell))
    ):
        return GUARD + cell
    return cell


def unguard(cell: object) -> object:
    """The cell before `guard`."""
    return cell[1:] if isinstance(cell, str) and _is_guarded(cell) else cell


def _is_guarded(cell: str) -> bool:
    """Apostrophes before a formula sign: one more is added on writing and taken away on reading."""
    bare = cell.lstrip(GUARD)
    return len(bare) < len(cell) and bare.startswith(SPREADSHEET_TRIGGERS)
