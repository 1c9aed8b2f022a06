"""The feature table: one row per image; provenance, manifest columns, then `family__feature__statistic` numbers."""

from __future__ import annotations

import contextlib
import gzip
import os
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from realfake.data.manifest import any_names, label_of
from realfake.forensics.delimited import (
    COMMA,
    NAMES,
    POINT,
    SEPARATORS,
    Dialect,
    decimal_mark,
    dialect_of,
    is_number,
    plain_number,
)
from realfake.forensics.errors import BadTable, RealfakeWarning, TooFewFakes
from realfake.forensics.extract import PROVENANCE, REGION_PLACE
from realfake.forensics.files import PARQUET_ENDINGS, TABLE_ENDINGS, ending_of, needs_ending, written_whole
from realfake.forensics.measurement import SEPARATOR, family_of
from realfake.forensics.text.regions import region_catalogue
from realfake.pipeline.tables import duplicates
from realfake.pipeline.tables.cells import guard, separator_of, unguard, utf8
from realfake.pipeline.tables.duplicates import join_groups

NEVER_NUMBERS = ("path", "group", "sha256", "phash")  # digits alone are still a name
NUMBERS = ("width", "height", "bytes", "edited", *REGION_PLACE)
KNOWN = {*PROVENANCE, *REGION_PLACE, "label", "group", "mask"}
MOST = float(np.finfo(np.float32).max)  # trees learn in single precision
SAMPLE = 500  # rows that tell the decimal mark


class TableWarning(RealfakeWarning):
    """Something in a table that weakens every figure made from it."""


@dataclass(frozen=True)
class Labelled:
    """The rows of a table that can teach or test.

    Attributes
    ----------
    frame : DataFrame, n rows with a fresh index
    y : (n,) int8, 1 = fake
    groups : (n,) int64, equal for images derived from one capture
    """

    frame: pd.DataFrame
    y: np.ndarray
    groups: np.ndarray

    def take(self, rows: np.ndarray) -> Labelled:
        """The rows at these positions (or where a boolean mask is true)."""
        return Labelled(self.frame.loc[rows].reset_index(drop=True), self.y[rows], self.groups[rows])

    @property
    def name(self) -> str:
        """The table's name for error messages."""
        return table_name(self.frame)


def feature_columns(frame: pd.DataFrame) -> list[str]:
    """The columns that are features, in table order."""
    return [column for column in frame.columns if SEPARATOR in str(column)]


def families_in(columns: Iterable[str]) -> list[str]:
    """The families that these feature columns belong to, in order of appearance."""
    return list(dict.fromkeys(family_of(column) for column in columns if SEPARATOR in column))


def table_name(frame: pd.DataFrame) -> str:
    """The file that a table was read from, for error messages."""
    return str(frame.attrs.get("source", "the table"))


def is_feature_table(path: str | os.PathLike[str]) -> bool:
    """Whether a file holds features by its ending or its header, and not a manifest or the figures of a run.

    Raises
    ------
    BadTable
        If it cannot be read.
    """
    if Path(path).is_dir():
        return False
    if Path(path).suffix.lower() in PARQUET_ENDINGS:
        return True
    try:
        return any(map(_is_feature, dialect_of(path, belongs_in_table)[1]))
    except OSError as error:
        raise BadTable(
            f"{path} cannot be read: {error.strerror or error}; give a feature table or a manifest"
        ) from None


@any_names
def read_table(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read a feature table.

    Parameters
    ----------
    path : path of a CSV or, by its ending .parquet or .pq, a Parquet file
        A CSV may be saved anew by a spreadsheet, as `realfake.forensics.delimited.dialect_of` reads it, with points or
        commas.

    Returns
    -------
    DataFrame
        Provenance and manifest columns as written, features as float64; `attrs["source"]` is the path.

    Raises
    ------
    BadTable
        If the file cannot be read as a table, has no rows, no features, or a feature that is not a number.

    Examples
    --------
    >>> import pathlib
    >>> import tempfile
    >>> import realfake
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "features.csv"
    >>> size = file.write_text("path,label,ela__q90__mean\\na.png,1,0.5\\n")
    >>> realfake.read_table(file)["ela__q90__mean"].tolist()
    [0.5]
    """
    path = Path(path)
    if not path.is_file():
        raise BadTable(f"{path} is not a file; give the table that `realfake extract` wrote")
    try:
        frame = pd.read_parquet(path) if path.suffix.lower() in PARQUET_ENDINGS else _read_csv(path)
    except (ValueError, OSError, EOFError) as error:  # pandas' and arrow's parser errors are ValueErrors
        cause = str(error).strip().split("\n")[0]
        raise BadTable(f"{path} cannot be read as a table ({cause}); give a CSV or Parquet file") from None
    frame = frame.dropna(how="all").reset_index(drop=True)  # rows of separators alone, which spreadsheets leave
    frame.attrs["source"] = str(path)
    if frame.empty:
        raise BadTable(f"{path} has no rows; extract at least a few labelled images")
    _check_features(frame)
    return frame


def text_cells(path: Path, left_out: Callable[[str], bool]) -> tuple[list[str], pd.DataFrame]:
    """The header of a CSV table, and its columns but those left out as the text that stands in them, "" for nothing."""
    dialect, names = dialect_of(path, belongs_in_table)
    _check_names(path, names)
    kept = [i for i, name in enumerate(names) if name and not left_out(name)]
    if not kept:
        return names, pd.DataFrame()
    frame = _parsed(path, dialect, dtype=object, usecols=kept).fillna("")
    frame.columns = pd.Index([names[i] for i in kept])
    frame = frame[(frame != "").any(axis=1)].reset_index(drop=True)
    return names, frame.map(unguard)


def in_single_precision(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its features as float32, in half the memory: words are many."""
    columns = feature_columns(table)
    halved = table.astype(dict.fromkeys(columns, np.float32))
    halved.attrs |= table.attrs
    return halved


@any_names
def write_table(frame: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write a table as its ending says: CSV, values separated by tabs, either of them gzipped, or Parquet.

    The file appears whole or not at all. Text cells that a spreadsheet would run as a formula are written with a
    leading apostrophe in CSV, and `read_table` takes it away again. Parquet holds no bytes that are not UTF-8: they
    become backslashes and digits.

    Raises
    ------
    BadTable
        If the file cannot be written.
    UnknownName
        If it has another ending.
    """
    path = Path(path)
    needs_ending(path, TABLE_ENDINGS)
    with written_whole(path) as scratch:
        if path.suffix.lower() in PARQUET_ENDINGS:
            _changed(frame, utf8).to_parquet(scratch, index=False)
        else:
            text = _changed(frame, guard).to_csv(index=False, lineterminator="\n", sep=separator_of(path))
            scratch.write_bytes(as_stored(text.encode("utf-8", "surrogateescape"), path))


def as_stored(text: bytes, path: Path) -> bytes:
    """The bytes of a file with this name that holds this text; the same text gives the same bytes."""
    return gzip.compress(text, mtime=0) if ending_of(path).endswith(".gz") else text


def holds_words(frame: pd.DataFrame) -> bool:
    """Whether a row of a table is a word and not an image."""
    if {"region", "region_width"} <= set(frame.columns):
        return True
    families = families_in(map(str, frame.columns))
    return bool(families) and set(families) <= {entry.family for entry in region_catalogue()}


def needs_images(frame: pd.DataFrame) -> None:
    """Raise BadTable where a row of a table is a word."""
    if holds_words(frame):
        raise BadTable(
            f"{table_name(frame)} is a table of words and one of images is needed: a row is a word; use --level region "
            "with compare, give it to train as --regions, or extract without --level region"
        )


def needs_words(frame: pd.DataFrame) -> None:
    """Raise BadTable where a row of a table is an image."""
    if not holds_words(frame):
        raise BadTable(
            f"{table_name(frame)} is a table of images and one of words is needed: a row is an image; "
            "extract the images with --level region"
        )


def needs_finite(frame: pd.DataFrame) -> None:
    """Raise BadTable where a feature is infinite, or too large for the single precision in which trees learn."""
    floats = (frame[column] for column in feature_columns(frame) if frame[column].dtype.kind == "f")
    if any((cells.abs() > MOST).any() for cells in floats):
        raise BadTable(f"{table_name(frame)} has infinite numbers among its features; extract the table again")


@any_names
def labels(frame: pd.DataFrame) -> np.ndarray:
    """The labels, (n,) int8 with 1 = fake.

    Raises
    ------
    BadTable
        If there is no label column or a label names no class, as `realfake.data.manifest.label_of` reads it.
    """
    name = table_name(frame)
    if "label" not in frame:
        raise BadTable(f"{name} has no column 'label'; extract with --manifest, or add it: 1 for fake, 0 for genuine")
    values = [label_of(cell) for cell in frame["label"]]
    bad = [i for i, value in enumerate(values) if value is None]
    if bad:
        counted = f"{len(bad)} labels that are" if len(bad) > 1 else "a label that is"
        cell = frame["label"].iloc[bad[0]]
        shown = "nothing" if _is_blank(cell) else f"{cell:g}" if isinstance(cell, float) else f"{str(cell)!r}"
        raise BadTable(
            f"{name} has {counted} not 0 or 1, the first {shown} in row {int(frame.index[bad[0]]) + 1}; "
            "use 0 for genuine and 1 for fake"
        )
    return np.array(values, np.int8)


def unlabelled(frame: pd.DataFrame) -> np.ndarray:
    """Rows whose label is blank, (n,) bool."""
    return np.array([_is_blank(cell) for cell in frame["label"]], bool)


@any_names
def groups(frame: pd.DataFrame) -> np.ndarray:
    """The groups, (n,) int64: the `group` column, or near-duplicate hashing with a warning where there is none.

    Rows whose group is empty stand alone, unless their file is byte-identical to another's.
    """
    name = table_name(frame)
    if "group" in frame and frame["group"].notna().any():
        given = frame["group"].astype(object)
        alone = given.isna() | (given.astype(str).str.strip() == "")
        keys = given.astype(str).str.strip().where(~alone, [f"\0{key}" for key in _identity(frame)])
        return pd.factorize(keys)[0].astype(np.int64)
    found = near_duplicate_groups(frame)
    warnings.warn(
        f"{name} has no groups: {len(frame)} images fell into {found.max() + 1} groups by near-duplicate hashing, "
        "which misses crops and retakes; add a column 'group' that is equal for all images made from one capture",
        TableWarning,
        stacklevel=2,
    )
    return found


@any_names
def near_duplicate_groups(frame: pd.DataFrame) -> np.ndarray:
    """Groups of byte-identical files and, where the table has a column `phash`, of images that look alike.

    Returns
    -------
    (n,) int64, as `realfake.pipeline.tables.duplicates.near_duplicate_groups`
    """
    identity = pd.factorize(pd.Series(_identity(frame)))[0]
    return join_groups(identity, duplicates.near_duplicate_groups(frame["phash"])) if "phash" in frame else identity


def group_images(table: pd.DataFrame, *shared: Sequence[str | None]) -> np.ndarray:
    """Group images that were likely made from one capture: alike, or with the same name in any of `shared`.

    Parameters
    ----------
    table : feature table with `sha256` or `phash`
    shared : a name for each row, such as of who sent it; None where that is not known

    Returns
    -------
    (n,) int64, group numbers from 0 in order of first appearance

    Examples
    --------
    >>> import pandas as pd
    >>> import realfake
    >>> looks = ["00000000000000ff", "00000000000000fe", "ffff000000000000", "0f0f0f0f0f0f0f0f"]
    >>> table = pd.DataFrame({"phash": looks})
    >>> realfake.group_images(table, ["ann", "bob", "ann", None]).tolist()
    [0, 0, 0, 1]
    """
    found = near_duplicate_groups(table)
    for names in shared:
        alone = [f"\0{row}" if name is None else name for row, name in enumerate(names)]
        found = join_groups(found, pd.factorize(np.array(alone, object))[0])
    return found


def filled(frame: pd.DataFrame, column: str) -> np.ndarray:
    """Whether a column of text, which may be lacking, has a value, (n,) bool."""
    if column not in frame:
        return np.zeros(len(frame), bool)
    return np.array([bool(pd.notna(cell)) and cell != "" for cell in frame[column]], bool)


def distinct(frame: pd.DataFrame, column: str) -> list[str]:
    """The different texts of a column, sorted; none where it is lacking."""
    return sorted({str(cell) for cell in frame[column].dropna() if str(cell)}) if column in frame else []


def failed_rows(frame: pd.DataFrame) -> np.ndarray:
    """Rows of images that could not be measured, (n,) bool."""
    return filled(frame, "error")


@any_names
def labelled(frame: pd.DataFrame) -> Labelled:
    """The rows that carry a label and no extraction error.

    Raises
    ------
    BadTable
        If there is no label column, a label other than 0 and 1, or no feature, or if a row is a word.
    TooFewFakes
        If only one class is left.

    Warns
    -----
    TableWarning
        Of rows left out, of missing groups, and of identical files in several groups or with both labels.
    """
    name = table_name(frame)
    needs_images(frame)
    if not feature_columns(frame):
        raise BadTable(f"{name} has no features (columns such as ela__q90__mean); extract them with `realfake extract`")
    if "label" not in frame:
        labels(frame)
    blank = unlabelled(frame)
    failed = failed_rows(frame)
    left_out = blank | failed
    if left_out.any():
        warnings.warn(
            f"{name}: {int(left_out.sum())} of {len(frame)} rows are left out ({int(failed.sum())} unreadable images, "
            f"{int(blank.sum())} without a label)",
            TableWarning,
            stacklevel=2,
        )
    y = labels(frame.loc[~left_out])  # before rows get other numbers
    kept = frame.loc[~left_out].reset_index(drop=True)
    kept.attrs = dict(frame.attrs)
    if not len(y) or y.min() == y.max():
        only = "no usable rows" if not len(y) else "only fakes" if y[0] else "only genuine images"
        raise TooFewFakes(f"{name} has {only}; label images of both classes")
    found = groups(kept)
    _warn_of_copies(kept, y, found)
    return Labelled(kept, y, found)


def _is_blank(cell: object) -> bool:
    return cell is None or cell is pd.NA or cell != cell or str(cell).strip() in ("", "<NA>")


def _read_csv(path: Path) -> pd.DataFrame:
    dialect, names = dialect_of(path, belongs_in_table)
    _check_names(path, names)
    texts = [i for i, name in enumerate(names) if SEPARATOR not in name]
    mark = _sampled_mark(path, dialect, names)
    frame = _parsed(path, dialect, dtype=dict.fromkeys(texts, object), decimal=mark or POINT, low_memory=False)
    frame.columns = pd.RangeIndex(len(frame.columns))
    nameless = [i for i, name in enumerate(names) if not name]
    if filled := [i for i in nameless if frame[i].notna().any()]:
        raise BadTable(f"{path} has cells below no name in column {filled[0] + 1}; name it in the header")
    frame = frame.drop(columns=nameless).rename(columns=dict(enumerate(names)))
    return _with_numbers(frame, path, dialect, mark)


def belongs_in_table(name: str) -> bool:
    """Whether a header's cell is the name of a column that a feature table has."""
    return name in KNOWN or _is_feature(name)


def _is_feature(name: str) -> bool:
    return SEPARATOR in name and not any(mark in name for mark in SEPARATORS)


def _check_names(path: Path, names: list[str]) -> None:
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise BadTable(f"{path} has the column {twice[0]!r} more than once; rename all but one")


def _parsed(path: Path, dialect: Dialect, **options: Any) -> pd.DataFrame:
    with dialect.open(path) as stream, warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)  # of cells beyond the header, which would be dropped
        try:
            frame: pd.DataFrame = pd.read_csv(  # object: Arrow strings cannot hold names that are not UTF-8
                stream,
                sep=dialect.separator,
                encoding_errors="surrogateescape",
                index_col=False,
                keep_default_na=False,
                na_values=["", "nan", "NaN"],
                **options,
            )
        except pd.errors.ParserWarning:
            raise ValueError("a row has more cells than the header") from None
        return frame


def _sampled_mark(path: Path, dialect: Dialect, names: list[str]) -> str:
    """The decimal mark of the first rows, "" where they do not tell."""
    features = [i for i, name in enumerate(names) if SEPARATOR in name]
    sample = _parsed(path, dialect, dtype=object, usecols=features, nrows=SAMPLE) if features else pd.DataFrame()
    return decimal_mark(_numbers_in(sample))


def _numbers_in(frame: pd.DataFrame) -> set[str]:
    cells = {cell.strip() for cell in pd.unique(frame.to_numpy(object).ravel()) if isinstance(cell, str)}
    return {cell for cell in cells if is_number(cell)}


def _with_numbers(frame: pd.DataFrame, path: Path, dialect: Dialect, mark: str) -> pd.DataFrame:
    """The table with numbers where columns hold numbers, whatever their decimal mark."""
    left = [name for name in feature_columns(frame) if _is_text(frame[name])]
    written = _numbers_in(frame[left])
    if written:
        sure = decimal_mark(written | ({f"0{mark}5"} if mark else set()))
        if not sure:
            between = NAMES.get(dialect.separator, dialect.separator)
            raise BadTable(
                f"{path} (cells between {between}) has both points and commas in numbers, such as "
                f"{next(iter(sorted(written)))!r} in the column {left[0]!r}; save it with decimal points and without "
                "separators of thousands"
            )
        mark = sure
        for name in left:
            read = frame[name].map(lambda cell: _plain(cell, mark))
            with contextlib.suppress(ValueError):  # other text, which is told later
                frame[name] = pd.to_numeric(read)
    for name in frame.columns:
        if SEPARATOR not in name:
            frame[name] = _plain_cells(frame[name], name not in NEVER_NUMBERS, mark)
    return frame


def _plain(cell: object, mark: str) -> object:
    """A cell with a written number as Python writes it."""
    return plain_number(cell.strip(), mark) if isinstance(cell, str) and is_number(cell.strip()) else cell


def _plain_cells(cells: pd.Series, numbers: bool, mark: str = POINT) -> pd.Series:
    """Numbers where every cell is one, else the text without its guard."""
    if numbers:
        read = cells
        if mark == COMMA and all(not isinstance(cell, str) or is_number(cell) and POINT not in cell for cell in cells):
            read = cells.map(lambda cell: _plain(cell, mark))
        try:
            return pd.to_numeric(read)
        except ValueError:
            pass
    return pd.Series([unguard(cell) for cell in cells], cells.index, dtype=object)


def _is_text(cells: pd.Series) -> bool:
    return not is_numeric_dtype(cells) and bool(cells.notna().any())


def _check_features(frame: pd.DataFrame) -> None:
    text = [column for column in feature_columns(frame) if not is_numeric_dtype(frame[column])]
    empty = [column for column in text if frame[column].isna().all()]
    frame[empty] = np.nan
    wrong = [column for column in text if column not in empty]
    if wrong:
        raise BadTable(f"{table_name(frame)} has text in the feature column {wrong[0]!r}; extract the table again")
    strange = [name for name in NUMBERS if name in frame and _is_text(frame[name])]
    if strange and feature_columns(frame):
        raise BadTable(f"{table_name(frame)} has text in the column {strange[0]!r}; extract the table again")
    columns = feature_columns(frame)
    if columns:
        frame[columns] = frame[columns].astype(np.float64)
        needs_finite(frame)


def _changed(frame: pd.DataFrame, change: Callable[[object], object]) -> pd.DataFrame:
    text = [column for column in frame.columns if not is_numeric_dtype(frame[column])]
    return frame.assign(**{column: frame[column].astype(object).map(change) for column in text})


def _identity(frame: pd.DataFrame) -> list[str]:
    """What makes a file itself: its hash, else its path, else its row."""
    rows = [f"row {i}" for i in range(len(frame))]
    for column in ("path", "sha256"):
        if column in frame:
            rows = [str(v) if isinstance(v, str) and v else old for v, old in zip(frame[column], rows)]
    return rows


def _warn_of_copies(frame: pd.DataFrame, y: np.ndarray, found: np.ndarray) -> None:
    if "sha256" not in frame or frame["sha256"].isna().any():
        return
    same = pd.DataFrame({"file": frame["sha256"].astype(str), "label": y, "group": found}).groupby("file")
    both = int((same["label"].nunique() > 1).sum())
    apart = int((same["group"].nunique() > 1).sum())
    if both:
        sentence = f"{table_name(frame)}: {both} files are labelled both fake and genuine"
        warnings.warn(sentence, TableWarning, stacklevel=3)
    if apart:
        warnings.warn(
            f"{table_name(frame)}: {apart} files stand in more than one group, so test images are seen in training",
            TableWarning,
            stacklevel=3,
        )
