"""Feature tables as Parquet, converted from the cells of CSV a few hundred rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from realfake.forensics.extract import REGION_PLACE
from realfake.forensics.measurement import SEPARATOR
from realfake.pipeline.tables.cells import Row, from_utf8, unguard, utf8

STEP = 500  # rows held at a time
READ = 2_000  # rows that are read at a time
WHOLE_NUMBERS = ("width", "height", "bytes", "frame", "frames", "label", *REGION_PLACE)


def write_parquet(
    records: Iterator[Sequence[str]],
    columns: Sequence[str],
    target: str | Path | Any,
    types: Mapping[str, pa.DataType] = MappingProxyType({}),
) -> None:
    """Write rows of CSV cells to a path or an open binary file.

    Parquet holds no bytes that are not UTF-8, so names with such bytes are written as `cells.utf8` says.

    Parameters
    ----------
    types : of columns that are not of the type that their name tells
    """
    schema = pa.schema([(column, types.get(column, _type(column))) for column in columns])
    with pq.ParquetWriter(target, schema) as writer:
        while cells := list(islice(records, STEP)):
            writer.write_table(_arrow_table(cells, schema))


def finished_images(path: Path, columns: Sequence[str]) -> Iterator[list[Row]]:
    """Rows of one image at a time; nothing from a file with other columns."""
    try:
        with pq.ParquetFile(path) as file:
            if set(columns) <= set(file.schema_arrow.names):  # a person may have added columns anywhere
                rows = (
                    {name: from_utf8(cell) for name, cell in row.items()}
                    for batch in file.iter_batches(STEP)
                    for row in batch.to_pylist()
                )
                yield from (list(of_image) for _, of_image in groupby(rows, key=lambda row: row["path"]))
    except pa.ArrowException:  # not written by this program
        return


def read_single(path: Path) -> pd.DataFrame:
    """A feature table with its features, as float32, before all else: read by parts and never held in double.

    Raises
    ------
    ValueError
        If it is no Parquet file, or a feature is not a column of finite or missing numbers.
    """
    with pq.ParquetFile(path) as file:
        names = file.schema_arrow.names
        strange = [f.name for f in file.schema_arrow if SEPARATOR in f.name and not pa.types.is_floating(f.type)]
        if strange:
            raise ValueError(f"{strange[0]} is not a column of numbers")
        features, others = [n for n in names if SEPARATOR in n], [n for n in names if SEPARATOR not in n]
        numbers, at = np.empty((file.metadata.num_rows, len(features)), np.float32), 0
        for batch in file.iter_batches(READ, columns=features):
            for place, name in enumerate(features):
                numbers[at : at + len(batch), place] = batch[name].to_numpy(zero_copy_only=False)
            if np.isinf(numbers[at : at + len(batch)]).any():
                raise ValueError("there are infinite numbers among its features")
            at += len(batch)
        frame, known = pd.DataFrame(numbers, columns=features), file.read(columns=others).to_pandas()
    for name in others:  # one by one, which leaves the numbers where they are
        frame[name] = as_named(known[name])
    return frame


def as_named(cells: pd.Series) -> pd.Series:
    """A column of Parquet with names of files as they are, whatever bytes they are made of."""
    if not any(isinstance(cell, str) and "\\x" in cell for cell in cells):
        return cells
    return pd.Series([from_utf8(cell) for cell in cells], cells.index, dtype=object)


def _type(column: str) -> pa.DataType:
    if SEPARATOR in column or column == "edited":
        return pa.float64()
    return pa.int64() if column in WHOLE_NUMBERS else pa.string()


def _arrow_table(cells: Sequence[Sequence[str]], schema: pa.Schema) -> pa.Table:
    arrays = [_array(column, entry.type) for column, entry in zip(zip(*cells), schema)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(cells: Sequence[str], kind: pa.DataType) -> pa.Array:
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pa.array([utf8(unguard(cell)) if cell else None for cell in cells], kind)
    return pa.array([cell or None for cell in cells], pa.string()).cast(kind)
