"""A hand has habits that it keeps throughout an image."""

from __future__ import annotations

import numpy as np

from realfake.data.forgeries.look import observe
from realfake.forensics.box import Box
from tests.forging import steady


def test_one_forger_takes_one_font_for_all_lines_of_a_style(receipt):
    style = receipt[1][0].style
    for seed in range(6):
        hand = steady(seed, font="near")
        assert len({hand.typeface(style.font, text) for text in ("1,250.00", "Maria", "TF88")}) == 1
    assert len({steady(seed, font="near").typeface(style.font, "abc").family for seed in range(12)}) > 2


def test_a_true_ink_is_the_colour_that_was_picked(receipt):
    rgb, fields = receipt
    look = observe(rgb, fields[1].box)
    rng = np.random.default_rng(0)
    true, near = (
        [steady(care="crude", true_ink=true).style(fields[1].style, "1", look, rng).ink for _ in range(8)]
        for true in (True, False)
    )
    assert set(true) == {fields[1].style.ink} and len(set(near)) > 4


def test_a_heedless_hand_erases_into_what_is_near():
    box, margins = Box(50, 50, 40, 20), (1, 1, 1, 1)
    areas = [
        steady(care="crude", padding=0.4).area(box, 20, margins, np.random.default_rng(seed)) for seed in range(40)
    ]
    careful = [area.width <= 42 for area in areas]
    assert 0.4 < np.mean(careful) < 0.9
