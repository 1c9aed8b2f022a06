"""What surrounds an app's content: each block stands where it says that it ends."""

import numpy as np
import pytest

from realfake.data.screenshots.chrome import (
    banner,
    buttons,
    header,
    icon_row,
    keyboard,
    nav_bar,
    nav_height,
    status_bar,
    tab_bar,
)
from realfake.data.screenshots.page import Page
from tests.phones import narrow_page

SEEDS = range(12)


def painted(page: Page) -> tuple[np.ndarray, list]:
    rgb, fields = page.canvas.paint()
    return (rgb != page.palette.ground).any(axis=2), fields


@pytest.mark.parametrize("seed", SEEDS)
def test_the_status_bar_shows_the_time_and_ends_where_it_says(seed):
    page = narrow_page(seed)
    height = status_bar(page, (255, 0, 128))
    changed, fields = painted(page)
    assert [field.field for field in fields].count("time") == 1
    assert not changed[round(height) :].any()
    assert all(field.style.ink == (255, 0, 128) for field in fields if field.style)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_header_holds_its_title_and_what_follows_begins_below_it(seed):
    page = narrow_page(seed)
    bottom = header(page, "Details")
    changed, fields = painted(page)
    titles = [field for field in fields if field.field == "title"]
    assert [field.text.casefold() for field in titles] == ["details"]
    assert titles[0].box.bottom <= bottom
    assert not changed[int(np.ceil(bottom)) + page.px(1) :].any()


@pytest.mark.parametrize("seed", SEEDS)
def test_buttons_carry_their_labels_down_to_the_bottom_that_is_returned(seed):
    page = narrow_page(seed)
    bottom = buttons(page, 100, ("Done", "Share"))
    changed, fields = painted(page)
    assert [field.text.casefold() for field in fields] == ["done", "share"]
    assert {field.field for field in fields} == {"button"}
    rows = np.flatnonzero(changed.any(axis=1))
    assert rows[0] >= 99 and rows[-1] <= bottom


@pytest.mark.parametrize("seed", SEEDS)
def test_bars_at_the_bottom_leave_free_what_is_above_them(seed):
    page = narrow_page(seed)
    top = tab_bar(page, page.height - nav_height(page))
    changed, fields = painted(page)
    assert not changed[: int(top)].any() and len(fields) >= 3
    keys = narrow_page(seed)
    top = keyboard(keys, keys.height)
    changed, fields = painted(keys)
    assert not changed[: int(top) - 1].any()
    assert "qwertyuiop" in "".join(field.text for field in fields).casefold()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_phones_own_bar_is_as_high_as_it_says(seed):
    page = narrow_page(seed)
    nav_bar(page, (255, 0, 128))
    rgb, _ = page.canvas.paint()
    height = nav_height(page)
    assert (rgb[: page.height - height] == page.palette.ground).all()
    if height:
        bar = rgb[page.height - height :]
        black = (bar == (0, 0, 0)).all(axis=2).mean()  # of the phone's own, whatever the app asks for
        assert max(black, (bar == (255, 0, 128)).all(axis=2).mean()) > 0.5


def test_a_row_of_icons_has_a_caption_each():
    page = narrow_page(2)
    bottom = icon_row(page, 100, ("Send", "Pay", "Top up"))
    _, fields = painted(page)
    assert [field.text.casefold() for field in fields] == ["send", "pay", "top up"]
    assert all(field.box.y > 100 and field.box.bottom <= bottom for field in fields)


def test_a_banner_is_a_picture_of_its_height():
    page = narrow_page(2)
    assert banner(page, 100, 150) == 250
    changed, fields = painted(page)
    rows = np.flatnonzero(changed.any(axis=1))
    assert (rows[0], rows[-1]) == (100, 249)
    assert all(field.style is None for field in fields)
