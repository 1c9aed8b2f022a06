"""Breaks: letters that an upright cut ends in mid-stroke, and stretches of a line that stand in it twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.box import Box
from realfake.forensics.text.colours import luma_of
from realfake.forensics.text.measurement import RegionMeasurement, region_family, region_features
from realfake.forensics.text.words import ScreenText, Word, middle

SHARP = 0.4  # coverage by which a step exceeds those beside it: less is the edge of a stroke between two pixels
SHORT = 0.25  # of the height: a longer edge is a stem's
STEPS = 64  # of one, in the coverage of a field's columns
BANDS = 16  # rows of a field are added up until no more than twice as many are left
TOLERANCE = 0.015  # mean difference of coverage up to which two columns are one
CUT = 0.1  # heights of sharp steps at one boundary: few letters begin or end with more
FEWEST = 3  # columns that change; a repeat or a copy of no more is one stem
LONGEST = 1.1  # of the distance between copies: a longer repeat is a pattern, as the arches of an m
LEAST_APART = 0.3  # heights: copies that stand nearer share letters
NARROWEST, WIDEST = 2, 1600  # heights, and columns, of a field that is searched for repeats
FAINT = 8.0  # gray levels of contrast: noise of less ink repeats by chance


@region_family("breaks", source="this program: upright cuts, and repeated columns that begin and end inside letters")
def breaks(screen: ScreenText) -> Iterator[RegionMeasurement]:
    """Letters cut by a straight upright edge, and stretches of a field that stand in it twice."""
    cuts = screen.per_word(_cut).reshape(-1, len(CUTS))
    yield from region_features(CUTS, cuts)
    repeats = _repeats(screen)
    yield from region_features(REPEATS, repeats)


CUTS = (
    ("cut__mixed", "heights", 0.02, "strokes that end, and as many that begin, at one upright line within one pixel"),
    ("cut__mixed_soft", "heights", 0.02, "the same within two pixels"),
    ("cut__ends", "heights", 0.05, "short strokes that end, or begin, at one upright line within one pixel"),
)
REPEATS = (
    ("repeat__cut", "heights", 0.1, "columns of a stretch that stands in the field twice and is cut out of letters"),
    ("repeat__half_cut", "heights", 0.1, "the same where only one end lies inside a letter"),
)


def _cut(word: Word) -> np.ndarray:
    rows, columns = word.inner
    beside = slice(max(columns.start - 2, 0), columns.stop + 3)
    found = np.zeros(len(CUTS))
    _cuts(word.coverage[rows, beside], SHORT * word.box.height, found)
    return found / word.box.height


@compiled
@no_type_check
def _cuts(coverage, longest, found):
    """Of the box of a word with columns beside it: at one boundary between columns the most steps of the rarer sign
    within one pixel, the same within two, and the most steps in runs of no more than `longest` rows."""
    height, width = coverage.shape
    for x in range(1, width - 3):
        up = down = up_soft = down_soft = cut = run = 0.0
        length = 0
        sign = 0
        for y in range(height + 1):
            sharp = 0.0
            if y < height:
                before = min(max(coverage[y, x - 1], 0.0), 1.0)
                left = min(max(coverage[y, x], 0.0), 1.0)
                right = min(max(coverage[y, x + 1], 0.0), 1.0)
                after = min(max(coverage[y, x + 2], 0.0), 1.0)
                beyond = min(max(coverage[y, x + 3], 0.0), 1.0)
                sharp = abs(right - left) - abs(left - before) - abs(after - right)
                soft = abs(after - left) - abs(left - before) - abs(beyond - after)
                if soft > SHARP:
                    if after > left:
                        up_soft += soft
                    else:
                        down_soft += soft
            now = 0
            if sharp > SHARP:
                now = 1 if right > left else -1
                if now > 0:
                    up += sharp
                else:
                    down += sharp
            if now != sign:
                if 0 < length <= longest:
                    cut += run
                run = 0.0
                length = 0
                sign = now
            if now != 0:
                run += sharp
                length += 1
        found[0] = max(found[0], min(up, down))
        found[1] = max(found[1], min(up_soft, down_soft))
        found[2] = max(found[2], cut)


def _repeats(screen: ScreenText) -> np.ndarray:
    """(n, 2): the heaviest repeats that touch each word, in heights of its field; NaN in a field too short or wide."""
    found = np.full((len(screen.words), len(REPEATS)), np.nan)
    for members, box, ground, contrast in searched(screen):
        place, rows, bands = banded(box)
        columns = np.zeros((3, box.width, bands), np.int32)
        tolerance, cut = int(TOLERANCE * STEPS * box.height), int(CUT * STEPS * box.height)
        weights, flags = np.zeros((2, box.width)), np.zeros((3, box.width + 1), bool)
        limits = STEPS * rows // 2, max(tolerance, 1), cut, max(int(LEAST_APART * box.height), 4)
        look = np.float32(ground), np.float32(contrast)
        sums = np.zeros((3, box.width), np.int32)
        _heaviest(screen.image.luma, place, *look, columns, *limits, sums, flags, weights)
        for i in members:
            found[i] = within(screen.words[i].box, box, weights) / box.height
    return found


def searched(screen: ScreenText) -> Iterator[tuple[np.ndarray, Box, float, float]]:
    """The words of each field that is searched for repeated columns, its box, and the luma of its ground and contrast
    of its ink."""
    contrasts = np.array([word.contrast for word in screen.words])
    grounds = luma_of(np.array([word.background for word in screen.words]).reshape(-1, 3))
    for members, line in zip(screen.members, screen.lines, strict=True):
        box = line.box
        if len(members) and NARROWEST * box.height < box.width <= WIDEST:
            contrast = middle(contrasts[members])
            if abs(contrast) >= FAINT:
                yield members, box, middle(grounds[members]), contrast


def banded(box: Box) -> tuple[np.ndarray, int, int]:
    """A field as kernels take it (its top, left and height, and the rows of a band), those rows, and its bands."""
    rows = max(box.height // BANDS, 1)
    return np.array([box.y, box.x, box.height, rows]), rows, -(-box.height // rows)


def within(word: Box, field: Box, columns: np.ndarray) -> np.ndarray:
    """(k,) the most that a word holds of each row of (k, w), the columns of its field."""
    most: np.ndarray = columns[:, max(word.x - field.x, 0) : word.right - field.x].max(axis=1, initial=0)
    return most


@compiled
@no_type_check
def _heaviest(luma, place, ground, contrast, sampled, solid, tolerance, cut, apart, sums, flags, best):
    """(2, w) in `best`: of each column, the weight of the heaviest repeat that holds it: cut at both ends, cut at one.

    `sampled` is (3, w, bands) int32 in `STEPS` of coverage, a row of each band: the columns of the field, and the least
    and the most that they may be half a pixel elsewhere (after Birchfield and Tomasi, "A pixel dissimilarity measure
    that is insensitive to image sampling", PAMI 1998). One column between two that agree may differ. A repeat weighs as
    many columns as differ from the one before, each by how well it agrees.
    """
    columns, lows, highs = sampled[0], sampled[1], sampled[2]
    width, bands = columns.shape
    top, left, height, rows = place[0], place[1], place[2], place[3]
    for y in range(height):
        band = y // rows
        for x in range(width):
            covered = min(max((luma[top + y, left + x] - ground) / contrast, np.float32(-0.25)), np.float32(1.25))
            columns[x, band] += np.int32(np.rint(covered * np.float32(STEPS)))
    for x in range(width):
        for band in range(bands):
            here = columns[x, band]
            before = (columns[max(x - 1, 0), band] + here) // 2
            after = (columns[min(x + 1, width - 1), band] + here) // 2
            lows[x, band] = min(here, min(before, after))
            highs[x, band] = max(here, max(before, after))
    near, changes = flags[0], flags[1]
    inside = flags[2]  # before this column a stroke goes on, or several are cut
    for x in range(width):
        for band in range(bands):
            sums[0, x] += columns[x, band]
            sums[1, x] += lows[x, band]
            sums[2, x] += highs[x, band]
        if x > 0:
            step = 0
            sharp = 0
            for band in range(bands):
                up = columns[x, band] - columns[x - 1, band]
                step += abs(up)
                inside[x] |= min(columns[x, band], columns[x - 1, band]) > solid
                if 1 < x < width - 1:
                    before = abs(columns[x - 1, band] - columns[x - 2, band])
                    after = abs(columns[x + 1, band] - columns[x, band])
                    sharp += max(abs(up) - before - after, 0)
            inside[x] |= sharp > cut
            changes[x] = step > tolerance
    for shift in range(apart, width):
        length = 0
        changing = 0
        doubt = False
        weight = np.int64(0)
        here_sums, low_sums, high_sums = sums[0, : width - shift], sums[1, shift:], sums[2, shift:]
        for x in range(width - shift):
            here = here_sums[x]
            near[x] = (here - high_sums[x] <= tolerance) & (low_sums[x] - here <= tolerance)
        near[width - shift] = False
        for x in range(width - shift + 1):
            if length == 0 and not near[x]:
                continue
            difference = tolerance + 1
            if near[x]:
                y = x + shift
                difference = 0
                for band in range(bands):
                    here = columns[x, band]
                    difference += max(here - highs[y, band], lows[y, band] - here, 0)
            if difference <= tolerance or (x < width - shift and length > 0 and not doubt):
                length += 1
                doubt = difference > tolerance
                if changes[x]:
                    changing += 1
                    weight += max(tolerance - difference, 0)
                continue
            stop = x - 1 if doubt else x  # a column that differs belongs to no end
            first = x - length
            doubt = False
            if changing > FEWEST and stop - first <= LONGEST * shift:
                ends = 0
                if inside[first] or inside[first + shift]:
                    ends += 1
                if inside[stop] or inside[stop + shift]:
                    ends += 1
                for copy in (first, first + shift):
                    for i in range(copy, copy + stop - first if ends else copy):
                        best[2 - ends, i] = max(best[2 - ends, i], weight / tolerance)
            length = 0
            changing = 0
            weight = 0
