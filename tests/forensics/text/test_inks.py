"""The tint of whole words, which survives colour at half resolution."""

from PIL import Image, ImageDraw

from realfake.forensics.box import Box
from realfake.forensics.text.regions import Regions
from tests.lettering import ALTERED, Colour, nearest, pixels, regions_of, slip, write
from tests.pictures import jpeg

INK, OTHER = (40, 40, 40), (20, 37, 108)  # of one luma


def number_of(first: Colour, second: Colour) -> tuple[Regions, int]:
    """A slip after a JPEG with colour at half resolution, in it a number of two parts; and which word that is."""
    picture, _, values = slip(ink=INK)
    where = values[ALTERED]
    ImageDraw.Draw(picture).rectangle((where.x - 2, where.y - 2, picture.width, where.bottom + 2), "white")
    left = write(picture, "472", 208, 52 * (ALTERED + 1), ink=first)
    right = write(picture, "742", left.right, 52 * (ALTERED + 1), ink=second)
    found = regions_of(Image.fromarray(jpeg(pixels(picture), 80)))
    return found, nearest(found.boxes, Box.from_edges(left.x, left.y, right.right, left.bottom))


def test_a_word_in_another_tint_of_equal_luma_stands_out_after_a_jpeg():
    found, word = number_of(OTHER, OTHER)
    tint = found.table["inks__tint__blue"]
    assert tint[word] > 20 > 4 > tint.drop(word).abs().max()
    assert found.table["inks__tint__nearest"].idxmax() == word


def test_a_number_of_two_tints_splits_after_a_jpeg():
    found, word = number_of(INK, OTHER)
    split = found.table["inks__tint__split"]
    assert split.idxmax() == word
    assert split[word] > 15 > 5 * split.drop(word).max()
    assert found.table["inks__tint__excess"].idxmax() == word


def test_a_number_of_one_tint_does_not_split():
    found, word = number_of(INK, INK)
    assert found.table.loc[word, "inks__tint__split"] < 2
    assert found.table.loc[word, "inks__solid__split"] < 0.1
