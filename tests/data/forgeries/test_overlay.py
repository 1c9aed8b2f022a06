"""Words and stretches of the image itself, laid over others."""

from __future__ import annotations

import numpy as np

from realfake.data.forgeries.edit import Edit
from realfake.data.forgeries.overlay import lay_stretch, lay_word
from realfake.forensics.box import Box
from tests.forging import field_of, steady


def test_a_laid_word_is_a_copy_of_another_one(receipt, no_error, monkeypatch):
    monkeypatch.setattr("realfake.data.forgeries.overlay.WORN", 0.0)
    rgb, fields = receipt
    field = field_of(fields, "to_name")
    copies = 0
    for seed in range(8):
        edit = Edit(rgb)
        if lay_word(edit, field, fields, steady(edge="hard", eraser="flat", padding=0.1), np.random.default_rng(seed)):
            touched = edit.mask & (edit.rgb.max(axis=2) < 200)
            ys, xs = np.nonzero(touched)
            laid = Box.from_edges(xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
            copies += stands_in(rgb, edit.rgb[laid.slices])
            assert np.array_equal(edit.rgb[~edit.mask], rgb[~edit.mask])
    assert copies >= 4


def test_a_stretch_is_copied_within_its_line_at_no_letters_boundary(receipt, no_error, monkeypatch):
    monkeypatch.setattr("realfake.data.forgeries.overlay.WORN", 0.0)
    rgb, fields = receipt
    field = field_of(fields, "date")
    cut_letters = 0
    for seed in range(10):
        edit = Edit(rgb)
        assert lay_stretch(edit, field, steady(), np.random.default_rng(seed))
        ys, xs = np.nonzero(edit.mask)
        laid = Box.from_edges(xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
        assert laid.width <= (field.box.width + 4) // 2 and laid.y <= field.box.y and laid.bottom >= field.box.bottom
        assert stands_in(rgb, edit.rgb[laid.slices])
        cut_letters += bool((edit.rgb[field.box.slices][:, laid.x - field.box.x] < 200).any())
    assert cut_letters >= 3


def test_nothing_is_laid_where_there_is_no_line(receipt):
    rgb, fields = receipt
    blank = Edit(np.full_like(rgb, 255))
    assert not lay_word(blank, fields[1], fields, steady(), np.random.default_rng(0))
    assert not lay_stretch(blank, fields[1], steady(), np.random.default_rng(0))
    assert not blank.mask.any()


def stands_in(rgb, piece):
    """Whether a piece is found in the image, pixel by pixel."""
    height, width = piece.shape[:2]
    windows = np.lib.stride_tricks.sliding_window_view(rgb[:, :, 0], (height, width))
    first = np.argwhere((windows[:, :, :, width // 2] == piece[None, None, :, width // 2, 0]).all(axis=2))
    return any(np.array_equal(rgb[y : y + height, x : x + width], piece) for y, x in first)
