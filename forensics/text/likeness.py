"""Likeness: how much a word is like text, which avatars, logos, emoji, bars and pictures are not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.text.measurement import RegionMeasurement, region_family, region_features
from realfake.forensics.text.words import ScreenText, Word

INKED = 0.5  # coverage of what is counted as ink
OFF = 0.25  # of the contrast: a pixel farther from the line between ink and background has a third colour
TONE = 5  # bits of each channel that are left out before colours are counted
LONGEST = 256  # pixels of a run of ink


@region_family(
    "likeness",
    source="after Epshtein, Ofek and Wexler, 'Detecting text in natural scenes with stroke width transform', CVPR 2010",
)
def likeness(screen: ScreenText) -> Iterator[RegionMeasurement]:
    """Regularity of strokes, colours beside ink and background, proportions and ground of a word."""
    found = screen.per_word(_likeness).reshape(-1, len(LIKENESS))
    yield from region_features(LIKENESS, found)


LIKENESS = (
    ("strokes__typical", "heights", 0.01, "median length of level runs of ink"),
    ("strokes__spread", "1", 0.05, "upper over lower quartile of the lengths of level runs of ink"),
    ("strokes__longest", "heights", 0.1, "longest level run of ink"),
    ("strokes__density", "1", 0.05, "runs of ink in a row of the box, in a width equal to the height"),
    ("colours__third", "1", 0.02, "share of the box that is neither ink, background nor between them"),
    ("colours__count", "colours", 0.5, "coarse colours that take 2 % of the box or more"),
    ("shape__aspect", "1", 0.1, "width over height of the box"),
    ("shape__glyph", "1", 0.1, "width of the widest glyph over the height"),
    ("ground__plain", "1", 0.02, "share of the ground around that has the background's colour"),
    ("ground__busy", "1", 0.02, "share of the surroundings that is near other strokes"),
    ("ground__slope", "gray levels", 0.5, "how much the ground changes across the surroundings"),
    ("ground__rough", "gray levels", 0.2, "deviation of the ground outside the box from a plane"),
    ("ground__lifted", "gray levels", 0.2, "how far the ground in the box lies off the plane of that around it"),
    (
        "ground__flattened",
        "1",
        0.05,
        "log of the ground's deviation in the box over what that plane and its noise would give",
    ),
)


def _likeness(word: Word) -> list[float]:
    rows, columns = word.inner
    box = np.array([rows.start, rows.stop, columns.start, columns.stop])
    strokes, ground = np.full(6, np.nan), np.full(6, np.nan)
    lengths, colours = np.zeros(LONGEST + 1, np.int64), np.zeros(512, np.int64)
    _strokes(word.coverage, word.pixels, box, word.background, word.ink - word.background, lengths, colours, strokes)
    width = word.frame.width
    edges = np.array([0, max(columns.start - 2, 0), min(columns.stop + 2, width), width])
    _ground(word.pixels, word.calm, box, edges, word.background, np.zeros((2, 10)), ground)
    widest = (word.spans[:, 1] - word.spans[:, 0]).max(initial=0)
    size = word.box.width / word.box.height
    return [*strokes, size, widest / word.box.height, *ground]


@compiled
@no_type_check
def _strokes(coverage, pixels, box, ground, axis, lengths, colours, found):
    """The first six of `LIKENESS`."""
    top, bottom, left, right = box[0], box[1], box[2], box[3]
    height, width = bottom - top, right - left
    third = 0
    far = OFF * OFF * (axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2])
    for y in range(top, bottom):
        run = 0
        for x in range(left, right + 1):
            if x < right and coverage[y, x] > INKED:
                run += 1
            elif run:
                lengths[min(run, LONGEST)] += 1
                run = 0
            if x == right:
                continue
            share = min(max(coverage[y, x], 0.0), 1.0)
            off = 0.0
            code = 0
            for k in range(3):
                apart = pixels[y, x, k] - ground[k] - share * axis[k]
                off += apart * apart
                code = 8 * code + (int(pixels[y, x, k]) >> TONE)
            third += off > far
            colours[code] += 1
    runs = 0
    for length in range(1, LONGEST + 1):
        runs += lengths[length]
    if runs > 0:
        seen = 0
        low = middle = high = 0
        longest = 0
        for length in range(1, LONGEST + 1):
            if lengths[length] == 0:
                continue
            seen += lengths[length]
            longest = length
            if low == 0 and 4 * seen >= runs:
                low = length
            if middle == 0 and 2 * seen >= runs:
                middle = length
            if high == 0 and 4 * seen >= 3 * runs:
                high = length
        found[0], found[1], found[2] = middle / height, high / low, longest / height
        found[3] = runs / width
    found[4] = third / (height * width)
    found[5] = 0
    for code in range(512):
        if 50 * colours[code] >= height * width:
            found[5] += 1


@compiled
@no_type_check
def _ground(pixels, calm, box, edges, ground, sums, found):
    """The last six of `LIKENESS`.

    `sums` are of the ground outside and inside: count, x, y, xx, xy, yy, luma, x luma, y luma, squared luma.
    """
    height, width = calm.shape
    plain = around = 0
    middle_x, middle_y = width / 2, height / 2
    base = 0.299 * ground[0] + 0.587 * ground[1] + 0.114 * ground[2]
    for y in range(height):
        v = y - middle_y
        rows_inside = box[0] - 2 <= y < box[1] + 2
        for part in range(edges.size - 1):  # left of the box, within its columns, right of it
            first, last = edges[part], edges[part + 1]
            zone = 1 if rows_inside and part == 1 else 0
            if zone == 0:
                around += last - first
            count = across_sum = squares_of_u = 0.0
            bright = tilted = squared = 0.0
            for x in range(first, last):
                if not calm[y, x]:
                    continue
                luma = 0.299 * pixels[y, x, 0] + 0.587 * pixels[y, x, 1] + 0.114 * pixels[y, x, 2] - base
                u = x - middle_x
                if zone == 0 and abs(luma) <= 3:
                    plain += 1
                count += 1
                across_sum += u
                squares_of_u += u * u
                bright += luma
                tilted += u * luma
                squared += luma * luma
            sums[zone, 0] += count
            sums[zone, 1] += across_sum
            sums[zone, 2] += v * count
            sums[zone, 3] += squares_of_u
            sums[zone, 4] += v * across_sum
            sums[zone, 5] += v * v * count
            sums[zone, 6] += bright
            sums[zone, 7] += tilted
            sums[zone, 8] += v * bright
            sums[zone, 9] += squared
    n = sums[0, 0]
    if around > 0:
        found[1] = 1 - n / around
    if n < 24:
        return
    found[0] = plain / n
    mean_x, mean_y, mean = sums[0, 1] / n, sums[0, 2] / n, sums[0, 6] / n
    xx, yy = sums[0, 3] - n * mean_x * mean_x, sums[0, 5] - n * mean_y * mean_y
    xy = sums[0, 4] - n * mean_x * mean_y
    xz, yz = sums[0, 7] - n * mean_x * mean, sums[0, 8] - n * mean_y * mean
    whole = xx * yy - xy * xy
    if not whole > 1e-6 * xx * yy:
        return
    across, down = (xz * yy - yz * xy) / whole, (yz * xx - xz * xy) / whole
    found[2] = abs(across) * width + abs(down) * height
    start = mean - across * mean_x - down * mean_y
    noise = 0.0
    for zone in range(2):
        m = sums[zone, 0]
        if m < 12:
            continue
        off = (sums[zone, 6] - across * sums[zone, 1] - down * sums[zone, 2]) / m - start
        mean_x, mean_y, mean = sums[zone, 1] / m, sums[zone, 2] / m, sums[zone, 6] / m
        xx, yy = sums[zone, 3] / m - mean_x * mean_x, sums[zone, 5] / m - mean_y * mean_y
        xy = sums[zone, 4] / m - mean_x * mean_y
        sloped = max(across * across * xx + down * down * yy + 2 * across * down * xy, 0.0)
        spread = max(sums[zone, 9] / m - mean * mean, 0.0)
        if zone == 0:
            noise = max(spread - sloped, 0.0)  # the plane is the one that fits here best
            found[3] = np.sqrt(noise)
        else:
            found[4] = off
            found[5] = np.log((np.sqrt(spread) + 0.1) / (np.sqrt(sloped + noise) + 0.1))
