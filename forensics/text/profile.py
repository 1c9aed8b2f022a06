"""Profile: where a word's foot, head and sides lie, to a tenth of a pixel of the phone that showed it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.text.layout import off_line, off_pitch, row_offset
from realfake.forensics.text.measurement import RegionMeasurement, region_family, region_feature
from realfake.forensics.text.words import ScreenText, Word, middle

BESIDE = 3  # pixels around the box that its profiles take in
SLOPE = 2  # pixels to either side over which an edge is spread
SIDE = 0.12  # heights of ink in a column: less is the tail of a stroke
SAME_HEIGHT = 0.08  # log ratio up to which two words have their foot and head in common
TURN = 64  # steps of a pixel in which the fraction is sought that most feet have
ALIGNED = 0.3  # heights: edges nearer than this belong to one column
MESSENGER = (1280, 1600, 960, 2048)  # long sides to which messengers shrink
SIZES = (
    (1080, 2400), (1080, 2340), (1080, 1920), (1080, 2280), (1080, 2160), (1080, 2220), (1080, 2408), (1080, 2412),
    (1080, 2310), (720, 1280), (720, 1600), (720, 1520), (720, 1560), (720, 1440), (1440, 2560), (1440, 3040),
    (1440, 2960), (1440, 3088), (1440, 3120), (1440, 3200), (1344, 2992), (1008, 2244), (1284, 2778), (1170, 2532),
    (1125, 2436), (1242, 2688), (828, 1792), (750, 1334), (1179, 2556), (1290, 2796), (1206, 2622), (1242, 2208),
)  # fmt: skip


@region_family("profile", source="this program: steepest rise and fall of a word's coverage, summed by row and column")
def profile(screen: ScreenText) -> Iterator[RegionMeasurement]:
    """Foot, head and sides of words from their grey profiles, against each other, at the scale of the phone."""
    scale = original_scale(*screen.size)
    found = screen.per_word(_edges_of).reshape(-1, 6)
    foot, head, left, right = found[:, :4].T / scale
    yield region_feature("foot__sharpness", found[:, 4], "1", 0.02, "share of the foot's edge that one pixel takes")
    yield region_feature("head__sharpness", found[:, 5], "1", 0.02, "share of the head's edge that one pixel takes")
    height = foot - head
    yield region_feature(
        "height__log", np.log(np.maximum(height, 1)), "log px", 0.005, "foot to head: height of the small letters"
    )
    yield region_feature(
        "height__off_alike", _off_alike(screen, height), "px", 0.1, "height minus that of words nearly as high"
    )
    yield region_feature("foot__off_line", off_line(screen, foot), "px", 0.1, "foot minus that of the field's others")
    yield region_feature(
        "foot__off_row", row_offset(screen, foot)[0], "px", 0.1, "foot minus that of the nearest field in the row"
    )
    yield region_feature(
        "foot__off_pitch",
        off_pitch(screen, foot * scale)[0] / scale,
        "px",
        0.1,
        "foot against the mean of the lines above and below",
    )
    yield region_feature(
        "foot__off_lattice",
        _off_lattice(foot),
        "px",
        0.05,
        "foot from the whole pixels of the phone that most stand on",
    )
    yield region_feature(
        "left__off_column", _off_column(screen, left, 0, scale), "px", 0.2, "left side against the column of such sides"
    )
    yield region_feature(
        "right__off_column",
        _off_column(screen, right, 1, scale),
        "px",
        0.2,
        "right side against the column of such sides",
    )


def original_scale(width: int, height: int) -> float:
    """How many pixels of the picture one of the phone takes: 1 unless a messenger shrinks a known screen to this size.

    Examples
    --------
    >>> original_scale(576, 1280), original_scale(1080, 2400)
    (0.5333333333333333, 1.0)
    """
    short, long = min(width, height), max(width, height)
    if long not in MESSENGER or (short, long) in SIZES:
        return 1.0
    for narrow, tall in SIZES:
        if tall > long and abs(narrow * long / tall - short) < 1:
            return long / tall
    return 1.0


def _edges_of(word: Word) -> np.ndarray:
    rows, columns = word.inner
    box = np.array([rows.start, rows.stop, columns.start, columns.stop])
    edges = np.full(6, np.nan)
    _edges(word.coverage, box, np.zeros(word.frame.height), np.zeros(word.frame.width), edges)
    edges[:2] += word.frame.y
    edges[2:4] += word.frame.x
    return edges


@compiled
@no_type_check
def _edges(coverage, box, rows, columns, found):
    """Foot, head, left and right of the word, rows and columns of its frame; sharpness of foot and head."""
    top, bottom = max(box[0] - BESIDE, 0), min(box[1] + BESIDE, coverage.shape[0])
    left, right = max(box[2] - BESIDE, 0), min(box[3] + BESIDE, coverage.shape[1])
    height, width = bottom - top, right - left
    for y in range(top, bottom):
        for x in range(left, right):
            here = min(max(np.float64(coverage[y, x]), 0.0), 1.0)
            rows[y - top] += here
            columns[x - left] += here
    for side in range(2):  # the steepest fall below the middle, the steepest rise above it
        best, at = 0.0, -1
        for y in range(height - 1):
            step = rows[y] - rows[y + 1] if side == 0 else rows[y + 1] - rows[y]
            low = 2 * y >= height - 1
            if (low if side == 0 else not low) and step > best:
                best, at = step, y
        if at < 0:
            continue
        total = moment = whole = 0.0
        for y in range(max(at - SLOPE, 0), min(at + SLOPE + 1, height - 1)):
            step = rows[y] - rows[y + 1] if side == 0 else rows[y + 1] - rows[y]
            if step > 0:
                whole += step
                total += step * step
                moment += step * step * (y + 1)
        found[side] = top + moment / total
        found[4 + side] = best / whole
    least = SIDE * (box[1] - box[0])
    for x in range(1, width):
        if columns[x] >= least:
            before = columns[x - 1]
            found[2] = left + x + 0.5 - (columns[x] - least) / max(columns[x] - before, 1e-9)
            break
    for x in range(width - 2, -1, -1):
        if columns[x] >= least:
            after = columns[x + 1]
            found[3] = left + x + 0.5 + (columns[x] - least) / max(columns[x] - after, 1e-9)
            break


def _off_alike(screen: ScreenText, heights: np.ndarray) -> np.ndarray:
    """Each height minus the median of those of words of other fields that are nearly as high."""
    off = np.full(len(heights), np.nan)
    logs = np.log(np.maximum(heights, 1))
    fields = screen.line_of
    for part, around in screen.stretches(len(heights)):
        alike = np.abs(logs[part, None] - logs[None, around]) < SAME_HEIGHT
        alike &= fields[part, None] != fields[None, around]
        for i in np.flatnonzero(alike.sum(axis=1) >= 2):
            off[part.start + i] = heights[part.start + i] - middle(heights[around][alike[i]])
    return off


def _off_lattice(foot: np.ndarray) -> np.ndarray:
    """How far each foot lies from the fraction of a pixel that is nearest to all feet, 0 to 0.5 of a pixel."""
    known = np.isfinite(foot)
    if np.count_nonzero(known) < 3:
        return np.full(len(foot), np.nan)
    phases = np.rint(foot[known] * TURN).astype(np.int64) % TURN
    counts = np.bincount(phases, minlength=TURN)
    apart = np.abs(np.arange(TURN)[:, None] - np.arange(TURN))
    usual = int((np.minimum(apart, TURN - apart) * counts).sum(axis=1).argmin())
    off: np.ndarray = np.abs((foot - usual / TURN + 0.5) % 1.0 - 0.5)
    return off


def _off_column(screen: ScreenText, edges: np.ndarray, end: int, scale: float) -> np.ndarray:
    """Left or right side of a field's first or last word against the median of those near it; NaN for other words."""
    off = np.full(len(edges), np.nan)
    ends = np.array([members[-end] for members in screen.members if len(members)], np.intp)
    reach = ALIGNED * np.array([screen.words[i].box.height for i in ends]) / scale
    places = edges[ends]
    for part, around in screen.stretches(len(ends)):
        apart = places[part, None] - places[None, around]
        near = np.abs(apart) < reach[part, None]
        for i in np.flatnonzero(near.sum(axis=1) >= 3):
            off[ends[part.start + i]] = middle(apart[i][near[i]])
    return off
