"""Glyph identity: one renderer draws the same letter the same way, wherever it stands on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.text.colours import COVERAGE_STEPS
from realfake.forensics.text.measurement import RegionMeasurement, region_family, region_features
from realfake.forensics.text.ranked import Ranked, ranked
from realfake.forensics.text.words import AROUND, ScreenText

CANVAS = 32  # pixels; higher glyphs are compared at half or quarter size
SHAPE = (16, 12)  # height and width of the shape descriptor
SHAPE_STEPS = 255  # of one, in a shape: products of two shapes are whole numbers that single precision holds
LIKE = 0.92  # correlation of shapes above which two glyphs may be the same letter
SAME_SHAPE = 0.97  # correlation of shapes above which two glyphs are one letter of one font at two sizes
NEARLY = 0.02  # distance below which a glyph is a bitmap of another again, but for the last levels
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


class Glyphs(NamedTuple):
    """The glyphs of a screen that are compared, word by word.

    Attributes
    ----------
    owner : ndarray, (g,) int
        Word of each.
    canvas : ndarray, (g, CANVAS, CANVAS) int32
        Coverage in whole `COVERAGE_STEPS`, with a rim of nothing.
    drawn, scales : ndarray, (g, 2) and (g,) int
        Rows and columns that it would take there, and by how much a large one was shrunk for that.
    ink : ndarray, (g,) int
        Pixels of the canvas that are covered by more than a twentieth.
    shapes : ndarray, (g, n) int32
        Coverage in the cells of `SHAPE`, whole `SHAPE_STEPS`.
    sizes : ndarray, (g, 2) int
        Height and width, pixels.
    facts : ndarray, (g, 10) float64
        As in `Likes`.
    """

    owner: np.ndarray
    canvas: np.ndarray
    drawn: np.ndarray
    scales: np.ndarray
    ink: np.ndarray
    shapes: np.ndarray
    sizes: np.ndarray
    facts: np.ndarray


def compare(screen: ScreenText) -> tuple[np.ndarray, Likes | None]:
    """(n, 20) float64, `COMPARISONS` of each word, and the glyphs with their like; None of fewer than two."""
    words = len(screen.words)
    glyphs = _cut(screen)
    if glyphs is None:
        return np.full((words, len(COMPARISONS)), np.nan), None
    owner = glyphs.owner

    def of_words(values: np.ndarray) -> Ranked:
        return ranked(values, owner, words)

    elsewhere, within, closest, pairs = _find_alike(screen, glyphs)
    distance, fits = _compared(glyphs, elsewhere)
    inside, _ = _compared(glyphs, within, fitted=False)
    facts, has = glyphs.facts[:, :5], elsewhere[:, 0] >= 0
    ratios = facts - np.where(has[:, None], facts[elsewhere[:, 0]], np.nan)
    ratios[:, 4] = (ratios[:, 4] + 0.5) % 1.0 - 0.5
    nearest = np.fmin.reduce(distance, axis=1)
    near, shapes, against = of_words(nearest), of_words(closest), [of_words(column) for column in ratios.T]
    with_like, all_of = (np.where(one.counts > 0, one.counts, np.nan) for one in (near, shapes))
    departures = [np.maximum(one.middle - one.at(0), one.highest - one.middle) for one in against[2:4]]
    told = [
        near.counts / all_of,
        near.middle,
        near.at(0),
        np.bincount(owner, nearest < NEARLY, words) / with_like,
        *(one.middle for one in against),
        of_words(np.fmin.reduce(inside, axis=1)).at(0),
        shapes.middle,
        shapes.quantile(0.2),
        np.bincount(owner, closest > SAME_SHAPE, words) / all_of,
        *(np.where(near.counts > 2, excess, np.nan) for excess in (near.highest - near.middle, *departures)),
        *(of_words(column).middle for column in fits.T),
    ]
    return np.stack(told, axis=1), Likes(owner, glyphs.facts, *pairs)


def _cut(screen: ScreenText) -> Glyphs | None:
    """The glyphs of a screen, neither tiny nor huge, on a common canvas; None of fewer than two."""
    owner, spans, tops, bottoms = screen.glyphs
    frames = np.array([(word.frame.y, word.frame.height) for word in screen.words], np.int64).reshape(-1, 2)[owner]
    first = np.maximum(np.floor(tops).astype(np.int64) - frames[:, 0], 0)
    last = np.minimum(np.ceil(bottoms).astype(np.int64) - frames[:, 0], frames[:, 1])
    boxes = np.stack([spans[:, 0], first, spans[:, 1] - spans[:, 0], last - first], axis=1)
    fit = np.flatnonzero((boxes[:, 2:].min(axis=1) >= 3) & (boxes[:, 2:].max(axis=1) <= 4 * CANVAS))
    if len(screen.words) <= AROUND:
        fit = fit[:MAX_GLYPHS]
    if len(fit) < 2:
        return None
    owner, boxes, tops, bottoms = owner[fit], boxes[fit], tops[fit], bottoms[fit]
    sizes, longest = boxes[:, :1:-1], boxes[:, 2:].max(axis=1)
    scales = np.where(longest <= CANVAS - 2, 1, np.where(longest <= 2 * CANVAS - 4, 2, 4))
    drawn = np.maximum(sizes // scales[:, None], 1)
    canvas = np.zeros((len(fit), CANVAS, CANVAS), np.int32)
    shapes, sums = np.zeros((len(fit), *SHAPE), np.int32), np.zeros((len(fit), 9), np.int64)
    levels = np.zeros((4 * CANVAS + 2, 4 * CANVAS + 1), np.int64)
    ends = np.searchsorted(owner, np.arange(len(screen.words) + 1))
    for word, start, stop in zip(screen.words, ends, ends[1:]):
        part = slice(start, stop)
        _draw(word.coverage, boxes[part], drawn[part], levels[1:], levels[0], canvas[part], shapes[part], sums[part])
    baselines, contrasts = screen.per_word(lambda w: w.baseline), screen.per_word(lambda w: w.contrast)
    told = _facts(sums, sizes, tops, bottoms, np.abs(contrasts)[owner])
    drops = bottoms - baselines.astype(np.float32)[owner]
    facts = np.concatenate([told, drops[:, None]], axis=1)
    return Glyphs(owner, canvas, drawn, scales, sums[:, -1], shapes.reshape(len(fit), -1), sizes, facts)


def _facts(
    sums: np.ndarray, sizes: np.ndarray, tops: np.ndarray, bottoms: np.ndarray, contrasts: np.ndarray
) -> np.ndarray:
    """(g, 9) float64: the facts of glyphs but the last."""
    whole, square = COVERAGE_STEPS, COVERAGE_STEPS**2
    covered, squares, soft_upright, upright, soft_level, level, half, halves, _ = sums.T
    area = covered / whole
    soft = 4 * (area - squares / square)  # most where pixels are half covered
    return np.stack(
        [
            np.log(np.maximum(bottoms.astype(np.float64) - tops, 1.0)),
            np.log(sizes[:, 1]),
            np.log(area + 1),
            np.log(soft / np.sqrt(area + 1) + 0.1),
            bottoms - np.floor(bottoms),
            np.log(area * contrasts + 1),
            np.log((4 * soft_upright / square + 0.1) / (upright / whole + 0.1)),
            np.log((4 * soft_level / square + 0.1) / (level / whole + 0.1)),
            (half / whole + 0.5) / (halves + 1),
        ],
        axis=1,
    )


@compiled
@no_type_check
def _draw(coverage, boxes, drawn, levels, line, canvas, shapes, sums):
    """Draw the glyphs of a word, in boxes (n, 4) of its coverage, x, y, width, height, and add up what they cover.

    Where neither side grows each pixel is the mean of the area that it covers; else it is mixed from two neighbours a
    side, by the share of it that the second covers. All sums are of whole numbers: `levels` are the coverage in whole
    `COVERAGE_STEPS`, after a row and a column of what is above it and left of it, and `line` mixes of its rows.
    Sums (n, 9): coverage, its square, its softness at upright edges and the steps there, the same at level edges,
    coverage of half-covered pixels and their number, and the inked pixels of the canvas.
    """
    for n in range(boxes.shape[0]):
        left, top, columns, rows = boxes[n, 0], boxes[n, 1], boxes[n, 2], boxes[n, 3]
        found = sums[n]
        first_row, first_column = np.int64(top == 0), np.int64(left == 0)  # that has another before it
        for y in range(first_row, rows + 1):
            for x in range(first_column, columns + 1):
                here = np.int64(min(max(coverage[top + y - 1, left + x - 1], 0.0), 1.0) * COVERAGE_STEPS)
                levels[y, x] = here
                if y > 0 and x > 0:
                    found[0] += here
                    found[1] += here * here
        for y in range(first_row + 1, rows + 1):
            for x in range(first_column + 1, columns + 1):
                here = levels[y, x]
                across, down = abs(here - levels[y, x - 1]), abs(here - levels[y - 1, x])
                soft = here * (COVERAGE_STEPS - here)
                if across > 2 * down:
                    found[2] += soft
                    found[3] += across
                elif down > 2 * across:
                    found[4] += soft
                    found[5] += down
                if 0.1 * COVERAGE_STEPS < here < 0.9 * COVERAGE_STEPS:
                    found[6] += here
                    found[7] += 1
        for raster in range(2):
            height, width, rim, steps, result = drawn[n, 0], drawn[n, 1], 1, COVERAGE_STEPS, canvas[n]
            if raster == 1:
                height, width, rim, steps, result = SHAPE[0], SHAPE[1], 0, SHAPE_STEPS, shapes[n]
            shrinks = rows >= height and columns >= width
            whole = COVERAGE_STEPS * rows * columns
            for y in range(min(height, result.shape[0] - 2 * rim)):
                j = y * rows // height
                for i in range(columns):
                    line[i] = 0
                while shrinks and j * height < (y + 1) * rows:
                    down = min((j + 1) * height, (y + 1) * rows) - max(j * height, y * rows)
                    for i in range(columns):
                        line[i] += down * levels[j + 1, i + 1]
                    j += 1
                if not shrinks:
                    down = max((y + 1) * rows - (j + 1) * height, 0) % rows  # of the next row, in shares of 1 / rows
                    below = min(j + 2, rows)
                    for i in range(columns):
                        line[i] = (rows - down) * levels[j + 1, i + 1] + down * levels[below, i + 1]
                for x in range(min(width, result.shape[1] - 2 * rim)):
                    i, total = x * columns // width, 0
                    while shrinks and i * width < (x + 1) * columns:
                        across = min((i + 1) * width, (x + 1) * columns) - max(i * width, x * columns)
                        total += across * line[i]
                        i += 1
                    if not shrinks:
                        across = max((x + 1) * columns - (i + 1) * width, 0) % columns
                        total = (columns - across) * line[i] + across * line[min(i + 1, columns - 1)]
                    value = (2 * steps * total + whole) // (2 * whole)
                    result[y + rim, x + rim] = value
                    if raster == 0 and 20 * value > COVERAGE_STEPS:
                        found[8] += 1


def _find_alike(screen: ScreenText, glyphs: Glyphs) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[np.ndarray]]:
    """The likest glyphs of other fields and of the same word that may be one letter at one size, (g, LIKES) int each,
    best first, -1 for none; the highest correlation with a shape of other fields, (g,); and the pairs of `Likes`.

    Products of shapes are whole numbers below 2**24, which a matrix product in single precision gives exactly in
    whatever order the processor's library adds them up: equal shapes are equally like a third, to the last bit.
    """
    owner, count = glyphs.owner, len(glyphs.owner)
    shapes, most = glyphs.shapes.astype(np.float32), MOST_PAIRS // count
    labels = np.stack([owner, screen.line_of[owner], glyphs.scales])
    measures = np.stack([*np.log(glyphs.sizes).T, *_sums_and_lengths(glyphs.shapes)])
    elsewhere, within = np.full((2, count, LIKES), -1)
    closest, pairs = np.zeros(count), []
    for words, others in screen.stretches(len(screen.words)):
        part, around = (slice(*np.searchsorted(owner, [s.start, s.stop])) for s in (words, others))
        products, starts = shapes[part] @ shapes[around].T, np.array([part.start, around.start])
        room = len(products) * min(most, products.shape[1])
        both, unlike = np.empty((2, room), np.intp), np.empty(room)
        best = np.empty(LIKES), np.empty(LIKES)
        listed = _pairs(products, starts, labels, measures, most, *best, elsewhere, within, closest, both, unlike)
        pairs.append(np.array([*both[:, :listed], unlike[:listed]]))
    mine, theirs, unlike = np.concatenate(pairs, axis=1)
    return elsewhere, within, closest, [mine.astype(np.intp), theirs.astype(np.intp), unlike]


@compiled
@no_type_check
def _pairs(products, starts, labels, measures, most, near, nearby, elsewhere, within, closest, both, unlike):
    """What `_find_alike` tells of the glyphs from `starts[0]` on against those from `starts[1]` on, by the products of
    their shapes; how many pairs were listed, of each glyph no more than `most`.

    Labels (3, g): word, field, scale; measures (4, g): logarithms of height and width, sum and length of the shape.
    """
    owner, fields, scales = labels[0], labels[1], labels[2]
    heights, widths, sums, lengths = measures[0], measures[1], measures[2], measures[3]
    cells, listed = SHAPE[0] * SHAPE[1], 0
    for row in range(products.shape[0]):
        i = starts[0] + row
        last = listed + most
        for place in range(LIKES):
            near[place] = nearby[place] = 0.0
        for column in range(products.shape[1]):
            j = starts[1] + column
            foreign = fields[i] != fields[j]
            one_size = abs(heights[i] - heights[j]) < SIZE_BAND and abs(widths[i] - widths[j]) < SIZE_BAND
            one_form = foreign and abs((heights[i] - widths[i]) - (heights[j] - widths[j])) < SIZE_BAND
            if not (one_size or one_form):
                continue
            correlation = (np.float64(products[row, column]) * cells - sums[i] * sums[j]) / lengths[i] / lengths[j]
            if one_form:
                closest[i] = max(closest[i], correlation)
            if i == j or not one_size or scales[i] != scales[j] or not correlation > LIKE:
                continue
            if foreign and listed < last:
                both[0, listed], both[1, listed], unlike[listed] = i, j, 1 - correlation
                listed += 1
            if not foreign and owner[i] != owner[j]:
                continue
            chosen, best = elsewhere[i], near
            if not foreign:
                chosen, best = within[i], nearby
            place = LIKES
            while place > 0 and correlation > best[place - 1]:
                place -= 1
                if place + 1 < LIKES:
                    chosen[place + 1], best[place + 1] = chosen[place], best[place]
            if place < LIKES:
                chosen[place], best[place] = j, correlation
    return listed


def _sums_and_lengths(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    sums = shapes.sum(axis=1, dtype=np.float64)
    squares = np.square(shapes, dtype=np.int64).sum(axis=1).astype(np.float64)
    return sums, np.sqrt(np.maximum(squares * shapes.shape[1] - sums * sums, 1.0))


def _compared(glyphs: Glyphs, partners: np.ndarray, fitted: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """(g, LIKES) float64: RMS difference over the larger glyph's ink, least over shifts of one pixel; NaN for none.
    And (g, 4), where `fitted`, what `_fits` tells of the partners, (g, LIKES) int, -1 for none.
    """
    canvas, ink, drawn = glyphs.canvas, np.maximum(glyphs.ink, 1), glyphs.drawn
    distances, fits = np.full(partners.shape, np.nan), np.full((len(canvas), 4), np.nan)
    shifts = np.zeros((*partners.shape, 2), np.intp)  # down and right, of the other glyph's canvas
    _distances(canvas, partners, ink, drawn, distances, shifts)
    if fitted:
        _fits(canvas, partners, ink, drawn, shifts, fits)
    return distances, fits


@compiled
@no_type_check
def _distances(canvas, partners, ink, drawn, result, shifts):
    for i in range(partners.shape[0]):
        for place in range(partners.shape[1]):
            other = partners[i, place]
            if other < 0:
                continue
            height = min(max(drawn[i, 0], drawn[other, 0]) + 1, CANVAS - 2)
            width = min(max(drawn[i, 1], drawn[other, 1]) + 1, CANVAS - 2)
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
def _fits(canvas, partners, ink, drawn, shifts, result):
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
            bottom = min(max(drawn[i, 0], drawn[other, 0]) + 3, CANVAS - 2)  # beyond are zeros
            end = min(max(drawn[i, 1], drawn[other, 1]) + 3, CANVAS - 2)
            aa = ab = ac = bb = bc = cc = ma = mb = mc = mm = np.int64(0)
            for y in range(2, bottom):
                for x in range(2, end):
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
