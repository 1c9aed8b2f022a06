"""A stretch of a line that was laid over another place of it ends strokes that go on where it came from."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from realfake.forensics.text.regions import Regions
from tests.lettering import blank, nearest, pixels, regions_of, slip, write
from tests.pictures import jpeg

CUT, BESIDE = "copies__stretch__cut", "copies__stretch__beside"
ROW, START, STOP, THERE = 0, 22, 78, 60  # a row, and columns of its value, all inside letters


@pytest.fixture(scope="module")
def plain() -> Regions:
    return regions_of(slip()[0])


def copied(lower: int = 0, quality: int | None = None) -> tuple[pd.DataFrame, np.ndarray]:
    """The words of a slip in one value of which a stretch was laid over another place, and which those words are."""
    picture, _, values = slip()
    rgb, box = pixels(picture), values[ROW]
    rows, place = slice(box.y - 2, box.bottom + 2), slice(box.y - 2 + lower, box.bottom + 2 + lower)
    rgb[place, box.x + THERE : box.x + THERE + STOP - START] = rgb[rows, box.x + START : box.x + STOP].copy()
    found = regions_of(Image.fromarray(rgb if quality is None else jpeg(rgb, quality, "4:4:4")))
    field = found.fields[nearest(found.boxes, box)]
    return found.table, np.array([one == field for one in found.fields])


@pytest.mark.parametrize(("lower", "quality"), [(0, None), (1, None), (0, 90), (0, 75)])
def test_a_copy_ends_strokes_that_go_on_where_it_came_from_and_those_that_it_covers(plain, lower, quality):
    words, altered = copied(lower, quality)
    assert words[CUT][altered].max() > 0.15 > 0.02 > words[CUT][~altered].max()
    assert words[BESIDE][altered].max() > 0.15 > 0.05 > plain.table[BESIDE][altered].max()
    assert plain.table[CUT].max() < 0.02


def test_words_and_letters_that_repeat_themselves_are_no_copies():
    picture = blank()
    for row, text in enumerate(("NEXT NEXT NEXT", "ten tents tend", "17 471 747 171", "SENT LENT TEN")):
        write(picture, text, 40, 60 + 60 * row)
    words = regions_of(picture).table
    assert np.isfinite(words[CUT]).all()
    assert words[CUT].max() < 0.03


def test_a_field_too_short_to_hold_a_copy_says_nothing():
    picture = blank()
    write(picture, "E", 40, 60)
    write(picture, "LENA KTLE", 40, 120)
    words = regions_of(picture).table
    assert words[CUT].isna().tolist() == [True, False, False]
