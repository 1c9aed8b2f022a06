"""Quiet: where exactly flat ground begins and ends beside a word: a JPEG does it on the borders of its blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.text.measurement import RegionMeasurement, region_family, region_features
from realfake.forensics.text.words import ScreenText, Word

STILL = 7  # pixels in a row of the background's colour before which, or after which, noise begins
BESIDE = 10  # pixels around the word
FEW = 6  # such ends


@region_family("quiet", source="this program: a JPEG's noise ends with its 8x8 blocks")
def quiet(screen: ScreenText) -> Iterator[RegionMeasurement]:
    """Ends of flat ground around a word on and off the 8x8 grid, and flat ground within the word."""
    grid = np.array(screen.grid)
    luma = screen.image.luma
    found = screen.per_word(lambda word: _quiet_of(word, luma, grid)).reshape(-1, len(QUIET))
    yield from region_features(QUIET, found)


QUIET = (
    (
        "ends__off_grid",
        "1",
        0.05,
        "share of the ends of flat ground, along rows and columns, that stand off the 8x8 grid",
    ),
    ("ends__foreign", "1", 0.05, "share of the ends of flat ground at the commonest other place of the 8x8 grid"),
    ("flat__block", "1", 0.05, "share of the ground in blocks that hold ink which is exactly flat"),
)


def _quiet_of(word: Word, luma: np.ndarray, grid: np.ndarray) -> np.ndarray:
    box = word.box
    height, width = luma.shape
    edges = [
        max(box.y - BESIDE, 0),
        min(box.bottom + BESIDE, height),
        max(box.x - BESIDE, 0),
        min(box.right + BESIDE, width),
    ]
    found = np.full(len(QUIET), np.nan)
    origin = np.array([word.frame.y, word.frame.x])
    stills = np.zeros(edges[3] - edges[2], np.int64)
    _quiet(luma, np.array(edges), grid, word.coverage, origin, np.zeros((2, 8), np.int64), stills, found)
    return found


@compiled
@no_type_check
def _quiet(luma, edges, grid, coverage, origin, ends, stills, found):
    """What `QUIET` says of a word; `ends`, along rows and columns, count those at each place of the grid."""
    top, bottom, left, right = edges[0], edges[1], edges[2], edges[3]
    for y in range(top, bottom):
        still = 1  # how many pixels up to here are the same, along the row; `stills` along each column
        for x in range(left, right):
            if x > left:
                if luma[y, x] == luma[y, x - 1]:
                    still += 1
                    if still == STILL and x - left >= STILL:  # flat ground began where it first was the same
                        ends[0, (x - STILL + 1 - grid[1]) % 8] += 1
                else:
                    if still >= STILL:
                        ends[0, (x - grid[1]) % 8] += 1
                    still = 1
            column = x - left
            if y == top:
                stills[column] = 1
            elif luma[y, x] == luma[y - 1, x]:
                stills[column] += 1
                if stills[column] == STILL and y - top >= STILL:
                    ends[1, (y - STILL + 1 - grid[0]) % 8] += 1
            else:
                if stills[column] >= STILL:
                    ends[1, (y - grid[0]) % 8] += 1
                stills[column] = 1
    number = foreign = 0
    for axis in range(2):
        commonest = 0
        for place in range(8):
            number += ends[axis, place]
            if place > 0:
                commonest = max(commonest, ends[axis, place])
        foreign += commonest
    if number >= FEW:
        found[0] = 1 - (ends[0, 0] + ends[1, 0]) / number
        found[1] = foreign / number
    flat = count = 0
    first_row, first_column = max(top + BESIDE - origin[0], 0), max(left + BESIDE - origin[1], 0)
    last_row = min(bottom - BESIDE - origin[0], coverage.shape[0] - 1)
    last_column = min(right - BESIDE - origin[1], coverage.shape[1] - 1)
    for y in range(first_row, last_row):
        for x in range(first_column, last_column):
            v, u = y + origin[0], x + origin[1]
            if abs(coverage[y, x]) < 0.1 and abs(coverage[y, x + 1]) < 0.1 and abs(coverage[y + 1, x]) < 0.1:
                count += 1
                flat += luma[v, u] == luma[v, u + 1] and luma[v, u] == luma[v + 1, u]
    if count >= 12:
        found[2] = flat / count
