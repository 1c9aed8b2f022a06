"""The digits of Arabic and Persian, told by their shapes: the readers at hand know letters beside them and not these.

Such digits join with nothing, so each is a piece of ink of its own. A network of one hidden layer, trained on digits
that are drawn with fonts (`python -m benchmarks.eastern`), says of each piece which digit or mark it is, or that it is
none; a word is a number where all its pieces are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np

WEIGHTS = Path(__file__).with_name("eastern.npz")
OTHER = ""  # class of what is no digit and no mark
MARKS = (".", "/", ":", "-", "+")  # the first is any mark of thousands or decimals: they look alike
CLASSES = (OTHER, *"0123456789", *MARKS)
DISTINCT = "234678"  # digits that look like none of the West, but for a font
FAINT = 40  # gray levels: less contrast is no ink
SIDE = 16  # pixels of the square to which a piece is scaled
PLACE = 4.0  # by which sizes and places are enlarged beside the 256 pixels of a picture
SHARED = 0.5  # of the narrower of two pieces: columns that they share where they are one sign, as of a colon
SPACE = 0.25  # of the line's height: the gap between two words
USUAL = 0.5  # of it: how wide a sign's place is, of which a dot or a stroke has ink in the middle alone
STEP = 1.35  # of the usual distance between signs: what two that stand in one number are apart at most
BARE = 1 + 2 * 0.2  # heights of a line in its picture, which shows a fifth of it above and below
SPECK = 0.03  # of the line's height: lower and narrower pieces are dirt
MOST = 60  # pieces of one line
SURE = 0.6  # how likely every piece of a word must be
CERTAIN = 0.9  # the same, for what says of a screen that it has such digits
FEWEST = 4  # different ones on a screen that has such digits: in a font of the West one or two look like one


@dataclass(frozen=True)
class Piece:
    """One sign's ink: columns and rows from the first to behind the last, pixels of the line's picture."""

    left: int
    right: int
    top: int
    bottom: int


@dataclass(frozen=True)
class Word:
    """Pieces that stand close together, as a number in digits of the West; `text` is "" where they are none."""

    left: int
    right: int
    text: str
    sure: float
    signs: tuple[Piece, ...] = ()


def strength(crop: np.ndarray) -> np.ndarray:
    """How far each pixel of a line's picture is from its ground, (h, w) float32, 0 to 1 of the widest."""
    gray = cv2.cvtColor(np.ascontiguousarray(crop), cv2.COLOR_RGB2GRAY).astype(np.int16)
    off = np.abs(gray - int(np.median(np.concatenate([gray[0], gray[-1]]))))
    return (off / np.float32(max(int(off.max()), FAINT))).astype(np.float32)


def pieces_of(ink: np.ndarray) -> list[list[Piece]]:
    """The signs of a line by words, from left to right.

    Parameters
    ----------
    ink : ndarray, (h, w) float32
        As `strength` gives it.
    """
    height = ink.shape[0]
    _, _, found, _ = cv2.connectedComponentsWithStats((ink > 0.5).astype(np.uint8), connectivity=8)
    least = max(SPECK * height, 1.0)
    boxes = sorted(
        (Piece(int(x), int(x + w), int(y), int(y + h)) for x, y, w, h, _ in found[1:] if max(w, h) > least),
        key=lambda piece: piece.left,
    )
    signs: list[Piece] = []
    for box in boxes[: 2 * MOST]:
        last = signs[-1] if signs else None
        if last is not None and min(last.right, box.right) - box.left >= SHARED * min(
            last.right - last.left, box.right - box.left
        ):
            signs[-1] = Piece(
                last.left, max(last.right, box.right), min(last.top, box.top), max(last.bottom, box.bottom)
            )
        else:
            signs.append(box)
    words: list[list[Piece]] = []
    for sign in signs[:MOST]:
        if words and _gap(words[-1][-1], sign, height / BARE) <= SPACE * height / BARE:
            words[-1].append(sign)
        else:
            words.append([sign])
    return words


def _gap(one: Piece, other: Piece, height: float) -> float:
    """Columns between the places of two signs, which are wider than the ink of dots and strokes."""
    bare = sum(max(USUAL * height - (sign.right - sign.left), 0.0) / 2 for sign in (one, other))
    return other.left - one.right - bare


def _narrowly(signs: list[Piece], height: float) -> list[list[Piece]]:
    """The signs of a word by the gaps between their ink."""
    parts = [signs[:1]]
    for sign in signs[1:]:
        if sign.left - parts[-1][-1].right > SPACE * height / BARE:
            parts.append([])
        parts[-1].append(sign)
    return parts


def looks(ink: np.ndarray, word: list[Piece]) -> np.ndarray:
    """What the network sees of each sign of a word, (n, 261) float32: its picture, its size and where it stands."""
    top, bottom = min(sign.top for sign in word), max(sign.bottom for sign in word)
    tall = max(bottom - top, 1)
    seen = np.zeros((len(word), SIDE * SIDE + 5), np.float32)
    for row, sign in zip(seen, word, strict=True):
        wide, high = sign.right - sign.left, sign.bottom - sign.top
        scale = SIDE / max(wide, high)
        size = max(round(wide * scale), 1), max(round(high * scale), 1)
        shrunk = cv2.resize(ink[sign.top : sign.bottom, sign.left : sign.right], size, interpolation=cv2.INTER_AREA)
        square = np.zeros((SIDE, SIDE), np.float32)
        y, x = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
        square[y : y + size[1], x : x + size[0]] = shrunk
        row[: SIDE * SIDE] = square.ravel()
        middle = (sign.top + sign.bottom) / 2
        row[SIDE * SIDE :] = PLACE * np.array(
            (
                high / tall,
                (middle - top) / tall,
                min(wide / max(high, 1), 3.0),
                high / ink.shape[0],
                middle / ink.shape[0],
            )
        )
    return seen


@cache
def _network() -> tuple[np.ndarray, ...]:
    with np.load(WEIGHTS) as stored:
        return tuple(stored[name].astype(np.float64) for name in ("first", "first_bias", "second", "second_bias"))


def likely(seen: np.ndarray) -> np.ndarray:
    """How likely each of `CLASSES` is for each sign, (n, 16) float64, by (n, 261) of `looks`."""
    first, first_bias, second, second_bias = _network()
    hidden = np.maximum(seen.astype(np.float64) @ first + first_bias, 0.0)
    scores = hidden @ second + second_bias
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(scores / scores.sum(axis=1, keepdims=True))


def words_of(crop: np.ndarray) -> list[Word]:
    """The words of a line's picture, (h, w, 3) uint8, those that are numbers in Eastern digits as such."""
    ink = strength(crop)
    found: list[Word] = []
    for signs in pieces_of(ink):
        word = _word(ink, signs)
        parts = [] if word.text else _narrowly(signs, ink.shape[0])
        found += [_word(ink, part) for part in parts] if len(parts) > 1 else [word]
    found = _merged(ink, found)
    alone = all(len(word.text) < 2 for word in found)  # a letter that stands alone looks like a digit
    return [Word(word.left, word.right, "", word.sure) if alone else word for word in found]


def _word(ink: np.ndarray, signs: list[Piece]) -> Word:
    told = likely(looks(ink, signs))
    best = told.argmax(axis=1)
    sure = round(float(told.max(axis=1).min()) * 64) / 64
    text = "".join(CLASSES[number] for number in best)
    is_number = sure >= SURE and OTHER not in {CLASSES[number] for number in best} and any(map(str.isdigit, text))
    return Word(signs[0].left, signs[-1].right, marked(text) if is_number else "", sure, tuple(signs))


def _merged(ink: np.ndarray, words: list[Word]) -> list[Word]:
    """Words of which those that are one number are one: its signs stand no farther apart than others' on the line."""
    steps = [
        (two.left + two.right - one.left - one.right) / 2
        for word in words
        if word.text
        for one, two in pairwise(word.signs)
    ]
    between = [
        (b.signs[0].left + b.signs[0].right - a.signs[-1].left - a.signs[-1].right) / 2
        for a, b in pairwise(words)
        if a.text and b.text
    ]
    usual = float(np.median(steps + between)) if steps + between else 0.0
    merged = words[:1]
    for word in words[1:]:
        last = merged[-1]
        apart = (word.signs[0].left + word.signs[0].right - last.signs[-1].left - last.signs[-1].right) / 2
        if last.text and word.text and apart <= STEP * usual:
            whole = _word(ink, [*last.signs, *word.signs])
            if whole.text:
                merged[-1] = whole
                continue
        merged.append(word)
    return merged


def is_eastern(crops: Sequence[np.ndarray]) -> bool:
    """Whether the numbers on a screen's lines surely have enough different digits that no other script has."""
    kinds: set[str] = set()
    for crop in crops:
        for word in words_of(crop):
            if len(word.text) > 1 and word.sure >= CERTAIN:
                kinds |= set(word.text) & set(DISTINCT)
        if len(kinds) >= FEWEST:
            return True
    return False


def marked(text: str) -> str:
    """A number whose points and commas are those of the West.

    The marks of thousands and decimals look alike and unlike in every font: what they are is told by where they stand.

    Examples
    --------
    >>> from realfake.forensics.content.eastern import marked
    >>> marked("1.234,50"), marked("12,345"), marked("26.11.2026"), marked("7,5")
    ('1,234.50', '12,345', '26.11.2026', '7.5')
    """
    if set(text) - set("0123456789.,"):
        return text.replace(",", ".") if ":" not in text and "/" not in text and text.count("-") < 2 else text
    groups = text.replace(",", ".").split(".")
    if len(groups) == 1 or not all(groups):
        return text
    thousands = len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:-1])
    if len(groups) > 2 and not thousands:
        return ".".join(groups)
    if len(groups[-1]) == 3:
        return ",".join(groups) if len(groups[0]) <= 3 else ".".join(groups)
    if len(groups) > 2 and len(groups[-1]) > 2:
        return ".".join(groups)
    return ",".join(groups[:-1]) + "." + groups[-1]
