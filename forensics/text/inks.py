"""Inks: the tint of a word's whole ink, which colour at half resolution keeps, and where it changes within the word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.text.ink import nearest_colour
from realfake.forensics.text.measurement import RegionMeasurement, region_family, region_feature, region_features
from realfake.forensics.text.words import ScreenText, Word

BESIDE = 3  # pixels around the ink over which a JPEG spreads its colour
HEAVY = 6.0  # covered pixels: the tint of less ink is noise
LEVELS = 128  # 64 to a coverage of 1


@region_family("inks", source="this program: sums of colour over sums of coverage, which chroma subsampling keeps")
def inks(screen: ScreenText) -> Iterator[RegionMeasurement]:
    """Tint of the ink averaged over all strokes, by part of the word, and against the inks of other fields."""
    found = screen.per_word(_tints).reshape(-1, len(TINTS))
    yield from region_features(TINTS, found)
    yield region_feature(
        "tint__nearest",
        nearest_colour(found[:, :2], screen)[0],
        "gray levels",
        0.5,
        "distance to the likest tint of another field",
    )


TINTS = (
    ("tint__blue", "gray levels", 0.5, "blue-yellow of the ink against its background, averaged over the strokes"),
    ("tint__red", "gray levels", 0.5, "red-green of the ink against its background, averaged over the strokes"),
    ("tint__split", "gray levels", 0.5, "tint of the left part of the word against the right part, at most"),
    ("tint__excess", "gray levels", 0.5, "tint of the glyph whose tint is farthest from the word's"),
    ("tint__fringe", "gray levels", 0.3, "tint left on the ground within the word over that of its ink"),
    ("solid__split", "1", 0.01, "coverage of solid ink, left part of the word against the right part at most"),
    ("solid__reach", "1", 0.01, "coverage that a twentieth of the ink exceeds over what a fifth exceeds"),
)


def _tints(word: Word) -> np.ndarray:
    rows, columns = word.inner
    box = np.array([rows.start, rows.stop, columns.start, columns.stop])
    found, parts = np.full(len(TINTS), np.nan), np.zeros((len(word.spans) + 2, 4))
    columns_of = np.zeros((word.frame.width, 4))
    counts = np.zeros(LEVELS, np.int64)
    _tint(word.pixels, word.coverage, box, word.spans, word.background, columns_of, counts, parts, found)
    return found


@compiled
@no_type_check
def _tint(pixels, coverage, box, spans, ground, sums, counts, parts, found):
    """What `TINTS` says of one word; NaN where there is too little ink.

    `sums` are of each column of the frame, and `parts` of each glyph, of those before one, and of all: coverage,
    blue-yellow, red-green, highest coverage.
    """
    height, width = coverage.shape
    top, bottom = max(box[0] - BESIDE, 0), min(box[1] + BESIDE, height)
    left, right = max(box[2] - BESIDE, 0), min(box[3] + BESIDE, width)
    fringe = ground_pixels = 0.0
    base_blue = -0.168736 * ground[0] - 0.331264 * ground[1] + 0.5 * ground[2]
    base_red = 0.5 * ground[0] - 0.418688 * ground[1] - 0.081312 * ground[2]
    for y in range(top, bottom):
        for x in range(left, right):
            red, green, blue = np.float64(pixels[y, x, 0]), np.float64(pixels[y, x, 1]), np.float64(pixels[y, x, 2])
            here = np.float64(coverage[y, x])
            to_blue = -0.168736 * red - 0.331264 * green + 0.5 * blue - base_blue
            to_red = 0.5 * red - 0.418688 * green - 0.081312 * blue - base_red
            sums[x, 0] += here
            sums[x, 1] += to_blue
            sums[x, 2] += to_red
            sums[x, 3] = max(sums[x, 3], here)
            if here < 0.1:
                fringe += abs(to_blue) + abs(to_red)
                ground_pixels += 1
            if here > 0.2:
                counts[min(int(here * 64), LEVELS - 1)] += 1
    ink = blues = reds = 0.0
    for x in range(left, right):
        ink += sums[x, 0]
        blues += sums[x, 1]
        reds += sums[x, 2]
    if not ink > HEAVY:
        return
    found[0], found[1] = blues / ink, reds / ink
    if ground_pixels > 0:
        found[4] = fringe / ground_pixels
    n = spans.shape[0]
    before, whole = parts[n], parts[n + 1]
    for glyph in range(n):
        for x in range(max(spans[glyph, 0] - 1, 0), min(spans[glyph, 1] + 1, width)):
            for k in range(3):
                parts[glyph, k] += sums[x, k]
            parts[glyph, 3] = max(parts[glyph, 3], sums[x, 3])
    for glyph in range(n):
        for k in range(4):
            whole[k] += parts[glyph, k]
        if parts[glyph, 0] > HEAVY:
            off_blue = parts[glyph, 1] / parts[glyph, 0] - found[0]
            off_red = parts[glyph, 2] / parts[glyph, 0] - found[1]
            apart = np.sqrt(off_blue * off_blue + off_red * off_red)
            if not apart <= found[3]:
                found[3] = apart
    for glyph in range(n - 1):
        for k in range(4):
            before[k] += parts[glyph, k]
        after = whole[0] - before[0]
        if before[0] > HEAVY and after > HEAVY:
            off_blue = before[1] / before[0] - (whole[1] - before[1]) / after
            off_red = before[2] / before[0] - (whole[2] - before[2]) / after
            sure = 2 * np.sqrt(before[0] * after) / whole[0]  # a part of little ink tells less
            apart = sure * np.sqrt(off_blue * off_blue + off_red * off_red)
            if not apart <= found[2]:
                found[2] = apart
        solid = abs(before[3] / (glyph + 1) - (whole[3] - before[3]) / (n - glyph - 1))
        solid *= 2 * np.sqrt((glyph + 1.0) * (n - glyph - 1.0)) / n
        if not solid <= found[5]:
            found[5] = solid
    inked = seen = 0
    for level in range(LEVELS):
        inked += counts[level]
    high = low = -1
    for level in range(LEVELS - 1, -1, -1):
        seen += counts[level]
        if high < 0 and 20 * seen >= inked:
            high = level
        if low < 0 and 5 * seen >= inked:
            low = level
    if low > 0:
        found[6] = high / low
