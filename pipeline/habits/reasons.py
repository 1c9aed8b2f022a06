"""Contradictions in plain words, with the places of the values that they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from realfake.forensics.box import Box
from realfake.forensics.content.receipt import Receipt, Value
from realfake.forensics.content.relations import Moment, moments, said
from realfake.pipeline.habits.grammar import length_of
from realfake.pipeline.habits.habit import CONTRADICTS, HOLE, SIGNS, Finding, Habit
from realfake.pipeline.habits.rules import encoding_name
from realfake.pipeline.habits.screens import Fact

UNTOLD = {"untitled": "moment", "sum": "amount"}  # what values without a label are called to people


@dataclass(frozen=True)
class Contradiction:
    """What a receipt does and no genuine receipt of its app did.

    Attributes
    ----------
    habit : id of the habit
    sentence : what is said, and how often genuine receipts agreed
    boxes : of the values that it is about, pixels
    fields : what these values are called
    surprise : -log10 of how often genuine receipts contradict a habit of this kind
    """

    habit: str
    sentence: str
    boxes: tuple[Box, ...]
    fields: tuple[str, ...]
    surprise: float

    def as_suspect(self) -> dict[str, object]:
        """As it stands among the suspects of a prediction: JSON, without a score."""
        boxes = [[int(side) for side in box] for box in self.boxes]
        of = {"habit": self.habit, "fields": list(self.fields), "boxes": boxes}
        return {"box": boxes[0] if boxes else [0, 0, 0, 0], "score": None, "reasons": [self.sentence], **of}


def contradictions(findings: Sequence[Finding], receipt: Receipt | None = None) -> list[Contradiction]:
    """What findings on one screen contradict, the most surprising first.

    Parameters
    ----------
    receipt : what was read, where the sentences may tell it
    """
    found = [
        Contradiction(
            finding.habit.id,
            sentence(finding, receipt),
            tuple(fact.box for fact in finding.facts),
            tuple(_name(fact.name) for fact in finding.facts),
            finding.surprise,
        )
        for finding in findings
        if finding.status == CONTRADICTS
    ]
    return sorted(found, key=lambda one: (-one.surprise, one.habit))


def sentence(finding: Finding, receipt: Receipt | None = None) -> str:
    """One contradiction in plain words, with the values where the receipt is given."""
    habit = finding.habit
    values = [receipt.values[fact.field] for fact in finding.facts if fact.field >= 0] if receipt else []
    return f"{_what(habit, finding.facts, values, receipt)}; {_before(habit)}"


def _what(habit: Habit, facts: Sequence[Fact], values: Sequence[Value], receipt: Receipt | None) -> str:
    name = _name(habit.name)
    if habit.kind == "time":
        return _of_time(habit, values[0].text if values else "", receipt)
    if habit.kind == "sum":
        shown = f" {values[0].text}" if values else ""
        terms = ", ".join(f"{_name(fact.name)} {value.text}" for fact, value in zip(facts[1:], values[1:]))
        return f"the {name}{shown} is not {_terms(habit)}" + (f" ({terms})" if terms else "")
    if habit.kind == "length":
        expected = " or ".join(habit.what)
        return f"the {name} has {length_of(facts[0].pattern)} letters and digits and not {expected}"
    if habit.kind == "alphabet":
        strange = [SIGNS[sign] for sign in SIGNS if sign in facts[0].pattern and sign not in habit.what]
        return f"the {name} holds {' and '.join(strange)}"
    if habit.kind == "format":
        return f"the {name} is written as {facts[0].pattern} and not in its form"
    if habit.kind == HOLE:
        return f"the {name} has blank ground where signs would stand"
    if habit.kind == "place":
        return "a text of the app stands elsewhere"
    return f"the code is none of {', '.join(habit.what)}"


def _of_time(habit: Habit, identifier: str, receipt: Receipt | None) -> str:
    name, other = _name(habit.name), _name(habit.other)
    moment = next((one for one in moments(receipt) if one.name == habit.other), None) if receipt else None
    if moment is not None:
        for what in habit.what:
            place, encoding = what.split(":")
            told = said(identifier, int(place), encoding)
            if told:
                return f"the {name} says {told}, the receipt {_printed(moment, encoding)}"
    return f"the {name} does not tell the {other} of the receipt where it should"


def _printed(moment: Moment, encoding: str) -> str:
    """A moment as far as an encoding tells it."""
    name = encoding_name(encoding)
    clock = "" if moment.second is None else f"{moment.second // 3600:02}:{moment.second % 3600 // 60:02}"
    day = "" if moment.day is None else moment.day.isoformat()
    if name.startswith(("HH", "hh")):
        return clock
    return " ".join(filter(None, (day, clock if "M" in name or "unix" in name else "")))


def _before(habit: Habit) -> str:
    total = habit.support + habit.exceptions
    if not habit.exceptions:
        return f"all {total} receipts of this app agreed before"
    return f"{habit.support} of {total} receipts of this app agreed before"


def _terms(habit: Habit) -> str:
    return " or ".join(what.removeprefix("=").replace("+", " + ").replace("-", " - ") for what in habit.what[:2])


def _name(name: str) -> str:
    """What a value is called; a label that is only known by its hash is not told."""
    base, mark, number = name.partition("#")
    return "value" if name.startswith("~") else UNTOLD.get(base, base).replace("_", " ") + mark + number
