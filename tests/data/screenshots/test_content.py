"""What screens say, in the formats of each locale."""

import datetime
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from realfake.data.drawing.fonts import families, fonts, nearest_weight
from realfake.data.drawing.rasterisers import TextStyle
from realfake.data.screenshots.canvas import drawable
from realfake.data.screenshots.content import DIGITS, LOCALES, SPOKEN, ZONES, Content, draw_formats, fold, in_words
from realfake.data.screenshots.vocabulary import letters


@pytest.fixture
def style():
    """A function from a language to a style of which the font has the letters."""
    return lambda language: TextStyle(
        nearest_weight(families(fonts(covering=letters(language))).popitem()[1], 400), 20.0
    )


@pytest.mark.parametrize("locale", sorted(LOCALES))
def test_content_of_every_locale_can_be_drawn(locale, style):
    if not fonts(covering=letters(LOCALES[locale][0])):
        pytest.skip(f"no font here has the letters of {locale}")
    rng = np.random.default_rng(5)
    content = Content(draw_formats(rng, locale), rng)
    formats = content.formats
    words = in_words(formats, Decimal(1234))
    for text in (
        content.name(),
        content.money(content.amount()),
        content.moment(),
        content.note(),
        content.title(),
        words,
    ):
        assert text and fold(text)
        shown = drawable(text, style(formats.language))
        assert sum(map(str.isalnum, shown)) == sum(map(str.isalnum, text))
    assert formats.country in ZONES and formats.language in SPOKEN


def test_amounts_are_written_as_the_locale_does():
    rng = np.random.default_rng(1)
    written = {
        locale: Content(draw_formats(rng, locale), rng).money_parts(1234567)[1]
        for locale in ("vi_VN", "en_US", "en_IN")
    }
    assert written["vi_VN"] == "1.234.567"
    assert written["en_US"].startswith("1,234,567")
    assert written["en_IN"].startswith("12,34,567")


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en_US", "One thousand, two hundred and thirty-four dollars 50/100"),
        ("pt_BR", "Mil, duzentos e trinta e quatro reais 50/100"),
        ("hi_Latn", "One thousand, two hundred and thirty-four rupees 50/100"),
    ],
)
def test_amounts_are_spelt_with_their_cents(locale, words):
    assert in_words(draw_formats(np.random.default_rng(1), locale), Decimal("1234.50")) == words


def content_of(locale, **changes):
    rng = np.random.default_rng(1)
    return Content(replace(draw_formats(rng, locale), **changes), rng)


def test_digits_and_marks_are_those_that_the_app_writes():
    eastern = {"digits": DIGITS["ar"], "own_marks": True, "sign": "ج.م", "sign_first": False, "sign_spaced": True}
    assert content_of("ar_EG", **eastern, decimals=2).money(Decimal("1234.5")) == "١٬٢٣٤٫٥٠ ج.م"
    assert content_of("ar_EG", **eastern | {"own_marks": False}, decimals=2).money(Decimal(-7)) == "-٧.٠٠ ج.م"
    assert content_of("zh_CN", sign="¥", sign_first=True, sign_spaced=False, grouped=False).money(1234) == "¥1234.00"


def test_numbers_with_letters_keep_western_digits():
    content = content_of("ar_EG", digits=DIGITS["ar"], digits_everywhere=True, reference="{%Y%m%d}########")
    assert set(content.reference()) <= set(DIGITS["ar"])
    assert content_of("ar_EG", digits=DIGITS["ar"], digits_everywhere=True, reference="TR{count}").reference().isascii()


def test_days_are_of_the_calendar_of_the_app():
    when = datetime.datetime(2026, 11, 26, 14, 5)
    persian = content_of("fa_IR", jalali=True, date="yyyy/MM/dd", digits=DIGITS["fa"])
    assert persian.date(at=when) == "۱۴۰۵/۰۹/۰۵"
    assert content_of("fa_IR", jalali=True, date="d MMMM yyyy", digits="").date(at=when) == "05 آذر 1405"
    assert content_of("zh_CN", date="yyyy年M月d日", time="ah:mm", join="{date} {time}").moment(at=when) == (
        "2026年11月26日 下午2:05"
    )


def test_an_amount_is_spelt_in_chinese_capitals():
    assert in_words(draw_formats(np.random.default_rng(1), "zh_CN"), Decimal("1234.56")) == "壹仟贰佰叁拾肆元伍角陆分"


def test_the_clock_is_that_of_the_screen_and_of_twelve_hours_or_abroad_if_asked():
    rng = np.random.default_rng(1)
    content = Content(draw_formats(rng, "en_US"), rng)
    content.now = datetime.datetime(2026, 3, 9, 15, 4, 5)
    assert content.clock() == "15:04" and content.clock(twelve=True) == "3:04" and content.clock(abroad=9.5) == "0:34"


def test_a_named_time_zone_is_that_of_the_country():
    rng = np.random.default_rng(1)
    formats = replace(draw_formats(rng, "en_IN"), zone_form=" (GMT{0})")
    assert Content(formats, rng).zone_name() == " (GMT+5:30)"
    assert Content(replace(formats, locale="pt_BR"), rng).zone_name() == " (GMT-3)"
    assert Content(replace(formats, zone_form=""), rng).zone_name() == ""
