"""Planes of an image: exact where they can be, and the transforms that they say."""

import gc
import weakref

import cv2
import numpy as np
import pytest
from scipy.fft import dctn

import realfake
from realfake.forensics.catalog import FAMILIES, measure
from realfake.forensics.errors import BadImage
from realfake.forensics.image import ForensicImage, block_dct, dct_plane, rounded_modes
from tests.pictures import draw_screen


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
    blocks = plane.reshape(3, 8, 5, 8).transpose(0, 2, 1, 3).reshape(3, 5, 64).transpose(2, 0, 1)
    np.testing.assert_array_equal(rounded_modes(plane, modes), np.rint(blocks[modes]))


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


def test_no_number_changes_where_rows_that_repeat_are_looked_at_one_by_one():
    pixels = draw_screen()
    image, plain = ForensicImage.from_array(pixels), ForensicImage.from_array(pixels)
    plain.__dict__["repeated_rows"] = np.zeros(len(pixels), bool)
    assert image.repeated_rows.mean() > 0.3
    for name in ("ela", "residual", "wavelet", "flatness", "grid"):
        assert measure(image, FAMILIES[name]) == pytest.approx(
            measure(plain, FAMILIES[name]), rel=0, abs=0, nan_ok=True
        )


def test_a_measured_image_goes_with_its_last_use():
    image = ForensicImage.from_array(draw_screen())
    realfake.measure(image)
    gone = weakref.ref(image)
    gc.disable()
    try:
        del image
        assert gone() is None, "something that it keeps holds it in turn: its views would pile up"
    finally:
        gc.enable()


def test_masked_pixels_are_refused_and_a_mask_of_nothing_is_none():
    pixels = np.ma.array(np.full((64, 64, 3), 200, np.uint8), mask=False)
    assert (ForensicImage.from_array(pixels).rgb == 200).all()
    pixels[3, 4] = np.ma.masked
    with pytest.raises(BadImage, match="slip has masked pixels"):
        ForensicImage.from_array(pixels, "slip")
