"""A habit of an app, and what a receipt says to it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from realfake.pipeline.habits.screens import Fact

KINDS = {  # of habits, with what contradicts them
    "time": "a date or time inside an identifier that is not the printed one",
    "sum": "an amount that does not add up as it always did",
    "length": "an identifier that is longer or shorter by two signs or more",
    "alphabet": "an identifier with two or more signs of a kind that it never had",
    "format": "a date, an amount or an identifier that is written in another form",
    "place": "a static text that stands elsewhere",
    "code": "a code of another dialect",
    "hole": "a number with room for two signs that do not stand there",
}
HOLE = "hole"  # its kind of habit stands on the width of a digit
TURNS = "turns"  # of a sum: which of several holds hangs on the receipt
CHARGED = "charged"  # of a sum: it held as well where there was a fee or a discount, in a row or in a third amount
PITCH = "pitch"  # the width of a digit: a habit that excuses and is never contradicted
AGREES, UNSURE, DOUBTFUL, CONTRADICTS = "agrees", "unsure", "doubtful", "contradicts"
SUPPORT = {  # captures from which on a habit that none of them broke can contradict a receipt
    "time": 5, "sum": 5, "hole": 8, "length": 8, "code": 10, "alphabet": 20, "format": 20, "place": 20,
}  # fmt: skip
SIGNS = {"9": "digits", "A": "capitals", "a": "small letters", "x": "letters without case"}


@dataclass(frozen=True)
class Habit:
    """What the genuine receipts of a template always did.

    Attributes
    ----------
    id : by which it is switched off
    template : number of the template
    kind : one of `KINDS`, or `PITCH`
    name : of the value that has it, or the hash of a static text
    what : variants, of which any will do
    support, exceptions : captures that had it and that did not
    p_value : that chance did it, corrected for the number tried; NaN where nothing was tried
    other : of a time: the name of the time; of a value's grammar: its kind; `TURNS` of a sum of which several hold
        in turn, else `CHARGED` where enough captures show that
    within : lengths of an identifier, or names of the amounts, for which it was seen
    first_lines : of a number of which some went on in the next line: the least and the largest width of their first
        lines as shares of the screen's
    exact : of a time: it was always told within seconds, not only within a minute
    """

    id: str
    template: int
    kind: str
    name: str
    what: tuple[str, ...]
    support: int
    exceptions: int = 0
    p_value: float = math.nan
    other: str = ""
    within: tuple[str, ...] = ()
    first_lines: tuple[float, ...] = ()
    exact: bool = False


@dataclass(frozen=True)
class Finding:
    """What a screen says to a habit, and on which values.

    Attributes
    ----------
    status : `agrees`; `unsure` where one misread sign explains what differs; `doubtful` where the habit was seen too
        rarely to contradict a receipt, where an amount that is not shown may explain it, or where a time differs by
        less than a minute and never did; `contradicts`
    surprise : -log10 of how often genuine receipts do the same
    """

    habit: Habit
    status: str
    facts: tuple[Fact, ...]
    surprise: float = 0.0


Reading = Mapping[tuple[str, str], Habit]  # what tells whether a value was read well, by kind and name
Said = tuple[str, tuple[Fact, ...]] | None  # a status and the values that it stands on


def in_words(habit: Habit) -> str:
    """A habit as an analyst reads it."""
    name = habit.name
    if habit.kind == "time":
        places = " or ".join(f"{encoding} at {place}" for place, encoding in (one.split(":") for one in habit.what))
        return f"{name} holds {habit.other}: {places}"
    if habit.kind == "sum":
        return f"{name} {' or '.join(habit.what)}"
    shown = " or ".join(habit.what)
    if habit.kind == "alphabet":
        return f"{name} is made of {' and '.join(SIGNS[sign] for sign in habit.what)}"
    if habit.kind == "length":
        return f"{name} has {shown} letters and digits"
    if habit.kind == "format":
        return f"{name} is written {shown}"
    if habit.kind == PITCH:
        return f"a digit of {name} takes {float(shown):.2%} of the screen's width"
    if habit.kind == HOLE:
        return f"{name} has no blank ground where signs would stand"
    return f"the text {name} begins at {habit.what[0]} of the width" if habit.kind == "place" else f"codes are {shown}"
