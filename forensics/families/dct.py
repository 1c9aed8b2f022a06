"""DCT histograms: the traces of one and of two quantizations in the distribution of coefficients."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import no_type_check

import cv2
import numpy as np

from realfake.forensics.arrays.blocks import spread_blocks
from realfake.forensics.arrays.exact import exp, log, log10, magnitudes
from realfake.forensics.arrays.jit import compiled
from realfake.forensics.compression.double_quantization import (
    LOW_MODES,
    DoubleQuantization,
    double_quantization,
    lattice,
    low_modes,
    mode_names,
    primary_quality,
)
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import Measurement, family, feature, features, heatmap

SPECTRUM_REACH = 64  # values of a histogram to either side of 0 whose periods are looked for
SPECTRUM_LENGTH = 256
TREND = 9  # values over which a histogram's trend is averaged
LOWEST = 16  # bins of the spectrum below which the trend shows: periods above 16 values
DIGITS = np.arange(1, 10)
MIN_DIGITS = 100  # nonzero coefficients from which a mode's digits are compared with the law
LARGEST = 4096  # coefficients beyond it do not occur in 8-bit pictures
CERTAIN = 1.0  # nats by which a block speaks for or against two quantizations

POPESCU = "Popescu & Farid 2004, 'Statistical tools for digital forensics'"
LIN = "Lin, He, Tang & Tang 2009, doi:10.1016/j.patcog.2009.03.019"
BIANCHI = "Bianchi & Piva 2012, doi:10.1109/TIFS.2012.2187516"
FU = "Fu, Shi & Su 2007, doi:10.1117/12.704723"


@family("dct", source=f"{POPESCU}; {LIN}; {BIANCHI}; {FU}")
def dct(image: ForensicImage) -> Iterator[Measurement]:
    """Periods of DCT histograms, the first of two quantizations, blocks that went through one only, first digits."""
    yield from _periods(image)
    twice = image.shared(double_quantization)
    yield from _primary(twice)
    yield from _places("model", twice.evidence, "model of both quantizations (Bianchi & Piva)")
    yield from _places("period", twice.periodic, "periods of the histograms (Lin)")
    yield from _first_digits(image)


def periodicity(values: np.ndarray) -> tuple[float, float]:
    """The strongest period of a histogram of integers.

    Parameters
    ----------
    values : ndarray of int

    Returns
    -------
    strength : float
        Largest over median magnitude of the histogram's spectrum, trend removed; NaN for an empty histogram.
    period : float
        Distance of the peaks in values, 2..16.
    """
    size = np.abs(values)
    counts = np.bincount(size[(size > 0) & (size <= SPECTRUM_REACH)].ravel(), minlength=SPECTRUM_REACH + 1)[1:]
    if not counts.any():
        return np.nan, np.nan
    roots = np.sqrt(counts)  # of equal variance, whatever the count
    trend = _moving_sum(roots) / TREND_WEIGHTS
    spectrum = magnitudes(np.fft.rfft(roots - trend, SPECTRUM_LENGTH))[LOWEST:]
    peak = int(spectrum.argmax())
    return spectrum[peak] / (np.median(spectrum) + 1e-6), SPECTRUM_LENGTH / (LOWEST + peak)


def _moving_sum(values: np.ndarray) -> np.ndarray:
    padded = np.concatenate([np.zeros(TREND // 2), values, np.zeros(TREND // 2)])
    sums: np.ndarray = np.lib.stride_tricks.sliding_window_view(padded, TREND).sum(axis=1)
    return sums


TREND_WEIGHTS = _moving_sum(np.ones(SPECTRUM_REACH))


def _periods(image: ForensicImage) -> Iterator[Measurement]:
    found = [periodicity(values) for values in image.shared(lattice).varied]  # zeros have no period
    for name, (strength, period) in zip(mode_names(), found, strict=True):
        yield feature(f"{name}__periodicity", strength, "1", "strongest over median frequency of the histogram")
        yield feature(f"{name}__period", period, "values", "distance of the histogram's peaks")
    strengths = np.array([strength for strength, _ in found])
    known = strengths[np.isfinite(strengths)]
    yield feature("periodicity__median", np.median(known) if len(known) else np.nan, "1", "median over the modes")
    yield feature("periodicity__max", known.max() if len(known) else np.nan, "1", "largest over the modes")


def _primary(twice: DoubleQuantization) -> Iterator[Measurement]:
    for name, fit in zip(mode_names(), twice.fits, strict=True):
        yield feature(f"{name}__primary_step", fit.primary, "gray levels", "step that explains the histogram best")
        yield feature(f"{name}__primary_gain", fit.gain, "nats", "what it explains, per nonzero coefficient")
    quality, gain = primary_quality(twice.fits)
    share = float(np.mean([fit.share for fit in twice.fits if fit.found])) if np.isfinite(quality) else np.nan
    known = not all(np.isnan(fit.gain) for fit in twice.fits)
    modes = sum(fit.found for fit in twice.fits) if known else np.nan
    yield feature("primary__quality", quality, "quality", "IJG quality of the first of two compressions")
    yield feature("primary__gain", gain if known else np.nan, "nats", "what it explains, per nonzero coefficient")
    yield feature("primary__modes", modes, "count", "modes, of nine, that show a first quantization")
    yield feature("primary__share", share, "share", "coefficients that went through both")


def _places(name: str, evidence: np.ndarray, method: str) -> Iterator[Measurement]:
    speaking = evidence[evidence != 0]
    known = len(speaking) > 0
    against = speaking[speaking < -CERTAIN]
    separation = between_over_within(speaking) if known else np.nan
    values = (
        ("speaking", np.mean(evidence != 0), "share", "blocks that can say whether they were quantized twice"),
        ("once", len(against) / len(speaking) if known else np.nan, "share", "of these, blocks quantized once"),
        ("twice", np.mean(speaking > CERTAIN) if known else np.nan, "share", "of these, blocks quantized twice"),
        ("separation", separation, "1", "variance between over within the two groups"),
        ("cluster", strongest_cluster(evidence) if known else np.nan, "nats", "evidence of the strongest group"),
        ("joined", joined_share(evidence) if known else np.nan, "share", "neighbours of once-quantized blocks alike"),
    )
    for statistic, value, unit, meaning in values:
        yield feature(f"{name}__{statistic}", value, unit, f"{meaning}; {method}")


def between_over_within(values: np.ndarray) -> float:
    """Largest ratio of the variance between two groups, split by a threshold, to that within them (Lin 2009)."""
    ordered = np.sort(values.astype(float))
    n = len(ordered)
    if n < 2 or ordered[0] == ordered[-1]:
        return 0.0
    low = np.arange(1, n)
    sums, squares = np.cumsum(ordered)[:-1], np.cumsum(ordered**2)[:-1]
    total, total_squares = ordered.sum(), (ordered**2).sum()
    within = (squares - sums**2 / low) + (total_squares - squares - (total - sums) ** 2 / (n - low))
    between = total_squares - total**2 / n - within
    return float(np.max(between / (within + 1e-9 * n)))


def strongest_cluster(evidence: np.ndarray) -> float:
    """Evidence, in nats, that the most suspicious group of touching blocks was quantized once."""
    suspicious = evidence < -CERTAIN
    _, labels = cv2.connectedComponents(suspicious.astype(np.uint8))
    return float(np.bincount(labels[suspicious], weights=-evidence[suspicious]).max(initial=0.0))


def joined_share(evidence: np.ndarray) -> float:
    """Of the speaking neighbours of blocks quantized once, the share that was too; NaN where there is none."""
    cross = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], np.float32)
    once = evidence < -CERTAIN
    speaking, like = (
        cv2.filter2D(plane.astype(np.float32), -1, cross, borderType=cv2.BORDER_CONSTANT)[once].sum()
        for plane in (evidence != 0, once)
    )
    return float(like / speaking) if speaking else np.nan


def first_digit_law(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far first digits lie from the generalised law N log10(1 + 1 / (s + d^q)) that fits them best (Fu 2007).

    Parameters
    ----------
    counts : ndarray, shape (modes, 9)
        First digits 1..9 of the nonzero coefficients of each mode.

    Returns
    -------
    distances : ndarray, shape (modes,)
        Chi-square distance of frequencies; NaN below `MIN_DIGITS` coefficients.
    exponents : ndarray, shape (modes,)
        q of the law that fits.
    """
    laws, exponents = _laws()
    totals = counts.sum(axis=1)
    frequencies = counts / np.maximum(totals, 1)[:, None]
    distances = ((frequencies[:, None] - laws) ** 2 / laws).sum(axis=2)
    best = distances.argmin(axis=1)
    known = totals >= MIN_DIGITS
    return np.where(known, distances.min(axis=1), np.nan), np.where(known, exponents[best], np.nan)


@cache
def _laws() -> tuple[np.ndarray, np.ndarray]:
    exponents, shifts = (axis.ravel() for axis in np.meshgrid(np.linspace(0.4, 2.6, 23), np.linspace(-0.6, 1.2, 19)))
    laws = log10(1 + 1 / (shifts[:, None] + exp(exponents[:, None] * log(DIGITS))))
    return laws / laws.sum(axis=1, keepdims=True), exponents


def first_digits(coefficients: np.ndarray) -> np.ndarray:
    """(modes, 9) counts of the first digits 1..9 of nonzero integers; coefficients (modes, n), int32."""
    counts = np.zeros((len(coefficients), 10), np.int64)
    _count_digits(np.ascontiguousarray(coefficients), _digit_of(), counts)
    return counts[:, 1:]


@cache
def _digit_of() -> np.ndarray:
    return np.array([int(str(value)[0]) for value in range(LARGEST + 1)], np.uint8)


@compiled
@no_type_check
def _count_digits(coefficients, digit_of, counts):
    for mode in range(counts.shape[0]):
        line, count = coefficients[mode], counts[mode]
        for i in range(line.size):
            value = np.int64(line[i])
            if value != 0:
                count[digit_of[min(abs(value), digit_of.size - 1)]] += 1


def _first_digits(image: ForensicImage) -> Iterator[Measurement]:
    counts = first_digits(image.shared(low_modes).reshape(len(LOW_MODES), -1))
    distances, exponents = first_digit_law(counts)
    pooled = counts.sum(axis=0) / (counts.sum() or np.nan)
    yield from features([f"digits__d{d}" for d in DIGITS], pooled, "share", "first digits in 20 modes")
    names = [f"mode{place}__digit_distance" for place in range(1, len(LOW_MODES) + 1)]
    yield from features(names, distances, "1", "chi-square distance to the first-digit law, zig-zag mode")
    known = np.isfinite(distances)
    mean, largest, exponent = (
        (distances[known].mean(), distances[known].max(), exponents[known].mean()) if known.any() else [np.nan] * 3
    )
    yield feature("digits__mean_distance", mean, "1", "mean over the modes")
    yield feature("digits__max_distance", largest, "1", "largest over the modes")
    yield feature("digits__exponent", exponent, "1", "mean exponent of the laws that fit")


@heatmap("dct", unit="probability", meaning="that a block missed the first of the two compressions of the picture")
def single_compression_map(image: ForensicImage) -> np.ndarray:
    """(H, W) float32: posterior of 3x3 blocks at even odds; NaN where they are flat, clipped, or nothing is known."""
    twice = image.shared(double_quantization)
    result = np.full((image.height, image.width), np.nan, np.float32)
    if not twice.evidence.any():
        return result
    row, column = twice.grid
    padded = np.pad(twice.evidence.astype(np.float64), 1)
    three = padded[:-2] + padded[1:-1] + padded[2:]
    around = three[:, :-2] + three[:, 1:-1] + three[:, 2:]
    posterior = np.where(around != 0, 1 / (1 + exp(np.clip(around, -50, 50))), np.nan)
    result[row:, column:] = spread_blocks(posterior, 8, (image.height - row, image.width - column))
    return result
