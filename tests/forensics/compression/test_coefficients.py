"""Coefficients of a JPEG are its own, and those of other files come from their pixels."""

import numpy as np
import pytest
from numpy.lib.stride_tricks import as_strided

from realfake.forensics.compression.coefficients import has_own_luma, luma_coefficients, own_luma
from realfake.forensics.image import ForensicImage
from tests.pictures import draw_photo, encode

PHOTO = draw_photo(90, 124)  # sides that are no multiples of 8


def dequantized(image):
    found = luma_coefficients(image)
    strides = [found.values.itemsize * stride for stride in (*found.strides, 1)]
    return as_strided(found.values, (found.rows, found.columns, 8, 8), strides) * found.steps


def test_a_jpeg_gives_multiples_of_its_steps():
    image = ForensicImage.from_bytes(encode(PHOTO, "JPEG", quality=75))
    assert has_own_luma(image)
    found = dequantized(image)
    assert found.shape == (11, 15, 8, 8) and found.dtype == np.float32
    steps = image.jpeg.luma_table
    np.testing.assert_array_equal(found / steps, own_luma(image)[:11, :15])
    np.testing.assert_allclose(found, image.dct8, atol=25)  # rounded and clipped to pixels since
    assert np.abs(found - image.dct8).mean() < 1


@pytest.mark.parametrize("file", [encode(PHOTO), encode(PHOTO, "WEBP", lossless=True)])
def test_a_file_without_coefficients_gives_those_of_its_pixels(file):
    image = ForensicImage.from_bytes(file)
    assert not has_own_luma(image)
    np.testing.assert_array_equal(dequantized(image), image.dct8)


def test_a_step_of_zero_makes_a_table_useless():
    data = bytearray(encode(PHOTO, "JPEG", quality=75))
    data[data.index(b"\xff\xdb") + 5 + 3] = 0
    image = ForensicImage.from_bytes(bytes(data))
    assert not has_own_luma(image)
    assert np.isfinite(dequantized(image)).all()
