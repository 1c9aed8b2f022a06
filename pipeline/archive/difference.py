"""What differs between two screens that were laid over each other, word by word: same, changed, gone, new."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.text.signature import ROWS, WIDEST, Signature
from realfake.pipeline.archive.alignment import (
    STRETCH,
    Alignment,
    Laid,
    align,
    apart,
    drawn,
    laid,
)

READABLE = 9  # pixels of height below which a word is not judged
CLEAR, PLAIN, MASSIVE = 60, 60, 180  # of 255: less clear or plain ground is a photograph, more mass no letters
CALM = 100  # of 255, from which on clear ground is a gradient where it is not plain
FAINT = 40  # levels in which ink differs from its ground at most where it is a watermark or a pattern, no letters
SHORTEST = 0.5 * ROWS  # cells of length: less is a dash, a dot
SURE = {"plain": 120, "mass": 140, "columns": 1.5 * ROWS}  # what is plainer, lighter and longer is found on any screen
SOLID = 22  # of `apart`, from which on a word differs on clean screens
NOISE, NOISIEST = 1.5, 12  # by how much more where the upper quarter of words are off, by so much at most in a copy
DOUBT = 15  # from which on a word is the same but not beyond doubt
NUDGES = np.array(
    [(x, top, x, bottom) for x, top, bottom in product((0, -0.5, 0.5), repeat=3)]
)  # cells by which left, top, right and bottom edge are found elsewhere
PAST = 200  # of `apart`, from which on no step by half a cell makes two words the same
MANY = 0.3  # share of words that differ, above which they are not looked at once more: no copy differs so much
INKS = ("ink", "ground")
ABREAST = 0.6  # of the height of the taller of two words: a lower one is a stroke or hole of one
KNOWN = 0.5  # of a word's cells: where less is known of the other, nothing is said, unless what is known differs
DOUBTFUL = 0.3  # share of words that cannot be judged, above which nothing is said of two screens
CLOCK = (24, 130)  # cells of length of a time of day, "9:41" to "23:59:59"
SIGNS = (3, 9)  # how many signs it has
MINUTES = 3  # signs of ":53", where the hour before it was found as a word of its own
WHOLE = 1.2  # times as long as a word may a time of day be of which it shows as much as can tell
HOUR, BESIDE = 30, 0.6  # cells of length that an hour takes at most, and of its height how far before it ends
COLON, DOT = 6, 5  # cells of length that a colon takes at most, and of height either of its dots
RISE = 1  # cells by which digits rise above a colon, as letters do not above an accent
STATUS = 0.05  # of the screen's height: the phone's own bar


@dataclass(frozen=True)
class Difference:
    """The words of a later screen against an earlier one.

    Attributes
    ----------
    alignment : where the earlier lies on the later
    same, changed, new : ndarray of int
        Numbers of words of the later screen.
    spots : ndarray, (len(changed), 2) float64
        Left and right edge of the stretch in which a changed word differs most, or next to it where ink is missing.
    gone : ndarray of int
        Numbers of words of the earlier screen.
    status, gone_status : ndarray of bool
        Which words of the later screen, and which of `gone`, stand in the phone's status bar.
    times : ndarray of bool
        Which words of the later screen show a time of day there or on the earlier one and leave no doubt whether it is
        the same.
    cover : share of the later screen that the earlier one covers, 0..1
    """

    alignment: Alignment
    same: np.ndarray
    changed: np.ndarray
    spots: np.ndarray
    new: np.ndarray
    gone: np.ndarray
    status: np.ndarray
    gone_status: np.ndarray
    times: np.ndarray
    cover: float

    @property
    def differing(self) -> int:
        """How many words are not the same."""
        return len(self.changed) + len(self.new) + len(self.gone)


@dataclass(frozen=True)
class _Faced:
    """The words of one screen against what another shows in their places.

    Attributes
    ----------
    judged : ndarray, (k,) int; numbers of the words that are large and clear enough
    facing : ndarray, (n, m) bool; words of the other that stand in their places and can tell
    off : ndarray, (k,) float64; by how much they are `apart`; NaN where nothing stands there
    where : ndarray, (k, 2) float64; left and right edge of the stretch in which they are
    told : ndarray, (k,) bool; whether it is known what stands there
    bare : ndarray, (k, 2) float64; edges of a stretch as long as a word where nothing stands; NaN for none
    times : ndarray, (k,) bool; a time of day on either
    """

    judged: np.ndarray
    facing: np.ndarray
    off: np.ndarray
    where: np.ndarray
    told: np.ndarray
    bare: np.ndarray
    times: np.ndarray


def difference(
    later: Signature, earlier: Signature, rare: np.ndarray | None = None, alignment: Alignment | None = None
) -> Difference | None:
    """Compare two screens; None where one cannot be laid over the other, or too few words can be judged.

    Parameters
    ----------
    later, earlier : the two
    rare : ndarray of bool, which words of the later screen few others show; where most of them differ at first sight,
        as in no copy, it is not asked what is `gone`
    alignment : how the earlier one lies on the later; found where it is not given
    """
    alignment = alignment or align(later, earlier)
    if alignment is None:
        return None
    here, there = laid(later, later.boxes), laid(earlier, alignment.boxes(earlier.boxes))
    frame = alignment.boxes(np.array([[0.0, 0.0, *earlier.size]]))[0]
    mine = _faced(here, there, frame, 1 / alignment.scale)
    screen = np.zeros(4) if _is_another(mine, rare) else np.array([0.0, 0.0, *later.size])
    theirs = _faced(there, here, screen, alignment.scale)
    off = np.concatenate([one.off[~np.isnan(one.off)] for one in (mine, theirs)])
    noise = float(np.quantile(off, 0.75)) if len(off) else 0.0  # most words of a copy are the same
    limit = SOLID + NOISE * min(noise, NOISIEST)
    if np.sum(off >= limit) <= MANY * len(off):
        _look_closer(mine, limit, here, there)
        _look_closer(theirs, limit, there, here)
    _leave_bare(mine)
    _leave_bare(theirs)
    lacking = _opposite(theirs, limit, here)[mine.judged]
    differs = (mine.off >= limit) | ~np.isnan(lacking[:, 0])
    spots = np.where((mine.off >= limit)[:, None], mine.where, lacking)
    sure = _sure(later)[mine.judged]
    absent = np.isnan(mine.off) & mine.told & sure
    gone = np.isnan(theirs.off) & theirs.told & _sure(earlier)[theirs.judged]
    same = mine.told & ~np.isnan(mine.off) & ~differs
    unclear = ~differs & ~absent & ~same
    if unclear[sure].sum() > DOUBTFUL * sure.sum():
        return None
    other, plain, alike = np.zeros((3, len(later)), bool)
    other[mine.judged], alike[mine.judged] = differs | absent, same
    plain[mine.judged] = same & (mine.off < DOUBT)
    shown, firm = _times(mine, theirs)
    times = shown & (other | (alike & firm))
    for hour, minute in _parted(later):
        pair = [hour, minute]
        times[pair] |= other[pair]
        times[minute] |= plain[pair].all()
    width = min(frame[2], later.size[0]) - max(frame[0], 0)
    height = min(frame[3], later.size[1]) - max(frame[1], 0)
    top = frame[1] if abs(frame[1]) < 0.01 * later.size[1] else -np.inf  # a crop at the top leaves no status bar
    status, gone_status = (
        boxes[:, [1, 3]].mean(axis=1) - top < STATUS * later.size[1] for boxes in (here.boxes, there.boxes)
    )
    return Difference(
        alignment,
        mine.judged[same],
        mine.judged[differs],
        spots[differs],
        mine.judged[absent & ~differs],
        theirs.judged[gone],
        status,
        gone_status[theirs.judged[gone]],
        times,
        float(max(width, 0.0) * max(height, 0.0) / (later.size[0] * later.size[1])),
    )


def _is_another(faced: _Faced, rare: np.ndarray | None) -> bool:
    """Whether so many words of a screen differ, among the rare ones most, that it is no copy of the other."""
    if rare is None:
        return False
    differ, telling = faced.off >= SOLID + NOISE * NOISIEST, rare[faced.judged]
    return bool(differ.sum() > MANY * len(differ) and 2 * differ[telling].sum() > telling.sum())


def _faced(one: Laid, other: Laid, frame: np.ndarray, scale: float) -> _Faced:
    """Hold the words of a screen against those of another, which takes up `frame` and shows them at `scale`."""
    signature, boxes = one.signature, one.boxes
    words = signature.words
    large = (words["columns"] >= SHORTEST) & (words["height"] * min(scale, 1.0) >= READABLE)
    judged = np.flatnonzero(_clear(signature) & large & _inside(boxes, frame))
    near, facing = _facing(one, other)
    stands, tells = (np.asarray(each.any(axis=1))[judged] for each in (near, facing))
    columns = words["columns"][judged].astype(int)
    canvases, begins = drawn(other, facing[judged], boxes[judged], columns)
    most, start, known, touched = apart(signature.cells, judged, (canvases, begins)).T
    told = ~stands | (known >= KNOWN * ROWS * columns)
    off = np.where((touched == 0) & (told | ~tells), np.nan, most)
    left, _, right, _ = boxes[judged].T
    stretch = np.stack([start, np.minimum(start + STRETCH, columns)])
    where = (left + stretch * (right - left) / columns).T
    long, long_there = boxes[judged, 2] - boxes[judged, 0], other.boxes[:, 2] - other.boxes[:, 0]
    whole = facing[judged] & (long_there <= WHOLE * long[:, None])
    times = tell_time(signature)[judged] | (whole & tell_time(other.signature)).any(axis=1)
    return _Faced(judged, facing, off, where, told, _bare(one, other, near, facing)[judged], times)


def _bare(one: Laid, other: Laid, near: np.ndarray, facing: np.ndarray) -> np.ndarray:
    """(n, 2) edges of the longest stretch of ink of each word where nothing stands on the other screen; NaN for none.

    Stretches count that are as long as words that are found on every screen, where no mere part of a word stands beside
    them: they would have been found.
    """
    found = np.full((len(one.boxes), 2), np.nan)
    left, top, right, bottom = one.boxes.T
    longest = SURE["columns"] * (bottom - top) / ROWS
    mine, theirs = np.nonzero(near)
    taken = np.minimum(right[mine], other.boxes[theirs, 2]) - np.maximum(left[mine], other.boxes[theirs, 0])
    free = right - left - np.bincount(mine, taken, len(left))
    told = near.any(axis=1) & (near == facing).all(axis=1) & _sure(one.signature)
    for word in np.flatnonzero((free >= longest) & told).tolist():
        boxes = other.boxes[near[word]]
        boxes = boxes[np.argsort(boxes[:, 0])]
        begins, ends = np.maximum.accumulate([left[word], *boxes[:, 2]]), np.array([*boxes[:, 0], right[word]])
        gap = int((ends - begins).argmax())
        inked = one.signature.rasters[word].max(axis=0) > 1
        places = left[word] + (np.flatnonzero(inked) + 0.5) * (right[word] - left[word]) / len(inked)
        places = places[(places > begins[gap]) & (places < ends[gap])]
        if len(places) and np.ptp(places) >= longest[word]:
            found[word] = places[[0, -1]]
    return found


def _leave_bare(faced: _Faced) -> None:
    """Tell words apart of which a long stretch stands where nothing does, however like the rest is."""
    bare = ~np.isnan(faced.bare[:, 0])
    faced.told[bare] = True
    faced.where[bare] = faced.bare[bare]
    faced.off[bare] = np.where(faced.facing[faced.judged[bare]].any(axis=1), np.inf, np.nan)


def _look_closer(faced: _Faced, limit: float, one: Laid, other: Laid) -> None:
    """Lay words that differ, and times of day that are the same with doubt, over each other once more.

    At the best of steps by half a cell: edges are whole pixels.
    """
    doubtful = faced.times & (faced.off >= DOUBT) & (faced.off < limit)
    for at in np.flatnonzero(((faced.off >= limit) & (faced.off < PAST)) | doubtful).tolist():
        word, enough = faced.judged[at], DOUBT if doubtful[at] else limit
        box, count = one.boxes[word], len(NUDGES)
        frames = box + NUDGES * (box[3] - box[1]) / ROWS
        columns = np.full(count, one.signature.rasters[word].shape[1])
        canvases = drawn(other, np.repeat(faced.facing[[word]], count, axis=0), frames, columns)
        least = apart(one.signature.cells, np.full(count, word), canvases)[:, 0]
        near = least[least < enough]
        faced.off[at] = near[0] if len(near) else min(faced.off[at], least.min())


def _times(mine: _Faced, theirs: _Faced) -> tuple[np.ndarray, np.ndarray]:
    """(n,) bool, twice: which words of a screen are of a time of day, and which of no time that is not beyond doubt.

    One that was found whole on the other screen alone stands for the words in its place.
    """
    shown, firm = np.zeros(len(mine.facing), bool), np.ones(len(mine.facing), bool)
    shown[mine.judged] = mine.times
    firm[mine.judged[mine.times & ~(mine.off < DOUBT)]] = False
    facing = theirs.facing[theirs.judged]
    shown |= facing[theirs.times].any(axis=0)
    firm &= ~facing[theirs.times & ~(theirs.told & (theirs.off < DOUBT))].any(axis=0)
    return shown, firm


def _opposite(faced: _Faced, limit: float, other: Laid) -> np.ndarray:
    """(n, 2) edges of the stretch in which words of one screen differ from those of the other there, or next to it.

    NaN for those of the other's words where they do not.
    """
    found = np.full((len(other.reach), 2), np.nan)
    for at in np.flatnonzero(faced.off >= limit).tolist():
        left, right = faced.where[at]
        (facing,) = faced.facing[faced.judged[at]].nonzero()
        away = np.maximum(other.reach[facing, 0] - right, left - other.reach[facing, 2])
        found[facing[(away < 0) | (away == away.min())]] = left, right
    return found


def _clear(signature: Signature) -> np.ndarray:
    """Which words stand on ground that is none of a photograph, are letters, and are not cut by the screen's edge."""
    words, (wide, high) = signature.words, signature.size
    whole = (words["x"] > 0) & (words["y"] > 0)
    whole &= (words["x"] + words["width"] < wide) & (words["y"] + words["height"] < high)
    ground = ((words["clear"] >= CLEAR) & (words["plain"] >= PLAIN)) | (words["clear"] >= CALM)
    ink = np.abs(words["ink"].astype(int) - words["ground"]).max(axis=1) > FAINT
    return np.asarray(ground & ink & whole & (words["mass"] <= MASSIVE))


def _sure(signature: Signature) -> np.ndarray:
    """Which words are found on every screen that shows them."""
    plain, light, long = (signature.words[name] for name in SURE)
    return np.asarray((plain >= SURE["plain"]) & (light <= SURE["mass"]) & (long >= SURE["columns"]) & (long < WIDEST))


def _inside(boxes: np.ndarray, frame: np.ndarray) -> np.ndarray:
    return np.asarray((boxes[:, :2] >= frame[:2] - 1).all(axis=1) & (boxes[:, 2:] <= frame[2:] + 1).all(axis=1))


def tell_time(signature: Signature) -> np.ndarray:
    """(n,) bool: which words are a time of day: few signs apart, and amid them a colon, two dots above each other.

    Digits beside a colon rise above it, unless they are dots themselves, as zeros of the East are.
    """
    columns = signature.words["columns"]
    signs, _, amid = _signs(signature)
    few = (signs >= SIGNS[0]) & (signs <= SIGNS[1])
    return np.asarray((columns >= CLOCK[0]) & (columns <= CLOCK[1]) & (amid > 0) & few)


def _signs(signature: Signature) -> np.ndarray:
    """(3, n) int: how many signs words have, whether a colon leads a digit first of all, and whether amid them."""
    found = np.zeros((3, len(signature)), np.int64)
    _colons(*signature.cells, COLON, DOT, RISE, found)
    return found


def _parted(signature: Signature) -> list[tuple[int, int]]:
    """Words that are the hour, and the minutes with their colon, of one time of day: "11" and ":53"."""
    boxes, found = signature.boxes, []
    high = boxes[:, 3] - boxes[:, 1]
    columns = signature.words["columns"]
    signs, led, _ = _signs(signature)
    minutes = (columns >= SHORTEST) & (columns <= CLOCK[0] + HOUR) & (led > 0) & (signs == MINUTES)
    for word in np.flatnonzero(minutes).tolist():
        gap = (boxes[word, 0] - boxes[:, 2]) / high[word]
        level = np.abs(boxes[:, [1, 3]] - boxes[word, [1, 3]]).max(axis=1) / high[word]
        before = np.flatnonzero((np.abs(gap) <= BESIDE) & (level <= BESIDE / 2) & (signature.words["columns"] <= HOUR))
        found += [(int(before[0]), word)] if len(before) == 1 else []
    return found


@compiled
@no_type_check
def _colons(cells, starts, colon, dot, rise, found):
    rows = ROWS
    for one in range(len(starts) - 1):
        begin, columns = starts[one], (starts[one + 1] - starts[one]) // rows
        count, start, led, amid = 0, -1, False, False
        before, low_before = rows, False  # where the sign before this one begins, and whether it is a mere dot
        upper, risen = -1, False  # where the colon before this sign begins; whether the sign before that rises above it
        for j in range(columns + 1):
            inked = False
            for i in range(rows):
                inked |= j < columns and cells[begin + i * columns + min(j, columns - 1)] == 2
            if inked and start < 0:
                start = j
            elif not inked and start >= 0:
                count += 1
                dots, longest, shortest, top, begun, ended, gap = 0, 0, rows, rows, -1, -1, 0
                for i in range(rows + 1):
                    here = False
                    for k in range(start, j):
                        here |= i < rows and cells[begin + min(i, rows - 1) * columns + k] == 2
                    if here and begun < 0:
                        begun, top = i, min(top, i)
                        if dots == 1:
                            gap = begun - ended
                    elif not here and begun >= 0:
                        dots, longest, shortest, ended = dots + 1, max(longest, i - begun), min(shortest, i - begun), i
                        begun = -1
                low = dots == 1 and longest <= dot
                if upper >= 0 and (low or top + rise <= upper) and (risen or top + rise <= upper):
                    led |= count == 2
                    amid |= count > 2
                upper = -1
                even = dots == 2 and longest <= dot and longest - shortest <= 2 and gap >= 2 and 2 * ended > rows
                if even and j - start <= colon and (count == 1 or low_before or before + rise <= top):
                    upper, risen = top, before + rise <= top
                before, low_before, start = top, low, -1
        found[0, one], found[1, one], found[2, one] = count, led, amid


def _facing(one: Laid, other: Laid) -> tuple[np.ndarray, np.ndarray]:
    """(n, m) bool, twice: which words of another screen stand in the place of which, and which of them can tell.

    Not every word was found whole on both: strokes of it, and holes of letters, whose ink is its ground, cannot tell.
    """
    boxes, there = one.boxes, other.boxes
    left, top, right, bottom = (side[:, None] for side in boxes.T)
    near = (there[:, 0] < right) & (there[:, 2] > left) & (there[:, 1] < bottom) & (there[:, 3] > top)
    mine, theirs = np.nonzero(near)  # few of all pairs
    here, words, box, box_there = one.signature.words[mine], other.signature.words[theirs], boxes[mine], there[theirs]
    wide, tall = (box[:, 2:] - box[:, :2]).T
    wide_there, tall_there = (box_there[:, 2:] - box_there[:, :2]).T
    abreast = np.minimum(tall, tall_there) >= ABREAST * np.maximum(tall, tall_there)
    ink, ground, ink_there, ground_there = (each[name].astype(int) for each in (here, words) for name in INKS)
    as_is = (np.abs(ink - ink_there) + np.abs(ground - ground_there)).sum(axis=1)
    inverse = (np.abs(ink - ground_there) + np.abs(ground - ink_there)).sum(axis=1)
    hole = (inverse < as_is) & (np.minimum(wide, wide_there) <= tall)  # wider ones are words of other colours
    facing = near & _clear(other.signature)
    facing[mine, theirs] &= abreast & ~hole
    return near, facing
