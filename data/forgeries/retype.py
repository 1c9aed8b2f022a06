"""Erase and type again: a whole line, one word of it, or a digit or two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from realfake.data.drawing.rasterisers import TextStyle, coverage, shape
from realfake.data.forgeries.edit import Edit
from realfake.data.forgeries.erase import erase
from realfake.data.forgeries.hand import Hand
from realfake.data.forgeries.look import Look, free_margins, observe
from realfake.data.forgeries.texts import guessed, other_digit, replacement, respelt
from realfake.data.forgeries.typeface import cap_height, matching_style, rounded_colour
from realfake.data.screenshots.screen import TextField
from realfake.forensics.box import Box

Generator = np.random.Generator

SHARED_EDGE = 2  # pixels within which two lines count as aligned
CENTRED = 0.015  # of the image's width
TRIES = 5
FREE_END = 0.35  # chance that the word is changed that has room beside it
RESPELT = 0.35  # chance that a word makes way for letters that nobody checked


@dataclass(frozen=True)
class Piece:
    """Part of a line that is typed anew: its ink, the text to put there and where its origin belongs."""

    box: Box
    text: str
    x: float


def retype_line(edit: Edit, field: TextField, fields: Sequence[TextField], hand: Hand, rng: Generator) -> bool:
    """Erase a whole line and type another text there; False if the line cannot be worked on."""
    look = observe(edit.rgb, field.box)
    if look is None:
        return False
    text = new_text(field, look, rng)
    old = known_style(field, look, text, hand)
    room = room_around(field, fields, edit.frame)
    style = hand.style(old, text, look, rng)
    left, width = ink_extent(text, style)
    for _ in range(TRIES):
        if width <= room.width:
            break
        text = new_text(field, look, rng)
        style = hand.style(old, text, look, rng)
        left, width = ink_extent(text, style)
    else:
        return False
    x = anchored(field.box, width, anchor(field, fields, edit.frame.width)) - left
    x = float(np.clip(x, room.x - left, room.right - width - left))
    _replace(edit, look, Piece(field.box, text, x), line_baseline(field, look), style, hand, rng)
    return True


def retype_digits(edit: Edit, field: TextField, hand: Hand, rng: Generator) -> bool:
    """Change one to three neighbouring digits in place; False if there are none."""
    look = observe(edit.rgb, field.box)
    if look is None:
        return False
    piece = _known_digits(field, rng) if field.style and field.x is not None else _seen_digits(look, rng)
    return piece is not None and _retype_piece(edit, field, look, piece, hand, rng)


def retype_word(edit: Edit, field: TextField, fields: Sequence[TextField], hand: Hand, rng: Generator) -> bool:
    """Change one word of a line, mostly one that has room to grow; False if no other word fits there."""
    look = observe(edit.rgb, field.box)
    if look is None:
        return False
    words, parts = look.words, field.text.split()
    known = parts if len(parts) == len(words) else []
    side = anchor(field, fields, edit.frame.width)
    free = 0 if side == "right" else len(words) - 1
    chosen = free if rng.random() < FREE_END else int(rng.integers(len(words)))
    box = _whole_height(look.cell(*look.runs[chosen]), field)
    room = _gap(look, chosen, room_around(field, fields, edit.frame))
    side = "right" if side == "right" and chosen == 0 else "left"
    for _ in range(TRIES):
        text = _new_word(field, look, words[chosen], known[chosen] if known else "", rng)
        style = hand.style(known_style(field, look, text, hand), text, look, rng)
        left, width = ink_extent(text, style)
        x = anchored(box, width, side)
        if room.x <= x and x + width <= room.right:
            _replace(edit, look, Piece(box, text, x - left), line_baseline(field, look), style, hand, rng)
            return True
    return False


def new_text(field: TextField, look: Look, rng: Generator) -> str:
    """A plausible text for a field, read or not."""
    return replacement(field.text, field.field, rng) if field.text else guessed(len(look.glyphs), look.numeric, rng)


def known_style(field: TextField, look: Look, text: str, hand: Hand) -> TextStyle:
    """The line's style, as known or as judged by eye; its ink as the eye picks it."""
    if field.style is None:
        return matching_style(look, text, np.random.default_rng(hand.taste))
    if not hand.picks_ink:
        return field.style
    return replace(field.style, ink=rounded_colour(look.ink), opacity=1.0)


def line_baseline(field: TextField, look: Look) -> float:
    """Where the line's text stands, known or seen."""
    return field.baseline if field.baseline is not None else float(look.baseline)


def anchor(field: TextField, fields: Sequence[TextField], width: int) -> str:
    """Which edge a line holds when its text changes: "left", "right" or "centre", judged by the lines around it."""
    others = [other.box for other in fields if other is not field and abs(other.box.y - field.box.y) > field.box.height]
    lefts = sum(abs(box.x - field.box.x) <= SHARED_EDGE for box in others)
    rights = sum(abs(box.right - field.box.right) <= SHARED_EDGE for box in others)
    if abs(field.box.x + field.box.width / 2 - width / 2) < CENTRED * width and lefts + rights == 0:
        return "centre"
    if rights == lefts:
        return "right" if field.box.x + field.box.width / 2 > 0.6 * width else "left"
    return "right" if rights > lefts else "left"


def anchored(box: Box, width: float, side: str) -> float:
    """Left edge of ink `width` pixels wide that stands where `box` stands."""
    slack = box.width - width
    return box.x + {"left": 0.0, "right": slack, "centre": slack / 2}[side]


def room_around(field: TextField, fields: Sequence[TextField], frame: Box) -> Box:
    """The stretch of a line's row that no other line occupies."""
    box = field.box
    row = [other.box for other in fields if other is not field and _same_row(other.box, box)]
    gap = box.height // 2
    left = max([other.right + gap for other in row if other.right <= box.x + 1], default=gap)
    right = min([other.x - gap for other in row if other.x >= box.right - 1], default=frame.width - gap)
    return Box.from_edges(min(left, box.x), box.y, max(right, box.right), box.bottom)


def ink_extent(text: str, style: TextStyle) -> tuple[int, int]:
    """Left bearing and width of a text's ink, pixels."""
    mask, left, _ = coverage(text, 0.0, 0.0, style)
    return left, mask.shape[1]


def _replace(
    edit: Edit,
    look: Look,
    piece: Piece,
    baseline: float,
    style: TextStyle,
    hand: Hand,
    rng: Generator,
    tight: bool = False,
) -> None:
    margins = free_margins(edit.rgb, piece.box, look.paper, look.cap)
    if tight:
        margins = tuple(min(margin, 1) if i % 2 == 0 else margin for i, margin in enumerate(margins))
    erase(edit, hand.area(piece.box, look.cap, margins, rng), look, hand, rng)
    edit.type(piece.text, *hand.place(piece.x, baseline, look.cap, rng), style, hand.soften)


def _retype_piece(edit: Edit, field: TextField, look: Look, piece: Piece, hand: Hand, rng: Generator) -> bool:
    old = known_style(field, look, piece.text, hand)
    style = hand.style(old, piece.text, look, rng)
    x = piece.x
    if field.style is None or hand.font != "same":  # another face has other advances: centre the new ink on the old
        left, width = ink_extent(piece.text, style)
        x = piece.box.x + (piece.box.width - width) / 2 - left
    _replace(edit, look, Piece(piece.box, piece.text, x), line_baseline(field, look), style, hand, rng, tight=True)
    return True


def _known_digits(field: TextField, rng: Generator) -> Piece | None:
    """A run of digits of a text that is known, in its cells of the line."""
    digits = [i for i, letter in enumerate(field.text) if letter in "0123456789"]
    if not digits or field.style is None or field.x is None:
        return None
    run = shape(field.text, field.style)
    if len(run.xs) != len(field.text):  # ligatures and combining marks: cells are not characters
        return None
    first = digits[int(rng.integers(len(digits)))]
    last = first
    while last + 1 in digits and last - first < 2 and rng.random() < 0.45:
        last += 1
    edges = [*run.xs, run.advance]
    left, right = field.x + edges[first], field.x + edges[last + 1]
    text = "".join(other_digit(letter, rng) for letter in field.text[first : last + 1])
    box = Box.from_edges(int(np.floor(left)), field.box.y, int(np.ceil(right)), field.box.bottom)
    return Piece(box, text, left)


def _seen_digits(look: Look, rng: Generator) -> Piece | None:
    """A run of what looks like digits."""
    if not look.numeric:
        return None
    digits = look.digit_like
    first = digits[int(rng.integers(len(digits)))]
    last = first + 1 if first + 1 in digits and rng.random() < 0.3 else first
    if look.glyphs[last].x - look.glyphs[first].right > look.cap:
        last = first
    box = look.cell(first, last)
    return Piece(box, "".join(str(digit) for digit in rng.integers(0, 10, last - first + 1)), float(box.x))


def _new_word(field: TextField, look: Look, word: Sequence[Box], old: str, rng: Generator) -> str:
    """Another word for `old`, or for what nobody has read."""
    if not old:
        digits = {look.glyphs[i] for i in look.digit_like}
        numeric = sum(glyph in digits for glyph in word) >= 0.7 * len(word)
        if not numeric and rng.random() < RESPELT:
            return respelt(str(rng.choice(["X", "x"])) + "x" * (len(word) - 1), rng)
        return guessed(len(word), numeric, rng)
    if not any(letter in "0123456789" for letter in old):
        if rng.random() < RESPELT:
            return respelt(old, rng)
        return replacement(old, "to_name" if field.field in ("to_name", "from_name") else "body", rng).split()[0]
    dated = field.field in ("date", "time") and any(mark in old for mark in ":/.-")
    return replacement(old, "date" if dated else field.field if field.field == "amount" else "number", rng)


def _whole_height(box: Box, field: TextField) -> Box:
    return Box(box.x, field.box.y, box.width, field.box.height)


def _gap(look: Look, chosen: int, room: Box) -> Box:
    """The stretch of a line between the neighbours of a word, less a little space to each."""
    space = round(0.15 * look.cap)
    before, after = look.words[:chosen], look.words[chosen + 1 :]
    left = before[-1][-1].right + space if before else room.x
    right = after[0][0].x - space if after else room.right
    return Box.from_edges(
        min(left, look.words[chosen][0].x), room.y, max(right, look.words[chosen][-1].right), room.bottom
    )


def _same_row(one: Box, other: Box) -> bool:
    return min(one.bottom, other.bottom) - max(one.y, other.y) > 0.3 * min(one.height, other.height)


def scale_of(field: TextField, look: Look) -> float:
    """Capital height of a line, pixels: from its style where that is known."""
    return cap_height(field.style) if field.style else float(look.cap)
