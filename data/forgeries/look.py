"""What an eye sees of a line of text: paper, ink, baseline, height, stroke width, glyphs and words."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from realfake.forensics.box import Box

RING = 3  # pixels around a box in which the paper is sampled
LEAST_CONTRAST = 50.0  # colour distance between paper and ink below which a line is left alone
STRONGEST = 0.985  # quantile of the colour distance that is full ink
PLAIN = 24.0  # gray levels from the paper within which a pixel is paper
INKED = 0.35  # coverage above which a pixel belongs to a glyph
PARTLY = 0.15, 0.85  # coverage of a pixel on the edge of a stroke
SOFT_EDGE = 2  # pixels at a glyph's side that may hold a little ink
WORD_GAP = 0.3  # of the capital height: a wider gap parts two words


@dataclass(frozen=True)
class Look:
    """One line as it appears.

    Attributes
    ----------
    box : the ink, pixels
    paper, ink : red, green, blue, 0..255, float
    coverage : (box.height, box.width) float32, 0 paper to 1 ink
    baseline : row below the last row of letters without descenders, pixels of the image
    cap : height of capitals and digits above the baseline, pixels
    stroke : mean width of strokes, pixels
    calm : share of the pixels just above and below the line that have the colour of the paper
    glyphs : boxes of separate glyphs, left to right
    """

    box: Box
    paper: np.ndarray
    ink: np.ndarray
    coverage: np.ndarray
    baseline: int
    cap: int
    stroke: float
    calm: float
    glyphs: tuple[Box, ...]

    @property
    def words(self) -> tuple[tuple[Box, ...], ...]:
        """Glyphs grouped by the gaps between them."""
        return tuple(self.glyphs[first : last + 1] for first, last in self.runs)

    @property
    def runs(self) -> tuple[tuple[int, int], ...]:
        """Numbers of the first and the last glyph of each word."""
        starts = [0]
        for i, (left, right) in enumerate(zip(self.glyphs, self.glyphs[1:]), 1):
            if right.x - left.right > WORD_GAP * self.cap:
                starts.append(i)
        return tuple(zip(starts, [*(start - 1 for start in starts[1:]), len(self.glyphs) - 1]))

    def cell(self, first: int, last: int) -> Box:
        """A run of glyphs with the soft edge of its ink: two pixels at most, half of the gap to what stands beside."""
        run = self.glyphs[first : last + 1]
        before = self.glyphs[first - 1].right if first else self.box.x
        after = self.glyphs[last + 1].x if last + 1 < len(self.glyphs) else self.box.right
        ends = last + 1 == len(self.glyphs)
        left = run[0].x - min(SOFT_EDGE, max(run[0].x - before, 0) // (2 if first else 1))
        right = run[-1].right + min(SOFT_EDGE, max(after - run[-1].right, 0) // (1 if ends else 2))
        top = min(glyph.y for glyph in run) - 1
        bottom = max(glyph.bottom for glyph in run) + 1
        return Box.from_edges(left, max(top, self.box.y), right, min(bottom, self.box.bottom))

    @property
    def digit_like(self) -> tuple[int, ...]:
        """Indices of glyphs as high as capitals and narrower than high: digits, mostly."""
        return tuple(
            i
            for i, glyph in enumerate(self.glyphs)
            if abs(glyph.height - self.cap) <= max(1, 0.1 * self.cap) and 0.3 <= glyph.width / self.cap <= 0.85
        )

    @property
    def numeric(self) -> bool:
        """Whether most glyphs could be digits."""
        return len(self.digit_like) >= 0.7 * len(self.glyphs)

    @property
    def standing(self) -> float:
        """Share of the glyphs that stand on the baseline; low for the edges in a photograph."""
        off = np.abs(np.array([glyph.bottom for glyph in self.glyphs]) - self.baseline)
        return float(np.mean(off <= max(1.5, 0.1 * self.cap)))

    @property
    def soft(self) -> float:
        """Share of the inked pixels that are half covered: the edges of letters, nearly all of a photograph."""
        inked = self.coverage > PARTLY[0]
        return float(np.mean(self.coverage[inked] < PARTLY[1]))


def observe(rgb: np.ndarray, box: Box) -> Look | None:
    """Look at the line of text in a box; None if nothing in it reads as text.

    Parameters
    ----------
    rgb : ndarray, shape (H, W, 3), uint8
    box : around the line, tight or a few pixels wider
    """
    height, width = rgb.shape[:2]
    around = box.grown(RING, width, height)
    if box.height < 6 or box.width < 6 or around.area < 64:
        return None
    crop = rgb[around.slices].astype(np.float32)
    paper = np.median(np.concatenate([crop[:RING].reshape(-1, 3), crop[-RING:].reshape(-1, 3)]), axis=0)
    crop -= paper
    calm = float(np.mean([(np.abs(rows) < PLAIN).all(axis=2).mean() for rows in (crop[:RING], crop[-RING:])]))
    distance = np.sqrt(np.einsum("hwc,hwc->hw", crop, crop))
    strongest = float(np.partition(distance, int(STRONGEST * distance.size), axis=None)[int(STRONGEST * distance.size)])
    if strongest < LEAST_CONTRAST:
        return None
    axis = crop[distance >= 0.9 * strongest].mean(axis=0)
    ink = _commonest(crop[distance >= 0.9 * strongest]) + paper
    coverage = np.clip(crop @ (axis / (axis @ axis)), 0, 1)
    inside = Box(box.x - around.x, box.y - around.y, box.width, box.height)
    return _measure(coverage[inside.slices], box, paper, ink, calm)


def _commonest(colours: np.ndarray) -> np.ndarray:
    """The colour that most of (n, 3) have, as an eyedropper is likely to pick it."""
    whole = np.rint(colours).astype(np.int64) + 512
    values, first, counts = np.unique(whole @ [2**20, 2**10, 1], return_index=True, return_counts=True)
    commonest: np.ndarray = colours[first[np.argmax(counts)]]
    return commonest


def free_margins(rgb: np.ndarray, box: Box, paper: np.ndarray, limit: int, tolerance: float = 26.0) -> tuple[int, ...]:
    """Pixels of bare paper to the left, above, to the right and below a box, each at most `limit`."""
    height, width = rgb.shape[:2]
    around = box.grown(limit, width, height)
    bare = (np.abs(rgb[around.slices].astype(np.int16) - np.rint(paper).astype(np.int16)) <= tolerance).all(axis=2)
    left, top = box.x - around.x, box.y - around.y
    rows, columns = slice(top, top + box.height), slice(left, left + box.width)
    sides = (
        bare[rows, :left].all(axis=0)[::-1],
        bare[:top, columns].all(axis=1)[::-1],
        bare[rows, left + box.width :].all(axis=0),
        bare[top + box.height :, columns].all(axis=1),
    )
    return tuple(int(np.argmin(side)) if not side.all() else len(side) for side in sides)


def _measure(coverage: np.ndarray, box: Box, paper: np.ndarray, ink: np.ndarray, calm: float) -> Look | None:
    rows = coverage.sum(axis=1)
    if rows.max() < 1:
        return None
    lower = len(rows) // 2
    drops = rows[lower:] - np.append(rows[lower + 1 :], 0)
    last = lower + int(np.argmax(drops))
    first = int(np.argmax(rows[: last + 1] >= 0.2 * np.median(rows[rows > 0.5])))
    glyphs = _glyphs(coverage, box)
    gradient = np.hypot(*np.gradient(coverage)) if min(coverage.shape) > 1 else np.ones(1)
    if not glyphs or last + 1 - first < 5:
        return None
    stroke = 2 * float(coverage.sum()) / max(float(gradient.sum()), 1.0)
    coverage = coverage.astype(np.float32)
    return Look(box, paper, ink, coverage, box.y + last + 1, last + 1 - first, stroke, calm, glyphs)


def _glyphs(coverage: np.ndarray, box: Box) -> tuple[Box, ...]:
    inked = (coverage > INKED).astype(np.uint8)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inked.any(axis=0), [0]]).astype(np.int8)))
    glyphs = []
    for start, stop in edges.reshape(-1, 2).tolist():
        rows = np.flatnonzero(inked[:, start:stop].any(axis=1))
        glyphs.append(Box.from_edges(box.x + start, box.y + rows[0], box.x + stop, box.y + rows[-1] + 1))
    return tuple(glyphs)


def dilated(coverage: np.ndarray, by: int) -> np.ndarray:
    """(h, w) uint8, 1 on ink and `by` pixels around it."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * by + 1, 2 * by + 1))
    return cv2.dilate((coverage > 0.08).astype(np.uint8), kernel)
