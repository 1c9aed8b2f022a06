"""Texts whose meaning is known, in the scripts and orders of many places."""

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from itertools import product

import numpy as np
import pytest
from babel.dates import format_datetime
from hypothesis import given, settings
from hypothesis import strategies as st

from realfake.data.screenshots.content import (
    BABEL,
    DATE_PATTERNS,
    JOINS,
    OWN_DATES,
    TIME_PATTERNS,
    USUAL,
    Content,
    clean,
    draw_formats,
)
from realfake.forensics.content.values import IDENTIFIER, MASKED, folded, moment, money, plain

AMOUNTS = [
    ("$1,234.50", "1234.50", ""), ("R$ 1.234,50", "1234.50", "BRL"), ("1.234,56 €", "1234.56", "EUR"),
    ("₹1,23,456.00", "123456.00", "INR"), ("Rp50.000", "50000", "IDR"), ("50.000 ₫", "50000", "VND"),
    ("VND1.000.000", "1000000", "VND"), ("1 234 567,89 ₽", "1234567.89", "RUB"), ("฿ 1,500.00", "1500.00", "THB"),
    ("500 บาท", "500", "THB"), ("CHF 1’234.50", "1234.50", "CHF"), ("-20,00 EUR", "20.00", "EUR"),
    ("12,5 TL", "12.5", "TRY"), ("₱220.00", "220.00", "PHP"), ("220.00P", "220.00", "PHP"), ("$0", "0", ""),
    ("IDR 1.5jt", "1500000", "IDR"), ("$1.5K", "1500", ""), ("٣٬٥٠٠٫٢٥ ر.س", "3500.25", "SAR"),
    ("1,000", "1000", ""), ("¥1,280.00", "1280.00", ""),
]  # fmt: skip
NO_AMOUNTS = [
    "", "RpO", "12345", "4567 1234 8888", "12:30", "28.02.2023", "USD", "+84 912 345 678", "P12345", "1.2.3.4",
    "€", "1,2,3", "EUR 5 USD", "T2406", "1,234.567.8",
]  # fmt: skip
MOMENTS = [
    ("Thứ Ba, 28/02/2023 • 09:47", (2023, 2, 28), (9, 47)), ("28 thg 2, 2023 09:47", (2023, 2, 28), (9, 47)),
    ("18:45 thg 12 2, 2021", (2021, 12, 2), (18, 45)), ("04:59 05 thg 5 23", (2023, 5, 5), (4, 59)),
    ("10:13 Chủ Nhật, 15/06/2025", (2025, 6, 15), (10, 13)), ("12 มิ.ย. 67 16:11", (2024, 6, 12), (16, 11)),
    ("12 มิถุนายน 2567 - 16:11:02", (2024, 6, 12), (16, 11, 2)),
    ("15 abr 2022 • 06:40 p. m.", (2022, 4, 15), (18, 40)),
    ("15 de abril de 2022, 18:40", (2022, 4, 15), (18, 40)), ("Feb 3, 2024 3:05 PM", (2024, 2, 3), (15, 5)),
    ("2024-05-06 07:08:09", (2024, 5, 6), (7, 8, 9)), ("2024年5月6日 下午3:05", (2024, 5, 6), (15, 5)),
    ("15 Nis 2022 14:00", (2022, 4, 15), (14, 0)), ("5 мая 2024, 16:11", (2024, 5, 5), (16, 11)),
    ("٠٣/٠٤/٢٠٢٤ ٠٣:٠٥ م", (2024, 4, 3), (15, 5)), ("17h30 12/06/24", (2024, 6, 12), (17, 30)),
    ("mar, 28 feb 2023", (2023, 2, 28), None), ("12:05 am", None, (0, 5)), ("12/06/2567", (2024, 6, 12), None),
    ("4 Mei 2025 10.15 WIB", (2025, 5, 4), (10, 15)),
    ("14 May 2024 at 3:04:05 PM UTC+7", (2024, 5, 14), (15, 4, 5)),
]  # fmt: skip
IMPOSSIBLE = [
    ("56:47", "56:47 is no time of day"), ("12/06/2024 16:75", "16:75 is no time of day"),
    ("31/02/2024", "31/02/2024 is no day of the calendar"), ("31 April 2024", "31 2024 is no day of the calendar"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "amount", "currency"), AMOUNTS)
def test_money_is_read_as_each_place_writes_it(text, amount, currency):
    found = money(text)
    assert (found.amount, found.currency) == (Decimal(amount), currency)


@pytest.mark.parametrize("text", NO_AMOUNTS)
def test_what_is_no_money_is_none(text):
    assert money(text) is None


def test_a_number_alone_is_money_beside_the_label_of_an_amount():
    assert money("250") is None and money("250", bare=True).amount == 250


@pytest.mark.parametrize(("text", "day", "clock"), MOMENTS)
def test_moments_are_read_as_each_place_writes_them(text, day, clock):
    told = moment(text)
    assert (told.days[0] if told.days else None) == (date(*day) if day else None)
    assert told.clock == (time(*clock) if clock else None)
    assert told.wrong == ""


def test_a_date_in_two_orders_is_two_days_until_the_order_is_known():
    assert moment("03/04/2024").days == (date(2024, 4, 3), date(2024, 3, 4))
    assert moment("03/04/2024", day_first=False).days == (date(2024, 3, 4),)
    assert moment("23/04/2024").days == (date(2024, 4, 23),)


@pytest.mark.parametrize(("text", "wrong"), IMPOSSIBLE)
def test_what_cannot_be_is_said(text, wrong):
    assert moment(text).wrong == wrong


def test_a_weekday_is_told_beside_its_date():
    assert moment("Wed, 12 Jun 2024").weekday == 2 and moment("12 Jun 2024").weekday is None


@pytest.mark.parametrize("text", ["", "hello", "100%", "4567 1234 8888", "1/2/3", "3:5", "Rp50.000", "E11:20-33"])
def test_what_tells_no_moment_is_none(text):
    assert moment(text) is None


def test_identifiers_and_masks_are_known_by_their_form():
    assert IDENTIFIER.fullmatch("TXN-65376641") and IDENTIFIER.fullmatch("2788 9726 6648")
    assert not IDENTIFIER.fullmatch("Lena Ktle") and not IDENTIFIER.fullmatch("12-")
    assert MASKED.fullmatch("•••-•••-1234") and MASKED.fullmatch("XXXX6923") and not MASKED.fullmatch("1234")


def test_words_are_compared_without_accents_case_and_marks():
    assert folded("Số tài khoản:") == folded("so TAI khoan") == "sotaikhoan"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_a_value_or_none(text):
    assert plain(plain(text)) == plain(text)
    found, told = money(text), moment(text)
    assert found is None or found.amount >= 0
    assert told is None or told.days or told.clock or told.wrong


@pytest.mark.parametrize("locale", sorted(USUAL))
def test_every_day_and_time_that_the_generator_writes_is_understood(locale):
    """In all months, and but for two Thai ones that differ by a vowel that readers lose: those tell no day at all."""
    spoken = BABEL.get(locale, locale)
    for number, (pattern, month) in enumerate(product(sorted(set(DATE_PATTERNS)), range(1, 13))):
        when = datetime(2025, month, 3 + 2 * month, 4 + month, 7 + month)
        time_pattern = sorted(set(TIME_PATTERNS))[number % 4]
        parts = {"date": pattern, "time": time_pattern}
        texts = {name: clean(format_datetime(when, form, locale=spoken)) for name, form in parts.items()}
        told = moment(sorted(set(JOINS))[number % 6].format(**texts))
        lost = locale == "th_TH" and "MMM" in pattern and "MMMM" not in pattern and month in (1, 3)
        assert (told.days == ()) if lost else (when.date() in told.days)
        assert not told.wrong and (told.clock.hour, told.clock.minute) == (when.hour, when.minute)


@pytest.mark.parametrize("locale", ["zh_CN", "ar_EG", "fa_IR"])
def test_days_and_times_of_other_scripts_are_understood(locale):
    """In all months, in digits of both kinds and in both calendars, in the order said and from the right."""
    rng = np.random.default_rng(2)
    formats = draw_formats(rng, locale)
    dates, times = OWN_DATES[formats.language]
    for number, (pattern, month) in enumerate(product(sorted(set(dates)), range(1, 13))):
        when = datetime(2025, month, 3 + 2 * month, 4 + month, 7 + month)
        written = replace(
            formats, date=pattern, time=times[number % len(times)], jalali=locale == "fa_IR" and number % 2 == 0
        )
        content = Content(written, rng)
        for text in (content.moment(at=when), f"{content.time(at=when)} {content.date(at=when)}"):
            told = moment(text)
            assert when.date() in told.days, text
            assert not told.wrong and (told.clock.hour, told.clock.minute) == (when.hour, when.minute), text


def test_days_of_the_persian_calendar_are_days_of_ours():
    assert moment("۱۴۰۵/۰۹/۰۵").days == (date(2026, 11, 26),)
    assert moment("پنجشنبه ۵ آذر ۱۴۰۵ ۱۴:۰۵").weekday == 3
    assert moment("1405/13/40") is None  # neither a day nor one that cannot be


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("\u200e-٧٫٧٠ جنيه", "7.70", "EGP"),
        ("١٬٢٣٤٫٥٠ ر.س", "1234.50", "SAR"),
        ("۱۲٬۰۰۰٬۰۰۰ ریال", "12000000", "IRR"),
        ("1,234.50-", "1234.50", ""),
        ("1234.56元", "1234.56", "CNY"),
        ("￥7.70", "7.70", ""),
    ],
)
def test_amounts_of_other_scripts_are_understood(text, amount, currency):
    found = money(text)
    assert (str(found.amount), found.currency) == (amount, currency)


@pytest.mark.parametrize("text", ["下午2:05", "2:05 م", "م 2:05", "2:05 ب.ظ", "中午2:05"])
def test_the_half_of_the_day_is_told_before_or_behind(text):
    assert (moment(text).clock.hour, moment(text).clock.minute) == (14, 5)
