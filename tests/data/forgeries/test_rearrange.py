"""Rearranged digits come from the image itself."""

from __future__ import annotations

import numpy as np

from realfake.data.forgeries.edit import Edit
from realfake.data.forgeries.look import observe
from realfake.data.forgeries.rearrange import rearrange_digits
from tests.forging import field_of, steady


def test_rearranged_digits_are_copies_of_digits_of_the_image(receipt, no_error):
    rgb, fields = receipt
    account = field_of(fields, "account")
    edit = Edit(rgb)
    assert rearrange_digits(edit, account, fields, steady(), np.random.default_rng(1))
    columns = np.flatnonzero((edit.rgb != rgb).any(axis=(0, 2)))
    look = observe(edit.rgb, account.box)
    pasted = next(glyph for glyph in look.glyphs if glyph.x - 3 <= columns[0] < glyph.right)
    patch = edit.rgb[pasted.slices]
    windows = np.lib.stride_tricks.sliding_window_view(rgb, patch.shape)[:, :, 0]
    assert (windows == patch).all(axis=(2, 3, 4)).any()
