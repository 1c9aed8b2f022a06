"""Flatness, palette and faint residue on a screen with a covering patch."""

import numpy as np
import pytest

from realfake.forensics.arrays.blocks import byte_counts
from realfake.forensics.catalog import FAMILIES, measure
from realfake.forensics.families.flatness import block_ranges, palette, residue_map
from realfake.forensics.image import ForensicImage
from tests.pictures import draw_screen


def test_ranges_and_palette_equal_a_direct_count():
    pixels = np.random.default_rng(0).integers(0, 4, (40, 50, 3)).astype(np.uint8) * 60
    pixels[8:24, 16:32] = (1, 2, 3)
    image = ForensicImage.from_array(pixels)
    blocks = pixels[:40, :48].reshape(5, 8, 6, 8, 3)
    np.testing.assert_array_equal(block_ranges(image), np.ptp(blocks, axis=(1, 3)).max(axis=2))
    colours, counts = palette(image)
    assert counts.sum() == 2000
    assert counts[colours == 0x010203] == 256


def test_a_covering_patch_almost_the_colour_of_the_card_is_found_and_is_rectangular():
    screen = draw_screen()
    clean = measure(ForensicImage.from_array(screen), FAMILIES["flatness"])
    forged = screen.copy()
    forged[200:220, 120:200] = (254, 254, 253)
    row = measure(ForensicImage.from_array(forged), FAMILIES["flatness"])
    assert row["flatness__residue__largest"] > clean["flatness__residue__largest"]
    assert row["flatness__residue__squarest_fill"] > 0.95
    assert row["flatness__residue__squarest"] * screen[:, :, 0].size == pytest.approx(20 * 80, rel=0.2)
    where = residue_map(ForensicImage.from_array(forged))
    assert where[204:216, 124:196].min() == 1.0


def test_byte_counts_equal_numpy():
    values = np.random.default_rng(1).integers(0, 256, 1001).astype(np.uint8)
    np.testing.assert_array_equal(byte_counts(values), np.bincount(values, minlength=256))
