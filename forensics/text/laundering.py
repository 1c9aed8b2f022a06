"""Laundering: whether a word has lived through the same compressions as the rest of the screen."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.box import Box
from realfake.forensics.formats.ijg import ijg_table
from realfake.forensics.formats.markers import ZIGZAG
from realfake.forensics.text.colours import COVERAGE_STEPS
from realfake.forensics.text.direction import SIDEWAYS
from realfake.forensics.text.measurement import (
    RegionMeasurement,
    region_family,
    region_feature,
    region_features,
    snapped,
)
from realfake.forensics.text.words import ScreenText, Word, upper

QUALITIES = tuple(range(50, 99, 3))
MODES = 20  # zig-zag frequencies whose requantization error is taken; the rest of a text block is mostly zero
SMOOTH = 5  # qualities of a ghost curve over which its trend is taken
EPS = 1e-3
FEW = 12  # pixels; of no more nothing is told
FAINT = int(0.12 * COVERAGE_STEPS)  # coverage of what is background, or rings
RANGE = np.arange(-FAINT, FAINT + 1)
LARGEST_STEP = 12.0  # gray levels: edges of the design count no more than blocking does
HIGH = (np.add.outer(np.arange(8), np.arange(8)) >= 8).reshape(-1)
LOW = ZIGZAG[1 : MODES + 1]
TABLES = np.stack([ijg_table(quality).reshape(-1)[LOW] for quality in QUALITIES], axis=1).astype(np.float32)


@region_family(
    "laundering", source="Farid 2009 (ghosts); Fan and de Queiroz 2003 (grid); ringing on the background: this program"
)
def laundering(screen: ScreenText) -> Iterator[RegionMeasurement]:
    """Compression history of a word's own blocks: high frequencies, ghosts, ringing, grid."""
    sums = _block_sums(screen)
    ac, high, grid_in, grid_off = sums[:, 0], sums[:, 1], sums[:, 2], sums[:, 3]
    yield region_feature(
        "high__share",
        np.log((high + EPS) / (ac + EPS)),
        "log",
        0.05,
        "energy of the high frequencies over all AC energy",
    )
    depth, at_image, own = _ghosts(sums[:, 4:], ac)
    yield region_feature("ghost__level", depth, "log", 0.05, "requantization error over AC energy, mean over qualities")
    yield region_feature(
        "ghost__image_dip", at_image, "log", 0.03, "dip of the error at the quality where the whole screen dips most"
    )
    for i, band in enumerate(own[5].T):
        low, high_end = QUALITIES[3 * i], QUALITIES[min(3 * i + 2, len(QUALITIES) - 1)]
        yield region_feature(
            f"ghost__q{low}_{high_end}",
            band,
            "log",
            0.05,
            f"error at qualities {low} to {high_end} against the mean over all",
        )
    yield region_feature("ghost__own_dip", own[0], "log", 0.03, "deepest dip of the word's own curve")
    yield region_feature("ghost__own_quality", own[1], "quality", 2.0, "quality of that dip")
    yield region_feature("ghost__off_image", own[2], "quality", 2.0, "how far it lies from the screen's")
    coarse, fine = own[3], own[4]
    yield region_feature("ghost__slope", fine - coarse, "log", 0.05, "error at high qualities against low ones")
    yield region_feature(
        "grid__strength",
        np.log((grid_in + EPS) / (grid_off + EPS)),
        "log",
        0.05,
        "steps across the 8x8 grid over steps beside it",
    )
    measures = screen.per_word(_residuals).reshape(-1, len(RESIDUALS))
    yield from region_features(RESIDUALS, measures)


RESIDUALS = (
    ("ringing__near", "1", 0.003, "deviation of calm pixels around the word over its contrast"),
    ("ringing__blocks", "1", 0.003, "the same on background pixels 2 to 5 pixels from ink"),
    ("chroma__noise", "gray levels", 0.1, "deviation of colour differences off the ink axis"),
    ("residual__third", "1", 0.01, "third-order residual of the ink over its contrast"),
    ("overshoot__ink", "1", 0.01, "how far the ink rings beyond its own colour"),
    ("overshoot__ground", "1", 0.01, "how far the background rings beyond its own colour"),
)


def _block_sums(screen: ScreenText) -> np.ndarray:
    """(n, 4 + Q): per word, mean over its 8x8 blocks of AC energy, high energy, steps on and off the grid, ghosts."""
    image = screen.on_grid
    rows, columns = image.height // 8, image.width // 8
    spans = np.array([blocks_of(word, screen.grid, rows, columns) for word in screen.words], int).reshape(-1, 4)
    low = LOW % 8 * 8 + LOW // 8 if screen.direction.turn in SIDEWAYS else LOW  # frequencies as the file stores them
    sums, errors = np.zeros((len(spans), 4 + len(QUALITIES))), np.empty(len(QUALITIES), np.float32)
    _mean_energies(spans, image.dct_plane, image.luma, TABLES, low, HIGH, np.empty(64, np.float32), errors, sums)
    return sums


def blocks_of(word: Word, grid: tuple[int, int], rows: int, columns: int) -> tuple[int, int, int, int]:
    box = Box(word.box.x - grid[1], word.box.y - grid[0], word.box.width, word.box.height)
    top, left = max(min(box.y // 8, rows - 1), 0), max(min(box.x // 8, columns - 1), 0)
    return (
        top,
        max(min(-(-box.bottom // 8), rows), top + 1),
        left,
        max(min(-(-box.right // 8), columns), left + 1),
    )


@compiled
@no_type_check
def _mean_energies(spans, dct_plane, luma, tables, low, high, block, errors, sums):
    """The `_block_sums` of words whose blocks are the rows and columns `spans`: (n, 4), top, bottom, left, right.

    The steps on the grid are third differences of the luma across each block's left border, those off it in its middle.
    """
    modes, qualities = tables.shape
    for word in range(spans.shape[0]):
        top, bottom, left, right = spans[word, 0], spans[word, 1], spans[word, 2], spans[word, 3]
        for row in range(top, bottom):
            for column in range(left, right):
                for k in range(64):
                    block[k] = dct_plane[8 * row + k // 8, 8 * column + k % 8]
                for k in range(1, 64):
                    energy = block[k] * block[k] / 63
                    sums[word, 0] += energy
                    if high[k]:
                        sums[word, 1] += energy
                for quality in range(qualities):
                    errors[quality] = 0
                for mode in range(modes):
                    value, steps = block[low[mode]], tables[mode]
                    for quality in range(qualities):
                        off = value - steps[quality] * np.rint(value / steps[quality])
                        errors[quality] += off * off
                for quality in range(qualities):
                    sums[word, 4 + quality] += errors[quality] / modes
                for place in range(2 if column else 0):
                    x = 8 * column - 2 - 4 * place
                    for y in range(8 * row, 8 * row + 8):
                        third = abs(luma[y, x] - 3 * luma[y, x + 1] + 3 * luma[y, x + 2] - luma[y, x + 3])
                        sums[word, 2 + place] += min(third, LARGEST_STEP) / 8
        for k in range(sums.shape[1]):
            sums[word, k] /= max((bottom - top) * (right - left), 1)


def _ghosts(errors: np.ndarray, energy: np.ndarray) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, ...]]:
    """Level, dip at the screen's own quality, and (dip, quality, distance, coarse level, fine level) of each word."""
    curves = snapped(np.log(errors + EPS) - np.log(energy + EPS)[:, None])  # dips are ranked
    if len(curves) == 0:
        empty = np.empty(0)
        return empty, empty, (*(empty,) * 5, np.empty((0, -(-len(QUALITIES) // 3))))
    dips = _trend(curves) - curves
    screen = int(np.median(dips, axis=0).argmax())
    own = dips.argmax(axis=1)
    qualities = np.array(QUALITIES, float)
    third = len(QUALITIES) // 3
    return (
        curves.mean(axis=1),
        dips[:, screen],
        (
            dips.max(axis=1),
            qualities[own],
            np.abs(qualities[own] - qualities[screen]),
            curves[:, :third].mean(axis=1),
            curves[:, -third:].mean(axis=1),
            _bands(curves) - curves.mean(axis=1)[:, None],
        ),
    )


def _bands(curves: np.ndarray) -> np.ndarray:
    """Means over three neighbouring qualities."""
    return np.stack([curves[:, i : i + 3].mean(axis=1) for i in range(0, len(QUALITIES), 3)], axis=1)


def _trend(curves: np.ndarray) -> np.ndarray:
    """Running median over qualities: what the curve would be without a ghost."""
    half = SMOOTH // 2
    padded = np.pad(curves, ((0, 0), (half, half)), mode="reflect")
    trend: np.ndarray = np.median(np.lib.stride_tricks.sliding_window_view(padded, SMOOTH, axis=1), axis=2)
    return trend


def _residuals(word: Word) -> list[float]:
    rows, columns = word.inner
    box = np.array([rows.start, rows.stop, columns.start, columns.stop])
    inner = word.coverage[rows, columns]
    beside, sums = np.zeros(len(RANGE), np.int64), np.zeros((2, 3), np.int64)
    axis = word.ink - word.background
    tint = _residual_sums(word.pixels, word.coverage, word.calm, box, word.background, axis, beside, sums)
    calm, (thirds, third, _) = sums.tolist()
    near = int(beside.sum())
    lowest = RANGE[np.searchsorted(np.cumsum(beside), near - 1 - int(0.98 * near), side="right")] if near else 0
    return [
        _deviation(*calm),
        _deviation(near, int(beside @ RANGE), int(beside @ (RANGE * RANGE))),
        tint,
        third / thirds / COVERAGE_STEPS if thirds else np.nan,
        upper(inner, 0.01) - 1 if inner.size else np.nan,
        -lowest / COVERAGE_STEPS if near > FEW else np.nan,
    ]


def _deviation(number: int, total: int, squares: int) -> float:
    """Of whole numbers, so that a flat ground deviates by 0; NaN of few."""
    return math.sqrt(number * squares - total * total) / number / COVERAGE_STEPS if number > FEW else np.nan


@compiled
@no_type_check
def _residual_sums(pixels, coverage, calm, box, ground, axis, beside, sums):
    """RMS of the channels' differences from their mean in the box, off what ink and background explain.

    In whole `COVERAGE_STEPS`: sums (2, 3) of the coverage of calm pixels, their number, sum and squares, and of third
    differences in the box, their number and sum; `beside` counts faint pixels up to five from the box by coverage.
    """
    top, bottom, left, right = box[0], box[1], box[2], box[3]
    total = 0.0
    ground_mean = np.float32((ground[0] + ground[1] + ground[2]) / 3)
    axis_mean = np.float32((axis[0] + axis[1] + axis[2]) / 3)
    for y in range(coverage.shape[0]):
        row = coverage[y]
        near = top - 5 <= y < bottom + 5
        for x in range(row.size):
            here = np.int64(row[x] * COVERAGE_STEPS)
            if calm[y, x]:
                sums[0, 0] += 1
                sums[0, 1] += here
                sums[0, 2] += here * here
            if near and left - 5 <= x < right + 5 and abs(here) <= FAINT:
                beside[here + FAINT] += 1
        if not top <= y < bottom:
            continue
        for x in range(left, right - 3):
            sums[1, 0] += 1
            sums[1, 1] += np.int64(abs(row[x] - 3 * row[x + 1] + 3 * row[x + 2] - row[x + 3]) * COVERAGE_STEPS)
        for x in range(left, right):
            mean = (pixels[y, x, 0] + pixels[y, x, 1] + pixels[y, x, 2]) / 3
            for c in range(3):
                explained = ground[c] - ground_mean + row[x] * (axis[c] - axis_mean)
                off = pixels[y, x, c] - mean - explained
                total += off * off
    return np.sqrt(total / (3 * (bottom - top) * (right - left)))
