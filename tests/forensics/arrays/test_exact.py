import math

import cv2
import numpy as np
import pytest
from scipy.fft import dctn

from realfake.forensics.arrays.blocks import block_means, moments
from realfake.forensics.arrays.dwt import decompose
from realfake.forensics.arrays.exact import area_means, correlation, exp, least_squares, log, log2, log10, magnitudes
from realfake.forensics.image import ForensicImage, block_dct, dct_plane, rounded_modes


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_the_block_transform_is_the_orthonormal_dct_of_every_whole_block(rng):
    plane = rng.uniform(-128, 127, (45, 301)).astype(np.float32)
    blocks = plane[:40, :296].reshape(5, 8, 37, 8).transpose(0, 2, 1, 3)
    expected = dctn(blocks.astype(np.float64), axes=(2, 3), norm="ortho")
    np.testing.assert_allclose(block_dct(plane), expected, atol=1e-4)


def test_transforming_a_transposed_plane_transposes_the_modes_that_tie_exactly(rng):
    plane = rng.integers(-128, 128, (64, 160)).astype(np.float32)
    upright, turned = block_dct(plane), block_dct(plane.T)
    for v in (0, 4):
        for u in (0, 4):
            np.testing.assert_array_equal(turned[:, :, u, v], upright[:, :, v, u].T)
            np.testing.assert_array_equal(upright[:, :, v, u] * 8, np.rint(upright[:, :, v, u] * 8))


def test_a_flat_block_has_no_coefficient_but_its_mean_beside_flat_ones_and_busy_ones(rng):
    plane = np.full((16, 400), np.float32(57.299))
    plane[:, 200:208] = rng.normal(0, 9, (16, 8))
    blocks = block_dct(plane)
    flat = np.delete(blocks, 25, axis=1)
    np.testing.assert_allclose(flat[:, :, 0, 0], 8 * 57.299, rtol=1e-6)
    flat[:, :, 0, 0] = 0
    assert not flat.any()


def test_rounded_modes_are_the_coefficients_rounded_half_to_even(rng):
    plane = dct_plane(rng.integers(-128, 128, (24, 40)).astype(np.float32))
    modes = np.array([0, 4, 9, 36, 63])
    blocks = plane.reshape(3, 8, 5, 8).transpose(0, 2, 1, 3).reshape(3, 5, 64)
    np.testing.assert_array_equal(rounded_modes(plane, modes), np.rint(blocks[:, :, modes]))


def test_luma_is_exact_and_that_of_gray_pixels_is_their_level(rng):
    pixels = rng.integers(0, 256, (40, 50, 3)).astype(np.uint8)
    sums = pixels.astype(np.int64) @ np.array([19595, 38470, 7471])
    np.testing.assert_array_equal(ForensicImage.from_array(pixels).luma * 65536.0, sums)
    gray = np.arange(256, dtype=np.uint8).reshape(16, 16)
    np.testing.assert_array_equal(ForensicImage.from_array(gray).luma, gray)


@pytest.mark.parametrize("shape", [(40, 60), (41, 61)])
def test_half_chroma_is_the_rounded_mean_of_two_by_two_rounded_pixels(rng, shape):
    pixels = rng.integers(0, 256, (*shape, 3)).astype(np.uint8)
    _, red, blue = cv2.split(cv2.cvtColor(pixels, cv2.COLOR_RGB2YCrCb))
    for half, plane in zip(ForensicImage.from_array(pixels).chroma_half, (blue, red), strict=True):
        fours = plane[:40, :60].reshape(20, 2, 30, 2).sum(axis=(1, 3), dtype=int)
        np.testing.assert_array_equal(half, (fours + 2) // 4)


def test_means_of_blocks_of_whole_numbers_are_exact(rng):
    plane = rng.integers(0, 256, (50, 70)).astype(np.float32)
    expected = plane[:48, :64].reshape(3, 16, 4, 16).mean(axis=(1, 3), dtype=np.float64)
    np.testing.assert_array_equal(block_means(plane, 16), expected.astype(np.float32))


def test_moments_are_those_of_double_precision(rng):
    values = rng.gamma(2.0, 3.0, 100_003).astype(np.float32)
    wide = values.astype(np.float64)
    off = wide - wide.mean()
    expected = (wide.mean(), wide.var(), (off**3).mean() / wide.std() ** 3, (off**4).mean() / wide.var() ** 2 - 3)
    np.testing.assert_allclose(moments(values), expected, rtol=2e-6)


def test_a_flat_plane_has_no_wavelet_detail_at_all():
    for bands in decompose(np.full((70, 90), np.float32(201.37)), 3):
        assert not any(band.any() for band in bands)


def test_logarithms_and_exponentials_agree_with_the_standard_library(rng):
    values = np.concatenate([np.exp(rng.normal(0, 20, 999)), 1 + rng.normal(0, 1e-6, 99), [1.0, 2.0, 0.5, 1e-300]])
    for ours, theirs in ((log, math.log), (log2, math.log2), (log10, math.log10)):
        np.testing.assert_allclose(ours(values), [theirs(value) for value in values], rtol=1e-15)
    values = rng.normal(0, 100, 999)
    np.testing.assert_allclose(exp(values), [math.exp(value) for value in values], rtol=1e-15)


def test_logarithms_know_their_limits_and_keep_the_shape():
    np.testing.assert_array_equal(log(np.array([[0.0, -1.0], [np.inf, np.nan]])), [[-np.inf, np.nan], [np.inf, np.nan]])
    assert log2(8) == 3.0
    assert exp(0.0) == 1.0
    assert log(np.zeros((0, 3))).shape == (0, 3)


def test_equal_arguments_have_equal_logarithms_wherever_they_stand():
    assert len(np.unique(log(np.full(1003, 0.3)))) == 1
    assert len(np.unique(exp(np.full(1003, 0.3)))) == 1


def test_least_squares_finds_the_shortest_of_many_solutions(rng):
    design = rng.normal(size=(100, 8))
    design[:, 3] = design[:, 2]
    gram, moments_ = design.T @ design, design.T @ rng.normal(size=100)
    np.testing.assert_allclose(least_squares(gram, moments_, 1e-10), np.linalg.pinv(gram) @ moments_, atol=1e-12)
    np.testing.assert_array_equal(least_squares(np.zeros((3, 3)), np.zeros(3), 1e-6), 0)


def test_correlation_is_pearsons_and_nothing_where_nothing_varies(rng):
    one, other = rng.normal(size=(2, 5, 40))
    other = one + other
    assert correlation(one, other) == pytest.approx(np.corrcoef(one.ravel(), other.ravel())[0, 1], rel=1e-12)
    assert correlation(one, np.ones((5, 40))) == 0


def test_area_means_weigh_pixels_that_cells_share():
    plane = np.array([[0, 10, 20], [30, 40, 50]], np.uint8)
    np.testing.assert_allclose(area_means(plane, (1, 2)), [[(15 + 25 / 2) / 1.5, (35 + 25 / 2) / 1.5]])
    assert area_means(plane, (1, 1)) == 25


def test_frequencies_that_are_equal_in_theory_are_equal():
    impulse = np.zeros(100)
    impulse[37] = 3.0
    assert np.unique(magnitudes(np.fft.rfft(impulse))).tolist() == [3.0]
    assert not magnitudes(np.fft.rfft(np.ones(100)))[1:].any()
