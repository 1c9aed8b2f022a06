"""Runs: a part of a word unlike the rest of it — digits replaced, raised or pasted inside a number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.text.measurement import RegionMeasurement, region_family, region_feature
from realfake.forensics.text.words import ScreenText, Word

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
    rows, _ = word.inner
    measures = np.full((3, len(heights)), np.nan)
    _glyph_measures(word.coverage[rows], word.pixels[rows], word.spans, measures)
    weight, softness, ink = measures
    told = []
    for values in (word.bottoms[full], word.tops[full], weight, softness, ink):
        known = values[np.isfinite(values)]
        told += _excess_and_split(known, np.empty_like(known), np.empty((2, len(known))))
    return told


@compiled
@no_type_check
def _glyph_measures(coverage, pixels, spans, found):
    """(3, g) float64: stroke width, softness and ink of each glyph; stays NaN where a glyph has no such pixel."""
    for glyph in range(spans.shape[0]):
        start, stop = spans[glyph, 0], spans[glyph, 1]
        highest = 0.0
        for y in range(coverage.shape[0]):
            for x in range(start, stop):
                highest = max(highest, min(coverage[y, x], 1))
        edge = area = partial = light = 0.0
        count = 0
        for y in range(coverage.shape[0]):
            before = min(max(coverage[y, start - 1], 0), 1) if start else 0.0
            for x in range(start, stop):
                here = min(max(coverage[y, x], 0), 1)
                edge += abs(here - before) / 2
                area += here
                partial += here * (1 - here)
                before = here
                if here > SOLID * highest:
                    count += 1
                    red, green, blue = pixels[y, x, 0], pixels[y, x, 1], pixels[y, x, 2]
                    light += np.float32((299 * red + 587 * green + 114 * blue) / 1000)
        if edge > 0:
            found[0, glyph], found[1, glyph] = area / edge, partial / edge
        if count:
            found[2, glyph] = light / count


@compiled
@no_type_check
def _excess_and_split(values, ordered, medians):
    """Largest distance from the median, NaN of fewer than three, where nobody knows which one departs; and largest
    difference between the medians left and right of a gap, with one glyph or more on either side.

    `values` are finite. They are put in order one by one, from either end: `numpy.median` takes a second to compile.
    """
    n = values.size
    for side in range(2):
        for count in range(n):
            value, place = values[count] if side == 0 else values[n - 1 - count], count
            while place > 0 and ordered[place - 1] > value:
                ordered[place] = ordered[place - 1]
                place -= 1
            ordered[place] = value
            middle = (count + 1) // 2
            medians[side, count] = ordered[middle] if count % 2 == 0 else (ordered[middle - 1] + ordered[middle]) / 2
    excess = largest = np.nan
    if n > 2:
        ordered[0], excess = medians[0, n - 1], 0.0  # of the kind of the values, as are their differences
        for i in range(n):
            excess = max(excess, abs(values[i] - ordered[0]))
    for gap in range(1, n):
        apart = abs(medians[0, gap - 1] - medians[1, n - gap - 1])
        if gap == 1 or apart > largest:
            largest = apart
    return excess, largest
