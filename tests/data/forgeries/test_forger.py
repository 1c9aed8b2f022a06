"""A forgery changes what its mask says and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from realfake.data.forgeries.forger import PLANS, Means, forge
from realfake.data.screenshots.screen import Screen


@pytest.mark.parametrize("plan", PLANS)
def test_nothing_changes_outside_the_mask(drawn_screen, plan):
    made = 0
    for seed in range(6):
        rgb, fields = drawn_screen(seed)
        donors = [Screen(*drawn_screen(seed + 6), "app", "phone")] if plan == "splice" else []
        before = rgb.copy()
        forgery = forge(rgb, fields, np.random.default_rng(seed), Means(donors, kinds=(plan,)))
        assert np.array_equal(rgb, before)
        if forgery is not None:
            made += 1
            assert np.array_equal(forgery.rgb[~forgery.mask], rgb[~forgery.mask])
            assert (forgery.rgb != rgb).any()
            assert forgery.mask.mean() < 0.4
            assert forgery.fields == tuple(fields[i].field for i in forgery.edited)
    assert made >= 4


@pytest.mark.parametrize("plan", [plan for plan in PLANS if plan not in ("close-row",)])
def test_every_edited_line_is_touched(drawn_screen, plan):
    for seed in range(4):
        rgb, fields = drawn_screen(seed)
        donors = [Screen(*drawn_screen(seed + 6), "app", "phone")]
        forgery = forge(rgb, fields, np.random.default_rng(seed + 50), Means(donors, kinds=(plan,)))
        if forgery is not None:
            assert all(forgery.mask[fields[i].box.slices].any() for i in forgery.edited)
            others = [i for i in range(len(fields)) if i not in forgery.edited and fields[i].field == "label"]
            assert not any(forgery.mask[fields[i].box.slices].any() for i in others)


def test_the_same_seed_makes_the_same_forgery(receipt):
    one, two = (forge(*receipt, np.random.default_rng(5)) for _ in range(2))
    assert one.editor == two.editor and one.edited == two.edited
    assert np.array_equal(one.rgb, two.rgb) and np.array_equal(one.mask, two.mask)


def test_many_ways_of_forging_are_drawn(receipt):
    rgb, fields = receipt
    donors = [Screen(rgb, fields, "app", "phone")]
    editors = {forge(rgb, fields, np.random.default_rng(seed), Means(donors)).editor for seed in range(60)}
    assert len(editors) >= 12
    assert any(name.startswith("inpaint") for name in editors) and "splice" in editors


def test_lines_that_nobody_has_read_are_forged_too(receipt):
    rgb, fields = receipt
    unread = [replace(field, field="body", text="", style=None, x=None, baseline=None) for field in fields]
    made = [forge(rgb, unread, np.random.default_rng(seed)) for seed in range(12)]
    assert all(forgery is not None and forgery.mask.any() for forgery in made)


def test_a_blank_screen_cannot_be_forged():
    blank = np.full((400, 300, 3), 255, np.uint8)
    assert forge(blank, (), np.random.default_rng(0)) is None


def test_a_line_without_contrast_is_left_alone(receipt):
    rgb, fields = receipt
    pale = (250 + (rgb.astype(int) - 250) // 40).astype(np.uint8)
    unread = [replace(fields[1], text="", style=None, field="body")]
    assert forge(pale, unread, np.random.default_rng(0)) is None
