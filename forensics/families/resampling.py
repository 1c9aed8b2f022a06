"""Resampling: the periodic correlation that scaling and rotating leave between pixels."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import no_type_check

import numpy as np
from numpy.lib.stride_tricks import as_strided

from realfake.forensics.arrays.blocks import median
from realfake.forensics.arrays.exact import exp, least_squares, log2, magnitudes
from realfake.forensics.arrays.jit import compiled
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import Measurement, family, feature

WINDOW = 512  # pixels; the busiest window of this side is searched for periods in two dimensions
LOWEST = 0.06  # cycles per pixel; slower waves belong to the scene
GRID_WIDTH = 0.006  # cycles per pixel around each multiple of 1/8 that belong to JPEG's grid
ROUNDS = 6  # of expectation and maximization
UNIFORM_LIKELIHOOD = 1 / 256  # of a pixel that its neighbours do not foretell
SAMPLES = 40_000  # pixels to fit the neighbours' weights on, at most twice as many
CHUNK = 4096  # samples that stay in the cache
MILLION = 2.0**20  # steps of a probability in that fit
SIGMA_FLOOR = 0.3  # gray levels; rounding alone makes that much
LAGS = 256  # of the derivative's autocovariance
SLOW = 17  # samples over which the scene's slow change is averaged
ANGLES = ("across", "down", "falling", "rising")


@family(
    "resampling",
    cost="full",
    min_side=32,
    source="A. Popescu, H. Farid, IEEE TSP 2005, doi:10.1109/TSP.2004.839932; A. Gallagher, CRV 2005, "
    "doi:10.1109/CRV.2005.33; B. Mahdian, S. Saic, IEEE TIFS 2008, doi:10.1109/TIFS.2004.924603",
)
def resampling_traces(image: ForensicImage) -> Iterator[Measurement]:
    """Peaks in the spectra of second derivatives, of derivatives' autocovariance, and of the p-map."""
    for axis, plane in (("across", image.luma8), ("down", image.luma8_turned)):
        yield from _peaks(f"second_{axis}", derivative_spectrum(plane), "of the mean second derivative")
    window = busiest_window(image)
    for angle, spectrum in zip(ANGLES, radon_spectra(window), strict=True):
        yield from _peaks(f"radon_{angle}", spectrum, "of the derivative's autocovariance")
    weights, sigma, probability = p_map(window)
    strength, across, down = pmap_peak(probability)
    yield feature("pmap__peak", strength, "log2", "highest peak of the p-map's spectrum over its median")
    yield feature("pmap__frequency", np.hypot(across, down), "cycles/pixel", "how fast that peak's wave is")
    yield feature("pmap__mean", probability.mean(), "probability", "mean chance of following from neighbours")
    yield feature("pmap__sigma", sigma, "gray levels", "deviation of the pixels that follow")
    beside, diagonal = weights[[1, 3, 4, 6]].mean(), weights[[0, 2, 5, 7]].mean()
    yield feature("pmap__side_weight", beside, "1", "mean weight of the four nearest neighbours in the prediction")
    yield feature("pmap__diagonal_weight", diagonal, "1", "mean weight of the four diagonal ones")


def derivative_spectrum(plane: np.ndarray) -> np.ndarray:
    """Amplitude spectrum of the mean absolute second derivative along the rows, from 0 to half a cycle per pixel.

    Parameters
    ----------
    plane : ndarray, shape (H, W), uint8
    """
    # Strong edges of the scene would drown the interpolation's wave.
    return _amplitudes(second_differences(plane, 16) / plane.shape[0])


def second_differences(plane: np.ndarray, limit: int) -> np.ndarray:
    """Sum over the rows of absolute second differences along them, each cut at a limit of 32 or so: (W - 2,) int32."""
    sums = np.zeros(plane.shape[1] - 2, np.int32)
    _add_differences(np.ascontiguousarray(plane), limit, sums)
    return sums


@compiled
@no_type_check
def _add_differences(plane, limit, sums):
    most = np.int16(limit)
    for y in range(plane.shape[0]):
        row = plane[y]
        for x in range(sums.size):
            second = np.int16(np.int16(row[x]) - 2 * np.int16(row[x + 1]) + np.int16(row[x + 2]))
            sums[x] += min(np.int16(abs(second)), most)


def radon_spectra(window: np.ndarray) -> list[np.ndarray]:
    """Amplitude spectra of the autocovariance of the derivative's projections at 0, 90, 45 and 135 degrees.

    Parameters
    ----------
    window : ndarray, shape (H, W), uint8
    """
    spectra = []
    for plane in (window, window.T, _sheared(window), _sheared(window[::-1])):
        profile = second_differences(plane, 32) / plane.shape[0]
        profile = np.diff(profile - profile.mean())
        lags = min(LAGS, profile.size // 2)
        power = magnitudes(np.fft.rfft(profile, 2 * profile.size)) ** 2
        covariance = np.fft.irfft(power)[:lags]
        spectra.append(_amplitudes(covariance))
    return spectra


def p_map(window: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
    """Popescu and Farid's expectation-maximization with the eight nearest neighbours.

    Parameters
    ----------
    window : ndarray, shape (H, W), uint8

    Returns
    -------
    weights : ndarray, shape (8,), of the neighbours in reading order
    sigma : float, gray levels
    probability : ndarray, shape (H - 2, W - 2), float32
        Chance that each pixel is a linear combination of its neighbours.
    """
    height, width = window.shape
    shifts = [(y, x) for y in range(3) for x in range(3) if (y, x) != (1, 1)] + [(1, 1)]  # the pixel itself is the last
    size = (height - 2) * (width - 2)
    views = [window[y : height - 2 + y, x : width - 2 + x] for y, x in shifts]
    samples = np.stack([view.ravel()[:: max(size // SAMPLES, 1)] for view in views])
    samples = samples[:, (samples[:8] != samples[8]).any(axis=0)].astype(np.float64)  # flats follow from any weights
    if samples.shape[1] < 64:
        return np.full(8, 0.125, np.float32), 0.0, np.ones((height - 2, width - 2), np.float32)
    weights, sigma, error = np.full(8, 0.125), 8.0, np.empty(samples.shape[1])
    for _ in range(ROUNDS):
        _residuals(samples, weights, error)
        # Of whole millionths and pixels, float64 sums are exact in whatever order they are taken.
        chance = np.rint(_posterior(error, sigma) * MILLION) / MILLION
        sigma = max(float(np.sqrt((chance * error * error).sum() / (chance.sum() + 1e-6))), SIGMA_FLOOR)
        products = np.zeros((9, 9))
        for start in range(0, chance.size, CHUNK):
            part = samples[:, start : start + CHUNK]
            products += (part * chance[start : start + CHUNK]) @ part.T
        weights = least_squares(products[:8, :8], products[:8, 8], 1e-6)
    weights, rest = weights.astype(np.float32), np.empty((height - 2, width - 2), np.float32)
    _window_residuals(np.ascontiguousarray(window), weights, rest)
    return weights, sigma, _posterior(rest, sigma).astype(np.float32)


@compiled
@no_type_check
def _residuals(samples, weights, error):
    for i in range(error.size):
        rest = samples[8, i]
        for k in range(8):
            rest -= weights[k] * samples[k, i]
        error[i] = rest


@compiled
@no_type_check
def _window_residuals(window, weights, rest):
    a, b, c, d, e, f, g, h = weights
    for y in range(rest.shape[0]):
        above, here, below, out = window[y], window[y + 1], window[y + 2], rest[y]
        for x in range(out.size):
            left = np.float32(here[x + 1]) - a * np.float32(above[x]) - b * np.float32(above[x + 1])
            left = left - c * np.float32(above[x + 2]) - d * np.float32(here[x]) - e * np.float32(here[x + 2])
            left = left - f * np.float32(below[x]) - g * np.float32(below[x + 1])
            out[x] = left - h * np.float32(below[x + 2])


def _posterior(error: np.ndarray, sigma: float) -> np.ndarray:
    """Probability that pixels follow from their neighbours, given by how much they miss the prediction."""
    ratio = error / sigma
    probability: np.ndarray = exp(-0.5 * ratio * ratio)
    probability /= sigma * np.sqrt(2 * np.pi)
    probability /= probability + UNIFORM_LIKELIHOOD
    return probability


def pmap_peak(probability: np.ndarray) -> tuple[float, float, float]:
    """Highest peak of the p-map's spectrum that neither the scene nor JPEG's grid explains.

    Returns
    -------
    strength : float, log2 of the peak over the median
    across, down : float, its frequencies, 0..0.5 cycles per pixel
    """
    height, width = probability.shape
    taper, across, down, eligible = _plane_of_waves(height, width)
    spectrum = magnitudes(np.fft.rfft2((probability - probability.mean()) * taper)).take(eligible)
    level = float(median(spectrum))
    if level < 1e-6:
        return 0.0, 0.0, 0.0
    best = int(np.argmax(spectrum))
    row, column = divmod(int(eligible[best]), across.shape[1])
    return float(log2(spectrum[best] / level + 1)), float(across[0, column]), float(down[row, 0])


@lru_cache(maxsize=4)
def _plane_of_waves(height: int, width: int) -> tuple[np.ndarray, ...]:
    """A taper of a window of this size, its frequencies across and down, and where, row by row, the peak may be."""
    taper = np.outer(np.hanning(height), np.hanning(width)).astype(np.float32)
    down, across = np.abs(np.fft.fftfreq(height))[:, None], np.fft.rfftfreq(width)[None, :]
    # JPEG's grid repeats every eight pixels along the axes; a scaled picture peaks on the axes too, elsewhere.
    eligible = (np.hypot(across, down) > LOWEST) & ~(_on_grid(across) & _on_grid(down))
    eligible &= (across < 0.495) | (down < 0.495)
    return taper, across, down, np.flatnonzero(eligible)


def busiest_window(image: ForensicImage) -> np.ndarray:
    """The 512x512 pixels of the luma with the most gradient, on a grid of half windows: uint8."""
    size = (min(WINDOW, image.height), min(WINDOW, image.width))
    means = np.pad(image.gradient_blocks.astype(np.float64), ((1, 0), (1, 0)))
    sums = means.cumsum(axis=0).cumsum(axis=1)
    best, top, left = -1.0, 0, 0
    for y in range(0, image.height - size[0] + 1, WINDOW // 4):
        for x in range(0, image.width - size[1] + 1, WINDOW // 4):
            a, b = y // 16, x // 16
            c, d = min(a + size[0] // 16, sums.shape[0] - 1), min(b + size[1] // 16, sums.shape[1] - 1)
            energy = sums[c, d] - sums[a, d] - sums[c, b] + sums[a, b]
            if energy > best:
                best, top, left = energy, y, x
    return image.luma8[top : top + size[0], left : left + size[1]]


def _peaks(name: str, spectrum: np.ndarray, what: str) -> Iterator[Measurement]:
    frequency, free, grid = _line_of_waves(spectrum.size)
    level = float(median(spectrum[free])) + 1e-6 if free.any() else np.nan  # tiny pictures have no such frequency
    best = int(np.argmax(np.where(free, spectrum, 0)))
    on_grid = float(spectrum[grid].max())
    strength = float(log2(spectrum[best] / level + 1))
    yield feature(f"{name}__peak", strength, "log2", f"highest peak {what} over the median, off JPEG's grid")
    yield feature(f"{name}__frequency", frequency[best], "cycles/pixel", "where that peak stands")
    yield feature(f"{name}__grid", log2(on_grid / level + 1), "log2", f"highest peak {what} on JPEG's grid")


@lru_cache(maxsize=16)
def _line_of_waves(size: int) -> tuple[np.ndarray, ...]:
    """The frequencies of a spectrum of so many, and which of them are neither slow nor on JPEG's grid, and on it."""
    frequency = np.linspace(0, 0.5, size)
    grid, fast = _on_grid(frequency, max(GRID_WIDTH, 1.5 / size)), frequency > LOWEST
    return frequency, fast & ~grid, fast & grid


def _amplitudes(signal: np.ndarray) -> np.ndarray:
    centred = signal - signal.mean()
    # The scene's slow change is taken away, or its leakage would cover the peaks.
    slow = np.lib.stride_tricks.sliding_window_view(np.pad(centred, SLOW // 2, "symmetric"), SLOW).sum(axis=1) / SLOW
    return magnitudes(np.fft.rfft((centred - slow) * np.hanning(signal.size)))


def _on_grid(frequency: np.ndarray, width: float = GRID_WIDTH) -> np.ndarray:
    near: np.ndarray = np.abs(frequency - np.rint(frequency * 8) / 8) < width
    return near


def _sheared(window: np.ndarray) -> np.ndarray:
    """Rows moved on by one pixel each, round the edge: the columns are diagonals."""
    height, width = window.shape
    twice = np.concatenate([window, window], axis=1)
    parts = [twice[top : top + width] for top in range(0, height, width)]
    return np.concatenate([as_strided(part, (len(part), width), (2 * width + 1, 1)) for part in parts])
