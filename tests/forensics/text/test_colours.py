"""Colours of ink and ground, on pixels whose mixture is known."""

import numpy as np

from realfake.forensics.text.colours import (
    COVERAGE_STEPS,
    coverage_of,
    ink_offsets,
    luma_of,
    median_colour,
)

GROUND, INK = np.array([240.0, 250.0, 230.0], np.float32), np.array([40.0, 10.0, 130.0], np.float32)
SHARES = np.array([[0.0, 0.25, 0.5], [0.75, 1.0, 0.0]], np.float32)


def mixed(shares: np.ndarray) -> np.ndarray:
    return GROUND + shares[:, :, None] * (INK - GROUND)


def test_coverage_is_the_share_of_ink_in_each_pixel():
    np.testing.assert_allclose(coverage_of(mixed(SHARES), GROUND, INK - GROUND), SHARES, atol=1 / COVERAGE_STEPS)


def test_a_colour_off_the_line_counts_by_the_nearest_point_on_it():
    offset = INK - GROUND
    across = np.cross(offset, [1.0, 0.0, 0.0]).astype(np.float32)  # at right angles to the line
    aside = mixed(SHARES) + 0.1 * across
    np.testing.assert_allclose(coverage_of(aside, GROUND, offset), SHARES, atol=2 / COVERAGE_STEPS)


def test_luma_is_that_of_bt601():
    pixels = np.random.default_rng(0).integers(0, 256, (9, 11, 3)).astype(np.float32)
    np.testing.assert_allclose(luma_of(pixels), pixels @ np.array([0.299, 0.587, 0.114]), atol=1e-4)
    assert luma_of([7, 7, 7]) == 7


def test_the_median_is_the_lower_one_of_masked_pixels():
    pixels = np.zeros((1, 5, 3), np.uint8)
    pixels[0, :, 0] = [10, 20, 30, 40, 250]
    assert median_colour(pixels, np.array([[1, 1, 1, 1, 0]], bool)).tolist() == [20, 0, 0]
    assert median_colour(pixels, np.ones((1, 5), bool))[0] == 30


def test_the_ink_is_what_lies_farthest_from_the_ground():
    pixels = np.tile(GROUND, (20, 40, 1)).astype(np.uint8)
    pixels[5:15, 4:8] = INK
    pixels[5:15, 8] = mixed(np.full((10, 1), 0.5))[:, 0]  # the soft edge of a stroke
    pixels[5:15, 30:34] = GROUND.astype(np.uint8) - 100
    boxes = np.array([[2, 4, 12, 12], [28, 4, 8, 12]])
    offsets = ink_offsets(pixels, boxes, GROUND)
    np.testing.assert_allclose(offsets, [INK - GROUND, [-100, -100, -100]])
