"""Faces that a forger takes for another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from realfake.data.drawing.fonts import fonts
from realfake.data.forgeries.typeface import cap_height, near_font, other_font, other_weight, proportions, same_cap_size


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
