"""The table while it is being written: CSV lines, the part that a stopped run left, rows of a finished run, Parquet."""

from __future__ import annotations

import csv
import gzip
import hashlib
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, cast

from realfake.forensics.delimited import csv_line
from realfake.forensics.errors import BadTable
from realfake.forensics.files import PACKED, PARQUET_ENDINGS, ending_of, written_whole
from realfake.forensics.names import SEPARATOR, program_version
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.tables.cells import Row, guard, separator_of, unguard

NOTHING: Mapping[str, str] = MappingProxyType({})


def line(row: Mapping[str, object], columns: Sequence[str], separator: str = ",") -> bytes:
    """One line of a table; text that a spreadsheet would run is guarded, bytes that are not UTF-8 become digits."""
    return csv_line(cells_of(row, columns), separator)


def cells_of(row: Mapping[str, object], columns: Sequence[str]) -> list[str]:
    """A row as the text that stands in CSV: numbers in full, nothing where there is none."""
    return [_cell(row.get(column)) for column in columns]


def _cell(value: object) -> str:
    if value is None or value != value:  # NaN alone differs from itself
        return ""
    return repr(float(value)) if isinstance(value, float) else str(guard(value))


@contextmanager
def locked(part: Path, output: Path) -> Iterator[None]:
    """Keep a second run out of the same output, by a lock on an empty file beside the part.

    Raises
    ------
    BadTable
        If another run holds the lock.
    """
    from filelock import FileLock, Timeout

    guard = FileLock(part.with_name(part.name + ".lock"), blocking=False)
    try:
        guard.acquire()
    except Timeout:
        raise BadTable(f"{output} is being written by another run; wait for it or choose another output") from None
    try:
        yield
    finally:
        with suppress(OSError):  # Windows removes it when it is let go
            Path(guard.lock_file).unlink()
        guard.release()


def resume(
    stream: BinaryIO,
    columns: Sequence[str],
    items: Sequence[Item],
    holds: Callable[[Mapping[str, object], Item], bool] | None = None,
    failure: Callable[[Row], object] = itemgetter("error"),
) -> list[str]:
    """Cut an unfinished part behind the last image that can be trusted, and begin it where nothing can.

    Images are trusted as far as they stand in the order of `items`, with the same labels and unchanged files. The last
    one is always measured again, since nobody knows whether all of its rows were written.

    Parameters
    ----------
    holds : whether the first row of an image still is what this run would write
    failure : from that row, why the image could not be measured

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
    agreeing = [(str(failure(rows[0])), behind) for rows, behind in _agreeing(whole, items, holds or agrees)]
    stream.truncate(agreeing[-1][1] if agreeing else end)
    stream.seek(0, os.SEEK_END)
    return [error for error, _ in agreeing]


def _agreeing(
    images: Iterable[tuple[list[Row], int]],
    items: Sequence[Item],
    holds: Callable[[Mapping[str, object], Item], bool],
) -> Iterator[tuple[list[Row], int]]:
    for item, image in zip(items, images):
        if not holds(image[0][0], item):
            return
        yield image


def _records(stream: BinaryIO, separator: str = ",") -> Iterator[tuple[list[str], int]]:
    """Complete CSV records and the offset behind each; a record may span lines inside quotes."""
    pending, end = b"", stream.tell()
    for line in stream:
        pending += line
        if pending.count(b'"') % 2 == 0 and pending.endswith(b"\n"):
            end += len(pending)
            text = pending.decode("utf-8", "surrogateescape")
            try:
                yield next(csv.reader([text], delimiter=separator, strict=True)), end
            except csv.Error:  # not written by this program
                return
            pending = b""


def _images(records: Iterable[tuple[list[str], int]], columns: Sequence[str]) -> Iterator[tuple[list[Row], int]]:
    """Rows of one image at a time, and the offset behind them."""
    complete = ((cells, end) for cells, end in records if len(cells) == len(columns))
    path = list(columns).index("path")
    for _, rows in groupby(complete, key=lambda record: record[0][path]):
        listed = list(rows)
        yield [_row(columns, cells) for cells, _ in listed], listed[-1][1]


def _row(columns: Sequence[str], cells: Sequence[str]) -> Row:
    """A row as it was before `_line`: features are numbers, everything else is text."""
    return {
        column: (float(cell) if cell else math.nan) if SEPARATOR in column else unguard(cell)
        for column, cell in zip(columns, cells)
    }


def agrees(row: Mapping[str, object], item: Item, told: Mapping[str, str] = NOTHING) -> bool:
    """Whether a row of an earlier run still is what this run would write, which tells this in columns of its own."""
    if row["path"] != item.path or any(row[name] != str(value) for name, value in item.labels.items()):
        return False
    if row["error"]:
        return True
    try:
        return _measured_alike(row, told) and row["bytes"] == str(os.stat(item.path).st_size)
    except OSError:
        return False


def _measured_alike(row: Mapping[str, object], told: Mapping[str, str]) -> bool:
    """Whether this version measured a row, and it tells the same in these columns."""
    return row["realfake_version"] == program_version() and all(row[name] == value for name, value in told.items())


class Earlier:
    """Rows of a finished table, handed out for files that did not change.

    The table is read along with the images, in step, so that memory does not grow with it: where the order of the
    images changed, they are measured again.
    """

    def __init__(
        self, output: Path, columns: Sequence[str], wanted: set[str], told: Mapping[str, str] = NOTHING
    ) -> None:
        self.taken = 0
        self._told = told
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
        if not _measured_alike(rows[0], self._told) or rows[0]["sha256"] != sha256_of(item.path):
            return None
        self.taken += 1
        return rows


def _finished_images(output: Path, columns: Sequence[str]) -> Iterator[list[Row]]:
    if not output.is_file():
        return
    if output.suffix.lower() in PARQUET_ENDINGS:
        from realfake.pipeline.tables.parquet import finished_images

        yield from finished_images(output, columns)
        return
    opened = gzip.open if ending_of(output).endswith(PACKED) else open
    with opened(output, "rb") as stream:
        records = _records(stream, separator_of(output))  # type: ignore[arg-type]
        header = next(records, ([], 0))[0]
        if set(columns) <= set(header):  # a person may have added columns anywhere
            yield from (rows for rows, _ in _images(records, header))


@contextmanager
def streamed(scratch: Path, output: Path) -> Iterator[BinaryIO]:
    """A file to write bytes to, gzipped where the name of the output says so."""
    with open(scratch, "wb") as file:
        if not ending_of(output).endswith(PACKED):
            yield file
            return
        with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
            yield cast(BinaryIO, packed)


def sha256_of(path: str) -> str:
    """Of a file as it is now, "" where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


@contextmanager
def records_of(part: Path) -> Iterator[Iterator[list[str]]]:
    """The cells of the lines of a part, its header first."""
    with open(part, "rb") as stream:
        yield (cells for cells, _ in _records(stream))


def finish(part: Path, output: Path, types: Mapping[str, Any]) -> None:
    """Put the whole part in the place of the output, converted to what its ending says.

    Parameters
    ----------
    types : Arrow types of columns in a Parquet table, where they are not those of the program
    """
    ending = ending_of(output)
    if ending in ("", ".csv"):
        os.replace(part, output)
        return
    with written_whole(output) as scratch, records_of(part) as records:
        if ending in PARQUET_ENDINGS:
            from realfake.pipeline.tables.parquet import write_parquet

            write_parquet(records, next(records), scratch, types)
        else:
            with streamed(scratch, output) as target:
                target.writelines(csv_line(cells, separator_of(output)) for cells in records)
    part.unlink()
