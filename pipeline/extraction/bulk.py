"""Many images to one table, written row by row so that a stop at any moment loses nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import BinaryIO

import pandas as pd

from realfake.data.manifest import Label
from realfake.data.masks import altered_shares, read_mask
from realfake.forensics.arrays.places import ALL, WORDS, prepare
from realfake.forensics.box import Box
from realfake.forensics.catalog import feature_names
from realfake.forensics.content.consistency import content_features
from realfake.forensics.content.reading import AUTO
from realfake.forensics.content.values_table import VALUE_PLACE
from realfake.forensics.errors import BadTable
from realfake.forensics.evidence import measure
from realfake.forensics.extract import PROVENANCE, REGION_PLACE, extract_features, extract_regions, extract_values
from realfake.forensics.files import TABLE_ENDINGS, needs_ending
from realfake.forensics.progress import Progress, silent
from realfake.forensics.text.regions import measure_regions, region_names
from realfake.pipeline.extraction.handwritten import handwritten, label_types, nothing_written
from realfake.pipeline.extraction.inputs import Item, received_of
from realfake.pipeline.extraction.remote import read_image
from realfake.pipeline.extraction.resume import Earlier, agrees, finish, line, locked, resume
from realfake.pipeline.extraction.summary import Summary
from realfake.pipeline.extraction.wanted import Wanted
from realfake.pipeline.extraction.workers import Work, measured
from realfake.pipeline.settings import WORDS_MODEL, Workers
from realfake.pipeline.tables.cells import Row
from realfake.pipeline.tables.table import read_table

REGION_ROW = (*REGION_PLACE, "edited")  # between provenance and measurements


def extract_to(
    items: Sequence[Item],
    output: str | os.PathLike[str],
    wanted: Wanted,
    *,
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> Summary:
    """Measure images into a table that appears whole, or leaves `<output>.part` to go on from.

    Rows stand in the order of `items`. An unfinished part is continued where it agrees with the images asked for; rows
    of a finished table with the same columns are taken over for files that did not change, but where the past is told,
    which may have grown. What a person wrote into that table is kept, as `handwritten` says.

    Parameters
    ----------
    items : Sequence of Item
    output : file of one of `realfake.forensics.files.TABLE_ENDINGS`
    wanted : what the table holds
    workers : who measures, and what one file may cost
    progress : called with the images done and the images in all

    Raises
    ------
    BadTable
        If the output cannot be written, or what a person wrote would be lost.
    UnknownName
        If the output has another ending.
    """
    output = Path(output)
    needs_ending(output, TABLE_ENDINGS)
    kept = nothing_written(items, output) if wanted.values else handwritten(items, output, wanted.words)
    items = kept.items
    columns, work = columns_and_work(items, wanted, kept.word_columns)
    part = output.with_name(output.name + ".part")
    counts = Summary()
    told = {} if wanted.summary is None else {WORDS_MODEL: wanted.summary.model}
    if wanted.words or (wanted.families is None and wanted.cost == "full"):
        prepare(WORDS if wanted.words else ALL)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with locked(part, output), open(part, "a+b") as stream:
            for error in resume(stream, columns, items, partial(agrees, told=told)):
                counts.count(error)
            counts.kept = counts.images
            progress(counts.images, len(items))
            earlier = Earlier(output, columns, {item.path for item in items}, told)
            todo = items[counts.images :]
            known = earlier.rows if wanted.past is None else None
            for item, rows in measured(todo, work, jobs=workers.jobs, limits=workers.limits, known=known):
                if wanted.words and "edited" not in rows[0]:  # rows of an earlier run have it
                    mark_edited(rows, item)
                kept.check(item.path, rows)
                stream.write(b"".join(line({**row, **item.labels}, columns) for row in rows))
                stream.flush()
                counts.count(str(rows[0]["error"] or ""))
                progress(counts.images, len(items))
            counts.kept += earlier.taken
        finish(part, output, {**label_types(items), **kept.types})
    except OSError as error:
        reason = f"{output} cannot be written: {error.strerror}"
        raise BadTable(f"{reason}; choose a folder of yours that has room") from None
    return counts


def extract_to_table(
    items: Sequence[Item], wanted: Wanted, *, workers: Workers = Workers(), progress: Progress = silent
) -> pd.DataFrame:
    """Measure images into a table in memory; parameters as in `extract_to`."""
    with TemporaryDirectory(prefix="realfake-") as folder:
        table = Path(folder) / "table.csv"
        extract_to(items, table, wanted, workers=workers, progress=progress)
        found = read_table(table)
    found.attrs.pop("source", None)
    return found


def extract_to_stream(
    items: Sequence[Item],
    stream: BinaryIO,
    wanted: Wanted,
    *,
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> Summary:
    """Measure images and write the finished CSV to a stream, such as standard output; a stop leaves nothing behind."""
    with TemporaryDirectory(prefix="realfake-") as folder:
        table = Path(folder) / "table.csv"
        summary = extract_to(items, table, wanted, workers=workers, progress=progress)
        with open(table, "rb") as finished:
            copyfileobj(finished, stream)
    stream.flush()
    return summary


def columns_and_work(items: Sequence[Item], wanted: Wanted, more: Sequence[str] = ()) -> tuple[list[str], Work]:
    """The columns of the table of these images, and what fills them."""
    known = [*PROVENANCE, *(items[0].labels if items else ()), *more]
    if wanted.words:
        return [*known, *REGION_ROW, *region_names()], region_rows
    if wanted.values:
        text = ["text"] if wanted.with_text else []
        return [*known, *VALUE_PLACE, *text], partial(_value_rows, reader=wanted.reader or AUTO, text=wanted.with_text)
    names = [*known, *(wanted.summary.columns if wanted.summary else ())]
    names += feature_names(wanted.families, wanted.cost)
    names += [entry.column for entry in content_features()] if wanted.reader else []
    names += wanted.past.columns if wanted.past else []
    return names, image_work(wanted, received_of(items) if wanted.reader else {})


def region_rows(path: str) -> list[Row]:
    """The work of one row a word."""
    return extract_regions(read_image(path))


def mark_edited(rows: Sequence[Row], item: Item) -> None:
    """Write into each row of an image how much of its word was altered.

    `edited` is the share of the word's most altered piece that the mask covers, see `altered_shares`, 0 on a genuine
    image, and empty where nobody knows: a fake without a mask, an image without a label.
    """
    label, mask = str(item.labels.get("label", "")), str(item.labels.get("mask", "") or "")
    if label == str(Label.GENUINE):
        for row in rows:
            row["edited"] = 0.0
    elif label == str(Label.FAKE) and mask and not rows[0]["error"]:
        words = [row for row in rows if row["region"] >= 0]
        boxes = [Box(row["x"], row["y"], row["region_width"], row["region_height"]) for row in words]
        altered = read_mask(mask, int(rows[0]["width"]), int(rows[0]["height"]))
        for row, share in zip(words, altered_shares(altered, boxes), strict=True):
            row["edited"] = float(share)


def image_work(wanted: Wanted, received: Mapping[str, datetime] = MappingProxyType({})) -> Work:
    """The work of one row per image; `received` is when images came, by their paths."""
    return partial(_image_rows, wanted=wanted, received=dict(received))


def _image_rows(path: str, wanted: Wanted, received: Mapping[str, datetime]) -> list[Row]:
    image = read_image(path)
    row = extract_features(image, wanted.families, wanted.cost)
    if wanted.summary is not None:
        row |= wanted.summary(measure_regions(image), row)
    if wanted.reader is not None:
        row |= measure(image, families=(), words=False, reader=wanted.reader, received=received.get(path)).features
    if wanted.past is not None:
        row |= wanted.past(image, path)
    return [row]


def _value_rows(path: str, reader: str, text: bool | str) -> list[Row]:
    return extract_values(read_image(path), reader, text)
