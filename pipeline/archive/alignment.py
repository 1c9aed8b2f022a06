"""Two screens laid over each other: scale and shift from words that both show, then word by word what differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.text.signature import ROWS, Signature

ALIKE = 20  # the same, where the word also stands where it should
LIKE = 10  # bits of the print in which a word and its copy may differ
ASPECT = 0.12  # of the logarithm of length over height
FEWEST = 3  # words that must agree on one scale and shift
PROPOSING = 24  # words whose pairs propose scale and shift: the widest
APART = 0.15  # of the screen's height: nearer words tell no scale
SLACK = (3.0, 0.25)  # pixels, and of the word's height, by which an agreeing word may stand beside
UNKNOWN = 3  # in a raster, beside 0 to 2 for ink: what stands there was not seen
NUDGES = np.array([(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)])  # no cell, and one down, up, right and left
SHIFTS = np.array([(down, across) for down in (-1, 0, 1) for across in (-1, 0, 1)])  # all by a cell at most
FARTHER = 3  # as much a cell counts once more that is farther than a cell from the other's ink
STRETCH = 10  # cells of length in which two words are compared: about a digit


@dataclass(frozen=True)
class Alignment:
    """Where the earlier screen lies on the later one: `x * scale + dx`, `y * scale + dy`; pixels."""

    scale: float
    dx: float
    dy: float
    words: int  # that agree

    def boxes(self, boxes: np.ndarray) -> np.ndarray:
        """Edges of the earlier screen, (n, 4), in pixels of the later one."""
        return np.asarray(boxes * self.scale + np.array([self.dx, self.dy] * 2))


def unlike(later: Signature, earlier: Signature) -> np.ndarray:
    """(n, m) int: bits in which the prints of words differ."""
    return _unlike(later.prints, earlier.prints)


def _unlike(here: np.ndarray, there: np.ndarray) -> np.ndarray:
    mine, theirs = here.astype(np.float32), there.astype(np.float32)
    both = mine @ theirs.T
    return np.asarray(np.rint(mine.sum(axis=1)[:, None] + theirs.sum(axis=1)[None] - 2 * both).astype(int))


def align(later: Signature, earlier: Signature) -> Alignment | None:
    """Lay an earlier screen over a later one; None where no scale and shift has `FEWEST` words agree.

    Words that are no longer than high are left out: a pattern has hundreds of dots that are all alike.
    """
    long, long_there = (np.flatnonzero(one.words["columns"] > ROWS) for one in (later, earlier))
    if not len(long) or not len(long_there):
        return None
    distance = _unlike(later.prints[long], earlier.prints[long_there])
    boxes, there_boxes = later.boxes[long], earlier.boxes[long_there]
    mine, theirs = _anchors(boxes, there_boxes, distance)
    if len(mine) < FEWEST:
        return None
    here, there = boxes[mine], there_boxes[theirs]
    slack = SLACK[0] + SLACK[1] * (here[:, 3] - here[:, 1])
    agree = _consensus(_centres(here), _centres(there), slack, APART * later.size[1])
    if agree.sum() < FEWEST:
        return None
    found = _fitted(here[agree], there[agree])
    for wide in (1.0, 0.5):  # ever more of the words that stand where they should
        mine, theirs = _in_place(boxes, found.boxes(there_boxes), distance, wide)
        if len(mine) < FEWEST:
            return None
        found = _fitted(boxes[mine], there_boxes[theirs])
    return found


def _in_place(here: np.ndarray, there: np.ndarray, distance: np.ndarray, wide: float) -> tuple[np.ndarray, np.ndarray]:
    """Words of both, which stand in boxes, that show the same at the same place."""
    off = np.abs(here[:, None] - there[None]).max(axis=2)
    slack = wide * (SLACK[0] + SLACK[1] * (here[:, 3] - here[:, 1]))
    off = np.where(distance <= ALIKE, off, np.inf)
    nearest = off.argmin(axis=1)
    mine = np.flatnonzero(off.min(axis=1) <= slack)
    return mine, nearest[mine]


def _anchors(here: np.ndarray, there: np.ndarray, distance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Words of each, which stand in boxes, that are the other's likest, and alike."""
    shape = [np.log((b[:, 2] - b[:, 0]) / (b[:, 3] - b[:, 1])) for b in (here, there)]
    distance = np.where(np.abs(shape[0][:, None] - shape[1][None]) <= ASPECT, distance, 10_000)
    nearest = distance.argmin(axis=1)
    mutual = distance.argmin(axis=0)[nearest] == np.arange(len(here))
    mine = np.flatnonzero(mutual & (distance.min(axis=1) <= LIKE))
    return mine, nearest[mine]


def _consensus(here: np.ndarray, there: np.ndarray, slack: np.ndarray, apart: float) -> np.ndarray:
    """(n,) bool: the words that agree on the scale and shift that most agree on."""
    first, second = np.triu_indices(min(len(here), PROPOSING), 1)
    between = here[first] - here[second], there[first] - there[second]
    lengths = [np.hypot(*one.T) for one in between]
    far = (lengths[0] >= apart) & (lengths[1] > 0)
    if not far.any():
        return np.zeros(len(here), bool)
    scale = lengths[0][far] / lengths[1][far]
    shift = here[first[far]] - scale[:, None] * there[first[far]]
    off = np.abs(scale[:, None, None] * there[None] + shift[:, None] - here[None]).max(axis=2)
    agree = off <= slack
    return np.asarray(agree[agree.sum(axis=1).argmax()])


def _fitted(here: np.ndarray, there: np.ndarray) -> Alignment:
    """One scale and a shift by least squares between edges of words."""
    edges, theirs = (one.reshape(-1, 2) for one in (here, there))
    middle, other = edges.mean(axis=0), theirs.mean(axis=0)
    spread = theirs - other
    scale = float((spread * (edges - middle)).sum() / max((spread * spread).sum(), 1e-9))
    dx, dy = (middle - scale * other).tolist()
    return Alignment(scale, dx, dy, len(here))


def _centres(boxes: np.ndarray) -> np.ndarray:
    return np.asarray((boxes[:, :2] + boxes[:, 2:]) / 2)


@dataclass(frozen=True)
class Laid:
    """The words of a screen where they stand on another.

    Attributes
    ----------
    signature : of the screen
    boxes : ndarray, (n, 4); edges of its words there, pixels
    reach : ndarray, (n, 4); edges to which on each side of them nothing else stands
    """

    signature: Signature
    boxes: np.ndarray
    reach: np.ndarray


def laid(signature: Signature, boxes: np.ndarray) -> Laid:
    """The words of a screen, which stand in `boxes`, (n, 4)."""
    cells = signature.words["blank"] * np.array([-1.0, -1.0, 1.0, 1.0])
    return Laid(signature, boxes, boxes + cells * (boxes[:, 3] - boxes[:, 1])[:, None] / ROWS)


def drawn(screen: Laid, words: np.ndarray, frames: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rasters of what some words of a screen show in frames, and a cell around each.

    Parameters
    ----------
    screen : Laid
    words : ndarray, (k, n) bool; those that are shown in each frame
    frames : ndarray, (k, 4)
    columns : ndarray, (k,) int; of each raster

    Returns
    -------
    (c,) uint8
        The (ROWS + 2, columns + 2) cells of each, row by row, one after the other; `UNKNOWN` where neither one of the
        words stands nor the blank ground beside one.
    (k + 1,) int
        Where each begins, and where the last ends.
    """
    starts = np.cumsum([0, *((ROWS + 2) * (columns + 2)).tolist()])
    canvases = np.full(starts[-1], UNKNOWN, np.uint8)
    across = np.empty(columns.max(initial=0) + 2, np.int64)
    _draw(
        *screen.signature.cells, words, screen.boxes, screen.reach, frames, columns, starts, UNKNOWN, across, canvases
    )
    return canvases, starts


def apart(
    cells: tuple[np.ndarray, np.ndarray], words: np.ndarray, canvases: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """How much of the ink of a word and of what is drawn in its frame the other has not.

    Counted are cells that ink covers in one and does not touch in the other, at the best of shifts by a cell, and
    thrice more those that as they stand are farther than a cell from any ink of the other: strokes that are put beside
    by another file format are not. Nothing counts where it is unknown what the other has.

    Parameters
    ----------
    cells : as a signature gives them
    words : ndarray, (k,) int
    canvases : as `drawn` makes them, as wide as the words

    Returns
    -------
    (k, 4) int
        How much, in the stretch of `STRETCH` columns, some digit wide, in which it is most; where that begins, cells;
        how many cells of the canvas, but those around its frame, are known; how many of them ink touches.
    """
    rasters, starts = cells
    widest = int(np.diff(starts)[words].max(initial=0)) // ROWS + 2
    found = np.zeros((len(words), 4), np.int64)
    _apart(rasters, starts, words, *canvases, SHIFTS, STRETCH, FARTHER, np.empty((7, widest), np.int64), found)
    return found


@compiled
@no_type_check
def _draw(cells, starts, words, boxes, reach, frames, widths, begins, unknown, across, canvases):
    """Lay the rasters of words, and the ground around them that is blank, on the canvases of frames.

    Each word stands in a box, four edges, and nothing else as far as it reaches, four edges.
    """
    high, rows = ROWS, ROWS + 2
    for one in range(len(frames)):
        frame, columns, begin = frames[one], widths[one] + 2, begins[one]
        wide, tall = (frame[2] - frame[0]) / widths[one], (frame[3] - frame[1]) / high
        left, top = frame[0] - wide, frame[1] - tall
        step_x, step_y = (frame[2] + wide - left) / columns, (frame[3] + tall - top) / rows
        for word in range(len(boxes)):
            if not words[one, word]:
                continue
            box, far = boxes[word], reach[word]
            length = (starts[word + 1] - starts[word]) // high
            for j in range(columns):
                x = left + (j + 0.5) * step_x
                inside = (x - box[0]) / (box[2] - box[0])
                across[j] = int(inside * length) if 0 <= inside < 1 else -1 if far[0] <= x < far[2] else -2
            for i in range(rows):
                y, at = top + (i + 0.5) * step_y, begin + i * columns
                inside = (y - box[1]) / (box[3] - box[1])
                if 0 <= inside < 1:
                    row = starts[word] + int(inside * high) * length
                    for j in range(columns):
                        if across[j] > -2:
                            ink = cells[row + across[j]] if across[j] >= 0 else 0
                            canvases[at + j] = ink if canvases[at + j] == unknown else max(canvases[at + j], ink)
                elif far[1] <= y < far[3]:
                    for j in range(columns):
                        if across[j] >= 0 and canvases[at + j] == unknown:
                            canvases[at + j] = 0


@compiled
@no_type_check
def _apart(cells, starts, words, canvases, begins, shifts, stretch, farther, work, found):
    rows = ROWS
    inked, solid, blank, other, unknown, alone, least = work  # of each column; in the first five a bit for each row
    whole = (np.int64(1) << rows) - 1
    for one in range(len(words)):
        columns = (starts[words[one] + 1] - starts[words[one]]) // rows
        for j in range(columns + 2):
            inked[j] = solid[j] = blank[j] = other[j] = unknown[j] = 0
        for i in range(rows):
            at = starts[words[one]] + i * columns
            for j in range(columns):
                inked[j + 1] |= np.int64(cells[at + j] > 0) << i
                solid[j] |= np.int64(cells[at + j] == 2) << i
        known, touched = 0, 0
        for i in range(rows + 2):
            at = begins[one] + i * (columns + 2)
            for j in range(columns + 2):
                cell = canvases[at + j]
                blank[j] |= np.int64(cell == 0) << i
                other[j] |= np.int64(cell == 2) << i
                unknown[j] |= np.int64(cell == 3) << i
                if 0 < i <= rows and 0 < j <= columns:
                    known += cell < 3
                    touched += 0 < cell < 3
        wide = min(stretch, columns)
        for start in range(columns - wide + 1):
            least[start] = rows * columns
        for shift in range(len(shifts) + 1):
            last = shift == len(shifts)
            down, across = (1, 1) if last else (shifts[shift, 0] + 1, shifts[shift, 1] + 1)
            for j in range(columns):
                l = j + across
                if last:
                    near = ~(blank[j] & blank[j + 1] & blank[j + 2])
                    near = near | near >> 1 | near >> 2
                    mine = inked[j] | inked[j + 1] | inked[j + 2]
                    mine = mine | mine << 1 | mine >> 1
                    left = solid[j] & ~near & ~(unknown[l] >> 1) | other[l] >> 1 & ~mine & ~solid[j]
                else:
                    left = solid[j] & blank[l] >> down | other[l] >> down & ~inked[j + 1]
                left &= whole
                alone[j] = 0
                while left:
                    left &= left - 1
                    alone[j] += 1
            if last:
                break
            total = alone[:wide].sum()
            least[0] = min(least[0], total)
            for start in range(1, columns - wide + 1):
                total += alone[start + wide - 1] - alone[start - 1]
                least[start] = min(least[start], total)
        most, first, end = -1, 0, 0  # stretches in which it is as much
        total = 0
        for start in range(columns - wide + 1):
            total = alone[:wide].sum() if start == 0 else total + alone[start + wide - 1] - alone[start - 1]
            if least[start] + farther * total > most:
                most, first = least[start] + farther * total, start
            if least[start] + farther * total == most:
                end = start
        found[one, 0], found[one, 1], found[one, 2], found[one, 3] = most, (first + end) // 2, known, touched
