"""Relations that hold on one receipt: a time inside an identifier, amounts that add up, texts and where they stand.

They are written as short words without the values themselves, so that habits can be learnt from a table that holds no
text. `3:HHMM:0:time` beside a reference says that the four digits from its place 3 on are the printed time.
"""

from __future__ import annotations

import hashlib
import math
import re
import statistics
import unicodedata
from calendar import monthrange
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import combinations, permutations, product

import pandas as pd

from realfake.forensics.box import Box
from realfake.forensics.content.fields import label_of
from realfake.forensics.content.receipt import Line, Receipt, Value
from realfake.forensics.content.values import one_less

DAY, HALF_DAY, HOUR, MINUTE = 86400, 43200, 3600, 60  # seconds
EARLY = 10  # seconds that an identifier may be made before the receipt
OFFSETS = tuple(  # seconds that local time may be ahead of the clock that an identifier was made by
    HOUR * hours // 60 for hours in sorted({*range(-720, 841, 60), -570, -210, 210, 270, 330, 345, 390, 570, 630, 765})
)
EXACT, EARLIER, NEAR = "0", "e", "m"  # same to what is printed; up to `EARLY` seconds before; within a minute
STATIC, CODE = "static", "code"  # kinds of facts that are no values
WRAPPED = "wrapped"  # of a value that goes on in the next line
FACTS = (
    "field", "called", "kind", "x", "y", "region_width", "region_height", "confidence", "pattern", "relations",
)  # fmt: skip
CLASSES = EXACT + EARLIER + NEAR  # each holds where one before it does
LOST = "l"  # same to what is printed if the reader lost a digit of the day or the hour
DATES = ("yymmdd", "yyyymmdd", "ddmmyy", "ddmmyyyy", "mmddyy", "yyddd", "ddd")
CLOCKS = ("HHMM", "HHMMSS", "hhMM", "hhMMSS")  # on a 24-hour and on a 12-hour clock
BOTH = tuple(day + clock for day, clock in product(DATES[:4], CLOCKS))
UNIX = {"unix": 10, "unixhex": 8}
LENGTHS = {name: len(name) for name in (*DATES, *CLOCKS, *BOTH)} | UNIX
LAST_DAY = date.max.toordinal()
NUMBERED = ("identifier", "account", "phone")  # kinds of values that may be too long for one line
SHORTEST_WRAPPED = 10  # characters of such a line
CROSSES = re.compile(
    r"[xX]{2,}(?=[ *-]+[xX]{3,})|[xX]{3,}(?=[ *-]*(?:[xX]{2,}|[\dOoIlBSZ]))"
    r"|(?<=[xX]{3}[ -])[xX]{2}(?=[ -])|(?<=\d)[xX]{3,}"
)  # of a mask: readers lose some
FEBRUARY = 2
HALVED = re.compile(r"\d\s?[AaPp]\.?\s?[Mm]\b")  # a clock of twelve hours that says which half
REST_DIGITS = re.compile(r"(?=.*\d)[-./]?[0-9A-Za-z]+([ -][0-9A-Za-z]+)*")
REST_LETTERS = re.compile(r"[A-Z]{2,6}|[a-f]{2,4}")  # of a line that chance left without a digit; one is an icon
NEXT_LINE, ALIGNED = 1.05, 0.6  # of the height: how far below the next line of a value stands, and how far aside
TOKENS = 61  # a printed day and minute are told apart as far as this remainder, and no further
MOST = 6  # of a receipt, that are tried against each other
HIDDEN = 0.3  # share of an amount that a fee or a discount without a row of its own may make
BESIDE = "near"  # an amount that such a fee or discount would make of another
LESS = "less"  # an amount that would be another one if a digit of either was lost
MOST_DECIMALS = 4  # of an amount that is rounded
HEADLINE, TALLER = "headline", 1.25  # times the height of a common value that a headline has at least
IDENTIFIER = "identifier"
UNTITLED = "untitled"  # a time without a label
BARE = {"identifier": "identifier", "amount": "sum", "date": UNTITLED, "time": UNTITLED, "moment": UNTITLED}
BARE_NAMES = ("identifier", "sum", UNTITLED)  # what values without a label are called
LEAST_STATIC, LEAST_BONES = 3, 4  # letters of a text that may be static, and consonants that tell it
VOWELS = str.maketrans("", "", "aeu01")  # as `LOOKALIKES` leaves them
SALT = b"realfake: texts of a screen"
LOOKALIKES = str.maketrans("OoQDIil|BSsZz", "0000111185522")  # letters that readers put for digits
AMBIGUOUS = {"8": "8b", "b": "8b"}  # hexadecimal digits that look alike


@dataclass(frozen=True)
class Moment:
    """A time that a receipt prints.

    Attributes
    ----------
    name : of the value that tells it
    value : its number on the receipt
    day : None where none is printed
    second : of the day, None where no clock is printed
    grain : seconds that the print leaves open, 60 or 1
    """

    name: str
    value: int
    day: date | None
    second: int | None
    grain: int


def names_of(receipt: Receipt) -> tuple[str, ...]:
    """What the values of a receipt are called: a key or the hash of a label, "" for neither, `#2` for a second such.

    An identifier without either is an `identifier`, an amount a `sum`, what tells when is `untitled`; the second of
    three is `identifier#2of3`, so that none takes the place of another that was not read. The tallest such amount is
    the headline, if it is taller than most values and there is no other.
    """
    names = [value.key or (static_token(value.label) if value.label else "") for value in receipt.values]
    bare = [i for i, value in enumerate(receipt.values) if value.amount is not None and not names[i]]
    if bare and HEADLINE not in names:
        tallest = max(bare, key=lambda i: (receipt.values[i].box.height, -i))
        common = statistics.median(value.box.height for value in receipt.values)
        if receipt.values[tallest].box.height >= TALLER * common:
            names[tallest] = HEADLINE
    bare_kinds = ["" if name else BARE.get(value.kind, "") for name, value in zip(names, receipt.values, strict=True)]
    for kind in BARE_NAMES:
        places = [i for i, bare in enumerate(bare_kinds) if bare == kind]
        for number, i in enumerate(places, 1):
            names[i] = kind if len(places) == 1 else f"{kind}#{number}of{len(places)}"
    seen: Counter[str] = Counter()
    for i, name in enumerate(names):
        seen[name] += 1
        names[i] = name if not name or seen[name] == 1 else f"{name}#{seen[name]}"
    return tuple(names)


def static_token(text: str) -> str:
    """A salted hash of a text's letters, alike where a reader took letters and digits for each other; "" for none.

    Where there are enough consonants it is of them alone: readers that lack a language's accents leave the vowels that
    bear them out, or not, from one picture to the next.
    """
    plain_letters = unicodedata.normalize("NFKD", text)
    letters = plain_letters.translate(LOOKALIKES).casefold().translate(LOOKALIKES)
    kept = "".join(sign for sign in letters if sign.isalnum())
    if sum(sign.isalpha() for sign in kept) < LEAST_STATIC:
        return ""
    bones = kept.translate(VOWELS)
    kept = bones if len(bones) >= LEAST_BONES else kept
    return "~" + hashlib.blake2b(kept.encode("utf-8", "replace"), digest_size=5, key=SALT).hexdigest()


def pattern(text: str) -> str:
    """A value without what it says: 9 for a digit, A and a for letters, ? for a letter that looks like a digit.

    Letters without case are x and marks above or below them nothing, dashes are -, three or more x that mask signs one
    *. Spaces are left out, as readers lose and add them, but for those between digits, which make two numbers of one.
    """
    signs = (sign for sign in CROSSES.sub("*", text) if not unicodedata.category(sign).startswith("M"))
    masked = "".join(_mask(sign) if not sign.isspace() else " " for sign in signs)
    return re.sub(r"(?<!9) +| +(?!9)", "", re.sub(" +", " ", masked))


def plain(text: str) -> str:
    """The letters and digits of an identifier alone, by which its places are counted."""
    return "".join(sign for sign in text if sign.isalnum())


def moments(receipt: Receipt) -> tuple[Moment, ...]:
    """The times that a receipt prints, one of each name.

    Where no value tells both a day and a clock, the first day and the first clock make one moment.
    """
    told = [(i, value) for i, value in enumerate(receipt.values) if value.day or value.clock is not None]
    names = names_of(receipt)
    whole = [i for i, value in told if value.day and value.clock is not None]
    found: dict[str, Moment] = {}
    for i, value in told:
        clocked, day = value if value.clock is not None else None, value.day
        if not whole:
            clocked = next((other for _, other in told if other.clock is not None), None)
            day = next((other.day for _, other in told if other.day), None)
        second, grain = _printed(clocked) if clocked else (None, MINUTE)
        found.setdefault(names[i], Moment(names[i], i, day, second, grain))
        if not whole:
            break
    return tuple(found.values())


def time_relations(identifier: str, moment: Moment) -> Iterator[str]:
    """The places of an identifier where a moment stands, as `place:encoding:class:name of the moment`.

    The place counts from the left or, below zero, from the right. An encoding with an offset, such as `unix+7h`, holds
    where the identifier's clock runs so many hours behind the printed one.
    """
    signs = plain(identifier)
    digits = signs.translate(LOOKALIKES)
    for encoding, length in LENGTHS.items():
        for start in range(len(signs) - length + 1):
            if encoding == "unixhex":
                windows = _hexadecimal(signs[start : start + length])
            else:
                windows = (digits[start : start + length],)
            found = {held for window in windows if (held := _held(window, encoding, moment))}
            for written, kind in sorted(found):
                for place in (start, start - len(signs)):
                    yield f"{place}:{written}:{kind}:{moment.name}"


def _lost_relations(identifier: str, moment: Moment, receipt: Receipt) -> Iterator[str]:
    """Those of the class `LOST`, of a day, a month, a year or an hour that is printed with one digit."""
    digits = re.findall(r"\d+", receipt.values[moment.value].text)
    others = []
    if moment.day and moment.day.day < 10 and str(moment.day.day) in digits:
        last = monthrange(moment.day.year, moment.day.month)[1]
        days = (day for day in range(10, last + 1) if str(moment.day.day) in str(day))
        others += [replace(moment, day=moment.day.replace(day=day)) for day in days]
    if (
        moment.day
        and moment.day.month < 10
        and digits.count(str(moment.day.month)) > (moment.day.day == moment.day.month)
    ):
        months = (month for month in (10, 11, 12) if str(moment.day.month) in str(month))
        others += [
            replace(moment, day=moment.day.replace(day=min(moment.day.day, 30), month=month)) for month in months
        ]
    if moment.day and str(moment.day.year % 100) in digits and moment.day.year % 100 < 10:
        years = (year for year in range(2010, 2100) if str(moment.day.year % 100) in str(year % 100))
        last = 28 if moment.day.month == FEBRUARY else 31  # of a month that has fewer days in some years
        others += [replace(moment, day=moment.day.replace(day=min(moment.day.day, last), year=year)) for year in years]
    if moment.second is not None and moment.second % HALF_DAY < 10 * HOUR:
        hour, halved = moment.second // HOUR % 12, HALVED.search(receipt.values[moment.value].text)
        later = moment.second // HALF_DAY * 12 if halved else 0
        first = 1 if halved and not hour else 10  # no clock of twelve hours says nought
        two = (f"{more:02}" for more in range(first, 13 if halved else 24))
        hours = (int(more) for more in two if str(hour) in digits and (first == 1 or str(hour) in more))
        others += [
            replace(moment, second=moment.second % HOUR + (more % 12 + later if halved else more) * HOUR)
            for more in hours
        ]
    for other in others:
        for held in time_relations(identifier, other):
            place, encoding, kind, name = held.split(":", 3)
            if kind == EXACT:
                yield f"{place}:{encoding}:{LOST}:{name}"


def amount_relations(receipt: Receipt) -> Iterator[tuple[int, str]]:
    """Sums that hold among amounts of one currency, as the number of the value on the left and `=amount+fee`.

    Nothing is said of an amount of zero. An amount that is written with fewer decimals than another may be rounded.
    """
    known: dict[str, int] = {}
    amounts: dict[str, Decimal] = {}
    for i, (name, value) in enumerate(zip(names_of(receipt), receipt.values, strict=True)):
        if value.amount is not None and value.amount.is_finite() and name not in {"", *known} and len(known) < MOST:
            known[name], amounts[name] = i, abs(value.amount)
    if len({receipt.values[i].currency for i in known.values()} - {""}) > 1:
        return
    for head in amounts:
        if not amounts[head]:
            continue
        for more, less in _terms([name for name in amounts if name != head]):
            total = sum((amounts[name] for name in more), Decimal()) - sum((amounts[name] for name in less), Decimal())
            alone = len(more) == 1 and not less
            if amounts[head] == total or (alone and _rounded(amounts[head], total)):
                yield known[head], "=" + "+".join(more) + "".join(f"-{name}" for name in less)


def _near_amounts(receipt: Receipt) -> Iterator[tuple[int, str]]:
    """Amounts that differ from another by no more than `HIDDEN` of the larger: number of the one, name of the other."""
    names = names_of(receipt)
    known = [(i, abs(value.amount)) for i, value in enumerate(receipt.values) if value.amount and names[i]][:MOST]
    for (i, one), (j, other) in permutations(known, 2):
        if one.is_finite() and other.is_finite() and 0 < abs(one - other) <= Decimal(HIDDEN) * max(one, other):
            yield i, names[j]


def _lost_digits(receipt: Receipt) -> Iterator[tuple[int, str]]:
    """Amounts that are another one, with or without decimals, but for a digit: number of the one, name of the other."""
    names = names_of(receipt)
    known = [
        (i, (re.sub(r"\D", "", value.text), str(int(abs(value.amount)))))
        for i, value in enumerate(receipt.values)
        if value.amount and names[i] and value.amount.is_finite()
    ]
    for (i, one), (j, other) in permutations(known[:MOST], 2):
        if any(map(one_less, one, other)):
            yield i, names[j]


def relations(receipt: Receipt) -> list[str]:
    """For each value of a receipt the relations that it holds, separated by spaces.

    What tells the time holds `day:17 minute:4` and an amount `worth:9`: remainders, by which two are told apart. An
    amount is `near:total` where a fee or a discount that is not shown would make the total of it, and `less:total`
    where the digits of one are those of the other without one. A number that goes on in the next line is `wrapped`.

    Examples
    --------
    >>> from datetime import date, time
    >>> from realfake.forensics.box import Box
    >>> box = Box(0, 0, 10, 10)
    >>> when = {"day": date(2026, 11, 25), "clock": time(15, 11)}
    >>> moment = Value("date", "Date", "25 Nov 2026 15:11", "moment", box, 1.0, **when)
    >>> relations(Receipt(values=(moment, Value("reference", "Ref", "T77261125", "identifier", box, 1.0))))
    ['day:15 minute:57', '3:yymmdd:0:date -6:yymmdd:0:date']
    """
    found: list[list[str]] = [[] for _ in receipt.values]
    times = moments(receipt)
    for moment in times:
        if moment.day:
            found[moment.value].append(f"day:{moment.day.toordinal() % TOKENS}")
        if moment.second is not None:
            found[moment.value].append(f"minute:{moment.second // MINUTE % TOKENS}")
    for i, value in enumerate(receipt.values):
        if value.kind == IDENTIFIER:
            text = whole_text(receipt, i)
            found[i] += [held for moment in times for held in time_relations(text, moment)]
            found[i] += [held for moment in times for held in _lost_relations(text, moment, receipt)]
    for i, value in enumerate(receipt.values):
        if value.amount is not None and value.amount.is_finite():
            found[i].append(f"worth:{int(abs(value.amount) * 100) % TOKENS}" if value.amount else "zero")
    for i, held in amount_relations(receipt):
        found[i].append(held)
    for i, other in _near_amounts(receipt):
        found[i].append(f"{BESIDE}:{other}")
    for i, other in _lost_digits(receipt):
        found[i].append(f"{LESS}:{other}")
    for i, value in enumerate(receipt.values):
        if whole_text(receipt, i) != value.text:
            found[i].append(WRAPPED)
    return [" ".join(dict.fromkeys(words)) for words in found]


def whole_text(receipt: Receipt, number: int) -> str:
    """The text of a value, with the line below it where an identifier was too long for one line."""
    value = receipt.values[number]
    if value.kind not in NUMBERED or len(value.text) < SHORTEST_WRAPPED:
        return value.text
    taken = [other.box for other in receipt.values if other.key or other.label]
    labels = {other.label for other in receipt.values}
    rest = [
        line.text
        for line in receipt.lines
        if _below(value.box, line.box)
        and _is_rest(line.text, value.kind, labels)
        and not any(box.intersection(line.box).area for box in taken)
    ]
    return " ".join([value.text, *rest[:1]])


def _is_rest(text: str, kind: str, labels: Container[str]) -> bool:
    """Whether a text may be the second line of a number."""
    if REST_DIGITS.fullmatch(text):
        return True
    letters = kind == IDENTIFIER and REST_LETTERS.fullmatch(text)
    return bool(letters) and text not in labels and label_of(text) is None


def static_lines(receipt: Receipt) -> list[tuple[str, Line]]:
    """Lines without a digit that no value stands on or right beside, with their hashes, in reading order.

    What stands right beside a value, such as the sign of a currency, moves with it.
    """
    found = []
    for line in receipt.lines:
        valued = any(
            2 * line.box.intersection(value.box).area > line.box.area or _beside(line.box, value.box)
            for value in receipt.values
        )
        token = "" if valued or any(sign.isdigit() for sign in line.text) else static_token(line.text)
        if token:
            found.append((token, line))
    return found


def facts(receipt: Receipt, dialects: Sequence[str] = ()) -> pd.DataFrame:
    """What habits are learnt from, without the values: the columns `FACTS`.

    Parameters
    ----------
    dialects : of the codes that stand on the screen

    Returns
    -------
    DataFrame
        A row for each value, numbered as on the receipt, then one for each static line (kind `static`, named by its
        hash) and each dialect (kind `code`), numbered -1. Boxes are in pixels of the stored picture.
    """
    held, names = relations(receipt), names_of(receipt)
    rows: list[tuple[object, ...]] = [
        (i, names[i], value.kind, *value.box, value.confidence, pattern(whole_text(receipt, i)), held[i])
        for i, value in enumerate(receipt.values)
    ]
    rows += [(-1, token, STATIC, *line.box, line.confidence, "", "") for token, line in static_lines(receipt)]
    rows += [(-1, dialect, CODE, 0, 0, 0, 0, math.nan, "", "") for dialect in sorted(set(dialects))]
    return pd.DataFrame(rows, columns=list(FACTS))


def said(identifier: str, place: int, encoding: str) -> str:
    """What an identifier says at a place, as a person reads it; "" where that is no date or time."""
    signs = plain(identifier)
    name, _, _ = encoding.partition("+")
    name = name.partition("-")[0]
    start = place if place >= 0 else len(signs) + place
    window = signs[start : start + LENGTHS[name]] if start >= 0 else ""
    if len(window) < LENGTHS[name]:
        return ""
    digits = window if name == "unixhex" else window.translate(LOOKALIKES)
    if name in UNIX:
        moment = _unix(digits, name)
        return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else ""
    day_name = next((day for day in sorted(DATES, key=len, reverse=True) if name.startswith(day)), "")
    clock_name = name.removeprefix(day_name)
    parts = []
    if day_name == "ddd":
        parts.append(f"day {digits[:3]} of the year" if digits[:3].isdecimal() else "")
    elif day_name:
        day = _day(digits[: len(day_name)], day_name)
        parts.append(day.isoformat() if day else "")
    if clock_name:
        second = _second(digits[len(day_name) :], clock_name)
        shown = "" if second is None else f"{second // HOUR:02}:{second % HOUR // MINUTE:02}"
        parts.append(shown and shown + (f":{second % MINUTE:02}" if second is not None and "SS" in clock_name else ""))
    return " ".join(parts) if all(parts) else ""


def _below(value: Box, line: Box) -> bool:
    """Whether a line stands right below a value, at the same left or right edge or in the same middle."""
    high = min(value.height, line.height)
    aligned = min(
        abs(value.x - line.x), abs(value.right - line.right), abs(value.x + value.right - line.x - line.right) // 2
    )
    return -0.3 * high <= line.y - value.bottom <= NEXT_LINE * high and aligned <= ALIGNED * high


def _beside(line: Box, value: Box) -> bool:
    common = min(line.bottom, value.bottom) - max(line.y, value.y)
    gap = max(line.x - value.right, value.x - line.right)
    return 2 * common > min(line.height, value.height) and gap < max(line.height, value.height)


def _mask(sign: str) -> str:
    if sign.isdigit():
        return "9"
    if sign.translate(LOOKALIKES) != sign:
        return "?"
    if sign.isalpha():
        return "A" if sign.isupper() else "a" if sign.islower() else "x"
    return "-" if sign in "‐‑‒–—−_" else sign


def _printed(value: Value) -> tuple[int, int]:
    """Second of the day and what the print leaves open."""
    clock = value.clock
    assert clock is not None
    exact = bool(clock.second) or value.text.count(":") > 1
    return clock.hour * HOUR + clock.minute * MINUTE + clock.second, 1 if exact else MINUTE


def _hexadecimal(window: str) -> tuple[str, ...]:
    """The ways in which a window can be read as hexadecimal digits."""
    lowered = window.casefold().translate(str.maketrans("oils", "0115"))
    if not all(sign in "0123456789abcdef" for sign in lowered) or not "3" <= lowered[0] <= "8":
        return ()
    return tuple(map("".join, product(*(AMBIGUOUS.get(sign, sign) for sign in lowered))))


def _held(window: str, encoding: str, moment: Moment) -> tuple[str, str] | None:
    """The encoding, with its offset, and the class of tolerance by which a window holds a moment."""
    if encoding in UNIX:
        made = _unix(window, encoding)
        return _offset(made, 1, encoding, moment) if made else None
    if not window.isdecimal():
        return None
    if encoding in DATES:
        kind = _day_class(window, encoding, moment)
        return (encoding, kind) if kind else None
    if encoding in CLOCKS:
        second = _second(window, encoding)
        if second is None or moment.second is None:
            return None
        period = HALF_DAY if encoding.startswith("h") else DAY
        ahead = (second - moment.second + period // 2) % period - period // 2
        kind = _class(ahead, _grain(encoding), moment.grain)
        return (encoding, kind) if kind else None
    day_name = encoding[:8] if encoding[:8] in DATES else encoding[:6]
    clock_name = encoding[len(day_name) :]
    day, second = _day(window[: len(day_name)], day_name), _second(window[len(day_name) :], clock_name)
    if day is None or second is None:
        return None
    made = datetime(day.year, day.month, day.day) + timedelta(seconds=second)
    if clock_name.startswith("HH"):
        return _offset(made, _grain(clock_name), encoding, moment)
    halves = (_offset(made + timedelta(seconds=half), _grain(clock_name), encoding, moment) for half in (0, HALF_DAY))
    return next((half for half in halves if half and half[0] == encoding), None)


def _offset(made: datetime, grain: int, encoding: str, moment: Moment) -> tuple[str, str] | None:
    """The encoding with the offset of time zones between the identifier and the print, and the class that is left."""
    if moment.day is None or moment.second is None:
        return None
    printed = datetime(moment.day.year, moment.day.month, moment.day.day) + timedelta(seconds=moment.second)
    ahead = int((made - printed).total_seconds())
    offset = -round(ahead / 900) * 900
    kind = _class(ahead + offset, grain, moment.grain) if offset in OFFSETS else ""
    return (encoding + (f"{offset / HOUR:+g}h" if offset else ""), kind) if kind else None


def _class(ahead: int, grain: int, printed: int) -> str:
    """How near a stretch of `grain` seconds that begins `ahead` of a print comes to it, "" where it does not."""
    late, early = ahead - (printed - 1), -ahead - (grain - 1)  # seconds between the two stretches
    if late <= 0 and early <= 0:
        return EXACT
    if 0 < early <= EARLY:
        return EARLIER
    return NEAR if max(late, early) <= MINUTE else ""


def _day_class(window: str, encoding: str, moment: Moment) -> str:
    if moment.day is None:
        return ""
    near = {0: EXACT}
    if moment.second is not None and moment.second < MINUTE:
        near[-1] = NEAR
    if moment.second is not None and moment.second >= DAY - MINUTE:
        near[1] = NEAR
    said = _day(window, encoding) if encoding != "ddd" else None
    for days, kind in near.items():
        ordinal = moment.day.toordinal() + days
        if encoding == "ddd":
            if 1 <= ordinal <= LAST_DAY and int(window) == date.fromordinal(ordinal).timetuple().tm_yday:
                return kind
        elif said and said.toordinal() == ordinal:
            return kind
    return ""


def _grain(clock_name: str) -> int:
    return 1 if clock_name.endswith("SS") else MINUTE


def _second(window: str, clock_name: str) -> int | None:
    """Second of the day that a clock's digits tell; of the first half where they are on a 12-hour clock."""
    if not window.isdecimal():
        return None
    hour, minute, second = int(window[:2]), int(window[2:4]), int(window[4:] or 0)
    twelve = clock_name.startswith("hh")
    if minute > 59 or second > 59 or hour > (12 if twelve else 23) or (twelve and not hour):
        return None
    return (hour % 12 if twelve else hour) * HOUR + minute * MINUTE + second


def _day(window: str, encoding: str) -> date | None:
    """The date that digits tell, None where there is no such date."""
    if not window.isdecimal():
        return None
    try:
        if encoding == "yyddd":
            days = int(window[2:])
            return date(2000 + int(window[:2]), 1, 1) + timedelta(days=days - 1) if 0 < days <= 366 else None
        parts = {sign: int("".join(w for w, e in zip(window, encoding) if e == sign)) for sign in "ymd"}
        return date(parts["y"] + (2000 if encoding.count("y") == 2 else 0), parts["m"], parts["d"])
    except ValueError:
        return None


def _unix(window: str, encoding: str) -> datetime | None:
    try:
        seconds = int(window, 16 if encoding == "unixhex" else 10)
    except ValueError:
        return None
    return datetime(1970, 1, 1) + timedelta(seconds=seconds)


def _rounded(amount: Decimal, other: Decimal) -> bool:
    """Whether an amount is another without the decimals that the other is written with."""
    one, two = int(amount.as_tuple().exponent), int(other.as_tuple().exponent)
    last = max(one, two)
    return last >= -MOST_DECIMALS and one != two and 2 * abs(amount - other) <= Decimal(1).scaleb(last)


def _terms(names: Sequence[str]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """What an amount may be: a, a+b, a-b and a+b-c."""
    for name in names:
        yield (name,), ()
    for pair in combinations(names, 2):
        yield pair, ()
    for more, less in permutations(names, 2):
        yield (more,), (less,)
    for pair in combinations(names, 2):
        for less in names:
            if less not in pair:
                yield pair, (less,)
