"""What screens say, in the formats of each locale."""

import numpy as np
import pytest

from realfake.data.drawing.fonts import families, fonts, nearest_weight
from realfake.data.drawing.rasterisers import TextStyle
from realfake.data.screenshots.canvas import drawable
from realfake.data.screenshots.content import LOCALES, Content, draw_formats, fold


@pytest.fixture
def style():
    return TextStyle(nearest_weight(families(fonts())["Roboto"], 400), 20.0)


@pytest.mark.parametrize("locale", sorted(LOCALES))
def test_content_of_every_locale_can_be_drawn(locale, style):
    rng = np.random.default_rng(5)
    content = Content(draw_formats(rng, locale), rng)
    for text in (content.name(), content.money(content.amount()), content.moment(), content.note(), content.title()):
        assert text and fold(text)
        assert drawable(text, style)


def test_amounts_are_written_as_the_locale_does():
    rng = np.random.default_rng(1)
    written = {
        locale: Content(draw_formats(rng, locale), rng).money_parts(1234567)[1]
        for locale in ("vi_VN", "en_US", "en_IN")
    }
    assert written["vi_VN"] == "1.234.567"
    assert written["en_US"].startswith("1,234,567")
    assert written["en_IN"].startswith("12,34,567")
