"""Holes: ground beside a word on which characters stood once, and ground that was laid under it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.text.measurement import RegionMeasurement, region_family, region_features
from realfake.forensics.text.words import ScreenText, Word

REACH = 2.0  # heights to either side in which what is left of erased characters is looked for
BLOCK = 8  # pixels: what a JPEG adds around an edge stays in the block of the edge
BESIDE = 6  # pixels to either side, and above and below, whose ringing is compared
FEW = 12  # pixels; a side with fewer calm ones says nothing
EPS = 0.1  # gray levels


@region_family("holes", source="this program: ringing where there is no ink, ground without noise beside noise")
def holes(screen: ScreenText) -> Iterator[RegionMeasurement]:
    """What erased characters leave on the ground beside a word, and flat ground under a word on uneven ground."""
    luma, near = screen.image.luma, screen.near
    grid = np.array(screen.grid)
    found = screen.per_word(lambda word: _around(word, luma, near, grid)).reshape(-1, len(HOLES))
    yield from region_features(HOLES, found)


HOLES = (
    ("orphan__ringing", "gray levels", 0.1, "roughest block beside the word that holds no stroke"),
    ("side__quiet", "log", 0.1, "noise at the quieter end of the word over that above and below it"),
    ("side__ratio", "log", 0.1, "noise at its noisier end over that at the quieter one"),
    ("flat__under", "1", 0.02, "share of flat ground in the word's box minus that around it"),
)


def _around(word: Word, luma: np.ndarray, near: np.ndarray, grid: np.ndarray) -> list[float]:
    box = word.box
    reach = int(REACH * box.height)
    rough = _orphans(luma, near, grid, np.array([box.y - BLOCK, box.bottom + BLOCK, box.x - reach, box.right + reach]))
    told = np.full(5, np.nan)
    _noise(luma, near, np.array([box.y, box.bottom, box.x, box.right]), np.zeros((3, 3)), told)
    left, right, level, flat_in, flat_out = told.tolist()
    quiet, loud = min(left, right), max(left, right)
    return [rough, np.log((quiet + EPS) / (level + EPS)), np.log((loud + EPS) / (quiet + EPS)), flat_in - flat_out]


@compiled
@no_type_check
def _orphans(luma, near, grid, edges):
    """Of the whole 8x8 blocks in the rows and columns given by four edges that hold no stroke, the largest mean mixed
    difference, gray levels: straight borders and gradients have none. NaN where there is no such block."""
    height, width = luma.shape
    top, bottom, left, right = max(edges[0], 0), min(edges[1], height), max(edges[2], 0), min(edges[3], width)
    roughest = np.nan
    for y in range(top + (grid[0] - top) % 8, bottom - 7, 8):
        for x in range(left + (grid[1] - left) % 8, right - 7, 8):
            strokes = 0
            for i in range(y, y + 8):
                for j in range(x, x + 8):
                    strokes += near[i, j]
            if strokes:
                continue
            rough = 0.0
            for i in range(y, y + 7):
                for j in range(x, x + 7):
                    rough += abs(luma[i, j] - luma[i, j + 1] - luma[i + 1, j] + luma[i + 1, j + 1])
            if not rough / 49 <= roughest:
                roughest = rough / 49
    return roughest


@compiled
@no_type_check
def _noise(luma, near, edges, sums, told):
    """Deviation of the calm pixels left, right, and above and below; the shares of flat ones within and around."""
    height, width = luma.shape
    top, bottom, left, right = edges[0], edges[1], edges[2], edges[3]
    inside = flat_inside = around = flat_around = 0
    for y in range(max(top - BESIDE, 0), min(bottom + BESIDE, height - 1)):
        for x in range(max(left - BESIDE, 0), min(right + BESIDE, width - 1)):
            flat = luma[y, x] == luma[y, x + 1] and luma[y, x] == luma[y + 1, x]
            if top <= y < bottom and left <= x < right:
                inside += 1
                flat_inside += flat
                continue
            around += 1
            flat_around += flat
            if near[y, x]:
                continue
            zone = 2
            if top <= y < bottom:
                zone = 0 if x < left else 1
            sums[zone, 0] += 1
            sums[zone, 1] += luma[y, x]
            sums[zone, 2] += luma[y, x] * luma[y, x]
    for zone in range(3):
        if sums[zone, 0] >= FEW:
            mean = sums[zone, 1] / sums[zone, 0]
            told[zone] = np.sqrt(max(sums[zone, 2] / sums[zone, 0] - mean * mean, 0.0))
    told[3], told[4] = flat_inside / inside, flat_around / around
