"""Words baked into a picture are listed where they stand."""

import numpy as np
import pytest

from realfake.data.screenshots.artwork import artwork

TITLE, LINE = "Save on every transfer", "Until the end of May"


@pytest.mark.parametrize("level", [30, 220])
def test_the_lines_of_a_picture_stand_where_they_are_listed(level):
    for seed in range(8):
        ground = np.full((200, 500, 3), level, np.uint8)
        pixels, lines = artwork(np.random.default_rng(seed), ground, TITLE, LINE)
        assert pixels.shape == (200, 500, 3) and lines
        covered = np.zeros((200, 500), bool)
        for line in lines:
            assert line.style is None and line.text in f"{TITLE} {LINE}"
            assert np.ptp(pixels[line.box.slices]) > 100
            covered[line.box.grown(8, 500, 200).slices] = True
        if len(lines) > 1:  # with none cut off at the edge, all that departs from the ground is text
            assert np.abs(pixels[~covered].astype(int) - level).max() < 60


def test_ink_is_light_on_dark_and_dark_on_light():
    rng = np.random.default_rng(1)
    dark, lines = artwork(rng, np.full((200, 500, 3), 30, np.uint8), TITLE, LINE)
    assert dark[lines[0].box.slices].max() > 200
    light, lines = artwork(rng, np.full((200, 500, 3), 220, np.uint8), TITLE, LINE)
    assert light[lines[0].box.slices].min() < 80
