"""A spliced line is the line of the donor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from realfake.data.drawing.rasterisers import draw_text
from realfake.data.forgeries.edit import Edit
from realfake.data.forgeries.splice import splice_line
from realfake.data.screenshots.screen import Screen
from tests.forging import field_of, steady


def test_a_spliced_line_shows_what_the_donor_says(drawn_screen, no_error, monkeypatch):
    monkeypatch.setattr("realfake.data.forgeries.splice.HISTORIES", {"none": 1.0})
    rgb, fields = drawn_screen(0)
    other, theirs = drawn_screen(0)[0].copy(), drawn_screen(0)[1]
    account = field_of(fields, "account")
    other[account.box.slices] = 255
    style = account.style
    box = draw_text(other, "1111111111", account.x, account.baseline, style)
    donor_fields = tuple(replace(f, text="1111111111", box=box) if f.field == "account" else f for f in theirs)
    edit = Edit(rgb)
    assert splice_line(edit, account, fields, Screen(other, donor_fields, "a", "p"), steady(), np.random.default_rng(0))
    shift = account.box.right - box.right
    found = edit.rgb[box.y : box.bottom, box.x + shift : box.right + shift]
    assert np.array_equal(found, other[box.slices])


def test_a_donor_without_a_like_line_gives_nothing(receipt):
    rgb, fields = receipt
    donor = Screen(rgb, tuple(field for field in fields if field.field == "label"), "a", "p")
    assert not splice_line(Edit(rgb), field_of(fields, "account"), fields, donor, steady(), np.random.default_rng(0))
