"""Lines typed again stand where they stood, but for the errors of the hand."""

from __future__ import annotations

import numpy as np

from realfake.data.forgeries.edit import Edit
from realfake.data.forgeries.look import observe
from realfake.data.forgeries.retype import anchor, retype_digits, retype_line, retype_word
from tests.forging import field_of, steady


def test_a_steady_hand_keeps_baseline_height_and_right_edge(receipt, no_error):
    rgb, fields = receipt
    field = field_of(fields, "account")
    edit = Edit(rgb)
    assert retype_line(edit, field, fields, steady(), np.random.default_rng(0))
    ys, xs = np.nonzero((edit.rgb.max(axis=2) < 128) & edit.mask)
    assert abs(xs.max() + 1 - field.box.right) <= 1
    assert abs(ys.max() + 1 - field.box.bottom) <= 1 and abs(ys.min() - field.box.y) <= 1
    assert (edit.rgb[field.box.slices] != rgb[field.box.slices]).any()


def test_a_lower_baseline_shows(receipt, no_error):
    rgb, fields = receipt
    field = field_of(fields, "account")
    edit = Edit(rgb)
    assert retype_line(edit, field, fields, steady(baseline=9.0), np.random.default_rng(0))
    ys, _ = np.nonzero((edit.rgb.max(axis=2) < 128) & edit.mask)
    assert ys.max() + 1 - field.box.bottom >= 3


def test_a_changed_digit_leaves_the_rest_of_the_line_alone(receipt):
    rgb, fields = receipt
    field = field_of(fields, "account")
    for seed in range(5):
        edit = Edit(rgb)
        assert retype_digits(edit, field, steady(), np.random.default_rng(seed))
        columns = np.flatnonzero(edit.mask.any(axis=0))
        assert np.ptp(columns) < 0.55 * field.box.width
        assert (edit.rgb != rgb).any()


def test_values_are_anchored_where_their_column_is(receipt):
    _, fields = receipt
    assert anchor(fields[0], fields, 420) == "left"
    assert anchor(fields[1], fields, 420) == "right"


def test_any_word_of_a_line_may_change_and_the_others_stay(receipt, no_error):
    rgb, fields = receipt
    field = field_of(fields, "to_name")
    words = observe(rgb, field.box).words
    changed = set()
    for seed in range(20):
        edit = Edit(rgb)
        if retype_word(edit, field, fields, steady(padding=0.1), np.random.default_rng(seed)):
            touched = [bool(edit.mask[:, word[0].x : word[-1].right].any()) for word in words]
            assert sum(touched) == 1
            changed.add(touched.index(True))
    assert changed == {0, 1}
