"""The feature table: one row per image; provenance, manifest columns, then `family__feature__statistic` numbers."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from realfake.forensics.errors import BadTable, TooFewFakes
from realfake.forensics.measurement import SEPARATOR, family_of
from realfake.pipeline.tables import duplicates
from realfake.pipeline.tables.duplicates import join_groups

SPREADSHEET_TRIGGERS = ("=", "+", "-", "@", "\t", "\r")  # text that spreadsheets run as a formula
GUARD = "'"
NEVER_NUMBERS = ("path", "group", "sha256", "phash")  # digits alone are still a name
PARQUET_ENDINGS = (".parquet", ".pq")

Row = dict[str, Any]  # column to cell


class TableWarning(UserWarning):
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


def read_table(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read a feature table.

    Parameters
    ----------
    path : path of a CSV or, by its ending .parquet or .pq, a Parquet file

    Returns
    -------
    DataFrame
        Provenance and manifest columns as written, features as float64; `attrs["source"]` is the path.

    Raises
    ------
    BadTable
        If the file cannot be read as a table, has no rows, no features, or a feature that is not a number.
    """
    path = Path(path)
    if not path.is_file():
        raise BadTable(f"{path} is not a file; give the table that `realfake extract` wrote")
    try:
        frame = pd.read_parquet(path) if path.suffix.lower() in PARQUET_ENDINGS else _read_csv(path)
    except (ValueError, OSError, UnicodeDecodeError) as error:  # pandas' and arrow's parser errors are ValueErrors
        cause = str(error).strip().split("\n")[0]
        raise BadTable(f"{path} cannot be read as a table ({cause}); give a CSV or Parquet file") from None
    frame = frame.copy()
    frame.attrs["source"] = str(path)
    if frame.empty:
        raise BadTable(f"{path} has no rows; extract at least a few labelled images")
    _check_features(frame)
    return frame


def in_single_precision(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its features as float32, in half the memory: words are many."""
    columns = feature_columns(table)
    halved = table.astype(dict.fromkeys(columns, np.float32))
    halved.attrs |= table.attrs
    return halved


def write_table(frame: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write a table as CSV or Parquet by file ending; the file appears whole or not at all.

    Text cells that a spreadsheet would run as a formula are written with a leading apostrophe in CSV, and
    `read_table` takes it away again. Parquet holds no bytes that are not UTF-8: they become backslashes and digits.

    Raises
    ------
    BadTable
        If the file cannot be written.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, scratch = tempfile.mkstemp(prefix=f".{path.name}.", suffix=path.suffix, dir=path.parent)
        os.close(handle)
        try:
            if path.suffix.lower() in PARQUET_ENDINGS:
                _changed(frame, utf8).to_parquet(scratch, index=False)
            else:
                _changed(frame, guard).to_csv(scratch, index=False, lineterminator="\n", errors="surrogateescape")
            os.chmod(scratch, 0o666 & ~_umask())
            os.replace(scratch, path)
        finally:
            Path(scratch).unlink(missing_ok=True)
    except OSError as error:
        raise BadTable(f"{path} cannot be written: {error.strerror}; choose a folder that is yours") from None


def labels(frame: pd.DataFrame) -> np.ndarray:
    """The labels, (n,) int8 with 1 = fake.

    Raises
    ------
    BadTable
        If there is no label column or a label is not 0 or 1.
    """
    name = table_name(frame)
    if "label" not in frame:
        raise BadTable(f"{name} has no column 'label'; extract with --manifest, or add it: 1 for fake, 0 for genuine")
    values = pd.to_numeric(frame["label"], errors="coerce")
    bad = ~values.isin([0, 1])
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise BadTable(
            f"{name} has {int(bad.sum())} labels that are not 0 or 1, the first {frame['label'].iloc[row]!r} in row "
            f"{row + 1}; use 0 for genuine and 1 for fake"
        )
    return values.to_numpy(np.int8)


def groups(frame: pd.DataFrame) -> np.ndarray:
    """The groups, (n,) int64: the `group` column, or near-duplicate hashing with a warning where there is none.

    Rows whose group is empty stand alone, unless their file is byte-identical to another's.
    """
    name = table_name(frame)
    if "group" in frame and frame["group"].notna().any():
        given = frame["group"].astype(object)
        alone = given.isna() | (given.astype(str) == "")
        keys = given.astype(str).where(~alone, [f"\0{key}" for key in _identity(frame)])
        return pd.factorize(keys)[0].astype(np.int64)
    found = near_duplicate_groups(frame)
    warnings.warn(
        f"{name} has no groups: {len(frame)} images fell into {found.max() + 1} groups by near-duplicate hashing, "
        "which misses crops and retakes; add a column 'group' that is equal for all images made from one capture",
        TableWarning,
        stacklevel=2,
    )
    return found


def near_duplicate_groups(frame: pd.DataFrame) -> np.ndarray:
    """Groups of byte-identical files and, where the table has a column `phash`, of images that look alike.

    Returns
    -------
    (n,) int64, as `realfake.pipeline.tables.duplicates.near_duplicate_groups`
    """
    identity = pd.factorize(pd.Series(_identity(frame)))[0]
    return join_groups(identity, duplicates.near_duplicate_groups(frame["phash"])) if "phash" in frame else identity


def labelled(frame: pd.DataFrame) -> Labelled:
    """The rows that carry a label and no extraction error.

    Raises
    ------
    BadTable
        If there is no label column, a label other than 0 and 1, or no feature.
    TooFewFakes
        If only one class is left.

    Warns
    -----
    TableWarning
        Of rows left out, of missing groups, and of identical files in several groups or with both labels.
    """
    name = table_name(frame)
    if not feature_columns(frame):
        raise BadTable(f"{name} has no features (columns such as ela__q90__mean); extract them with `realfake extract`")
    if "label" not in frame:
        labels(frame)
    unlabelled = frame["label"].isna() | (frame["label"].astype(str) == "")
    errors = frame["error"].astype(object).fillna("") if "error" in frame else pd.Series("", frame.index)
    failed = errors.astype(str) != ""
    left_out = (unlabelled | failed).to_numpy()
    if left_out.any():
        warnings.warn(
            f"{name}: {int(left_out.sum())} of {len(frame)} rows are left out ({int(failed.sum())} unreadable images, "
            f"{int(unlabelled.sum())} without a label)",
            TableWarning,
            stacklevel=2,
        )
    kept = frame.loc[~left_out].reset_index(drop=True)
    kept.attrs = dict(frame.attrs)
    y = labels(kept)
    if not len(y) or y.min() == y.max():
        only = "no usable rows" if not len(y) else "only fakes" if y[0] else "only genuine images"
        raise TooFewFakes(f"{name} has {only}; label images of both classes")
    found = groups(kept)
    _warn_of_copies(kept, y, found)
    return Labelled(kept, y, found)


def _read_csv(path: Path) -> pd.DataFrame:
    header = pd.read_csv(path, nrows=0, encoding_errors="surrogateescape").columns
    texts = [column for column in header if SEPARATOR not in column]
    frame = pd.read_csv(  # object: Arrow strings cannot hold names that are not UTF-8
        path,
        encoding_errors="surrogateescape",
        float_precision="round_trip",
        low_memory=False,
        keep_default_na=False,
        na_values=["", "nan", "NaN"],
        dtype=dict.fromkeys(texts, object),
    )
    for column in texts:
        frame[column] = _plain_cells(frame[column], numbers=column not in NEVER_NUMBERS)
    return frame


def _plain_cells(cells: pd.Series, numbers: bool) -> pd.Series:
    """Numbers where every cell is one, else the text without its guard."""
    if numbers:
        try:
            return pd.to_numeric(cells)
        except ValueError:
            pass
    return pd.Series([unguard(cell) for cell in cells], cells.index, dtype=object)


def _check_features(frame: pd.DataFrame) -> None:
    text = [column for column in feature_columns(frame) if not is_numeric_dtype(frame[column])]
    empty = [column for column in text if frame[column].isna().all()]
    frame[empty] = np.nan
    wrong = [column for column in text if column not in empty]
    if wrong:
        raise BadTable(f"{table_name(frame)} has text in the feature column {wrong[0]!r}; extract the table again")
    columns = feature_columns(frame)
    if columns:
        frame[columns] = frame[columns].astype(np.float64)
        if np.isinf(frame[columns].to_numpy()).any():
            raise BadTable(f"{table_name(frame)} has infinite numbers among its features; extract the table again")


def _changed(frame: pd.DataFrame, change: Callable[[object], object]) -> pd.DataFrame:
    text = [column for column in frame.columns if not is_numeric_dtype(frame[column])]
    return frame.assign(**{column: frame[column].astype(object).map(change) for column in text})


def utf8(cell: object) -> object:
    """The cell as Parquet holds it: bytes that are not UTF-8 as backslashes and digits."""
    if isinstance(cell, str):
        return cell.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return cell


def guard(cell: object) -> object:
    """The cell as CSV holds it: an apostrophe before what a spreadsheet would run; `unguard` takes it away."""
    if isinstance(cell, str) and (cell.startswith(SPREADSHEET_TRIGGERS) or _is_guarded(cell)):
        return GUARD + cell
    return cell


def unguard(cell: object) -> object:
    """The cell before `guard`."""
    return cell[1:] if isinstance(cell, str) and _is_guarded(cell) else cell


def _is_guarded(cell: str) -> bool:
    """Apostrophes before a formula sign: one more is added on writing and taken away on reading."""
    bare = cell.lstrip(GUARD)
    return len(bare) < len(cell) and bare.startswith(SPREADSHEET_TRIGGERS)


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


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
