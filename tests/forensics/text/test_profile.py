"""Feet, heads and sides of words, to a tenth of a pixel of the phone."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from realfake.forensics.box import Box
from realfake.forensics.text.profile import original_scale
from tests.lettering import ALTERED, blank, nearest, pixels, regions_of, slip, write
from tests.pictures import jpeg

PHONE = (1080, 2400)
SHRUNK = (576, 1280)


def phone(lower: int = 0) -> tuple[np.ndarray, Box]:
    """A slip on the screen of a phone after a messenger; the last word of one value was moved: pixels, its box."""
    picture = blank(*PHONE)
    picture.paste(slip(54)[0], (0, 300))
    where = slip(54)[2][ALTERED]
    baseline = 300 + 108 * (ALTERED + 1)
    ImageDraw.Draw(picture).rectangle((where.x, baseline - 50, 1080, baseline + 20), "white")
    first = write(picture, "NALE", 432, baseline, 54)
    box = write(picture, "KENT", first.right + 20, baseline + lower, 54)
    small = cv2.resize(pixels(picture), SHRUNK, interpolation=cv2.INTER_AREA)
    scale = SHRUNK[1] / PHONE[1]
    return jpeg(small, 80), Box(*(round(scale * side) for side in box))


def test_a_messenger_is_known_by_the_size_of_the_phone_that_it_shrank():
    assert original_scale(*SHRUNK) == pytest.approx(1280 / 2400)
    assert original_scale(1280, 591) == pytest.approx(1280 / 2340)
    for size in (PHONE, (720, 1280), (480, 480), (1280, 1280)):
        assert original_scale(*size) == 1


@pytest.mark.parametrize("lower", [0, 1, 3])
def test_a_word_set_lower_before_a_messenger_is_told_in_pixels_of_the_phone(lower):
    shown, box = phone(lower=lower)
    found = regions_of(Image.fromarray(shown))
    row = found.table.iloc[nearest(found.boxes, box)]
    assert row["profile__foot__off_line"] == pytest.approx(lower, abs=0.25)
    assert row["profile__foot__off_row"] == pytest.approx(lower, abs=0.25)


def test_a_value_set_aside_before_a_messenger_is_told_in_pixels_of_the_phone():
    picture = blank(*PHONE)
    for row in range(10):
        write(picture, "Sender", 54, 200 + 108 * row, 54)
        write(picture, "NALE", 432 + 4 * (row == ALTERED), 200 + 108 * row, 54)
    small = cv2.resize(pixels(picture), SHRUNK, interpolation=cv2.INTER_AREA)
    found = regions_of(Image.fromarray(jpeg(small, 80)))
    values = [i for i, box in enumerate(found.boxes) if box.x > 200]
    off = found.table["profile__left__off_column"][values]
    assert len(values) == 10
    assert off.iloc[ALTERED] == pytest.approx(4, abs=0.3)
    assert off.drop(values[ALTERED]).abs().max() < 0.2


def test_a_word_part_of_a_pixel_lower_has_a_softer_foot():
    picture, _, values = slip()
    rgb, box = pixels(picture), values[ALTERED].grown(3, *picture.size)
    lowered = rgb[box.slices].astype(float)
    lowered[1:] = 0.6 * lowered[1:] + 0.4 * lowered[:-1]
    rgb[box.slices] = np.rint(lowered)
    found = regions_of(Image.fromarray(rgb))
    field = np.array([one == found.fields[nearest(found.boxes, box)] for one in found.fields])
    sharpness, lattice = (found.table[f"profile__foot__{name}"] for name in ("sharpness", "off_lattice"))
    assert sharpness[field].max() < sharpness[~field].median() - 0.1
    assert lattice[field].min() > lattice[~field].median() + 0.1
    assert found.table["profile__foot__off_row"][field].median() == pytest.approx(0.4, abs=0.15)
