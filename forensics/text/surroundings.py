"""Surroundings: what an edit leaves where there is no ink — patches a few levels off, seams, noise that stops."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from forensics.box import Box
from forensics.catalog import RegionMeasurement, region_family, region_feature
from forensics.text.words import ScreenText, Word

FEW = 12  # pixels; a zone with fewer calm ones says nothing
ROW_REACH = 8.0  # heights to either side in which a seam of the row is looked for
MAX_STEP = 24.0  # gray levels; a larger step is part of the design
EPS = 0.05  # gray levels; below the rounding of 8-bit pixels


@region_family("surroundings", source="cover-up patches and seams after the region contrast of this program")
def surroundings(screen: ScreenText) -> Iterator[RegionMeasurement]:
    """Background inside the word's box against background outside, on calm pixels alone."""
    measures = screen.per_word(_zones).reshape(-1, len(ZONES))
    for i, (name, unit, floor, meaning) in enumerate(ZONES):
        yield region_feature(name, measures[:, i], unit, floor, meaning)
    seams = _row_seams(screen)
    yield region_feature("row_seam__step", seams[:, 0], "gray levels", 0.2, "largest upright step of the background in the word's row")
    yield region_feature("row_seam__significance", seams[:, 1], "deviations", 1.0, "the same over its standard error")
    yield region_feature("row_seam__distance", seams[:, 2], "heights", 0.3, "how far from the word it stands")


ZONES = (
    ("ground__in_out", "gray levels", 0.15, "mean background inside the box against outside, largest channel"),
    ("ground__sides", "gray levels", 0.2, "largest difference between two sides of the word"),
    ("ground__tint", "gray levels", 0.15, "the same as a change of blue minus red"),
    ("noise__in", "gray levels", 0.05, "deviation of calm pixels inside the box"),
    ("noise__out", "gray levels", 0.05, "deviation of calm pixels around it"),
    ("noise__log_ratio", "1", 0.1, "log of the two"),
    ("flat__in", "1", 0.02, "share of calm pixels inside that equal the commonest one"),
    ("flat__out", "1", 0.02, "share of calm pixels around that equal the commonest one"),
    ("flat__difference", "1", 0.02, "inside minus around"),
    ("residue__share", "1", 0.01, "calm pixels 1 to 6 levels off the background"),
    ("residue__rectangularity", "1", 0.05, "how much of its bounding box that residue fills"),
    ("seam__upright", "gray levels", 0.2, "largest step between neighbouring columns beside the word"),
    ("seam__upright_significance", "deviations", 1.0, "the same over its standard error"),
    ("seam__level", "gray levels", 0.2, "largest step between neighbouring rows above and below the word"),
    ("seam__level_significance", "deviations", 1.0, "the same over its standard error"),
)


def _zones(word: Word) -> list[float]:
    height, width = word.calm.shape
    rows, columns = word.inner
    top, bottom = max(rows.start - 2, 0), rows.stop + 2
    left, right = max(columns.start - 2, 0), columns.stop + 2
    calm = word.calm.astype(np.float32)
    masked = word.pixels * calm[:, :, None]
    same = (np.abs(word.pixels - np.rint(word.background)).max(axis=2) < 0.5) & word.calm
    whole, within = _moments(word, masked, calm, same, np.s_[:, :]), _moments(word, masked, calm, same, np.s_[top:bottom, left:right])
    around = whole - within
    sides = (np.s_[:, : max(left - 1, 0)], np.s_[:, right + 1 :], np.s_[: max(top - 1, 0), :], np.s_[bottom + 1 :, :])
    means = [part[1:4] / part[0] for part in (_moments(word, masked, calm, same, side) for side in sides) if part[0] >= FEW]
    in_out = tint = spread = np.nan
    if within[0] >= FEW and around[0] >= FEW:
        shift = within[1:4] / within[0] - around[1:4] / around[0]
        in_out, tint = float(np.abs(shift).max()), float(shift[2] - shift[0])
    if len(means) > 1:
        stacked = np.stack(means)
        spread = float((stacked.max(axis=0) - stacked.min(axis=0)).max())
    noise_in, noise_out = _deviation(within), _deviation(around)
    flat_in, flat_out = _share(within), _share(around)
    luma = word.pixels @ np.float32([0.299, 0.587, 0.114])
    upright = _step(luma[top:bottom], calm[top:bottom])
    level = _step(luma[:, left:right].T, calm[:, left:right].T)
    return [
        in_out, spread, tint, noise_in, noise_out, float(np.log((noise_in + EPS) / (noise_out + EPS))),
        flat_in, flat_out, flat_in - flat_out, *_residue(word), *upright[:2], *level[:2],
    ]  # fmt: skip


def _moments(word: Word, masked: np.ndarray, calm: np.ndarray, same: np.ndarray, where: tuple) -> np.ndarray:
    """Calm pixels of a zone: how many, sum of each channel, sum of squares, how many equal the background."""
    part = masked[where]
    return np.array([calm[where].sum(), *part.sum(axis=(0, 1), dtype=float), np.vdot(part, part), np.count_nonzero(same[where])])


def _deviation(moments: np.ndarray) -> float:
    if moments[0] < FEW:
        return np.nan
    mean = moments[1:4] / moments[0]
    return float(np.sqrt(max(moments[4] / moments[0] - mean @ mean, 0.0) / 3))


def _share(moments: np.ndarray) -> float:
    return float(moments[5] / moments[0]) if moments[0] >= FEW else np.nan


def _residue(word: Word) -> tuple[float, float]:
    off = np.abs(word.pixels - np.rint(word.background)).max(axis=2)
    residue = word.calm & (off >= 1) & (off <= 6)
    count = np.count_nonzero(residue)
    calm = np.count_nonzero(word.calm)
    if calm < FEW:
        return np.nan, np.nan
    if count < FEW:
        return count / calm, 0.0
    rows, columns = np.flatnonzero(residue.any(axis=1)), np.flatnonzero(residue.any(axis=0))
    bounded = word.calm[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return count / calm, count / max(np.count_nonzero(bounded), 1)


def _step(luma: np.ndarray, calm: np.ndarray) -> tuple[float, float, int]:
    """Largest step between the means of neighbouring columns of calm pixels: size, significance, where."""
    counts = calm.sum(axis=0)
    valid = counts >= max(4.0, 0.6 * counts.max(initial=0))
    if valid.sum() < 6:
        return np.nan, np.nan, 0
    masked = luma * calm
    n = np.maximum(counts, 1)
    means = masked.sum(axis=0) / n
    variance = np.maximum((masked * luma).sum(axis=0) / n - means**2, 0)
    pair = valid[1:] & valid[:-1]
    steps = np.abs(np.diff(means))
    steps = np.where(pair & (steps <= MAX_STEP), steps, 0)
    where = int(steps.argmax())
    error = float(np.sqrt(np.median(variance[valid]) / np.median(counts[valid]))) + EPS
    return float(steps[where]), float(steps[where] / (error + (np.median(steps[pair]) if pair.any() else 0.0))), where


def _row_seams(screen: ScreenText) -> np.ndarray:
    """(n, 3): the strongest seam in each word's row of the screen, found once a field."""
    fields = {line: _field_seam(screen, screen.lines[line].box) for line in np.unique(screen.line_of)}
    rows = []
    for word in screen.words:
        size, significance, at = fields[word.line]
        rows.append((size, significance, max(word.box.x - at, at - word.box.right, 0) / word.box.height))
    return np.array(rows, float).reshape(-1, 3)


def _field_seam(screen: ScreenText, box: Box) -> tuple[float, float, int]:
    reach = int(ROW_REACH * box.height)
    strip = Box.from_edges(
        max(box.x - reach, 0), max(box.y - 1, 0),
        min(box.right + reach, screen.image.width), min(box.bottom + 1, screen.image.height),
    )  # fmt: skip
    size, significance, where = _step(screen.image.luma[strip.slices], (screen.near[strip.slices] == 0).astype(np.float32))
    return size, significance, strip.x + where + 1
