"""Where text stands: connected strokes on a calm background, joined into words and fields without reading them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import no_type_check

import cv2
import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.box import Box
from realfake.forensics.image import ForensicImage
from realfake.forensics.text.colours import ink_offsets, median_colour
from realfake.forensics.text.linking import MIN_LETTER, frames, hosts, letters_in_rows

STROKE_STEP = 16  # gray levels between neighbouring pixels on the edge of a stroke
HALO, HALO_SHARE = 17, 0.3  # within a JPEG block of an edge, steps below this share of it are the ringing of the edge
LEAST_STEP = np.maximum(np.rint(np.float32(HALO_SHARE) * np.arange(256, dtype=np.float32)), STROKE_STEP).astype(
    np.uint8
)  # by strongest edge
MIN_MARK, MAX_LETTER = 2, 230  # pixels of height
MAX_COMPONENTS = 6000  # strokes of a screen that may be letters; the largest where there are more
SCREEN = 2.6e6  # pixels; a larger picture may have more of them, in proportion
WORD_GAP = 0.3  # of the letter height: a wider gap starts another word
ICON_HEIGHT = 1.5  # of the letter height: an icon at the end of a field is higher,
SQUARE = 1.6  # width over height at most,
ICON_GAP = 0.4  # and stands farther off, where letters with an accent and brackets stand close
WIDEST_LETTER = 1.6  # width over height
HOLLOW = 0.35  # share of its box that a frame's strokes fill at most
SMALL_PRINT = 0.72  # of the height of digits: a currency sign beside them may be lower, an x beside capitals is not
BEYOND, NARROW = 0.1, 0.4  # of its height: an icon reaches beyond all letters, above and below, and is no bracket
EVEN = 0.9  # digits and capitals differ less in height
MARK_HEIGHT = 0.38  # of the tallest letter: commas, points and dashes are lower
CROSSED = 0.1, 0.6  # of its middle row: less is the outline of a frame, more is a divider in it
MARK_REACH = 0.45  # of the tallest letter: marks stand no farther above or below the letters
INK_STEP, INK_SHARE = 40.0, 0.25  # gray levels, and share of the contrast, between the inks of a label and its value
INK_SPREAD = 0.4  # of that difference: words of one ink differ less
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


@dataclass(frozen=True)
class Strokes:
    """Connected strokes of a picture.

    Attributes
    ----------
    mask : ndarray, (H, W) uint8
        1 on the edges of strokes.
    labels : ndarray, (H, W) int32
        Number of the component of each pixel; 0 is the ground.
    stats : ndarray, (n, 5) int32
        x, y, width, height and area of each component, the ground first.
    """

    mask: np.ndarray
    labels: np.ndarray
    stats: np.ndarray

    @property
    def letters(self) -> np.ndarray:
        """(m,) int: the components that may be letters or joined letters."""
        x, y, w, h, area = self.stats.T
        letters = (h >= MIN_MARK) & (h <= MAX_LETTER) & (w <= MAX_ASPECT * h) & (w >= 2)
        letters &= w < 0.98 * self.mask.shape[1]
        letters &= (area >= 0.12 * w * h) | (w <= WIDEST_LETTER * h)  # frames enclose much and fill little
        letters &= ~((h <= 7) & (w > 8 * h)) & (h < 18 * w)  # dividers and the sides of tiles
        letters[0] = False  # what is no stroke
        return np.flatnonzero(letters)

    @property
    def most(self) -> int:
        """How many of them are looked at."""
        return max(MAX_COMPONENTS, int(MAX_COMPONENTS * self.mask.size / SCREEN))


def find_text(image: ForensicImage, strokes: Strokes | None = None) -> list[TextLine]:
    """Find the text fields of a screen, top to bottom, taking its text to be upright as the pixels stand.

    Strokes are pixels that differ from a neighbour by `STROKE_STEP` gray levels in some colour channel, and by
    `HALO_SHARE` of the strongest edge near them: what a JPEG adds around an edge is no letter.
    Components of strokes that are as high as letters are linked to neighbours of a similar height across gaps
    narrower than a letter; a label and its value in another ink are two fields. Icons of a letter's size are returned
    as well: nothing is read, so nothing is known of them.

    Parameters
    ----------
    image : ForensicImage
    strokes : Strokes, optional
        What `find_strokes` gave for the image, where it is at hand.

    Returns
    -------
    list of TextLine
        Empty where nothing looks like text.
    """
    strokes = strokes or find_strokes(edge_steps(image))
    boxes = _letter_components(strokes)
    if len(boxes) == 0:
        return []
    groups = _join(boxes)
    found = []
    for members in _members(groups):
        for words in _words(image.rgb, strokes.mask, boxes[members]):
            found.append(TextLine(reduce(Box.union, words), tuple(words)))
    return sorted(found, key=lambda line: (line.box.y, line.box.x))


def edge_steps(image: ForensicImage) -> np.ndarray:
    """(H, W) uint8, gray levels: the largest difference from a neighbour above, below, left or right in any channel."""
    height, width = image.rgb.shape[:2]
    step = np.empty((height, width), np.uint8)
    lines = np.zeros((2, 3 * width + 3), np.uint8)  # of each channel, against the rows above and below, and to the left
    _largest_steps(np.ascontiguousarray(image.rgb).reshape(height, 3 * width), lines[0], lines[1], step)
    return step


@compiled
@no_type_check
def _largest_steps(rows, level, beside, steps):
    height, width = steps.shape
    size = 3 * width
    for y in range(height):
        above, here, below = rows[max(y - 1, 0)], rows[y], rows[min(y + 1, height - 1)]
        for i in range(size):
            up = np.uint8(max(here[i], above[i]) - min(here[i], above[i]))
            down = np.uint8(max(here[i], below[i]) - min(here[i], below[i]))
            level[i] = max(up, down)
        right, across = here[3:], beside[3:size]
        for i in range(right.size):
            across[i] = max(here[i], right[i]) - min(here[i], right[i])
        after = beside[3:]
        for i in range(size):
            level[i] = max(level[i], max(beside[i], after[i]))
        out = steps[y]
        for x in range(width):
            out[x] = max(level[3 * x], max(level[3 * x + 1], level[3 * x + 2]))


def stroke_mask(steps: np.ndarray) -> np.ndarray:
    """(H, W) uint8, 1 on the edges of strokes and so on every stroke that is not much thicker than its edge."""
    return cv2.threshold(steps, STROKE_STEP - 1, 1, cv2.THRESH_BINARY)[1]


def _without_halos(steps: np.ndarray) -> np.ndarray:
    strongest = cv2.dilate(steps, np.ones((HALO, HALO), np.uint8))
    return np.asarray(steps >= cv2.LUT(strongest, LEAST_STEP)).view(np.uint8)


def find_strokes(steps: np.ndarray) -> Strokes:
    """The connected strokes of a picture by its `edge_steps`."""
    mask = _without_halos(steps)
    count, labels = cv2.connectedComponents(mask, connectivity=8, ltype=cv2.CV_32S)
    # `connectedComponentsWithStats` weighs the centre of each too and takes five times as long.
    edges = np.tile(np.array([mask.shape[1], mask.shape[0], 0, 0, 0], np.int32), (count, 1))
    _measure(np.asarray(labels), edges)
    edges[1:, 2:4] -= edges[1:, :2]
    edges[0] = 0, 0, mask.shape[1], mask.shape[0], mask.size - edges[1:, 4].sum()
    return Strokes(mask, np.asarray(labels), edges)


@compiled
@no_type_check
def _measure(labels, edges):
    """Left, top, right and bottom edge and area of each component but the ground."""
    height, width = labels.shape
    for y in range(height):
        row = labels[y]
        x = 0
        while x < width:
            if x + 16 <= width:
                part, strokes = row[x : x + 16], np.int32(0)
                for i in range(16):
                    strokes = np.int32(strokes | part[i])
                if strokes == 0:
                    x += 16
                    continue
            label = row[x]
            start = x
            x += 1
            if label == 0:
                continue
            while x < width and row[x] == label:
                x += 1
            edge = edges[label]
            edge[0], edge[1] = min(edge[0], start), min(edge[1], y)
            edge[2], edge[3] = max(edge[2], x), y + 1
            edge[4] += x - start


def _letter_components(strokes: Strokes) -> np.ndarray:
    """Boxes (n, 4) of stroke components that may be letters or joined letters: x, y, width, height."""
    labels, stats, found = strokes.labels, strokes.stats, strokes.letters
    x, y, w, h, area = stats.T
    found = found[np.lexsort((area[found], h[found], w[found], x[found], y[found]))]  # whatever numbers they were given
    if len(found) > strokes.most:
        found = found[np.argsort(-area[found], kind="stable")[: strokes.most]]
    boxes = stats[found, :4].astype(np.int64)
    framing = frames(boxes, area[found] <= HOLLOW * w[found] * h[found])
    for i in np.flatnonzero(framing == 2):
        framing[i] = not _crossed(labels, found[i], *boxes[i])
    outermost: np.ndarray = boxes[framing == 0]
    return outermost


def _crossed(labels: np.ndarray, label: int, x: int, y: int, width: int, height: int) -> bool:
    """Whether a component's own strokes cross its middle, as joined letters do and a frame around letters does not."""
    middle = labels[y + height // 2, x + width // 5 : x + width - width // 5]
    return bool(CROSSED[0] <= np.mean(middle == label) <= CROSSED[1])


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
    groups = letters_in_rows(boxes)
    widest = np.zeros(groups.max() + 1, int)
    np.maximum.at(widest, groups, boxes[:, 2])
    merged = _group_boxes(boxes, groups)
    lines = (merged[:, 2] > 1.15 * widest) | (merged[:, 2] > 1.3 * merged[:, 3])  # others are icons
    lines &= merged[:, 3] <= MAX_LETTER
    groups = _joined(hosts(merged, lines))[groups]
    fields: np.ndarray = letters_in_rows(_group_boxes(boxes, groups))[groups]
    return fields


def _joined(to: np.ndarray) -> np.ndarray:
    """Number the groups that come about where each row i joins row `to[i]`, (n,) int."""
    least, before = np.arange(len(to)), None  # of the rows known to belong together
    while before is None or not np.array_equal(least, before):
        before = least
        least = np.minimum(least, least[to])
        np.minimum.at(least, to, least.copy())
        least = least[least]
    joined: np.ndarray = np.unique(least, return_inverse=True)[1]
    return joined


def _icons(boxes: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """(n,) bool: parts of an icon at an end of a field: square, apart, some much higher than the letters."""
    found = np.zeros(len(boxes), bool)
    for members in _members(groups):
        left, top, width, height = boxes[members].T
        if height.max() < ICON_HEIGHT * height.min():
            continue
        by_height = np.argsort(height, kind="stable")
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


def _members(groups: np.ndarray) -> list[np.ndarray]:
    """Row numbers of each group, in order of their numbers."""
    order = np.argsort(groups, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)


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


def _words(rgb: np.ndarray, strokes: np.ndarray, boxes: np.ndarray) -> list[list[Box]]:
    """The words of the one or two fields of a row, left to right; none where it is no text."""
    left, top = boxes[:, :2].min(axis=0)
    right, bottom = (boxes[:, :2] + boxes[:, 2:]).max(axis=0)
    tallest = boxes[:, 3].max()
    if tallest < MIN_LETTER or bottom - top > 2 * tallest:
        return []
    heights = np.sort(boxes[boxes[:, 3] >= 0.5 * tallest, 3])  # of letters; marks are lower
    height = float(heights[(len(heights) - 1) // 2] + heights[len(heights) // 2]) / 2
    letters = _letters(boxes)
    other_ink = _ink_step(rgb, strokes, Box.from_edges(left, top, right, bottom), letters)
    fields: list[list[Box]] = [[], []]
    for start, stop in _runs(boxes, max(1.0, WORD_GAP * height - 2)):
        inside = letters[(letters[:, 0] >= start) & (letters[:, 0] < stop)]
        cuts = {cut for cut in (*_height_steps(inside), other_ink) if start < cut < stop}
        edges = [start, *sorted(cuts), stop]
        for a, b in zip(edges, edges[1:], strict=False):
            within = boxes[(boxes[:, 0] >= a) & (boxes[:, 0] < b)]
            fields[int(a >= other_ink)].append(_word([Box(*box) for box in within.tolist()]))
    return [words for words in fields if words]


def _word(boxes: list[Box]) -> Box:
    """The box around letters and their marks; what stands farther above or below is part of a pattern or picture."""
    tallest = max(box.height for box in boxes)
    letters = [box for box in boxes if box.height >= 0.5 * tallest]
    highest = min(box.y for box in letters) - MARK_REACH * tallest
    lowest = max(box.bottom for box in letters) + MARK_REACH * tallest
    return reduce(Box.union, (box for box in boxes if box.y >= highest and box.bottom <= lowest))


def _letters(boxes: np.ndarray) -> np.ndarray:
    """The components of a row, left to right, that are neither marks nor the holes and upper parts of other letters."""
    high = boxes[boxes[:, 3] >= MARK_HEIGHT * boxes[:, 3].max()]
    left, right = high[:, 0], high[:, 0] + high[:, 2]
    within = (left[:, None] >= left) & (right[:, None] <= right) & (high[:, None, 3] < high[:, 3])
    high = high[~within.any(axis=1)]
    sorted_boxes: np.ndarray = high[np.argsort(high[:, 0], kind="stable")]
    return sorted_boxes


def _height_steps(letters: np.ndarray) -> list[int]:
    """Columns at which letters of one height meet lower ones, as a small currency sign, or an icon at either end."""
    if len(letters) < 2:
        return []
    left, top, width, heights = letters.T
    bottom = top + heights
    lowest, highest = (np.stack([up_to[:-1], onwards[1:]]) for up_to, onwards in _running(heights))
    high = highest.argmax(axis=0)
    cuts = np.arange(len(letters) - 1)
    high_lowest, high_highest = lowest[high, cuts], highest[high, cuts]
    several = np.where(high == 0, cuts + 1, len(letters) - 1 - cuts) > 1
    steps = several & (high_lowest >= EVEN * high_highest) & (highest[1 - high, cuts] <= SMALL_PRINT * high_lowest)
    found: list[int] = left[1:][steps].tolist()
    ends = ((0, np.s_[1:], 1), (-1, np.s_[:-1], -1)) if len(letters) > 2 else ()
    for end, rest, cut in ends:
        beyond = min(top[rest].min() - top[end], bottom[end] - bottom[rest].max())
        if beyond >= BEYOND * heights[end] and width[end] >= NARROW * heights[end]:
            found.append(int(left[cut]))
    return found


def _ink_step(rgb: np.ndarray, strokes: np.ndarray, box: Box, letters: np.ndarray) -> int:
    """The column where one ink ends and another begins, as between a label and its value; past the end if nowhere."""
    calm = strokes[box.slices] == 0
    if len(letters) < 2 or not calm.any():
        return box.right
    ground = median_colour(rgb[box.slices], calm)
    inks = ink_offsets(rgb, letters, ground).astype(np.float64)
    count = np.arange(1, len(letters))[:, None]
    before = np.cumsum(inks, axis=0)[:-1]
    step = np.abs(before / count - (inks.sum(axis=0) - before) / (len(letters) - count)).max(axis=1)
    lowest, highest = _running(inks)
    spread = np.maximum(highest[0][:-1] - lowest[0][:-1], highest[1][1:] - lowest[1][1:]).max(axis=1)
    least = max(INK_STEP, INK_SHARE * float(np.abs(inks).max(axis=1).mean()))
    step[(step < least) | (spread > INK_SPREAD * step)] = 0
    return int(letters[step.argmax() + 1, 0]) if step.any() else box.right


def _running(values: np.ndarray) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Lowest and highest value up to each place and from each place on."""
    lowest, highest = (
        (grow.accumulate(values), grow.accumulate(values[::-1])[::-1]) for grow in (np.minimum, np.maximum)
    )
    return lowest, highest


def _runs(boxes: np.ndarray, gap: float) -> list[tuple[int, int]]:
    """Columns from which to which boxes stand less than `gap` apart, as (start, stop)."""
    boxes = boxes[np.argsort(boxes[:, 0], kind="stable")]
    left, reach = boxes[:, 0], np.maximum.accumulate(boxes[:, 0] + boxes[:, 2])
    breaks = np.flatnonzero(left[1:] - reach[:-1] > gap)
    starts = np.concatenate([left[:1], left[breaks + 1]])
    stops = np.concatenate([reach[breaks], reach[-1:]])
    return list(zip(starts.tolist(), stops.tolist(), strict=True))
