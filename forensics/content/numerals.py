"""Numbers of a line sign by sign: each piece of their ink is one sign, and where it stands tells which it may be.

What reads whole lines loses one of two like digits side by side, adds one to a wide digit, and takes the zeros of the
East, which are dots, for points. The pieces of a number are counted here, and each is the likeliest sign of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, pairwise

import cv2
import numpy as np

EASTERN = "٠١٢٣٤٥٦٧٨٩۴۵۶"  # the last three are Persian; the others look alike
WESTERN = "0123456789"
MARKS = ".,،٫٬:/-"
NUMERIC = re.compile(  # with letters that look like digits, more of them beside those of the East
    f"[-+]?(?:[{EASTERN}{WESTERN}Il|Oo{MARKS}]+|[{EASTERN}Il|OoاVF{MARKS}]+)[-+]?"
)
DIGIT, DOTS = re.compile(f"[{EASTERN}]"), re.compile("(?<!•)•{1,2}(?!•)")  # zeros beside such digits; more are a mask
WESTERN_WORD = re.compile("[A-Za-z0-9]+")
POINTS = ".,٫٬،"
INK, LEVELS = 102, 256  # gray levels of ink, from which on a pixel is part of a piece
LEAST = 3  # pixels of a piece
ABOVE = 0.5  # of the narrower of two pieces: what they share where one stands above the other
TALL = 0.6  # of the tallest piece of a number: digits but for zeros
AS_WIDE = 0.85  # of the narrowest gap between words of a line: a gap between others
WIDEST = 1.65  # of their height: a wider piece is several digits
# By the height of a digit:
LOW, HIGH, SMALL, LONG = 0.77, 0.42, 0.55, 1.3  # middles of points, and of apostrophes; zeros and dashes; strokes
GRID = 1024  # steps of a likelihood: what processors differ by is smaller
UNLIKELY = 5  # such steps, for a sign


def with_numbers(
    read: Sequence[str], steps: np.ndarray, likely: np.ndarray, picture: np.ndarray, signs: Sequence[str]
) -> str:
    """A line whose numbers are read by their pieces.

    Parameters
    ----------
    read : of str
        Its signs from left to right, as they were told.
    steps : ndarray, (signs read,) int
        Where each was told.
    likely : ndarray, (steps, signs) float32
        How likely each sign is at each step from left to right.
    picture : ndarray, (h, w) float32
        Its ink, 0 to 1.
    signs : of str
        All that can be told.
    """
    middles = (np.arange(len(likely)) + 0.5) * picture.shape[1] / len(likely)
    places = middles[steps]
    ink = pieces(picture)
    centres = ink[:, :2].mean(axis=1)
    words = _words(read)
    if not words:
        return ""
    edges = [(places[one[-1]] + places[next_one[0]]) / 2 for one, next_one in pairwise(words)]
    spans = list(pairwise([0.0, *edges, np.inf]))
    parts = [ink[(centres >= start) & (centres < stop)] for start, stop in spans]
    lettered = [len(own) > 0 and any(read[i].isalnum() for i in word) for word, own in zip(words, parts, strict=True)]
    gaps = [
        after[0, 0] - before[-1, 1]
        for (before, after), both in zip(pairwise(parts), pairwise(lettered), strict=True)
        if all(both)
    ]
    space = min(gaps, default=0)
    told = []
    for word, (start, stop), own in zip(words, spans, parts, strict=True):
        text = "".join(read[i] for i in word)
        chances = likely
        if DIGIT.search(text) and DOTS.search(text):
            text = DOTS.sub(lambda dots: EASTERN[0] * len(dots[0]), text)
            chances = likely.copy()
            chances[:, signs.index(EASTERN[0])] += likely[:, signs.index("•")]
        if len(text) > 1 and NUMERIC.fullmatch(text) and any(map(str.isdigit, text)):
            inside = (middles >= start) & (middles < stop)
            text = spelled(text, chances[inside], middles[inside], own, signs)
        told.append(_spaced(text, own, space))
    return " ".join(told)


def _spaced(text: str, ink: np.ndarray, space: int) -> str:
    """A word of the West as several where gaps between its pieces are as wide as those between others of its line."""
    if space <= 0 or len(ink) != len(text) or not WESTERN_WORD.fullmatch(text):
        return text
    wide = np.append(False, ink[1:, 0] - ink[:-1, 1] >= AS_WIDE * space)
    return "".join(" " * bool(parted) + sign for sign, parted in zip(text, wide, strict=True))


def _words(read: Sequence[str]) -> list[list[int]]:
    """Places of the signs of each word."""
    runs = [list(run) for _, run in groupby(range(len(read)), key=lambda i: read[i] == " ")]
    return [run for run in runs if read[run[0]] != " "]


def pieces(picture: np.ndarray) -> np.ndarray:
    """Left, right, top and bottom edge of each piece of ink from left to right, (n, 4) int; what stands one above the
    other is one piece.

    Examples
    --------
    >>> import numpy as np
    >>> from realfake.forensics.content.numerals import pieces
    >>> picture = np.zeros((12, 20), np.float32)
    >>> picture[2:10, 2:6] = picture[3:5, 10:12] = picture[8:10, 10:12] = 1
    >>> pieces(picture).tolist()
    [[2, 6, 2, 10], [10, 12, 3, 10]]
    """
    inked = (np.round(picture * LEVELS) > INK).astype(np.uint8)
    stats = cv2.connectedComponentsWithStats(inked, connectivity=8)[2][1:]
    found: list[list[int]] = []
    for left, top, width, height in sorted(stats[stats[:, 4] >= LEAST, :4].tolist()):
        right, bottom = left + width, top + height
        last = found[-1] if found else None
        if last is not None and min(right, last[1]) - left >= ABOVE * min(width, last[1] - last[0]):
            found[-1] = [last[0], max(right, last[1]), min(top, last[2]), max(bottom, last[3])]
        else:
            found.append([left, right, top, bottom])
    return np.array(found, np.int64).reshape(-1, 4)


def spelled(text: str, likely: np.ndarray, middles: np.ndarray, ink: np.ndarray, signs: Sequence[str]) -> str:
    """A number by its `pieces`; as it was told where some of them are several signs, or none that a number has.

    Parameters
    ----------
    text : as it was told
    likely : ndarray, (steps, signs) float32
    middles : ndarray, (steps,) float
        Where each step stands, pixels.
    ink : ndarray, (n, 4) int
        Left, right, top and bottom edge of each piece.
    signs : of str
    """
    if len(ink) < 2:
        return text
    heights = ink[:, 3] - ink[:, 2]
    tall = ink[heights > TALL * heights.max()]
    top, digit = np.median(tall[:, 2]), np.median(tall[:, 3]) - np.median(tall[:, 2])
    if np.any(ink[:, 1] - ink[:, 0] > WIDEST * digit):
        return text
    digits = EASTERN if 2 * sum(map(EASTERN.count, text)) > sum(map(str.isdigit, text)) else WESTERN
    apart = np.maximum(np.maximum(ink[:, 0] - middles[:, None], middles[:, None] - ink[:, 1]), 0)
    apart = apart + 0.01 * np.abs(middles[:, None] - ink[:, :2].mean(axis=1))
    nearest = apart.argmin(axis=1)
    told, kept = "", []
    for number, (_, _, upper, lower) in enumerate(ink):
        middle, height = ((upper + lower) / 2 - top) / digit, (lower - upper) / digit
        may_be = [signs.index(sign) for sign in _may_be(middle, height, digits)]
        chance = np.round(likely[nearest == number][:, may_be].sum(axis=0) * GRID)
        told += signs[may_be[int(chance.argmax())]]
        kept += [number] if chance.max() >= UNLIKELY else []
    if not kept or kept[-1] - kept[0] >= len(kept):
        return text
    return told[kept[0] : kept[-1] + 1]  # what stands beside it is of a word that was not read


def _may_be(middle: float, height: float, digits: str) -> str:
    """Signs that a piece of a number may be, by its middle below the top of digits and its height, of theirs."""
    if height > LONG:
        return digits + "/:-+|" + POINTS
    if middle > LOW:
        return POINTS + ":"
    if middle < HIGH and height < TALL:
        return POINTS + "'"
    if height < SMALL:
        return "-:+" + (digits[0] + digits[5] if digits == EASTERN else "•")
    return digits + "/:+|"
