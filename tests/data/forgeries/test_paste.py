"""A pasted rectangle brings its own paper along and stands at the left edge of a word."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from realfake.data.drawing.rasterisers import draw_text
from realfake.data.forgeries import paste
from realfake.data.forgeries.edit import Edit
from realfake.data.forgeries.look import observe
from realfake.data.forgeries.paste import ink_of, paste_word
from realfake.data.screenshots.screen import Screen, TextField
from realfake.forensics.box import Box
from tests.forging import field_of, steady

BLUE = (20, 40, 160)


@pytest.fixture
def always(monkeypatch, no_error):
    """Any colours, no histories, no cropping; the old word stays."""
    for name, value in {"ANY_COLOURS": 1.0, "CROPPED": 0.0, "WORN": {False: 0.0, True: 0.0}}.items():
        monkeypatch.setattr(paste, name, value)
    monkeypatch.setattr(paste, "REST", {"left": 1.0})


def blue_donor(receipt):
    """Another screen: white letters on blue, in the receipt's own style."""
    rgb, fields = receipt
    field = field_of(fields, "account")
    from dataclasses import replace

    other = np.empty_like(rgb)
    other[:] = BLUE
    box = draw_text(other, "KLMN 2468", 60, 200, replace(field.style, ink=(255, 255, 255)))
    return Screen(other, (TextField(box, "body", ""),), "app", "phone")


def test_a_word_of_another_screen_stands_where_the_old_one_began_with_its_own_paper(receipt, always):
    rgb, fields = receipt
    field, donor = field_of(fields, "to_name"), blue_donor(receipt)
    starts = {ink_of(observe(rgb, field.box), run).x for run in observe(rgb, field.box).runs}
    for seed in range(5):
        edit = Edit(rgb)
        assert paste_word(edit, field, fields, donor, steady(), np.random.default_rng(seed))
        ys, xs = np.nonzero(edit.mask)
        laid = Box.from_edges(xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
        assert edit.mask[laid.slices].all(), "one rectangle"
        assert min(abs(laid.x - start) for start in starts) <= max(paste.PADS)
        colours = Counter(map(tuple, edit.rgb[laid.slices].reshape(-1, 3).tolist()))
        assert colours.most_common(1)[0][0] == BLUE
        assert np.array_equal(edit.rgb[~edit.mask], rgb[~edit.mask])


def test_the_old_word_stays_goes_or_is_covered(receipt, always, monkeypatch):
    rgb, fields = receipt
    field, donor = field_of(fields, "date"), blue_donor(receipt)
    kept = {}
    for what in ("left", "own paper", "its paper"):
        monkeypatch.setattr(paste, "REST", {what: 1.0})
        edit = Edit(rgb)
        assert paste_word(edit, field, fields, donor, steady(), np.random.default_rng(1))
        kept[what] = (np.abs(edit.rgb.astype(int) - BLUE).max(axis=2) == 0).sum(), edit.mask.sum()
    assert kept["left"][1] <= min(kept["own paper"][1], kept["its paper"][1])
    assert kept["its paper"][0] >= kept["left"][0]


def test_a_screen_without_another_line_of_text_gives_nothing(receipt, always):
    rgb, fields = receipt
    field = field_of(fields, "date")
    assert not paste_word(Edit(rgb), field, [field], None, steady(), np.random.default_rng(0))
    blank = Screen(np.full_like(rgb, 255), (), "app", "phone")
    assert not paste_word(Edit(rgb), field, fields, blank, steady(), np.random.default_rng(0))
