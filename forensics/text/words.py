"""The words of a screen as coverage: how much of each pixel the ink takes, and where glyphs stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar, no_type_check

import cv2
import numpy as np

from realfake.forensics.arrays.blocks import median
from realfake.forensics.arrays.jit import compiled
from realfake.forensics.box import Box
from realfake.forensics.image import ForensicImage
from realfake.forensics.text.colours import coverage_of, ink_offsets, luma_of, median_colour
from realfake.forensics.text.direction import SIDEWAYS, Direction, read_upright
from realfake.forensics.text.lines import TextLine, stroke_mask

Result = TypeVar("Result")
AROUND = 200  # words, or fields, that one is compared with: the nearest in reading order where a screen has more
MAX_WORDS = 3000  # a picture with more shows a pattern or a photograph; it is measured in part and not judged
MARGIN = 0.7  # of the line height: how much surroundings a word brings along
MIN_MARGIN, MAX_MARGIN = 5, 28  # pixels
GLYPH_COVERAGE = 0.25  # a column belongs to a glyph where some pixel is covered more
SOLID = 0.75  # coverage of a pixel that is inside a stroke
PLAIN = 4.0  # gray levels from the background in any channel
BASELINE_BAND = 0.10  # of the height: glyph bottoms nearer than this stand on one baseline


@dataclass(frozen=True)
class Word:
    """One word and what it stands on.

    Attributes
    ----------
    box, frame : Box
        The strokes, and the same with a margin; image pixels.
    line : int
        Index of the field it belongs to.
    background, ink : ndarray, (3,) float32
        Colours, 0..255: median of the calm pixels, mean of the farthest twelfth of the box.
    pixels : ndarray, (h, w, 3) uint8
        Of the frame.
    coverage : ndarray, (h, w) float32
        Of the frame: 0 background, 1 ink, linear in between, in whole `COVERAGE_STEPS`; ringing goes beyond both.
    calm : ndarray, (h, w) bool
        Pixels of the frame away from any stroke.
    spans : ndarray, (g, 2) int
        First and last-but-one column of each glyph, in frame coordinates.
    tops, bottoms : ndarray, (g,) float32
        Upper and lower edge of each glyph, in image rows, to a fraction of a pixel.
    """

    box: Box
    frame: Box
    line: int
    background: np.ndarray
    ink: np.ndarray
    pixels: np.ndarray
    coverage: np.ndarray
    calm: np.ndarray
    spans: np.ndarray
    tops: np.ndarray
    bottoms: np.ndarray

    @property
    def inner(self) -> tuple[slice, slice]:
        """The box inside the frame."""
        return Box(self.box.x - self.frame.x, self.box.y - self.frame.y, self.box.width, self.box.height).slices

    @cached_property
    def contrast(self) -> float:
        """Luma of the ink minus luma of the background, gray levels."""
        return float(luma_of(self.ink) - luma_of(self.background))

    @property
    def plainness(self) -> float:
        """Share of the frame that is calm and has the background's colour; little of it does in a photograph."""
        return float(_plain(self.pixels, self.calm, self.background, PLAIN)) / self.calm.size

    @cached_property
    def baseline(self) -> float:
        """Row on which most glyphs stand, to a fraction of a pixel."""
        return _densest(self.bottoms, BASELINE_BAND * self.box.height)

    @cached_property
    def cap_height(self) -> float:
        """From the baseline to the highest glyph top, pixels."""
        return self.baseline - float(self.tops.min()) if len(self.tops) else float("nan")


@dataclass(frozen=True)
class ScreenText:
    """All words of one screen, in reading order by field.

    Attributes
    ----------
    image : ForensicImage
        Turned so that the text is upright; all boxes are in its pixels.
    lines : list of TextLine
        Fields; `Word.line` points here.
    words : list of Word
    near : ndarray, (H, W) uint8
        1 within two pixels of a stroke anywhere on the screen.
    direction : Direction
        How it was turned.
    found : int
        Words that were found, of which `words` are those on the plainest ground where they were more than `MAX_WORDS`.
    dropped : int
        Strokes that were not looked at, because there were too many.
    """

    image: ForensicImage
    lines: list[TextLine]
    words: list[Word]
    near: np.ndarray
    direction: Direction = Direction()
    found: int = 0
    dropped: int = 0

    @cached_property
    def line_of(self) -> np.ndarray:
        """(n,) int, the field of each word."""
        return np.array([word.line for word in self.words], np.intp)

    @cached_property
    def size(self) -> tuple[int, int]:
        """Width and height of the stored picture."""
        width, height = self.image.width, self.image.height
        return (height, width) if self.direction.turn in SIDEWAYS else (width, height)

    @cached_property
    def grid(self) -> tuple[int, int]:
        """Row and column where the first whole 8x8 block of the stored picture begins: the grid turns with it."""
        return self.direction.grid(*self.size)

    @cached_property
    def on_grid(self) -> ForensicImage:
        """The picture from `grid` on, so that its blocks are those of the stored picture."""
        top, left = self.grid
        if not (top or left):
            return self.image
        return ForensicImage(np.ascontiguousarray(self.image.rgb[top:, left:]), name=self.image.name)

    @cached_property
    def members(self) -> list[np.ndarray]:
        """Of each field, (k,) int: which words stand in it."""
        order = np.argsort(self.line_of, kind="stable")
        return np.split(order, np.searchsorted(self.line_of[order], np.arange(1, len(self.lines))))[: len(self.lines)]

    @cached_property
    def glyphs(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Word, span (g, 2), top and bottom of each glyph, word by word."""
        owner = np.repeat(np.arange(len(self.words)), [len(word.spans) for word in self.words])
        spans = np.concatenate([np.empty((0, 2), np.intp), *(word.spans for word in self.words)])
        tops, bottoms = (
            np.concatenate([np.empty(0, np.float32), *edges])
            for edges in ([word.tops for word in self.words], [word.bottoms for word in self.words])
        )
        return owner, spans, tops, bottoms

    def shared(self, compute: Callable[[ScreenText], Result]) -> Result:
        """What `compute` says of this screen, computed once, as `ForensicImage.shared`."""
        kept = self.__dict__.setdefault("_kept", {})
        if compute not in kept:
            kept[compute] = compute(self)
        found: Result = kept[compute]
        return found

    def stretches(self, count: int) -> list[tuple[slice, slice]]:
        """Parts of `count` words or fields, each with the part around it that its members are compared with.

        One part of all where a screen has no more than `AROUND` words; else as many as keep the cost linear.
        """
        if len(self.words) <= AROUND or count <= AROUND:
            return [(slice(0, count), slice(0, count))]
        step = AROUND // 2
        around = [min(max(start - step // 2, 0), count - AROUND) for start in range(0, count, step)]
        return [
            (slice(start, min(start + step, count)), slice(first, first + AROUND))
            for start, first in zip(range(0, count, step), around, strict=True)
        ]

    def per_word(self, measure: Callable[[Word], Any]) -> np.ndarray:
        """Apply a function of a Word to each, (n,) or (n, k) float."""
        return np.array([measure(word) for word in self.words], np.float64)


def read_screen(image: ForensicImage) -> ScreenText:
    """Find and measure the words of a screen, once; of more than `MAX_WORDS`, those on the plainest ground."""
    reading = read_upright(image)
    words, near, found = image.shared(_found)
    return ScreenText(reading.image, reading.lines, words, near, reading.direction, found, reading.dropped)


def _found(image: ForensicImage) -> tuple[list[Word], np.ndarray, int]:
    """What a `ScreenText` says, without the picture: kept in itself, it would outlive its last use."""
    reading = read_upright(image)
    image = reading.image
    near = cv2.dilate(stroke_mask(reading.steps), np.ones((5, 5), np.uint8))
    words: list[Word] = []
    for index, line in enumerate(reading.lines):
        margin = int(np.clip(round(MARGIN * line.box.height), MIN_MARGIN, MAX_MARGIN))
        found = (_word(image, near, box, index, margin) for box in line.words)
        words += [word for word in found if word is not None]
    found_words = len(words)
    if len(words) > MAX_WORDS:
        plainest = np.argsort([-word.plainness for word in words], kind="stable")[:MAX_WORDS]
        words = [words[i] for i in np.sort(plainest)]
    return words, near, found_words


def _word(image: ForensicImage, near: np.ndarray, box: Box, line: int, margin: int) -> Word | None:
    frame = box.grown(margin, image.width, image.height)
    pixels = np.ascontiguousarray(image.rgb[frame.slices])
    calm = near[frame.slices] == 0
    inside = Box(box.x - frame.x, box.y - frame.y, box.width, box.height)
    background = _background(pixels, calm)
    offset = ink_offsets(image.rgb, np.array([box]), background)[0]
    if sum(step * step for step in offset.tolist()) < 64.0:  # ink and background are one colour
        return None
    coverage = coverage_of(pixels, background, offset)
    spans, tops, bottoms = _glyphs(coverage, inside)
    return Word(
        box,
        frame,
        line,
        background,
        background + offset,
        pixels,
        coverage,
        calm,
        spans,
        tops + box.y,
        bottoms + box.y,
    )


@compiled
@no_type_check
def _plain(pixels, calm, background, most):
    """How many calm pixels have the background's colour; NumPy takes ten times as long over a screen."""
    count = 0
    for i in range(calm.shape[0]):
        for j in range(calm.shape[1]):
            alike = calm[i, j]
            for k in range(3):
                alike &= abs(pixels[i, j, k] - background[k]) <= most
            count += alike
    return count


def _background(pixels: np.ndarray, calm: np.ndarray) -> np.ndarray:
    paper = calm
    if np.count_nonzero(calm) < 24:
        paper = np.ones(calm.shape, bool)
        paper[2:-2, 2:-2] = False  # the rim
    return median_colour(pixels, paper)


def _glyphs(coverage: np.ndarray, box: Box) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Column spans of the glyphs in a box of a frame, and their upper and lower edges, rows of the box."""
    spans, edges = np.empty((box.width // 2 + 1, 2), np.intp), np.empty((2, box.width // 2 + 1), np.float32)
    count = _spans(coverage, np.array([box.y, box.bottom, box.x, box.right]), np.empty(box.height), spans, edges)
    return spans[:count], edges[0, :count], edges[1, :count]


@compiled
@no_type_check
def _spans(coverage, box, profile, spans, edges):
    """Find the glyphs of a word, each a run of columns; `profile` is the highest coverage in each row of one, the gap
    to the next included."""
    top, height, right = box[0], box[1] - box[0], box[3]
    count, before = 0, False
    for x in range(box[2], right + 1):
        covered = False
        for y in range(height if x < right else 0):
            covered |= coverage[top + y, x] > GLYPH_COVERAGE
        if covered and not before:
            spans[count, 0] = x
        if before and not covered:
            spans[count, 1] = x
            count += 1
        before = covered
    for glyph in range(count):
        highest = 0.0
        for y in range(height):
            profile[y] = 0.0
            for x in range(spans[glyph, 0], spans[glyph + 1, 0] if glyph + 1 < count else right):
                profile[y] = max(profile[y], min(coverage[top + y, x], 1.0))
            highest = max(highest, profile[y])
        least = min(SOLID, np.float32(0.9) * np.float32(highest))
        first, last = height, 0
        for y in range(height):
            if profile[y] > least:
                first, last = min(first, y), y
        # The rows beside the solid ones are covered in part: their coverage is the fraction of a pixel.
        above = below = 0.0
        for y in range(max(first - 2, 0), first):
            above += profile[y]
        for y in range(last + 1, min(last + 3, height)):
            below += profile[y]
        edges[0, glyph], edges[1, glyph] = first - above, last + 1 + below
    return count


def middle(values: np.ndarray) -> float:
    """The `median` as a number; NaN of none."""
    return float(median(values)) if len(values) else float("nan")


def upper(values: np.ndarray, share: float) -> float:
    """The value that `share` of all lie at or above, without interpolation."""
    ordered = np.sort(values, axis=None)  # quicker than to put in its place the one that is asked for
    return float(ordered[len(ordered) - 1 - int(share * len(ordered))])


def _densest(values: np.ndarray, band: float) -> float:
    """Mean of the values in the window of width `band` that holds most of them."""
    if len(values) == 0:
        return float("nan")
    ordered = np.sort(values)
    reach = np.searchsorted(ordered, ordered + band, side="right")
    start = int(np.argmax(reach - np.arange(len(ordered))))
    return float(ordered[start : reach[start]].mean(dtype=np.float64))
