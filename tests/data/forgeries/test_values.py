"""Values change as a forger who can read changes them."""

import re
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from realfake.data.forgeries.values import (
    other_amount,
    other_identifier,
    other_moment,
    read_amount,
    run_of_signs,
    with_amount,
    with_words,
)
from realfake.data.screenshots.content import draw_formats, in_words, joined_money, written_number


@pytest.fixture
def formats():
    return {locale: draw_formats(np.random.default_rng(1), locale) for locale in ("vi_VN", "en_US", "pt_BR", "en_IN")}


@pytest.mark.parametrize(
    ("locale", "decimals", "value"), [("vi_VN", 0, "1250000"), ("en_US", 2, "1250.5"), ("pt_BR", 2, "98765.43")]
)
def test_amounts_are_read_as_they_were_written(formats, locale, decimals, value):
    form = replace(formats[locale], decimals=decimals)
    text = joined_money(form, written_number(form, Decimal(value)))
    assert read_amount(form, text) == (Decimal(value), "")
    assert read_amount(form, with_amount(form, text, Decimal(4321), "")) == (Decimal(4321), "")


def test_short_and_rounded_amounts_are_read_in_their_form(formats):
    form = replace(formats["en_US"], decimals=2)
    assert read_amount(form, "1.5K USD") == (Decimal(1500), "short")
    assert with_amount(form, "1.5K USD", Decimal(2750), "short") == "2.75K USD"
    assert read_amount(form, "$1,251") == (Decimal(1251), "rounded")
    assert read_amount(form, "Free") is None


def test_another_amount_is_as_round_as_the_old_one():
    for seed in range(30):
        rng = np.random.default_rng(seed)
        assert other_amount(Decimal(250000), rng) % 10000 == 0
        assert other_amount(Decimal("12.50"), rng) not in (Decimal("12.50"), 0)


def test_words_fit_in_the_lines_that_were_there(formats):
    old = in_words(formats["en_US"], Decimal(1234))
    half = old.index(" ", len(old) // 2)
    made = with_words(formats["en_US"], [old[:half], old[half + 1 :]], Decimal(20))
    assert made == [in_words(formats["en_US"], Decimal(20)), ""]
    assert with_words(formats["en_US"], ["Twenty dollars only"], Decimal(987654)) is None


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("12/03/2026 14:07", "14:07"),
        ("2026-03-12", ""),
        ("03:06 p. m. - 12 mar. 2026", "03:06"),
        ("Thứ Tư, 12/03/2026 22:00:36", "22:00"),
        ("Mar 12, 2026 9:15 AM", "9:15"),
    ],
)
def test_only_the_clock_or_the_day_changes_and_the_form_stays(text, clock):
    around = re.escape(text).replace("12", "([0-9]{2})", 1)
    days = {int(re.fullmatch(around, other_moment(text, "day", seed))[1]) for seed in range(60)}
    assert len(days) > 8 and 12 not in days and days <= set(range(1, 29))
    around = re.escape(text).replace(clock, "([0-9]{1,2}):([0-9]{2})", 1) if clock else re.escape(text)
    made = {other_moment(text, "clock", seed) for seed in range(60)}
    assert all(re.fullmatch(around, other) for other in made)
    assert len(made - {text}) > 5 or not clock
    assert other_moment(text, "day", 5) == other_moment(text, "day", 5)


def test_the_day_of_the_week_stays_if_asked():
    days = {other_moment("T4, 12/03/2026", "day", seed, weekday=True)[4:6] for seed in range(40)}
    assert days == {"05", "19", "26"}


def test_an_impossible_time_is_never_written():
    for seed in range(60):
        hour, minute = other_moment("23:59", "clock", seed).split(":")
        assert int(hour) < 24 and int(minute) < 60
        assert 1 <= int(other_moment("9:05 PM", "clock", seed).split(":")[0]) <= 12


def test_an_identifier_changes_inside_a_run_only():
    rng = np.random.default_rng(3)
    text = "FT-26068-QK3M7a"
    first, last = run_of_signs(text, 4, rng)
    other = other_identifier(text, first, last, rng)
    assert other[:first] == text[:first] and other[last:] == text[last:]
    for old, new in zip(text[first:last], other[first:last]):
        assert (old == new) == (not old.isalnum()) and old.isdigit() == new.isdigit()
    assert run_of_signs("A12", 2, rng) is None
