"""Glyphs of a word against each other."""

import pytest
from PIL import ImageFilter

from realfake.forensics.box import Box
from tests.lettering import blank, nearest, regions_of, slip, write


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
