"""Quantization tables of encoders: IJG's, and those found in files that people sent.

`quantization.npz` holds the tables read from the headers of real documents by DocQT (arXiv:2605.19688): 859 of luma,
293 of chroma, 64 numbers each, row by row.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

Generator = np.random.Generator
Table = tuple[int, ...]

FILE = Path(__file__).with_name("quantization.npz")
# Annex K of ITU-T T.81, at IJG quality 50: where encoders of their own mostly start from.
LUMA_TABLE = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61], [12, 12, 14, 19, 26, 58, 60, 55], [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62], [18, 22, 37, 56, 68, 109, 103, 77], [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101], [72, 92, 95, 98, 112, 100, 103, 99],
    ]
)  # fmt: skip
ALIKE = 16  # tables about as coarse as an IJG quality, among which one is drawn


def found_tables(quality: int, rng: Generator | None = None) -> tuple[Table, Table]:
    """Luma and chroma tables of real files, the luma none of IJG's: 64 numbers each, row by row.

    Parameters
    ----------
    quality : 1..100; the tables are about as coarse as IJG's of this quality
    rng : draws among the nearest in coarseness; None takes the nearest

    References
    ----------
    DocQT, arXiv:2605.19688.

    Examples
    --------
    >>> luma, chroma = found_tables(80)
    >>> len(luma), 5 < sum(luma) / 64 < 50
    (64, True)
    """
    kept = _kept()
    luma = _near(kept["luma"], _coarseness(_scaled(LUMA_TABLE.ravel(), quality)), rng)
    chroma = _near(kept["chroma"], 1.3 * luma.mean(), rng)  # chroma is a little coarser, and mostly of fewer kinds
    return tuple(luma.tolist()), tuple(chroma.tolist())


def own_tables(quality: int, rng: Generator) -> tuple[Table, Table]:
    """Quantization tables that no IJG quality gives, about as coarse as `quality`: luma and chroma in row order."""
    scale = max(_scale(quality), 0.01)
    frequency = np.add.outer(np.arange(8), np.arange(8)) / 14.0
    smooth = 12 + 100 * frequency ** rng.uniform(0.8, 1.6)
    mix = rng.uniform(0.0, 0.7)
    luma = (1 - mix) * LUMA_TABLE + mix * smooth
    chroma = luma * rng.uniform(1.0, 1.5) if rng.random() < 0.5 else 17 + 82 * np.minimum(1.0, 2 * frequency)
    tables = [np.clip(np.rint(table * scale), 1, 255).astype(int) for table in (luma, chroma)]
    return tuple(tables[0].ravel().tolist()), tuple(tables[1].ravel().tolist())


def _near(tables: np.ndarray, wanted: float, rng: Generator | None) -> np.ndarray:
    nearest = np.argsort(np.abs(np.log(_coarseness(tables) / wanted)), kind="stable")
    table: np.ndarray = tables[nearest[0 if rng is None else int(rng.integers(ALIKE))]]
    return table


def _coarseness(tables: np.ndarray) -> Any:
    return tables.mean(axis=-1)


def _scale(quality: int) -> float:
    return (5000 / quality if quality < 50 else 200 - 2 * quality) / 100


def _scaled(table: np.ndarray, quality: int) -> np.ndarray:
    scaled: np.ndarray = np.clip(np.rint(table * _scale(quality)), 1, 255)
    return scaled


@cache
def _kept() -> dict[str, np.ndarray]:
    with np.load(FILE, allow_pickle=False) as kept:
        luma, chroma = kept["luma"].astype(int), kept["chroma"].astype(int)
    ijg = {tuple(_scaled(LUMA_TABLE.ravel(), quality)) for quality in range(1, 101)}
    return {"luma": luma[[tuple(table) not in ijg for table in luma.tolist()]], "chroma": chroma}
