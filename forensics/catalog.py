"""The catalogue: what can be measured, by family and by column."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable
from functools import cache
from itertools import islice

import numpy as np
from PIL import Image

import realfake.forensics.families  # noqa: F401  (every family, in the order of the columns)
from realfake.forensics.errors import UnknownName, needs_one_of
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import FAMILIES, HEATMAPS, Family, Feature, column_name

COSTS = ("fast", "full")
__all__ = [
    "COSTS",
    "FAMILIES",
    "HEATMAPS",
    "catalogue",
    "choose_families",
    "family_features",
    "feature_names",
    "measure",
    "measure_all",
    "probe",
]


def choose_families(names: Iterable[str] | None = None, cost: str = "full") -> list[Family]:
    """Families by name, or all that are not optional up to a cost tier.

    Raises
    ------
    UnknownName
        If a name is not in the catalogue, or there is no such tier.
    """
    needs_one_of("cost", cost, COSTS)
    if names is None:
        return [f for f in FAMILIES.values() if not f.optional and (cost == "full" or f.cost == "fast")]
    names = list(dict.fromkeys(names))
    unknown = [name for name in names if name not in FAMILIES]
    if unknown:
        raise UnknownName(f"there is no family {', '.join(unknown)}; choose from {', '.join(sorted(FAMILIES))}")
    return [FAMILIES[name] for name in names]


def measure(image: ForensicImage, chosen: Family, wanted: Collection[str] | None = None) -> dict[str, float]:
    """One family's columns for one image; where only some are wanted, those, measured no further than the last."""
    if min(image.width, image.height) < chosen.min_side:
        found = {entry.column: np.nan for entry in family_features(chosen.name)}
    else:
        told = islice(chosen.compute(image), None if wanted is None else _reach(chosen.name, wanted))
        start = column_name(chosen.name, "")
        found = {start + m.name: float(m.value) for m in told}
    return found if wanted is None else {column: found[column] for column in found if column in wanted}


def measure_all(
    image: ForensicImage, chosen: Iterable[Family], wanted: Collection[str] | None = None
) -> dict[str, float]:
    """The columns of several families for one image, or those that are wanted."""
    return {column: value for one in chosen for column, value in measure(image, one, wanted).items()}


def _reach(name: str, wanted: Collection[str]) -> int:
    """How many features of a family it takes to have those that are wanted."""
    return max((place for place, entry in enumerate(family_features(name), 1) if entry.column in wanted), default=0)


@cache
def family_features(name: str) -> tuple[Feature, ...]:
    """The features of one family, in column order, learnt by running it once on a small probe image."""
    (chosen,) = choose_families([name])
    return tuple(
        Feature(column_name(name, m.name), name, m.unit, m.meaning, chosen.source, chosen.cost)
        for m in chosen.compute(probe())
    )


def catalogue(names: Iterable[str] | None = None) -> list[Feature]:
    """Every feature of the chosen families; of all of them, optional ones too, where `names` is None."""
    chosen = choose_families(FAMILIES if names is None else names)
    return [entry for one in chosen for entry in family_features(one.name)]


def feature_names(families: Iterable[str] | None = None, cost: str = "full") -> list[str]:
    """The columns that families fill, chosen as `choose_families` does."""
    return [entry.column for one in choose_families(families, cost) for entry in family_features(one.name)]


@cache
def probe() -> ForensicImage:
    """A small JPEG with edges, texture and colour: enough for every family to name its features."""
    y, x = np.mgrid[0:128, 0:128]
    noise = np.random.default_rng(0).integers(0, 40, (128, 128, 3))
    pixels = np.stack([x, y, (x ^ y)], axis=2) + noise
    pixels[32:64, 16:112] = 250
    pixels[40:56:3, 24:104] = 20
    file = io.BytesIO()
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=85)
    return ForensicImage.from_bytes(file.getvalue(), name="<probe>")
