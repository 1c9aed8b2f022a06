"""Glyph identity: one renderer draws the same letter the same way, wherever it stands on the screen."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple, no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.text.colours import COVERAGE_STEPS
from realfake.forensics.text.measurement import RegionMeasurement, region_family, region_features
from realfake.forensics.text.words import AROUND, ScreenText, Word, middle

CANVAS = 32  # pixels; higher glyphs are compared at half or quarter size
SHAPE = (16, 12)  # height and width of the shape descriptor
SHAPE_STEPS = 255  # of one, in a shape: products of two shapes are whole numbers that single precision holds
LIKE = 0.92  # correlation of shapes above which two glyphs may be the same letter
SAME_SHAPE = 0.97  # correlation of shapes above which two glyphs are one letter of one font at two sizes
SIZE_BAND = 0.16  # log ratio of heights or widths within which they may be
LIKES = 3  # compared with each glyph
MAX_GLYPHS = 700  # of a screen that is compared in one part; a longer one has as many glyphs as its words
MOST_PAIRS = 2_000_000  # of like glyphs, on a screen; the 700 of one part have fewer


class Likes(NamedTuple):
    """The glyphs of a screen, and pairs of those in different fields that may be one letter at one size.

    Attributes
    ----------
    owner : ndarray, (g,) int
        Word of each glyph.
    facts : ndarray, (g, 10) float64
        Logarithms of height, width, inked area and share of half-covered pixels; vertical sub-pixel phase; logarithms
        of area times contrast and of the widths of upright and of level edges; mean coverage of half-covered pixels;
        how far the foot lies below the word's baseline, pixels.
    mine, theirs : ndarray, (p,) int
        Numbers of the two glyphs of each pair, which is listed both ways.
    unlike : ndarray, (p,) float64
        1 minus the correlation of their shapes.
    """

    owner: np.ndarray
    facts: np.ndarray
    mine: np.ndarray
    theirs: np.ndarray
    unlike: np.ndarray


@region_family(
    "glyphs",
    source="after van Beusekom, Shafait and Breuel, 'Text-line examination for document forgery detection', IJDAR 2013",
)
def glyphs(screen: ScreenText) -> Iterator[RegionMeasurement]:
    """How a word's glyphs differ from the like glyphs of other fields."""
    found, _ = screen.shared(compare)
    yield from region_features(COMPARISONS, found)


COMPARISONS = (
    ("like__share", "1", 0.1, "glyphs that have a like glyph in another field"),
    ("distance__median", "1", 0.01, "RMS coverage difference to the likest glyph of another field, typical glyph"),
    ("distance__least", "1", 0.01, "the same for the best glyph"),
    ("exact__share", "1", 0.1, "glyphs that are a bitmap of another field again, but for the last levels"),
    ("height__log_ratio", "log", 0.01, "height against like glyphs"),
    ("width__log_ratio", "log", 0.02, "width against like glyphs"),
    ("area__log_ratio", "log", 0.02, "inked area against like glyphs: weight"),
    ("edge__log_ratio", "log", 0.03, "share of half-covered pixels against like glyphs: softness"),
    ("phase__difference", "px", 0.05, "vertical sub-pixel phase against like glyphs"),
    (
        "within__distance",
        "1",
        0.01,
        "RMS difference to the likest glyph of the same word: pasted digits repeat exactly",
    ),
    ("shape__median", "1", 0.01, "correlation with the likest shape of any size in another field, typical glyph: font"),
    ("shape__low", "1", 0.01, "the same for the lowest fifth of the glyphs"),
    ("shape__share", "1", 0.1, "glyphs whose shape stands in another field again at some size"),
    ("distance__excess", "1", 0.01, "distance of the least like glyph over the typical one's: one digit replaced"),
    ("area__excess", "log", 0.02, "largest departure of a glyph's inked area against its like from the typical one's"),
    ("edge__excess", "log", 0.03, "largest departure of a glyph's softness against its like from the typical one's"),
    ("fit__residual", "1", 0.005, "RMS difference to the like glyph once moved by parts of a pixel and scaled in ink"),
    ("fit__rise", "px", 0.02, "how far it is moved down for that"),
    ("fit__slide", "px", 0.05, "how far it is moved to the side"),
    ("fit__gain", "log", 0.01, "ink against that of the like glyph: gamma and weight"),
)


def compare(screen: ScreenText) -> tuple[np.ndarray, Likes | None]:
    """(n, 20) float64, `COMPARISONS` of each word, and the glyphs with their like; None of fewer than two."""
    result = np.full((len(screen.words), len(COMPARISONS)), np.nan)
    cut = _cut(screen)
    if cut is None:
        return result, None
    canvas, shapes, _, facts, owner, _ = cut
    elsewhere, same_word = np.full((2, len(owner), LIKES), -1)
    shape = np.zeros(len(owner))
    pairs = []
    for words, others in screen.stretches(len(screen.words)):
        part, around = (slice(*np.searchsorted(owner, [s.start, s.stop])) for s in (words, others))
        correlation, like, other_field, near_aspect = _alike(cut, screen.line_of[owner], part, around)
        elsewhere[part] = _likest(correlation, like & other_field, around.start)
        shape[part] = np.where(other_field & near_aspect, correlation, 0.0).max(axis=1, initial=0.0)
        one, other = np.nonzero(_first(like & other_field, MOST_PAIRS // len(owner)))
        pairs.append((one + part.start, other + around.start, 1 - correlation[one, other]))
        same_word[part] = _likest(correlation, like & (owner[part, None] == owner[around]), around.start)
    distance, fits = _compared(canvas, elsewhere)
    within = _compared(canvas, same_word, fitted=False)[0]
    has = elsewhere[:, 0] >= 0
    likes = Likes(owner, facts, *(np.concatenate(some) for some in zip(*pairs, strict=True)))
    facts = facts[:, :5]
    ratios = facts - np.where(has[:, None], facts[elsewhere[:, 0]], np.nan)
    ratios[:, 4] = (ratios[:, 4] + 0.5) % 1.0 - 0.5
    nearest = _least(distance)
    starts = np.flatnonzero(np.diff(owner, prepend=-1))  # the glyphs of a word stand together
    for start, stop in zip(starts, [*starts[1:], len(owner)], strict=True):
        word, mine = owner[start], slice(start, stop)
        result[word, 0] = has[mine].mean()
        ordered = np.sort(shape[mine])
        low = np.interp(0.2 * (len(ordered) - 1), np.arange(len(ordered)), ordered)
        result[word, 10:13] = middle(ordered), low, (ordered > SAME_SHAPE).mean()
        if has[mine].any():
            near = nearest[mine][has[mine]]
            result[word, 1:4] = middle(near), near.min(), (near < 0.02).mean()
            against = np.sort(ratios[mine][has[mine]], axis=0)
            typical = (against[(len(near) - 1) // 2] + against[len(near) // 2]) / 2
            result[word, 4:9] = typical
            if len(near) > 2:
                result[word, 13] = near.max() - middle(near)
                result[word, 14:16] = np.maximum(typical - against[0], against[-1] - typical)[2:4]
        fit = fits[mine][np.isfinite(fits[mine, 0])]
        if len(fit):
            result[word, 16:] = [middle(column) for column in fit.T]
        inside = _least(within[mine])
        if np.isfinite(inside).any():
            result[word, 9] = np.nanmin(inside)
    return result, likes


def _alike(cut: tuple[np.ndarray, ...], fields: np.ndarray, part: slice, around: slice) -> tuple[np.ndarray, ...]:
    """Of glyphs `part` against those `around`: correlation, whether they may be one letter at one size, whether they
    stand in different fields, and whether their proportions are alike; each (part, around)."""
    _, shapes, sizes, _, _, scale = cut
    correlation = correlations(shapes[part], shapes[around])
    log_sizes = np.log(sizes)
    like = correlation > LIKE
    for axis in (0, 1):
        like &= np.abs(log_sizes[part, axis][:, None] - log_sizes[around, axis]) < SIZE_BAND
    like &= scale[part, None] == scale[around]
    np.fill_diagonal(like[:, part.start - around.start :], False)
    aspect = log_sizes[:, 0] - log_sizes[:, 1]
    return (
        correlation,
        like,
        fields[part, None] != fields[around],
        np.abs(aspect[part, None] - aspect[around]) < SIZE_BAND,
    )


def _first(which: np.ndarray, most: int) -> np.ndarray:
    """(m, n) bool: of each row of `which` no more than the first `most`; a long screen has too many to keep."""
    if np.count_nonzero(which, axis=1).max(initial=0) <= most:
        return which
    kept: np.ndarray = which & (np.cumsum(which, axis=1) <= most)
    return kept


def _cut(screen: ScreenText) -> tuple[np.ndarray, ...] | None:
    """Glyphs on a common canvas, their shape descriptors, sizes and facts, the word and scale of each."""
    pieces, owner = [], []
    room = MAX_GLYPHS if len(screen.words) <= AROUND else math.inf
    for index, word in enumerate(screen.words):
        first = np.maximum(np.floor(word.tops).astype(np.int64) - word.frame.y, 0)
        last = np.minimum(np.ceil(word.bottoms).astype(np.int64) - word.frame.y, word.frame.height)
        boxes = np.stack([word.spans[:, 0], first, word.spans[:, 1] - word.spans[:, 0], last - first], axis=1)
        longest, shortest = boxes[:, 2:].max(axis=1), boxes[:, 2:].min(axis=1)
        fit = np.flatnonzero((shortest >= 3) & (longest <= 4 * CANVAS))
        fit = fit[: int(min(room, len(fit)))]
        room -= len(fit)
        owner += [index] * len(fit)
        if len(fit):
            pieces.append(_glyphs_of(word, boxes[fit], longest[fit], word.tops[fit], word.bottoms[fit]))
    if len(owner) < 2:
        return None
    canvas, shapes, sizes, facts, scales = (np.concatenate(some) for some in zip(*pieces, strict=True))
    return canvas, shapes, sizes, facts, np.array(owner), scales


def _glyphs_of(
    word: Word, boxes: np.ndarray, longest: np.ndarray, tops: np.ndarray, bottoms: np.ndarray
) -> tuple[np.ndarray, ...]:
    """What `_cut` tells of the glyphs of one word in boxes (n, 4) of its frame: x, y, width, height."""
    scales = np.where(longest <= CANVAS - 2, 1, np.where(longest <= 2 * CANVAS - 4, 2, 4))
    covered = np.clip(word.coverage, 0, 1)
    shapes = np.zeros((len(boxes), *SHAPE), np.int32)
    _resize(covered, boxes, np.full((len(boxes), 2), SHAPE), SHAPE_STEPS, 0, shapes)
    canvas = np.zeros((len(boxes), CANVAS, CANVAS), np.int32)
    sizes = np.ascontiguousarray(boxes[:, :1:-1])
    _resize(covered, boxes, np.maximum(sizes // scales[:, None], 1), COVERAGE_STEPS, 1, canvas)
    facts = []
    for (x, y, width, height), top, bottom in zip(boxes.tolist(), tops.tolist(), bottoms.tolist(), strict=True):
        patch = covered[y : y + height, x : x + width].astype(np.float64)
        area = float(patch.sum())
        half = 4 * (area - float((patch * patch).sum()))  # most where pixels are half covered
        facts.append(
            [
                math.log(max(bottom - top, 1.0)),
                math.log(width),
                math.log(area + 1),
                math.log(half / math.sqrt(area + 1) + 0.1),
                bottom - math.floor(bottom),
                math.log(area * abs(word.contrast) + 1),
            ]
        )
    edges = np.zeros((len(boxes), 3))
    _edges(covered, boxes, np.zeros(6), edges)
    drops = (bottoms - word.baseline).astype(np.float64)
    told = np.concatenate([np.array(facts), edges, drops[:, None]], axis=1)
    return canvas, shapes.reshape(len(boxes), -1), sizes.astype(float), told, scales


@compiled
@no_type_check
def _edges(covered, boxes, sums, found):
    """(g, 3) float64: of each glyph how wide its upright edges are and its level ones, logarithms of pixels, and the
    mean coverage of half-covered pixels."""
    for n in range(boxes.shape[0]):
        left, top, width, height = boxes[n, 0], boxes[n, 1], boxes[n, 2], boxes[n, 3]
        for k in range(6):
            sums[k] = 0.0
        for y in range(max(top, 1), top + height):
            for x in range(max(left, 1), left + width):
                here = np.float64(covered[y, x])
                across, down = abs(here - covered[y, x - 1]), abs(here - covered[y - 1, x])
                soft = 4 * here * (1 - here)
                if across > 2 * down:
                    sums[0] += soft
                    sums[1] += across
                elif down > 2 * across:
                    sums[2] += soft
                    sums[3] += down
                if 0.1 < here < 0.9:
                    sums[4] += here
                    sums[5] += 1
        found[n, 0] = np.log((sums[0] + 0.1) / (sums[1] + 0.1))
        found[n, 1] = np.log((sums[2] + 0.1) / (sums[3] + 0.1))
        found[n, 2] = (sums[4] + 0.5) / (sums[5] + 1)


def correlations(shapes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(g, h) float64 correlations of shapes, (g, n) and (h, n) whole numbers 0..`SHAPE_STEPS`; 0 for one of one tone.

    Products are whole numbers below 2**24, which a matrix product in single precision gives exactly in whatever order
    the processor's library adds them up: equal shapes are equally like a third, to the last bit.
    """
    sums, lengths = zip(*(_sums_and_lengths(some) for some in (shapes, others)))
    centred: np.ndarray = (shapes.astype(np.float32) @ others.astype(np.float32).T).astype(np.float64) * shapes.shape[1]
    centred -= sums[0][:, None] * sums[1]
    centred /= lengths[0][:, None]
    centred /= lengths[1]
    return centred


def _sums_and_lengths(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    sums = shapes.sum(axis=1, dtype=np.float64)
    squares = np.square(shapes, dtype=np.int64).sum(axis=1).astype(np.float64)
    return sums, np.sqrt(np.maximum(squares * shapes.shape[1] - sums * sums, 1.0))


def resized(plane: np.ndarray, height: int, width: int, steps: int) -> np.ndarray:
    """(height, width) int32 in whole `steps` of one: a plane of coverage, in whole `COVERAGE_STEPS`, at another size.

    Where neither side grows each pixel is the mean of the area that it covers; else it is mixed from two neighbours a
    side, by the share of it that the second covers. All sums are of whole numbers.
    """
    result = np.zeros((1, height, width), np.int32)
    box = np.array([[0, 0, plane.shape[1], plane.shape[0]]])
    _resize(np.ascontiguousarray(plane), box, np.array([[height, width]]), steps, 0, result)
    found: np.ndarray = result[0]
    return found


@compiled
@no_type_check
def _resize(covered, boxes, sizes, steps, rim, results):
    for n in range(len(boxes)):
        left, top, columns, rows = boxes[n, 0], boxes[n, 1], boxes[n, 2], boxes[n, 3]
        height, width = sizes[n, 0], sizes[n, 1]
        plane, result = covered[top : top + rows, left : left + columns], results[n]
        shrinks = rows >= height and columns >= width
        whole = COVERAGE_STEPS * rows * columns
        for y in range(min(height, result.shape[0] - 2 * rim)):
            for x in range(min(width, result.shape[1] - 2 * rim)):
                total = 0
                if shrinks:
                    for j in range(y * rows // height, ((y + 1) * rows - 1) // height + 1):
                        down = min((j + 1) * height, (y + 1) * rows) - max(j * height, y * rows)
                        for i in range(x * columns // width, ((x + 1) * columns - 1) // width + 1):
                            across = min((i + 1) * width, (x + 1) * columns) - max(i * width, x * columns)
                            total += down * across * int(plane[j, i] * COVERAGE_STEPS)
                else:
                    j, i = y * rows // height, x * columns // width
                    down = max((y + 1) * rows - (j + 1) * height, 0) % rows  # of the next row, in shares of 1 / rows
                    across = max((x + 1) * columns - (i + 1) * width, 0) % columns
                    below, right = min(j + 1, rows - 1), min(i + 1, columns - 1)
                    upper = (columns - across) * int(plane[j, i] * COVERAGE_STEPS)
                    upper += across * int(plane[j, right] * COVERAGE_STEPS)
                    lower = (columns - across) * int(plane[below, i] * COVERAGE_STEPS)
                    lower += across * int(plane[below, right] * COVERAGE_STEPS)
                    total = (rows - down) * upper + down * lower
                result[y + rim, x + rim] = (2 * steps * total + whole) // (2 * whole)


def _likest(correlation: np.ndarray, allowed: np.ndarray, first: int) -> np.ndarray:
    """(g, LIKES) int: the likest allowed glyphs of each, numbered from `first`, best first, -1 for none."""
    masked = np.where(allowed, correlation, -1.0)
    chosen = np.full((len(masked), LIKES), -1)
    rows = np.arange(len(masked))
    for place in range(min(LIKES, masked.shape[1]) if len(masked) else 0):
        best = masked.argmax(axis=1)
        chosen[:, place] = np.where(masked[rows, best] > 0, first + best, -1)
        masked[rows, best] = -1.0
    return chosen


def _compared(canvas: np.ndarray, partners: np.ndarray, fitted: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """(g, LIKES) float64: RMS difference over the larger glyph's ink, least over shifts of one pixel; NaN for none.
    And (g, 4), where `fitted`, what `_fits` tells of the partners.

    `canvas` is (g, CANVAS, CANVAS) int32 in whole `COVERAGE_STEPS`, `partners` (g, LIKES) int, -1 for none.
    """
    ink = np.maximum((canvas > COVERAGE_STEPS // 20).sum(axis=(1, 2)), 1)
    taken = [(canvas > 0).any(axis=axis) * np.arange(CANVAS) for axis in (2, 1)]
    extents = np.stack([one.max(axis=1, initial=0) for one in taken], axis=1)  # rows and columns that a glyph takes
    distances, fits = np.full(partners.shape, np.nan), np.full((len(canvas), 4), np.nan)
    shifts = np.zeros((*partners.shape, 2), np.intp)  # down and right, of the other glyph's canvas
    _distances(canvas, partners, ink, extents, distances, shifts)
    if fitted:
        _fits(canvas, partners, ink, shifts, fits)
    return distances, fits


@compiled
@no_type_check
def _distances(canvas, partners, ink, extents, result, shifts):
    for i in range(partners.shape[0]):
        for place in range(partners.shape[1]):
            other = partners[i, place]
            if other < 0:
                continue
            height = min(max(extents[i, 0], extents[other, 0]) + 1, CANVAS - 2)
            width = min(max(extents[i, 1], extents[other, 1]) + 1, CANVAS - 2)
            best = np.int64(1 << 62)
            for dy in range(3):
                for dx in range(3):
                    squares = np.int64(0)
                    for y in range(height):
                        mine, its = canvas[i, y + 1, 1 : 1 + width], canvas[other, y + dy, dx : dx + width]
                        row = np.int32(0)
                        for x in range(width):
                            row += (mine[x] - its[x]) * (mine[x] - its[x])
                        squares += row
                        if squares >= best:
                            break
                    if squares < best:
                        best = squares
                        shifts[i, place, 0], shifts[i, place, 1] = dy - 1, dx - 1
            result[i, place] = np.sqrt(best / ink[i]) / COVERAGE_STEPS


@compiled
@no_type_check
def _fits(canvas, partners, ink, shifts, result):
    """(g, 4) float64: RMS that is left between a glyph and the like one that fits it best, how far that one was moved
    down and right, pixels, and the logarithm of the ink's gain; NaN where none fits.

    Least squares on the other glyph, at the best whole shift, and its two slopes; all sums are of whole numbers.
    """
    for i in range(partners.shape[0]):
        for place in range(partners.shape[1]):
            other = partners[i, place]
            if other < 0:
                continue
            down, right = shifts[i, place, 0], shifts[i, place, 1]
            aa = ab = ac = bb = bc = cc = ma = mb = mc = mm = np.int64(0)
            for y in range(2, CANVAS - 2):
                for x in range(2, CANVAS - 2):
                    v, u = y + down, x + right
                    mine = np.int64(canvas[i, y, x])
                    a = np.int64(canvas[other, v, u])
                    b = np.int64(canvas[other, v - 1, u]) - canvas[other, v + 1, u]
                    c = np.int64(canvas[other, v, u - 1]) - canvas[other, v, u + 1]
                    aa += a * a
                    ab += a * b
                    ac += a * c
                    bb += b * b
                    bc += b * c
                    cc += c * c
                    ma += mine * a
                    mb += mine * b
                    mc += mine * c
                    mm += mine * mine
            one, two, three = float(aa), float(bb), float(cc)
            minor = two * three - float(bc) * bc
            side = float(ab) * three - float(bc) * ac
            last = float(ab) * bc - two * ac
            whole = one * minor - ab * side + ac * last
            if not whole > 1e-6 * one * two * three:
                continue
            gain = (ma * minor - ab * (mb * three - float(bc) * mc) + ac * (mb * float(bc) - two * mc)) / whole
            rise = (one * (mb * three - float(bc) * mc) - ma * side + ac * (float(ab) * mc - float(mb) * ac)) / whole
            slide = (one * (two * mc - float(mb) * bc) - ab * (float(ab) * mc - float(mb) * ac) + ma * last) / whole
            left = np.sqrt(max(mm - gain * ma - rise * mb - slide * mc, 0.0) / ink[i]) / COVERAGE_STEPS
            if gain > 0.25 and not left >= result[i, 0]:
                result[i, 0] = left
                result[i, 1] = 2 * rise / gain - down
                result[i, 2] = 2 * slide / gain - right
                result[i, 3] = gain
    for i in range(result.shape[0]):
        result[i, 3] = np.log(result[i, 3])


def _least(distances: np.ndarray) -> np.ndarray:
    return np.where(
        np.isfinite(distances).any(axis=1), np.where(np.isfinite(distances), distances, np.inf).min(axis=1), np.nan
    )
