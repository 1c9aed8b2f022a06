"""Forgers of content: they change what a receipt says in one place, in all places, or in part of an identifier."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from realfake.data.drawing.rasterisers import shape
from realfake.data.forgeries.edit import Edit
from realfake.data.forgeries.erase import erase
from realfake.data.forgeries.hand import Hand
from realfake.data.forgeries.look import Look, free_margins, observe
from realfake.data.forgeries.retype import anchor, anchored, ink_extent, known_style, line_baseline, room_around
from realfake.data.forgeries.target import worth
from realfake.data.forgeries.values import (
    other_amount,
    other_identifier,
    other_moment,
    read_amount,
    run_of_signs,
    with_amount,
    with_words,
)
from realfake.data.screenshots.content import Formats
from realfake.data.screenshots.screen import TextField
from realfake.forensics.box import Box

Generator = np.random.Generator
Says = dict[int, str]  # numbers of lines, and what they say now

SUMS = ("headline", "amount", "total")
MOMENTS = ("date", "time")
NUMBERS = ("reference", "account")  # roles of identifiers
TARGETS = {"amount": 0.5, "moment": 0.25, "reference": 0.25}  # what a careless forger goes for
IN_PLACE = 0.5  # chance that only the signs that differ are typed anew
ERASED = 0.6  # share of partial forgeries that put nothing in place
SHORTEST, LONGEST = 2, 5  # signs that a partial forger works on
FEWEST_DIGITS = 8  # glyphs of a line that nobody has read and that may be an identifier
TRIES = 8


def careless(
    edit: Edit, fields: Sequence[TextField], hand: Hand, rng: Generator, formats: Formats | None = None
) -> Says:
    """Change one line and leave all others; return it and what it says now, nothing if there is none."""
    targets = [str(name) for name in rng.choice([*TARGETS], len(TARGETS), replace=False, p=[*TARGETS.values()])]
    for target in targets:
        lines = _lines(edit, fields, {"amount": SUMS, "moment": MOMENTS, "reference": ("reference",)}[target])
        for i in rng.permutation(lines).tolist():
            new = careless_text(target, fields[i].text, formats, rng)
            if new != fields[i].text and write_line(edit, fields[i], fields, new, hand, rng):
                return {i: new}
    return {}


def careful(
    edit: Edit, fields: Sequence[TextField], hand: Hand, rng: Generator, formats: Formats | None = None
) -> Says:
    """Change a value wherever it stands; return the lines and what they say now, nothing if one cannot be changed."""
    for _ in range(TRIES):
        says = (
            _other_sums(edit, fields, formats, rng) if formats and rng.random() < 0.7 else _other_moments(fields, rng)
        )
        if says and all(worth(fields[i], edit.rgb.shape) > 0 for i in says):
            done = [write_line(edit, fields[i], fields, text, hand, rng) for i, text in says.items()]
            return says if all(done) else {}
    return {}


def partial(
    edit: Edit, fields: Sequence[TextField], hand: Hand, rng: Generator, formats: Formats | None = None
) -> Says:
    """Erase or replace some signs inside an identifier; return its line and what it says now.

    A space stands for each erased sign. A line that nobody has read says "" before and after.
    """
    erased = rng.random() < ERASED
    able = [i for i, field in enumerate(fields) if worth(field, edit.rgb.shape) > 0]
    known = [i for i in able if fields[i].text and fields[i].field in NUMBERS]
    unread = [i for i in able if not fields[i].text]
    for i in (*rng.permutation(known).tolist(), *rng.permutation(unread).tolist()):
        look = observe(edit.rgb, fields[i].box)
        count = int(rng.integers(SHORTEST, LONGEST + 1))
        if look is None:
            continue
        if not fields[i].text:
            if _part_unread(edit, fields[i], look, count, erased, hand, rng):
                return {i: ""}
            continue
        run = run_of_signs(fields[i].text, count, rng)
        if run is None:
            continue
        new = erased_text(fields[i].text, run) if erased else other_identifier(fields[i].text, *run, rng)
        if _write_run(edit, fields[i], look, run, new[run[0] : run[1]], hand, rng):
            return {i: new}
    return {}


def write_line(
    edit: Edit, field: TextField, fields: Sequence[TextField], text: str, hand: Hand, rng: Generator
) -> bool:
    """Make a line say a text, by the signs that differ or as a whole; False if that has no room."""
    look = observe(edit.rgb, field.box)
    if look is None:
        return False
    run = _differing(field.text, text)
    if run and rng.random() < IN_PLACE and _write_run(edit, field, look, run, text[run[0] : run[1]], hand, rng):
        return True
    margins = free_margins(edit.rgb, field.box, look.paper, look.cap)
    if not text:
        erase(edit, hand.area(field.box, look.cap, margins, rng), look, hand, rng)
        return True
    style = hand.style(known_style(field, look, text, hand), text, look, rng)
    left, width = ink_extent(text, style)
    room = room_around(field, fields, edit.frame)
    if width > room.width:
        return False
    x = anchored(field.box, width, anchor(field, fields, edit.frame.width)) - left
    x = float(np.clip(x, room.x - left, room.right - width - left))
    erase(edit, hand.area(field.box, look.cap, margins, rng), look, hand, rng)
    edit.type(text, *hand.place(x, line_baseline(field, look), look.cap, rng), style, hand.soften)
    return True


def careless_text(target: str, text: str, formats: Formats | None, rng: Generator) -> str:
    """What a careless forger makes of a text, one of `TARGETS`; the same text where nothing can be made of it."""
    if target == "amount":
        read = read_amount(formats, text) if formats else None
        return with_amount(formats, text, other_amount(read[0], rng), read[1]) if formats and read else text
    if target == "moment":
        parts = rng.permutation(["clock", "day"]).tolist()
        seed = int(rng.integers(2**31))
        return next((made for part in parts if (made := other_moment(text, part, seed)) != text), text)
    run = run_of_signs(text, int(rng.integers(SHORTEST, LONGEST + 1)), rng)
    return other_identifier(text, *run, rng) if run else text


def erased_text(text: str, run: tuple[int, int]) -> str:
    """A text with a space for each sign from the first of a run up to its end."""
    return text[: run[0]] + " " * (run[1] - run[0]) + text[run[1] :]


def _other_sums(edit: Edit, fields: Sequence[TextField], formats: Formats, rng: Generator) -> Says:
    """Another amount, and so another total and other words, in all lines that show them."""
    lines = _numbers(fields, SUMS)
    read = {i: value for i in lines if (value := read_amount(formats, fields[i].text)) is not None}
    if not read or len(read) < len(lines):
        return {}
    first = next((i for key in ("amount", "headline", "total") for i in lines if fields[i].key == key), lines[0])
    old = read[first][0]
    more = other_amount(old, rng) - old
    if any(form == "short" for _, form in read.values()):
        more = more // 10 * 10
    if not more or any(value + more <= 0 for value, _ in read.values()):
        return {}
    says = {i: with_amount(formats, fields[i].text, value + more, form) for i, (value, form) in read.items()}
    spelt = _numbers(fields, ("words",))
    if spelt:
        amounts = [value for i, (value, form) in read.items() if fields[i].key == "amount"]
        words = with_words(formats, [fields[i].text for i in spelt], (amounts or [old])[0] + more)
        if words is None:
            return {}
        says |= dict(zip(spelt, words))
    return {i: text for i, text in says.items() if text != fields[i].text}


def _other_moments(fields: Sequence[TextField], rng: Generator) -> Says:
    """Another clock or day, in all lines that tell it; the day of the week stays."""
    part, seed = ("clock", "day")[int(rng.integers(2))], int(rng.integers(2**31))
    made = {i: other_moment(fields[i].text, part, seed, weekday=True) for i in _numbers(fields, MOMENTS)}
    return {i: text for i, text in made.items() if text != fields[i].text}


def _part_unread(
    edit: Edit, field: TextField, look: Look, count: int, erased: bool, hand: Hand, rng: Generator
) -> bool:
    digits = look.digit_like
    if not look.numeric or len(digits) < FEWEST_DIGITS:
        return False
    first = int(rng.integers(1, len(digits) - count))
    box = look.glyphs[digits[first]].union(look.glyphs[digits[first + count - 1]])
    box = Box(box.x, field.box.y, box.width, field.box.height)
    text = " " if erased else "".join(str(digit) for digit in rng.integers(0, 10, count))
    _replace(edit, field, look, box, text, float(box.x), hand, rng)
    return True


def _write_run(
    edit: Edit, field: TextField, look: Look, run: tuple[int, int], text: str, hand: Hand, rng: Generator
) -> bool:
    """Erase some signs of a known line and type others in their place; False where signs are not cells of the line."""
    if field.style is None or field.x is None:
        return False
    placed = shape(field.text, field.style)
    if len(placed.xs) != len(field.text):  # ligatures and combining marks
        return False
    edges = [*placed.xs, placed.advance]
    left, right = field.x + edges[run[0]], field.x + edges[run[1]]
    box = Box.from_edges(int(np.floor(left)), field.box.y, int(np.ceil(right)), field.box.bottom)
    _replace(edit, field, look, box, text, left, hand, rng)
    return True


def _replace(
    edit: Edit, field: TextField, look: Look, box: Box, text: str, x: float, hand: Hand, rng: Generator
) -> None:
    """Erase a stretch of a line, hardly more than its own width, and type a text there."""
    margins = free_margins(edit.rgb, box, look.paper, look.cap)
    margins = tuple(min(margin, 1) if i % 2 == 0 else margin for i, margin in enumerate(margins))
    erase(edit, hand.area(box, look.cap, margins, rng), look, hand, rng)
    if not text.strip():
        return
    style = hand.style(known_style(field, look, text, hand), text, look, rng)
    if field.style is None or hand.font != "same":  # another face has other advances: centre the new ink on the old
        left, width = ink_extent(text, style)
        x = box.x + (box.width - width) / 2 - left
    edit.type(text, *hand.place(x, line_baseline(field, look), look.cap, rng), style, hand.soften)


def _differing(old: str, new: str) -> tuple[int, int] | None:
    """The run of signs in which two texts of one length differ; None for other texts."""
    places = [i for i, (one, other) in enumerate(zip(old, new)) if one != other]
    return (places[0], places[-1] + 1) if places and len(old) == len(new) else None


def _numbers(fields: Sequence[TextField], keys: Sequence[str]) -> list[int]:
    return [i for i, field in enumerate(fields) if field.key in keys and field.text]


def _lines(edit: Edit, fields: Sequence[TextField], keys: Sequence[str]) -> list[int]:
    """Numbers of the lines with these keys that are worth changing."""
    return [i for i in _numbers(fields, keys) if worth(fields[i], edit.rgb.shape) > 0]


CONTENT: dict[str, Callable[[Edit, Sequence[TextField], Hand, Generator, Formats | None], Says]] = {
    "careless": careless,
    "careful": careful,
    "partial": partial,
}
