"""Which way up the text of a picture stands, told from its strokes alone: no letter is read.

Letters stand closer to the next letter than to the next line, so strokes that nearly touch make runs along the lines.
Letters stand on their line: in most scripts their feet agree better than their tops, dots and accents stand above
letters, and points and commas at their feet. Handedness leaves no such sign, so a mirrored picture is known by its tag.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.box import Box
from realfake.forensics.image import ForensicImage
from realfake.forensics.text.lines import Strokes, TextLine, edge_steps, find_strokes, find_text

UPRIGHT, UPSIDE_DOWN, CLOCKWISE, ANTICLOCKWISE = 1, 3, 6, 8  # values of the EXIF tag: what makes the text upright
UNMIRRORED = {1: 1, 2: 1, 3: 3, 4: 3, 5: 6, 6: 6, 7: 8, 8: 8}  # the turn with the same line on top
SIDEWAYS = (5, 6, 7, 8)  # rows become columns
SMALLEST, LARGEST = 6, 230  # pixels of a letter's longer side
MOST = 6000  # strokes looked at
SLIMMEST = 12  # longer over shorter side of a letter
TIGHT = 0.4  # of the letter height: a wider gap ends a run
LIKE, BESIDE = 2.0, 0.6  # letters of a run differ less in height, and share so much of the lower one's
FEWEST, LONG = 3, 2.0  # letters of a run, and its length over its thickness
ADVANCE = 0.85  # over the thickness of a run: letters of alphabets and digits take less, square characters more
EVIDENCE = 8  # letters, or letters more; fewer say nothing for certain
CLEARLY, CERTAINLY = 1.5, 3  # times as many one way as the other
ALPHABETIC = 0.25  # share of the letters in runs that stand in runs of narrow letters
FOOT = 0.06  # of the height: feet nearer than this stand on one line
HIGH = 0.4  # of the tallest letter of a run: lower ones are marks
MARK, DENSE = 0.36, 30  # of the letter height: marks are smaller; more of them a run are texture


@dataclass(frozen=True)
class Direction:
    """How the stored pixels must be turned for their text to be read.

    Attributes
    ----------
    turn : int
        As the EXIF tag counts: 1 as they are, 3 by 180 degrees, 6 by 90 clockwise, 8 by 90 anticlockwise; 2, 4, 5 and 7
        are the same with a mirror.
    doubt : str
        Why the text may stand otherwise, as a sentence; empty where it was told.
    """

    turn: int = UPRIGHT
    doubt: str = ""

    @property
    def sentence(self) -> str:
        """What lies where, for a reader; empty where the text is upright as stored."""
        return LIES[self.turn]

    def turned(self, plane: np.ndarray) -> np.ndarray:
        """A plane of the stored picture, (H, W, ...), as it is read; a view where nothing turns."""
        if self.turn in SIDEWAYS:
            plane = np.swapaxes(plane, 0, 1)
        rows, columns = MIRRORS[self.turn]
        if rows or columns:
            plane = plane[:: -1 if rows else 1, :: -1 if columns else 1]
        return plane if self.turn == UPRIGHT else np.ascontiguousarray(plane)

    def read(self, box: Box, width: int, height: int) -> Box:
        """A box of the stored picture of `width` x `height`, as it stands in the turned one."""
        if self.turn in SIDEWAYS:
            box, width, height = Box(box.y, box.x, box.height, box.width), height, width
        return _mirrored(box, *MIRRORS[self.turn], width, height)

    def stored(self, box: Box, width: int, height: int) -> Box:
        """A box of the turned picture, as it stands in the stored one of `width` x `height`: the inverse of `read`."""
        if self.turn in SIDEWAYS:
            box = _mirrored(box, *MIRRORS[self.turn], height, width)
            return Box(box.y, box.x, box.height, box.width)
        return _mirrored(box, *MIRRORS[self.turn], width, height)

    def grid(self, width: int, height: int) -> tuple[int, int]:
        """Row and column of the turned picture at which the first whole 8x8 block of the stored grid begins."""
        if self.turn in SIDEWAYS:
            width, height = height, width
        rows, columns = MIRRORS[self.turn]
        return (height % 8 if rows else 0, width % 8 if columns else 0)


MIRRORS = {  # by tag: whether rows, then columns, count backwards, after the exchange of the two where it lies sideways
    1: (False, False), 2: (False, True), 3: (True, True), 4: (True, False),
    5: (False, False), 6: (False, True), 7: (True, True), 8: (True, False),
}  # fmt: skip
LIES = {
    1: "", 2: "the stored picture is mirrored", 3: "the stored picture stands upside down",
    4: "the stored picture stands upside down and is mirrored",
    5: "the stored picture lies on its side and is mirrored",
    6: "the stored picture lies on its side and must be turned by 90 degrees clockwise",
    7: "the stored picture lies on its side and is mirrored",
    8: "the stored picture lies on its side and must be turned by 90 degrees anticlockwise",
}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """A picture turned so that its text is upright, and the lines found on it.

    Attributes
    ----------
    image : ForensicImage
        The picture itself where its text is upright as stored, else its turned pixels without the file.
    direction : Direction
    steps : ndarray, (H, W) uint8
        The `edge_steps` of the turned picture.
    lines : list of TextLine
        In pixels of the turned picture.
    dropped : int
        Strokes that might be letters and were not looked at, because there were too many.
    """

    image: ForensicImage
    direction: Direction
    steps: np.ndarray
    lines: list[TextLine]
    dropped: int = 0


def read_upright(image: ForensicImage) -> Reading:
    """Find the text of a picture whichever way up it is stored, once; an upright one costs no second look."""
    turned, direction, steps, lines, dropped = image.shared(_found)
    return Reading(turned or image, direction, steps, lines, dropped)


def read_stored(image: ForensicImage) -> Reading:
    """Find the text of a picture as it is stored, whatever its strokes and its tag tell."""
    steps = edge_steps(image)
    return Reading(image, Direction(), steps, *_lines(image, find_strokes(steps)))


def _found(image: ForensicImage) -> tuple[ForensicImage | None, Direction, np.ndarray, list[TextLine], int]:
    """What a `Reading` says, without the picture where it is upright: kept in itself, it would outlive its last use."""
    steps = edge_steps(image)
    strokes = find_strokes(steps)
    direction = find_direction(strokes.stats[1:], image.orientation)
    turned = None
    if direction.turn != UPRIGHT:
        turned = ForensicImage.from_array(direction.turned(image.rgb), name=image.name)
        steps = direction.turned(steps)
        strokes = find_strokes(steps)
    return turned, direction, steps, *_lines(turned or image, strokes)


def _lines(image: ForensicImage, strokes: Strokes) -> tuple[list[TextLine], int]:
    """The lines that strokes make, and how many strokes were not looked at."""
    return find_text(image, strokes), max(len(strokes.letters) - strokes.most, 0)


def find_direction(strokes: np.ndarray, tag: int = UPRIGHT) -> Direction:
    """Tell the direction of text from the boxes of strokes.

    Parameters
    ----------
    strokes : ndarray, (n, 5) int
        x, y, width, height and area of each connected component, as OpenCV counts them, without the ground.
    tag : int
        EXIF orientation, 1..8: believed where the strokes do not contradict it, and on mirrors, of which they tell
        nothing.

    Returns
    -------
    Direction
    """
    hint = UNMIRRORED[tag]
    level, level_narrow = _in_runs(_letters(strokes))
    across = strokes[:, [1, 0, 3, 2, 4]]
    upright, upright_narrow = _in_runs(_letters(across))
    sideways, doubt = hint in SIDEWAYS, ""
    if sideways and level >= EVIDENCE and level >= CLEARLY * upright:
        sideways, hint = False, UPRIGHT
    elif not sideways and upright >= EVIDENCE and upright > level:
        clear = upright >= CLEARLY * level and upright_narrow >= max(EVIDENCE, ALPHABETIC * upright)
        sideways = clear and upright_narrow >= CLEARLY * level_narrow
        doubt = "" if sideways else "the text may lie on its side; turn the picture upright and send it again"
    if not sideways:
        turn, unsure = _level(_signs(strokes), hint)
    else:
        clockwise = np.stack([-strokes[:, 1] - strokes[:, 3], *across[:, 1:].T], axis=1)  # columns count from the left
        turn, unsure = _sideways(_signs(clockwise), hint)
    return Direction(tag if UNMIRRORED[tag] == turn else turn, doubt or unsure)


def _level(signs: Signs, hint: int) -> tuple[int, str]:
    """The turn of level text, and what is unsure about it."""
    evidence = signs.evidence
    if hint == UPSIDE_DOWN:
        return (UPRIGHT if evidence >= 2 else UPSIDE_DOWN), ""
    if evidence <= -3:
        return UPSIDE_DOWN, ""
    at_odds = evidence == -1 and (signs.feet > signs.tops or signs.low > signs.high)
    unsure = "the text may stand upside down; turn the picture upright and send it again"
    return UPRIGHT, unsure if evidence < 0 and not at_odds else ""


def _sideways(signs: Signs, hint: int) -> tuple[int, str]:
    """The turn of text on its side, by the signs after a turn clockwise, and what is unsure about it."""
    evidence = signs.evidence
    if hint == CLOCKWISE:
        return (ANTICLOCKWISE if evidence <= -3 else CLOCKWISE), ""
    if hint == ANTICLOCKWISE:
        return (CLOCKWISE if evidence >= 3 else ANTICLOCKWISE), ""
    unsure = "the text lies on its side and nothing tells its top; turn the picture upright and send it again"
    return (CLOCKWISE if evidence > 0 else ANTICLOCKWISE), "" if abs(evidence) >= 2 else unsure


def _letters(strokes: np.ndarray) -> np.ndarray:
    """Boxes (n, 4) int64 of what may be a letter whichever way it stands, the largest where there are very many."""
    longer, shorter = strokes[:, 2:4].max(axis=1), strokes[:, 2:4].min(axis=1)
    found = strokes[(longer >= SMALLEST) & (longer <= LARGEST) & (shorter >= 2) & (longer <= SLIMMEST * shorter)]
    if len(found) > MOST:
        found = found[np.sort(np.argsort(-found[:, 4], kind="stable")[:MOST])]
    boxes: np.ndarray = found[:, :4].astype(np.int64)
    return boxes


def _runs(boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The run of each box, (n,) int, and of each run its number of boxes where it is long and of letters, else 0.

    The third is (runs, 2) int: length and thickness.
    """
    run = np.empty(len(boxes), np.int64)
    _tight_runs(boxes, np.argsort(boxes[:, 1], kind="stable"), np.arange(len(boxes)), run)
    number = int(run.max(initial=-1)) + 1
    count = np.bincount(run, minlength=number)
    first, last = np.full((number, 2), 1 << 30), np.full((number, 2), -(1 << 30))
    np.minimum.at(first, run, boxes[:, :2])
    np.maximum.at(last, run, boxes[:, :2] + boxes[:, 2:])
    size = last - first
    return run, np.where((count >= FEWEST) & (size[:, 0] > LONG * size[:, 1]), count, 0), size


def _in_runs(boxes: np.ndarray) -> tuple[int, int]:
    """How many boxes stand in level runs, and how many of them in runs of narrow letters."""
    run, count, size = _runs(boxes)
    if not count.any():
        return 0, 0
    order = np.lexsort((boxes[:, 0], run))
    left, right, of = boxes[order, 0], boxes[order, 0] + boxes[order, 2], run[order]
    far = 1 << 32  # runs apart, so that one running maximum serves all
    reach = np.maximum.accumulate(right + far * of) - far * of
    begins = np.ones(len(of), bool)  # a glyph: strokes one above the other count once
    begins[1:] = (of[1:] != of[:-1]) | (left[1:] >= reach[:-1])
    glyphs = np.bincount(of[begins], minlength=len(count))
    tall = np.bincount(run, weights=boxes[:, 3] > boxes[:, 2], minlength=len(count))
    narrow = (size[:, 0] < ADVANCE * size[:, 1] * glyphs) & (2 * tall >= count)
    return int(count.sum()), int(count[narrow].sum())


@dataclass(frozen=True)
class Signs:
    """What level text shows of its top: letters more that agree on their feet than on their tops, and the reverse;
    marks that stand where upright text has them, and where text upside down has them."""

    feet: int = 0
    tops: int = 0
    low: int = 0
    high: int = 0

    @property
    def evidence(self) -> int:
        """-4 for certainly upside down to 4 for certainly upright."""
        return _leaning(self.feet, self.tops, EVIDENCE) + _leaning(self.low, self.high, EVIDENCE // 2)


def _signs(strokes: np.ndarray) -> Signs:
    boxes = _letters(strokes)
    run, count, _ = _runs(boxes)
    kept = np.flatnonzero(count[run] > 0)
    if not len(kept):
        return Signs()
    order = kept[np.argsort(run[kept], kind="stable")]
    edges = np.concatenate([[0], np.flatnonzero(np.diff(run[order])) + 1, [len(order)]])
    small = strokes[(strokes[:, 2:4].min(axis=1) >= 2) & (strokes[:, 2:4].max(axis=1) <= MARK * LARGEST), :4]
    small = small[np.argsort(small[:, 1], kind="stable")].astype(np.int64)
    found, letters = np.zeros(4, np.int64), np.empty((len(order), 4), np.int64)
    _counts(boxes[order], edges, small, letters, np.empty((2, len(order)), np.int64), found)
    return Signs(*found.tolist())


def _leaning(one: int, other: int, least: int) -> int:
    """How clearly one count is above the other: 2 or 1, negative where it is below."""
    if one < other:
        return -_leaning(other, one, least)
    if one - other >= least and one >= CERTAINLY * other:
        return 2
    return int(one - other >= least / 2 and one >= CLEARLY * other)


@compiled
@no_type_check
def _tight_runs(boxes, downwards, first, runs):
    """(n,) int: the run of each box: neighbours side by side, of like height, less than `TIGHT` heights apart.

    `first` says of each box one of the same run that comes earlier, or itself, as all do at the beginning.
    """
    n = boxes.shape[0]
    for a in range(n):
        i = downwards[a]
        x, y, width, height = boxes[i, 0], boxes[i, 1], boxes[i, 2], boxes[i, 3]
        for b in range(a + 1, n):
            j = downwards[b]
            if boxes[j, 1] >= y + height:
                break
            taller, lower = max(height, boxes[j, 3]), min(height, boxes[j, 3])
            gap = max(x, boxes[j, 0]) - min(x + width, boxes[j, 0] + boxes[j, 2])
            common = min(y + height, boxes[j, 1] + boxes[j, 3]) - boxes[j, 1]
            if gap > TIGHT * lower or taller > LIKE * lower or common < BESIDE * lower:
                continue
            p, q = i, j
            while first[p] != p:
                first[p] = first[first[p]]
                p = first[p]
            while first[q] != q:
                first[q] = first[first[q]]
                q = first[q]
            first[max(p, q)] = min(p, q)
    found = 0
    for i in range(n):
        if first[i] == i:
            runs[i] = found
            found += 1
        else:
            runs[i] = runs[first[i]]


@compiled
@no_type_check
def _counts(boxes, edges, small, letters, ordered, found):
    """Over runs: letters more that agree on their feet than on their tops, the reverse; marks for upright, against it.

    `boxes` stand run by run, cut at `edges`; `small` are the boxes of what may be marks, from the top down.
    """
    for k in range(edges.shape[0] - 1):
        tallest = boxes[edges[k], 3]
        for i in range(edges[k], edges[k + 1]):
            tallest = max(tallest, boxes[i, 3])
        count, left, right = 0, boxes[edges[k], 0], np.int64(-(1 << 62))
        for i in range(edges[k], edges[k + 1]):
            if boxes[i, 3] < HIGH * tallest:
                continue
            for side in range(4):
                letters[count, side] = boxes[i, side]
            for side in range(2):  # feet, then tops, each in order: sorting them elsewhere takes seconds to compile
                value, place = boxes[i, 1] + boxes[i, 3] * (1 - side), count
                while place > 0 and ordered[side, place - 1] > value:
                    ordered[side, place] = ordered[side, place - 1]
                    place -= 1
                ordered[side, place] = value
            left = boxes[i, 0] if count == 0 else min(left, boxes[i, 0])
            right = max(right, boxes[i, 0] + boxes[i, 2])
            count += 1
        if count < FEWEST:
            continue
        more, middle = 0, 0.0
        for side in range(2):
            most = start = 0
            for i in range(count):
                while ordered[side, i] - ordered[side, start] > max(1, int(FOOT * tallest)):
                    start += 1
                most = max(most, i - start + 1)
            more += most if side == 0 else -most
            middle += (ordered[side, (count - 1) // 2] + ordered[side, count // 2]) / 4
        found[0] += max(more, 0)
        found[1] += max(-more, 0)
        top, foot = ordered[1, 0], ordered[0, count - 1]
        low, high = 0, small.shape[0]  # the first that may be a mark
        while low < high:
            between = (low + high) // 2
            if small[between, 1] < top - 0.5 * tallest:
                low = between + 1
            else:
                high = between
        up = down = 0
        for s in range(low, small.shape[0]):
            x, y, width, height = small[s, 0], small[s, 1], small[s, 2], small[s, 3]
            if y > foot + 0.3 * tallest:
                break
            if x < left - 0.1 * tallest or x + width > right + 0.3 * tallest or y + height > foot + 0.4 * tallest:
                continue
            if max(width, height) > MARK * tallest or width > 2 * height:
                continue
            over = above = below = 0
            for i in range(count):
                common = min(x + width, letters[i, 0] + letters[i, 2]) - max(x, letters[i, 0])
                if common > 0.25 * width:
                    over += 1
                    above += y + height <= letters[i, 1]
                    below += y >= letters[i, 1] + letters[i, 3]
            off = y + height / 2 - middle
            up += above == over if over else off > 0.25 * tallest
            down += below == over if over else off < -0.25 * tallest
        if up + down <= DENSE:
            found[2] += up
            found[3] += down


def _mirrored(box: Box, rows: bool, columns: bool, width: int, height: int) -> Box:
    x, y, w, h = box
    return Box(width - x - w if columns else x, height - y - h if rows else y, w, h)
