"""How evidence is declared: a measurement with its name, unit and meaning, and the decorators that enter it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from realfake.forensics.image import ForensicImage
from realfake.forensics.names import SEPARATOR as SEPARATOR


class Measurement(NamedTuple):
    """One number (or one array over regions) with what it means."""

    name: str
    value: float | np.ndarray
    unit: str
    meaning: str


@dataclass(frozen=True)
class Family:
    """A function from an image to measurements, and how it stands in the catalogue."""

    name: str
    compute: Callable[[ForensicImage], Iterator[Measurement]]
    cost: str  # "fast" or "full"
    source: str
    summary: str
    optional: bool  # computed only when asked for by name
    min_side: int  # pixels; below it every feature is NaN


@dataclass(frozen=True)
class Heatmap:
    """A function from an image to a map of the same size."""

    family: str
    compute: Callable[[ForensicImage], np.ndarray]
    unit: str
    meaning: str


@dataclass(frozen=True)
class Feature:
    """One column of the feature table."""

    column: str
    family: str
    unit: str
    meaning: str
    source: str
    cost: str


FAMILIES: dict[str, Family] = {}
HEATMAPS: dict[str, Heatmap] = {}


def feature(name: str, value: float, unit: str, meaning: str) -> Measurement:
    """A measurement named `feature__statistic`; a number that is not finite becomes NaN."""
    number = float(value)
    return Measurement(name, number if math.isfinite(number) else math.nan, unit, meaning)


def features(names: Sequence[str], values: Iterable[float], unit: str, meaning: str) -> Iterator[Measurement]:
    """Many measurements of one kind: a histogram, a co-occurrence."""
    numbers = np.fromiter(values, np.float64)
    numbers[~np.isfinite(numbers)] = math.nan
    for name, number in zip(names, numbers.tolist(), strict=True):
        yield Measurement(name, number, unit, meaning)


def family(
    name: str, *, cost: str = "fast", source: str, optional: bool = False, min_side: int = 16
) -> Callable[[Callable[[ForensicImage], Iterator[Measurement]]], Callable[[ForensicImage], Iterator[Measurement]]]:
    """Enter a generator of measurements into the catalogue.

    The generator yields the same names for every image of at least `min_side` pixels a side, with NaN where a
    measurement does not apply.
    """

    def enter(
        compute: Callable[[ForensicImage], Iterator[Measurement]],
    ) -> Callable[[ForensicImage], Iterator[Measurement]]:
        summary = (compute.__doc__ or "").strip().split("\n")[0]
        FAMILIES[name] = Family(name, compute, cost, source, summary, optional, min_side)
        return compute

    return enter


def heatmap(
    name: str, *, unit: str, meaning: str
) -> Callable[[Callable[[ForensicImage], np.ndarray]], Callable[[ForensicImage], np.ndarray]]:
    """Enter a function that says where: (H, W) float32 in image coordinates, NaN where it cannot say."""

    def enter(compute: Callable[[ForensicImage], np.ndarray]) -> Callable[[ForensicImage], np.ndarray]:
        HEATMAPS[name] = Heatmap(name, compute, unit, meaning)
        return compute

    return enter


def column_name(family_name: str, measurement: str) -> str:
    """`family__feature__statistic`."""
    return f"{family_name}{SEPARATOR}{measurement}"


def family_of(column: str) -> str:
    """The family that computes a column: the inverse of `column_name`."""
    return column.split(SEPARATOR, 1)[0]
