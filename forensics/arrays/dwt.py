"""The wavelet transform: Daubechies-4 detail bands of a plane, level by level."""

from functools import cache
from typing import NamedTuple, no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled

WAVELET = "db4"  # the orthogonal filter nearest to Farid and Lyu's nine-tap QMF
TAPS = 8  # of that filter
BEFORE = TAPS - 2  # samples that the first output reaches back over the border


class Bands(NamedTuple):
    """Detail coefficients of one level, each (rows, columns) float32, in gray levels times a power of two.

    They are whole 1024ths: what a flat plane leaves of the rounding of float32 is 0.
    """

    horizontal: np.ndarray  # low-pass along x, high-pass along y
    vertical: np.ndarray
    diagonal: np.ndarray


def decompose(plane: np.ndarray, levels: int, repeated: np.ndarray | None = None) -> list[Bands]:
    """Daubechies-4 wavelet transform, symmetric at the borders, finest level first.

    Parameters
    ----------
    plane : ndarray, shape (H, W), float32
    levels : int
    repeated : ndarray, shape (H,), bool
        Rows that equal the one above, as most of a screen: where a whole window is of such rows, its result is there.

    Returns
    -------
    list of Bands
        As `pywt.wavedec2(plane, "db4", mode="symmetric")` names them, in reverse order. That gives other last digits,
        on which whole 1024ths turn, and takes twelve times as long (measured on 1080x2400).
    """
    low, high = _filters()
    found = []
    repeated = np.zeros(len(plane), bool) if repeated is None else repeated
    for _ in range(levels):
        rows, columns = ((side + low.size - 1) // 2 for side in plane.shape)
        bands = np.empty((4, rows, columns), np.float32)
        repeated = _repeated_windows(repeated, rows)
        _analyse(np.ascontiguousarray(plane), low, high, repeated, bands)
        plane = bands[0]
        found.append(Bands(*bands[1:]))
    return found


def _repeated_windows(repeated: np.ndarray, count: int) -> np.ndarray:
    """(count,) bool: outputs whose window, all within the plane, and the one before it are of one and the same row."""
    places = np.arange(len(repeated))
    since = places - np.maximum.accumulate(np.where(repeated, 0, places))  # rows in sequence that repeat the one above
    windows = np.zeros(count, bool)
    last = since[1::2]
    windows[: len(last)] = last > TAPS
    return windows


@cache
def _filters() -> tuple[np.ndarray, np.ndarray]:
    import pywt

    wavelet = pywt.Wavelet(WAVELET)
    # Reversed: the kernel below correlates where the definition convolves.
    return np.array(wavelet.dec_lo[::-1], np.float32), np.array(wavelet.dec_hi[::-1], np.float32)


@compiled
@no_type_check
def _analyse(plane, low, high, repeated, bands):
    height, width = plane.shape
    columns = bands.shape[2]
    half = width // 2 + TAPS
    lines = np.empty((2, width), np.float32)
    padded = np.empty(2 * half, np.float32)
    even, odd = np.empty(half, np.float32), np.empty(half, np.float32)
    rows = np.empty(TAPS, np.int64)
    nearest = np.float32(12288)  # 1.5 * 2 ** 23 grid steps: added, it rounds to whole steps
    for k in range(bands.shape[1]):
        if repeated[k]:
            for kind in range(4):
                out, last = bands[kind, k], bands[kind, k - 1]
                for x in range(columns):
                    out[x] = last[x]
            continue
        for tap in range(TAPS):
            y = 2 * k - BEFORE + tap
            y = -1 - y if y < 0 else y
            rows[tap] = 2 * height - 1 - y if y >= height else y
        smooth, sharp = lines[0], lines[1]
        for x in range(width):
            smooth[x] = sharp[x] = 0
        for tap in range(0, TAPS, 4):  # four rows a pass: with more, loops are no longer vectorised
            one, two, three, four = plane[rows[tap]], plane[rows[tap + 1]], plane[rows[tap + 2]], plane[rows[tap + 3]]
            a, b, c, d = low[tap], low[tap + 1], low[tap + 2], low[tap + 3]
            e, f, g, h = high[tap], high[tap + 1], high[tap + 2], high[tap + 3]
            for x in range(width):
                smooth[x] += a * one[x] + b * two[x] + c * three[x] + d * four[x]
                sharp[x] += e * one[x] + f * two[x] + g * three[x] + h * four[x]
        for kind in range(2):
            line = lines[kind]
            middle, end = padded[BEFORE:], padded[BEFORE + width :]
            for x in range(BEFORE):
                padded[x] = line[BEFORE - 1 - x]
            for x in range(width):
                middle[x] = line[x]
            for x in range(TAPS):
                end[x] = line[width - 1 - x]
            for i in range(half):
                even[i] = padded[2 * i]
                odd[i] = padded[2 * i + 1]
            first, second = bands[kind, k], bands[2 + kind, k]
            for x in range(columns):
                first[x] = second[x] = 0
            for tap in range(0, TAPS, 4):
                near, far = even[tap // 2 :], odd[tap // 2 :]
                a, b, c, d = low[tap], low[tap + 1], low[tap + 2], low[tap + 3]
                e, f, g, h = high[tap], high[tap + 1], high[tap + 2], high[tap + 3]
                for x in range(columns):
                    first[x] += a * near[x] + b * far[x] + c * near[x + 1] + d * far[x + 1]
                    second[x] += e * near[x] + f * far[x] + g * near[x + 1] + h * far[x + 1]
            if kind > 0:
                for x in range(columns):
                    first[x] = (first[x] + nearest) - nearest
            for x in range(columns):
                second[x] = (second[x] + nearest) - nearest
