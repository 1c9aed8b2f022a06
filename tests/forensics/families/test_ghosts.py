import numpy as np
import pytest

from realfake.forensics.catalog import FAMILIES, HEATMAPS, measure
from realfake.forensics.families.ghosts import BLOCK, QUALITIES, ghost_curves
from realfake.forensics.image import ForensicImage
from tests.pictures import decode, draw_shapes, draw_simplest, encode

PATCH = (slice(64, 128), slice(96, 192))


@pytest.fixture(scope="module")
def scene():
    return draw_shapes(192, 256, seed=2, grain=9.0)


def filed(pixels, quality):
    return encode(pixels, "JPEG", quality=quality)


def row(image):
    return measure(image, FAMILIES["ghosts"])


def test_the_error_is_that_of_a_real_recompression(scene):
    qualities, errors = ghost_curves(ForensicImage.from_array(scene))
    for i in (0, 10, 20):
        again = decode(filed(scene, int(qualities[i]))).astype(float)
        squared = (again - scene) ** 2
        blocks = squared.reshape(12, BLOCK, 16, BLOCK).mean(axis=(1, 3))
        assert np.abs(errors[:, :, i] - blocks).max() < 0.12 + 0.02 * blocks.max()  # 1/12 is the rounding of pixels


@pytest.mark.parametrize(("first", "second"), [(56, 90), (66, 94), (74, 96)])
def test_the_first_quality_of_a_doubly_compressed_picture_is_the_deepest_dip(scene, first, second):
    values = row(ForensicImage.from_bytes(filed(decode(filed(scene, first)), second)))
    assert values["ghosts__first__quality"] == first
    assert values["ghosts__first__depth"] > 0.3


@pytest.mark.parametrize("past", [60, 70, 80, 90])
def test_the_quality_of_a_jpeg_kept_as_pixels_is_the_deepest_dip(scene, past):
    values = row(ForensicImage.from_array(decode(filed(scene, past))))
    assert values["ghosts__first__quality"] == past
    assert values["ghosts__agreement__first"] > 0.9


def test_a_picture_compressed_once_has_no_deep_dip(scene):
    assert row(ForensicImage.from_array(scene))["ghosts__first__depth"] < 0.05


def test_a_patch_of_lower_quality_is_the_dark_place_of_the_map(scene):
    forged = scene.copy()
    forged[PATCH] = decode(filed(scene, 60))[PATCH]
    image = ForensicImage.from_bytes(filed(forged, 92))
    darkness = HEATMAPS["ghosts"].compute(image)
    inside = np.zeros(scene.shape, bool)
    inside[PATCH] = True
    assert darkness.shape == scene.shape and darkness.dtype == np.float32
    assert np.percentile(darkness[inside], 20) > np.percentile(darkness[~inside], 95)
    clean = row(ForensicImage.from_bytes(filed(scene, 92)))["ghosts__places__contrast"]
    assert row(image)["ghosts__places__contrast"] > 2 * clean


@pytest.mark.parametrize("side", [16, 33, 80])
@pytest.mark.parametrize("kind", ["flat", "noise", "checks"])
def test_any_picture_gives_the_same_names_and_no_infinite_number(kind, side):
    pixels = draw_simplest(kind, side)
    values = row(ForensicImage.from_array(pixels))
    assert values.keys() == row(ForensicImage.from_array(np.zeros((16, 16), np.uint8))).keys()
    assert not any(np.isinf(value) for value in values.values())
    assert HEATMAPS["ghosts"].compute(ForensicImage.from_array(pixels)).shape == (side, side)


def test_qualities_stand_beside_their_errors(scene):
    qualities, errors = ghost_curves(ForensicImage.from_array(scene), size=8)
    assert qualities is QUALITIES
    assert errors.shape == (24, 32, len(QUALITIES))
