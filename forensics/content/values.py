"""What a text says as a value: money, a moment, a number that names something, a telephone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from itertools import pairwise

LOCALES = (
    "en", "vi", "th", "id", "pt_BR", "es", "hi", "ur", "tr", "ru", "zh", "ar", "fa", "fr", "de", "it", "fil",
)  # fmt: skip
SIGNS = {  # of currencies, as screens write them beside a number
    "$": "", "US$": "USD", "R$": "BRL", "A$": "AUD", "MX$": "MXN", "S$": "SGD", "HK$": "HKD", "NT$": "TWD", "€": "EUR",
    "£": "GBP", "¥": "", "元": "CNY", "₫": "VND", "đ": "VND", "Đ": "VND", "d": "VND", "฿": "THB", "บาท": "THB",
    "₱": "PHP", "P": "PHP", "₦": "NGN", "N": "NGN", "₹": "INR", "Rs": "", "Rs.": "", "₨": "", "Rp": "IDR", "Rp.": "IDR",
    "₺": "TRY", "TL": "TRY", "₽": "RUB", "руб": "RUB", "руб.": "RUB", "р.": "RUB", "KSh": "KES", "Ksh": "KES",
    "KSH": "KES", "Fr.": "CHF", "RM": "MYR", "₩": "KRW", "円": "JPY", "ر.س": "SAR", "د.إ": "AED", "ج.م": "EGP",
    "ر.س.": "SAR", "د.إ.": "AED", "ج.م.": "EGP", "ريال": "", "درهم": "AED", "جنيه": "EGP", "ریال": "IRR",
    "تومان": "", "圆": "CNY",
    "baht": "THB", "Baht": "THB", "дин.": "RSD", "zł": "PLN", "₸": "KZT", "₴": "UAH", "₵": "GHS", "GH₵": "GHS",
}  # fmt: skip
NO_MONEY = {"UTC", "GMT", "XXX", "XTS", "SMS", "QR"}
THOUSANDS = {"K": 1000, "k": 1000, "rb": 1000, "jt": 10**6, "M": 10**6, "tr": 10**6, "mil": 1000}
APOSTROPHES = str.maketrans(dict.fromkeys("’'ʼ‘`´", " "))
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−－", "-"))
UNSEEN = str.maketrans(dict.fromkeys("\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069"))  # directions
DOTS = str.maketrans(dict.fromkeys("●∙⋅·・⚫◦○。", "•"))
WELL_GROUPED = re.compile(
    r"\d{1,3}(?:([.,٬’' ])\d{3})(?:\1\d{3})*(?:[.,٫]\d{1,3})?"  # thousands
    r"|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{1,3})?"  # lakhs
    r"|\d+(?:[.,٫]\d{1,3})?"
)
CLOCK = re.compile(
    r"(?<![\d:.,/])(\d{1,2})\s?([:.hH：])\s?(\d{2})(?:\s?[:.]\s?(\d{2}))?(?![\d:]|[.,/-]\d)\s*(?:\(?([^\W\d_]{1,2}(?:\.\s?[^\W\d_]\.?)?|[^\W\d_]{3,9})(?![^\W\d_])\.?)?"
)
HALF_BEFORE = re.compile(r"(上午|下午|晚上|中午|凌晨|(?<!\w)[صم]|ق\.ظ\.?|ب\.ظ\.?)\s*$")  # before a time, or left of it
FIRST_HALF = ("上午", "凌晨", "ص", "ق.ظ", "ق.ظ.")
ZONE = re.compile(r"\b(?:UTC|GMT)\s?([+-]\d{1,2}(?::?\d{2})?)?\b|\b(WIB|WITA|WIT|ICT|IST|PKT|BRT|MSK|PHT|WAT|EAT)\b")
BUDDHIST = 543  # years ahead of the common era, as Thai calendars count
OWN_LETTERS = re.compile(r"[\u0400-\u06ff\u0900-\u0e7f][.\u0400-\u06ff\u0900-\u0e7f]+")  # a word, or one cut short
LIKE = 0.75  # of two words' signs that are the same, in order, where one is the other misread
SHORTEST = 3  # Latin letters of the name of a month or weekday
YEARS = range(1990, 2100)
JALALI = range(1300, 1500)  # years of the Persian calendar
NUMERIC = re.compile(r"(?<![\d.,/-])(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?![\d/-]|[.,]\d)")
WRITTEN = (  # dates whose month is a number with a word beside it
    re.compile(r"(?P<y>\d{4})\s?年\s?(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})"),
    re.compile(
        r"(?P<d>\d{1,2})\s*(?:thg|th[aá]ng)\s*(?P<m>\d{1,2})(?:,?\s*(?:năm\s*)?(?P<y>\d{4})|\s+(?P<yy>\d{2})(?!\d|:))",
        re.IGNORECASE,
    ),
    re.compile(r"(?:thg|th[aá]ng)\s*(?P<m>\d{1,2})\s+(?P<d>\d{1,2}),?\s*(?P<y>\d{4})", re.IGNORECASE),
)
IDENTIFIER = re.compile(
    r"(?=(?:[^\d]*\d){3})[A-Za-z0-9](?:[A-Za-z0-9]|[ ./_:-](?=[A-Za-z0-9])){3,58}[A-Za-z0-9](?:\.\.\.?|…)?", re.ASCII
)
SERIAL = re.compile(r"[A-Z0-9](?:[A-Z0-9]|[ ./_-](?=[A-Z0-9])){4,58}(?:\.\.\.?|…)?", re.ASCII)  # without a digit too
MASKED = re.compile(r"(?=.*\d)(?=.*(?:[•*#]{2}|[xX]{2}))[\dA-Za-z •*xX#/.-]{4,45}")
PHONE = re.compile(r"(?:\+|0|\()[\d() .-]{7,20}")


@dataclass(frozen=True)
class Money:
    """An amount of money.

    Attributes
    ----------
    amount : without its sign
    currency : ISO 4217 letters, "" where the sign is of several currencies or none stands there
    number : as written
    step : what its last digit counts: 0.01 of `12.50`, 100 of `1.5K`
    """

    amount: Decimal
    currency: str
    number: str
    step: Decimal


@dataclass(frozen=True)
class Moment:
    """A day, a time of day, or both, as far as a text tells them.

    Attributes
    ----------
    days : every day that it may mean, the likeliest first; several where day and month may be exchanged
    clock : time of day, None where none is told
    weekday : 0 for Monday to 6, None where none is told
    wrong : what in it cannot be, "" where all can
    zone : as written, such as `UTC+7`; "" where none is named
    """

    days: tuple[date, ...] = ()
    clock: time | None = None
    weekday: int | None = None
    wrong: str = ""
    zone: str = ""
    seconds: bool = False


def plain(text: str) -> str:
    """A text in composed characters with digits of every script as 0 to 9, one dash, one dot that masks, single spaces.

    Examples
    --------
    >>> from realfake.forensics.content.values import plain
    >>> plain("٣٬٥٠٠ – ●●12")
    '3٬500 - ••12'
    """
    text = unicodedata.normalize("NFKC", text.translate(DOTS | UNSEEN)).translate(DOTS | DASHES)
    digits = "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in text)
    return " ".join(digits.split())


def folded(text: str) -> str:
    """Letters and digits alone, small, without accents: how words are compared."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(str.maketrans("đıøłیىکة", "diolييكه")))
    return "".join(sign for sign in apart if sign.isalnum() or unicodedata.category(sign) == "Mc")


def one_less(one: str, other: str) -> bool:
    """Whether one text is the other but for a sign that is lost."""
    short, long = sorted((one, other), key=len)
    return len(long) - len(short) == 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def money(text: str, bare: bool = False) -> Money | None:
    """An amount where the whole text is one.

    Parameters
    ----------
    text : str
    bare : take a number alone for one too, as beside the label of an amount; else it needs a currency, or a point or
        comma

    Examples
    --------
    >>> from realfake.forensics.content.values import money
    >>> money("R$ 1.234,50").amount, money("1,234.50 USD").currency, money("12345"), money("IDR 1.5jt").amount
    (Decimal('1234.50'), 'USD', None, Decimal('1500000.0'))
    """
    from price_parser import parse_price

    found = _money_form().fullmatch(plain(text).strip(" :"))
    if found is None:
        return None
    before, number, scale, after = (found.group(name) or "" for name in ("before", "number", "scale", "after"))
    sign, marks = before or after, set(number) - set("0123456789")
    if not WELL_GROUPED.fullmatch(number) or (
        before and after and SIGNS.get(before, before) != SIGNS.get(after, after)
    ):
        return None
    if not sign and not bare and (scale or not marks & set(".,٫٬")):
        return None
    if sign in ("P", "N", "d") and not marks & set(".,"):  # a letter and digits may be any number
        return None
    amount = parse_price(number.translate(APOSTROPHES).translate(str.maketrans("٫٬", ".,"))).amount
    if amount is None:
        return None
    currency = SIGNS.get(sign, sign.upper() if len(sign) == 3 else "")
    times = THOUSANDS.get(scale.strip(), 1)
    step = Decimal(1).scaleb(int(amount.as_tuple().exponent)) * times
    return Money(amount * times, currency, number, step)


@cache
def currency_codes() -> frozenset[str]:
    """Currencies by their letters in ISO 4217."""
    from babel.numbers import list_currencies

    return frozenset(list_currencies("en")) - NO_MONEY


@cache
def _money_form() -> re.Pattern[str]:
    signs = "|".join(sorted(map(re.escape, [*SIGNS, *currency_codes()]), key=lambda sign: (-len(sign), sign)))
    number = r"\d(?:[\d.,٫٬’' ]*\d)?"
    scales = "|".join(THOUSANDS)
    return re.compile(
        rf"[-+]?\s*(?P<before>{signs})?\s*[-+]?\s*(?P<number>{number})(?P<scale>\s?(?:{scales}))?\s*(?P<after>{signs})?\s*[-+]?"
    )


def moment(text: str, day_first: bool | None = None) -> Moment | None:
    """The moment that a text tells; None where it tells none.

    Parameters
    ----------
    text : str
    day_first : whether 3/4 is the third of April; both are possible where None, the third of April first

    Examples
    --------
    >>> from realfake.forensics.content.values import moment
    >>> told = moment("Thứ Ba, 28/02/2023 • 09:47")
    >>> told.days[0].isoformat(), told.clock.isoformat(), told.weekday
    ('2023-02-28', '09:47:00', 1)
    >>> moment("56:47").wrong, moment("hello")
    ('56:47 is no time of day', None)
    """
    text = plain(text)
    clock, wrong, rest, seconds = _clock(text)
    zone = ZONE.search(rest)
    if zone:
        rest = rest.replace(zone.group(0), " ")
    days, weekday, impossible = _days(rest, day_first)
    wrong = wrong or impossible
    if not (days or clock or wrong):
        return None
    return Moment(days, clock, weekday, wrong, zone.group(0) if zone else "", seconds)


def _clock(text: str) -> tuple[time | None, str, str, bool]:
    """The time of day, what is wrong with it, and the text without it."""
    for found in CLOCK.finditer(text):
        hour, separator, minute, second, half = found.groups()
        if separator == "." and second is None and len(text) > len(found.group(0)) + 3 and _dotted_date(text):
            continue
        after = _half(half)
        taken = text[found.start() : found.start(5)] if half and after is None else found.group(0)
        rest = text.replace(taken, " ", 1)
        if after is None:
            before = HALF_BEFORE.search(text[: found.start()])
            after = None if before is None else before.group(1) not in FIRST_HALF
            rest = rest.replace(before.group(1), " ") if before else rest
        h, m, s = int(hour), int(minute), int(second or 0)
        said = f"{hour}{separator}{minute}" + (f":{second}" if second else "")
        if m > 59 or s > 59 or h > 24 or (h == 24 and m + s):
            if separator == ".":
                continue
            return None, f"{said} is no time of day", rest, bool(second)
        if after is not None and h <= 12:
            h = h % 12 + 12 * after
        return time(h % 24, m, s), "", rest, bool(second)
    return None, "", text, False


def _dotted_date(text: str) -> bool:
    return bool(re.search(r"\d{1,2}\.\d{1,2}\.\d{2,4}", text))


def _half(text: str | None) -> bool | None:
    """Whether letters behind a time mean the second half of the day; None where they mean neither."""
    return _halves().get(folded(text or ""))


@cache
def _halves() -> dict[str, bool]:
    from babel import Locale

    found = {"am": False, "pm": True, "a": False, "p": True}
    for name in LOCALES:
        periods = Locale.parse(name).day_periods
        for width in periods.get("format", {}).values():
            for key, after in (("am", False), ("pm", True)):
                if key in width:
                    found.setdefault(folded(width[key]), after)
    return found


@cache
def _names(what: str) -> dict[str, int]:
    """Folded names of months (from 1) or days (from 0) in all locales; a name of several numbers is left out."""
    from babel import Locale

    found: dict[str, set[int]] = {}
    for locale in LOCALES:
        of_locale = Locale.parse(locale)
        forms = of_locale.months if what == "months" else of_locale.days
        for context in forms.values():
            for width, names in context.items():
                for number, name in names.items() if width != "narrow" else ():
                    key = folded(name)
                    if len(key) >= (SHORTEST if key.isascii() else 2) and not key.isdigit():
                        found.setdefault(key, set()).add(number)
    if what == "months":
        for name, number in (("sept", 9), ("juli", 7), ("may", 5), ("mei", 5), *_persian_months()):
            found.setdefault(name, set()).add(number)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1}


def nearest_name(word: str) -> str:
    """The month or weekday that a word in letters other than Latin is, but for what was misread; else the word.

    Examples
    --------
    >>> from realfake.forensics.content.values import nearest_name
    >>> nearest_name("сентябоя"), nearest_name("ก.ุฟพ."), nearest_name("บาท"), nearest_name("мая")
    ('сентября', 'ก.พ.', 'บาท', 'мая')
    """
    names = _written_names()
    return word if word in names else next(iter(get_close_matches(word, names, 1, LIKE)), word)


@cache
def _written_names() -> tuple[str, ...]:
    """Names of months and weekdays in letters other than Latin, as they are written."""
    from babel import Locale
    from persiantools.jdatetime import MONTH_NAMES_FA

    found = dict.fromkeys(name for name in MONTH_NAMES_FA if name)
    for locale in map(Locale.parse, LOCALES):
        for forms in (*locale.months.values(), *locale.days.values()):
            for width in ("wide", "abbreviated"):
                found |= dict.fromkeys(forms.get(width, {}).values())
    return tuple(name for name in found if OWN_LETTERS.fullmatch(name))


def _persian_months() -> list[tuple[str, int]]:
    from persiantools.jdatetime import MONTH_NAMES_FA

    return [(folded(name), number) for number, name in enumerate(MONTH_NAMES_FA) if name]


def _days(text: str, day_first: bool | None) -> tuple[tuple[date, ...], int | None, str]:
    """The days that a text may mean, its weekday, and what in it cannot be."""
    month, weekday = _named(text)
    for form in WRITTEN:
        if found := form.search(text):
            named = found.groupdict()
            year = int(named["y"] or 2000 + int(named["yy"]))
            return _told([(year, int(named["m"]), int(named["d"]))], found[0], weekday)
    numbers = [number for number in re.findall(r"\d+", text) if len(number) <= 4]
    if month is not None and 1 <= len(numbers) <= 3:
        return _with_month(numbers, month, weekday)
    found = NUMERIC.search(text)
    if not found:
        return (), weekday, ""
    first, _, second, third = found.groups()
    if len(first) == 4:
        orders = [(int(first), int(second), int(third))]
    elif len(third) in (2, 4) and len(first) <= 2:
        year = int(third) + (2000 if len(third) == 2 else 0)
        orders = [(year, int(second), int(first)), (year, int(first), int(second))]
        if day_first is not None:
            orders = orders[:1] if day_first else orders[1:]
    else:
        return (), weekday, ""
    return _told(orders, found[0], weekday)


def _named(text: str) -> tuple[int | None, int | None]:
    """The month and the weekday that words name; one that may be either is the month where no other word is."""
    months, weekdays = [], []
    for chunk in re.split(r"\d+", text):
        words = [chunk, *re.split(r"[\s,()/-]+", chunk)]
        words += [f"{one} {other}" for one, other in pairwise(words[1:])]
        for word in dict.fromkeys(folded(word) for word in words):
            month, weekday = _names("months").get(word), _names("days").get(word)
            months += [(weekday is not None, month)] if month is not None else []
            weekdays += [(month is not None, weekday)] if weekday is not None else []
    month = min(months)[1] if months else None
    sure = [weekday for also_month, weekday in weekdays if not also_month or len(months) > 1]
    return month, sure[0] if sure else None


def _with_month(numbers: list[str], month: int, weekday: int | None) -> tuple[tuple[date, ...], int | None, str]:
    years = [number for number in numbers if len(number) == 4]
    rest = [number for number in numbers if len(number) <= 2]
    if not rest:
        return (), weekday, ""
    if years:
        orders = [(int(years[0]), month, int(rest[0]))]
    elif len(rest) >= 2:
        orders = [(2000 + int(rest[1]), month, int(rest[0]))]
    else:
        return (), weekday, ""
    return _told(orders, " ".join(numbers), weekday)


def _told(
    orders: list[tuple[int, int, int]], said: str, weekday: int | None
) -> tuple[tuple[date, ...], int | None, str]:
    days = tuple(dict.fromkeys(_valid(orders)))
    lost = any(0 in order for order in orders)  # no month and no day is 0: a digit of it was lost
    if days or lost or not any(_year(order[0]) for order in orders):
        return days, weekday, ""
    return (), weekday, f"{said} is no day of the calendar"


def _valid(orders: list[tuple[int, int, int]]) -> Iterator[date]:
    for year, month, day in orders:
        if year in JALALI:
            yield from _of_jalali(year, month, day)
            continue
        year = _year(year)
        if not year:
            continue
        if year - 2000 >= 60 and year < 2100:  # two digits of a Buddhist year: 67 is 2567
            year = year + 500 - BUDDHIST
        try:
            yield date(year, month, day)
        except ValueError:
            continue


def _of_jalali(year: int, month: int, day: int) -> Iterator[date]:
    from persiantools.jdatetime import JalaliDate

    with suppress(ValueError):
        yield JalaliDate(year, month, day).to_gregorian()


def _year(year: int) -> int:
    """A year of the common era; 0 for what is none that a receipt would bear, such as a clock without its colon."""
    return year - BUDDHIST if year - BUDDHIST in YEARS else year if year in YEARS else 0
