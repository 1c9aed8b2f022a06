"""The life of a file carries its lines and its mask along."""

from __future__ import annotations

import numpy as np

from realfake.data.channels import Transform
from realfake.data.history import carried, fake_life, genuine_life, write_life


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


def test_a_life_is_written_with_its_mask_and_told_in_a_row(receipt, tmp_path):
    genuine, fake = (live(*receipt, np.random.default_rng(1)) for live in (genuine_life, fake_life))
    one, other = (write_life(life, tmp_path, "slip", "g1", app="bank") for life in (genuine, fake))
    assert (tmp_path / one["path"]).read_bytes() == genuine.data and one["path"].startswith("genuine/slip.")
    assert (tmp_path / other["path"]).read_bytes() == fake.data and other["path"].startswith("fake/slip.")
    assert (one["mask"], one["label"], other["label"]) == ("", 0, 1) and (tmp_path / other["mask"]).is_file()
    assert list(one) == list(other) and list(one)[:5] == ["path", "label", "group", "mask", "app"]


def test_text_sizes_follow_the_scale(receipt):
    half = carried(receipt[1], Transform(210, 380, 0.5, 0.5))
    assert half[0].style.size == receipt[1][0].style.size / 2
    assert half[0].baseline == receipt[1][0].baseline / 2
