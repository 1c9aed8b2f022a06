"""Where text stands: connected strokes on a calm background, joined into words and fields without reading them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from forensics.box import Box
from forensics.image import ForensicImage

STROKE_STEP = 16  # gray levels between neighbouring pixels on the edge of a stroke
MIN_MARK, MIN_LETTER, MAX_LETTER = 2, 6, 230  # pixels of height
MAX_COMPONENTS = 4000
FIELD_GAP = 0.95  # of the letter height: a wider gap starts another field
WORD_GAP = 0.3  # of the letter height: a wider gap starts another word
LIKE_HEIGHT = 2.0  # letters of one line differ by no more: x-height to capital with an accent
MAX_ASPECT = 40  # width over height of joined strokes; longer ones are dividers


@dataclass(frozen=True)
class TextLine:
    """One field of text: a run of words on one baseline, apart from what else stands in its row.

    Attributes
    ----------
    box : Box
        Around all strokes, in pixels.
    words : tuple of Box
        Left to right, at least one.
    """

    box: Box
    words: tuple[Box, ...]


def find_text(image: ForensicImage, strokes: np.ndarray | None = None) -> list[TextLine]:
    """Find the text fields of a screen, top to bottom.

    Strokes are pixels that differ from a neighbour by `STROKE_STEP` gray levels in some colour channel.
    Components of strokes that are as high as letters are linked to neighbours of a similar height across gaps
    narrower than a letter. Icons of a letter's size are returned as well: nothing is read, so nothing is known of them.

    Parameters
    ----------
    image : ForensicImage
    strokes : ndarray, optional
        What `stroke_mask` gave for the image, where it is at hand.

    Returns
    -------
    list of TextLine
        Empty where nothing looks like text.
    """
    strokes = stroke_mask(image) if strokes is None else strokes
    boxes = _letter_components(strokes, image.width)
    if len(boxes) == 0:
        return []
    groups = _join(boxes)
    lines = [_line(strokes, boxes[groups == g]) for g in range(groups.max() + 1)]
    found = [line for line in lines if line is not None]
    return sorted(found, key=lambda line: (line.box.y, line.box.x))


def stroke_mask(image: ForensicImage) -> np.ndarray:
    """(H, W) uint8, 1 on the edges of strokes and so on every stroke that is not much thicker than its edge."""
    rgb = image.rgb
    step = np.zeros(rgb.shape[:2], np.uint8)
    for plane in cv2.split(rgb):
        down, right = cv2.absdiff(plane[1:], plane[:-1]), cv2.absdiff(plane[:, 1:], plane[:, :-1])
        for part, where in (
            (down, np.s_[1:, :]), (down, np.s_[:-1, :]), (right, np.s_[:, 1:]), (right, np.s_[:, :-1])
        ):  # fmt: skip
            cv2.max(step[where], part, dst=step[where])
    return cv2.threshold(step, STROKE_STEP - 1, 1, cv2.THRESH_BINARY)[1]


def _letter_components(strokes: np.ndarray, width: int) -> np.ndarray:
    """Boxes (n, 4) of stroke components that may be letters or joined letters: x, y, width, height."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8, ltype=cv2.CV_32S)
    x, y, w, h, area = stats[1:].T
    letters = (h >= MIN_MARK) & (h <= MAX_LETTER) & (w <= MAX_ASPECT * h) & (w >= 2) & (w < 0.98 * width)
    letters &= area >= 0.12 * w * h  # frames of cards and buttons enclose much and fill little
    letters &= ~((h <= 7) & (w > 8 * h))  # dividers
    boxes = stats[1:, :4][letters]
    if len(boxes) > MAX_COMPONENTS:
        boxes = boxes[np.argsort(-area[letters], kind="stable")[:MAX_COMPONENTS]]
    return boxes


def _join(boxes: np.ndarray) -> np.ndarray:
    """Number the field of each component, (n,) int: letters of like height, then their marks."""
    groups = _components(_beside(boxes))
    merged = _group_boxes(boxes, groups)
    several = (np.bincount(groups) > 1) | (merged[:, 2] > 1.3 * merged[:, 3])  # a lone square is an icon, not a line
    return _components(_host(merged, several))[groups]


def _beside(boxes: np.ndarray) -> np.ndarray:
    """(n, n) bool: letters of like height in one row, no more than a letter apart."""
    gap, overlap, a_height, b_height = _relations(boxes)
    taller, shorter = np.maximum(a_height, b_height), np.minimum(a_height, b_height)
    return (gap <= FIELD_GAP * shorter) & (overlap >= 0.5 * shorter) & (taller <= LIKE_HEIGHT * shorter)


def _host(boxes: np.ndarray, several: np.ndarray) -> np.ndarray:
    """(n, n) bool: row i's mark (comma, accent, bullet) belongs to the one line j that stands nearest."""
    gap, overlap, height, host_height = _relations(boxes)
    beyond = np.maximum(-overlap, 0)  # pixels between the rows of mark and host
    fits = several[None, :] & (height <= 0.75 * host_height) & (gap <= FIELD_GAP * host_height)
    fits &= (overlap >= 0.7 * height) | ((beyond <= 0.3 * host_height) & (gap < 0) & (height <= 0.5 * host_height))
    distance = np.where(fits, beyond + 0.1 * np.maximum(gap, 0), np.inf)
    linked = np.eye(len(boxes), dtype=bool)
    marks = np.flatnonzero(fits.any(axis=1))
    linked[marks, distance[marks].argmin(axis=1)] = True
    return linked


def _relations(boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Horizontal gap and vertical overlap of each pair, (n, n) pixels, and their heights, (n, 1) and (1, n)."""
    x, y, w, h = boxes.T.astype(np.float32)
    gap = np.maximum(x[:, None], x) - np.minimum((x + w)[:, None], x + w)
    overlap = np.minimum((y + h)[:, None], y + h) - np.maximum(y[:, None], y)
    return gap, overlap, h[:, None], h[None, :]


def _components(linked: np.ndarray) -> np.ndarray:
    i, j = np.nonzero(linked)
    graph = coo_matrix((np.ones(len(i), bool), (i, j)), shape=linked.shape)
    return connected_components(graph, directed=False)[1]


def _group_boxes(boxes: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """(groups, 4): the box around each group."""
    n = groups.max() + 1
    left, top = np.full(n, 1 << 30), np.full(n, 1 << 30)
    right, bottom = np.zeros(n, int), np.zeros(n, int)
    np.minimum.at(left, groups, boxes[:, 0])
    np.minimum.at(top, groups, boxes[:, 1])
    np.maximum.at(right, groups, boxes[:, 0] + boxes[:, 2])
    np.maximum.at(bottom, groups, boxes[:, 1] + boxes[:, 3])
    return np.stack([left, top, right - left, bottom - top], axis=1)


def _line(strokes: np.ndarray, boxes: np.ndarray) -> TextLine | None:
    left, top = boxes[:, :2].min(axis=0)
    right, bottom = (boxes[:, :2] + boxes[:, 2:]).max(axis=0)
    box = Box.from_edges(left, top, right, bottom)
    tallest = boxes[:, 3].max()
    height = float(np.median(boxes[boxes[:, 3] >= 0.5 * tallest, 3]))  # of letters; marks are lower
    if tallest < MIN_LETTER or box.height > 2 * tallest:
        return None
    columns = np.asarray(strokes[box.slices].any(axis=0))
    words = []
    for start, stop in _runs(columns, max(2.0, WORD_GAP * height - 2)):
        rows = np.flatnonzero(strokes[top:bottom, left + start : left + stop].any(axis=1))
        words.append(Box.from_edges(left + start, top + rows[0], left + stop, top + rows[-1] + 1))
    return TextLine(box, tuple(words))


def _runs(columns: np.ndarray, gap: float) -> list[tuple[int, int]]:
    """Runs of true values that stand more than `gap` apart, as (start, stop)."""
    at = np.flatnonzero(columns)
    breaks = np.flatnonzero(np.diff(at) > gap)
    starts = np.concatenate([at[:1], at[breaks + 1]])
    stops = np.concatenate([at[breaks], at[-1:]]) + 1
    return list(zip(starts.tolist(), stops.tolist(), strict=True))
