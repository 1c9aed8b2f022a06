"""The digits of Arabic and Persian are told by their shapes, and nothing else is."""

import numpy as np
import pytest

from realfake.data.drawing.fonts import fonts
from realfake.data.drawing.rasterisers import TextStyle, draw_text
from realfake.forensics.content.eastern import (
    is_eastern,
    likely,
    looks,
    marked,
    pieces_of,
    strength,
    words_of,
)


def drawn(text, size=36.0, family="DejaVu Sans", ink=(20, 20, 20)):
    """A line of text with a fifth of its height around, as it is cut out of a screen."""
    face = next(face for face in fonts(covering=text.replace(" ", "")) if face.family == family)
    rgb = np.full((round(5 * size), round(size * (len(text) + 6)), 3), 250, np.uint8)
    box = draw_text(rgb, text, 2 * size, 3 * size, TextStyle(face, size, ink, hinting="none"))
    return rgb[box.grown(max(2, round(0.2 * box.height)), rgb.shape[1], rgb.shape[0]).slices]


def told(crop):
    return " ".join(word.text for word in words_of(crop) if word.text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("٣٤٧٦٢٨", "347628"),
        ("٢٠٢٦/١١/٢٦", "2026/11/26"),
        ("١٤:٠٥", "14:05"),
        ("۱۴۰۵/۰۹/۰۵", "1405/09/05"),
        ("١٬٢٣٤٫٥٠", "1,234.50"),
        ("۱۲٬۳۴۵٬۰۰۰", "12,345,000"),
    ],
)
def test_numbers_in_eastern_digits_are_read(text, number):
    assert told(drawn(text)) == number
    assert told(255 - drawn(text)) == number  # light on dark


def test_words_beside_a_number_are_none():
    words = words_of(drawn("المبلغ ٢٣٤٧"))
    assert [word.text for word in words if word.text] == ["2347"]
    assert any(not word.text for word in words)


@pytest.mark.parametrize("text", ["Transfer 2,345.67 EUR", "Перевод", "ABCDEFGH", "рубль 67", "Xxxx 2347 8845"])
def test_what_is_of_the_west_is_no_eastern_number(text):
    assert sum(len(word.text) > 1 for word in words_of(drawn(text))) <= 1
    assert not is_eastern([drawn(text)] * 4)


def test_a_screen_has_such_digits_where_several_of_them_are_seen():
    assert is_eastern([drawn("٢٣٤"), drawn("Total"), drawn("٧٦٨")])
    assert not is_eastern([drawn("٢٣"), drawn("Total")])
    assert not is_eastern([])


def test_an_empty_line_has_no_words():
    assert words_of(np.full((20, 60, 3), 255, np.uint8)) == []


def test_every_sign_has_a_likelihood_for_each_class():
    ink = strength(drawn("٢٣ ٤٧"))
    words = pieces_of(ink)
    assert [len(word) for word in words] == [2, 2]
    seen = looks(ink, words[0])
    assert seen.shape[0] == 2
    np.testing.assert_allclose(likely(seen).sum(axis=1), 1.0)


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
