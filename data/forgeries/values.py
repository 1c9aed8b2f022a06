"""Values as a forger who can read changes them: amounts, their words, moments and identifiers, as the app writes."""

from __future__ import annotations

import re
import textwrap
from decimal import Decimal, InvalidOperation

import babel
import numpy as np

from realfake.data.screenshots.content import BABEL, Formats, clean, in_words, written_number

Generator = np.random.Generator

NUMBER = re.compile(r"[0-9](?:[0-9.,'’ ]*[0-9])?K?")
CLOCK = re.compile(r"(?<![0-9:])([0-9]{1,2})(:)([0-9]{2})((?::[0-9]{2})?)(\s?[AaPp]\.?\s?[Mm]\.?)?(?![0-9:])")
DAY = re.compile(
    r"[0-9]{4}-[0-9]{2}-(?P<iso>[0-9]{2})|(?P<numeric>[0-9]{2})[/.-][0-9]{2}[/.-][0-9]{4}"
    r"|(?P<before>[0-9]{1,2}), [0-9]{4}|(?P<named>[0-9]{1,2}) [^0-9\s]"
)
MONTH_DAYS = 28
WEEK = 7
CUT = "…"


def read_amount(formats: Formats, text: str) -> tuple[Decimal, str] | None:
    """The amount in a text and the form in which it is written, as in `written_number`; None if there is none."""
    found = NUMBER.search(text)
    if found is None:
        return None
    locale = babel.Locale.parse(BABEL.get(formats.locale, formats.locale))
    symbols = locale.number_symbols["latn"]
    number, short = found[0].removesuffix("K"), found[0].endswith("K")
    number = number.replace(clean(symbols["group"]), "").replace(clean(symbols["decimal"]), ".")
    try:
        value = Decimal(number)
    except InvalidOperation:
        return None
    if short:
        return value * 1000, "short"
    return value, "rounded" if formats.decimals and "." not in number else ""


def with_amount(formats: Formats, text: str, value: Decimal, form: str) -> str:
    """A text with another amount in it."""
    return NUMBER.sub(written_number(formats, value, form).replace("\\", ""), text, count=1)


def other_amount(value: Decimal, rng: Generator) -> Decimal:
    """Another amount, more often a larger one, as round as the old one."""
    step = Decimal(1).scaleb(int(value.as_tuple().exponent))
    while value and value % (step * 10) == 0 and step * 10 <= value:
        step *= 10
    factor = Decimal(float(np.exp(rng.normal(0.8, 0.8))))
    steps = max(int(value * factor / step), 1)
    return step * (steps if steps * step != value else steps + 1)


def with_words(formats: Formats, lines: list[str], value: Decimal) -> list[str] | None:
    """The lines of an amount in words with another amount; None if its words do not fit in as many lines."""
    told = " ".join(lines)
    spoken = in_words(formats, value)
    if told.endswith(CUT):
        return [*textwrap.wrap(spoken, len(told))[:1]] if len(lines) == 1 else None
    spoken = spoken.upper() if told.isupper() else spoken
    made = textwrap.wrap(spoken, max(map(len, lines)) + 1)
    return made + [""] * (len(lines) - len(made)) if len(made) <= len(lines) else None


def other_moment(text: str, part: str, seed: int, weekday: bool = False) -> str:
    """A text that tells another moment; the same seed changes equal moments alike wherever they stand.

    Parameters
    ----------
    part : "clock" or "day"
    weekday : the new day is the same day of the week
    """
    if part == "clock":
        return CLOCK.sub(lambda found: _other_clock(found, np.random.default_rng([seed, 0])), text, count=1)
    hidden = CLOCK.sub(lambda found: "\0" * len(found[0]), text)
    found = DAY.search(hidden)
    if found is None:
        return text
    name, old = next((name, digits) for name, digits in found.groupdict().items() if digits)
    padded = name in ("iso", "numeric") or old.startswith("0")
    days = range(1, MONTH_DAYS + 1) if padded else range(1, 10) if len(old) == 1 else range(10, MONTH_DAYS + 1)
    others = [day for day in days if day != int(old) and (not weekday or (day - int(old)) % WEEK == 0)]
    if not others:
        return text
    new = others[int(np.random.default_rng([seed, 1]).integers(len(others)))]
    start, stop = found.span(name)
    return text[:start] + f"{new:0{len(old)}d}" + text[stop:]


def other_identifier(text: str, first: int, last: int, rng: Generator) -> str:
    """An identifier with other characters of the same kind from ``first`` up to ``last``."""
    return text[:first] + "".join(_other_sign(sign, rng) for sign in text[first:last]) + text[last:]


def run_of_signs(text: str, count: int, rng: Generator) -> tuple[int, int] | None:
    """First and end of a run that holds ``count`` letters or digits and leaves some on one side; None if too short."""
    places = [i for i, sign in enumerate(text) if sign.isalnum()]
    if len(places) < count + 3:
        return None
    start = int(rng.integers(1, len(places) - count + 1))
    return places[start], places[start + count - 1] + 1


def _other_clock(found: re.Match[str], rng: Generator) -> str:
    hour, minute, twelve = found[1], int(found[3]), bool(found[5])
    hours = range(1, 13) if twelve else range(24)
    fitting = [h for h in hours if h != int(hour) and len(f"{h:0{len(hour)}d}") == len(hour)]
    new = fitting[int(rng.integers(len(fitting)))]
    minute = int(rng.integers(60)) if rng.random() < 0.5 else minute
    return f"{new:0{len(hour)}d}:{minute:02d}{found[4]}{found[5] or ''}"


def _other_sign(sign: str, rng: Generator) -> str:
    for signs in ("0123456789", "ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdef"):
        if sign in signs:
            others = signs.replace(sign, "")
            return others[int(rng.integers(len(others)))]
    return sign
