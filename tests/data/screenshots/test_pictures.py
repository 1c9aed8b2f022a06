"""Pictures inside screens have the size that is asked for, and repeat themselves from a seed."""

import numpy as np
import pytest

from realfake.data.screenshots.pictures import compressed, pattern, picture, scene
from tests.pictures import draw_photo

WIDTH, HEIGHT = 130, 70


@pytest.mark.parametrize("draw", [picture, scene])
def test_pictures_have_their_size_and_differ_by_seed(draw):
    made = [draw(np.random.default_rng(seed), WIDTH, HEIGHT) for seed in (*range(10), 0)]
    assert all(one.shape == (HEIGHT, WIDTH, 3) and one.dtype == np.uint8 for one in made)
    assert np.array_equal(made[0], made[-1])
    assert len({one.tobytes() for one in made}) == 10
    assert all(one.std() > 2 for one in made)


def test_a_compressed_picture_is_a_little_off_and_no_other_picture():
    photo = draw_photo(HEIGHT, WIDTH, grain=0.0)
    for seed in range(10):
        made = compressed(np.random.default_rng(seed), photo)
        assert made.shape == photo.shape
        change = np.abs(made.astype(int) - photo)
        assert 0 < change.mean() < 15


def test_a_pattern_lies_on_its_ground_in_its_ink():
    ground, ink = (200, 210, 220), (150, 140, 130)
    for seed in range(12):
        made = pattern(np.random.default_rng(seed), WIDTH, HEIGHT, ground, ink)
        assert made.shape == (HEIGHT, WIDTH, 3)
        for channel in range(3):
            assert ink[channel] <= made[..., channel].min() and made[..., channel].max() <= ground[channel]
        assert (made != ground).any()
