"""Rows that are deleted, closed up or swapped."""

from __future__ import annotations

import numpy as np

from realfake.data.forgeries.edit import Edit
from realfake.data.forgeries.look import observe
from realfake.data.forgeries.move_rows import close_row, delete_row, grouped_rows, swap_rows
from realfake.forensics.box import Box
from tests.forging import steady


def test_a_deleted_row_is_bare(receipt, no_error):
    rgb, fields = receipt
    edit = Edit(rgb)
    gone = delete_row(edit, fields, steady(), np.random.default_rng(0))
    assert len(gone) == 2
    assert all(observe(edit.rgb, fields[i].box) is None for i in gone)


def test_closing_a_row_moves_the_next_one_up(receipt):
    rgb, fields = receipt
    edit = Edit(rgb)
    moved = close_row(edit, fields, steady(), np.random.default_rng(0))
    first, second = fields[moved[1]].box, fields[moved[3]].box
    pitch = round(fields[moved[3]].baseline - fields[moved[1]].baseline)
    there = Box(second.x, second.y - pitch, second.width, second.height)
    assert first.y < second.y and np.array_equal(edit.rgb[there.slices], rgb[second.slices])


def test_swapped_values_change_places(receipt, no_error):
    rgb, fields = receipt
    edit = Edit(rgb)
    one, two = swap_rows(edit, fields, steady(), np.random.default_rng(0))
    a, b = fields[one], fields[two]
    shift = round(b.baseline - a.baseline)
    there = Box(b.box.right - a.box.width, a.box.y + shift, a.box.width, a.box.height)
    assert np.abs(edit.rgb[there.slices].astype(int) - rgb[a.box.slices]).mean() < 4


def test_rows_hold_what_stands_side_by_side(receipt):
    rows = grouped_rows(receipt[1])
    assert rows == [[2 * i, 2 * i + 1] for i in range(6)]
