"""Lines in Arabic and Persian are read with their digits, in the order in which they are said."""

import numpy as np
import pytest

from realfake.data.drawing.fonts import fonts
from realfake.data.drawing.rasterisers import TextStyle, draw_text
from realfake.forensics.content.eastern import MOST, NETWORK, is_eastern, marked, said


def drawn(text, size=36.0, family="DejaVu Sans", ink=(20, 20, 20)):
    """A line of text with a fifth of its height around, as it is cut out of a screen."""
    face = next(face for face in fonts(covering=text.replace(" ", "")) if face.family == family)
    rgb = np.full((round(5 * size), round(size * (len(text) + 6)), 3), 250, np.uint8)
    box = draw_text(rgb, text, 2 * size, 3 * size, TextStyle(face, size, ink, hinting="none", rtl=True))
    return rgb[box.grown(max(2, round(0.2 * box.height)), rgb.shape[1], rgb.shape[0]).slices]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("٣٤٧٦٢٨", "347628"),
        ("٢٠٢٦/١١/٢٦", "2026/11/26"),
        ("١٤:٠٥", "14:05"),
        ("١٢٣٤ ريال", "1234 ريال"),
        ("18 مارس 2026", "18 مارس 2026"),
        ("رقم العملية", "رقم العملية"),
    ],
)
def test_lines_in_a_font_that_was_not_learnt_from_are_read(text, says):
    assert said([NETWORK.shown(drawn(text))[0]]) == [says]
    assert said([NETWORK.shown(255 - drawn(text))[0]]) == [says]  # light on dark


def seen(texts, families=()):
    """What the network reads of drawn lines."""
    families = families or ["DejaVu Sans"] * len(texts)
    return [NETWORK.shown(drawn(text, family=family)) for text, family in zip(texts, families, strict=True)]


def test_what_is_of_the_west_has_no_eastern_screen():
    texts = ("Transfer 2,345.67 EUR", "Перевод клиенту", "ABCDEFGH", "โอนเงินสำเร็จ", "Xxxx 2347 8845")
    families = ("DejaVu Sans", "DejaVu Sans", "DejaVu Sans", "Noto Sans Thai", "DejaVu Sans")
    assert not is_eastern(seen(texts, families) * 2)
    assert not is_eastern([])


def test_a_screen_is_eastern_where_two_lines_have_such_letters():
    assert is_eastern(seen(["رقم العملية", "Total 12", "رقم الحساب"]))
    assert not is_eastern(seen(["رقم العملية", "Total 12"]))


def test_no_more_lines_are_looked_at_than_tell():
    left = iter([("رقم", 1.0), ("رقم", 1.0), ("رقم", 1.0), *[("12", 1.0)] * MOST, ("رقم", 1.0)])
    assert is_eastern(left)
    assert next(left) == ("رقم", 1.0)
    assert not is_eastern(left)
    assert len(list(left)) == 1


def test_an_empty_line_says_nothing():
    assert NETWORK.shown(np.full((20, 60, 3), 255, np.uint8))[0] == ""


@pytest.mark.parametrize(
    ("stands", "says"),
    [
        ("لاير ١٬٢٣٤٫٥٠", "1,234.50 ريال"),
        ("م 4:11 • 2026 سرام 18", "18 مارس 2026 • 4:11 م"),
        ("(GMT+4) 23:41 - 2022 رياربف 3", "3 فبراير 2022 - 23:41 (GMT+4)"),
        ("SA10 2592 7139 :باسحلا", "الحساب: SA10 2592 7139"),
        ("٣١,٠٠٠,٠٠٠-", "-31,000,000"),
        ("5.00- هينج", "جنيه -5.00"),
        ("(خ) لصم", "مصل (خ)"),
        ("هبنج 259.I2", "259.12 جنيه"),
        ("لاير I،502.92", "1,502.92 ريال"),
        ("٢٧ V٥ا١٩ لاير", "ريال 75119 27"),
        ("مهرد 1.235.30", "1,235.30 درهم"),
        ("ريبسان", "ناسبير"),
        ("١٤:٠٥ ٢٠٢٦/١١/٢٦", "2026/11/26 14:05"),
    ],
)
def test_signs_from_left_to_right_become_what_is_said(stands, says):
    assert said([stands]) == [says]


@pytest.mark.parametrize(
    "stands", ["7052213رL0W", "SDZXM2BHرDT", "31و-53528-3", "٤٨ 1,180.88", "٠٠٠٠3606", "22:25 ه 02/06", ""]
)
def test_what_other_readers_know_better_is_left_to_them(stands):
    assert said([stands]) == [None]


def test_lines_that_only_such_a_screen_has_are_its_own():
    assert said(["م 05:33- 26/03/2026", "EGP ٠٢٧", "٧٥", "م.ج 12"]) == [
        "26/03/2026 -05:33 م",
        "EGP 027",
        "75",
        "12 ج.م",
    ]


def test_on_a_screen_with_digits_of_the_west_others_are_what_looks_like_them():
    assert said(["لاير ٥.0", "سطسغأ و دحألا", "٠2026 سطسغأ"]) == ["0.0 ريال", "الأحد 9 أغسطس", "أغسطس •2026"]
    assert said(["لاير ٥.٠", "٢٣ سطسغأ و", "لاير ٤٧"])[0] == "5.0 ريال"


def test_letters_are_those_of_the_language_of_the_screen():
    assert said(["لاير ٣", "هدنريگ"]) == ["3 ریال", "گیرنده"]
    assert said(["لاير ٣", "هدنريگ", "٤١ ة"])[0] == "3 ریال"  # marks of icons
    assert said(["لاير ٣", "هدنريگ", "يلامچلإ", "غلبملا", "ميلستلا"])[0] == "3 ريال"
    assert said(["لاير ٣", "ةيلمع"]) == ["3 ريال", "عملية"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234.50", "1,234.50"),
        ("12.345", "12,345"),
        ("7.5", "7.5"),
        ("26.11.2026", "26.11.2026"),
        ("2026/11/26", "2026/11/26"),
        ("12.345.678", "12,345,678"),
        ("1234", "1234"),
    ],
)
def test_marks_are_told_by_where_they_stand(text, number):
    assert marked(text) == number
