"""The quality of a compression that pixels have lived through."""

import pytest

from realfake.forensics.catalog import FAMILIES, measure
from realfake.forensics.compression.history import blocks_on_grid, previous_quality
from realfake.forensics.image import ForensicImage
from tests.pictures import draw_shapes, on_grid


@pytest.fixture(scope="module")
def scene():
    return draw_shapes(264, 328, seed=3, grain=6.0)


@pytest.mark.parametrize("quality", [35, 50, 65, 75, 85, 90, 95])
def test_the_quality_of_the_past_is_recovered_from_pixels(scene, quality):
    image = ForensicImage.from_array(on_grid(scene, quality, 2, 4))
    found, misfit = previous_quality(blocks_on_grid(image, (2, 4)))
    assert found == quality and misfit < 0.6
    _, misfit = previous_quality(blocks_on_grid(image, (0, 0)))
    assert misfit > 0.8
    assert measure(image, FAMILIES["grid"])["grid__past__quality"] == quality
