"""What surrounds words: grounds, seams and patches."""

import pytest
from PIL import ImageDraw

from realfake.forensics.text.regions import Regions
from tests.lettering import blank, nearest, regions_of, slip, write


def patched(levels: int, beyond: int) -> tuple[Regions, int]:
    """A slip with one word on a patch that is some levels darker and reaches beyond its box."""
    picture = slip(size=40)[0]
    box = write(blank(), "TAKE", 320, 400, 40)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((318, 350, picture.width, 420), "white")
    patch = box.grown(beyond, *picture.size)
    draw.rectangle((patch.x, patch.y, patch.right - 1, patch.bottom - 1), (255 - levels,) * 3)
    write(picture, "TAKE", 320, 400, 40)
    found = regions_of(picture)
    return found, nearest(found.boxes, box)


def test_a_patch_two_levels_darker_shows_in_the_background_of_the_word_on_it():
    found, word = patched(levels=2, beyond=2)
    inside = found.table["surroundings__ground__in_out"]
    assert inside[word] == pytest.approx(2, abs=0.3)
    assert inside.drop(index=word).max() < 1e-9
    assert inside.idxmax() == word


def test_the_edge_of_a_patch_is_a_seam():
    found, word = patched(levels=2, beyond=10)
    for column in ("surroundings__seam__upright", "surroundings__seam__level"):
        assert found.table.loc[word, column] == pytest.approx(2, abs=0.1)
        assert found.table[column].drop(index=word).max() < 1e-9
    assert found.table["surroundings__row_seam__step"][word] == pytest.approx(2, abs=0.1)
    assert found.table["surroundings__residue__share"].idxmax() == word


def test_a_tone_far_from_the_background_under_a_word_is_a_patch():
    found, word = patched(levels=12, beyond=10)
    assert found.table.loc[word, "surroundings__patch__offset"] == 12
    assert found.table.loc[word, "surroundings__patch__rectangularity"] > 0.3
    assert found.table["surroundings__patch__share"].idxmax() == word
    assert found.table["surroundings__patch__share"].drop(index=word).max() == 0
