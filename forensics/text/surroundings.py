"""Surroundings: what an edit leaves where there is no ink — patches a few levels off, seams, noise that stops."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.box import Box
from realfake.forensics.text.measurement import RegionMeasurement, region_family, region_feature, region_features
from realfake.forensics.text.words import ScreenText, Word

FEW = 12  # pixels; a zone with fewer calm ones says nothing
ROW_REACH = 8.0  # heights to either side in which a seam of the row is looked for
MAX_STEP = 24.0  # gray levels; a larger step is part of the design
OTHER_TONE = 2  # gray levels; nearer tones are rounding
EPS = 0.05  # gray levels; below the rounding of 8-bit pixels


@region_family("surroundings", source="cover-up patches and seams after the region contrast of this program")
def surroundings(screen: ScreenText) -> Iterator[RegionMeasurement]:
    """Background inside the word's box against background outside, on calm pixels alone."""
    measures = screen.per_word(_zones).reshape(-1, len(ZONES))
    yield from region_features(ZONES, measures)
    seams = _row_seams(screen)
    yield region_feature(
        "row_seam__step", seams[:, 0], "gray levels", 0.2, "largest upright step of the background in the word's row"
    )
    yield region_feature("row_seam__significance", seams[:, 1], "deviations", 1.0, "the same over its standard error")
    yield region_feature("row_seam__distance", seams[:, 2], "heights", 0.3, "how far from the word it stands")


ZONES = (
    ("ground__in_out", "gray levels", 0.15, "mean background inside the box against outside, largest channel"),
    ("ground__sides", "gray levels", 0.2, "largest difference between two sides of the word"),
    ("ground__tint", "gray levels", 0.15, "the same as a change of blue minus red"),
    ("noise__in", "gray levels", 0.05, "deviation of calm pixels inside the box"),
    ("noise__out", "gray levels", 0.05, "deviation of calm pixels around it"),
    ("noise__log_ratio", "1", 0.1, "log of the two"),
    ("flat__in", "1", 0.02, "share of calm pixels inside that equal the commonest one"),
    ("flat__out", "1", 0.02, "share of calm pixels around that equal the commonest one"),
    ("flat__difference", "1", 0.02, "inside minus around"),
    ("residue__share", "1", 0.01, "calm pixels 1 to 6 levels off the background"),
    ("residue__rectangularity", "1", 0.05, "how much of its bounding box that residue fills"),
    ("patch__share", "1", 0.01, "calm pixels of the commonest tone that is two or more levels off the background"),
    ("patch__offset", "gray levels", 1.0, "how far that tone is off, where enough pixels have it"),
    ("patch__rectangularity", "1", 0.05, "how much of its bounding box that tone fills"),
    ("seam__upright", "gray levels", 0.2, "largest step between neighbouring columns beside the word"),
    ("seam__upright_significance", "deviations", 1.0, "the same over its standard error"),
    ("seam__level", "gray levels", 0.2, "largest step between neighbouring rows above and below the word"),
    ("seam__level_significance", "deviations", 1.0, "the same over its standard error"),
)


CELLS = np.zeros((6, 5, 5), np.int64)  # which a zone takes of the five by five that `_edges` cuts a frame into
CELLS[0, 2, 2] = 1  # inside
CELLS[1] = 1 - CELLS[0]  # around
CELLS[2, :, 0] = CELLS[3, :, 4] = CELLS[4, 0, :] = CELLS[5, 4, :] = 1  # left, right, above, below


def _edges(inner: slice, size: int) -> list[int]:
    """Where rows or columns of a frame before a word begin, one beside it, those of it, one beside it, those after it,
    and where they end."""
    first, last = max(inner.start - 2, 0), min(inner.stop + 2, size)
    return [0, max(first - 1, 0), first, last, min(last + 1, size), size]


def _zones(word: Word) -> list[float]:
    rows, columns = word.inner
    height, width = word.calm.shape
    edges = np.array([_edges(rows, height), _edges(columns, width)])
    sums, upright, level = np.zeros((25, 6), np.int64), np.zeros((3, width)), np.zeros((3, height))
    residue, patch = np.array([[0, height, -1, width, -1, 0, 0]] * 2)
    ground, tones = np.rint(word.background).astype(np.int64), np.zeros(256, np.int64)
    _sums(word.pixels, word.calm, edges, ground, sums, upright, level, residue, tones, patch)
    within, around, *sides = (CELLS.reshape(6, 25) @ sums).tolist()
    means = [[colour / part[0] for colour in part[1:4]] for part in sides if part[0] >= FEW]
    in_out = tint = spread = np.nan
    if within[0] >= FEW and around[0] >= FEW:
        shift = [one / within[0] - other / around[0] for one, other in zip(within[1:4], around[1:4], strict=True)]
        in_out, tint = max(map(abs, shift)), shift[2] - shift[0]
    if len(means) > 1:
        spread = max(max(channel) - min(channel) for channel in zip(*means, strict=True))
    noise_in, noise_out = _deviation(within), _deviation(around)
    flat_in, flat_out = _share(within), _share(around)
    return [
        in_out,
        spread,
        tint,
        noise_in,
        noise_out,
        math.log((noise_in + EPS) / (noise_out + EPS)),
        flat_in,
        flat_out,
        flat_in - flat_out,
        *_residue(residue, within[0] + around[0]),
        *_patch(patch, within[0] + around[0]),
        *_step(upright)[:2],
        *_step(level)[:2],
    ]


@compiled
@no_type_check
def _sums(pixels, calm, edges, ground, sums, upright, level, residue, tones, patch):
    """Add up the calm pixels of a frame.

    Sums (25, 6): of each cell, row by row, the count, the sums of the three channels, the sum of squares and the count
    equal to `ground`. Profiles (3, w) and (3, h): count, sum and sum of squares of the luma by column within the word's
    rows, and by row within its columns. Residue: count of pixels one to six levels off `ground`, and the edges of their
    bounding box. Tones: how many pixels have each. Patch: the same as the residue of pixels of the second tone and its
    neighbours, where it has enough, then how many have just that tone and how far it is from the first.
    """
    rows, columns = edges[0], edges[1]
    height, width = calm.shape
    band = 0
    for y in range(height):
        while y >= rows[band + 1]:
            band += 1
        for part in range(columns.size - 1):
            count = reds = greens = blues = squares = equal = 0
            bright = bright_squared = 0.0
            for x in range(columns[part], columns[part + 1]):
                if not calm[y, x]:
                    continue
                red, green, blue = int(pixels[y, x, 0]), int(pixels[y, x, 1]), int(pixels[y, x, 2])
                count += 1
                luma = 0.299 * red + 0.587 * green + 0.114 * blue
                bright += luma
                bright_squared += luma * luma
                if band == 2:
                    upright[0, x] += 1
                    upright[1, x] += luma
                    upright[2, x] += luma * luma
                off = max(abs(red - ground[0]), abs(green - ground[1]), abs(blue - ground[2]))
                if off == 0:
                    equal += 1
                    continue
                reds += red
                greens += green
                blues += blue
                squares += red * red + green * green + blue * blue
                tones[int(np.rint((299 * red + 587 * green + 114 * blue) / 1000))] += 1
                if off <= 6:
                    residue[0] += 1
                    residue[1], residue[2] = min(residue[1], y), max(residue[2], y)
                    residue[3], residue[4] = min(residue[3], x), max(residue[4], x)
            if part == 2:
                level[0, y], level[1, y], level[2, y] = count, bright, bright_squared
            reds += equal * ground[0]
            greens += equal * ground[1]
            blues += equal * ground[2]
            squares += equal * (ground[0] * ground[0] + ground[1] * ground[1] + ground[2] * ground[2])
            tones[int(np.rint((299 * ground[0] + 587 * ground[1] + 114 * ground[2]) / 1000))] += equal
            cell = sums[5 * band + part]
            cell[0] += count
            cell[1] += reds
            cell[2] += greens
            cell[3] += blues
            cell[4] += squares
            cell[5] += equal
    first = other = most = 0
    for tone in range(256):
        if tones[tone] > tones[first]:
            first = tone
    for tone in range(256):
        if abs(tone - first) >= OTHER_TONE and tones[tone] > most:
            most, other = tones[tone], tone
    patch[5], patch[6] = most, abs(other - first)
    for y in range(height if most >= FEW else 0):
        for x in range(width):
            if not calm[y, x]:
                continue
            luma = 299.0 * pixels[y, x, 0] + 587.0 * pixels[y, x, 1] + 114.0 * pixels[y, x, 2]
            if abs(int(np.rint(luma / 1000)) - other) < OTHER_TONE:
                patch[0] += 1
                patch[1], patch[2] = min(patch[1], y), max(patch[2], y)
                patch[3], patch[4] = min(patch[3], x), max(patch[4], x)


@compiled
@no_type_check
def _columns(luma, near, top, bottom, left, sums):
    """Add up the calm pixels of each column from `left` on: (3, w) count, sum and sum of squares."""
    for y in range(top, bottom):
        for x in range(sums.shape[1]):
            if near[y, left + x] == 0:
                here = luma[y, left + x]
                sums[0, x] += 1
                sums[1, x] += here
                sums[2, x] += here * here


def _deviation(moments: list[int]) -> float:
    if moments[0] < FEW:
        return np.nan
    count, red, green, blue, squares, _ = moments  # whole numbers, so that a flat ground deviates by 0
    return math.sqrt((count * squares - red * red - green * green - blue * blue) / 3) / count


def _share(moments: list[int]) -> float:
    return moments[5] / moments[0] if moments[0] >= FEW else np.nan


def _residue(residue: np.ndarray, calm: float) -> tuple[float, float]:
    """Share of the calm pixels that are a few levels off, and how much of their bounding box they fill."""
    count, top, bottom, left, right, *_ = residue.tolist()
    if calm < FEW:
        return np.nan, np.nan
    if count < FEW:
        return count / calm, 0.0
    return count / calm, count / ((bottom - top + 1) * (right - left + 1))


def _patch(patch: np.ndarray, calm: float) -> tuple[float, float, float]:
    """Share of the second tone among the calm pixels, its distance from the first, and how rectangular it is."""
    if calm < FEW:
        return np.nan, np.nan, np.nan
    number, top, bottom, left, right, most, apart = patch.tolist()
    if most < FEW:
        return most / calm, np.nan, 0.0
    return most / calm, float(apart), number / ((bottom - top + 1) * (right - left + 1))


def _step(profile: np.ndarray) -> tuple[float, float, int]:
    """Largest step between the means of neighbouring columns (or rows) of calm pixels: size, significance, where."""
    found = np.array([np.nan, np.nan, 0.0])
    _largest_step(profile, np.empty(profile.shape), np.empty(profile.shape), found)
    size, significance, where = found.tolist()
    return size, significance, int(where)


@compiled
@no_type_check
def _largest_step(profile, told, ordered, found):
    """Three medians are taken of values put in order by Shell's method: `numpy.median` takes seconds to compile."""
    width = profile.shape[1]
    most = 0.0
    for x in range(width):
        most = max(most, profile[0, x])
    least = max(4.0, 0.6 * most)
    valid = pairs = where = 0
    largest = 0.0
    for x in range(width):
        count = profile[0, x]
        n = max(count, 1.0)
        told[0, x] = profile[1, x] / n  # the mean
        if count >= least:
            ordered[0, valid] = max(profile[2, x] / n - told[0, x] * told[0, x], 0.0)
            ordered[1, valid] = count
            valid += 1
        if x > 0 and count >= least and profile[0, x - 1] >= least:
            step = abs(told[0, x] - told[0, x - 1])
            if step > MAX_STEP:
                step = 0.0
            if step > largest:
                largest, where = step, x - 1
            ordered[2, pairs] = step
            pairs += 1
    if valid < 6:
        return
    for line in range(3):
        size = pairs if line == 2 else valid
        gap = size // 2
        while gap > 0:
            for i in range(gap, size):
                value, place = ordered[line, i], i
                while place >= gap and ordered[line, place - gap] > value:
                    ordered[line, place] = ordered[line, place - gap]
                    place -= gap
                ordered[line, place] = value
            gap //= 2
        told[line, 0] = (ordered[line, (size - 1) // 2] + ordered[line, size // 2]) / 2 if size > 0 else 0.0
    error = np.sqrt(told[0, 0] / told[1, 0]) + EPS
    found[0], found[1], found[2] = largest, largest / (error + told[2, 0]), where


def _row_seams(screen: ScreenText) -> np.ndarray:
    """(n, 3): the strongest seam in each word's row of the screen, found once a field."""
    fields = {line: _field_seam(screen, screen.lines[line].box) for line in np.unique(screen.line_of)}
    rows = []
    for word in screen.words:
        size, significance, at = fields[word.line]
        rows.append((size, significance, max(word.box.x - at, at - word.box.right, 0) / word.box.height))
    return np.array(rows, float).reshape(-1, 3)


def _field_seam(screen: ScreenText, box: Box) -> tuple[float, float, int]:
    reach = int(ROW_REACH * box.height)
    strip = Box.from_edges(
        max(box.x - reach, 0),
        max(box.y - 1, 0),
        min(box.right + reach, screen.image.width),
        min(box.bottom + 1, screen.image.height),
    )
    sums = np.zeros((3, strip.width))
    _columns(screen.image.luma, screen.near, strip.y, strip.bottom, strip.x, sums)
    size, significance, where = _step(sums)
    return size, significance, strip.x + where + 1
