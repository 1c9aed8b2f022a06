"""What a capture's owner put on it covers lines that are then no longer listed, and leaves the rest as it was."""

import numpy as np
import pytest

from realfake.data.screenshots.markup import MARKS, marked


@pytest.mark.parametrize("name", MARKS)
def test_a_mark_stays_near_its_line_and_what_it_covers_is_no_longer_listed(receipt, monkeypatch, name):
    monkeypatch.setattr("realfake.data.screenshots.markup.MARKS", {name: MARKS[name]})
    rgb, fields = receipt
    gone = 0
    for seed in range(8):
        made, left = marked(rgb, fields, np.random.default_rng(seed))
        assert made.shape == rgb.shape and (made != rgb).any()
        assert (made != rgb).any(axis=2).mean() < 0.25
        for field in left:
            changed = (made[field.box.slices] != rgb[field.box.slices]).any(axis=2).mean()
            assert changed < (0.6 if name == "ring" else 0.2)
        gone += len(fields) - len(left)
    assert (gone == 0) == (name == "ring")


def test_a_bar_is_flat_and_coarse_pixels_say_nothing(receipt):
    rgb, fields = receipt
    box = fields[1].box
    barred = rgb.copy()
    area = MARKS["bar"](barred, box, (0, 0, 0), np.random.default_rng(0))
    assert not barred[area.slices].any()
    veiled = rgb.copy()
    area = MARKS["coarse"](veiled, box, (0, 0, 0), np.random.default_rng(1))
    assert (
        np.abs(np.diff(veiled[area.slices].astype(int), axis=1)).mean()
        < np.abs(np.diff(rgb[area.slices].astype(int), axis=1)).mean() / 2
    )


def test_the_capture_itself_is_not_written_to(receipt):
    rgb, fields = receipt
    before = rgb.copy()
    one, two = (marked(rgb, fields, np.random.default_rng(3))[0] for _ in range(2))
    assert np.array_equal(rgb, before) and np.array_equal(one, two)


def test_a_capture_without_lines_stays_as_it_is():
    blank = np.zeros((60, 60, 3), np.uint8)
    made, left = marked(blank, (), np.random.default_rng(0))
    assert np.array_equal(made, blank) and left == []
