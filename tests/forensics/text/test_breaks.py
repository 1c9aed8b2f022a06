"""Letters that a stretch of their line was copied over are cut, and the stretch stands there twice."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from realfake.forensics.text.regions import Regions
from tests.lettering import ALTERED, nearest, pixels, regions_of, slip
from tests.pictures import jpeg

REPEAT = "breaks__repeat__cut"
START, STOP = 9, 44  # columns of a value, both inside a letter


@pytest.fixture(scope="module")
def plain() -> Regions:
    return regions_of(slip()[0])


def broken(quality: int | None = None) -> tuple[pd.DataFrame, np.ndarray]:
    """The words of a slip in one value of which a stretch was copied over another place, and which those words are."""
    picture, _, values = slip()
    rgb, box = pixels(picture), values[ALTERED]
    rows = slice(box.y - 2, box.bottom + 2)
    rgb[rows, box.x + 77 : box.x + 77 + STOP - START] = rgb[rows, box.x + START : box.x + STOP].copy()
    found = regions_of(Image.fromarray(rgb if quality is None else jpeg(rgb, quality, "4:4:4")))
    field = found.fields[nearest(found.boxes, box)]
    return found.table, np.array([one == field for one in found.fields])


@pytest.mark.parametrize("quality", [None, 90])
def test_a_stretch_that_is_cut_out_of_letters_and_stands_twice_is_a_repeat(plain, quality):
    words, altered = broken(quality)
    assert words[REPEAT][altered].max() > 0.6
    assert plain.table[REPEAT][altered].max() < 0.05
    if quality is None:
        assert (words[REPEAT][~altered] == plain.table[REPEAT][~altered]).all()


def test_letters_cut_by_an_upright_line_end_and_begin_at_it(plain):
    words, altered = broken()
    for column in ("breaks__cut__ends", "breaks__cut__mixed"):
        assert words[column][altered].max() > plain.table[column][altered].max()
    assert words["breaks__cut__ends"].max() == words["breaks__cut__ends"][altered].max() > 0.2
