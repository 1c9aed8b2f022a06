"""The habits of one template, from its genuine screens: grammar, widths, rules, places and codes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from realfake.forensics.content.relations import BESIDE, WRAPPED
from realfake.pipeline.habits.grammar import (
    FEWEST,
    length_of,
    usual_classes,
    usual_lengths,
    usual_pitches,
    usual_signatures,
    weight,
)
from realfake.pipeline.habits.habit import AGREES, CHARGED, HOLE, PITCH, TURNS, Habit, Reading
from realfake.pipeline.habits.judging import (
    CUT,
    NUMBERED,
    agrees,
    amounts_of,
    misread,
    moments_of,
    reading_of,
    said_to,
    size_of,
    told_by,
)
from realfake.pipeline.habits.rules import SHARE, Case, Rule, mine_sums, mine_times, sums_tried
from realfake.pipeline.habits.screens import TIMES, Fact, Screen

FEES = ("fee", "tax", "discount")  # names of amounts that make a total another than the amount
STEADY = 0.004  # share of the width within which a text must stand on all screens to have a place


def habits_of(screens: Sequence[Screen], template: int) -> list[Habit]:
    seen: dict[str, list[tuple[Fact, float]]] = defaultdict(list)
    for screen in screens:
        for name, fact in screen.named.items():
            if fact.sure:
                seen[name].append((fact, fact.box.width / screen.width))
    grammar = [habit for name, facts in sorted(seen.items()) for habit in _grammar(name, facts, template)]
    grammar += _pitches(screens, template)
    return [
        *grammar,
        *_times(screens, grammar, template),
        *_sums(screens, grammar, template),
        *_places(screens, template),
        *_codes(screens, template),
    ]


def _grammar(name: str, seen: Sequence[tuple[Fact, float]], template: int) -> list[Habit]:
    """Habits of the values of one name, each with its width as a share of its screen's."""
    kind = Counter(fact.kind for fact, _ in seen).most_common(1)[0][0]
    lines = [share for fact, share in seen if WRAPPED in fact.relations]
    first_lines = (round(min(lines), 4), round(max(lines), 4)) if lines else ()
    facts = [fact for fact, _ in seen if fact.kind == kind and not fact.pattern.endswith(CUT)]
    patterns = [fact.pattern for fact in facts]
    found: list[tuple[str, tuple[str, ...]]] = []
    if kind in NUMBERED:
        found.append(("length", usual_lengths(patterns)))
    if kind == "identifier":
        found.append(("alphabet", usual_classes(patterns)))
    if kind in ("identifier", "amount", *TIMES):
        found.append(("format", usual_signatures(patterns, kind)))
    habits = []
    for what_kind, what in found:
        if what:
            id = f"{name}/{what_kind}"
            habit = Habit(id, template, what_kind, name, what, len(patterns), other=kind, first_lines=first_lines)
            agreed = sum(agrees(habit, fact) == AGREES for fact in facts)
            habits.append(replace(habit, support=agreed, exceptions=len(patterns) - agreed))
    return habits


def _pitches(screens: Sequence[Screen], template: int) -> list[Habit]:
    """How wide the digits of each value are: what tells a lost digit from another number, and an erased one."""
    names = sorted({name for screen in screens for name in screen.named})
    sizes, weights = np.full((2, len(names), len(screens)), np.nan)
    for j, screen in enumerate(screens):
        for name, fact in screen.named.items():
            if fact.pattern and not fact.pattern.endswith(CUT) and WRAPPED not in fact.relations:
                at = names.index(name), j
                sizes[at], weights[at] = size_of(fact, screen), weight(fact.pattern)
    pitches, _ = usual_pitches(sizes, weights)
    known = [(name, pitch, int(seen)) for name, pitch, seen in zip(names, pitches, np.isfinite(sizes).sum(axis=1))]
    found = [Habit(f"{name}/{PITCH}", template, PITCH, name, (f"{pitch:.6f}",), seen) for name, pitch, seen in known]
    found = [habit for habit in found if habit.what != ("nan",)]
    numbers = {name for screen in screens for name, fact in screen.named.items() if fact.kind in NUMBERED}
    holes = [replace(habit, id=f"{habit.name}/{HOLE}", kind=HOLE) for habit in found if habit.name in numbers]
    return found + [_tried(hole, screens, reading_of(found)) for hole in holes]


def _tried(habit: Habit, screens: Sequence[Screen], reading: Reading) -> Habit:
    """A habit with the screens that have it and that do not."""
    said = [found[0] for screen in screens if (found := said_to(habit, screen, reading))]
    return replace(habit, support=said.count(AGREES), exceptions=len(said) - said.count(AGREES))


def _times(screens: Sequence[Screen], grammar: Sequence[Habit], template: int) -> list[Habit]:
    lengths = {habit.name: habit.what for habit in grammar if habit.kind == "length"}
    reading = reading_of(grammar)
    told = [moments_of(screen) for screen in screens]
    alone = Counter(name for times in told for name in times if len(times) == 1)
    cases: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for screen, times in zip(screens, told, strict=True):
        called = alone.most_common(1)[0][0] if len(times) == 1 else ""  # one time is the same by whatever label
        for name, fact in screen.named.items():
            length = length_of(fact.pattern)
            if fact.kind != "identifier" or not fact.sure or str(length) not in lengths.get(name, (str(length),)):
                continue
            for other, units in times.items():
                if misread(screen, reading, TIMES, told_by(screen, other)):
                    continue
                held = (relation.rsplit(":", 1) for relation in fact.relations if relation.count(":") == 3)
                mine = frozenset(relation for relation, time in held if time == other)
                cases[name, called or other].append(Case(mine, length, units))
    habits = []
    for (name, other), known in sorted(cases.items()):
        if len(known) >= FEWEST:
            for rule in mine_times(known):
                within = lengths.get(name, tuple(sorted({str(case.length) for case in known})))
                place = rule.what[0].partition(":")[0]
                habits.append(_mined(f"{name}/time@{place}", template, "time", name, rule, other, within))
    return _numbered(habits)


def _sums(screens: Sequence[Screen], grammar: Sequence[Habit], template: int) -> list[Habit]:
    reading = reading_of(grammar)
    read = [screen for screen in screens if not misread(screen, reading, ("amount",))]
    names = sorted({name for screen in read for name in amounts_of(screen)})
    habits = []
    for name in names:
        known, charged = [], list[frozenset[str]]()
        for screen in read:
            amounts = amounts_of(screen)
            words = amounts[name].relations if name in amounts and amounts[name].sure else frozenset[str]()
            worth = next((word for word in words if word.startswith("worth:")), "")
            if worth and len(amounts) > 1:
                held = frozenset(word for word in words if word.startswith("="))
                known.append(Case(held, 0, {"worth": worth}, frozenset(amounts) - {name}))
                besides = (word.removeprefix(f"{BESIDE}:") for word in words if word.startswith(BESIDE))
                apart = any(f"={other}" not in held for other in besides)
                charged += [held] if apart or any(_is_charge(amounts.get(fee)) for fee in FEES) else []
        rule = mine_sums(known, sums_tried(len(names))) if len(known) >= FEWEST else None
        if rule:
            shown = sum(bool(held & set(rule.what)) for held in charged) >= FEWEST
            other = TURNS if rule.turns else CHARGED if shown else ""
            habits.append(_mined(f"{name}/sum", template, "sum", name, rule, other, tuple(names)))
    return habits


def _is_charge(fee: Fact | None) -> bool:
    return fee is not None and "zero" not in fee.relations


def _mined(id: str, template: int, kind: str, name: str, rule: Rule, other: str, within: tuple[str, ...]) -> Habit:
    seen = rule.support, rule.exceptions, rule.p_value
    return Habit(id, template, kind, name, rule.what, *seen, other, within, exact=rule.exact)


def _numbered(habits: Sequence[Habit]) -> list[Habit]:
    """The habits with ids that differ."""
    seen: Counter[str] = Counter()
    found = []
    for habit in habits:
        seen[habit.id] += 1
        found.append(habit if seen[habit.id] == 1 else replace(habit, id=f"{habit.id}.{seen[habit.id]}"))
    return found


def _places(screens: Sequence[Screen], template: int) -> list[Habit]:
    seen: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for screen in screens:
        for name, fact in screen.statics.items():
            seen[name].append((screen.place(fact), fact.box.width / screen.width))
    habits = []
    for name, places in sorted(seen.items()):
        usual = np.median(places, axis=0)
        steady = sum(bool((np.abs(np.array(place) - usual) <= STEADY).all()) for place in places)
        if len(places) >= max(FEWEST, SHARE * len(screens)) and steady >= SHARE * len(places):
            what = (f"{usual[0]:.4f}", f"{usual[1]:.4f}")
            habits.append(Habit(f"{name}/place", template, "place", name, what, steady, len(places) - steady))
    return habits


def _codes(screens: Sequence[Screen], template: int) -> list[Habit]:
    coded = [screen for screen in screens if screen.codes]
    shown = sorted({dialect for screen in coded for dialect in screen.codes})
    if len(coded) < FEWEST:
        return []
    return [Habit("code", template, "code", "code", tuple(shown), len(coded))]
