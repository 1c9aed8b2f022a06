"""The same images after one more journey: saved anew through a channel, measured again, the labels kept."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd

from realfake.forensics.catalog import FAMILIES, feature_names
from realfake.forensics.errors import BadTable
from realfake.forensics.extract import PROVENANCE
from realfake.forensics.limited import Limits
from realfake.forensics.progress import Progress, silent
from realfake.pipeline.extraction.bulk import image_work
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.extraction.remote import is_url, read_image
from realfake.pipeline.extraction.wanted import Wanted, WordSummary
from realfake.pipeline.extraction.workers import measured
from realfake.pipeline.tables.cells import Row
from realfake.pipeline.tables.table import Labelled, families_in, feature_columns, table_name

ENDING = ".jpg"


class Channel(Protocol):
    """A journey: from pixels (H, W, 3) uint8 to the bytes of a file, with a name."""

    @property
    def name(self) -> str:
        """What tables call it."""

    def __call__(self, rgb: np.ndarray) -> bytes:
        """Send an image through."""


@contextmanager
def resaved(
    items: Sequence[Item],
    channel: Channel,
    jobs: int = 1,
    limits: Limits = Limits(),
) -> Iterator[list[Item]]:
    """The images as files that went through a channel, with their labels; the files go when the block ends.

    An image that cannot be read keeps its own path, so that whoever measures it says why.
    """
    with tempfile.TemporaryDirectory(prefix="realfake-") as folder:
        names = [os.path.join(folder, f"{number}{ENDING}") for number in range(len(items))]
        pairs = [Item(f"{item.path}\0{name}") for item, name in zip(items, names)]
        for _ in measured(pairs, partial(_send, channel=channel), jobs=jobs, limits=limits):
            pass
        yield [
            Item(name if os.path.exists(name) else item.path, item.labels)
            for item, name in zip(items, names, strict=True)
        ]


def _send(pair: str, channel: Channel) -> list[Row]:
    path, _, name = pair.partition("\0")
    image = read_image(path)
    Path(name).write_bytes(channel(image.rgb))
    return [{}]


def laundered(
    data: Labelled,
    channel: Channel,
    jobs: int = 1,
    progress: Progress = silent,
    limits: Limits = Limits(),
    summary: WordSummary | None = None,
) -> Labelled:
    """The same rows, measured on images that went through a channel; `error` says which could not be.

    Parameters
    ----------
    data : rows whose column `path` names images that are still there
    progress : called with the images measured and the images in all
    summary : what filled the columns that sum up words, where the table has such

    Raises
    ------
    BadTable
        If images are not there, or the table has features that no image alone gives.
    """
    frame = data.frame
    wanted, items = Wanted(families_of(frame, summary), summary=summary), items_of(data)
    rows: list[Row] = []
    with resaved(items, channel, jobs, limits) as files:
        for _, measurement in measured(files, image_work(wanted), jobs=jobs, limits=limits):
            rows += measurement
            progress(len(rows), len(items))
    anew = pd.DataFrame(rows, index=frame.index)
    changed = {*(name for name in PROVENANCE if name in frame and name != "path"), *feature_columns(frame), "error"}
    table = frame.assign(**{name: anew.get(name, np.nan) for name in changed})
    table.attrs = frame.attrs | {"source": f"{data.name} ({channel.name})"}
    return replace(data, frame=table)


def items_of(data: Labelled) -> list[Item]:
    """The images that the rows were measured on.

    Raises
    ------
    BadTable
        If they are not there.
    """
    if "path" not in data.frame:
        raise BadTable(f"{data.name} has no column 'path', so its images cannot be opened; extract it again")
    items = [Item(str(path)) for path in data.frame["path"]]
    lost = [item.path for item in items if not is_url(item.path) and not os.path.isfile(item.path)]
    if lost:
        raise BadTable(
            f"{data.name} names {len(lost)} images that are not there, the first {lost[0]}; "
            "work in the folder in which they were extracted"
        )
    return items


def families_of(frame: pd.DataFrame, summary: WordSummary | None = None) -> tuple[str, ...]:
    """The families that must be measured, beside a summary of words, to fill a table's features.

    Raises
    ------
    BadTable
        If a feature is of none: of another version, or of words.
    """
    families = tuple(name for name in families_in(feature_columns(frame)) if name in FAMILIES)
    known = {*feature_names(families), *(summary.columns if summary else ())}
    strange = [name for name in feature_columns(frame) if name not in known]
    if strange:
        raise BadTable(f"{table_name(frame)} has the column {strange[0]}, which this version does not measure")
    return families
