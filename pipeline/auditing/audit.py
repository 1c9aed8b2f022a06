"""The audit: what makes a result on labelled images meaningless, found before any model is trained."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
import pandas as pd

from realfake.data.manifest import printable
from realfake.forensics.errors import BadTable, TooFewFakes, counted
from realfake.forensics.extract import extract_features
from realfake.forensics.measurement import SEPARATOR
from realfake.forensics.progress import Progress, silent
from realfake.pipeline.auditing.leaks import container_auc, leaking_columns
from realfake.pipeline.extraction.inputs import gather
from realfake.pipeline.extraction.workers import measured
from realfake.pipeline.learning.alarms import EDITORS
from realfake.pipeline.metrics.intervals import clopper_pearson, needed_genuine
from realfake.pipeline.settings import Workers
from realfake.pipeline.tables import table
from realfake.pipeline.tables.cells import Row
from realfake.pipeline.tables.duplicates import SAME_PICTURE, near_duplicate_groups
from realfake.pipeline.tables.table import (
    Labelled,
    failed_rows,
    filled,
    is_feature_table,
    labels,
    needs_images,
    read_table,
    table_name,
    unlabelled,
)

HEADER_FAMILIES = ("container", "quantization")
PREVALENT = 0.2  # share of fakes above which figures say little of a stream in which they are rare
WIDE_RECALL = 0.2  # half-width of the interval of a recall of one half that makes it worthless
LARGE_GROUP = 0.2  # share of a class in one group that leaves the others too small a part of any split
MOST_FPR = 0.5  # that can be asked for
EXAMPLES = 2  # sets of copies that a finding spells out
NAMED = 3  # images of a set that it names
NUMBERS = ("width", "height", "bytes", "frame", "frames")


@dataclass(frozen=True)
class Finding:
    """One sentence on the data; a warning where it can make a result meaningless."""

    severity: Literal["warning", "note"]
    topic: str
    sentence: str


def audit_file(
    path: str | os.PathLike[str],
    fpr: float = 0.01,
    *,
    seed: int = 0,
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> list[Finding]:
    """Audit a feature table or a manifest; the images of a manifest are opened to read their containers.

    Parameters
    ----------
    path : table as `realfake extract` writes it, or manifest
    fpr : false-positive rate at which a model is to work, 0..1
    workers : who opens the images of a manifest, and what one may cost
    progress : called with the images done and the images in all

    Raises
    ------
    BadTable, BadManifest
        The file is neither, or has no labels.
    """
    if is_feature_table(path):
        return audit_table(read_table(path), fpr, seed)
    frame = read_headers(path, workers, progress)
    return sorted(_missing_masks(frame) + audit_table(frame, fpr, seed), key=_warnings_first)


def audit_table(frame: pd.DataFrame, fpr: float = 0.01, seed: int = 0) -> list[Finding]:
    """Audit a feature table.

    Parameters
    ----------
    frame : rows with `label` and, as far as known, provenance, container features and manifest columns
    fpr : false-positive rate at which a model is to work, 0..1

    Returns
    -------
    list of Finding, warnings first

    Raises
    ------
    BadTable
        There are no labels, or labels other than 0 and 1, or a row is a word.
    """
    needs_images(frame)
    failed = failed_rows(frame)
    if failed.all():
        raise BadTable(f"{table_name(frame)} has no image that could be read; the first: {_first_error(frame, failed)}")
    blank = unlabelled(frame) & ~failed if "label" in frame else np.zeros(len(frame), bool)
    if (blank | failed).all():
        raise BadTable(f"{table_name(frame)} has no label; write 1 for fake and 0 for genuine into the column label")
    y = labels(frame.loc[~(failed | blank)])
    usable = frame.loc[~(failed | blank)].reset_index(drop=True)
    usable.attrs = dict(frame.attrs)
    groups, grouping = _groups(usable)
    data = Labelled(usable, y, groups)
    found = [
        *_unreadable(frame, failed),
        *_without_label(blank),
        *grouping,
        *_balance(data),
        *_enough(data, fpr),
        *_leaks(data, seed),
        *_copies(data),
        *_look_alikes(data),
        *_large_groups(data),
        *_mixed_groups(data),
        *_no_op_controls(data),
        *_masks(data),
    ]
    return sorted(found, key=_warnings_first)


def read_headers(
    manifest: str | os.PathLike[str], workers: Workers = Workers(), progress: Progress = silent
) -> pd.DataFrame:
    """Open the images of a manifest and return provenance and container features with the manifest's columns."""
    items = gather((), manifest)
    rows: list[Row] = []
    for item, measurement in measured(items, partial(_header_row), jobs=workers.jobs, limits=workers.limits):
        rows.append({**measurement[0], **item.labels})
        progress(len(rows), len(items))
    names = dict.fromkeys(name for row in rows for name in row)
    frame = pd.DataFrame({name: _column(name, [row.get(name) for row in rows]) for name in names})
    frame.attrs["source"] = str(manifest)
    return frame


def _header_row(path: str) -> list[Row]:
    return [extract_features(path, HEADER_FAMILIES)]


def _column(name: str, cells: list[object]) -> pd.Series:
    text = name not in NUMBERS and SEPARATOR not in name
    return pd.Series(cells, dtype=object if text else np.float64)  # object: Arrow holds no surrogate escapes


# Each check takes the data and yields findings.


def _unreadable(frame: pd.DataFrame, failed: np.ndarray) -> Iterator[Finding]:
    if failed.any():
        said = f"{int(failed.sum())} of {len(failed)} images cannot be read and are left out"
        yield _warning("images", f"{said}; the first: {_first_error(frame, failed)}")


def _first_error(frame: pd.DataFrame, failed: np.ndarray) -> str:
    return str(frame.loc[failed, "error"].iloc[0])


def _without_label(blank: np.ndarray) -> Iterator[Finding]:
    if blank.any():
        yield _note("labels", f"{int(blank.sum())} of {len(blank)} images have no label and are left out")


def _groups(frame: pd.DataFrame) -> tuple[np.ndarray, list[Finding]]:
    given = frame["group"].astype(object) if "group" in frame else pd.Series(np.nan, frame.index, dtype=object)
    alone = (given.isna() | (given == "")).to_numpy(bool)
    if alone.all():
        found = table.near_duplicate_groups(frame)
        sentence = (
            f"there are no groups: {len(frame)} images fall into {found.max() + 1} by near-duplicate hashing, which "
            "misses crops and retakes; give every image made from one capture the same value in the column group"
        )
        return found, [_warning("groups", sentence)]
    keys = [f"\0{row}" if single else str(group) for row, (group, single) in enumerate(zip(given, alone, strict=True))]
    findings = []
    if alone.any():
        findings.append(_warning("groups", f"{int(alone.sum())} images have no group and are taken to stand alone"))
    return pd.factorize(np.array(keys, dtype=object))[0].astype(np.int64), findings


def _balance(data: Labelled) -> Iterator[Finding]:
    fakes, rows = int(data.y.sum()), len(data.y)
    groups = len(np.unique(data.groups))
    classes = f"{counted(rows - fakes, 'genuine image')} and {counted(fakes, 'fake')}"
    held = f"{classes} ({fakes / rows:.1%}) in {counted(groups, 'group')}"
    if fakes in (0, rows):
        yield _warning("balance", f"{held}: with one class alone nothing can be learnt or measured")
    elif fakes / rows > PREVALENT:
        rare = "where fakes are rarer precision and PR-AUC are lower than measured here; state them at that prevalence"
        yield _note("balance", f"{held}: {rare}")
    else:
        yield _note("balance", held)


def _leaks(data: Labelled, seed: int) -> Iterator[Finding]:
    try:
        overall = container_auc(data.frame, data.y, data.groups, seed)
        columns = leaking_columns(data.frame, data.y, data.groups, seed)
    except TooFewFakes as error:
        yield _warning("leak", f"whether the file tells the label cannot be tested: {error}")
        return
    if overall is None:
        sentence = "the table has no container features, so whether files tell the label is unknown; extract container"
        yield _warning("leak", sentence)
    else:
        interval = f"99 % interval {overall.low:.2f} to {overall.high:.2f}"
        auc = f"AUC {overall.value:.2f} ({interval}) in grouped cross-validation"
        if overall.low > 0.5:
            yield _warning(
                "leak",
                f"format, size, metadata and JPEG tables alone tell fakes from genuine images, {auc}: a model may have "
                "learnt the file and not the picture; send both classes through the same channel",
            )
        else:
            yield _note("leak", f"format, size, metadata and JPEG tables alone do not tell the label, {auc}")
    for told in columns:
        yield _warning(
            "leak",
            f"the label is tied to the {told.kind}: {told.column} {told.condition} in {told.fakes:.0%} of fakes and "
            f"{told.genuine:.0%} of genuine images (AUC {told.auc.value:.2f} alone)",
        )


def _copies(data: Labelled) -> Iterator[Finding]:
    if "sha256" not in data.frame:
        yield _note("duplicates", "the table has no hashes of files, so copies cannot be found")
        return
    sets = _Sets(data, data.frame["sha256"])
    if both := sets.spread_over(data.y):
        yield _warning("duplicates", f"{len(both)} files are labelled both fake and genuine: {sets.named(both)}")
    if apart := sets.spread_over(data.groups):
        yield _warning(
            "duplicates",
            f"{len(apart)} files stand in more than one group, so that test images are seen in training: "
            f"{sets.named(apart)}",
        )
    spare = int(sets.key.notna().sum() - sets.key.nunique())
    if spare:
        yield _note("duplicates", f"{spare} images are byte-identical copies of others")


def _look_alikes(data: Labelled) -> Iterator[Finding]:
    if "phash" not in data.frame:
        return
    sets = _Sets(data, pd.Series(near_duplicate_groups(data.frame["phash"], SAME_PICTURE)))
    apart = sets.spread_over(data.groups)
    across_apps = sets.spread_over(data.frame["app"]) if "app" in data.frame else apart
    alike = "sets of images look the same but stand in different groups"
    remedy = "give those made from one capture one group"
    if unrelated := [key for key in apart if key in set(across_apps)]:
        yield _warning("duplicates", f"{len(unrelated)} {alike}: {sets.named(unrelated)}; {remedy}")
    if related := [key for key in apart if key not in set(across_apps)]:
        screens = "screens of one app often do"
        yield _note("duplicates", f"{len(related)} {alike}, {screens}: {sets.named(related)}; {remedy}")


def _large_groups(data: Labelled) -> Iterator[Finding]:
    for label, name in ((1, "fakes"), (0, "genuine images")):
        rows = data.groups[data.y == label]
        if len(rows) and len(np.unique(rows)) > 1:
            largest = np.bincount(rows).max() / len(rows)
            if largest > LARGE_GROUP:
                yield _warning(
                    "groups",
                    f"one group holds {largest:.0%} of the {name}: folds are uneven and figures rest on few captures",
                )


def _mixed_groups(data: Labelled) -> Iterator[Finding]:
    for column in ("app", "device"):
        if column in data.frame:
            mixed = data.frame[column].groupby(data.groups).nunique()
            if (mixed > 1).any():
                yield _note(
                    "groups",
                    f"{int((mixed > 1).sum())} groups hold images of more than one {column}; a group is what was made "
                    "from one capture",
                )


def _masks(data: Labelled) -> Iterator[Finding]:
    fakes = data.y == 1
    without = int((fakes & ~filled(data.frame, "mask")).sum())
    if without:
        yield _note(
            "masks",
            f"{without} of {int(fakes.sum())} fakes have no mask: where they are forged is neither learnt nor checked",
        )


def _no_op_controls(data: Labelled) -> Iterator[Finding]:
    column = next((name for name in EDITORS if name in data.frame), None)
    if column is None:
        return
    edited = filled(data.frame, column)
    fakes, controls = edited[data.y == 1], edited[data.y == 0]
    if fakes.any() and not controls.any():
        yield _warning(
            "controls",
            "no genuine image went through an editor while fakes did: a model may learn the editor and not the edit; "
            "save some genuine images from an editor without a change",
        )
    elif controls.any():
        yield _note("controls", f"{controls.mean():.0%} of the genuine images went through an editor without an edit")


def _enough(data: Labelled, fpr: float) -> Iterator[Finding]:
    genuine = len(np.unique(data.groups[data.y == 0]))
    fakes = len(np.unique(data.groups[data.y == 1]))
    needed = needed_genuine(fpr)
    if genuine < needed:
        best = math.ceil(3000 / max(genuine, 1)) / 1000  # rounded up, so that it can be asked for
        yield _warning(
            "size",
            f"a false-positive rate of {fpr:.2%} cannot be claimed from {counted(genuine, 'group')} of genuine images: "
            f"it takes {needed:,} (rule of three); {f'ask for {best:.1%} or ' if best <= MOST_FPR else ''}label more",
        )
    if fakes > 0:
        half = clopper_pearson(fakes // 2, fakes)
        width = (half.high - half.low) / 2
        if width > WIDE_RECALL:
            yield _warning(
                "size",
                f"with {counted(fakes, 'group')} of fakes a recall is uncertain by {width:.0%} either way; label more",
            )


def _missing_masks(frame: pd.DataFrame) -> list[Finding]:
    named = [mask for mask in frame.get("mask", pd.Series(dtype=object)) if isinstance(mask, str) and mask]
    lost = [mask for mask in named if not os.path.isfile(mask)]
    if not lost:
        return []
    return [_warning("masks", f"{len(lost)} of {len(named)} masks are not there, the first {printable(lost[0])}")]


@dataclass(frozen=True)
class _Sets:
    """Rows of equal key."""

    data: Labelled
    key: pd.Series

    def spread_over(self, values: np.ndarray | pd.Series) -> list[Any]:
        """The keys whose rows have more than one value."""
        counts = pd.Series(pd.factorize(np.asarray(values, dtype=object))[0]).groupby(self.key).nunique()
        return list(counts.index[counts > 1])

    def named(self, keys: list[Any]) -> str:
        """The images of the first few keys, one of each group and label."""
        if "path" not in self.data.frame:
            return "the table has no paths"
        rows = pd.DataFrame({"path": self.data.frame["path"], "group": self.data.groups, "y": self.data.y})
        shown = []
        for key in keys[:EXAMPLES]:
            paths = rows[self.key == key].drop_duplicates(["group", "y"])["path"]
            more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
            shown.append(" = ".join(printable(str(path)) for path in paths[:NAMED]) + more)
        return "; ".join(shown) + ("; ..." if len(keys) > EXAMPLES else "")


def _warning(topic: str, sentence: str) -> Finding:
    return Finding("warning", topic, sentence)


def _note(topic: str, sentence: str) -> Finding:
    return Finding("note", topic, sentence)


def _warnings_first(finding: Finding) -> bool:
    return finding.severity == "note"
