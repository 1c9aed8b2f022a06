"""What is seen of a line is what was drawn."""

from __future__ import annotations

import numpy as np

from realfake.data.forgeries.look import observe
from realfake.data.forgeries.typeface import cap_height
from tests.forging import field_of


def test_a_look_measures_what_was_drawn(receipt):
    rgb, fields = receipt
    for field in fields:
        look = observe(rgb, field.box)
        assert abs(look.baseline - field.baseline) <= 1
        assert abs(look.cap - cap_height(field.style)) <= 2
        assert np.abs(look.paper - 255).max() < 1
        assert np.abs(look.ink - field.style.ink).max() < 20


def test_a_look_counts_separate_glyphs_and_words(receipt):
    account = field_of(receipt[1], "account")
    look = observe(receipt[0], account.box)
    assert len(look.glyphs) == len(account.text) and look.numeric
    name = field_of(receipt[1], "to_name")
    assert len(observe(receipt[0], name.box).words) == 2
    assert not observe(receipt[0], name.box).numeric


def test_the_ink_is_a_colour_that_stands_in_the_image(receipt):
    rgb, fields = receipt
    look = observe(rgb, fields[1].box)
    assert (rgb[fields[1].box.slices] == look.ink).all(axis=2).any()
    assert tuple(look.ink) == fields[1].style.ink


def test_a_cell_holds_the_soft_edge_of_its_glyphs_and_no_other_ink(receipt):
    rgb, fields = receipt
    look = observe(rgb, field_of(fields, "to_name").box)
    (first, last), (after, end) = look.runs
    cells = look.cell(first, last), look.cell(after, end)
    assert cells[0].intersection(cells[1]).area == 0
    ink = rgb[look.box.slices].min(axis=2) < 250
    for x in range(look.box.x, look.box.right):
        if ink[:, x - look.box.x].any():
            assert any(cell.x <= x < cell.right for cell in cells)
