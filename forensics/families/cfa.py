"""Colour filter array: the lattice on which a camera measured green, and where it breaks off; photographs only."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from realfake.forensics.arrays.blocks import block_means, robust_spread, spread_blocks
from realfake.forensics.arrays.exact import log2, magnitudes
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import Measurement, family, feature, heatmap

BLOCK = 16  # pixels
PREDICTOR = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], np.float32)  # four times green less its bilinear guess
MAX_FLAT = 0.2  # share of blocks without any noise: more of them and it is no photograph
MIN_COLOUR = 1.0  # gray levels of chroma deviation: less and there were no colour filters
FLOOR = 0.25  # gray levels squared: the variance that rounding makes


@family(
    "cfa",
    cost="full",
    min_side=64,
    source="P. Ferrara et al., Image forgery localization via fine-grained analysis of CFA artifacts, IEEE TIFS 2012, "
    "doi:10.1109/TIFS.2012.2202227; A. Gallagher, T. Chen, CVPRW 2008, doi:10.1109/CVPRW.2008.4562984",
)
def colour_filter_array(image: ForensicImage) -> Iterator[Measurement]:
    """Green's prediction error on the two lattices of a Bayer pattern; NaN for what is no colour photograph."""
    names = ("strength", "spread", "disagreeing", "diagonal_peak")
    values = [np.nan] * len(names)
    if is_photograph(image):
        logs = lattice_contrast(image.rgb[:, :, 1])
        sign = 1.0 if np.median(logs) >= 0 else -1.0
        strength, disagreeing = abs(float(np.median(logs))), float(np.mean(sign * logs < 0))
        values = [strength, robust_spread(logs), disagreeing, diagonal_peak(image)]
    meanings = (
        ("log2", "median over 16x16 blocks of the error variance of one lattice over the other"),
        ("log2", "robust spread of it between blocks"),
        ("share", "blocks in which the other lattice is the measured one"),
        ("log2", "wave of one pixel along diagonals of green's error, over the spectrum's median"),
    )
    for name, value, (unit, meaning) in zip(names, values, meanings, strict=True):
        yield feature(f"green__{name}", value, unit, meaning)


@heatmap("cfa", unit="log2", meaning="error variance of one green lattice over the other in each 16x16 block")
def lattice_map(image: ForensicImage) -> np.ndarray:
    """Where the camera's lattice is missing or swapped; NaN all over for what is no photograph."""
    if min(image.rgb.shape[:2]) < 64 or not is_photograph(image):
        return np.full(image.rgb.shape[:2], np.nan, np.float32)
    return spread_blocks(lattice_contrast(image.rgb[:, :, 1]), BLOCK, image.rgb.shape[:2])


def is_photograph(image: ForensicImage) -> bool:
    """Whether nearly every block has grain and the picture has colour: else no camera's filters shaped its pixels."""
    step = image.luma8[:, 1:] != image.luma8[:, :-1]
    still = block_means(step.view(np.uint8), BLOCK) < 0.02
    blue, red = image.chroma_half
    return bool(still.mean() <= MAX_FLAT and max(blue.std(), red.std()) >= MIN_COLOUR)


def lattice_contrast(green: np.ndarray) -> np.ndarray:
    """Log ratio of green's prediction error variance on the two checkerboard lattices.

    Parameters
    ----------
    green : ndarray, shape (H, W), uint8

    Returns
    -------
    ndarray, shape (H // 16, W // 16), float32
        log2 of the variance where row + column is even over that where it is odd. A demosaiced photograph is far from
        0: interpolated pixels equal their prediction, measured ones do not.
    """
    error = cv2.filter2D(np.ascontiguousarray(green), cv2.CV_32F, PREDICTOR / 4)
    square = error * error
    rows, columns = np.ogrid[: green.shape[0], : green.shape[1]]
    even = ((rows + columns) % 2 == 0).astype(np.float32)
    on, both = block_means(square * even, BLOCK), block_means(square, BLOCK)
    contrast: np.ndarray = log2((2 * on + FLOOR) / (2 * np.maximum(both - on, 0) + FLOOR)).astype(np.float32)
    return contrast


def diagonal_peak(image: ForensicImage) -> float:
    """Height of the one-pixel wave in the mean absolute error of green along diagonals: log2 over the median."""
    error = np.abs(cv2.filter2D(np.ascontiguousarray(image.rgb[:, :, 1]), cv2.CV_16S, PREDICTOR))[1:-1, 1:-1]
    rows, columns = np.ogrid[: error.shape[0], : error.shape[1]]
    diagonal = rows + columns
    sums = np.bincount(diagonal.ravel(), np.minimum(error, 64).ravel())
    numbers = np.bincount(diagonal.ravel())
    full = numbers == numbers.max() if np.sum(numbers == numbers.max()) >= 32 else numbers >= numbers.max() // 2
    profile = (sums / numbers)[full]
    profile = profile[: profile.size // 2 * 2]
    spectrum = magnitudes(np.fft.rfft(profile - profile.mean()))
    return float(np.log2(spectrum[-1] / (np.median(spectrum[1:-1]) + 1e-6) + 1))
