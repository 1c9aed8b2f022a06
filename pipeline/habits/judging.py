"""What a screen says to a habit: whether it agrees, whether a misread sign explains it, or whether it contradicts."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

import numpy as np

from realfake.forensics.content.relations import BARE_NAMES, BESIDE, CLASSES, LESS, LOST, NEAR, WRAPPED
from realfake.pipeline.habits.grammar import (
    ONE,
    ROOM,
    WHOLE_NUMBERS,
    distance,
    is_whole,
    length_of,
    signature,
    strangers,
    weight,
)
from realfake.pipeline.habits.habit import (
    AGREES,
    CHARGED,
    CONTRADICTS,
    DOUBTFUL,
    HOLE,
    PITCH,
    TURNS,
    UNSURE,
    Habit,
    Reading,
    Said,
)
from realfake.pipeline.habits.rules import kinds_of, terms
from realfake.pipeline.habits.screens import TIMES, Fact, Screen

NUMBERED = ("identifier", "account", "phone")  # kinds of values that have a length
MOST_ERASED = 6  # signs that are gone from a number that is still the same one
FEWEST_DIGITS = 2  # of a text that may be an identifier
TWO = re.compile(r"(?<!9)99(?!9)")
FEWEST_SIZES = 2  # other values that tell how large the letters of a screen are
MOST_CUT = 2  # signs by which lines that are full may differ
ERASED = 1.7  # digits of room that two lost signs leave
CUT = ("...", "…")  # what ends a value that did not fit
MOVED = 0.06  # share of the width by which a text is moved


def said_to(habit: Habit, screen: Screen, reading: Reading) -> Said:
    """The status of a screen towards a habit and the facts that it stands on, None where it could not have it."""
    return _CHECKS[habit.kind](habit, screen, reading)


def agrees(habit: Habit, fact: Fact) -> str:
    """What one value says to a habit of grammar."""
    if habit.kind == "length":
        off = min(abs(length_of(fact.pattern) - int(length)) for length in habit.what)
    elif habit.kind == "alphabet":
        off = strangers(fact.pattern, habit.what)
    else:
        shown = signature(fact.pattern, habit.other)
        off = min(distance(shown, variant) for variant in habit.what)
        if off > ONE and habit.other == "amount" and _lost_mark(fact.pattern, habit.what):
            off = ONE
        if off > ONE and any(variant and variant in shown for variant in habit.what):
            off = ONE  # its form stands there with more beside it, such as a time zone
        if off > ONE and habit.other in TIMES and shown and any(shown in variant for variant in habit.what):
            off = ONE  # or without
        if off > ONE and habit.other in TIMES and _is_shorter(habit, fact):
            off = ONE  # days and hours have one digit or two
    return AGREES if not off else UNSURE if off <= ONE else CONTRADICTS


def _is_shorter(form: Habit, fact: Fact) -> bool:
    """Whether a moment is written as always, with one digit of a day or an hour for two or the reverse."""
    return _short(signature(fact.pattern, form.other)) in map(_short, form.what)


def _short(signature: str) -> str:
    """The form of a moment with one digit where one or two stand."""
    return TWO.sub("9", signature)


def _lost_mark(pattern: str, variants: Collection[str]) -> bool:
    """Whether an amount would be written as always if one point or comma that the reader lost stood in it."""
    texts = (pattern[:i] + mark + pattern[i:] for i in range(1, len(pattern)) for mark in ".,")
    return any(signature(text, "amount") in variants for text in texts)


def _of_kind(fact: Fact, kind: str) -> bool:
    """Whether a value may be held against habits of a kind; an identifier with signs erased may look like a text."""
    if not fact.pattern or fact.kind == kind:
        return bool(fact.pattern)
    return kind in NUMBERED and fact.kind in (*NUMBERED, "text") and fact.pattern.count("9") >= FEWEST_DIGITS


def moments_of(screen: Screen) -> dict[str, dict[str, str]]:
    """The times that a screen prints, by the name of the value that tells each: remainders of day and minute."""
    found: dict[str, dict[str, str]] = {}
    for fact in screen.facts:
        units = dict(word.split(":") for word in fact.relations if word.startswith(("day:", "minute:")))
        if units:
            found.setdefault(fact.name, units)
    return found


def told_by(screen: Screen, time: str) -> set[str]:
    """The names of the values that tell a time: its own, and, where a day and a clock stand apart, those of both."""
    fact = screen.named.get(time)
    return (
        {time} if fact and fact.kind == "moment" else {name for name, one in screen.named.items() if one.kind in TIMES}
    )


def amounts_of(screen: Screen) -> dict[str, Fact]:
    """The amounts that could be read as numbers."""
    return {
        name: fact
        for name, fact in screen.named.items()
        if fact.kind == "amount" and any(word == "zero" or word.startswith("worth:") for word in fact.relations)
    }


def reading_of(habits: Iterable[Habit]) -> dict[tuple[str, str], Habit]:
    """Of the habits of a template those that tell whether a value was read well, by kind and name."""
    return {(habit.kind, habit.name): habit for habit in habits if habit.kind in ("format", PITCH)}


def misread(
    screen: Screen, reading: Reading, kinds: Collection[str], only: Collection[str] = (), roomy: bool = True
) -> bool:
    """Whether a value of these kinds, and of these names if any, is not written, or not read, as it always is.

    Where it has room for a lost digit it is not, if `roomy`.
    """
    for name, fact in screen.named.items():
        form, pitch = reading.get(("format", name)), reading.get((PITCH, name))
        if fact.kind not in kinds or (only and name not in only):
            continue
        forms = [form] if form else []
        if not form or _may_be_round(form):
            forms += _forms_of(fact, reading)
        well = (AGREES, UNSURE) if fact.kind in TIMES else (AGREES,)  # what a lost digit makes of a time is told apart
        if not fact.sure or (forms and all(agrees(one, fact) not in well for one in forms)):
            return True
        if roomy and pitch and room_of(pitch, fact, screen, reading) >= ROOM:
            return True
    return False


def _may_be_round(form: Habit) -> bool:
    """Whether amounts were seen without decimals alone, too rarely to say that their app prints none."""
    return form.other == "amount" and is_whole(form.what) and form.support < WHOLE_NUMBERS


def _forms_of(fact: Fact, reading: Reading) -> list[Habit]:
    """How the other amounts of an app are written, of an amount that was seen too rarely to have a form of its own."""
    if fact.kind != "amount" or "zero" in fact.relations:
        return []
    return [habit for (kind, _), habit in reading.items() if kind == "format" and habit.other == "amount"]


def room_of(pitch: Habit, fact: Fact, screen: Screen, reading: Reading, alone: bool = True) -> float:
    """Digits by which a value is wider than its signs are, on a screen whose letters are as large as its others say.

    Where no other values tell that, they are taken to be as large as usual if the value may stand `alone`, else it is
    NaN.
    """
    sizes = [
        size_of(one, screen) / float(reading[PITCH, name].what[0])
        for name, one in screen.named.items()
        if (PITCH, name) in reading and name != fact.name and one.pattern and WRAPPED not in one.relations
    ]
    if len(sizes) < FEWEST_SIZES and not alone:
        return float("nan")
    size = float(np.median(sizes)) if len(sizes) >= FEWEST_SIZES else 1.0
    return weight(fact.pattern) * (size_of(fact, screen) / float(pitch.what[0]) / size - 1)


def size_of(fact: Fact, screen: Screen) -> float:
    """The width of a digit in a value, as a share of the screen's width."""
    return fact.box.width / screen.width / weight(fact.pattern)


def _grammar_said(habit: Habit, screen: Screen, reading: Reading) -> Said:
    fact = screen.named.get(habit.name)
    if fact is None or not fact.sure or fact.pattern.endswith(CUT) or not _of_kind(fact, habit.other):
        return None
    if habit.first_lines and WRAPPED not in fact.relations and _fills_line(habit, fact, screen):
        return None  # the rest of it was not read, or stands beyond the end of the screen
    lengths = [variant.count("w") for variant in habit.what]
    bare = habit.kind == "length" and habit.name.partition("#")[0] in BARE_NAMES
    if bare and not 0 <= min(map(int, habit.what)) - length_of(fact.pattern) <= MOST_ERASED:
        return None  # another number stands there, whose label was not read
    if habit.kind == "format" and _may_be_round(habit):
        return None
    if habit.kind == "format" and habit.other == "identifier" and length_of(fact.pattern) not in lengths:
        return None  # its length says so already
    return agrees(habit, fact), (fact,)


def _fills_line(habit: Habit, fact: Fact, screen: Screen) -> bool:
    """Whether a number is as wide as the first lines of those that went on in the next one."""
    room = MOST_CUT * size_of(fact, screen)
    least, largest = habit.first_lines
    return least - room <= fact.box.width / screen.width <= largest + room


def _time_said(habit: Habit, screen: Screen, reading: Reading) -> Said:
    fact, times = screen.named.get(habit.name), moments_of(screen)
    if fact is None or not fact.sure or not _is_whole(habit, fact, reading):
        return None
    time = habit.other if habit.other in times else min(times, default="")  # by another label, if it is the only one
    if not time or (time != habit.other and len(times) > 1):
        return None
    able = [what for what in habit.what if set(kinds_of(what.partition(":")[2])) <= times[time].keys()]
    if not able or misread(screen, reading, TIMES, told_by(screen, time), roomy=False):  # a lost digit is told below
        return None
    held = [relation.split(":", 3) for relation in fact.relations if relation.count(":") == 3]
    classes = {kind for place, encoding, kind, other in held if other == time and f"{place}:{encoding}" in able}
    printed = tuple(one for name, one in screen.named.items() if one.kind in TIMES)
    return _time_status(classes, habit.exact), (fact, *printed)


def _time_status(classes: set[str], exact: bool) -> str:
    """The status of the classes by which an identifier holds the printed time where it always did."""
    if classes & set(CLASSES) - ({NEAR} if exact else set()):
        return AGREES
    return UNSURE if LOST in classes else DOUBTFUL if NEAR in classes else CONTRADICTS


def _is_whole(habit: Habit, fact: Fact, reading: Reading) -> bool:
    """Whether an identifier is as long as always, or its first line is there, in which the time stands."""
    length, form = length_of(fact.pattern), reading.get(("format", habit.name))
    if str(length) in habit.within:
        return True
    wraps = form is not None and form.first_lines and WRAPPED not in fact.relations
    return bool(wraps) and not habit.what[0].startswith("-") and length < min(map(int, habit.within)) - ONE


def _sum_said(habit: Habit, screen: Screen, reading: Reading) -> Said:
    amounts = amounts_of(screen)
    fact = amounts.get(habit.name)
    if fact is None or "zero" in fact.relations:
        return None
    if not all(amount.sure for amount in amounts.values()):
        return None
    possible = [what for what in habit.what if set(terms(what)) <= amounts.keys()]
    if not possible:
        return None
    named = {name for what in possible for name in terms(what)}
    single = all(len(terms(what)) == 1 for what in possible)
    lost = not single or any(f"{LESS}:{name}" in fact.relations for name in named)  # a lost digit may explain it
    if misread(screen, reading, ("amount",), roomy=lost):
        return None
    facts = (fact, *(amounts[name] for name in sorted(named)))
    if fact.relations & set(possible):
        return AGREES, facts
    near = any(f"{BESIDE}:{name}" in fact.relations for name in named)
    if near and habit.other == TURNS and len(possible) < len(habit.what):
        return UNSURE, (fact,)  # an amount that was not read may be what is missing
    alone = near and single and habit.other != CHARGED  # a fee may be that the screen does not show
    return (CONTRADICTS if amounts.keys() <= set(habit.within) and not alone else DOUBTFUL), facts


def _hole_said(habit: Habit, screen: Screen, reading: Reading) -> Said:
    fact = screen.named.get(habit.name)
    if fact is None or not fact.sure or fact.pattern.endswith(CUT) or not _of_kind(fact, "identifier"):
        return None
    if WRAPPED in fact.relations:
        return None
    room = room_of(habit, fact, screen, reading, alone=False)
    if room != room:
        return None
    return (AGREES if room < ROOM else UNSURE if room < ERASED else CONTRADICTS), (fact,)


def _place_said(habit: Habit, screen: Screen, reading: Reading) -> Said:
    fact = screen.statics.get(habit.name)
    if fact is None or not fact.sure:
        return None
    left, width = map(float, habit.what)
    moved = screen.place(fact) - left
    grown = fact.box.width / screen.width - width
    off = min(abs(moved), abs(moved + grown / 2), abs(moved + grown))  # larger letters keep one edge or the middle
    return (AGREES if off <= MOVED / 2 else UNSURE if off <= MOVED else CONTRADICTS), (fact,)


def _code_said(habit: Habit, screen: Screen, reading: Reading) -> Said:
    if not screen.codes:
        return None
    return (AGREES if set(screen.codes) <= set(habit.what) else CONTRADICTS), ()


_CHECKS: dict[str, Callable[[Habit, Screen, Reading], Said]] = {
    "length": _grammar_said,
    "alphabet": _grammar_said,
    "format": _grammar_said,
    "time": _time_said,
    "sum": _sum_said,
    "place": _place_said,
    "code": _code_said,
    HOLE: _hole_said,
}
