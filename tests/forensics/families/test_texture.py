"""Texture against scikit-image and against the definitions."""

import numpy as np
import pytest
from scipy.fft import dctn
from skimage.feature import local_binary_pattern

from realfake.forensics.arrays.repeats import distinct_rows
from realfake.forensics.catalog import FAMILIES, measure
from realfake.forensics.families.texture import binary_patterns, block_dct_spread, phase_codes, uniform_patterns
from realfake.forensics.image import ForensicImage


@pytest.fixture(scope="module")
def noise() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (61, 70)).astype(np.uint8)


def test_patterns_equal_scikit_image(noise):
    expected = local_binary_pattern(noise, 8, 1, "default")[1:-1, 1:-1]
    np.testing.assert_array_equal(binary_patterns(noise), expected)


def test_uniform_codes_equal_scikit_image(noise):
    expected = local_binary_pattern(noise, 8, 1, "uniform")[1:-1, 1:-1]
    np.testing.assert_array_equal(uniform_patterns(binary_patterns(noise)), expected)


def test_a_flat_plane_has_one_pattern():
    assert set(np.unique(binary_patterns(np.full((20, 20), 77, np.uint8)))) == {255}


def test_the_block_dct_spread_equals_a_transform_of_every_block(noise):
    patterns = binary_patterns(noise)
    rows, columns = patterns.shape[0] // 8, patterns.shape[1] // 8
    blocks = [
        dctn(patterns[8 * r : 8 * r + 8, 8 * c : 8 * c + 8].astype(float), norm="ortho")
        for r in range(rows)
        for c in range(columns)
    ]
    np.testing.assert_allclose(block_dct_spread(patterns), np.std(blocks, axis=0), rtol=1e-3)


@pytest.mark.parametrize("runs", [[1] * 61, [1] * 20 + [31] + [1] * 15 + [12] + [1] * 24])
def test_phase_codes_equal_the_local_fourier_transform(noise, runs):
    noise = np.repeat(noise, runs, axis=0)
    offsets = np.arange(-3, 4)
    counts = np.zeros(256, int)
    for y in range(3, noise.shape[0] - 3, 2):
        for x in range(3, noise.shape[1] - 3):
            window = noise[y - 3 : y + 4, x - 3 : x + 4].astype(float)
            code = 0
            for bit, (u, v) in enumerate(((1 / 7, 0), (0, 1 / 7), (1 / 7, 1 / 7), (1 / 7, -1 / 7))):
                wave = np.exp(-2j * np.pi * (u * offsets[None, :] + v * offsets[:, None]))
                response = (window * wave).sum() + 1e-9 * (1 + 1j)  # what is 0 but for rounding counts as positive
                code |= int(response.real >= 0) << bit | int(response.imag >= 0) << (bit + 4)
            counts[code] += 1
    np.testing.assert_array_equal(phase_codes(distinct_rows(noise)), counts)


def test_a_flat_picture_has_no_phase():
    row = measure(ForensicImage.from_array(np.full((64, 64, 3), 131, np.uint8)), FAMILIES["texture"])
    assert row["texture__phase__defined"] == 0.0


@pytest.mark.parametrize("turned, bits", [(False, 0b00100010), (True, 0b00010001)])
def test_what_varies_along_one_axis_alone_has_no_phase_across_it(turned, bits):
    plane = np.tile(np.random.default_rng(2).integers(0, 256, 90).astype(np.uint8), (60, 1))
    found = np.flatnonzero(phase_codes(distinct_rows(plane.T if turned else plane)))
    assert len(found) == 4  # one sign each of the real and the imaginary part
    assert all(code & bits == bits for code in found)
