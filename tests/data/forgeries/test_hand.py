"""A hand has habits that it keeps throughout an image."""

from __future__ import annotations

from tests.forging import steady


def test_one_forger_takes_one_font_for_all_lines_of_a_style(receipt):
    style = receipt[1][0].style
    for seed in range(6):
        hand = steady(seed, font="near")
        assert len({hand.typeface(style.font, text) for text in ("1,250.00", "Maria", "TF88")}) == 1
    assert len({steady(seed, font="near").typeface(style.font, "abc").family for seed in range(12)}) > 2
