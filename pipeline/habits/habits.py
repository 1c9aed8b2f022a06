"""Habits: what the genuine receipts of each template always do, and what of it a receipt contradicts.

Learnt from genuine screens alone. A habit is a length, an alphabet, a form of writing, a sum, a time inside an
identifier, the place of a text or the dialect of a code. What one misread sign explains is no contradiction. How much
a contradiction surprises is measured, not believed: as often as genuine receipts contradicted habits of its kind that
were learnt without them.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold

from realfake.forensics.errors import UnknownName
from realfake.forensics.measurement import Feature, column_name
from realfake.forensics.text.measurement import snapped
from realfake.pipeline.habits.grammar import (
    FEWEST,
    ONE,
    distance,
    has_room,
    length_of,
    signature,
    strangers,
    usual_classes,
    usual_lengths,
    usual_pitch,
    usual_signatures,
)
from realfake.pipeline.habits.rules import SHARE, Case, Rule, mine_sums, mine_times, sums_tried
from realfake.pipeline.habits.screens import TIMES, Fact, Screen, once_a_capture, screens_of
from realfake.pipeline.habits.templates import Template, find_templates, nearest_template

FAMILY = "habits"
SOURCE = "this program: habits of an app"
FOLDS = 5  # habits that leave a capture's own receipts out
KINDS = {  # of habits, with what contradicts them
    "time": "a date or time inside an identifier that is not the printed one",
    "sum": "an amount that does not add up as it always did",
    "length": "an identifier that is longer or shorter by two signs or more",
    "alphabet": "an identifier with two or more signs of a kind that it never had",
    "format": "a date, an amount or an identifier that is written in another form",
    "place": "a static text that stands elsewhere",
    "code": "a code of another dialect",
}
NUMBERED = ("identifier", "account", "phone")  # kinds of values that have a length
STEADY = 0.004  # share of the width within which a text must stand on all screens to have a place
MOVED = 0.03  # share of the width by which a text is moved
PITCH = "pitch"  # the width of a digit: a habit that excuses and is never contradicted
AGREES, UNSURE, CONTRADICTS = "agrees", "unsure", "contradicts"


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
    other : of a time: the name of the time; of a value's grammar: its kind
    within : lengths of an identifier, or names of the amounts, for which it was seen
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


Reading = Mapping[tuple[str, str], Habit]  # what tells whether a value was read well, by kind and name


@dataclass(frozen=True)
class Finding:
    """What a screen says to a habit: `agrees`, `unsure` or `contradicts`, and on which values."""

    habit: Habit
    status: str
    facts: tuple[Fact, ...]
    surprise: float = 0.0


Said = tuple[str, tuple[Fact, ...]] | None  # a status and the values that it stands on


@dataclass(frozen=True)
class Habits:
    """The habits of templates.

    Attributes
    ----------
    templates : by their texts
    habits : of all of them
    rates : kind and status to how often genuine receipts had it towards habits learnt without them, and trials
    """

    templates: tuple[Template, ...]
    habits: tuple[Habit, ...]
    rates: dict[str, tuple[int, int]]

    def judge(self, screen: Screen) -> tuple[int, list[Finding]]:
        """The template of a screen, -1 where it has none, and what the screen says to each habit that it could have."""
        template, _ = nearest_template(screen, self.templates)
        mine = [habit for habit in self.habits if habit.template == template]
        reading = _reading(mine)
        judged = [habit for habit in mine if habit.kind in KINDS]
        known = [(habit, *said) for habit in judged if (said := _said(habit, screen, reading))]
        return template, [Finding(habit, status, facts, self.surprise(habit, status)) for habit, status, facts in known]

    def surprise(self, habit: Habit, status: str) -> float:
        """-log10 of how often genuine receipts have this status towards such a habit; 0 where it agrees."""
        if status == AGREES:
            return 0.0
        count, trials = self.rates.get(f"{habit.kind}:{status}", (0, 0))
        pooled = (count + 1) / (trials + 2)
        own = habit.exceptions / max(habit.support + habit.exceptions, 1)
        return -math.log10(min(1.0, max(pooled, own)))

    def columns(self, table: pd.DataFrame) -> pd.DataFrame:
        """The columns of `habit_features` for each image of a table of facts, with its `path`."""
        rows = [{"path": screen.path} | self.summary(screen) for screen in screens_of(table)]
        return pd.DataFrame(rows, columns=["path", *(entry.column for entry in habit_features())])

    def summary(self, screen: Screen) -> dict[str, float]:
        """The columns of `habit_features` for one screen."""
        template, findings = self.judge(screen)
        return summary_of(template, findings)

    def without(self, ids: Collection[str]) -> Habits:
        """The same without some habits.

        Raises
        ------
        UnknownName
            If there is none of such an id.
        """
        known = {habit.id for habit in self.habits}
        strange = sorted(set(ids) - known)
        if strange:
            raise UnknownName(f"there is no habit {strange[0]!r}; `realfake habits` lists them with their ids")
        return replace(self, habits=tuple(habit for habit in self.habits if habit.id not in ids))

    def table(self) -> pd.DataFrame:
        """One row a habit: id, kind, rule in words, support, exceptions and p-value."""
        rows = [
            (habit.id, habit.kind, in_words(habit), habit.support, habit.exceptions, habit.p_value)
            for habit in self.habits
        ]
        return pd.DataFrame(rows, columns=["id", "kind", "rule", "support", "exceptions", "p_value"])

    def to_json(self) -> dict[str, Any]:
        """What `habits_from_json` reads back."""
        habits = [asdict(habit) | {"p_value": _json_number(habit.p_value)} for habit in self.habits]
        rates = {name: list(counts) for name, counts in self.rates.items()}
        return {"templates": [asdict(template) for template in self.templates], "habits": habits, "rates": rates}


def habits_from_json(values: Mapping[str, Any]) -> Habits:
    """The inverse of `Habits.to_json`."""
    habits = []
    for stored in values["habits"]:
        p_value = math.nan if stored["p_value"] is None else float(stored["p_value"])
        lists = {name: tuple(map(str, stored[name])) for name in ("what", "within")}
        habits.append(Habit(**{**stored, **lists, "p_value": p_value}))
    rates = {str(name): (int(count), int(trials)) for name, (count, trials) in values["rates"].items()}
    return Habits(tuple(Template(**template) for template in values["templates"]), tuple(habits), rates)


def habit_features() -> tuple[Feature, ...]:
    """The columns that habits add to an image."""
    rows = [
        ("template__near", "0/1", "1 where the screen is of a template whose genuine receipts were seen"),
        ("known__count", "count", "habits that the receipt could have"),
        ("contradicted__count", "count", "habits that it contradicts"),
        ("unsure__count", "count", "habits that it lacks as one misread sign explains"),
        ("surprise__largest", "-log10 p", "rarest contradiction among genuine receipts"),
        ("surprise__sum", "-log10 p", "sum over the values that contradict a habit, each with its rarest"),
    ]
    for kind, meaning in KINDS.items():
        rows.append((f"{kind}__known", "count", f"habits of the kind {kind} that the receipt could have"))
        rows.append((f"{kind}__contradicted", "count", f"habits contradicted by {meaning}"))
    return tuple(Feature(column_name(FAMILY, name), FAMILY, unit, text, SOURCE, "full") for name, unit, text in rows)


def summary_of(template: int, findings: Sequence[Finding]) -> dict[str, float]:
    """The columns of `habit_features` of one screen; counts of contradictions are NaN where no habit is known."""
    statuses = Counter(finding.status for finding in findings)
    worst: dict[object, float] = defaultdict(float)
    for finding in findings:
        if finding.surprise:
            owner = "" if finding.habit.kind == "sum" else finding.habit.name  # a sum is told by each of its amounts
            worst[owner] = max(worst[owner], finding.surprise)
    known = bool(findings)
    values = [
        float(template >= 0),
        float(len(findings)),
        float(statuses[CONTRADICTS]) if known else math.nan,
        float(statuses[UNSURE]) if known else math.nan,
        max(worst.values(), default=0.0) if known else math.nan,
        sum(worst.values()) if known else math.nan,
    ]
    for kind in KINDS:
        mine = [finding.status for finding in findings if finding.habit.kind == kind]
        values += [float(len(mine)), float(mine.count(CONTRADICTS)) if mine else math.nan]
    names = [entry.column for entry in habit_features()]
    return dict(zip(names, map(float, snapped(np.array(values))), strict=True))


def learn_habits(table: pd.DataFrame, groups: np.ndarray | None = None) -> Habits | None:
    """Learn the habits of genuine receipts.

    Parameters
    ----------
    table : facts with `path` and `label`, perhaps `app`; only genuine images are looked at
    groups : (n,) capture of each row: copies of one receipt count once; the paths where None

    Returns
    -------
    Habits or None
        None where no template was seen in `FEWEST` captures.
    """
    screens = genuine_screens(table, groups)
    learnt = _learnt(screens)
    if learnt is None:
        return None
    captures = np.array([screen.capture for screen in screens])
    rates: Counter[str] = Counter()
    trials: Counter[str] = Counter()
    if len(np.unique(captures)) >= FOLDS:
        for train, test in GroupKFold(FOLDS).split(captures, groups=captures):
            other = _learnt([screens[i] for i in train])
            for screen in once_a_capture(screens[i] for i in test) if other else ():
                for finding in other.judge(screen)[1] if other else ():
                    trials[finding.habit.kind] += 1
                    rates[f"{finding.habit.kind}:{finding.status}"] += 1
    counted = {f"{k}:{s}": (rates[f"{k}:{s}"], trials[k]) for k in KINDS for s in (UNSURE, CONTRADICTS) if trials[k]}
    return replace(learnt, rates=counted)


def genuine_screens(table: pd.DataFrame, groups: np.ndarray | None = None) -> list[Screen]:
    """The screens of a table that are labelled genuine."""
    genuine = np.flatnonzero(table["label"].to_numpy(float) == 0)
    captures = pd.factorize(table["path"])[0] if groups is None else np.asarray(groups)
    return screens_of(table.iloc[genuine], captures[genuine])


def cross_fitted_habits(table: pd.DataFrame, groups: np.ndarray) -> tuple[pd.DataFrame | None, Habits | None]:
    """The habit columns of images to learn from, each by habits without its own capture, and the habits of all.

    Returns
    -------
    DataFrame and Habits, or None and None
        None where no template was seen often enough.
    """
    if len(np.unique(groups)) < FOLDS:
        return None, None
    habits = learn_habits(table, groups)
    if habits is None:
        return None, None
    names = ["path", *(entry.column for entry in habit_features())]
    parts = []
    for train, test in GroupKFold(FOLDS).split(table, groups=groups):
        other = learn_habits(table.iloc[train], groups[train])
        judged = other.columns(table.iloc[test]) if other else pd.DataFrame({"path": table["path"].iloc[test].unique()})
        parts.append(judged.reindex(columns=names))
    return pd.concat(parts, ignore_index=True), habits


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
        return f"{name} is made of {' and '.join(_CLASS_NAMES[sign] for sign in habit.what)}"
    if habit.kind == "length":
        return f"{name} has {shown} letters and digits"
    if habit.kind == "format":
        return f"{name} is written {shown}"
    if habit.kind == PITCH:
        return f"a digit of {name} is {shown} of the width wide"
    return f"the text {name} begins at {shown} of the width" if habit.kind == "place" else f"codes are {shown}"


_CLASS_NAMES = {"9": "digits", "A": "capitals", "a": "small letters", "x": "letters without case"}


def _learnt(screens: Sequence[Screen]) -> Habits | None:
    """Templates and habits of genuine screens, without rates."""
    chosen = once_a_capture(screens)
    templates, owner = find_templates(chosen)
    habits: list[Habit] = []
    kept: list[Template] = []
    for number, template in enumerate(templates):
        mine = [chosen[i] for i in np.flatnonzero(owner == number)]
        if len(mine) >= FEWEST:
            found = _of_template(mine, len(kept))
            habits += [replace(habit, id=f"{template.name}/{habit.id}") for habit in found]
            kept.append(template)
    return Habits(tuple(kept), tuple(habits), {}) if kept else None


def _of_template(screens: Sequence[Screen], template: int) -> list[Habit]:
    seen: dict[str, list[Fact]] = defaultdict(list)
    for screen in screens:
        for name, fact in screen.named.items():
            if fact.sure:
                seen[name].append(fact)
    grammar = [habit for name, facts in sorted(seen.items()) for habit in _grammar(name, facts, template)]
    grammar += _pitches(screens, template)
    return [
        *grammar,
        *_times(screens, grammar, template),
        *_sums(screens, grammar, template),
        *_places(screens, template),
        *_codes(screens, template),
    ]


def _grammar(name: str, facts: Sequence[Fact], template: int) -> list[Habit]:
    kind = Counter(fact.kind for fact in facts).most_common(1)[0][0]
    patterns = [fact.pattern for fact in facts if fact.kind == kind]
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
            habit = Habit(f"{name}/{what_kind}", template, what_kind, name, what, len(patterns), other=kind)
            agreed = sum(_agrees(habit, fact) == AGREES for fact in facts if fact.kind == kind)
            habits.append(replace(habit, support=agreed, exceptions=len(patterns) - agreed))
    return habits


def _agrees(habit: Habit, fact: Fact) -> str:
    """What one value says to a habit of grammar."""
    if habit.kind == "length":
        off = min(abs(length_of(fact.pattern) - int(length)) for length in habit.what)
    elif habit.kind == "alphabet":
        off = strangers(fact.pattern, habit.what)
    else:
        shown = signature(fact.pattern, fact.kind)
        off = min(distance(shown, variant) for variant in habit.what)
    return AGREES if not off else UNSURE if off <= ONE else CONTRADICTS


def _pitches(screens: Sequence[Screen], template: int) -> list[Habit]:
    """How wide the digits of each value are: what tells a lost digit from another number."""
    widths, patterns = defaultdict(list), defaultdict(list)
    for screen in screens:
        for name, fact in screen.named.items():
            widths[name].append(fact.box.width / screen.width)
            patterns[name].append(fact.pattern)
    found = {name: usual_pitch(widths[name], patterns[name]) for name in sorted(widths)}
    return [
        Habit(f"{name}/{PITCH}", template, PITCH, name, (f"{pitch:.6f}",), len(widths[name]))
        for name, pitch in found.items()
        if pitch == pitch
    ]


def _times(screens: Sequence[Screen], grammar: Sequence[Habit], template: int) -> list[Habit]:
    lengths = {habit.name: habit.what for habit in grammar if habit.kind == "length"}
    reading = _reading(grammar)
    cases: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for screen in screens:
        if _misread(screen, reading, TIMES):
            continue
        for name, fact in screen.named.items():
            length = length_of(fact.pattern)
            if fact.kind != "identifier" or not fact.sure or str(length) not in lengths.get(name, (str(length),)):
                continue
            for other, units in _moments(screen).items():
                held = (relation.rsplit(":", 1) for relation in fact.relations if relation.count(":") == 3)
                mine = frozenset(relation for relation, time in held if time == other)
                cases[name, other].append(Case(mine, length, units))
    habits = []
    for (name, other), known in sorted(cases.items()):
        if len(known) >= FEWEST:
            for rule in mine_times(known):
                within = lengths.get(name, tuple(sorted({str(case.length) for case in known})))
                place = rule.what[0].partition(":")[0]
                habits.append(_mined(f"{name}/time@{place}", template, "time", name, rule, other, within))
    return _numbered(habits)


def _moments(screen: Screen) -> dict[str, dict[str, str]]:
    """The times that a screen prints, by the name of the value that tells each: remainders of day and minute."""
    found: dict[str, dict[str, str]] = {}
    for fact in screen.facts:
        units = dict(word.split(":") for word in fact.relations if word.startswith(("day:", "minute:")))
        if units:
            found.setdefault(fact.name, units)
    return found


def _sums(screens: Sequence[Screen], grammar: Sequence[Habit], template: int) -> list[Habit]:
    reading = _reading(grammar)
    read = [screen for screen in screens if not _misread(screen, reading, ("amount",))]
    names = sorted({name for screen in read for name in _amounts(screen)})
    habits = []
    for name in names:
        known = []
        for screen in read:
            amounts = _amounts(screen)
            words = amounts[name].relations if name in amounts and amounts[name].sure else frozenset[str]()
            worth = next((word for word in words if word.startswith("worth:")), "")
            if worth and len(amounts) > 1:
                known.append(Case(frozenset(word for word in words if word.startswith("=")), 0, {"worth": worth}))
        rule = mine_sums(known, sums_tried(len(names))) if len(known) >= FEWEST else None
        if rule:
            habits.append(_mined(f"{name}/sum", template, "sum", name, rule, "", tuple(names)))
    return habits


def _amounts(screen: Screen) -> dict[str, Fact]:
    """The amounts that could be read as numbers."""
    return {
        name: fact
        for name, fact in screen.named.items()
        if fact.kind == "amount" and any(word == "zero" or word.startswith("worth:") for word in fact.relations)
    }


def _mined(id: str, template: int, kind: str, name: str, rule: Rule, other: str, within: tuple[str, ...]) -> Habit:
    return Habit(id, template, kind, name, rule.what, rule.support, rule.exceptions, rule.p_value, other, within)


def _numbered(habits: Sequence[Habit]) -> list[Habit]:
    """The habits with ids that differ."""
    seen: Counter[str] = Counter()
    found = []
    for habit in habits:
        seen[habit.id] += 1
        found.append(habit if seen[habit.id] == 1 else replace(habit, id=f"{habit.id}.{seen[habit.id]}"))
    return found


def _reading(habits: Iterable[Habit]) -> dict[tuple[str, str], Habit]:
    """Of the habits of a template those that tell whether a value was read well, by kind and name."""
    return {(habit.kind, habit.name): habit for habit in habits if habit.kind in ("format", PITCH)}


def _misread(screen: Screen, reading: Reading, kinds: Collection[str]) -> bool:
    """Whether a value of these kinds is not written, or not read, as it always is."""
    for name, fact in screen.named.items():
        form, pitch = reading.get(("format", name)), reading.get((PITCH, name))
        if fact.kind not in kinds:
            continue
        if not fact.sure or (form and _agrees(form, fact) != AGREES):
            return True
        if pitch and has_room(fact.box.width / screen.width, fact.pattern, float(pitch.what[0])):
            return True
    return False


def _places(screens: Sequence[Screen], template: int) -> list[Habit]:
    seen: dict[str, list[float]] = defaultdict(list)
    for screen in screens:
        for name, fact in screen.statics.items():
            seen[name].append(screen.place(fact))
    habits = []
    for name, places in sorted(seen.items()):
        usual = float(np.median(places))
        steady = sum(abs(place - usual) <= STEADY for place in places)
        if len(places) >= max(FEWEST, SHARE * len(screens)) and steady >= SHARE * len(places):
            what = (f"{usual:.4f}",)
            habits.append(Habit(f"{name}/place", template, "place", name, what, steady, len(places) - steady))
    return habits


def _codes(screens: Sequence[Screen], template: int) -> list[Habit]:
    coded = [screen for screen in screens if screen.codes]
    shown = sorted({dialect for screen in coded for dialect in screen.codes})
    if len(coded) < FEWEST:
        return []
    return [Habit("code", template, "code", "code", tuple(shown), len(coded))]


def _said(habit: Habit, screen: Screen, reading: Reading) -> Said:
    """The status of a screen towards a habit and the facts that it stands on, None where it could not have it."""
    return _CHECKS[habit.kind](habit, screen, reading)


def _grammar_said(habit: Habit, screen: Screen, reading: Reading) -> Said:
    fact = screen.named.get(habit.name)
    if fact is None or not fact.sure or not fact.pattern or fact.kind != habit.other:
        return None
    lengths = [variant.count("w") for variant in habit.what]
    if habit.kind == "format" and fact.kind == "identifier" and length_of(fact.pattern) not in lengths:
        return None  # its length says so already
    return _agrees(habit, fact), (fact,)


def _time_said(habit: Habit, screen: Screen, reading: Reading) -> Said:
    fact, times = screen.named.get(habit.name), _moments(screen)
    if fact is None or not fact.sure or habit.other not in times or str(length_of(fact.pattern)) not in habit.within:
        return None
    if _misread(screen, reading, TIMES):
        return None
    held = {tuple(relation.split(":", 3)) for relation in fact.relations if relation.count(":") == 3}
    agreed = {f"{place}:{encoding}" for place, encoding, _, other in held if other == habit.other}
    printed = tuple(one for name, one in screen.named.items() if one.kind in TIMES)
    return (AGREES if agreed & set(habit.what) else CONTRADICTS), (fact, *printed)


def _sum_said(habit: Habit, screen: Screen, reading: Reading) -> Said:
    amounts = _amounts(screen)
    fact = amounts.get(habit.name)
    if fact is None or "zero" in fact.relations or not amounts.keys() <= set(habit.within):
        return None
    if _misread(screen, reading, ("amount",)) or not all(amount.sure for amount in amounts.values()):
        return None
    possible = [what for what in habit.what if set(_terms(what)) <= amounts.keys()]
    if not possible:
        return None
    terms = {name for what in possible for name in _terms(what)}
    facts = (fact, *(amounts[name] for name in sorted(terms)))
    return (AGREES if fact.relations & set(possible) else CONTRADICTS), facts


def _terms(what: str) -> list[str]:
    return what.removeprefix("=").replace("-", "+").split("+")


def _place_said(habit: Habit, screen: Screen, reading: Reading) -> Said:
    fact = screen.statics.get(habit.name)
    if fact is None or not fact.sure:
        return None
    off = abs(screen.place(fact) - float(habit.what[0]))
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


def _json_number(value: float) -> float | None:
    return None if math.isnan(value) else value
