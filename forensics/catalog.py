"""The catalogue: every feature has a name, unit, meaning and source, declared beside the code that computes it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from realfake.forensics.errors import UnknownName
from realfake.forensics.image import ForensicImage

if TYPE_CHECKING:
    from realfake.forensics.text.words import ScreenText

SEPARATOR = "__"


@dataclass(frozen=True)
class Measurement:
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


RegionCompute = Callable[["ScreenText"], Iterator[RegionMeasurement]]
FAMILIES: dict[str, Family] = {}
REGION_FAMILIES: dict[str, RegionFamily] = {}
HEATMAPS: dict[str, Heatmap] = {}


def feature(name: str, value: float, unit: str, meaning: str) -> Measurement:
    """A measurement named `feature__statistic`; a number that is not finite becomes NaN."""
    number = float(value)
    return Measurement(name, number if np.isfinite(number) else np.nan, unit, meaning)


def features(names: Sequence[str], values: Iterable[float], unit: str, meaning: str) -> Iterator[Measurement]:
    """Many measurements of one kind: a histogram, a co-occurrence."""
    for name, value in zip(names, values, strict=True):
        yield feature(name, value, unit, meaning)


def family(
    name: str, *, cost: str = "fast", source: str, optional: bool = False, min_side: int = 16
) -> Callable[[Callable[[ForensicImage], Iterator[Measurement]]], Callable[[ForensicImage], Iterator[Measurement]]]:
    """Enter a generator of measurements into the catalogue.

    The generator yields the same names for every image of at least `min_side` pixels a side, with NaN where a
    measurement does not apply.
    """

    def enter(compute: Callable[[ForensicImage], Iterator[Measurement]]):
        summary = (compute.__doc__ or "").strip().split("\n")[0]
        FAMILIES[name] = Family(name, compute, cost, source, summary, optional, min_side)
        return compute

    return enter


def region_family(name: str, *, source: str) -> Callable[[RegionCompute], RegionCompute]:
    """Enter a generator of per-word measurements into the catalogue; the names are the same for every screen."""

    def enter(compute: RegionCompute) -> RegionCompute:
        summary = (compute.__doc__ or "").strip().split("\n")[0]
        REGION_FAMILIES[name] = RegionFamily(name, compute, source, summary)
        return compute

    return enter


def region_feature(name: str, values: np.ndarray, unit: str, floor: float, meaning: str) -> RegionMeasurement:
    """A measurement of every word, (n,) float; what is not finite becomes NaN."""
    numbers = np.asarray(values, np.float64)
    return RegionMeasurement(name, np.where(np.isfinite(numbers), numbers, np.nan), unit, floor, meaning)


def heatmap(
    name: str, *, unit: str, meaning: str
) -> Callable[[Callable[[ForensicImage], np.ndarray]], Callable[[ForensicImage], np.ndarray]]:
    """Enter a function that says where: (H, W) float32 in image coordinates, NaN where it cannot say."""

    def enter(compute: Callable[[ForensicImage], np.ndarray]):
        HEATMAPS[name] = Heatmap(name, compute, unit, meaning)
        return compute

    return enter


def column_name(family_name: str, measurement: str) -> str:
    """`family__feature__statistic`."""
    return f"{family_name}{SEPARATOR}{measurement}"


def family_of(column: str) -> str:
    """The family that computes a column: the inverse of `column_name`."""
    return column.split(SEPARATOR, 1)[0]


def choose_families(names: Iterable[str] | None = None, cost: str = "full") -> list[Family]:
    """Families by name, or all that are not optional up to a cost tier.

    Raises
    ------
    UnknownName
        If a name is not in the catalogue.
    """
    if names is None:
        return [f for f in FAMILIES.values() if not f.optional and (cost == "full" or f.cost == "fast")]
    names = list(dict.fromkeys(names))
    unknown = [name for name in names if name not in FAMILIES]
    if unknown:
        raise UnknownName(f"there is no family {', '.join(unknown)}; choose from {', '.join(sorted(FAMILIES))}")
    return [FAMILIES[name] for name in names]


def measure(image: ForensicImage, chosen: Family) -> dict[str, float]:
    """One family's columns for one image."""
    if min(image.width, image.height) < chosen.min_side:
        return {entry.column: np.nan for entry in family_features(chosen.name)}
    return {column_name(chosen.name, m.name): float(m.value) for m in chosen.compute(image)}


@cache
def family_features(name: str) -> tuple[Feature, ...]:
    """The features of one family, in column order, learnt by running it once on a small probe image."""
    (chosen,) = choose_families([name])
    return tuple(
        Feature(column_name(name, m.name), name, m.unit, m.meaning, chosen.source, chosen.cost)
        for m in chosen.compute(_probe())
    )


def catalogue(names: Iterable[str] | None = None) -> list[Feature]:
    """Every feature of the chosen families; of all of them, optional ones too, where `names` is None."""
    chosen = choose_families(FAMILIES if names is None else names)
    return [entry for one in chosen for entry in family_features(one.name)]


@cache
def _probe() -> ForensicImage:
    """A small JPEG with edges, texture and colour: enough for every family to name its features."""
    y, x = np.mgrid[0:128, 0:128]
    noise = np.random.default_rng(0).integers(0, 40, (128, 128, 3))
    pixels = np.stack([x, y, (x ^ y)], axis=2) + noise
    pixels[32:64, 16:112] = 250
    pixels[40:56:3, 24:104] = 20
    file = io.BytesIO()
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=85)
    return ForensicImage.from_bytes(file.getvalue(), name="<probe>")
