"""Erased characters leave their ringing without them, or ground beside a word that is quieter than around it."""

import numpy as np
import pytest
from PIL import Image

from realfake.forensics.box import Box
from realfake.forensics.text.regions import Regions
from tests.lettering import ALTERED, nearest, pixels, regions_of, slip
from tests.pictures import jpeg

ERASED = 60  # columns at the end of a value


def received(erased: bool = False, noise: float = 0.0) -> tuple[Regions, int]:
    """A slip as received, on ground of some noise, at the end of one value of which characters were erased."""
    picture, _, values = slip()
    rgb, box = pixels(picture), values[ALTERED]
    if noise:
        rgb = np.clip(rgb - 8 + np.random.default_rng(0).normal(0, noise, rgb.shape), 0, 255).astype(np.uint8)
    else:
        rgb = jpeg(rgb, 50, "4:4:4")
    if erased:
        rgb[box.slices[0], box.right - ERASED : box.right + 2] = 247 if noise else 255
    found = regions_of(Image.fromarray(rgb))
    return found, nearest(found.boxes, Box(box.x, box.y, box.width - ERASED, box.height))


def test_the_ringing_of_erased_characters_stays_without_them():
    ringing = "holes__orphan__ringing"
    found, word = received(erased=True)
    field = np.array([one == found.fields[word] for one in found.fields])
    assert found.table[ringing][field].max() > 0.3
    assert found.table[ringing][~field].max() < 0.1
    plain, _ = received()
    assert plain.table[ringing].max() < 0.1


def test_the_ground_on_which_characters_stood_is_quieter_than_the_ground_above_it():
    found, word = received(erased=True, noise=2.0)
    plain, same = received(noise=2.0)
    for end, least in (("holes__side__quiet", -0.5), ("holes__side__ratio", 0.5)):
        assert abs(plain.table[end][same]) < 0.3
        assert found.table[end][word] / least > 1


def test_a_flat_patch_under_a_word_on_a_gradient_is_flatter_than_what_surrounds_it():
    picture, _, values = slip()
    rgb, box = pixels(picture).astype(int), values[ALTERED]
    ramp = np.arange(rgb.shape[1])[None, :, None] // 2 % 2 + np.arange(rgb.shape[0])[:, None, None] // 8
    plain = np.clip(rgb - ramp, 0, 255)
    patched = plain.copy()
    area = box.grown(3, *picture.size)
    patched[area.slices] = np.where(rgb[area.slices] == 255, 220, rgb[area.slices])
    under = [regions_of(Image.fromarray(one.astype(np.uint8))) for one in (plain, patched)]
    before, after = (one.table["holes__flat__under"][nearest(one.boxes, box)] for one in under)
    assert after > before + 0.05
    assert after == pytest.approx(under[1].table["holes__flat__under"].max())
