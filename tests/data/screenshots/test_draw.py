"""Whole screens: repeatable, and their lines stand where they say."""

import numpy as np
import pytest

from realfake.data.screenshots.app import App
from realfake.data.screenshots.draw import draw_screen, scaled
from realfake.data.screenshots.screen import TextField
from realfake.forensics.box import Box


@pytest.fixture(scope="module")
def screens():
    return [draw_screen(App(seed), np.random.default_rng(seed)) for seed in range(12)]


def test_the_same_app_and_seed_draw_the_same_pixels():
    once, again = (draw_screen(App(3), np.random.default_rng(9)) for _ in range(2))
    assert np.array_equal(once.rgb, again.rgb)
    assert once.fields == again.fields


def test_screens_of_one_app_differ_in_content_and_share_their_fonts():
    app = App(4)
    one, two = (draw_screen(app, np.random.default_rng(seed)) for seed in (1, 2))
    assert [field.text for field in one.fields] != [field.text for field in two.fields]
    main = app.faces["main"][0].family
    for screen in (one, two):
        assert main in {field.style.font.family for field in screen.fields if field.style}


def test_the_ink_of_a_line_is_found_in_its_box(screens):
    for screen in screens:
        for field in screen.fields:
            if field.style is not None and field.style.size > 24 and field.style.opacity == 1:
                pixels = screen.rgb[field.box.slices].reshape(-1, 3).astype(int)
                assert np.abs(pixels - field.style.ink).max(axis=1).min() <= 45


def test_no_empty_boxes_are_drawn_for_letters_that_a_font_lacks(screens):
    for screen in screens:
        assert all(field.style.font.covers(field.text) for field in screen.fields if field.style)


def test_scaling_a_screen_carries_its_lines():
    rgb = np.zeros((100, 80, 3), np.uint8)
    smaller, fields = scaled(rgb, [TextField(Box(10, 20, 30, 40), "body", "x")], 0.5)
    assert smaller.shape == (50, 40, 3)
    assert fields[0].box == Box(5, 10, 15, 20)
