"""What differs between two screens that were laid over each other, word by word: same, changed, gone, new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.text.signature import ROWS, Signature
from realfake.pipeline.archive.alignment import Alignment, align, apart, drawn

READABLE = 9  # pixels of height below which a word is not judged
PLAIN, MASSIVE = 100, 140  # of 255: less plain ground around it is a photograph, more coverage of its box no letters
PHOTOGRAPH = 60  # of plain ground, below which the other screen's word is none to be compared with
SHORTEST = 1.5 * ROWS  # cells of length: less is an icon, a dash, a dot
LEVEL, CLOSE = 0.2, 0.8  # of its height: a short word is judged whose neighbour stands as high and as near
SOLID = (
    14  # cells of a stretch that one inks and the other does not touch, from which on a word differs on clean screens
)
NOISE, MOST = 3.0, 24.0  # by how much more where the upper quarter of words are off, and at most
ALIKE_INK = 0.3  # of the larger amount of ink: less stands there by chance
ABREAST = 0.6  # of the height of the taller of two words: a lower one is a stroke or hole of one
BROKEN = 0.5  # of a word's length: where so much of the other cannot be compared, nothing is said
DOUBTFUL = 0.3  # share of words that cannot be judged, above which nothing is said of two screens
CLOCK = (24, 130)  # cells of length of a time of day, "9:41" to "23:59:59"
SIGNS = (3, 9)  # how many signs it has
COLON, DOT = 6, 5  # cells of length that a colon takes at most, and of height either of its dots
STATUS = 0.05  # of the screen's height: the phone's own bar


@dataclass(frozen=True)
class Difference:
    """The words of a later screen against an earlier one.

    Attributes
    ----------
    alignment : where the earlier lies on the later
    same, changed, new : ndarray of int
        Numbers of words of the later screen.
    gone : ndarray of int
        Numbers of words of the earlier screen.
    status, times : ndarray of bool
        Which words of the later screen stand in the phone's status bar, and which show a time of day there or on the
        earlier one and leave no doubt whether it is the same.
    cover : share of the later screen that the earlier one covers, 0..1
    """

    alignment: Alignment
    same: np.ndarray
    changed: np.ndarray
    new: np.ndarray
    gone: np.ndarray
    status: np.ndarray
    times: np.ndarray
    cover: float

    @property
    def differing(self) -> int:
        """How many words are not the same."""
        return len(self.changed) + len(self.new) + len(self.gone)


def difference(later: Signature, earlier: Signature) -> Difference | None:
    """Compare two screens; None where one cannot be laid over the other, or too few words can be judged."""
    alignment = align(later, earlier)
    if alignment is None:
        return None
    there = alignment.boxes(earlier.boxes)
    frame = alignment.boxes(np.array([[0.0, 0.0, *earlier.size]]))[0]
    scale = alignment.scale
    words: dict[str, list[int]] = {"same": [], "changed": [], "absent": [], "unclear": []}
    times = np.zeros(len(later), bool)
    near, whole = _facing(later, earlier, there)
    plain = np.maximum(later.words["plain"], (near * earlier.words["plain"]).max(axis=1))  # a patch hides that on one
    judged = np.flatnonzero(
        _judged(later, 1 / scale, PHOTOGRAPH) & (plain >= PLAIN) & _inside(later.boxes, frame)
    ).tolist()
    broken = near & ~whole
    found = [
        _counterpart(earlier, there, later.boxes[word], later.rasters[word].shape[1], broken[word], whole[word])
        for word in judged
    ]
    off = [apart(later.rasters[word], *one) for word, one in zip(judged, found, strict=True)]
    noise = float(np.quantile(off, 0.75)) if off else 0.0  # most words of a copy are the same
    limit = min(SOLID + NOISE * noise, MOST)
    for word, (raster, passed), cells in zip(judged, found, off, strict=True):
        words[_against(later.rasters[word], raster, passed, cells < limit)].append(word)
        times[word] = not SOLID <= cells < limit and (tells_time(later.rasters[word]) or tells_time(raster))
    if len(words["unclear"]) > DOUBTFUL * len(judged):
        return None
    screen = np.array([0.0, 0.0, *later.size])
    gone = [
        word
        for word in np.flatnonzero(_judged(earlier, scale) & _inside(there, screen)).tolist()
        if not drawn(later, later.boxes, near[:, word], there[word], earlier.rasters[word].shape[1]).any()
    ]
    width = min(frame[2], later.size[0]) - max(frame[0], 0)
    height = min(frame[3], later.size[1]) - max(frame[1], 0)
    same, changed, new = (np.array(words[kind], np.intp) for kind in ("same", "changed", "absent"))
    middle = (later.boxes[:, 1] + later.boxes[:, 3]) / 2
    top = frame[1] if abs(frame[1]) < 0.01 * later.size[1] else -np.inf  # a crop at the top leaves no status bar
    status = middle - top < STATUS * later.size[1]
    cover = float(max(width, 0.0) * max(height, 0.0) / (later.size[0] * later.size[1]))
    return Difference(alignment, same, changed, new, np.array(gone, np.intp), np.asarray(status), times, cover)


def _judged(signature: Signature, scale: float, plain: int = PLAIN) -> np.ndarray:
    """Which words are large and plain enough to be compared, here and at `scale` of it."""
    words = signature.words
    clear = (words["height"] * min(scale, 1.0) >= READABLE) & (words["plain"] >= plain) & (words["mass"] <= MASSIVE)
    long = clear & (words["columns"] >= SHORTEST)
    left, top, right, bottom = signature.boxes.T
    height = (bottom - top)[:, None]
    beside = (
        (np.abs(bottom[:, None] - bottom) <= LEVEL * height)
        & (np.abs(top[:, None] - top) <= LEVEL * height)
        & (np.maximum(left[:, None] - right, left - right[:, None]) <= CLOSE * height)
    )
    return np.asarray(long | (clear & (words["columns"] >= SHORTEST / 3) & (beside & long).any(axis=1)))


def _inside(boxes: np.ndarray, frame: np.ndarray) -> np.ndarray:
    return np.asarray((boxes[:, :2] >= frame[:2] - 1).all(axis=1) & (boxes[:, 2:] <= frame[2:] + 1).all(axis=1))


def tells_time(raster: np.ndarray) -> bool:
    """Whether a word is a time of day: few signs apart, and amid them a colon, two dots above each other."""
    return CLOCK[0] <= raster.shape[1] <= CLOCK[1] and bool(_tells_time(raster, SIGNS, COLON, DOT))


@compiled
@no_type_check
def _tells_time(raster, signs, colon, dot):
    rows, columns = raster.shape
    count, start, last, amid = 0, -1, False, False
    for j in range(columns + 1):
        inked = False
        for i in range(rows):
            inked |= j < columns and raster[i, min(j, columns - 1)] > 1
        if inked and start < 0:
            start = j
            amid |= last  # a sign follows the colon
        elif not inked and start >= 0:
            count += 1
            last = False
            if count > 1 and j - start <= colon:
                dots, longest, begun, ended, gap = 0, 0, -1, -1, 0
                for i in range(rows + 1):
                    here = False
                    for k in range(start, j):
                        here |= i < rows and raster[min(i, rows - 1), k] > 1
                    if here and begun < 0:
                        begun = i
                        if dots == 1:
                            gap = begun - ended
                    elif not here and begun >= 0:
                        dots, longest, ended = dots + 1, max(longest, i - begun), i
                        last = dots == 2 and longest <= dot and gap >= 2 and 2 * i > rows
                        begun = -1
            start = -1
    return amid and signs[0] <= count <= signs[1]


def _facing(later: Signature, earlier: Signature, there: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n, m) bool, twice: which words of the earlier screen stand in the place of which, and which of them can tell.

    Not every word was found whole on both: strokes of it, and holes of letters, whose ink is its ground, cannot tell.
    """
    left, top, right, bottom = (side[:, None] for side in later.boxes.T)
    near = (there[:, 0] < right) & (there[:, 2] > left) & (there[:, 1] < bottom) & (there[:, 3] > top)
    mine, theirs = np.nonzero(near)
    here, words = later.words[mine], earlier.words[theirs]
    tall = later.boxes[mine, 3] - later.boxes[mine, 1]
    wide_there, tall_there = (there[theirs, i + 2] - there[theirs, i] for i in (0, 1))
    abreast = np.minimum(tall, tall_there) >= ABREAST * np.maximum(tall, tall_there)
    clear = (words["plain"] >= PHOTOGRAPH) & (words["mass"] <= MASSIVE)
    ink, ground, ink_there, ground_there = (
        one[name].astype(int) for one in (here, words) for name in ("ink", "ground")
    )
    as_is = (np.abs(ink - ink_there) + np.abs(ground - ground_there)).sum(axis=1)
    inverse = (np.abs(ink - ground_there) + np.abs(ground - ink_there)).sum(axis=1)
    hole = (inverse < as_is) & (wide_there <= tall)  # wider ones are words on a screen of other colours
    whole = np.zeros_like(near)
    whole[mine, theirs] = clear & abreast & ~hole
    return near, whole


def _counterpart(
    earlier: Signature, there: np.ndarray, frame: np.ndarray, columns: int, broken: np.ndarray, whole: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What the earlier screen shows in the frame of a word: a raster, and (columns,) bool where it cannot tell.

    That is where a word stands that cannot, and half a height to either side.
    """
    passed = np.zeros(columns, bool)
    if broken.any():
        left, top, right, bottom = frame
        at, beside = left + (np.arange(columns) + 0.5) * (right - left) / columns, (bottom - top) / 2
        for box in there[broken]:
            passed |= (at > box[0] - beside) & (at < box[2] + beside)
        for box in there[whole]:
            passed &= (at < box[0]) | (at > box[2])
    return drawn(earlier, there, whole, frame, columns), passed


def _against(here: np.ndarray, there: np.ndarray, passed: np.ndarray, alike: bool) -> str:
    """What the other screen has in the place of a word: `same`, `changed`, `absent` or `unclear`."""
    if np.count_nonzero(passed) > BROKEN * len(passed):
        return "unclear"
    if not there.any():
        return "unclear" if passed.any() else "absent"
    if alike:
        return "same"
    ink, other_ink = int((here > 1).sum()), int((there > 1).sum())
    return "changed" if min(ink, other_ink) >= ALIKE_INK * max(ink, other_ink) else "unclear"
