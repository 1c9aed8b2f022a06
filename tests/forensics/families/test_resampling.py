"""Resampling on pictures scaled by a known factor."""

import cv2
import numpy as np
import pytest

from realfake.forensics.catalog import FAMILIES, measure
from realfake.forensics.image import ForensicImage


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    noise = np.random.default_rng(0).normal(128, 60, (500, 500)).astype(np.float32)
    return np.clip(cv2.GaussianBlur(noise, (0, 0), 0.8), 0, 255).astype(np.uint8)


def row_of(plane: np.ndarray) -> dict[str, float]:
    return measure(ForensicImage.from_array(np.ascontiguousarray(plane[:400, :400])), FAMILIES["resampling"])


@pytest.mark.parametrize("factor,frequency", [(1.1, 1 / 11), (1.3, 0.3 / 1.3), (1.6, 0.375 + 0.0), (1.8, 0.8 / 1.8)])
def test_an_enlarged_picture_peaks_where_theory_says(scene, factor, frequency):
    row = row_of(cv2.resize(scene, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC))
    untouched = row_of(scene)
    if factor == 1.6:  # 0.375 is a multiple of 1/8: there the wave cannot be told from JPEG's grid
        assert row["resampling__second_across__grid"] > untouched["resampling__second_across__grid"] + 1
        return
    assert row["resampling__pmap__peak"] > untouched["resampling__pmap__peak"] + 1
    assert row["resampling__pmap__frequency"] == pytest.approx(frequency, abs=0.01)
    # Below 1.2 the wave lies among the low frequencies of the picture itself, which hide it from the Radon spectrum.
    second, radon = ("second_across", "second_down"), ("radon_across", "radon_down")
    names = second if factor < 1.2 else second + radon
    for name in names:
        assert row[f"resampling__{name}__frequency"] == pytest.approx(frequency, abs=0.01), name


def test_a_flat_picture_has_no_peaks():
    row = row_of(np.full((400, 400), 200, np.uint8))
    assert row["resampling__pmap__peak"] == 0.0
    assert all(np.isfinite(value) for value in row.values())
