"""A compact selection from the spatial rich model: four-residual co-occurrences beyond the third-order luma ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.arrays.repeats import DistinctRows
from realfake.forensics.families.residual import (
    channel_rows,
    chroma_third_order,
    square_residual,
    symmetric_shares,
    truncate_counts,
    window_counts,
)
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import Measurement, family, features

RANGE = 2  # the truncation threshold T


@family(
    "srm",
    cost="full",
    source="J. Fridrich, J. Kodovsky, Rich Models for Steganalysis of Digital Images, IEEE TIFS 2012, "
    "doi:10.1109/TIFS.2012.2190402",
)
def rich_model(image: ForensicImage) -> Iterator[Measurement]:
    """Co-occurrences of 3x3 and least second-order residuals of luma, and of 3x3 and third-order ones of chroma."""
    rows = image.shared(channel_rows)
    yield from _shares("luma_square", square_counts(rows["luma"]))
    yield from _shares("chroma_square", square_counts(rows["cb"]) + square_counts(rows["cr"]))
    yield from _shares("chroma_third", np.sum([along for along, _ in image.shared(chroma_third_order)], axis=0))
    names, shares = mirrored_shares(extreme_counts(rows["luma"]))
    meaning = "four least second-order residuals of this kind, among those not all zero; all zero among all"
    yield from features([f"luma_least__{name}" for name in names], shares, "share", meaning)


def square_counts(rows: DistinctRows) -> np.ndarray:
    """Counts of four neighbouring 3x3 residuals, in rows and in columns: (5, 5, 5, 5) int64 for -2..2 each."""
    residual = square_residual(rows.plane)
    codes = np.empty((residual.shape[0] - 2, residual.shape[1] - 2), np.uint8)
    _square_codes(residual, codes)
    counts: np.ndarray = np.sum(window_counts(codes, rows.times), axis=0)
    return counts


def extreme_counts(rows: DistinctRows) -> np.ndarray:
    """Counts of four neighbouring least second-order residuals (horizontal or vertical): (5, 5, 5, 5) int64.

    Greatest residuals are counted as the least ones of the negative.
    """
    least = np.empty((rows.plane.shape[0] - 2, rows.plane.shape[1] - 2), np.uint8)
    greatest = np.empty_like(least)
    _extreme_codes(rows.plane, least, greatest)
    counts: np.ndarray = np.sum([*window_counts(least, rows.times), *window_counts(greatest, rows.times)], axis=0)
    return counts


def mirrored_shares(counts: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Names and shares of sequences of signs, a sequence and its mirror image taken together: 45 classes."""
    signs = truncate_counts(counts, 1)
    pooled = signs + signs.transpose(3, 2, 1, 0)
    names, shares = [], []
    smooth = pooled[1, 1, 1, 1]
    rest = max(pooled.sum() - smooth, 1)
    for place in np.ndindex(pooled.shape):
        if place <= place[::-1]:
            names.append("_".join(("n1", "0", "1")[code] for code in place))
            twice = 1 if place == place[::-1] else 2
            shares.append(smooth / pooled.sum() if place == (1, 1, 1, 1) else twice * pooled[place] / rest)
    return names, np.array(shares)


def _shares(name: str, counts: np.ndarray) -> Iterator[Measurement]:
    names, shares = symmetric_shares(counts, RANGE)
    meaning = "four neighbouring residuals of this kind, among those not all zero; all zero among all"
    yield from features([f"{name}__{one}" for one in names], shares, "share", meaning)


@compiled
@no_type_check
def _square_codes(residual, codes):
    """Rounded to the kernel's centre weight of 4, halves away from zero, as 0..4 for -2..2."""
    for y in range(codes.shape[0]):
        row, out = residual[y + 1, 1:], codes[y]
        for x in range(out.size):
            value = np.int32(row[x])
            out[x] = np.uint8(value > -6) + np.uint8(value > -2) + np.uint8(value >= 2) + np.uint8(value >= 6)


@compiled
@no_type_check
def _extreme_codes(plane, least, greatest):
    """Second-order residuals halved, halves away from zero, as 0..4 for -2..2; the greatest ones negated."""
    for y in range(least.shape[0]):
        above, here, below, low, high = plane[y], plane[y + 1], plane[y + 2], least[y], greatest[y]
        for x in range(low.size):
            twice = np.int16(2 * np.int16(here[x + 1]))
            across = np.int16(np.int16(here[x]) + np.int16(here[x + 2]) - twice)
            down = np.int16(np.int16(above[x + 1]) + np.int16(below[x + 1]) - twice)
            value = min(across, down)
            low[x] = np.uint8(value > -3) + np.uint8(value > -1) + np.uint8(value >= 1) + np.uint8(value >= 3)
            value = np.int16(-max(across, down))
            high[x] = np.uint8(value > -3) + np.uint8(value > -1) + np.uint8(value >= 1) + np.uint8(value >= 3)
