"""Noise inconsistency on pictures with noise of known strength."""

import numpy as np
import pytest

from realfake.forensics.catalog import FAMILIES, measure
from realfake.forensics.families.noise import block_sigma, outlier_map
from realfake.forensics.families.residual import square_residual
from realfake.forensics.image import ForensicImage
from tests.pictures import draw_screen


@pytest.mark.parametrize("sigma", [2.0, 6.0])
def test_the_noise_of_blocks_is_recovered(sigma):
    plane = np.clip(np.rint(np.random.default_rng(0).normal(128, sigma, (320, 320))), 0, 255).astype(np.uint8)
    assert np.median(block_sigma(square_residual(plane))) == pytest.approx(sigma, rel=0.05)


def test_a_noisier_patch_strays_and_clusters():
    rng = np.random.default_rng(1)
    plane = np.clip(rng.normal(128, 3, (320, 320)), 0, 255).astype(np.uint8)
    clean = measure(ForensicImage.from_array(plane), FAMILIES["noise"])
    plane[96:160, 128:208] = np.clip(rng.normal(128, 9, (64, 80)), 0, 255).astype(np.uint8)
    row = measure(ForensicImage.from_array(plane), FAMILIES["noise"])
    assert row["noise__luma__cluster"] == pytest.approx(20 / 400, abs=0.01)
    assert clean["noise__luma__cluster"] < 0.01
    assert row["noise__luma__moran"] > clean["noise__luma__moran"] + 0.3
    where = outlier_map(ForensicImage.from_array(plane))
    assert where[96:160, 128:208].min() > 3 > np.median(np.abs(where))


def test_a_screen_without_grain_has_nothing_to_stray_from():
    screen = ForensicImage.from_array(draw_screen())
    row = measure(screen, FAMILIES["noise"])
    assert row["noise__luma__median"] == 0.0
    assert np.isnan(row["noise__luma__odd"])
    assert np.isnan(outlier_map(screen)).all()
