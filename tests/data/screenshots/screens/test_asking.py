"""Screens that ask or show one thing."""

import numpy as np
import pytest

from realfake.data.screenshots.screens.asking import calendar, dialog, form, keypad
from tests.phones import narrow_page

SEEDS = range(6)


def texts(screen, seed: int) -> list[str]:
    page = narrow_page(seed)
    screen(page)
    return [field.text for field in page.canvas.paint()[1]]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_calendar_has_the_days_of_a_month_and_of_the_week(seed):
    shown = texts(calendar, seed)
    assert {str(day) for day in range(1, 32)} <= set(shown)
    assert [text for text in shown if text in "MTWTFSS" and len(text) == 1] == list("MTWTFSS")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_keypad_has_every_digit(seed):
    assert set("0123456789") <= set(texts(keypad, seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_dialog_darkens_what_lies_behind_it(seed):
    page = narrow_page(seed)
    dialog(page)
    rgb = page.canvas.paint()[0].astype(int)
    ground = np.array(page.palette.ground)
    corner = rgb[page.height // 2, 1]
    assert (corner <= ground).all() and (ground.max() < 20 or (corner < ground).any())
    assert any(field.field == "button" for field in page.canvas.paint()[1])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_form_has_labels_and_a_button(seed):
    page = narrow_page(seed)
    form(page)
    roles = [field.field for field in page.canvas.paint()[1]]
    assert "label" in roles or "body" in roles
    assert "button" in roles
