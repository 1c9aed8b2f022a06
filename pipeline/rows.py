"""The table while it is being written: CSV lines, the part that a stopped run left, rows of a finished run, Parquet."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice, pairwise
from pathlib import Path
from typing import Any, BinaryIO

from forensics.catalog import SEPARATOR
from forensics.errors import BadTable
from forensics.extract import REGION_PLACE, program_version
from pipeline.gather import Item
from pipeline.table import PARQUET_ENDINGS, guard, unguard
from pipeline.workers import Row

PARQUET_ROWS = 500  # rows converted at a time


def line(row: Mapping[str, object], columns: Sequence[str]) -> bytes:
    """One CSV line; text that a spreadsheet would run is guarded, bytes that are not UTF-8 stay as they are."""
    cells = [_cell(row.get(column)) for column in columns]
    returns = any(isinstance(cell, str) and "\r" in cell for cell in cells)  # left unquoted by Python before 3.13
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL).writerow(cells)
    return text.getvalue().encode("utf-8", "surrogateescape")


def _cell(value: object) -> object:
    if value is None or value != value:  # NaN alone differs from itself
        return ""
    if isinstance(value, float):
        return repr(float(value))
    return guard(value)


def lock(stream: BinaryIO, output: Path) -> None:
    """Keep a second run out of the same output."""
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BadTable(f"{output} is being written by another run; wait for it or choose another output") from None


def resume(stream: BinaryIO, columns: Sequence[str], items: Sequence[Item]) -> list[str]:
    """Cut an unfinished part behind the last image that can be trusted, and begin it where nothing can.

    Images are trusted as far as they stand in the order of `items`, with the same labels and unchanged files. The last
    one is always measured again, since nobody knows whether all of its rows were written.

    Returns
    -------
    list of str
        The error of each image that is kept, "" where it was measured.
    """
    stream.seek(0)
    records = _records(stream)
    header, end = next(records, ([], 0))
    if header != list(columns):
        stream.truncate(0)
        stream.write(line(dict(zip(columns, columns)), columns))
        stream.flush()
        return []
    whole = (image for image, _ in pairwise(_images(records, columns)))  # all but the last
    agreeing = [(str(rows[0]["error"]), behind) for rows, behind in _agreeing(whole, items)]
    stream.truncate(agreeing[-1][1] if agreeing else end)
    stream.seek(0, os.SEEK_END)
    return [error for error, _ in agreeing]


def _agreeing(images: Iterable[tuple[list[Row], int]], items: Sequence[Item]) -> Iterator[tuple[list[Row], int]]:
    for item, image in zip(items, images):
        if not _agrees(image[0][0], item):
            return
        yield image


def _records(stream: BinaryIO) -> Iterator[tuple[list[str], int]]:
    """Complete CSV records and the offset behind each; a record may span lines inside quotes."""
    pending, end = b"", stream.tell()
    for line in stream:
        pending += line
        if pending.count(b'"') % 2 == 0 and pending.endswith(b"\n"):
            end += len(pending)
            text = pending.decode("utf-8", "surrogateescape")
            try:
                yield next(csv.reader([text], strict=True)), end
            except csv.Error:  # not written by this program
                return
            pending = b""


def _images(
    records: Iterable[tuple[list[str], int]], columns: Sequence[str]
) -> Iterator[tuple[list[Row], int]]:
    """Rows of one image at a time, and the offset behind them."""
    complete = ((cells, end) for cells, end in records if len(cells) == len(columns))
    for _, rows in groupby(complete, key=lambda record: record[0][0]):
        listed = list(rows)
        yield [_row(columns, cells) for cells, _ in listed], listed[-1][1]


def _row(columns: Sequence[str], cells: Sequence[str]) -> Row:
    """A row as it was before `_line`: features are numbers, everything else is text."""
    return {
        column: (float(cell) if cell else math.nan) if SEPARATOR in column else unguard(cell)
        for column, cell in zip(columns, cells)
    }


def _agrees(row: Mapping[str, object], item: Item) -> bool:
    """Whether a row of an earlier run still is what this run would write."""
    if row["path"] != item.path or any(row[name] != str(value) for name, value in item.labels.items()):
        return False
    if row["error"]:
        return True
    try:
        return row["realfake_version"] == program_version() and row["bytes"] == str(os.stat(item.path).st_size)
    except OSError:
        return False


class Earlier:
    """Rows of a finished table, handed out for files that did not change.

    The table is read along with the images, in step, so that memory does not grow with it: where the order of the
    images changed, they are measured again.
    """

    def __init__(self, output: Path, columns: Sequence[str], wanted: set[str]) -> None:
        self.taken = 0
        self._wanted = wanted
        self._images = _finished_images(output, columns)
        self._head = next(self._images, None)

    def rows(self, item: Item) -> list[Row] | None:
        """The rows of an image that did not change since they were measured; None where it must be measured."""
        while self._head is not None and self._head[0]["path"] not in self._wanted:
            self._head = next(self._images, None)
        if self._head is None or self._head[0]["path"] != item.path:
            return None
        rows, self._head = self._head, next(self._images, None)
        if rows[0]["realfake_version"] != program_version() or rows[0]["sha256"] != _sha256(item.path):
            return None
        self.taken += 1
        return rows


def _finished_images(output: Path, columns: Sequence[str]) -> Iterator[list[Row]]:
    if not output.is_file():
        return
    if output.suffix.lower() in PARQUET_ENDINGS:
        yield from _parquet_images(output, columns)
        return
    with open(output, "rb") as stream:
        records = _records(stream)
        if next(records, ([], 0))[0] == list(columns):
            yield from (rows for rows, _ in _images(records, columns))


def _parquet_images(output: Path, columns: Sequence[str]) -> Iterator[list[Row]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(output) as file:
            if file.schema_arrow.names == list(columns):
                rows = (row for batch in file.iter_batches(PARQUET_ROWS) for row in batch.to_pylist())
                yield from (list(of_image) for _, of_image in groupby(rows, key=lambda row: row["path"]))
    except pa.ArrowException:  # not written by this program
        return


def _sha256(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def finish(part: Path, output: Path) -> None:
    """Put the whole part in the place of the output, converted where the output is Parquet."""
    if output.suffix.lower() not in PARQUET_ENDINGS:
        os.replace(part, output)
        return
    scratch = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        _to_parquet(part, scratch)
        os.replace(scratch, output)
    finally:
        scratch.unlink(missing_ok=True)
    part.unlink()


def _to_parquet(part: Path, target: Path) -> None:
    """Convert in steps; Parquet holds no bytes that are not UTF-8, so such names are written with backslashes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with open(part, "rb") as stream:
        records = _records(stream)
        columns, _ = next(records)
        schema = pa.schema([(column, _arrow_type(column, pa)) for column in columns])
        with pq.ParquetWriter(target, schema) as writer:
            while cells := [row for row, _ in islice(records, PARQUET_ROWS)]:
                writer.write_table(_arrow_table(cells, schema, pa))


def _arrow_type(column: str, pa: Any) -> Any:
    if SEPARATOR in column:
        return pa.float64()
    if column == "edited":
        return pa.float64()
    return pa.int64() if column in ("width", "height", "bytes", "label", *REGION_PLACE) else pa.string()


def _arrow_table(cells: Sequence[Sequence[str]], schema: Any, pa: Any) -> Any:
    read: dict[Any, Callable[[str], object]] = {pa.float64(): float, pa.int64(): int, pa.string(): _utf8}
    arrays = [
        pa.array([read[entry.type](cell) if cell else None for cell in column], entry.type)
        for column, entry in zip(zip(*cells), schema)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _utf8(cell: str) -> str:
    return str(unguard(cell)).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
