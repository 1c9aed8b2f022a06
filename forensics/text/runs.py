"""Runs: a part of a word unlike the rest of it — digits replaced, raised or pasted inside a number."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from forensics.catalog import RegionMeasurement, region_family, region_feature
from forensics.text.words import ScreenText, Word, middle

FULL = 0.85  # of the highest glyph: digits and capitals, which share their top and their foot
SOLID = 0.85  # of the highest coverage in a glyph: pixels whose colour is its ink's


@region_family("runs", source="glyphs of one word against each other, after Bertrand et al., ICDAR 2013")
def runs(screen: ScreenText) -> Iterator[RegionMeasurement]:
    """How much one glyph, and how much a part of the word, departs from the rest of the word."""
    values = screen.per_word(_departures).reshape(-1, 2 * len(MEASURES))
    for i, (name, unit, floor, meaning) in enumerate(MEASURES):
        yield region_feature(f"{name}__excess", values[:, 2 * i], unit, floor, f"{meaning}: largest departure")
        yield region_feature(
            f"{name}__split", values[:, 2 * i + 1], unit, floor, f"{meaning}: left part against right part at most"
        )


MEASURES = (
    ("foot", "px", 0.1, "foot of digits and capitals"),
    ("top", "px", 0.1, "top of digits and capitals"),
    ("weight", "px", 0.1, "stroke width of the glyphs"),
    ("softness", "px", 0.03, "width of the glyphs' transitions from background to ink"),
    ("ink", "gray levels", 1.0, "luma of the glyphs' ink"),
)


def _departures(word: Word) -> list[float]:
    heights = word.bottoms - word.tops
    full = heights >= FULL * heights.max(initial=0)
    weight, softness, ink = _glyph_measures(word)
    told = []
    for values in (word.bottoms[full], word.tops[full], weight, softness, ink):
        known = values[np.isfinite(values)]
        told += [_excess(known), _split(known)]
    return told


def _glyph_measures(word: Word) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Stroke width, softness and ink of each glyph, (g,); NaN where a glyph has no such pixel."""
    rows, _ = word.inner
    coverage = np.clip(word.coverage[rows], 0, 1)
    luma = word.luma[rows]
    highest = np.zeros(coverage.shape[1])
    for start, stop in word.spans:
        highest[start:stop] = coverage[:, start:stop].max()
    solid = coverage > SOLID * highest
    edges = np.abs(np.diff(coverage, axis=1, prepend=0)).sum(axis=0) / 2
    sums = (coverage, coverage * (1 - coverage), luma * solid, solid)
    columns = np.stack([edges, *(plane.sum(axis=0) for plane in sums)])
    upto = np.concatenate([np.zeros((5, 1)), np.cumsum(columns, axis=1)], axis=1)
    edge, area, partial, light, count = upto[:, word.spans[:, 1]] - upto[:, word.spans[:, 0]]
    with np.errstate(divide="ignore", invalid="ignore"):
        return area / edge, partial / edge, light / count


def _excess(values: np.ndarray) -> float:
    """Largest distance from the median; NaN of fewer than three, where nobody knows which one departs."""
    return float(np.abs(values - middle(values)).max()) if len(values) > 2 else np.nan


def _split(values: np.ndarray) -> float:
    """Largest difference between the medians left and right of a gap, with one glyph or more on either side."""
    if len(values) < 2:
        return np.nan
    return max(abs(middle(values[:k]) - middle(values[k:])) for k in range(1, len(values)))
