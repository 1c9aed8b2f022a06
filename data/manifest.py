"""The manifest: a CSV that names labelled images, what group each belongs to, and anything else known of them."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Literal

import pandas as pd

from realfake.forensics.errors import BadManifest

GENUINE, FAKE = 0, 1
LABELS = {"0": GENUINE, "1": FAKE, "0.0": GENUINE, "1.0": FAKE}  # pandas writes 0.0 where a column once had gaps
COLUMNS = ("path", "label", "group", "mask", "app", "device", "editor", "tool", "received", "delivered")
RESOLVED = ("file", "mask_file")  # made by read_manifest, never written
NAMED_IN_ERRORS = 3  # offending rows that an error message spells out


def read_manifest(
    path: str | os.PathLike[str],
    *,
    require: Collection[str] = ("label",),
    missing: Literal["error", "keep"] = "error",
) -> pd.DataFrame:
    """Read a manifest.

    Parameters
    ----------
    path : path of a CSV file
        UTF-8 (a byte-order mark is allowed), comma-separated, with a header. File names that are not UTF-8 are kept as
        Python keeps them, with surrogate escapes.
    require : column names
        Columns that must stand in it beside ``path``; a required column has no empty cell.
    missing : "error" or "keep"
        What to do with rows whose image does not exist. A mask that does not exist is always kept.

    Returns
    -------
    DataFrame, one row per image in the order of the file
        Every column of the manifest as given (strings; an empty cell is ""), ``label`` as int (0 genuine, 1 fake), and
        ``file`` and ``mask_file``: absolute paths, resolved against the manifest's folder ("" where there is no mask).

    Raises
    ------
    BadManifest
        The file cannot be read as a table, lacks a column, has no rows, a label other than 0 and 1, a path twice, or
        names a missing image while ``missing`` is "error".
    """
    path = Path(path)
    header, rows, lines = _read_cells(path)
    _check_header(path, header, require)
    if not rows:
        raise BadManifest(f"{path} names no images; add one row per image below the header")
    frame = pd.DataFrame({name: pd.Series([row[i] for row in rows], dtype=object) for i, name in enumerate(header)})
    _check_filled(path, frame, lines, {"path", *require})
    if "label" in frame:
        frame["label"] = _parse_labels(path, frame["label"], lines)
    folder = os.path.abspath(path.parent)
    frame["file"] = _resolve(frame["path"], folder)
    masks = frame["mask"] if "mask" in frame else pd.Series("", frame.index, dtype=object)
    frame["mask_file"] = _resolve(masks, folder)
    _check_unique(path, frame["file"], lines)
    if missing == "error":
        _check_files(path, frame["file"], lines)
    return frame


def write_manifest(frame: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write a manifest as UTF-8 CSV; the file appears whole or not at all.

    ``path`` and ``mask`` are written as they stand and are taken relative to the manifest's folder when read back. The
    known columns come first, ``file`` and ``mask_file`` are left out, missing values become empty cells.

    Raises
    ------
    BadManifest
        The frame has no ``path`` column, or the file cannot be written.
    """
    path = Path(path)
    if "path" not in frame:
        raise BadManifest(f"{path} was not written: the table has no column 'path'; name the images in one")
    known = [name for name in COLUMNS if name in frame]
    columns = known + [str(name) for name in frame if name not in COLUMNS and name not in RESOLVED]
    cells = zip(*([_cell(value) for value in frame[name]] for name in columns), strict=True)
    try:
        _write_atomically(path, columns, cells)
    except OSError as error:
        raise BadManifest(f"{path} cannot be written: {error.strerror}; choose a folder that you own") from None


def _read_cells(path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    """Return the header, the rows that are not blank, and the line on which each row ends."""
    rows, lines = [], []
    try:
        with open(path, encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
            reader = csv.reader(stream)
            header = [name.strip() for name in next(reader, [])]
            for row in reader:
                if not any(row):
                    continue
                if len(row) != len(header):
                    raise BadManifest(
                        f"{path} line {reader.line_num} has {len(row)} cells and the header {len(header)}; "
                        "quote cells that hold commas"
                    )
                rows.append(row)
                lines.append(reader.line_num)
    except OSError as error:
        raise BadManifest(f"{path} cannot be read: {error.strerror}; give the path of a manifest CSV") from None
    except csv.Error as error:
        raise BadManifest(f"{path} is not a CSV table ({error}); save it as comma-separated UTF-8") from None
    return header, rows, lines


def _check_header(path: Path, header: list[str], require: Iterable[str]) -> None:
    if not any(header):
        raise BadManifest(f"{path} is empty; it needs a header such as path,label,group and one row per image")
    lacking = [name for name in ("path", *require) if name not in header]
    if lacking:
        raise BadManifest(f"{path} lacks the column {_names(lacking)}; it has {_names(header)}")
    twice = [name for name, count in Counter(header).items() if count > 1]
    if twice:
        raise BadManifest(f"{path} has the column {_names(twice)} more than once; rename all but one")
    taken = [name for name in header if name in RESOLVED]
    if taken:
        raise BadManifest(f"{path} has the column {_names(taken)}, a name that realfake fills itself; rename it")


def _check_filled(path: Path, frame: pd.DataFrame, lines: list[int], columns: Iterable[str]) -> None:
    for name in columns:
        empty = [line for line, cell in zip(lines, frame[name], strict=True) if cell == ""]
        if empty:
            raise BadManifest(f"{path} has no {name} on {_lines(empty)}; fill the cells or remove the rows")


def _parse_labels(path: Path, cells: pd.Series, lines: list[int]) -> pd.Series:
    bad = [(line, cell) for line, cell in zip(lines, cells, strict=True) if cell.strip() not in LABELS]
    if bad:
        found = _names(sorted({cell for _, cell in bad}))
        raise BadManifest(
            f"{path} has the label {found} on {_lines([line for line, _ in bad])}; use 0 for genuine and 1 for fake"
        )
    return cells.map(lambda cell: LABELS[cell.strip()]).astype("int64")


def _resolve(cells: pd.Series, folder: str) -> pd.Series:
    resolved = [os.path.join(folder, cell) if cell else "" for cell in cells]
    return pd.Series(resolved, cells.index, dtype=object)  # object: Arrow strings cannot hold surrogate escapes


def _check_unique(path: Path, files: pd.Series, lines: list[int]) -> None:
    first: dict[str, int] = {}
    for line, file in zip(lines, map(os.path.normpath, files), strict=True):
        if file in first:
            raise BadManifest(f"{path} names {printable(file)} on lines {first[file]} and {line}; keep one of them")
        first[file] = line


def _check_files(path: Path, files: pd.Series, lines: list[int]) -> None:
    lost = [(line, file) for line, file in zip(lines, files, strict=True) if not os.path.isfile(file)]
    if lost:
        raise BadManifest(
            f"{path} names {len(lost)} of {len(files)} images that are not there, the first {printable(lost[0][1])} on "
            f"line {lost[0][0]}; correct the paths (they are relative to the manifest's folder) or remove the rows"
        )


def _write_atomically(path: Path, columns: list[str], rows: Iterable[tuple[str, ...]]) -> None:
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(scratch, "w", encoding="utf-8", errors="surrogateescape", newline="") as stream:
            plain = csv.writer(stream, lineterminator="\n")
            quoted = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
            plain.writerow(columns)
            for row in rows:  # Python before 3.13 leaves a lone carriage return unquoted
                (quoted if any("\r" in cell for cell in row) else plain).writerow(row)
        os.replace(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)


def _cell(value: object) -> str:
    return "" if value is None or value != value else str(value)  # NaN alone differs from itself


def printable(name: str) -> str:
    """Return a file name as one printable line, whatever bytes it is made of."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8").replace("\n", "\\n").replace("\r", "\\r")


def _names(names: Iterable[str]) -> str:
    names = list(names)
    shown = ", ".join(repr(name) for name in names[:NAMED_IN_ERRORS])
    return shown if len(names) <= NAMED_IN_ERRORS else f"{shown} and {len(names) - NAMED_IN_ERRORS} more"


def _lines(lines: list[int]) -> str:
    shown = ", ".join(map(str, lines[:NAMED_IN_ERRORS]))
    more = f" and {len(lines) - NAMED_IN_ERRORS} more" if len(lines) > NAMED_IN_ERRORS else ""
    return f"line{'s' if len(lines) > 1 else ''} {shown}{more}"
