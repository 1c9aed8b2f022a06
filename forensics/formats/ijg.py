"""The quantization tables of the Independent JPEG Group's library, and which of them a table is nearest to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

QUALITIES = np.arange(1, 101)

# ITU-T T.81 Annex K, row-major.
LUMA_BASE = np.array([
    [16, 11, 10, 16, 24, 40, 51, 61],
    [12, 12, 14, 19, 26, 58, 60, 55],
    [14, 13, 16, 24, 40, 57, 69, 56],
    [14, 17, 22, 29, 51, 87, 80, 62],
    [18, 22, 37, 56, 68, 109, 103, 77],
    [24, 35, 55, 64, 81, 104, 113, 92],
    [49, 64, 78, 87, 103, 121, 120, 101],
    [72, 92, 95, 98, 112, 100, 103, 99],
])  # fmt: skip
CHROMA_BASE = np.full((8, 8), 99)
CHROMA_BASE[:4, :4] = [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]]


@dataclass(frozen=True)
class IjgFit:
    """The IJG quality whose table is nearest to a given one."""

    quality: float  # 1..100
    residual: float  # mean absolute difference of the 64 entries
    exact: bool


def ijg_table(quality: int, base: np.ndarray = LUMA_BASE) -> np.ndarray:
    """The (8, 8) int table that libjpeg makes of a quality 1..100.

    The base table is scaled by S = 5000 / Q below 50 and 200 - 2 Q from there on, in whole per cent, and cut to 1..255.
    """
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    table: np.ndarray = np.clip((base * scale + 50) // 100, 1, 255)
    return table


@cache
def _ijg_tables(chroma: bool) -> np.ndarray:
    base = CHROMA_BASE if chroma else LUMA_BASE
    return np.stack([ijg_table(int(quality), base) for quality in QUALITIES])


def fit_ijg(table: np.ndarray, chroma: bool = False) -> IjgFit:
    """The IJG quality nearest to a quantization table.

    Parameters
    ----------
    table : ndarray, shape (8, 8)
        Row-major.
    chroma : bool
        Compare with the chroma tables of Annex K. Chroma tables of quality 1 to 3 are equal; 1 is reported.
    """
    distances = np.abs(_ijg_tables(chroma) - table).mean(axis=(1, 2))
    best = int(distances.argmin())
    return IjgFit(int(QUALITIES[best]), float(distances[best]), bool(distances[best] == 0))
