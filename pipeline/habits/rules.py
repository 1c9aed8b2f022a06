"""Rules between values, mined blind: every place and encoding is tried, and one is kept that chance cannot explain.

A rule must hold in 95 % of the captures that could have it, or in all but one of six or more, which a reader may have
misread. Captures whose time is the same count once, so that a
day's receipts say no more of a date than one of them. The chance of one agreement is that of the encoding (the share of
digits that would do), or one in the pairs of different times among which none agreed, whichever is larger; from it
comes an exact binomial p-value, multiplied by the number of rules tried (Bonferroni).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from realfake.forensics.content.relations import BOTH, CLASSES, CLOCKS, DATES, LENGTHS, NEAR, OFFSETS, UNIX
from realfake.pipeline.habits.grammar import FEWEST

SHARE = 0.95  # of the captures that could have a rule, in which it holds
ONE_MISREAD = 6  # captures of which one may not have it, as if it had been misread
ALPHA = 0.01  # largest p-value of a rule, multiplied by the number tried
EXTENDED = 1e-3  # largest chance that a longer rule only continues a shorter one
MOST_SUMS, FEWEST_MORE = 3, 2  # sums that may take turns, and captures that each must explain besides
LEAST_CHANCE = 0.01  # of two sums being alike: people like round ones
ACCEPTED = {"0": (1, 60), "e": (2, 70), "m": (3, 180)}  # windows of minutes and of seconds that a class lets pass


@dataclass(frozen=True)
class Case:
    """One capture that could have a rule.

    Attributes
    ----------
    relations : that the value holds, of one other value
    length : letters and digits of the identifier; 0 of an amount
    units : what must differ from capture to capture, by kind: `day`, `minute`, `worth`
    others : names of the other amounts of the receipt
    """

    relations: frozenset[str]
    length: int
    units: Mapping[str, str]
    others: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rule:
    """A rule that was found.

    Attributes
    ----------
    what : relations of which one must hold
    support : captures in which it holds
    exceptions : captures that could have it and contradict it
    p_value : that chance does as well, corrected for the rules tried
    tried : rules that were tried besides
    turns : whether none of the relations holds in all these captures
    exact : of a time: it was told within seconds, not within a minute
    """

    what: tuple[str, ...]
    support: int
    exceptions: int
    p_value: float
    tried: int
    turns: bool = False
    exact: bool = False


@dataclass(frozen=True)
class _Window:
    """An accepted relation between an identifier and a time."""

    start: int
    end: int
    rule: Rule
    chance: float
    kinds: tuple[str, ...]


def chance_of(encoding: str, kind: str) -> float:
    """The share of random digits that an encoding takes for a given time, 0..1."""
    name = encoding_name(encoding)
    minutes, seconds = ACCEPTED[kind]
    if name in UNIX:
        return seconds / (16.0**8 if name == "unixhex" else 10.0**10)
    clocks = seconds if name.endswith("SS") else minutes
    return (min(minutes, 2) if name in DATES else clocks) / 10.0 ** LENGTHS[name]


def encoding_name(encoding: str) -> str:
    """An encoding without its offset."""
    return encoding.partition("+")[0].partition("-")[0]


def mine_times(cases: Sequence[Case]) -> list[Rule]:
    """Rules between the identifiers of one name and the times of one name.

    Parameters
    ----------
    cases : relations as `place:encoding:class` of captures that have both

    Returns
    -------
    list of Rule
        Relations as `place:encoding`; where several encodings do equally well at one place, any of them will do.
    """
    lengths = Counter(case.length for case in cases)
    if not lengths:
        return []
    tried = _tried(lengths)
    usual = max(lengths, key=lambda length: (lengths[length], length))
    held = _held(cases, only_left=len(lengths) == 1)
    found = []
    for (place, encoding), classes in sorted(held.items()):
        rules = {
            kind: _tested(cases, classes[kind], kinds_of(encoding), chance_of(encoding, kind), tried)
            for kind in CLASSES
        }
        known = [(rule.exceptions, kind, rule) for kind, rule in rules.items() if rule]
        if known:
            _, kind, rule = min(known, key=lambda one: (one[0], CLASSES.index(one[1])))
            start = place if place >= 0 else usual + place
            window = start, start + LENGTHS[encoding_name(encoding)]
            named = replace(rule, what=(f"{place}:{encoding}",), exact=kind != NEAR)
            found.append(_Window(*window, named, chance_of(encoding, kind), kinds_of(encoding)))
    return [window.rule for window in _told_once(found, cases)]


def mine_sums(cases: Sequence[Case], tried: int) -> Rule | None:
    """The sums of which one always gives the amounts of one name.

    One may hold where a fee is told and another where none is: at most `MOST_SUMS` sums that explain nearly all
    captures on which all the terms of one of them stand.

    Parameters
    ----------
    cases : relations as `=amount+fee`
    tried : sums among the amounts that were tried
    """
    known = sorted({relation for case in cases for relation in case.relations})
    kept: list[str] = []
    while len(kept) < MOST_SUMS:
        open_cases = [case for case in cases if not case.relations & set(kept)]
        gains = {relation: sum(relation in case.relations for case in open_cases) for relation in known}
        best = max(known, key=lambda relation: (gains[relation], -len(terms(relation))), default="")
        if not best or gains[best] < FEWEST_MORE:
            break
        kept.append(best)
        able = [case for case in cases if any(case.others.issuperset(terms(relation)) for relation in kept)]
        held = {i for i, case in enumerate(able) if case.relations & set(kept)}
        rule = _tested(able, held, ("worth",), LEAST_CHANCE * len(kept), tried) if len(able) >= FEWEST else None
        if rule:
            alike = [relation for relation in known if sum(relation in c.relations for c in able) >= len(held)]
            what = tuple(dict.fromkeys([*kept, *alike]))
            return Rule(what, rule.support, rule.exceptions, rule.p_value, rule.tried, len(kept) > 1)
    return None


def terms(relation: str) -> list[str]:
    """The names of the amounts in `=amount+fee-discount`."""
    return relation.removeprefix("=").replace("-", "+").split("+")


def sums_tried(names: int) -> int:
    """How many sums can be tried among amounts of so many names."""
    others = max(names - 1, 0)
    pairs = others * (others - 1) // 2
    return max(1, names * (others + 3 * pairs + pairs * max(others - 2, 0)))


def _tried(lengths: Iterable[int]) -> int:
    """Places, encodings, offsets and classes that were tried, from the left, and from the right if lengths differ."""
    longest, ends = max(lengths), 1 + (len(set(lengths)) > 1)
    shifted = {*UNIX, *(name for name in BOTH if "HH" in name)}
    windows = sum(
        max(longest - length + 1, 0) * (len(OFFSETS) if name in shifted else 1) for name, length in LENGTHS.items()
    )
    return max(1, windows * ends * len(CLASSES))


def _held(cases: Sequence[Case], only_left: bool) -> dict[tuple[int, str], dict[str, set[int]]]:
    """For each place and encoding the cases in which each class of tolerance holds."""
    found: dict[tuple[int, str], dict[str, set[int]]] = defaultdict(lambda: {kind: set() for kind in CLASSES})
    for i, case in enumerate(cases):
        for relation in case.relations:
            place, encoding, kind = relation.split(":")
            if (only_left and place.startswith("-")) or kind not in CLASSES:
                continue
            for wider in CLASSES[CLASSES.index(kind) :]:
                found[int(place), encoding][wider].add(i)
    return found


def kinds_of(encoding: str) -> tuple[str, ...]:
    """What a time must print for an encoding to be held against it: `day`, `minute`."""
    name = encoding_name(encoding)
    return ("day",) if name in DATES else ("minute",) if name in CLOCKS else ("day", "minute")


def _unit(case: Case, kinds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(case.units[kind] for kind in kinds)


def _tested(cases: Sequence[Case], held: set[int], kinds: tuple[str, ...], chance: float, tried: int) -> Rule | None:
    """The rule that holds in these cases, None where it holds too rarely or chance could do it.

    A case that lacks what the rule is about, such as a day, could not have it.
    """
    able = [i for i, case in enumerate(cases) if all(kind in case.units for kind in kinds)]
    held = held & set(able)
    if not held or len(able) - len(held) > max((1 - SHARE) * len(able), len(able) >= ONE_MISREAD):
        return None
    units: dict[tuple[str, ...], list[bool]] = defaultdict(list)
    for i in able:
        units[_unit(cases[i], kinds)].append(i in held)
    agreed = sum(2 * sum(flags) > len(flags) for flags in units.values())
    from scipy.stats import binom

    p_value = float(binom.sf(agreed - 1, len(units), max(chance, _least(len(units))))) * tried
    return Rule((), len(held), len(able) - len(held), min(p_value, 1.0), tried) if p_value <= ALPHA else None


def _either(rules: Sequence[Rule]) -> Rule:
    """One rule that holds where one of these does."""
    best = max(rules, key=lambda rule: rule.support)
    what = tuple(dict.fromkeys(relation for rule in rules for relation in rule.what))
    p_value, exact = min(rule.p_value for rule in rules), all(rule.exact for rule in rules)
    return replace(best, what=what, p_value=p_value, exact=exact)


def _told_once(found: Sequence[_Window], cases: Sequence[Case]) -> list[_Window]:
    """Of accepted relations those that say something of their own.

    A longer window takes the place of shorter ones inside it only where chance would not have continued them: two
    digits after the minute are below 60 more often than not, and on a single day any date beside a time is the same.
    """
    kept: list[_Window] = []
    for window in sorted(found, key=lambda one: (one.end - one.start, one.start, one.rule.what)):
        same = [one for one in kept if (one.start, one.end) == (window.start, window.end)]
        if same:
            both = _Window(window.start, window.end, _either([same[0].rule, window.rule]), same[0].chance, window.kinds)
            kept[kept.index(same[0])] = both
            continue
        inside = [one for one in kept if window.start <= one.start and one.end <= window.end]
        if not inside or _continues(window, inside, cases):
            kept = [one for one in kept if one not in inside] + [window]
    return sorted(kept, key=lambda one: (one.start, one.end))


def _continues(window: _Window, inside: Sequence[_Window], cases: Sequence[Case]) -> bool:
    """Whether a window agrees where the windows inside it say nothing, more often than chance would."""
    added = tuple(kind for kind in window.kinds if all(kind not in one.kinds for one in inside)) or window.kinds
    units = len({_unit(case, added) for case in cases if all(kind in case.units for kind in added)})
    apart: list[_Window] = []
    for one in sorted(inside, key=lambda one: one.start - one.end):
        if all(one.end <= other.start or other.end <= one.start for other in apart):
            apart.append(one)
    chance = window.chance / math.prod(one.chance for one in apart)
    return max(min(chance, 1.0), _least(units)) ** units <= EXTENDED


def _least(units: int) -> float:
    """The chance of agreement that cannot be ruled out where no two of so many different times agreed."""
    return 1.0 / (units * (units - 1) + 1)
