"""What a screen says to a habit: whether it agrees, whether a misread sign explains it, or whether it contradicts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from realfake.forensics.content.relations import BARE_NAMES
from realfake.pipeline.habits.grammar import ONE, distance, has_room, length_of, signature, strangers
from realfake.pipeline.habits.habit import AGREES, CONTRADICTS, PITCH, UNSURE, Habit, Reading, Said
from realfake.pipeline.habits.rules import kinds_of, terms
from realfake.pipeline.habits.screens import TIMES, Fact, Screen

NUMBERED = ("identifier", "account", "phone")  # kinds of values that have a length
MOST_ERASED = 6  # signs that are gone from a number that is still the same one
FEWEST_DIGITS = 2  # of a text that may be an identifier
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
    return AGREES if not off else UNSURE if off <= ONE else CONTRADICTS


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


def misread(screen: Screen, reading: Reading, kinds: Collection[str]) -> bool:
    """Whether a value of these kinds is not written, or not read, as it always is."""
    for name, fact in screen.named.items():
        form, pitch = reading.get(("format", name)), reading.get((PITCH, name))
        if fact.kind not in kinds:
            continue
        if not fact.sure or (form and agrees(form, fact) != AGREES):
            return True
        if pitch and has_room(fact.box.width / screen.width, fact.pattern, float(pitch.what[0])):
            return True
    return False


def _grammar_said(habit: Habit, screen: Screen, reading: Reading) -> Said:
    fact = screen.named.get(habit.name)
    if fact is None or not fact.sure or fact.pattern.endswith(CUT) or not _of_kind(fact, habit.other):
        return None
    lengths = [variant.count("w") for variant in habit.what]
    bare = habit.kind == "length" and habit.name.partition("#")[0] in BARE_NAMES
    if bare and not 0 <= min(map(int, habit.what)) - length_of(fact.pattern) <= MOST_ERASED:
        return None  # another number stands there, whose label was not read
    if habit.kind == "format" and habit.other == "identifier" and length_of(fact.pattern) not in lengths:
        return None  # its length says so already
    return agrees(habit, fact), (fact,)


def _time_said(habit: Habit, screen: Screen, reading: Reading) -> Said:
    fact, times = screen.named.get(habit.name), moments_of(screen)
    if fact is None or not fact.sure or habit.other not in times or str(length_of(fact.pattern)) not in habit.within:
        return None
    able = [what for what in habit.what if set(kinds_of(what.partition(":")[2])) <= times[habit.other].keys()]
    if not able or misread(screen, reading, TIMES):
        return None
    held = {tuple(relation.split(":", 3)) for relation in fact.relations if relation.count(":") == 3}
    agreed = {f"{place}:{encoding}" for place, encoding, _, other in held if other == habit.other}
    printed = tuple(one for name, one in screen.named.items() if one.kind in TIMES)
    return (AGREES if agreed & set(able) else CONTRADICTS), (fact, *printed)


def _sum_said(habit: Habit, screen: Screen, reading: Reading) -> Said:
    amounts = amounts_of(screen)
    fact = amounts.get(habit.name)
    if fact is None or "zero" in fact.relations or not amounts.keys() <= set(habit.within):
        return None
    if misread(screen, reading, ("amount",)) or not all(amount.sure for amount in amounts.values()):
        return None
    possible = [what for what in habit.what if set(terms(what)) <= amounts.keys()]
    if not possible:
        return None
    named = {name for what in possible for name in terms(what)}
    facts = (fact, *(amounts[name] for name in sorted(named)))
    return (AGREES if fact.relations & set(possible) else CONTRADICTS), facts


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
}
