"""Forging as the rare class: the genuine images that a learner trains on, forged and sent anew, as further rows."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from realfake.forensics.progress import Progress, silent
from realfake.pipeline.extraction.bulk import image_work, mark_edited, region_rows
from realfake.pipeline.extraction.inputs import gather
from realfake.pipeline.extraction.launder import families_of, items_of
from realfake.pipeline.extraction.wanted import Wanted, WordSummary
from realfake.pipeline.extraction.workers import measured
from realfake.pipeline.learning.cross_validation import made_of_these
from realfake.pipeline.tables.labelled_words import region_labels
from realfake.pipeline.tables.table import Labelled, failed_rows

Forge = Callable[[Path, Path], Path]  # from a manifest of genuine images and a folder to fill, to the set's manifest
REGION = "region"  # the column that a table of words has and a table of images has not
NOBODY = -1  # who lent a line to an image that was forged without a donor


@dataclass(frozen=True)
class Forged:
    """Rows made of the genuine rows of a table: forged ones, and each genuine one sent through the same channels.

    Without the latter, having been saved by an editor would tell the label.

    Attributes
    ----------
    frame : DataFrame, n rows with the features of the table that they were made for
    y : (n,) int8, 1 = forged (an image, or a word)
    groups : (n,) int64, the group of the row that each was made of
    donors : (n,) int64, the group of the row that lent it a line, or `NOBODY`
    """

    frame: pd.DataFrame
    y: np.ndarray
    groups: np.ndarray
    donors: np.ndarray

    def usable(self, groups: np.ndarray) -> np.ndarray:
        """(n,) bool: made of rows of these groups alone."""
        return made_of_these(self.made_of, groups)

    @property
    def made_of(self) -> np.ndarray:
        """(n, 2) int64: the two groups of each row, twice the same where nobody lent it a line."""
        return np.column_stack([self.groups, np.where(self.donors == NOBODY, self.groups, self.donors)])


def forged_rows(
    data: Labelled,
    forge: Forge,
    jobs: int = 1,
    progress: Progress = silent,
    summary: WordSummary | None = None,
) -> Forged:
    """Forge the genuine images of a table and measure what comes of it.

    Parameters
    ----------
    data : labelled rows, whose column `path` names images that are still there
    forge : makes the set; it may lend lines among images of one `app`
    jobs : processes
    progress : called with the images measured and the images in all
    summary : what filled the columns that sum up words, where the table has such

    Returns
    -------
    Forged
        One row an image, or one row a word where `data` is a table of words.

    Raises
    ------
    BadTable
        If images are not there, or the table has features that no image alone gives.
    """
    genuine, regions = data.take(_to_forge(data)), REGION in data.frame
    items = items_of(genuine)
    with tempfile.TemporaryDirectory(prefix="realfake-") as folder:
        manifest = Path(folder) / "genuine.csv"
        apps = genuine.frame["app"] if "app" in genuine.frame else pd.Series("", genuine.frame.index)
        with open(manifest, "w", newline="", encoding="utf-8", errors="surrogateescape") as file:
            rows = csv.writer(file)
            rows.writerow(["path", "label", "group", "app"])
            for item, group, app in zip(items, genuine.groups, apps, strict=True):
                rows.writerow([os.path.abspath(item.path), 0, f"g{group}", app])
        group_of = {os.path.abspath(item.path): group for item, group in zip(items, genuine.groups, strict=True)}
        made = gather([], forge(manifest, Path(folder) / "set"))
        work = region_rows if regions else image_work(Wanted(families_of(data.frame, summary), summary=summary))
        found: list[dict[str, object]] = []
        groups, donors = [], []
        for done, (item, measurements) in enumerate(measured(made, work, jobs=jobs), start=1):
            if regions:
                mark_edited(measurements, item)
            found += [{**row, "label": int(str(item.labels["label"]))} for row in measurements]
            lender = str(item.labels["donor"])
            groups += [group_of[str(item.labels["source"])]] * len(measurements)
            donors += [int(lender.removeprefix("g")) if lender else NOBODY] * len(measurements)
            progress(done, len(made))
    frame = pd.DataFrame(found)
    y = region_labels(frame) if regions else frame["label"].to_numpy(float)
    taught = np.flatnonzero(~failed_rows(frame) & np.isfinite(y))
    kept = frame.iloc[taught].reset_index(drop=True)
    made_of = np.array([groups, donors], np.int64)[:, taught]
    return Forged(kept, y[taught].astype(np.int8), *made_of)


def with_forged(table: pd.DataFrame, own: np.ndarray, forged: Forged | None) -> tuple[pd.DataFrame, np.ndarray]:
    """Region table and groups with the rows of forged images that were made of these groups alone."""
    if forged is None:
        return table, own
    usable = forged.usable(own)
    further = forged.frame[usable].reindex(columns=table.columns)
    return pd.concat([table, further], ignore_index=True), np.concatenate([own, forged.groups[usable]])


def _to_forge(data: Labelled) -> np.ndarray:
    """The rows of genuine images, in a table of words the first of each."""
    if REGION not in data.frame:
        return np.flatnonzero(data.y == 0)
    genuine = data.frame["label"].astype(float) == 0
    return np.flatnonzero(genuine & ~data.frame["path"].duplicated())
