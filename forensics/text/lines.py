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
HALO, HALO_SHARE = 17, 0.3  # within a JPEG block of an edge, steps below this share of it are the ringing of the edge
MIN_MARK, MIN_LETTER, MAX_LETTER = 2, 6, 230  # pixels of height
MAX_COMPONENTS = 2500
FIELD_GAP = 0.95  # of the letter height: a wider gap starts another field
WORD_GAP = 0.3  # of the letter height: a wider gap starts another word
LIKE_HEIGHT = 2.0  # letters of one line differ by no more: x-height to capital with an accent
MARK_WIDTH = 3  # of the letter height: four bullets are no wider
ACCENT_HEIGHT = 0.32  # of the letter height: a row of accents is no higher, a line of small print is
FRAMED = 0.08  # of a frame's height: letters in a button, badge or tile are higher
ICON_HEIGHT = 1.5  # of the letter height: an icon at the end of a field is higher,
SQUARE = 1.6  # width over height at most,
ICON_GAP = 0.4  # and stands farther off, where letters with an accent and brackets stand close
WIDEST_LETTER = 1.6  # width over height
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


def find_text(image: ForensicImage, steps: np.ndarray | None = None) -> list[TextLine]:
    """Find the text fields of a screen, top to bottom.

    Strokes are pixels that differ from a neighbour by `STROKE_STEP` gray levels in some colour channel, and by
    `HALO_SHARE` of the strongest edge near them: what a JPEG adds around an edge is no letter.
    Components of strokes that are as high as letters are linked to neighbours of a similar height across gaps
    narrower than a letter. Icons of a letter's size are returned as well: nothing is read, so nothing is known of them.

    Parameters
    ----------
    image : ForensicImage
    steps : ndarray, optional
        What `edge_steps` gave for the image, where it is at hand.

    Returns
    -------
    list of TextLine
        Empty where nothing looks like text.
    """
    strokes = _without_halos(edge_steps(image) if steps is None else steps)
    boxes = _letter_components(strokes, image.width)
    if len(boxes) == 0:
        return []
    groups = _join(boxes)
    lines = [_line(strokes, boxes[groups == g]) for g in range(groups.max() + 1)]
    found = [line for line in lines if line is not None]
    return sorted(found, key=lambda line: (line.box.y, line.box.x))


def edge_steps(image: ForensicImage) -> np.ndarray:
    """(H, W) uint8, gray levels: the largest difference from a neighbour above, below, left or right in any channel."""
    rgb = image.rgb
    step = np.zeros(rgb.shape[:2], np.uint8)
    for plane in cv2.split(rgb):
        down, right = cv2.absdiff(plane[1:], plane[:-1]), cv2.absdiff(plane[:, 1:], plane[:, :-1])
        for part, where in (
            (down, np.s_[1:, :]), (down, np.s_[:-1, :]), (right, np.s_[:, 1:]), (right, np.s_[:, :-1])
        ):  # fmt: skip
            cv2.max(step[where], part, dst=step[where])
    return step


def stroke_mask(steps: np.ndarray) -> np.ndarray:
    """(H, W) uint8, 1 on the edges of strokes and so on every stroke that is not much thicker than its edge."""
    return cv2.threshold(steps, STROKE_STEP - 1, 1, cv2.THRESH_BINARY)[1]


def _without_halos(steps: np.ndarray) -> np.ndarray:
    strongest = cv2.dilate(steps, np.ones((HALO, HALO), np.uint8))
    least = np.maximum(cv2.convertScaleAbs(strongest, alpha=HALO_SHARE), STROKE_STEP)
    return np.asarray(steps >= least).view(np.uint8)


def _letter_components(strokes: np.ndarray, width: int) -> np.ndarray:
    """Boxes (n, 4) of stroke components that may be letters or joined letters: x, y, width, height."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8, ltype=cv2.CV_32S)
    x, y, w, h, area = stats[1:].T
    letters = (h >= MIN_MARK) & (h <= MAX_LETTER) & (w <= MAX_ASPECT * h) & (w >= 2) & (w < 0.98 * width)
    letters &= (area >= 0.12 * w * h) | (w <= WIDEST_LETTER * h)  # frames enclose much and fill little
    letters &= ~((h <= 7) & (w > 8 * h)) & (h < 18 * w)  # dividers and the sides of tiles
    boxes = stats[1:, :4][letters]
    if len(boxes) > MAX_COMPONENTS:
        boxes = boxes[np.argsort(-area[letters], kind="stable")[:MAX_COMPONENTS]]
    return boxes[~_frames(boxes)]


def _frames(boxes: np.ndarray) -> np.ndarray:
    """(n,) bool: encloses two strokes side by side that are as high as letters in a button, badge or tile."""
    if len(boxes) == 0:
        return np.zeros(0, bool)
    left, top, width, height = boxes.T
    right, bottom = left + width, top + height
    inside = (left > left[:, None]) & (right < right[:, None]) & (top > top[:, None]) & (bottom < bottom[:, None])
    inside &= (height >= MIN_LETTER) & (height >= FRAMED * height[:, None])
    last_left = np.where(inside, left, -1).max(axis=1)
    first_right = np.where(inside, right, 1 << 30).min(axis=1)
    return last_left >= first_right


def _join(boxes: np.ndarray) -> np.ndarray:
    """Number the field of each component, (n,) int; an icon that stands beside lines of text is a field of its own."""
    groups = _fields(boxes)
    icons = _icons(boxes, groups)
    if icons.any():
        groups[~icons] = _fields(boxes[~icons])
        groups[icons] = groups[~icons].max() + 1 + _fields(boxes[icons])
    return groups


def _fields(boxes: np.ndarray) -> np.ndarray:
    """Number the field of each component, (n,) int: letters of like height, then their marks, then across marks."""
    groups = _components(_beside(boxes))
    widest = np.zeros(groups.max() + 1, int)
    np.maximum.at(widest, groups, boxes[:, 2])
    merged = _group_boxes(boxes, groups)
    lines = (merged[:, 2] > 1.15 * widest) | (merged[:, 2] > 1.3 * merged[:, 3])  # others are icons
    lines &= merged[:, 3] <= MAX_LETTER
    groups = _components(_host(merged, lines))[groups]
    return _components(_beside(_group_boxes(boxes, groups)))[groups]


def _icons(boxes: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """(n,) bool: parts of an icon at an end of a field: square, apart, some much higher than the letters."""
    found = np.zeros(len(boxes), bool)
    order = np.argsort(groups, kind="stable")
    for members in np.split(order, np.flatnonzero(np.diff(groups[order])) + 1):
        left, top, width, height = boxes[members].T
        by_height = np.argsort(height)
        upto = np.cumsum(width[by_height])
        typical = height[by_height[np.searchsorted(upto, upto[-1] / 2)]]  # joined letters count as many
        high = height >= ICON_HEIGHT * typical
        right, bottom = left + width, top + height
        for one in np.flatnonzero(high):
            for part in (right <= right[one], left >= left[one]):
                if part.all():
                    continue
                gap = max(left[~part].min() - right[part].max(), left[part].min() - right[~part].max())
                square = right[part].max() - left[part].min() <= SQUARE * (bottom[part].max() - top[part].min())
                if gap >= ICON_GAP * typical and square:
                    found[members[part]] = True
    return found


def _beside(boxes: np.ndarray) -> np.ndarray:
    """(n, n) bool: letters of like height in one row, no more than a letter apart."""
    gap, overlap, a_height, b_height = _relations(boxes)
    taller, shorter = np.maximum(a_height, b_height), np.minimum(a_height, b_height)
    beside = (gap <= FIELD_GAP * np.minimum(taller, 1.4 * shorter)) & (taller <= LIKE_HEIGHT * shorter)
    beside &= overlap >= 0.6 * shorter
    icons = _beside_two_rows(boxes, beside & (gap >= 0))
    beside[icons] = beside[:, icons] = False
    np.fill_diagonal(beside, True)
    return beside


def _beside_two_rows(boxes: np.ndarray, beside: np.ndarray) -> np.ndarray:
    """(n,) bool: has neighbours on one side that stand one above the other, as an icon has beside two lines."""
    x, top, _, height = boxes.T
    bottom = top + height
    found = np.zeros(len(boxes), bool)
    for side in (x[None, :] > x[:, None], x[None, :] < x[:, None]):
        near = beside & side
        lowest_top = np.where(near, top, -1).max(axis=1)
        highest_bottom = np.where(near, bottom, 1 << 30).min(axis=1)
        found |= lowest_top >= highest_bottom
    return found


def _host(boxes: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """(n, n) bool: row i's mark (comma, accent, bullet) belongs to the one line j that stands nearest."""
    gap, overlap, height, host_height = _relations(boxes)
    beyond = np.maximum(-overlap, 0)  # pixels between the rows of mark and host
    narrow = boxes[:, 2, None] <= MARK_WIDTH * host_height  # a line beside an icon is no mark of it
    fits = lines[None, :] & narrow & (height <= 0.75 * host_height) & (gap <= FIELD_GAP * host_height)
    accent = (gap < 0) & (height <= np.where(boxes[:, 2, None] > host_height, ACCENT_HEIGHT, 0.5) * host_height)
    fits &= (overlap >= 0.7 * height) | ((beyond <= 0.3 * host_height) & accent)
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
    for start, stop in _runs(columns, max(2.0, WORD_GAP * height - 1)):
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
