"""The wavelet transform: Daubechies-4 detail bands of a plane, level by level."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from forensics.jit import compiled

WAVELET = "db4"  # eight taps: the orthogonal filter nearest to Farid and Lyu's nine-tap QMF


class Bands(NamedTuple):
    """Detail coefficients of one level, each (rows, columns) float32, in gray levels times a power of two."""

    horizontal: np.ndarray  # low-pass along x, high-pass along y
    vertical: np.ndarray
    diagonal: np.ndarray


def decompose(plane: np.ndarray, levels: int) -> list[Bands]:
    """Daubechies-4 wavelet transform, symmetric at the borders, finest level first.

    Parameters
    ----------
    plane : ndarray, shape (H, W), float32
    levels : int

    Returns
    -------
    list of Bands
        As `pywt.wavedec2(plane, "db4", mode="symmetric")` names them, in reverse order.
    """
    low, high = _filters()
    found = []
    for _ in range(levels):
        rows, columns = ((side + low.size - 1) // 2 for side in plane.shape)
        bands = np.empty((4, rows, columns), np.float32)
        _analyse(np.ascontiguousarray(plane), low, high, bands)
        plane = bands[0]
        found.append(Bands(*bands[1:]))
    return found


@cache
def _filters() -> tuple[np.ndarray, np.ndarray]:
    import pywt

    wavelet = pywt.Wavelet(WAVELET)
    # Reversed: the kernel below correlates where the definition convolves.
    return np.array(wavelet.dec_lo[::-1], np.float32), np.array(wavelet.dec_hi[::-1], np.float32)


@compiled
def _analyse(plane, low, high, bands):
    height, width = plane.shape
    taps = low.size
    before = taps - 2  # samples that the first output reaches back over the border
    columns = bands.shape[2]
    half = width // 2 + taps
    smooth, sharp = np.empty(width, np.float32), np.empty(width, np.float32)
    padded = np.empty(2 * half, np.float32)
    even, odd = np.empty(half, np.float32), np.empty(half, np.float32)
    for k in range(bands.shape[1]):
        smooth[:] = 0
        sharp[:] = 0
        for tap in range(taps):
            y = 2 * k - before + tap
            y = -1 - y if y < 0 else y
            row = plane[2 * height - 1 - y if y >= height else y]
            a, b = low[tap], high[tap]
            for x in range(width):
                smooth[x] += a * row[x]
                sharp[x] += b * row[x]
        for kind in range(2):
            line = smooth if kind == 0 else sharp
            for x in range(before):
                padded[x] = line[before - 1 - x]
            for x in range(width):
                padded[before + x] = line[x]
            for x in range(taps):
                padded[before + width + x] = line[width - 1 - x]
            for i in range(half):
                even[i] = padded[2 * i]
                odd[i] = padded[2 * i + 1]
            first, second = bands[kind, k], bands[2 + kind, k]
            first[:] = 0
            second[:] = 0
            for shift in range(taps // 2):
                a, b, c, d = low[2 * shift], low[2 * shift + 1], high[2 * shift], high[2 * shift + 1]
                for x in range(columns):
                    first[x] += a * even[x + shift] + b * odd[x + shift]
                    second[x] += c * even[x + shift] + d * odd[x + shift]
