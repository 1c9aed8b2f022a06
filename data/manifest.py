"""The manifest: a CSV that names labelled images, what group each belongs to, and anything else known of them."""

from __future__ import annotations

import contextlib
import csv
import os
import warnings
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from enum import IntEnum
from functools import wraps
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal, ParamSpec, TypeVar

from realfake.forensics.delimited import NAMES, Dialect, csv_line, dialect_of, empty_columns
from realfake.forensics.errors import BadManifest, RealfakeWarning
from realfake.forensics.files import written_whole
from realfake.forensics.names import SEPARATOR

if TYPE_CHECKING:
    import pandas as pd

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Label(IntEnum):
    """What an image is; the rare, positive class is 1."""

    GENUINE = 0
    FAKE = 1


GENUINE_WORDS = "genuine authentic real original legit legitimate pristine untouched unedited bonafide"
FAKE_WORDS = "fake forged forgery tampered manipulated fraud fraudulent counterfeit doctored falsified"
WORDS = {  # that mean one class to everybody; "yes" and "FALSO" do not
    **dict.fromkeys(GENUINE_WORDS.split(), Label.GENUINE),
    **dict.fromkeys(FAKE_WORDS.split(), Label.FAKE),
}
BOOLEANS = {"false": Label.GENUINE, "true": Label.FAKE}  # the answer to "is it fake?"
COLUMNS = ("path", "label", "group", "mask", "app", "device", "editor", "tool", "received", "delivered")
RESOLVED = ("file", "mask_file")  # made by read_manifest, never written
NAMED_IN_ERRORS = 3  # offending rows that an error message spells out


def any_names(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """A function inside which tables hold any name of a file: Arrow's strings have no place for what is not UTF-8."""

    @wraps(function)
    def call(*arguments: Parameters.args, **named: Parameters.kwargs) -> Result:
        import pandas as pd

        with pd.option_context("mode.string_storage", "python"):
            return function(*arguments, **named)

    return call


class ManifestWarning(RealfakeWarning):
    """Something in a manifest that may not mean what it was taken for."""


def label_of(cell: object) -> int | None:
    """The class that a cell names by number, boolean or word (`fake`, `genuine`, ...); None where it names none."""
    text = str(cell).strip().casefold()
    if text in WORDS or text in BOOLEANS:
        return WORDS.get(text, BOOLEANS.get(text))
    try:
        number = float(text.replace(",", "."))  # 1,0 is how half the world writes 1.0
    except ValueError:
        return None
    return int(number) if number in (Label.GENUINE, Label.FAKE) else None


def read_manifest(
    path: str | os.PathLike[str],
    *,
    require: Collection[str] = ("label",),
    missing: Literal["error", "keep"] = "error",
) -> pd.DataFrame:
    """Read a manifest.

    Parameters
    ----------
    path : path of a CSV file with a header
        As `realfake.forensics.delimited.dialect_of` reads it: UTF-8 or, with its mark, UTF-16; separated by commas,
        semicolons, tabs or bars. File names that are not UTF-8 are kept as Python keeps them, with surrogate escapes,
        unless the file that is there has the name that they spell in Windows-1252.
    require : column names
        Columns that must stand in it beside ``path``; a required column has no empty cell. Labels that are not
        required may be blank or anything else.
    missing : "error" or "keep"
        What to do with rows whose image does not exist. A mask that does not exist is always kept.

    Returns
    -------
    DataFrame, one row per image in the order of the file
        Every column of the manifest as given (strings without spaces around them; an empty cell is ""), ``label`` as
        int (0 genuine, 1 fake; where it is not required, cells that are neither stay text), and ``file`` and
        ``mask_file``: absolute paths, resolved against the manifest's folder ("" where there is no mask).

    Raises
    ------
    BadManifest
        The file cannot be read as a table, lacks a column, has no rows, a path twice, names a missing image while
        ``missing`` is "error", or has a label that is required and names no class.

    Warns
    -----
    ManifestWarning
        If it was taken for Windows-1252.
    """
    import pandas as pd

    path = Path(path)
    header, rows, lines = _read_cells(path)
    _check_header(path, header, require)
    folder = os.path.abspath(path.parent)
    rows = _as_meant(path, header, rows, folder)
    if not rows:
        raise BadManifest(f"{path} names no images; add one row per image below the header")
    frame = pd.DataFrame({name: pd.Series([row[i] for row in rows], dtype=object) for i, name in enumerate(header)})
    _check_filled(path, frame, lines, {"path", *require})
    if "label" in frame:
        frame["label"] = _parse_labels(path, frame["label"], lines, "label" in require)
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
        The frame has no ``path`` column.
    CannotWrite
        The file cannot be written.
    """
    path = Path(path)
    if "path" not in frame:
        raise BadManifest(f"{path} was not written: the table has no column 'path'; name the images in one")
    known = [name for name in COLUMNS if name in frame]
    columns = known + [str(name) for name in frame if name not in COLUMNS and name not in RESOLVED]
    rows = zip(*([_cell(value) for value in frame[name]] for name in columns), strict=True)
    with written_whole(path) as scratch, open(scratch, "wb") as stream:
        stream.writelines(map(csv_line, chain([columns], rows)))


def _read_cells(path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    """Return the header, the rows that are not blank, and the line on which each row ends."""
    rows: list[list[str]] = []
    lines: list[int] = []
    dialect = Dialect()
    try:
        dialect, header = dialect_of(path, COLUMNS.__contains__, BadManifest)
        with dialect.open(path) as stream:
            reader = csv.reader(stream, delimiter=dialect.separator)
            for row in reader:
                if not any(cell.strip() for cell in row):
                    continue
                if len(row) < len(header) or any(cell.strip() for cell in row[len(header) :]):
                    raise BadManifest(
                        f"{path} line {reader.line_num + dialect.skipped} has {len(row)} cells and the header "
                        f"{len(header)}; quote cells that hold {NAMES.get(dialect.separator, dialect.separator)}"
                    )
                rows.append(row[: len(header)])
                lines.append(reader.line_num + dialect.skipped)
    except UnicodeError:
        raise BadManifest(f"{path} begins as {dialect.encoding.upper()} and is damaged; save it as UTF-8") from None
    except OSError as error:
        raise BadManifest(
            f"{path} cannot be read: {error.strerror or error}; give the path of a manifest CSV"
        ) from None
    except (csv.Error, EOFError) as error:
        raise BadManifest(f"{path} is not a CSV table ({error}); save it as comma-separated UTF-8") from None
    rows, lines = rows[1:], lines[1:]  # the first is the header
    spare = empty_columns(header, lambda i: any(row[i].strip() for row in rows))
    kept = [i for i in range(len(header)) if i not in spare]
    return [header[i] for i in kept], [[row[i] for i in kept] for row in rows], lines


def _as_meant(path: Path, header: list[str], rows: list[list[str]], folder: str) -> list[list[str]]:
    """The rows with file names as they stand on the disk and other cells without the spaces around them."""
    names = [i for i, name in enumerate(header) if name in ("path", "mask")]
    found = [[_on_disk(cell, folder) if i in names else cell.strip() for i, cell in enumerate(row)] for row in rows]
    escaped = [any(_is_escaped(cell) for cell in row) for row in rows]
    if not any(escaped) or any(_is_escaped(row[i]) for row in found for i in names):
        return found  # UTF-8, or names of bytes that are none
    try:
        found = [[_western(cell) for cell in row] for row in found]
    except UnicodeDecodeError:
        return found
    warnings.warn(
        f"{path} is not UTF-8 and was read as Windows-1252; if letters look wrong, save it as CSV UTF-8",
        ManifestWarning,
        stacklevel=3,
    )
    return found


def _on_disk(cell: str, folder: str) -> str:
    """The file name as given or, where only that is there, without spaces around it or as Windows-1252 spells it."""
    if not cell.strip() or _is_there(cell, folder):
        return cell if cell.strip() else ""
    spellings = [cell.strip()]
    if _is_escaped(cell):
        with contextlib.suppress(UnicodeDecodeError):
            spellings += [_western(cell), _western(cell.strip())]
    return next((name for name in spellings if _is_there(name, folder)), cell)


def _is_there(name: str, folder: str) -> bool:
    try:
        return os.path.lexists(os.path.join(folder, name))
    except ValueError:  # a zero byte
        return False


def _is_escaped(cell: str) -> bool:
    return any("\udc80" <= letter <= "\udcff" for letter in cell)


def _western(cell: str) -> str:
    return cell.encode("utf-8", "surrogateescape").decode("cp1252") if _is_escaped(cell) else cell


def _check_header(path: Path, header: list[str], require: Iterable[str]) -> None:
    if not any(header):
        raise BadManifest(f"{path} is empty; it needs a header such as path,label,group and one row per image")
    if "sha256" in header and any(SEPARATOR in name for name in header):
        raise BadManifest(
            f"{path} is a feature table of `realfake extract` and not a manifest; give the CSV that names the images"
        )
    nameless = [i for i, name in enumerate(header, start=1) if not name]
    if nameless and "path" in header:
        raise BadManifest(f"{path} has cells below no name in column {nameless[0]}; name it in the header")
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


def _parse_labels(path: Path, cells: pd.Series, lines: list[int], required: bool) -> pd.Series:
    import pandas as pd

    found = [label_of(cell) for cell in cells]
    bad = [(line, cell) for line, cell, label in zip(lines, cells, found, strict=True) if label is None]
    if bad and required:
        strange = _names(sorted({cell for _, cell in bad}))
        raise BadManifest(
            f"{path} has the label {strange} on {_lines([line for line, _ in bad])}; use 0 for genuine and 1 for fake"
        )
    kept = [cell if label is None else label for cell, label in zip(cells, found, strict=True)]
    return pd.Series(kept, cells.index, dtype=object if bad else "int64")


def _resolve(cells: pd.Series, folder: str) -> pd.Series:
    import pandas as pd

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
