"""Faces that a forger takes for another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from realfake.data.drawing.fonts import fonts
from realfake.data.drawing.rasterisers import TextStyle, draw_text
from realfake.data.forgeries.look import observe
from realfake.data.forgeries.typeface import (
    USUAL,
    cap_height,
    installed_style,
    matching_style,
    near_font,
    other_font,
    other_weight,
    proportions,
    same_cap_size,
    usual_font,
)


def test_another_font_is_near_and_has_every_letter():
    roboto = next(face for face in fonts() if face.family == "Roboto" and face.weight == 400)
    for seed in range(4):
        near = near_font(roboto, "Nguyễn 123", np.random.default_rng(seed))
        assert near.family != "Roboto" and near.covers("Nguyễn 123")
        assert np.abs(np.subtract(proportions(near), proportions(roboto))[1:]).max() < 0.15
        assert other_font(roboto, "abc", np.random.default_rng(seed)).family != "Roboto"


def test_another_weight_is_of_the_same_family():
    roboto = next(face for face in fonts() if face.family == "Roboto" and face.weight == 400)
    assert {other_weight(roboto, np.random.default_rng(seed)).weight for seed in range(12)} == {300, 500}
    assert other_weight(roboto, np.random.default_rng(0)).family == "Roboto"


def test_another_face_is_set_as_high(receipt):
    style = receipt[1][0].style
    other = near_font(style.font, "abc", np.random.default_rng(1))
    assert cap_height(replace(style, font=other, size=same_cap_size(style, other))) == pytest.approx(cap_height(style))


@pytest.mark.parametrize("size", [14, 20, 40])
def test_small_letters_are_not_taken_for_bold_ones(size):
    face = next(face for face in fonts() if face.family == "Roboto" and face.weight == 400)
    rgb = np.full((100, 600, 3), 255, np.uint8)
    look = observe(rgb, draw_text(rgb, "Payment received", 10, 70, TextStyle(face, size, (30, 30, 30))))
    weights = [matching_style(look, "Rent", np.random.default_rng(seed)).font.weight for seed in range(20)]
    assert 330 <= np.mean(weights) <= 520


def test_a_usual_face_is_one_that_every_machine_has():
    face = next(face for face in fonts() if face.family == "Lexend" and face.weight == 700)
    chosen = [usual_font(face, "abc", np.random.default_rng(seed)) for seed in range(20)]
    assert {other.family for other in chosen} <= set(USUAL) and {other.weight for other in chosen} >= {400, 700}


def test_an_editor_has_the_usual_faces_at_the_same_height():
    rare = next(face for face in fonts() if face.family == "Quicksand" and face.weight == 600)
    usual = next(face for face in fonts() if face.family == "Roboto")
    old = TextStyle(rare, 30.0)
    style = installed_style(old, "Trần 12")
    assert style == installed_style(old, "Trần 12") and style.font.family in USUAL
    assert cap_height(style) == pytest.approx(cap_height(old)) and abs(style.font.weight - 600) <= 100
    assert installed_style(TextStyle(usual, 30.0), "Trần") == TextStyle(usual, 30.0)
