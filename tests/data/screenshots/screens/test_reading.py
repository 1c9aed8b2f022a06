"""Screens to read: text from the top to the bottom, and two sides of a chat."""

import numpy as np
import pytest

from realfake.data.screenshots.chrome import nav_height
from realfake.data.screenshots.screens.reading import article, chat, terminal
from tests.phones import narrow_page

SEEDS = range(6)


def fields_of(screen, seed: int):
    page = narrow_page(seed)
    screen(page)
    return page, page.canvas.paint()[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_terminal_is_dense_text_of_one_size_that_ends_above_the_phones_bar(seed):
    page, fields = fields_of(terminal, seed)
    lines = [field for field in fields if field.box.x <= page.px(6) + 4 and field.field == "body"]
    steps = np.diff([line.baseline for line in lines])
    assert len(lines) >= 8 and len({line.style.size for line in lines}) == 1
    assert np.median(steps) < 2.2 * lines[0].style.size
    assert max(line.baseline for line in lines) <= page.height - nav_height(page)


def test_messages_stand_at_both_sides():
    left = right = 0
    for seed in SEEDS:
        page, fields = fields_of(chat, seed)
        middle = [field for field in fields if 0.15 * page.height < field.box.y < 0.8 * page.height]
        left += sum(field.box.right < 0.6 * page.width for field in middle)
        right += sum(field.box.x > 0.4 * page.width for field in middle)
    assert left > 5 and right > 5


@pytest.mark.parametrize("seed", SEEDS)
def test_an_article_has_a_headline_above_its_text(seed):
    page, fields = fields_of(article, seed)
    largest = max((field for field in fields if field.style), key=lambda field: field.style.size)
    body = [field for field in fields if field.field == "body" and field.box.y > largest.box.bottom]
    assert len(body) >= 3
    assert all(field.style.size < largest.style.size for field in body if field.style)
