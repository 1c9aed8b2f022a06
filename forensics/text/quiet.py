"""Quiet: where exactly flat ground begins and ends beside a word: a JPEG does it on the borders of its blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.text.measurement import RegionMeasurement, region_family, region_feature
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
    for i, (name, unit, floor, meaning) in enumerate(QUIET):
        yield region_feature(name, found[:, i], unit, floor, meaning)


QUIET = (
    (
        "ends__off_grid",
        "1",
        0.05,
        "share of the ends of flat ground, along rows and columns, that stand off the 8x8 grid",
    ),
    ("ends__foreign", "1", 0.05, "share of those ends at the commonest other place of the grid"),
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
    _quiet(luma, np.array(edges), grid, word.coverage, origin, np.zeros((2, 8), np.int64), found)
    return found


@compiled
@no_type_check
def _quiet(luma, edges, grid, coverage, origin, ends, found):
    """What `QUIET` says of a word; `ends`, along rows and columns, count those at each place of the grid."""
    top, bottom, left, right = edges[0], edges[1], edges[2], edges[3]
    for axis in range(2):
        lines, length = (bottom - top, right - left) if axis == 0 else (right - left, bottom - top)
        for i in range(lines):
            still = 1
            for j in range(1, length):
                if axis == 0:
                    same = luma[top + i, left + j] == luma[top + i, left + j - 1]
                else:
                    same = luma[top + j, left + i] == luma[top + j - 1, left + i]
                if same:
                    still += 1
                    if still == STILL and j >= STILL:  # flat ground began where it first was the same
                        start = (left if axis == 0 else top) + j - STILL + 1
                        ends[axis, (start - grid[1 - axis]) % 8] += 1
                else:
                    if still >= STILL:
                        stop = (left if axis == 0 else top) + j
                        ends[axis, (stop - grid[1 - axis]) % 8] += 1
                    still = 1
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
    for y in range(coverage.shape[0] - 1):
        for x in range(coverage.shape[1] - 1):
            v, u = y + origin[0], x + origin[1]
            if not (top + BESIDE <= v < bottom - BESIDE and left + BESIDE <= u < right - BESIDE):
                continue
            if abs(coverage[y, x]) < 0.1 and abs(coverage[y, x + 1]) < 0.1 and abs(coverage[y + 1, x]) < 0.1:
                count += 1
                flat += luma[v, u] == luma[v, u + 1] and luma[v, u] == luma[v + 1, u]
    if count >= 12:
        found[2] = flat / count
