"""What a receipt says, held against itself: sums, dates, check digits, repeats, codes, and holes in its values.

A check is a function that gives one number with its unit and meaning, and, where two things on the screen cannot both
be true, one sentence with the places. A number is NaN where its check does not apply; a line that was read unsurely
contradicts nothing.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cache, cached_property
from itertools import combinations, pairwise

import numpy as np
from PIL import Image

from realfake.forensics.box import Box
from realfake.forensics.content.codes import Code
from realfake.forensics.content.fields import KIND_OF, label_of
from realfake.forensics.content.receipt import Line, Receipt, Value
from realfake.forensics.content.values import Moment, folded, moment, money
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import Feature, column_name
from realfake.forensics.text.direction import read_upright

FAMILY = "content"
SOURCE = "what the receipt says; realfake.forensics.content.consistency"
NAN = float("nan")
SURE = 0.9  # confidence below which a line contradicts nothing
FEWEST = 3  # labelled values of a receipt; a screen with fewer is none
MISREAD = str.maketrans("OoQDIl|iBSZGzsbg", "0000111185262569")  # letters that are read for digits, and the reverse
LANGUAGES = ("en", "vi", "th", "id", "pt_BR", "es", "en_IN", "tr", "ru", "ar", "fr", "de", "it")  # of num2words
KNOWN, CLOSE = 0.5, 0.75  # share of an amount's words that are found where the language is known; likeness of words
SHORTEST_TAIL = 4  # signs of an account that a mask leaves
ENDS = 3  # signs at both ends in which two numbers agree that were meant to be one
NEAR = 0.6  # share of the signs of two texts that agree where one was meant to be the other
SAME_TIME = 400  # days that a day inside a number and the printed one may differ and still be meant to be one
HALF_DAY = 720  # minutes: a clock of twelve hours whose half was not read
SAME_MINUTES = 10  # within which a receipt's moments may differ
JUST_BEFORE = 2, 5  # minutes: a status bar that is so little earlier than the payment shows no other day
WORD = re.compile(r"[^\W\d_]*[a-zà-ÿ]{3}")  # what stands in a line with a number and is none
CUT = re.compile(r"\S*(?:\.\.\.?|…)$")  # the last word of a text that was cut
SUMS = ("amount", "headline", "total")  # keys of what a receipt is of
GROUPING = re.compile(r"([.,])\d{3}(?!\d)")
GROUPED = 4  # digits of an amount that have a point or a comma among them
HIDDEN = 0.3  # share of a total that a fee or a discount without a row of its own may make
EXTRAS = 6  # fees, discounts and unknown amounts that are tried in a sum
MARKS = 0.5, 1.0  # digits that a point, a comma or a space is wide, in proportional and in monospaced faces
LOST, DIGITS_OF = 0.1, 0.7  # of the usual pitch: room for a lost sign; share of digits in values that tell the pitch
ONE_DECIMAL = re.compile(r"\d[.,]\d(?!\d|[KkMm])")  # an amount of which the last digit was lost
ODD_DIGIT = re.compile(r"[lIOoSB|]\d|\d[lIOoSB|]")  # a digit that was read for a letter
PRICED = re.compile(r"[$€£¥₫฿₱₹₺₽₦₩]\s?\d|\d\s?[€₫฿₱₹₺₽]")
HOLE, ALONE = 0.85, 0.5  # of the pitch: blank ground within a value, and share of it that no other gap reaches
LIKE_HEIGHT = 0.2  # of the height: letters of one value differ by less
TORN = 7  # of the height: parts of one value stand no farther apart
MASK = re.compile(r"[•*]|xx|XX")
MOMENTS = ("date", "time", "moment")  # kinds of values
OTHER_KINDS = ("amount", "moment")  # what stands beside such a label was misread where it looks like a number
BLANK = 0.99  # of the pixels of a place where nothing stands
FAINT = 60  # sum of the gray levels of three channels: less contrast is no ink
INK = 0.35  # share of the contrast from which on a pixel is ink
YMD = re.compile(r"(?=(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:([01]\d|2[0-3])([0-5]\d)([0-5]\d)?)?)")
YMD_SHORT = re.compile(r"^[A-Za-z]{0,4}(\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])([0-5]\d)([0-5]\d)?")


@dataclass(frozen=True)
class Finding:
    """What on a screen contradicts what else stands there.

    Attributes
    ----------
    feature : column of the check
    sentence : what contradicts what
    boxes : of the places, pixels of the stored picture
    fields : what each place is: `amount`, `reference`, `code`, ...
    """

    feature: str
    sentence: str
    boxes: tuple[Box, ...]
    fields: tuple[str, ...]

    def as_suspect(self) -> dict[str, object]:
        """As it stands among the suspects of a prediction: JSON, without a score."""
        boxes = [[int(side) for side in box] for box in self.boxes]
        box = boxes[0] if boxes else [0, 0, 0, 0]
        of = {"feature": self.feature, "fields": list(self.fields), "boxes": boxes}
        return {"box": box, "score": None, "reasons": [self.sentence], **of}


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
        cut = any(ONE_DECIMAL.search(value.text) for value in self.receipt.values if value.amount is not None)
        long = [value.text for value in self.receipt.values if value.amount and len(_digits(value)) >= GROUPED]
        unmarked = {not any(mark in text for mark in ".,' ") for text in long}
        written = {value.text.isdigit() for value in self.receipt.values if value.amount}
        texts = [value.text for value in self.receipt.values if value.amount]
        grouping = {mark for text in texts for mark in GROUPING.findall(text)}
        unsure = (
            cut
            or len(written) > 1
            or len(unmarked) > 1
            or bool(grouping & set(map(_decimal_mark, texts)))
            or any(value.amount is not None and value.confidence < SURE for value in self.receipt.values)
        )
        lost = any(KIND_OF.get(value.key) == "amount" and value.amount is None for value in self.receipt.values)
        others = [line for line in self.receipt.lines if not any(line.box.intersection(box).area for box in taken)]
        labels = {value.label for value in self.receipt.values}
        unpaired = any(_asks_amount(line.text) for line in others if line.text.strip(" :") not in labels)
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


CHECKS: list[Check] = []


def check(name: str, unit: str, meaning: str) -> Callable[[Callable[[Scene], Told]], Callable[[Scene], Told]]:
    """Enter a check into the catalogue, in the order of the columns."""

    def enter(run: Callable[[Scene], Told]) -> Callable[[Scene], Told]:
        CHECKS.append(Check(column_name(FAMILY, name), run, unit, meaning))
        return run

    return enter


def content_features() -> tuple[Feature, ...]:
    """The columns of the checks, with unit and meaning."""
    return tuple(Feature(one.column, FAMILY, one.unit, one.meaning, SOURCE, "full") for one in CHECKS)


def check_content(
    receipt: Receipt | None,
    codes: Sequence[Code] = (),
    image: ForensicImage | None = None,
    received: datetime | None = None,
) -> tuple[dict[str, float], tuple[Finding, ...]]:
    """Hold a receipt against itself and its codes.

    Parameters
    ----------
    receipt : what was read; None where nothing was
    codes : QR and bar codes of the screen
    image : the picture, for blank ground within values and the file's own time; those checks are NaN without it
    received : when the image came, as far as that is known

    Returns
    -------
    dict
        Number of each check by its column, NaN where it does not apply: all where nothing was read, and all but the
        counts on a screen that is no receipt.
    tuple of Finding
        What contradicts what.
    """
    if receipt is None:
        return dict.fromkeys((one.column for one in CHECKS), NAN), ()
    scene = Scene(receipt, tuple(codes), image, received)
    told = {one.column: one.run(scene) for one in CHECKS[:COUNTS]}
    is_receipt = len({value.key for value in receipt.values if value.key}) >= FEWEST
    told |= {one.column: one.run(scene) if is_receipt else Told() for one in CHECKS[COUNTS:]}
    numbers = {column: one.number if np.isfinite(one.number) else NAN for column, one in told.items()}
    return numbers, tuple(_finding(column, one) for column, one in told.items() if one.sentence)


def _asks_amount(text: str) -> bool:
    """Whether a text is the label of an amount."""
    meant = label_of(text)
    return meant is not None and KIND_OF[meant[0]] == "amount"


def _finding(column: str, told: Told) -> Finding:
    return Finding(column, told.sentence, tuple(one.box for one in told.of), tuple(field_name(one) for one in told.of))


def field_name(one: Value | Code | Line) -> str:
    """What a place on the screen is called: the key of a value, or its label, or its kind."""
    if isinstance(one, Value):
        return (one.key or one.label or one.kind).replace("_", " ")
    return "code" if isinstance(one, Code) else "line"


@check("values__count", "values", "values that were read, with or without a label")
def _values(scene: Scene) -> Told:
    return Told(len(scene.receipt.values))


@check("values__labelled", "values", "values beside a label that is known in some language")
def _labelled(scene: Scene) -> Told:
    return Told(sum(bool(value.key) for value in scene.receipt.values))


@check("codes__count", "codes", "QR and bar codes that were decoded")
def _codes(scene: Scene) -> Told:
    return Told(len(scene.codes))


COUNTS = len(CHECKS)


def _step(value: Value) -> Decimal:
    """What the last digit of an amount counts; of a word such as `free`, nothing."""
    found = money(value.text, bare=True)
    return found.step if found else Decimal(0)


def _off(one: Decimal, other: Decimal) -> float:
    """Difference as a share of the larger."""
    return float(abs(one - other) / max(abs(one), abs(other), Decimal(1)))


@check("headline__off", "share", "how far the headline is from the nearest of all other amounts")
def _headline(scene: Scene) -> Told:
    headlines, others = scene.amounts("headline"), [value for value in scene.sure if value.amount is not None]
    sums = scene.amounts("amount", "total")
    if not headlines or not sums:
        return Told()
    headline = headlines[0]
    extras = scene.extras(headline)
    for other in others:
        if other is headline:
            continue
        gaps = [abs(_amount(headline) - _amount(other) - extra) for extra in _reach(extras, other)]
        if any(gap <= max(_step(headline), _step(other)) and _coarser(headline, other, gap) for gap in gaps):
            return Told(0.0)
    nearest = _nearest(sums, _amount(headline))
    if not scene.amounts_read or _misread(headline, nearest, scene):
        return Told()
    off = _off(_amount(headline), _amount(nearest))
    hidden = nearest.key == "total" and off <= HIDDEN
    sentence = f"the headline says {headline.text}, the {field_name(nearest)} says {nearest.text}"
    return Told(off, "" if hidden else sentence, (headline, nearest))


def _amount(value: Value) -> Decimal:
    return value.amount if value.amount is not None else Decimal(0)


def _nearest(values: Sequence[Value], amount: Decimal) -> Value:
    """The value whose amount is nearest."""
    return min(values, key=lambda value: abs(_amount(value) - amount))


def _coarser(one: Value, other: Value, gap: Decimal) -> bool:
    """Whether a gap is none, or comes of the one of two amounts that is rounded."""
    return gap == 0 or _step(one) != _step(other)


def _reach(extras: Sequence[Value], without: Value) -> set[Decimal]:
    """What fees, discounts and the like may add, all or some of them."""
    sums = {Decimal(0)}
    for extra in extras:
        if extra is not without:
            sums |= {one + sign * _amount(extra) for one in sums for sign in (1, -1)}
    return sums


def lost_sign(value: Value, scene: Scene) -> bool:
    """Whether a value takes more room than its signs usually do on its screen: a reader may have lost one."""
    pitches = zip(MARKS, scene.pitches)
    return bool(scene.pitches) and all(pitch_of(value, mark) > (1 + LOST) * usual for mark, usual in pitches)


def pitch_of(value: Value, mark: float) -> float:
    """The width of a digit in a value, in heights of its line, where a mark such as a point is `mark` digits wide."""
    signs = sum(1.0 if sign.isalnum() else mark for sign in value.text)
    return value.box.width / max(value.box.height, 1) / max(signs, mark)


def _misread(one: Value, other: Value, scene: Scene) -> bool:
    """Whether two amounts may differ by a digit, a point or a comma that the reader lost."""
    digits = [_digits(one), _digits(other)]
    shorter = one if len(digits[0]) < len(digits[1]) else other
    return digits[0] == digits[1] or (_one_less(*digits) and (not scene.pitches or lost_sign(shorter, scene)))


def _digits(value: Value) -> str:
    return "".join(filter(str.isdigit, value.text))


def _one_less(one: str, other: str) -> bool:
    """Whether one text is the other but for a sign that is lost."""
    short, long = sorted((one, other), key=len)
    return len(long) - len(short) == 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def signs_wide(text: str) -> float:
    """About how many digits wide a text is."""
    return sum(1.0 if sign.isalnum() else 0.5 for sign in text)


@check("total__off", "share", "how far the total is from what amount, fee, tax and discount make")
def _total(scene: Scene) -> Told:
    totals, parts = scene.amounts("total"), scene.amounts("amount") or scene.amounts("headline")
    named = scene.amounts("fee", "tax", "discount")
    if not totals or not parts or not named:
        return Told()
    total, part = totals[0], parts[0]
    extras = scene.extras(total, part)
    sums = {_amount(part) + extra for extra in _reach(extras, part)}
    slack = sum((_step(one) for one in (total, part, *extras) if _step(one) > _step(total)), Decimal(0))
    if min(abs(_amount(total) - one) for one in sums) <= slack:
        return Told(0.0)
    shown = (total, part, *named)
    unread = any(_misread(total, one, scene) for one in scene.amounts(*SUMS) if one is not total)
    if not scene.amounts_read or len(totals) > 1 or unread or any(lost_sign(value, scene) for value in shown):
        return Told()
    off = _off(_amount(total), _amount(part))
    if not scene.amounts("fee", "tax") and _amount(total) > _amount(part) and off <= HIDDEN:
        return Told(off)
    told = " and ".join(f"{field_name(one)} {one.text}" for one in (part, *named))
    return Told(off, f"{told} do not make the total {total.text}", shown)


@check("words__off", "share", "of the amount in words, that no amount in digits would spell")
def _words(scene: Scene) -> Told:
    spelt = [value for value in scene.sure if value.key == "words"]
    amounts = scene.amounts(*SUMS)
    if not spelt or not amounts:
        return Told()
    extras = scene.extras(*amounts)
    meant = {_amount(value) + extra for value in amounts for extra in _reach(extras, spelt[0])}
    found = [_likeness(spelt[0].text, amount) for amount in sorted(meant) if amount >= 0]
    if 1.0 in found:
        return Told(0.0)
    known = [likeness for likeness in found if likeness == likeness]
    if not known or not scene.amounts_read or any(value.amount and not value.key for value in scene.sure):
        return Told()
    sentence = f"{spelt[0].text!r} does not spell {amounts[0].text}"
    return Told(1 - max(known), sentence, (spelt[0], amounts[0]))


def _likeness(words: str, amount: Decimal) -> float:
    """Share of the words of an amount, spelt in the language that is nearest, that a text has.

    NaN where few are and the text begins with no number in any language. A text that says some of it and no other
    number was cut, and says it all.
    """
    from num2words import num2words

    said, best = _spelt(CUT.sub("", words)), (0.0, 0)
    for language in LANGUAGES:
        try:
            wanted = _spelt(str(num2words(int(amount), lang=language)))
        except (NotImplementedError, OverflowError, ValueError, KeyError, IndexError):
            continue
        found = sum(any(_same_word(word, one) for one in said) for word in wanted)
        numbers = [word for word in said if word in _numerals(language)] or said
        cut = len(numbers) < len(wanted) and all(any(_same_word(word, one) for word in wanted) for one in numbers)
        best = max(best, (1.0 if cut else found / max(len(wanted), 1), len(wanted)))
    numerals = frozenset[str]().union(*map(_numerals, LANGUAGES))
    spelt = bool(said) and said[0] in numerals
    return best[0] if best[0] >= KNOWN or spelt else NAN


@cache
def _numerals(language: str) -> frozenset[str]:
    """The words of which numbers are made in a language, those of scripts without spaces left out."""
    from num2words import num2words

    words: set[str] = set()
    for number in (*range(1, 21), *range(30, 100, 10), *range(100, 1000, 100), 1000, 10**6):
        try:
            words |= {word for word in _spelt(str(num2words(number, lang=language))) if len(word) > 2}
        except (NotImplementedError, OverflowError, ValueError, KeyError, IndexError):
            continue
    return frozenset(words)


def _same_word(word: str, read: str) -> bool:
    """Whether a word may have been read so: most of it alike, or with letters left out that the reader lacks."""
    rest = iter(word)
    if 2 * len(read) >= len(word) and all(sign in rest for sign in read):
        return True
    return SequenceMatcher(None, word, read, autojunk=False).ratio() >= CLOSE


def _spelt(text: str) -> list[str]:
    """Words without accents; of scripts without spaces, pairs of letters."""
    words = [form for word in re.split(r"[\s,.-]+", text) if (form := folded(word).translate(MISREAD))]
    if len(words) > 1 or folded(text).isascii():
        return words
    return ["".join(pair) for pair in pairwise(folded(text))]


@check("separators__mixed", "0 or 1", "whether one amount has a decimal comma and another a decimal point")
def _separators(scene: Scene) -> Told:
    amounts = [value for value in scene.sure if value.kind == "amount"]
    commas, points = ([value for value in amounts if _decimal_mark(value.text) == mark] for mark in ",.")
    if not commas and not points:
        return Told()
    if not (commas and points):
        return Told(0.0)
    few, many = sorted((commas, points), key=len)
    sentence = f"{few[0].text} and {many[0].text} are written in two ways"
    return Told(1.0, sentence if len(few) < len(many) else "", (few[0], many[0]))


def _decimal_mark(text: str) -> str:
    """The decimal mark of a number with two decimals; "" where it has none."""
    found = re.search(r"\d([.,])\d\d(?!\d|[.,])", text)
    return found[1] if found else ""


@check("time__impossible", "values", "days and times that no calendar and no clock have")
def _impossible(scene: Scene) -> Told:
    wrong = [(value, told) for value, told in scene.moments if told.wrong]
    if not scene.moments:
        return Told()
    sentence = "; ".join(told.wrong for _, told in wrong)
    return Told(len(wrong), sentence, tuple(value for value, _ in wrong))


@check("weekday__wrong", "0 or 1", "whether a weekday stands beside a day that is another")
def _weekday(scene: Scene) -> Told:
    named = [(value, told) for value, told in scene.moments if told.weekday is not None and told.days]
    for value, told in named:
        if told.weekday not in [day.weekday() for day in told.days]:
            unsure = lost_sign(value, scene) or _lost_digit(told, value.text)
            return Told(1.0, "" if unsure else f"{value.text!r}: that day is a {told.days[0]:%A}", (value,))
    return Told(0.0 if named else NAN)


def _lost_digit(told: Moment, text: str) -> bool:
    """Whether the weekday fits a day of two digits of which the reader lost one."""
    day = told.days[0]
    alone = re.search(rf"(?<!\d){day.day}(?!\d)", text)
    others = [n for n in range(10, 32) if str(day.day) in str(n)] if day.day < 10 and alone else []
    return any(date(day.year, day.month, n).weekday() == told.weekday for n in others if n <= _last_day(day))


def _last_day(day: date) -> int:
    return monthrange(day.year, day.month)[1]


@check("moments__apart", "minutes", "between the moments that the receipt tells, the widest gap")
def _moments(scene: Scene) -> Told:
    whole = [(value, told) for value, told in scene.moments if told.clock and len(told.days) >= 1]
    widest, contradicts = NAN, False
    of: tuple[Value, ...] = ()
    for (one, a), (other, b) in combinations(whole, 2):
        assert a.clock is not None and b.clock is not None
        days = min(abs((day - night).days) for day in a.days for night in b.days)
        clocks = abs(_minutes(a.clock) - _minutes(b.clock))
        gap = 1440 * days + clocks
        if not gap <= widest:
            widest, of = float(gap), (one, other)
            twice = not (one.label and other.label) or folded(one.label) == folded(other.label)
            zones = clocks % 30 == 0 and bool(a.zone or b.zone)
            apart = days == 0 and clocks > SAME_MINUTES and clocks != HALF_DAY and not zones
            lost = _one_less(*map(_digits, of)) or _one_less(*(folded(value.text) for value in of))
            read = not (lost or any(lost_sign(value, scene) for value in of))
            contradicts = read and ((clocks == 0 and days > 0) or (twice and apart))
    if not of:
        return Told()
    sentence = f"one moment is {of[0].text}, the other {of[1].text}" if contradicts else ""
    return Told(widest, sentence, of)


def _minutes(clock: time) -> int:
    return 60 * clock.hour + clock.minute


@check("clock__ahead", "minutes", "by which the status bar's clock is ahead of the printed time, -720..720")
def _clock(scene: Scene) -> Told:
    printed = [(value, told.clock) for value, told in scene.moments if told.clock]
    if scene.receipt.status_clock is None or not printed:
        return Told()
    value, clock = printed[0]
    shown = scene.receipt.status_clock
    ahead = (_minutes(shown) - _minutes(clock) + 720) % 1440 - 720
    before = JUST_BEFORE[0] <= -ahead <= JUST_BEFORE[1]
    sentence = f"the status bar says {shown:%H:%M}, before the payment at {clock:%H:%M}" if before else ""
    return Told(ahead, sentence, (value,))


@check("file__before", "hours", "by which the printed day begins after the file was made, or came: the earlier of both")
def _file(scene: Scene) -> Told:
    saved = file_time(scene.image) if scene.image is not None else None
    known = [(when, how) for when, how in ((saved, "made"), (scene.received, "received")) if when is not None]
    if not known or not scene.days:
        return Told()
    day, (when, how) = min(scene.days), min(known)
    hours = (datetime.combine(day, time()) - when).total_seconds() / 3600
    value = next(value for value, told in scene.moments if day in told.days)
    late = f"the file was {how} on {when:%Y-%m-%d}, the receipt is of {day.isoformat()}"
    return Told(hours, late if hours > 24 else "", (value,))


def file_time(image: ForensicImage) -> datetime | None:
    """When a file says that it was made: the original time of its EXIF data, or the last change; None without."""
    raw = image.info.get("exif")
    if not isinstance(raw, bytes):
        return None
    exif = Image.Exif()
    try:
        exif.load(raw)
        told = exif.get_ifd(0x8769).get(36867) or exif.get(306)
        return datetime.strptime(str(told).strip("\0 "), "%Y:%m:%d %H:%M:%S")
    except (ValueError, SyntaxError, KeyError, TypeError, OSError, OverflowError):
        return None


@check("zone__named", "0 or 1", "whether a time zone is named")
def _zone(scene: Scene) -> Told:
    return Told(float(any(told.zone for _, told in scene.moments)) if scene.moments else NAN)


@check("check_digits__wrong", "values", "numbers whose own check digits do not hold: IBAN, CPF, CNPJ, CLABE, cards")
def _check_digits(scene: Scene) -> Told:
    checked = [(value, holds) for value in scene.numbers if (holds := _digits_hold(value)) is not None]
    wrong = [value for value, holds in checked if not holds]
    if not checked:
        return Told()
    sentence = "; ".join(f"the check digits of {value.text} do not hold" for value in wrong)
    return Told(len(wrong), sentence, tuple(wrong))


def _digits_hold(value: Value) -> bool | None:
    """Whether the check digits of a number hold; None where it has none that are known, or it was misread."""
    from stdnum import iban, luhn
    from stdnum.br import cnpj, cpf

    signs = "".join(filter(str.isalnum, value.text))
    if not signs.isascii() or signs != "".join(filter(str.isalnum, value.text.replace("•", "").replace("*", ""))):
        return None
    if MASK.search(value.text):
        return None
    named = KIND_OF.get(value.key) == "account" or " " in value.text or "iban" in folded(value.label)
    if named and re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", signs) and len(signs) == IBAN_LENGTHS.get(signs[:2]):
        return bool(iban.is_valid(signs)) or _valid_if_misread(signs, iban.is_valid)
    if re.fullmatch(r"\d{3}\.\d{3}\.\d{3}-\d{2}", value.text):
        return bool(cpf.is_valid(signs))
    if re.fullmatch(r"\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}", value.text):
        return bool(cnpj.is_valid(signs))
    if "clabe" in folded(value.label) and re.fullmatch(r"\d{18}", signs):
        return sum(int(digit) * (3, 7, 1)[i % 3] % 10 for i, digit in enumerate(signs)) % 10 == 0
    if folded(value.label) in ("card", "cardnumber", "tarjeta", "kartno") and re.fullmatch(r"\d{15,16}", signs):
        return bool(luhn.is_valid(signs))
    return None


def _valid_if_misread(signs: str, holds: Callable[[str], bool]) -> bool | None:
    """None where one sign read for a look-alike would explain what does not hold, else False."""
    for i, sign in enumerate(signs):
        other = sign.translate(MISREAD)
        if other != sign and holds(signs[:i] + other + signs[i + 1 :]):
            return None
    return False


IBAN_LENGTHS = {
    "DE": 22, "FR": 27, "IT": 27, "ES": 24, "PT": 25, "TR": 26, "CH": 21, "AT": 20, "BE": 16, "NL": 18, "GB": 22,
    "IE": 22, "PL": 28, "RO": 24, "SE": 24, "NO": 15, "DK": 18, "FI": 18, "GR": 27, "CZ": 24, "HU": 28, "PK": 24,
    "SA": 24, "AE": 23, "JO": 30, "KW": 30, "BR": 29, "KZ": 20, "UA": 29, "LU": 20, "LT": 20, "LV": 21, "EE": 20,
}  # fmt: skip


@check("reference__days_off", "days", "between a day written inside a number and the nearest printed day")
def _day_inside(scene: Scene) -> Told:
    nearest: tuple[int, Value, date] | None = None
    for value, day, _, sure in _dated(scene.numbers):
        off = min((abs((day - printed).days) for printed in scene.days), default=None)
        if off is not None and off <= SAME_TIME and (off <= 1 or sure) and (nearest is None or off < nearest[0]):
            nearest = off, value, day
    if nearest is None:
        return Told()
    off, value, day = nearest
    printed = next(one for one, told in scene.moments if told.days)
    if off > 1 and any(f"{one:%y%j}" in value.text for one in scene.days):  # the day of the year stands there
        return Told(0.0)
    if off > 1 and (lost_sign(printed, scene) or not _day_read(printed, day)):
        return Told()
    sentence = f"{value.text} contains the day {day.isoformat()}, the receipt says {printed.text}" if off > 1 else ""
    return Told(off, sentence, (value, printed))


def _day_read(printed: Value, day: date) -> bool:
    """Whether the printed day is another one even if a digit of it was lost."""
    numbers = [number.lstrip("0") for number in re.findall(r"\d+", printed.text)]
    return not any(len(n) == 1 and n in str(day.day) and n != str(day.day) for n in numbers)


def _dated(values: Iterable[Value]) -> Iterator[tuple[Value, date, time | None, bool]]:
    """Days inside numbers, with the time behind each, and whether chance hardly writes one so."""
    for value in values:
        signs = "".join(filter(str.isalnum, value.text))
        for found in (*YMD.finditer(signs), *YMD_SHORT.finditer(signs)):
            year, month, day, hour, minute, second = found.groups()
            try:
                told = date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
            except ValueError:
                continue
            clock = time(int(hour), int(minute), int(second or 0)) if hour else None
            yield value, told, clock, len(year) == 4 or second is not None or len(signs) <= 14


@check(
    "reference__minutes_off", "minutes", "between a time behind the printed day inside a number and the printed time"
)
def _time_inside(scene: Scene) -> Told:
    gaps = [
        min(abs(_minutes(clock) - _minutes(printed)) for printed in scene.clocks)
        for _, day, clock, _ in _dated(scene.numbers)
        if clock is not None and scene.clocks and any(abs((day - one).days) <= 1 for one in scene.days)
    ]
    return Told(min(gaps)) if gaps else Told()


@check("twice__differs", "signs", "that differ between what is said twice: a number, a name, the tail of an account")
def _twice(scene: Scene) -> Told:
    names = [value for value in scene.sure if value.key in ("recipient", "sender") and value.kind == "name"]
    same = NAN
    for one, other in (*combinations(scene.numbers, 2), *combinations(names, 2)):
        if not _one_thing(one, other):
            continue
        differing = _differing(*_compared(one, other))
        if differing == 0:
            same = 0.0
        elif differing is not None and not lost_sign(one, scene) and not lost_sign(other, scene):
            sentence = f"{field_name(one)} {one.text} and {field_name(other)} {other.text} are nearly the same"
            return Told(differing, sentence, (one, other))
    return Told(same)


def _one_thing(one: Value, other: Value) -> bool:
    """Whether two values may be the same thing: they have one key, or one of them stands without a label."""
    return one.key == other.key if one.key and other.key else not (one.label and other.label)


def _compared(one: Value, other: Value) -> tuple[str, str]:
    """The signs of two values that must be the same: of an account whose signs are masked, the last ones."""
    masked = [bool(MASK.search(value.text)) for value in (one, other)]
    if not any(masked):
        return _signs(one.text), _signs(other.text)
    tails = [_signs(MASK.split(value.text)[-1]) for value in (one, other)]
    length = min(map(len, tails))
    whose = one.key == other.key and one.key in ("recipient_account", "sender_account")
    return (
        (tails[0][-length:], tails[1][-length:]) if whose and not all(masked) and length >= SHORTEST_TAIL else ("", "")
    )


def _signs(text: str) -> str:
    """Letters and digits, with those that are read for each other as one."""
    upper = folded(text.translate(MISREAD)).upper()
    return "".join(filter(str.isalnum, upper.translate(MISREAD)))


def _differing(one: str, other: str) -> int | None:
    """Signs that differ between two texts of one length, where few do; None where they are not alike.

    Two numbers of one day or one bank begin alike: of numbers that were meant to be one the ends agree too.
    """
    if len(one) != len(other) or len(one) < SHORTEST_TAIL:
        return None
    differing = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if not differing or len(one) < 2 * ENDS:
        return len(differing) if len(differing) <= (1 - NEAR) * len(one) else None
    inside = differing[0] >= ENDS and differing[-1] < len(one) - ENDS
    return len(differing) if inside and len(differing) <= (1 - NEAR) * len(one) else None


@check("code__checksum", "0 or 1", "whether a code's own checksum does not hold")
def _checksum(scene: Scene) -> Told:
    sealed = [code for code in scene.codes if code.intact is not None]
    broken = [code for code in sealed if not code.intact]
    if not sealed:
        return Told()
    sentence = f"the checksum of the {broken[0].dialect} code does not hold" if broken else ""
    return Told(float(bool(broken)), sentence, tuple(broken))


@check("code__amount_off", "share", "how far the code's amount is from the nearest on the receipt")
def _code_amount(scene: Scene) -> Told:
    amounts = [value for value in scene.sure if value.amount is not None]
    for code in scene.codes:
        if code.amount is None or not amounts:
            continue
        nearest = _nearest(amounts, code.amount)
        gap = abs(_amount(nearest) - code.amount)
        if gap <= (_step(nearest) if _step(nearest) > 1 else Decimal(0)):
            return Told(0.0)
        main = next(iter(scene.amounts("amount", "total", "headline")), nearest)
        sentence = f"the code is of {code.amount}, the receipt of {main.text}"
        return Told(_off(_amount(nearest), code.amount), sentence, (code, main))
    return Told()


@check("code__reference_off", "share", "of the code's reference that no number on the receipt has")
def _code_reference(scene: Scene) -> Told:
    return _code_against(scene, "reference", [value for value in scene.numbers if "account" not in value.key])


@check("code__receiver_off", "share", "of the code's receiver that no account on the receipt has")
def _code_receiver(scene: Scene) -> Told:
    return _code_against(scene, "receiver", scene.numbers)


@check("code__name_off", "share", "of the code's name that no name on the receipt has")
def _code_name(scene: Scene) -> Told:
    return _code_against(scene, "name", [value for value in scene.sure if value.kind in ("name", "text")])


def _code_against(scene: Scene, what: str, values: Sequence[Value]) -> Told:
    """What a code says against the nearest on the receipt; it contradicts where that is nearly the same and not it."""
    said = [(code, _signs(getattr(code, what))) for code in scene.codes]
    said = [(code, signs) for code, signs in said if len(signs) >= 6]
    if not said or not values:
        return Told()
    code, signs = said[0]
    best, share = values[0], 0.0
    for value in values:
        printed = _signs(value.text.rstrip(".…"))
        cut = signs[: len(printed)] if value.text.endswith(("...", "…")) else signs
        tail = signs[-len(printed) :] if re.search(r"[•*]", value.text) and len(printed) >= 3 else ""
        if printed and (printed in (cut, tail) or (len(printed) >= 6 and (printed in signs or signs in printed))):
            return Told(0.0)
        agreeing = sum(a == b for a, b in zip(printed, signs)) / max(len(printed), len(signs))
        if agreeing > share:
            best, share = value, agreeing
    near = share >= NEAR and len(_signs(best.text)) == len(signs)
    sentence = f"the code says {getattr(code, what)}, the {field_name(best)} is {best.text}" if near else ""
    return Told(1 - share, sentence, (code, best))


@check("hole__widest", "characters", "blank ground within a number, where its pitch has room for one")
def _hole(scene: Scene) -> Told:
    if scene.image is None:
        return Told()
    upright = read_upright(scene.image)
    widest, of = NAN, None
    for value in scene.numbers:
        if MASK.search(value.text) or WORD.search(value.text):
            continue
        box = upright.direction.read(value.box, scene.image.width, scene.image.height)
        hole = widest_hole(upright.image.rgb, box)
        torn = _torn(scene, value, box)
        hole = max(hole, torn) if torn == torn else hole
        if not hole <= widest:
            widest, of = hole, value
    if of is None or not np.isfinite(widest):
        return Told()
    count = max(round(widest), 1)
    sentence = f"{of.text} has blank ground where {count} more would stand" if widest >= HOLE else ""
    return Told(widest, sentence, (of,))


def widest_hole(rgb: np.ndarray, box: Box) -> float:
    """Blank ground within a line of text, in characters of its own pitch, where one gap stands out; 0 where none does.

    Parameters
    ----------
    rgb : ndarray, (H, W, 3) uint8
    box : of the line

    Returns
    -------
    float
        NaN where the line has too few glyphs to tell.
    """
    gray = rgb[box.intersection(Box(0, 0, rgb.shape[1], rgb.shape[0])).slices].astype(np.int32).sum(axis=2)
    if gray.size == 0:
        return NAN
    off = np.abs(gray - int(np.median(np.concatenate([gray[0], gray[-1]]))))
    if off.max() < FAINT:
        return NAN
    inked = (off > INK * off.max()).any(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inked.view(np.int8), [0]])))
    starts, stops = edges[::2], edges[1::2]
    if len(starts) < 5:
        return NAN
    pitch = float(np.median(np.diff(starts)))
    gaps = (starts[1:] - stops[:-1]).astype(float)
    beyond = np.sort((gaps - np.median(gaps)) / pitch)[::-1]
    if len(beyond) > 1 and beyond[1] > ALONE * beyond[0]:
        return 0.0
    return float(round(max(beyond[0], 0.0) * 64) / 64)


def _torn(scene: Scene, value: Value, box: Box) -> float:
    """Characters of room between a number and another piece of it in its row; NaN where there is none."""
    assert scene.image is not None
    upright = read_upright(scene.image)
    labelled = {one.box for one in scene.receipt.values if one.label} if value.label else set()
    signs = sum(map(str.isalnum, value.text))
    for line in scene.receipt.lines:
        text = line.text.strip()
        if line.box in labelled or line.box == value.box or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ./-]{0,40}", text):
            continue
        if not any(map(str.isdigit, text)) or line.confidence < SURE:
            continue
        other = upright.direction.read(line.box, scene.image.width, scene.image.height)
        gap = max(other.x, box.x) - min(other.right, box.right)
        level = abs(other.y - box.y) + abs(other.bottom - box.bottom) <= 2 * LIKE_HEIGHT * box.height
        between = Box.from_edges(min(other.right, box.right), box.y, max(other.x, box.x), box.bottom)
        if level and 0 < gap <= TORN * box.height and signs >= 4 and _is_blank(upright.image.rgb, between):
            return gap / (box.width / max(len(value.text), 1))
    return NAN


def _is_blank(rgb: np.ndarray, box: Box) -> bool:
    """Whether nothing stands in a place: what a pen or a bar hides was not erased."""
    gray = rgb[box.slices].astype(np.int32).sum(axis=2)
    return bool(gray.size) and bool((np.abs(gray - np.median(gray)) <= FAINT).mean() >= BLANK)
