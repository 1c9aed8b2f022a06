"""Wavelet statistics against PyWavelets, SciPy and noise of known strength."""

import numpy as np
import pytest

from realfake.forensics.arrays.dwt import Bands, decompose
from realfake.forensics.families.wavelet import block_noise, noise_level_map, prediction_error
from realfake.forensics.image import ForensicImage


def test_the_prediction_is_the_least_squares_one():
    rng = np.random.default_rng(2)
    level = Bands(*np.abs(rng.normal(0, 9, (3, 20, 24))).astype(np.float32))
    parent = Bands(*np.abs(rng.normal(0, 9, (3, 13, 15))).astype(np.float32))
    centre, rows, columns = level.vertical, np.arange(1, 19), np.arange(1, 23)
    inner = np.ix_(rows, columns)
    coarse = np.ix_(rows // 2, columns // 2)
    design = np.stack(
        [
            centre[np.ix_(rows, columns - 1)],
            centre[np.ix_(rows, columns + 1)],
            centre[np.ix_(rows - 1, columns)],
            centre[np.ix_(rows + 1, columns)],
            parent.vertical[coarse],
            level.diagonal[inner],
            parent.diagonal[coarse],
        ],
        axis=-1,
    ).reshape(-1, 7)
    weights = np.linalg.lstsq(design, centre[inner].ravel(), rcond=None)[0]
    expected = np.log2((centre[inner].ravel() + 1) / (np.abs(design @ weights) + 1))
    np.testing.assert_allclose(prediction_error(level, parent, "vertical").ravel(), expected, atol=2e-3)


@pytest.mark.parametrize("sigma", [2.0, 8.0])
def test_the_noise_level_is_recovered(sigma):
    plane = np.random.default_rng(3).normal(128, sigma, (320, 320)).astype(np.float32)
    assert np.median(block_noise(decompose(plane, 1)[0].diagonal)) == pytest.approx(sigma, rel=0.05)


def test_the_map_finds_a_patch_without_noise():
    plane = np.clip(np.random.default_rng(4).normal(128, 6, (256, 256)), 0, 255).astype(np.uint8)
    plane[96:192, 96:192] = 128
    where = noise_level_map(ForensicImage.from_array(plane))
    assert where[128:160, 128:160].max() < 0.1
    assert np.median(where) > 4
