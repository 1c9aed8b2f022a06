"""The picture under an editor's hands: what changed is in the mask, and what is outside the frame is left out."""

import numpy as np
import pytest

from realfake.data.drawing.fonts import fonts
from realfake.data.drawing.rasterisers import TextStyle, draw_text
from realfake.data.editors.pillow import Pillow
from realfake.data.forgeries.edit import Edit
from realfake.forensics.box import Box

RED = np.array([200.0, 10.0, 20.0])


@pytest.fixture
def edit() -> Edit:
    return Edit(np.full((60, 200, 3), 240, np.uint8))


@pytest.fixture
def style() -> TextStyle:
    return TextStyle(fonts(category="sans")[0], 24.0, ink=(0, 0, 0))


def test_the_image_that_was_given_is_never_changed():
    rgb = np.full((20, 20, 3), 240, np.uint8)
    Edit(rgb).paint(Box(0, 0, 20, 20), RED)
    assert (rgb == 240).all()


def test_paint_covers_its_box_and_only_what_lies_in_the_frame(edit):
    edit.paint(Box(-5, -5, 15, 10), RED)
    assert (edit.rgb[:5, :10] == RED).all() and edit.mask[:5, :10].all()
    assert edit.mask.sum() == 50
    edit.paint(Box(500, 500, 9, 9), RED)
    assert edit.mask.sum() == 50


def test_pixels_beyond_the_frame_are_cut_where_they_are_and_not_moved(edit):
    ramp = np.zeros((4, 6, 3), np.float32)
    ramp[..., 0] = np.arange(6) * 10
    edit.paint(Box(-2, 0, 6, 4), ramp)
    assert edit.rgb[0, :4, 0].tolist() == [20, 30, 40, 50]


def test_half_an_alpha_is_half_way_and_none_is_not_touched(edit):
    alpha = np.array([[0.0, 0.5, 1.0]])
    edit.paint(Box(10, 10, 3, 1), RED, alpha)
    assert edit.rgb[10, 10:13].tolist() == [[240, 240, 240], [220, 125, 130], [200, 10, 20]]
    assert edit.mask[10, 10:13].tolist() == [False, True, True]


def test_typed_text_is_that_of_the_rasteriser_and_its_mask_is_its_ink(edit, style):
    plain = edit.rgb.copy()
    box = draw_text(plain, "1,250.00", 30, 40, style)
    assert edit.type("1,250.00", 30, 40, style) == box
    np.testing.assert_array_equal(edit.rgb, plain)
    np.testing.assert_array_equal(edit.mask, (plain != 240).any(axis=2))


def test_softened_text_reaches_farther_and_is_fainter(edit, style):
    sharp = Edit(edit.rgb)
    hard, soft = sharp.type("H", 30, 40, style), edit.type("H", 30, 40, style, soften=1.0)
    assert soft == hard.grown(3, 200, 60)
    assert edit.rgb.min() > sharp.rgb.min()
    assert (edit.mask & ~sharp.mask).any()
    assert abs(edit.rgb.astype(float).mean() - sharp.rgb.mean()) < 0.02, "the ink is spread and not lost"


def test_an_editor_is_shown_what_is_around_and_its_changes_are_the_mask(edit, style):
    mine = Edit(edit.rgb, Pillow())
    box = mine.type("HE", 30.0, 40.0, style)
    assert mine.by_editor and np.array_equal(mine.mask, (mine.rgb != edit.rgb).any(axis=2))
    ys, xs = np.nonzero(mine.mask)
    assert box == Box.from_edges(xs.min(), ys.min(), xs.max() + 1, ys.max() + 1) and ys.max() + 1 == 40
    assert mine.fill(Box(100, 10, 20, 12), (240, 240, 240)) and mine.mask[10:22, 100:120].all()
    assert mine.heal(box.grown(2, 200, 60)) and (mine.rgb > 232).all()
    assert not edit.by_editor and not edit.fill(box, (0, 0, 0)) and not edit.heal(box)


def test_text_beyond_the_frame_is_left_out(edit, style):
    mine = Edit(edit.rgb, Pillow())
    assert mine.type("HE", 4000.0, 9000.0, style).area == 0 and not mine.mask.any()
