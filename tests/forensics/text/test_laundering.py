"""Compression histories of words: one that was pasted from a JPEG has lived through more than its screen."""

import numpy as np
import pytest
from PIL import Image

from realfake.forensics.text.laundering import QUALITIES, _ghosts
from realfake.forensics.text.regions import Regions
from tests.lettering import ALTERED, blank, nearest, pixels, regions_of, slip
from tests.pictures import jpeg


def pasted(quality: int | None) -> tuple[Regions, int]:
    """A slip whose altered value, with the blocks that it touches, comes from a JPEG of that quality."""
    picture, _, values = slip()
    rgb, box = pixels(picture), values[ALTERED]
    blocks = np.s_[box.y // 8 * 8 : -(-box.bottom // 8) * 8, box.x // 8 * 8 : -(-box.right // 8) * 8]
    if quality is not None:
        rgb[blocks] = jpeg(rgb, quality, "4:4:4")[blocks]
    found = regions_of(Image.fromarray(rgb))
    return found, nearest(found.boxes, box)


def test_a_word_from_a_jpeg_rings_and_the_others_do_not():
    found, word = pasted(80)
    ringing = found.table["laundering__ringing__near"]
    assert ringing[word] > 0.003
    same_field = [field == found.fields[word] for field in found.fields]
    assert ringing[~np.array(same_field)].max() == 0
    clean, _ = pasted(None)
    assert clean.table["laundering__ringing__near"].max() == 0


def test_the_dip_of_a_curve_stands_at_the_quality_of_the_word_and_not_of_the_screen():
    errors = np.tile(np.linspace(2.0, 1.0, len(QUALITIES)), (5, 1))  # requantization costs less at higher qualities
    errors[:, QUALITIES.index(80)] /= 4  # the screen was saved at 80
    errors[3] = np.linspace(2.0, 1.0, len(QUALITIES))
    errors[3, QUALITIES.index(62)] /= 8  # the pasted word at 62
    _, at_image, (depth, quality, off_image, *_) = _ghosts(errors, np.ones(5))
    assert quality.tolist() == [80, 80, 80, 62, 80]
    assert off_image.tolist() == [0, 0, 0, 18, 0]
    assert at_image[3] == pytest.approx(0, abs=0.05) and at_image[0] == pytest.approx(np.log(4), abs=0.05)
    assert depth[3] == pytest.approx(np.log(8), abs=0.05)


def test_a_screen_without_words_has_no_ghosts():
    assert regions_of(blank(64, 64)).table["laundering__ghost__own_quality"].empty
