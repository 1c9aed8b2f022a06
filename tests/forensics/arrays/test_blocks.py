"""Statistics of blocks, against double precision."""

import numpy as np
import pytest
from scipy import stats

from realfake.forensics.arrays.blocks import block_means, median, moments


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_means_of_blocks_of_whole_numbers_are_exact(rng):
    plane = rng.integers(0, 256, (50, 70)).astype(np.float32)
    expected = plane[:48, :64].reshape(3, 16, 4, 16).mean(axis=(1, 3), dtype=np.float64)
    np.testing.assert_array_equal(block_means(plane, 16), expected.astype(np.float32))


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_medians_are_those_of_numpy_to_the_last_bit(rng, kind, size):
    values = rng.integers(0, 200, (size, 3)).astype(kind) / kind(7)
    for axis in (None, 0, 1):
        told, expected = median(values, axis), np.median(values, axis)
        assert told.dtype == expected.dtype
        np.testing.assert_array_equal(told, expected)


def test_moments_are_those_of_double_precision(rng):
    values = rng.gamma(2.0, 3.0, 100_003).astype(np.float32)
    wide = values.astype(np.float64)
    off = wide - wide.mean()
    expected = (wide.mean(), wide.var(), (off**3).mean() / wide.std() ** 3, (off**4).mean() / wide.var() ** 2 - 3)
    np.testing.assert_allclose(moments(values), expected, rtol=2e-6)


def test_moments_equal_scipy():
    values = np.random.default_rng(1).gamma(2.0, 3.0, 10_001).astype(np.float32)
    mean, variance, skewness, kurtosis = moments(values)
    assert mean == pytest.approx(values.mean(), rel=1e-5)
    assert variance == pytest.approx(values.var(), rel=1e-4)
    assert skewness == pytest.approx(stats.skew(values), rel=1e-3)
    assert kurtosis == pytest.approx(stats.kurtosis(values), rel=1e-3)
