"""A compact selection from the spatial rich model: four-residual co-occurrences beyond the third-order luma ones."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from forensics.catalog import Measurement, family, features
from forensics.image import ForensicImage
from forensics.residual import sequence_counts, square_residual, symmetric_shares, third_order_counts, truncate_counts

RANGE = 2  # the truncation threshold T
SECOND_ORDER = np.array([[1, -2, 1]], np.float32)


@family(
    "srm",
    cost="full",
    source="J. Fridrich, J. Kodovsky, Rich Models for Steganalysis of Digital Images, IEEE TIFS 2012, "
    "doi:10.1109/TIFS.2012.2190402",
)
def rich_model(image: ForensicImage) -> Iterator[Measurement]:
    """Co-occurrences of 3x3 and least second-order residuals of luma, and of 3x3 and third-order ones of chroma."""
    yield from _shares("luma_square", square_counts(image.luma8))
    chroma = image.chroma_half
    yield from _shares("chroma_square", np.sum([square_counts(plane) for plane in chroma], axis=0))
    third = np.sum([third_order_counts(plane)[0] for plane in chroma], axis=0)
    yield from _shares("chroma_third", third)
    names, shares = mirrored_shares(extreme_counts(image.luma8))
    meaning = "four least second-order residuals of this kind, among those not all zero; all zero among all"
    yield from features([f"luma_least__{name}" for name in names], shares, "share", meaning)


def square_counts(plane: np.ndarray) -> np.ndarray:
    """Counts of four neighbouring 3x3 residuals, in rows and in columns: (5, 5, 5, 5) int64 for -2..2 each."""
    # Rounded to the kernel's centre weight of 4, halves away from zero.
    return np.sum(sequence_counts(_codes(square_residual(plane), 2, 6)), axis=0)


def extreme_counts(plane: np.ndarray) -> np.ndarray:
    """Counts of four neighbouring least second-order residuals (horizontal or vertical): (5, 5, 5, 5) int64.

    Greatest residuals are counted as the least ones of the negative.
    """
    across = cv2.filter2D(plane, cv2.CV_16S, SECOND_ORDER)[1:-1, 1:-1]
    down = cv2.filter2D(plane, cv2.CV_16S, SECOND_ORDER.T)[1:-1, 1:-1]
    least, greatest = np.minimum(across, down), np.maximum(across, down)
    return np.sum([*sequence_counts(_codes(least, 1, 3)), *sequence_counts(_codes(-greatest, 1, 3))], axis=0)


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


def _codes(residual: np.ndarray, one: int, two: int) -> np.ndarray:
    """Residuals as 0..4 for -2..2: of size `one` and up as +-1, of size `two` and up as +-2."""
    codes = (residual > -two).astype(np.uint8)
    for step in (residual > -one, residual >= one, residual >= two):
        codes += step
    return codes
