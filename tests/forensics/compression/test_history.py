"""The quality of a compression that pixels have lived through."""

import io

import numpy as np
import pytest
from PIL import Image

from realfake.forensics.catalog import FAMILIES, measure
from realfake.forensics.compression.history import blocks_on_grid, previous_quality
from realfake.forensics.image import ForensicImage


@pytest.fixture(scope="module")
def scene():
    """A gray picture of smooth shapes and noise, far from black and white."""
    y, x = np.mgrid[0:264, 0:328]
    shapes = 110 + 50 * np.sin(x / 17) * np.cos(y / 23) + 15 * ((x // 40 + y // 24) % 2)
    return np.clip(shapes + np.random.default_rng(3).normal(0, 6, shapes.shape), 20, 235).astype(np.uint8)


def jpeg(pixels, quality):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(io.BytesIO(file.getvalue())))


def on_grid(pixels, quality, row, column):
    """The picture compressed on a grid that starts at (row, column)."""
    compressed = jpeg(np.pad(pixels, ((8 - row, 0), (8 - column, 0)), mode="reflect"), quality)
    return compressed[8 - row :, 8 - column :]


@pytest.mark.parametrize("quality", [35, 50, 65, 75, 85, 90, 95])
def test_the_quality_of_the_past_is_recovered_from_pixels(scene, quality):
    image = ForensicImage.from_array(on_grid(scene, quality, 2, 4))
    found, misfit = previous_quality(blocks_on_grid(image, (2, 4)))
    assert found == quality and misfit < 0.6
    _, misfit = previous_quality(blocks_on_grid(image, (0, 0)))
    assert misfit > 0.8
    assert measure(image, FAMILIES["grid"])["grid__past__quality"] == quality
