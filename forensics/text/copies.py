"""Copies: a stretch of a line laid over another place of it, whose ends cut letters that go on where it came from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.text.breaks import FEWEST, LEAST_APART, STEPS, banded, searched, within
from realfake.forensics.text.measurement import RegionMeasurement, region_family, region_features
from realfake.forensics.text.words import ScreenText

TOLERANCE = 0.03  # mean difference of coverage up to which two columns are one
DRIFT = 2  # rows by which a copy may stand higher or lower than where it came from
SHARP = 0.25  # coverage by which a step exceeds those beside it
SHORT = 0.35  # of the height: a longer edge is a stem's
LEAST = 0.12  # heights of such steps at a boundary from which on a copy may begin there
MOST = 6  # such boundaries of a field, the sharpest
LONGEST = 1.2  # of the distance between copies: a longer one is a pattern


@region_family("copies", source="this program: ends of strokes at the ends of a repeated stretch, against its original")
def copies(screen: ScreenText) -> Iterator[RegionMeasurement]:
    """Stretches of a field that stand in it twice, and strokes that end where one of the two ends and go on in it."""
    yield from region_features(COPIES, _copies(screen))


COPIES = (
    (
        "stretch__cut",
        "1",
        0.01,
        "strokes of a stretch that end in the air where it ends and go on where it stands a second time, by its length",
    ),
    ("stretch__beside", "1", 0.02, "strokes beside it that end there and do not stand where it does a second time"),
)


def _copies(screen: ScreenText) -> np.ndarray:
    """(n, 2): `COPIES` of each word; NaN in a field too short or wide."""
    found = np.full((len(screen.words), len(COPIES)), np.nan)
    for members, box, ground, contrast in searched(screen):
        place, _, bands = banded(box)
        above = np.zeros((box.height + 2 * DRIFT + 1, box.width), np.int32)
        columns, steps = np.zeros((2, box.width, bands), np.int32)
        sums, edges = np.zeros((3, 2 * DRIFT + 1, box.width), np.int32), np.zeros((2, box.width), np.int32)
        best = np.zeros((len(COPIES), box.width))
        _stretches(screen.image.luma, place, ground, contrast, above, columns, steps, sums, edges, best)
        for i in members:
            found[i] = within(screen.words[i].box, box, best)
    return found


@compiled
@no_type_check
def _stretches(luma, place, ground, contrast, above, columns, steps, sums, edges, best):
    """(2, w) in `best`: of each column the heaviest copy that holds it, by its strokes and by those beside it that end.

    `above` is the coverage of the field's rows and of those by which a copy may drift, in `STEPS`, added up from the
    top; `columns` that of its own rows, in bands, and `steps` what it changes by from the column before, where that is
    sharp; `sums`, of each drift, of whole columns, and the least and the most of these up to half a pixel beside (after
    Birchfield and Tomasi, PAMI 1998); `edges`, of each boundary, the sharp steps there in short runs, and all steps. A
    copy begins at one of the boundaries with most of the first, and reaches as far as its columns agree with those
    elsewhere, or half a pixel beside; one that does not agree may stand between two that do.
    """
    (width, bands), drifts = columns.shape, sums.shape[1]
    top, left, height, rows = place[0], place[1], place[2], place[3]
    middle = drifts // 2
    scale, least, most = STEPS / contrast, -0.25 * STEPS, 1.25 * STEPS
    for row in range(height + drifts - 1):
        y = min(max(top + row - middle, 0), luma.shape[0] - 1)
        upper, lower = above[row], above[row + 1]
        for x in range(width):
            here = (np.float64(luma[y, left + x]) - ground) * scale
            lower[x] = upper[x] + np.int32(np.rint(min(max(here, least), most)))
    own, totals = columns, sums[0, middle]
    for band in range(bands):
        first, last = above[middle + band * rows], above[middle + min(band * rows + rows, height)]
        for x in range(width):
            own[x, band] = last[x] - first[x]
    ends, changes = edges[0], edges[1]
    whole = STEPS * height
    tolerance = max(int(TOLERANCE * whole), 1)
    solid, sharp, short = STEPS * rows // 2, int(SHARP * STEPS * rows), SHORT * bands
    apart = max(int(LEAST_APART * height), 4)
    for x in range(2, width - 1):
        run = 0
        length = 0
        sign = 0
        for band in range(bands + 1):
            now = 0
            step = 0
            if band < bands:
                up = own[x, band] - own[x - 1, band]
                changes[x] += abs(up)
                step = abs(up) - abs(own[x - 1, band] - own[x - 2, band]) - abs(own[x + 1, band] - own[x, band])
                if step > sharp:
                    now = 1 if up > 0 else -1
                    steps[x, band] = now * step
            if now != sign:
                if 0 < length <= short:
                    ends[x] += run
                run = 0
                length = 0
                sign = now
            if now != 0:
                run += step
                length += 1
    sharpest = 0
    for x in range(width):
        sharpest = max(sharpest, ends[x])
    if sharpest < LEAST * whole:
        return
    for drift in range(drifts):
        first, last = above[drift], above[drift + height]
        total, least, most = sums[0, drift], sums[1, drift], sums[2, drift]
        for x in range(width):
            total[x] = last[x] - first[x]
        for x in range(1, width - 1):
            before, after = (total[x] + total[x - 1]) // 2, (total[x] + total[x + 1]) // 2
            least[x], most[x] = min(total[x], min(before, after)), max(total[x], max(before, after))
    for _ in range(MOST):
        edge = 0
        for x in range(2, width - 1):
            if ends[x] > ends[edge]:
                edge = x
        if ends[edge] < LEAST * whole:
            break
        ends[edge] = 0
        for way in (1, -1):
            begin = edge if way == 1 else edge - 1
            for drift in range(drifts):
                least, most = sums[1, drift], sums[2, drift]
                low, high = totals[begin] - tolerance, totals[begin] + tolerance
                for start in range(2, width - 2):
                    if (most[start] < low) | (least[start] > high) | (abs(start - begin) < apart):
                        continue
                    longest = int(LONGEST * abs(start - begin))
                    count = 0
                    changing = 0
                    weight = 0
                    doubt = False
                    while count < longest:
                        x, y = begin + way * count, start + way * count
                        if x < 1 or y < 1 or x >= width - 1 or y >= width - 1:
                            break
                        off = 0
                        if most[y] < totals[x] - tolerance or least[y] > totals[x] + tolerance:
                            off = tolerance + 1
                        for band in range(bands):
                            if off > tolerance:
                                break
                            upper = drift + band * rows
                            lower = min(upper + rows, drift + height)
                            mine, same = own[x, band], above[lower, y] - above[upper, y]
                            beside = (same + above[lower, y - 1] - above[upper, y - 1]) // 2
                            beyond = (same + above[lower, y + 1] - above[upper, y + 1]) // 2
                            off += max(mine - max(same, max(beside, beyond)), 0)
                            off += max(min(same, min(beside, beyond)) - mine, 0)
                        if off > tolerance and (doubt or count == 0):
                            break
                        doubt = off > tolerance
                        count += 1
                        if count > 1 and changes[x if way == 1 else x + 1] > 2 * tolerance:
                            changing += 1
                            weight += max(tolerance - off, 0)
                    if doubt:
                        count -= 1
                    if changing <= FEWEST:
                        continue
                    first = begin if way == 1 else begin - count + 1
                    shift = start - begin
                    cut = beside = 0
                    for end in range(2):
                        inside = first if end == 0 else first + count - 1
                        out = -1 if end == 0 else 1
                        outside, goes_on = inside + out, inside + out + shift
                        if outside + out < 0 or outside + out >= width or goes_on < 0 or goes_on >= width:
                            continue
                        run = 0
                        length = 0
                        sign = 0
                        for band in range(bands + 1):
                            step = -out * steps[max(inside, outside), band] if band < bands else 0
                            now = 1 if step > 0 else -1 if step < 0 else 0
                            if now != sign:
                                if 0 < length <= short:
                                    if sign > 0:
                                        cut += run
                                    else:
                                        beside += run
                                run = 0
                                length = 0
                                sign = now
                            if now != 0:
                                length += 1
                                upper = drift + band * rows
                                lower = min(upper + rows, drift + height)
                                if (now > 0) == (above[lower, goes_on] - above[upper, goes_on] > solid):
                                    run += abs(step)
                    if cut + beside == 0:
                        continue
                    heavy = weight / tolerance / height / whole
                    for x in range(max(first - 1, 0), min(first + count + 1, width)):
                        best[0, x] = max(best[0, x], heavy * cut)
                        best[1, x] = max(best[1, x], heavy * beside)
