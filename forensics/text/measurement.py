"""How measurements of words are declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from realfake.forensics.text.words import ScreenText

GRID = 2.0**-16  # of its unit: what is measured on words is told in whole steps of this size


@dataclass(frozen=True)
class RegionFamily:
    """A function from the words of a screen to measurements of each word."""

    name: str
    compute: Callable[[ScreenText], Iterator[RegionMeasurement]]
    source: str
    summary: str


@dataclass(frozen=True)
class RegionMeasurement:
    """One number a word, and how finely it can be trusted.

    `floor` is the spread, in the measurement's own unit, below which a difference between genuine words means
    nothing; it keeps a robust contrast from inventing deviations where peers agree exactly.
    """

    name: str
    values: np.ndarray
    unit: str
    floor: float
    meaning: str


RegionCompute = Callable[[ScreenText], Iterator[RegionMeasurement]]
REGION_FAMILIES: dict[str, RegionFamily] = {}


def region_family(name: str, *, source: str) -> Callable[[RegionCompute], RegionCompute]:
    """Enter a generator of per-word measurements into the catalogue; the names are the same for every screen."""

    def enter(compute: RegionCompute) -> RegionCompute:
        summary = (compute.__doc__ or "").strip().split("\n")[0]
        REGION_FAMILIES[name] = RegionFamily(name, compute, source, summary)
        return compute

    return enter


def region_feature(name: str, values: np.ndarray, unit: str, floor: float, meaning: str) -> RegionMeasurement:
    """A measurement of every word, (n,) float, `snapped`; what is not finite becomes NaN."""
    numbers = np.asarray(values, np.float64)
    return RegionMeasurement(name, snapped(np.where(np.isfinite(numbers), numbers, np.nan)), unit, floor, meaning)


def region_features(table: Sequence[tuple[str, str, float, str]], values: np.ndarray) -> Iterator[RegionMeasurement]:
    """A `region_feature` for each name, unit, floor and meaning of a table, by the columns of `values`, (n, k)."""
    for (name, unit, floor, meaning), column in zip(table, values.T, strict=True):
        yield region_feature(name, column, unit, floor, meaning)


def snapped(values: np.ndarray) -> np.ndarray:
    """Values in whole steps of `GRID`, float64: the last bits of a logarithm differ between processors.

    Equal measurements are then equal in every bit: ranks, medians and contrasts of them are the same everywhere.
    """
    return np.asarray(np.rint(np.asarray(values, np.float64) / GRID) * GRID)
