"""Many images to one table, written row by row so that a stop at any moment loses nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from forensics.catalog import catalogue, choose_families
from forensics.errors import BadTable
from forensics.extract import PROVENANCE, extract_features
from pipeline.gather import Item
from pipeline.rows import Earlier, finish, line, lock, resume
from pipeline.workers import Limits, Row, Work, measured


@dataclass
class Summary:
    """How an extraction went, in images."""

    images: int = 0
    failed: int = 0
    kept: int = 0  # taken over from an earlier run
    first_error: str = ""

    def count(self, error: str) -> None:
        """Add an image, failed where `error` is not empty."""
        self.images += 1
        self.failed += bool(error)
        self.first_error = self.first_error or error


def extract_to(
    items: Sequence[Item],
    output: str | os.PathLike[str],
    *,
    families: Sequence[str] | None = None,
    cost: str = "full",
    jobs: int = 1,
    limits: Limits = Limits(),  # noqa: B008  (frozen)
    advance: Callable[[Summary], None] = lambda summary: None,
) -> Summary:
    """Measure images into a table that appears whole, or leaves `<output>.part` to go on from.

    Rows stand in the order of `items`. An unfinished part is continued where it agrees with the images asked for; rows
    of a finished table with the same columns are taken over for files that did not change.

    Parameters
    ----------
    items : Sequence of Item
    output : CSV or, by its ending, Parquet file
    families, cost : as in `forensics.extract.extract_features`
    jobs, limits : as in `measured`
    advance : called after each image

    Raises
    ------
    BadTable
        If the output cannot be written.
    """
    output = Path(output)
    columns = [*PROVENANCE, *(items[0].labels if items else ()), *feature_names(families, cost)]
    work = image_work(families, cost)
    part = output.with_name(output.name + ".part")
    summary = Summary()
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "a+b") as stream:
            lock(stream, output)
            for error in resume(stream, columns, items):
                summary.count(error)
            summary.kept = summary.images
            advance(summary)
            earlier = Earlier(output, columns, {item.path for item in items})
            for item, rows in measured(items[summary.images :], work, jobs=jobs, limits=limits, known=earlier.rows):
                stream.write(b"".join(line({**row, **item.labels}, columns) for row in rows))
                stream.flush()
                summary.count(str(rows[0]["error"]))
                advance(summary)
            summary.kept += earlier.taken
        finish(part, output)
    except OSError as error:
        reason = f"{output} cannot be written: {error.strerror}"
        raise BadTable(f"{reason}; choose a folder of yours that has room") from None
    return summary


def feature_names(families: Sequence[str] | None = None, cost: str = "full") -> list[str]:
    """The feature columns that these families fill."""
    return [entry.column for entry in catalogue([one.name for one in choose_families(families, cost)])]


def image_work(families: Sequence[str] | None = None, cost: str = "full") -> Work:
    """The work of one row per image."""
    return partial(_image_rows, families=families, cost=cost)


def _image_rows(path: str, families: Sequence[str] | None, cost: str) -> list[Row]:
    return [extract_features(path, families, cost)]
