"""Glyphs of a word against each other."""

import numpy as np
import pytest
from PIL import Image, ImageFilter

from realfake.forensics.box import Box
from tests.lettering import ALTERED, blank, nearest, pixels, regions_of, slip, write


def test_the_same_glyph_pasted_twice_has_no_distance_within_its_word():
    glyph = blank(24, 40)
    write(glyph, "4", 2, 34)
    soft = glyph.filter(ImageFilter.GaussianBlur(0.6))
    for second, exact in ((glyph, True), (soft, False)):
        picture = slip()[0]
        at = (26, 436)
        picture.paste(glyph.crop((0, 0, 19, 40)), at)
        picture.paste(second.crop((0, 0, 19, 40)), (at[0] + 19, at[1]))
        found = regions_of(picture)
        word = nearest(found.boxes, Box(at[0] + 2, at[1] + 15, 34, 20))
        assert found.table.loc[word, "layout__glyphs__count"] == 2
        distance = found.table.loc[word, "glyphs__within__distance"]
        assert distance == pytest.approx(0, abs=1e-6) if exact else distance > 0.02


def test_a_word_drawn_part_of_a_pixel_lower_fits_its_like_glyphs_once_it_is_moved_there():
    picture, _, values = slip()
    rgb, box = pixels(picture), values[ALTERED].grown(3, *picture.size)
    lowered = rgb[box.slices].astype(float)
    lowered[1:] = 0.7 * lowered[1:] + 0.3 * lowered[:-1]
    rgb[box.slices] = np.rint(lowered)
    found = regions_of(Image.fromarray(rgb))
    field = np.array([one == found.fields[nearest(found.boxes, box)] for one in found.fields])
    words = found.table[field & found.table["glyphs__fit__rise"].notna()]
    others = found.table[~field]
    assert len(words) >= 2
    assert words["glyphs__fit__rise"].to_numpy() == pytest.approx(0.3, abs=0.08)
    assert others["glyphs__fit__rise"].abs().median() < 0.01
    assert (words["glyphs__fit__residual"] < 0.7 * words["glyphs__distance__median"]).all()
    assert np.exp(words["glyphs__fit__gain"]).to_numpy() == pytest.approx(1, abs=0.12)
