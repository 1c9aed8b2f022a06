"""Features of the block grid."""

import numpy as np
import pytest

from realfake.forensics.box import Box
from realfake.forensics.catalog import FAMILIES, HEATMAPS, measure
from realfake.forensics.families.grid import blocking_strengths, cross_difference
from realfake.forensics.image import ForensicImage
from tests.pictures import draw_shapes, draw_simplest, jpeg, on_grid, pasted

PATCH = Box(96, 64, 80, 64)


@pytest.fixture(scope="module")
def scene():
    return draw_shapes(264, 328, seed=3, grain=6.0)


def test_features_tell_of_foreign_and_missing_grids_or_do_not_apply(scene):
    def row(pixels):
        values = measure(ForensicImage.from_array(pixels), FAMILIES["grid"])
        return {name.removeprefix("grid__"): value for name, value in values.items()}

    raw, whole = row(scene), row(jpeg(scene, 85))
    foreign = row(pasted(jpeg(scene, 88), on_grid(scene, 80, 3, 5), PATCH))
    assert raw["main__found"] == 0 and np.isnan(raw["main__row"]) and np.isnan(raw["missing__log10_nfa"])
    assert whole["main__found"] == 1 and whole["main__at_origin"] == 1 and whole["foreign__log10_nfa"] == 0
    assert foreign["foreign__regions"] >= 1 and foreign["foreign__log10_nfa"] < -3
    assert foreign["foreign__area"] == pytest.approx(PATCH.area / scene.size, rel=0.5)
    assert whole["blocking__strength"] > 3 * raw["blocking__strength"]
    assert (whole["blocking__row"], whole["blocking__column"]) == (0, 0)


def test_cross_differences_are_strongest_on_the_lines_of_blocks():
    blocks = np.random.default_rng(4).integers(40, 200, (20, 20)).astype(np.float32)
    luma = np.kron(blocks, np.ones((8, 8), np.float32)) + np.random.default_rng(5).normal(0, 0.5, (160, 160))
    strengths = blocking_strengths(cross_difference(luma[3:, 2:].astype(np.float32)))
    assert np.unravel_index(strengths.argmax(), (8, 8)) == (5, 6)


@pytest.mark.parametrize("side", [16, 33, 80])
@pytest.mark.parametrize("kind", ["flat", "noise", "checks"])
def test_any_picture_gives_the_same_names_and_no_infinite_number(kind, side):
    pixels = draw_simplest(kind, side)
    image = ForensicImage.from_array(pixels)
    values = measure(image, FAMILIES["grid"])
    assert values.keys() == measure(ForensicImage.from_array(np.zeros((16, 16), np.uint8)), FAMILIES["grid"]).keys()
    assert not any(np.isinf(value) for value in values.values())
    assert values["grid__foreign__regions"] == 0
    assert HEATMAPS["grid"].compute(image).shape == (side, side)
