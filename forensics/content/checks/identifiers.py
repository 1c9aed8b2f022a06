"""Identifiers: their check digits, and the day and time that stand inside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, time

from realfake.forensics.content.checks.scene import (
    MASK,
    MISREAD,
    Scene,
    Told,
    check,
    lost_sign,
    minutes_of,
)
from realfake.forensics.content.fields import KIND_OF
from realfake.forensics.content.receipt import Value
from realfake.forensics.content.values import folded

SAME_TIME = 400  # days that a day inside a number and the printed one may differ and still be meant to be one
OTHER_FORMS = ("%y%j", "%d%m%y", "%m%d%y")  # in which the printed day may stand where another seems to
YMD = re.compile(r"(?=(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:([01]\d|2[0-3])([0-5]\d)([0-5]\d)?)?)")
YMD_SHORT = re.compile(r"^[A-Za-z]{0,4}(\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])([0-5]\d)([0-5]\d)?")
IBAN_LENGTHS = {
    "DE": 22, "FR": 27, "IT": 27, "ES": 24, "PT": 25, "TR": 26, "CH": 21, "AT": 20, "BE": 16, "NL": 18, "GB": 22,
    "IE": 22, "PL": 28, "RO": 24, "SE": 24, "NO": 15, "DK": 18, "FI": 18, "GR": 27, "CZ": 24, "HU": 28, "PK": 24,
    "SA": 24, "AE": 23, "JO": 30, "KW": 30, "BR": 29, "KZ": 20, "UA": 29, "LU": 20, "LT": 20, "LV": 21, "EE": 20,
}  # fmt: skip


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
    if off > 1 and any(f"{one:{form}}" in value.text for one in scene.days for form in OTHER_FORMS):
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
        min(abs(minutes_of(clock) - minutes_of(printed)) for printed in scene.clocks)
        for _, day, clock, _ in _dated(scene.numbers)
        if clock is not None and scene.clocks and any(abs((day - one).days) <= 1 for one in scene.days)
    ]
    return Told(min(gaps)) if gaps else Told()


IDENTIFIERS = (_check_digits, _day_inside, _time_inside)
