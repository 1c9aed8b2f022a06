"""The region table as rows to learn from: which words were edited, and what may be known of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from realfake.forensics.errors import BadTable
from realfake.forensics.files import PARQUET_ENDINGS
from realfake.forensics.measurement import SEPARATOR
from realfake.forensics.text.regions import region_catalogue
from realfake.pipeline.tables.table import (
    Labelled,
    groups,
    in_single_precision,
    needs_words,
    read_table,
    table_name,
)

EDITED = 0.5  # share of a word's most altered piece that a mask covers, from which the word counts as edited
UNTOUCHED = 0.05  # share up to which it counts as genuine; between the two it teaches nothing
FEWEST_EDITED = 10  # words; fewer teach a scorer nothing
CATEGORIES = {"place"}  # measurements that say where a word stands: a scorer must not learn positions


def read_words(path: str | os.PathLike[str]) -> pd.DataFrame:
    """A region table as `read_table` reads it, with its features as float32: words are many.

    Raises
    ------
    BadTable
        As `read_table`.
    """
    from realfake.pipeline.tables.parquet import read_single  # Arrow takes long to import

    if Path(path).suffix.lower() in PARQUET_ENDINGS and Path(path).is_file():
        try:
            frame = read_single(Path(path))
        except (ValueError, OSError):  # `read_table` says what is wrong with it
            frame = pd.DataFrame()
        if len(frame):
            frame.attrs["source"] = str(path)
            return frame
    return in_single_precision(read_table(path))


def scorer_columns(table: pd.DataFrame) -> list[str]:
    """The columns of a region table that a scorer learns from.

    Raises
    ------
    BadTable
        If the table is one of images, or lacks a column of this version's region catalogue.
    """
    needs_words(table)
    columns = [entry.column for entry in region_catalogue() if not _is_place(entry.column)]
    lacking = [column for column in columns if column not in table]
    if lacking:
        raise BadTable(
            f"{table_name(table)} lacks {len(lacking)} region columns, the first {lacking[0]}; "
            "extract it again with --level region"
        )
    return columns


def word_matrix(table: pd.DataFrame, columns: Sequence[str]) -> np.ndarray:
    """Measurements as (n, len(columns)) float32: most were taken in single precision, and words are many."""
    return table[list(columns)].to_numpy(np.float32)


def region_labels(table: pd.DataFrame) -> np.ndarray:
    """(n,) float: 1 for an edited word, 0 for an untouched one, NaN where nobody knows."""
    if "edited" not in table:
        raise BadTable(
            f"{table_name(table)} lacks the column 'edited'; "
            "extract it with --level region and a manifest that names masks"
        )
    edited = table["edited"].to_numpy(float)
    known = np.where(edited >= EDITED, 1.0, np.where(edited <= UNTOUCHED, 0.0, np.nan))
    return np.where(table["region"].to_numpy() >= 0, known, np.nan)


def labelled_words(table: pd.DataFrame) -> Labelled:
    """A region table as rows to learn from: a word is a fake where it was edited, and only known words are kept.

    Raises
    ------
    BadTable
        If the table is not one of words, or too few of them are known to be edited.
    """
    columns, y = scorer_columns(table), region_labels(table)
    check_edited(table, y)
    known = np.flatnonzero(np.isfinite(y))
    facts = [name for name in table.columns if SEPARATOR not in str(name)]
    frame = table.iloc[known][[*facts, *columns]].reset_index(drop=True)
    frame.attrs |= table.attrs
    return Labelled(frame, y[known].astype(np.int8), groups(frame))


def check_edited(table: pd.DataFrame, y: np.ndarray) -> None:
    """Raise BadTable where fewer than `FEWEST_EDITED` words are known to be edited."""
    edited = int(np.nansum(y))
    if edited < FEWEST_EDITED:
        raise BadTable(
            f"{table_name(table)} has {edited} words known to be edited, fewer than the {FEWEST_EDITED} that a scorer "
            "needs; add masks to the manifest, or forge your genuine images with `realfake forge`"
        )


def _is_place(column: str) -> bool:
    return column.split(SEPARATOR)[1] in CATEGORIES
