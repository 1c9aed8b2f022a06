"""What families report as found: right on planted traces, silent without them."""

import numpy as np
import pytest

from realfake.forensics.detections import DETECTIONS
from realfake.forensics.image import ForensicImage
from tests.pictures import draw_photo, draw_screen, encode, jpeg


def reported(pixels: np.ndarray) -> dict[str, list[bool]]:
    """By detection, whether each of its findings is confirmed."""
    image = ForensicImage.from_array(pixels)
    return {f"{one.family} {one.name}": [found.confirmed for found in one.find(image)] for one in DETECTIONS}


@pytest.fixture(scope="module")
def screen():
    return draw_screen(1200, 600)


def test_untouched_screens_raise_nothing(screen):
    assert not any(reported(screen).values())
    assert not any(reported(jpeg(screen, 85)).values())


def test_a_screen_with_a_photograph_has_a_part_on_another_grid_but_misses_none(screen):
    album = screen.copy()
    album[403:659, 221:541] = jpeg(draw_photo(256, 320), 90)
    found = reported(album)
    assert found["grid foreign"] == [True]
    assert found["grid missing"] == []


def test_a_photograph_compressed_twice_is_found_and_once_is_not():
    photo = draw_photo(512, 640)
    once = ForensicImage.from_bytes(encode(photo, "JPEG", quality=90))
    twice = ForensicImage.from_bytes(encode(jpeg(photo, 70), "JPEG", quality=90))
    (primary,) = (one for one in DETECTIONS if one.name == "primary")
    assert list(primary.find(once)) == []
    assert [(found.what, found.confirmed) for found in primary.find(twice)] == [("first quality 70", True)]
