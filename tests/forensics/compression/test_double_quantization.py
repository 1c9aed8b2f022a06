"""Steps of a first quantization below those of a second."""

import numpy as np
import pytest

from realfake.forensics.compression.double_quantization import double_quantization, lattice, primary_quality
from realfake.forensics.formats.ijg import ijg_table
from realfake.forensics.formats.markers import ZIGZAG
from realfake.forensics.image import ForensicImage
from tests.pictures import decode, draw_scales, encode


@pytest.fixture(scope="module")
def scene():
    return draw_scales()


def filed(pixels, quality):
    return encode(pixels, "JPEG", quality=quality)


@pytest.mark.parametrize(("first", "second"), [(55, 85), (60, 90), (75, 95), (80, 92)])
def test_the_first_quality_of_two_and_its_steps_are_recovered(scene, first, second):
    image = ForensicImage.from_bytes(filed(decode(filed(scene, first)), second))
    twice = double_quantization(image)
    quality, gain = primary_quality(twice.fits)
    assert quality == first and gain > 0.1
    steps = ijg_table(first).ravel()[ZIGZAG[1:10]]
    assert sum(fit.primary == step for fit, step in zip(twice.fits, steps, strict=True)) >= 7
    assert np.mean(twice.evidence > 0) > 0.6


def test_the_lattice_of_a_jpeg_is_its_own_and_that_of_pixels_lies_on_their_grid(scene):
    data = filed(scene, 70)
    own = lattice(ForensicImage.from_bytes(data))
    image = ForensicImage.from_bytes(data)
    blocks = image.jpeg.luma_coefficients.reshape(40, 50, 64)
    np.testing.assert_array_equal(own.values, np.moveaxis(blocks[:, :, ZIGZAG[1:10]], 2, 0))
    np.testing.assert_array_equal(own.steps, ijg_table(70).ravel()[ZIGZAG[1:10]])
    cropped = lattice(ForensicImage.from_array(decode(data)[3:, 5:]))
    assert cropped.grid == (5, 3)
    differences = cropped.values[:, :39, :49] - own.values[:, 1:, 1:] * own.steps[:, None, None]
    assert np.abs(differences).max() <= 2


def test_clipped_blocks_say_nothing(scene):
    white = scene.copy()
    white[:, :200] = 255
    white[40:280:9, 20:180:7] = 0
    image = ForensicImage.from_bytes(filed(decode(filed(white, 60)), 90))
    evidence = double_quantization(image).evidence
    assert not evidence[5:34, 3:22].any()
    assert np.mean(evidence[:, 27:] != 0) > 0.5
