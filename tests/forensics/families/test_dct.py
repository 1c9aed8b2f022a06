"""Features of the DCT coefficients."""

import numpy as np
import pytest

from realfake.forensics.box import Box
from realfake.forensics.catalog import FAMILIES, HEATMAPS, measure
from realfake.forensics.families.dct import (
    between_over_within,
    first_digit_law,
    first_digits,
    periodicity,
    strongest_cluster,
)
from realfake.forensics.image import ForensicImage
from tests.pictures import decode, draw_scales, draw_simplest, encode

PATCH = Box(96, 64, 96, 80)


@pytest.fixture(scope="module")
def scene():
    return draw_scales()


def filed(pixels, quality):
    return encode(pixels, "JPEG", quality=quality)


def row(image):
    return {name.removeprefix("dct__"): value for name, value in measure(image, FAMILIES["dct"]).items()}


@pytest.mark.parametrize("past", [55, 65, 80, 90])
def test_the_quality_of_a_jpeg_kept_as_pixels_is_recovered(scene, past):
    image = ForensicImage.from_array(decode(filed(scene, past)))
    assert row(image)["primary__quality"] == past


@pytest.mark.parametrize("quality", [60, 75, 90, 95])
def test_a_picture_compressed_once_shows_no_first_quantization(scene, quality):
    values = row(ForensicImage.from_bytes(filed(scene, quality)))
    assert np.isnan(values["primary__quality"]) and values["primary__modes"] < 3
    assert values["model__speaking"] == 0


def test_pixels_that_were_never_compressed_show_no_quantization(scene):
    values = row(ForensicImage.from_array(scene))
    assert values["primary__modes"] == 0 and np.isnan(values["primary__quality"])
    assert values["periodicity__median"] < 8


def test_a_patch_that_missed_the_first_compression_is_the_bright_place_of_the_map(scene):
    forged = decode(filed(scene, 60)).copy()
    forged[PATCH.slices] = scene[PATCH.slices]
    image = ForensicImage.from_bytes(filed(forged, 92))
    posterior = HEATMAPS["dct"].compute(image)
    assert posterior.shape == scene.shape and posterior.dtype == np.float32
    inside = np.zeros(scene.shape, bool)
    inside[PATCH.slices] = True
    assert np.nanmean(posterior[inside] > 0.5) > 0.9
    assert np.nanmean(posterior[~inside] > 0.5) < 0.1
    clean = row(ForensicImage.from_bytes(filed(decode(filed(scene, 60)), 92)))
    values = row(image)
    for method in ("model", "period"):
        assert values[f"{method}__cluster"] > 5 * clean[f"{method}__cluster"]
        assert values[f"{method}__joined"] > 0.6


@pytest.mark.parametrize("period", [3, 5, 7])
def test_the_period_of_a_comb_is_found(period):
    rng = np.random.default_rng(period)
    even = np.rint(rng.laplace(0, 20, 20000)).astype(int)
    comb = np.rint(rng.laplace(0, 20, 20000) / period).astype(int) * period
    strength, found = periodicity(comb)
    harmonics = period / np.arange(1, period)
    assert np.abs(harmonics - found).min() < 0.15
    assert strength > 2 * periodicity(even)[0]


def test_first_digits_are_counted_and_benfords_law_is_at_distance_zero():
    modes = np.array([[0, 1, -1, 19, 250, -9, 1024], [0, 0, 0, 0, 0, 0, -70]], np.int32)
    np.testing.assert_array_equal(first_digits(modes), [[4, 1, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 1, 0, 0]])
    law = np.log10(1 + 1 / np.arange(1, 10))
    distances, exponents = first_digit_law(np.stack([law * 1e6, np.full(9, 1e5), np.ones(9)]))
    assert distances[0] < 1e-3 < distances[1] and np.isnan(distances[2])
    assert exponents[0] == pytest.approx(1.0, abs=0.11)


def test_two_groups_separate_and_one_does_not():
    rng = np.random.default_rng(0)
    one, two = rng.normal(0, 1, 1000), np.concatenate([rng.normal(-8, 1, 300), rng.normal(8, 1, 700)])
    assert between_over_within(one) < 3 < 20 < between_over_within(two)
    assert between_over_within(np.ones(5)) == 0


def test_the_strongest_cluster_adds_touching_blocks_only():
    evidence = np.zeros((10, 10), np.float32)
    evidence[1:4, 1:4] = -2
    evidence[7, 7] = -9
    evidence[1, 8] = 5
    assert strongest_cluster(evidence) == pytest.approx(18)


@pytest.mark.parametrize("side", [16, 33, 80])
@pytest.mark.parametrize("kind", ["flat", "noise", "checks"])
def test_any_picture_gives_the_same_names_and_no_infinite_number(kind, side):
    pixels = draw_simplest(kind, side)
    names = row(ForensicImage.from_array(np.zeros((16, 16), np.uint8))).keys()
    for image in (ForensicImage.from_array(pixels), ForensicImage.from_bytes(filed(pixels, 80))):
        values = row(image)
        assert values.keys() == names
        assert not any(np.isinf(value) for value in values.values())
        assert HEATMAPS["dct"].compute(image).shape == (side, side)
