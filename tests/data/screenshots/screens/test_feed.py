"""Posts: a name and a paler handle on one line, words that are part of a picture."""

import numpy as np
import pytest

from realfake.data.screenshots.screens.feed import feed, player, still
from tests.phones import narrow_page

SEEDS = range(6)


def painted(screen, seed):
    page = narrow_page(seed)
    screen(page)
    return page, *page.canvas.paint()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_name_stands_beside_a_paler_handle(seed):
    page, rgb, fields = painted(feed, seed)
    names = [field for field in fields if field.field == "to_name"]
    assert names
    beside = 0
    for name in names:
        handles = [other for other in fields if other.baseline == name.baseline and other.box.x > name.box.right]
        ground = np.array(page.palette.ground)
        for handle in handles:
            beside += 1
            contrast = [np.abs(np.array(field.style.ink) - ground).sum() for field in (name, handle)]
            assert contrast[1] < contrast[0]
    assert beside


def test_words_in_a_picture_are_listed_without_a_style():
    page = narrow_page(1)
    bottom = still(page, 10, 40, 300, 180)
    rgb, fields = page.canvas.paint()
    inside = [field for field in fields if field.style is None]
    assert bottom == 220 and inside
    assert all(field.box.x >= 10 and field.box.bottom <= 220 for field in inside)
    assert np.ptp(rgb[40:220, 10:310]) > 100


@pytest.mark.parametrize("seed", SEEDS)
def test_a_film_stands_above_its_title(seed):
    page, rgb, fields = painted(player, seed)
    baked = [field for field in fields if field.style is None]
    titles = [field for field in fields if field.field == "title" and field.style]
    assert titles and all(field.box.y < max(title.box.bottom for title in titles) for field in baked[:1])
