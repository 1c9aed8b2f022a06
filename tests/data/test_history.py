"""The life of a file carries its lines and its mask along."""

from __future__ import annotations

import numpy as np

from realfake.data.channels import Transform
from realfake.data.history import carried, fake_life, genuine_life


def test_a_fake_life_carries_mask_and_lines_to_the_file(drawn_screen):
    rgb, fields = drawn_screen(1)
    for seed in range(8):
        life = fake_life(rgb, fields, np.random.default_rng(seed))
        assert life.mask.shape == (life.transform.height, life.transform.width) and life.mask.any()
        assert len(life.fields) == len(fields)
        assert all(life.mask[life.fields[i].box.slices].any() for i in life.edited if life.fields[i].box.area)


def test_a_genuine_life_has_no_mask_and_names_its_editor(receipt):
    life = genuine_life(*receipt, np.random.default_rng(0))
    assert life.mask is None and life.edited == () and life.editor.startswith("noop")


def test_text_sizes_follow_the_scale(receipt):
    half = carried(receipt[1], Transform(210, 380, 0.5, 0.5))
    assert half[0].style.size == receipt[1][0].style.size / 2
    assert half[0].baseline == receipt[1][0].baseline / 2
