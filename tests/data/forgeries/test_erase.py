"""Erasers leave bare paper, and their mask holds all that they touched."""

from __future__ import annotations

import numpy as np
import pytest

from realfake.data.drawing.fonts import fonts
from realfake.data.drawing.rasterisers import TextStyle, draw_text
from realfake.data.forgeries.edit import Edit
from realfake.data.forgeries.erase import ERASERS, erase
from realfake.data.forgeries.look import observe
from tests.forging import steady


@pytest.mark.parametrize("eraser", [name for name in ERASERS if name != "blur"])
def test_an_eraser_leaves_no_text_on_plain_paper(receipt, eraser):
    rgb, fields = receipt
    look = observe(rgb, fields[3].box)
    edit = Edit(rgb)
    erase(edit, fields[3].box.grown(4, 420, 760), look, steady(eraser=eraser, feather=0.6), np.random.default_rng(0))
    assert np.abs(edit.rgb[fields[3].box.slices].astype(int) - 255).max() <= 8


def test_blur_leaves_less_contrast_and_no_strokes(receipt):
    rgb, fields = receipt
    edit = Edit(rgb)
    area = fields[3].box.grown(3, 420, 760)
    erase(edit, area, observe(rgb, fields[3].box), steady(eraser="blur"), np.random.default_rng(1))
    assert edit.rgb[area.slices].std() < 0.6 * rgb[area.slices].std()


def test_a_gradient_fill_restores_a_ramp():
    ramp = np.linspace(120, 240, 400)
    rgb = np.repeat(np.repeat(ramp[None, :, None], 100, axis=0), 3, axis=2).round().astype(np.uint8)
    clean = rgb.copy()
    style = TextStyle(fonts(category="sans")[0], 24, ink=(0, 0, 0))
    box = draw_text(rgb, "1,250.00", 150, 60, style)
    edit = Edit(rgb)
    erase(edit, box.grown(3, 400, 100), observe(rgb, box), steady(eraser="gradient"), np.random.default_rng(0))
    assert np.abs(edit.rgb.astype(int) - clean).max() <= 3


def test_a_soft_edge_fades_and_its_mask_holds_all_that_changed(receipt):
    rgb, fields = receipt
    edit = Edit(rgb)
    hand = steady(eraser="flat", edge="feather", feather=3.0, colour_off=1.0)
    erase(edit, fields[3].box.grown(8, 420, 760), observe(rgb, fields[3].box), hand, np.random.default_rng(2))
    assert np.array_equal(edit.rgb[~edit.mask], rgb[~edit.mask])
    assert 0 < edit.mask.sum() <= fields[3].box.grown(8, 420, 760).area
