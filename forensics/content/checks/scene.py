"""What checks are made of: all that stands on a screen, the number and sentence that a check gives, and its entry."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property

import numpy as np

from realfake.forensics.content.codes import Code
from realfake.forensics.content.fields import KIND_OF, label_of
from realfake.forensics.content.receipt import Line, Receipt, Value
from realfake.forensics.content.values import Moment, moment, money
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import column_name

FAMILY = "content"
NAN = float("nan")
SURE = 0.9  # confidence below which a line contradicts nothing
FEWEST = 3  # values of a screen that are mostly digits, from which the width of one is known
MISREAD = str.maketrans("OoQDIl|iBSZGzsbg", "0000111185262569")  # letters that are read for digits, and the reverse
SUMS = ("amount", "headline", "total")  # keys of what a receipt is of
GROUPING = re.compile(r"([.,])\d{3}(?!\d)")
PARTED = re.compile(r"\d[.,' ’]\d")
GROUPED = 4  # digits of an amount that have a point or a comma among them
EXTRAS = 6  # fees, discounts and unknown amounts that are tried in a sum
MARKS = 0.5, 1.0  # digits that a point, a comma or a space is wide, in proportional and in monospaced faces
LOST, DIGITS_OF = 0.1, 0.7  # of the usual pitch: room for a lost sign; share of digits in values that tell the pitch
ONE_DECIMAL = re.compile(r"\d[.,]\d(?!\d|[KkMm])")  # an amount of which the last digit was lost
BEGINS_WITH_ZERO = re.compile(r"(?<![\d.,])0\d")  # an amount of which the first digit was lost
ODD_DIGIT = re.compile(r"[lIOoSB|]\d|\d[lIOoSB|]")  # a digit that was read for a letter
PRICED = re.compile(r"[$€£¥₫฿₱₹₺₽₦₩]\s?\d|\d\s?[€₫฿₱₹₺₽]")
MASK = re.compile(r"[•*]|xx|XX")
MOMENTS = ("date", "time", "moment")  # kinds of values
OTHER_KINDS = ("amount", "moment")  # what stands beside such a label was misread where it looks like a number


@dataclass(frozen=True)
class Told:
    """What one check gives: a number, a sentence where it contradicts, and of what."""

    number: float = NAN
    sentence: str = ""
    of: tuple[Value | Code | Line, ...] = ()


@dataclass(frozen=True)
class Scene:
    """All that is held against each other: what was read, the codes, and the picture where it is at hand."""

    receipt: Receipt
    codes: tuple[Code, ...] = ()
    image: ForensicImage | None = None
    received: datetime | None = None

    @cached_property
    def sure(self) -> list[Value]:
        """Values that were read surely."""
        return [value for value in self.receipt.values if not value.confidence < SURE]

    def amounts(self, *keys: str) -> list[Value]:
        """Amounts with one of some keys."""
        return [value for value in self.sure if value.amount is not None and value.key in keys]

    def extras(self, *but: Value) -> list[Value]:
        """Amounts that may be added to another: fees, discounts, and all whose label is not known."""
        known = ("headline", "amount", "total", "balance")
        return [value for value in self.sure if value.amount and value.key not in known and value not in but][:EXTRAS]

    @cached_property
    def amounts_read(self) -> bool:
        """Whether every amount of the screen was read as one: a sum may hang on one that was not."""
        taken = [value.box for value in self.receipt.values if value.amount is not None or value.kind in MOMENTS]
        read = [value.text for value in self.receipt.values if value.amount is not None]
        cut = any(ONE_DECIMAL.search(text) or BEGINS_WITH_ZERO.search(text) for text in read)
        long = [value.text for value in self.receipt.values if value.amount and len(digits_of(value)) >= GROUPED]
        unmarked = {not PARTED.search(text) for text in long}
        written = {value.text.isdigit() for value in self.receipt.values if value.amount}
        texts = [value.text for value in self.receipt.values if value.amount]
        grouping = {mark for text in texts for mark in GROUPING.findall(text)}
        unsure = (
            cut
            or len(written) > 1
            or len(unmarked) > 1
            or bool(grouping & set(map(decimal_mark, texts)))
            or any(value.amount is not None and value.confidence < SURE for value in self.receipt.values)
        )
        lost = any(KIND_OF.get(value.key) == "amount" and value.amount is None for value in self.receipt.values)
        others = [line for line in self.receipt.lines if not any(line.box.intersection(box).area for box in taken)]
        labels = {value.label for value in self.receipt.values}
        unpaired = any(asks_amount(line.text) for line in others if line.text.strip(" :") not in labels)
        return (
            not unsure
            and not lost
            and not unpaired
            and not any(money(line.text) or PRICED.search(line.text) for line in others)
        )

    @cached_property
    def pitches(self) -> tuple[float, ...]:
        """The usual width of a digit, in heights of its line, by each of `MARKS`; none where few values are digits."""
        numbers = [
            value
            for value in self.receipt.values
            if sum(map(str.isdigit, value.text)) >= DIGITS_OF * len(value.text) and value.box.height
        ]
        if len(numbers) < FEWEST:
            return ()
        return tuple(float(np.median([pitch_of(value, mark) for value in numbers])) for mark in MARKS)

    @cached_property
    def moments(self) -> list[tuple[Value, Moment]]:
        """Values that tell a day or a time."""
        read = [value for value in self.sure if value.kind in MOMENTS and not ODD_DIGIT.search(value.text)]
        found = [(value, moment(value.text)) for value in read]
        return [(value, told) for value, told in found if told is not None]

    @cached_property
    def numbers(self) -> list[Value]:
        """Values that name something by signs: references and accounts."""
        kinds = ("identifier", "account")
        return [value for value in self.sure if value.kind in kinds and KIND_OF.get(value.key) not in OTHER_KINDS]

    @cached_property
    def days(self) -> set[date]:
        """Every day that the printed moments may mean."""
        return {day for _, told in self.moments for day in told.days}

    @cached_property
    def clocks(self) -> set[time]:
        """Every printed time of day."""
        return {told.clock for _, told in self.moments if told.clock}


@dataclass(frozen=True)
class Check:
    """A check and how it stands in the catalogue."""

    column: str
    run: Callable[[Scene], Told]
    unit: str
    meaning: str


def check(name: str, unit: str, meaning: str) -> Callable[[Callable[[Scene], Told]], Check]:
    """Make a check of a function, with its column, its unit and its meaning."""
    return lambda run: Check(column_name(FAMILY, name), run, unit, meaning)


def field_name(one: Value | Code | Line) -> str:
    """What a place on the screen is called: the key of a value, or its label, or its kind."""
    if isinstance(one, Value):
        return (one.key or one.label or one.kind).replace("_", " ")
    return "code" if isinstance(one, Code) else "line"


def lost_sign(value: Value, scene: Scene) -> bool:
    """Whether a value takes more room than its signs usually do on its screen: a reader may have lost one."""
    pitches = zip(MARKS, scene.pitches)
    return bool(scene.pitches) and all(pitch_of(value, mark) > (1 + LOST) * usual for mark, usual in pitches)


def pitch_of(value: Value, mark: float) -> float:
    """The width of a digit in a value, in heights of its line, where a mark such as a point is `mark` digits wide."""
    signs = sum(1.0 if sign.isalnum() else mark for sign in value.text)
    return value.box.width / max(value.box.height, 1) / max(signs, mark)


def digits_of(value: Value) -> str:
    """The digits of a value."""
    return "".join(filter(str.isdigit, value.text))


def minutes_of(clock: time) -> int:
    """Minutes since midnight."""
    return 60 * clock.hour + clock.minute


def decimal_mark(text: str) -> str:
    """The decimal mark of a number with two decimals; "" where it has none."""
    found = re.search(r"\d([.,])\d\d(?!\d|[.,])", text)
    return found[1] if found else ""


def asks_amount(text: str) -> bool:
    """Whether a text is the label of an amount."""
    meant = label_of(text)
    return meant is not None and KIND_OF[meant[0]] == "amount"


def amount_of(value: Value) -> Decimal:
    """The number of an amount, 0 where there is none."""
    return value.amount if value.amount is not None else Decimal(0)
