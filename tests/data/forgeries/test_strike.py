"""Characters that are struck out leave paper, and the rest of the line stays or moves up."""

from __future__ import annotations

import numpy as np

from realfake.data.forgeries.edit import Edit
from realfake.data.forgeries.look import observe
from realfake.data.forgeries.strike import strike
from tests.forging import field_of, steady

HAND = steady(eraser="flat", edge="hard", colour_off=0.0, padding=0.1)


def test_characters_go_and_nothing_takes_their_place(receipt, monkeypatch):
    monkeypatch.setattr("realfake.data.forgeries.strike.CLOSES", 0.0)
    rgb, fields = receipt
    field = field_of(fields, "account")
    before = observe(rgb, field.box)
    for seed in range(8):
        edit = Edit(rgb)
        assert strike(edit, field, fields, HAND, np.random.default_rng(seed))
        assert (edit.rgb[edit.mask].min(axis=1) > 200).all()  # paper, white within a few levels
        after = observe(edit.rgb, field.box)
        assert 2 <= len(after.glyphs) <= len(before.glyphs)
        assert np.count_nonzero(edit.rgb[field.box.slices] < 128) < np.count_nonzero(rgb[field.box.slices] < 128)


def test_a_closed_gap_keeps_the_edge_that_the_column_holds(receipt, monkeypatch):
    monkeypatch.setattr("realfake.data.forgeries.strike.CLOSES", 1.0)
    monkeypatch.setattr("realfake.data.forgeries.strike.CUTS", 0.0)
    rgb, fields = receipt
    field = field_of(fields, "account")  # its column stands at the right
    closed = 0
    for seed in range(12):
        edit = Edit(rgb)
        assert strike(edit, field, fields, HAND, np.random.default_rng(seed))
        after = observe(edit.rgb, field.box)
        gaps = [right.x - left.right for left, right in zip(after.glyphs, after.glyphs[1:])]
        inner = edit.mask[field.box.slices].any(axis=0)
        if inner[: field.box.width // 3].any() and not inner[-3:].any():
            closed += max(gaps) < 0.6 * after.cap
            assert abs(after.glyphs[-1].right - observe(rgb, field.box).glyphs[-1].right) <= 1
    assert closed >= 4


def test_two_characters_at_least_stay(receipt):
    rgb, fields = receipt
    blank = Edit(np.full_like(rgb, 255))
    assert not strike(blank, fields[1], fields, HAND, np.random.default_rng(0))
    assert not blank.mask.any()
