"""Screens that are lists go on to the end of the screen, and nothing shows below what covers it."""

import numpy as np
import pytest

from realfake.data.screenshots.screens.lists import (
    balance_card,
    chips,
    hide_below,
    history,
    list_bottom,
    section,
    settings,
)
from tests.phones import narrow_page

SEEDS = range(6)


@pytest.mark.parametrize("screen", [history, settings])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_list_fills_its_screen(screen, seed):
    page = narrow_page(seed)
    screen(page)
    fields = page.canvas.paint()[1]
    tops = np.array([field.box.y for field in fields if field.box.bottom < list_bottom(page)])
    assert len(tops) > 5
    assert np.diff(np.sort(tops)).max() < page.height / 3
    assert tops.max() > page.height / 2


@pytest.mark.parametrize("seed", SEEDS)
def test_movements_are_told_with_amounts(seed):
    page = narrow_page(seed)
    history(page)
    amounts = [field.text for field in page.canvas.paint()[1] if field.field == "amount"]
    assert len(amounts) >= 3 and all(any(map(str.isdigit, amount)) for amount in amounts)


@pytest.mark.parametrize("seed", SEEDS)
def test_blocks_end_where_they_say(seed):
    for block in (balance_card, chips, lambda page, y: section(page, y, "Today")):
        page = narrow_page(seed)
        bottom = block(page, 100)
        fields = page.canvas.paint()[1]
        assert fields and bottom > 100
        assert all(field.box.y >= 100 and field.box.bottom <= bottom for field in fields)


def test_what_is_hidden_is_neither_seen_nor_listed():
    page = narrow_page(2)
    for y in (100, 400):
        page.text("label", "Hidden or not", 20, y)
    hide_below(page, 250)
    rgb, fields = page.canvas.paint()
    assert [field.box.bottom <= 250 for field in fields] == [True]
    assert (rgb[250:] == page.palette.ground).all()
