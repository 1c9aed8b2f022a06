"""Copy-move on pictures with a planted copy."""

import numpy as np
import pytest

from realfake.forensics.catalog import FAMILIES, measure
from realfake.forensics.families.copymove import (
    BITS,
    _alike,
    exact_repeats,
    keypoint_repeats,
    repeat_map,
    verified_blocks,
)
from realfake.forensics.image import ForensicImage
from tests.pictures import draw_photo, jpeg


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    return draw_photo(320, 400, seed=8, grain=12.0)


@pytest.fixture(scope="module")
def forged(scene) -> np.ndarray:
    copied = scene.copy()
    copied[200:280, 250:350] = scene[40:120, 60:160]
    return copied


def test_an_exact_copy_is_found_with_its_displacement(forged):
    _, repeated, repeat = exact_repeats(ForensicImage.from_array(forged).luma8)
    assert (repeat.dx, repeat.dy) == (190, 160)
    assert repeat.votes > 100
    assert repeated == 2 * repeat.votes


def test_a_compressed_copy_is_found_by_key_points_and_verified(forged):
    image = ForensicImage.from_array(jpeg(forged, 92))
    _, repeat = keypoint_repeats(image.luma8)
    assert abs(repeat.dx - 190) <= 2 and abs(repeat.dy - 160) <= 2
    exact = repeat._replace(dx=190, dy=160)
    assert verified_blocks(image, exact)[3:7, 4:9].mean() >= 0.9  # compression may cost a block on the rim


def test_an_untouched_photograph_repeats_nothing(scene):
    row = measure(ForensicImage.from_array(scene), FAMILIES["copymove"])
    assert row["copymove__exact__repeated"] == 0.0
    assert row["copymove__verified__share"] == 0.0


def test_the_map_shows_source_and_copy(forged):
    where = repeat_map(ForensicImage.from_array(forged))
    assert where.shape == forged.shape[:2] and where.dtype == np.float32
    assert where[56:104, 80:144].all() and where[224:272, 272:336].all()
    assert where.mean() < 0.2


def test_descriptors_match_where_few_bits_differ():
    rng = np.random.default_rng(0)
    descriptors = rng.integers(0, 2**64, (60, 4), np.uint64)
    descriptors[30:] = descriptors[:30] ^ (rng.random((30, 4)) < 0.3) * np.uint64(0x0101010101010101)
    bits = np.bitwise_count(descriptors[:, None] ^ descriptors[None]).sum(axis=2)
    here, there = np.nonzero(np.triu(bits <= BITS, 1))
    assert len(here) > 20
    np.testing.assert_array_equal(_alike(descriptors), (here, there))
