"""Noise residuals: what is left of luma and chroma when a short polynomial fit is taken away."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import no_type_check

import cv2
import numpy as np

from realfake.forensics.arrays.blocks import robust_spread, spread_blocks
from realfake.forensics.arrays.exact import log2
from realfake.forensics.arrays.jit import compiled
from realfake.forensics.arrays.repeats import DistinctRows, distinct_rows
from realfake.forensics.arrays.sequences import sequence_counts
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import Measurement, family, feature, features, heatmap

# Fridrich & Kodovsky count the quantization step q in units of the kernel's centre weight, 3 for (1, -3, 3, -1).
LUMA_RANGE = 2  # the truncation threshold T
CHROMA_RANGE = 1
WINDOW = 4  # residuals in a row
BLOCK = 32  # pixels
SECOND = np.array([1, -2, 1], np.float32)  # across its own negative, the rich model's "SQUARE 3x3"
SQUARE_WEIGHT = 4  # what its centre weighs
CHANNELS = ("luma", "cb", "cr")


@family(
    "residual",
    cost="fast",
    source="J. Fridrich, J. Kodovsky, Rich Models for Steganalysis, IEEE TIFS 2012, doi:10.1109/TIFS.2012.2190402; "
    "D. Cozzolino, D. Gragnaniello, L. Verdoliva, ICIP 2014",
)
def noise_residuals(image: ForensicImage) -> Iterator[Measurement]:
    """Third-order residual co-occurrences of luma and halved chroma; energy, tails and evenness of a 2-D residual."""
    rows = image.shared(channel_rows)
    found = (third_order_counts(rows["luma"]), *image.shared(chroma_third_order))
    for channel, both in zip(CHANNELS, found, strict=True):
        limit = LUMA_RANGE if channel == "luma" else CHROMA_RANGE
        for scan, counts in zip(("along", "across"), both, strict=True):
            yield from _cooccurrences(f"{channel}_{scan}", counts, limit)
    residuals = image.shared(square_residuals)
    for channel, residual in residuals.items():
        yield from _summary(channel, residual)
    tie = _correlation(residuals["cb"], residuals["cr"])
    yield feature("cb_cr__correlation", tie, "correlation", "of the 3x3 residuals of Cb and Cr")


@heatmap("residual", unit="gray levels", meaning="mean absolute 3x3 residual of the luma, one value per 32x32 block")
def residual_map(image: ForensicImage) -> np.ndarray:
    """Where the picture is grainier or smoother than elsewhere."""
    _, _, _, blocks = residual_energy(image.shared(square_residuals)["luma"])
    return spread_blocks(blocks, BLOCK, image.luma.shape)


def square_residual(plane: np.ndarray) -> np.ndarray:
    """Four times the 3x3 residual of an (H, W) uint8 plane, mirrored at the border: (H, W) int16, exact."""
    return cv2.sepFilter2D(plane, cv2.CV_16S, SECOND, -SECOND)


def square_residuals(image: ForensicImage) -> dict[str, np.ndarray]:
    """`square_residual` of the luma and of both halved chroma planes."""
    return {channel: square_residual(plane) for channel, plane in channel_planes(image).items()}


def channel_planes(image: ForensicImage) -> dict[str, np.ndarray]:
    """The luma and both halved chroma planes, uint8."""
    return dict(zip(CHANNELS, (image.luma8, *image.chroma_half), strict=True))


def channel_rows(image: ForensicImage) -> dict[str, DistinctRows]:
    """`distinct_rows` of the luma and of both halved chroma planes."""
    return {channel: distinct_rows(plane) for channel, plane in channel_planes(image).items()}


def chroma_third_order(image: ForensicImage) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """`third_order_counts` of both halved chroma planes."""
    rows = image.shared(channel_rows)
    return third_order_counts(rows["cb"]), third_order_counts(rows["cr"])


def residual_energy(residual: np.ndarray) -> tuple[float, float, float, np.ndarray]:
    """Energy of a residual from `square_residual`, without the border.

    Returns
    -------
    mean : float, mean absolute residual, gray levels
    root_mean_square : float, gray levels
    zero : float, share of pixels whose residual is zero
    blocks : ndarray, float32, mean absolute residual of each whole 32x32 block, gray levels
    """
    height, width = (side - 2 for side in residual.shape)
    size = min(BLOCK, height, width)
    sums = np.zeros((height // size, width // size), np.int64)
    total, squares, zeros = _add_up(residual, size, np.empty((3, width), np.int32), sums)
    return (
        total / (height * width) / SQUARE_WEIGHT,
        float(np.sqrt(squares / (height * width))) / SQUARE_WEIGHT,
        zeros / (height * width),
        (sums / (size * size * SQUARE_WEIGHT)).astype(np.float32),
    )


def third_order_counts(rows: DistinctRows) -> tuple[np.ndarray, np.ndarray]:
    """Counts of four neighbouring third-order residuals, truncated to -2..2.

    Parameters
    ----------
    rows : DistinctRows
        Of an (H, W) uint8 plane of at least 7 pixels a side.

    Returns
    -------
    along, across : ndarray, shape (5, 5, 5, 5), int64
        The four taken in the direction of the residual's kernel, and at a right angle to it; horizontal and vertical
        kernels are added up.
    """
    height, width = rows.plane.shape
    in_rows, in_columns = np.empty((height, width - 3), np.uint8), np.empty((height - 3, width), np.uint8)
    _third_order_codes(rows.plane, 0, 1, in_rows)
    _third_order_codes(rows.plane, 1, 0, in_columns)
    along, across = window_counts(in_rows, rows.times)
    down, beside = window_counts(in_columns, rows.times)[::-1]
    return along + down, across + beside


def window_counts(codes: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Counts of four neighbouring codes (0..4, uint8, (H, W)), in rows and in columns: each (5, 5, 5, 5) int64.

    `times` says how often those count that start in each row.
    """
    return sequence_counts(codes, 5, WINDOW, (0, 1), times), sequence_counts(codes, 5, WINDOW, (1, 0), times)


@compiled
@no_type_check
def _third_order_codes(plane, rows, columns, codes):
    for y in range(codes.shape[0]):
        one, two, out = plane[y], plane[y + rows, columns:], codes[y]
        three, four = plane[y + 2 * rows, 2 * columns :], plane[y + 3 * rows, 3 * columns :]
        for x in range(out.size):
            residual = np.int32(one[x]) - np.int32(four[x]) + 3 * (np.int32(three[x]) - np.int32(two[x]))
            # round(residual / 3) + 2, truncated to 0..4
            out[x] = min(max((residual + np.int32(7)) // np.int32(3), 0), 4)


def truncate_counts(counts: np.ndarray, limit: int) -> np.ndarray:
    """Fold a co-occurrence over -T..T to -limit..limit: values beyond are counted as the limit."""
    reach = counts.shape[0] // 2
    if limit == reach:
        return counts
    starts = np.r_[0, reach - limit + 1 : reach + limit + 1]  # of what is counted as each value
    for axis in range(counts.ndim):
        counts = np.add.reduceat(counts, starts, axis)
    return counts


@cache
def symmetric_classes(limit: int, window: int = WINDOW) -> tuple[tuple[str, ...], np.ndarray]:
    """Classes of residual sequences that a mirror and a negative of the image turn into one another.

    Returns
    -------
    names : tuple of str
        One sequence of each class, `n2_n1_0_1` for (-2, -1, 0, 1): 169 for T=2, 25 for T=1.
    classes : ndarray of int, shape ((2 * limit + 1) ** window,)
        The class of each sequence in row-major order.
    """
    sequences = list(product(range(-limit, limit + 1), repeat=window))
    leaders = [min(s, s[::-1], tuple(-v for v in s), tuple(-v for v in s[::-1])) for s in sequences]
    order = {leader: i for i, leader in enumerate(dict.fromkeys(leaders))}
    names = tuple("_".join(f"n{-v}" if v < 0 else str(v) for v in leader) for leader in order)
    return names, np.array([order[leader] for leader in leaders])


def symmetric_shares(counts: np.ndarray, limit: int) -> tuple[tuple[str, ...], np.ndarray]:
    """Names and shares of the symmetric classes of a co-occurrence, truncated to -limit..limit.

    A screenshot is nearly all flat: counted among all sequences, the rest would only measure how much text there is.
    So the all-zero class stands as its share of all sequences, and the others as shares of what is left.
    """
    names, classes = symmetric_classes(limit)
    pooled = np.bincount(classes, truncate_counts(counts, limit).ravel().astype(np.float64), minlength=len(names))
    zero = names.index("_".join("0" * WINDOW))
    smooth = pooled[zero]
    shares = pooled / max(pooled.sum() - smooth, 1.0)
    shares[zero] = smooth / pooled.sum()
    return names, shares


def _cooccurrences(name: str, counts: np.ndarray, limit: int) -> Iterator[Measurement]:
    names, shares = symmetric_shares(counts, limit)
    meaning = "four neighbouring third-order residuals of this kind, among those not all zero; all zero among all"
    yield from features([f"{name}__{one}" for one in names], shares, "share", meaning)


@compiled
@no_type_check
def _add_up(residual, block, columns, sums):
    height, width = residual.shape[0] - 2, residual.shape[1] - 2
    absolute, power, none = columns[0], columns[1], columns[2]  # the columns of a row of blocks overflow none of them
    total = squares = zeros = np.int64(0)
    for top in range(0, height, block):
        columns[:] = 0
        for y in range(top, min(top + block, height)):
            row = residual[y + 1, 1:]
            for x in range(width):
                value = np.int32(row[x])
                absolute[x] += abs(value)
                power[x] += value * value
                none[x] += np.int32(value == 0)
        for x in range(width):
            total += absolute[x]
            squares += power[x]
            zeros += none[x]
        if top // block < sums.shape[0]:
            for x in range(sums.shape[1] * block):
                sums[top // block, x // block] += absolute[x]
    return total, squares, zeros


def _summary(channel: str, residual: np.ndarray) -> Iterator[Measurement]:
    mean, root, zero, blocks = residual_energy(residual)
    logs = log2(blocks + 0.05)
    bottom, top = np.quantile(logs, [0.02, 0.98])
    yield feature(f"{channel}__mean", mean, "gray levels", "mean absolute 3x3 residual")
    yield feature(f"{channel}__tail", root / (mean + 1e-3), "1", "its RMS over its mean: 1.25 for Gaussian noise")
    yield feature(f"{channel}__zero", zero, "share", "pixels whose residual is zero")
    yield feature(f"{channel}__block_spread", robust_spread(logs), "log2", "robust spread of it between 32x32 blocks")
    yield feature(f"{channel}__block_deviation", logs.std(), "log2", "standard deviation of it")
    yield feature(f"{channel}__block_bottom", bottom, "log2", "2nd percentile of it")
    yield feature(f"{channel}__block_top", top, "log2", "98th percentile of it")


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    # `numpy.dot` of float64 gives the same and takes over twice as long and four times the memory.
    squares, others, products = _add_products(one, other)
    power = float(np.sqrt(float(squares) * float(others)))
    return products / power if power > 0 else 0.0


@compiled
@no_type_check
def _add_products(one, other):
    squares = others = products = np.int64(0)
    for y in range(1, one.shape[0] - 1):
        a, b = one[y, 1:-1], other[y, 1:-1]
        for start in range(0, a.size, 256):  # so many squares of residuals overflow no 32 bits
            square = second = product = np.int32(0)
            for x in range(start, min(start + 256, a.size)):
                square += np.int32(a[x]) * np.int32(a[x])
                second += np.int32(b[x]) * np.int32(b[x])
                product += np.int32(a[x]) * np.int32(b[x])
            squares += square
            others += second
            products += product
    return squares, others, products
