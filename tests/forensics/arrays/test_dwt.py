"""The wavelet transform, against PyWavelets."""

import warnings

import numpy as np
import pytest
import pywt

from realfake.forensics.arrays.dwt import decompose


def test_a_flat_plane_has_no_wavelet_detail_at_all():
    for bands in decompose(np.full((70, 90), np.float32(201.37)), 3):
        assert not any(band.any() for band in bands)


def test_rows_that_repeat_give_the_same_bands_whether_or_not_it_is_said():
    runs = [1, 3, 40, 2, 1, 17, 9, 1, 30]
    plane = np.repeat(np.random.default_rng(1).normal(100, 30, (len(runs), 50)).astype(np.float32), runs, axis=0)
    repeated = np.r_[False, (plane[1:] == plane[:-1]).all(axis=1)]
    for said, plain in zip(decompose(plane, 4, repeated), decompose(plane, 4), strict=True):
        for band, expected in zip(said, plain, strict=True):
            np.testing.assert_array_equal(band, expected)


@pytest.mark.parametrize("shape", [(96, 130), (33, 47), (17, 16)])
def test_the_transform_equals_pywavelets(shape):
    plane = np.random.default_rng(0).normal(100, 30, shape).astype(np.float32)
    ours = decompose(plane, 3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyWavelets finds three levels too many for the small ones
        theirs = pywt.wavedec2(plane, "db4", mode="symmetric", level=3)[:0:-1]
    for mine, reference in zip(ours, theirs, strict=True):
        for band, expected in zip(mine, reference, strict=True):
            np.testing.assert_allclose(band, expected, atol=2e-3)
