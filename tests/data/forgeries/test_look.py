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
