"""Letters of a word against all letters of the screen that are like them."""

import numpy as np
import pytest
from PIL import Image, ImageFilter

from realfake.forensics.text import glyphs
from tests.lettering import ALTERED, nearest, pixels, regions_of, slip
from tests.pictures import jpeg


@pytest.mark.parametrize("received", [False, True])
def test_letters_of_another_renderer_depart_from_all_like_letters_of_the_screen(received):
    picture, _, values = slip()
    box = values[ALTERED].grown(3, *picture.size)
    region = (box.x, box.y, box.right, box.bottom)
    picture.paste(picture.crop(region).filter(ImageFilter.GaussianBlur(0.5)), region)
    found = regions_of(Image.fromarray(jpeg(pixels(picture), 75)) if received else picture)
    field = np.array([one == found.fields[nearest(found.boxes, box)] for one in found.fields])
    for column, times in (("word__edge", 2), ("word__together", 1.7), ("word__worst", 1.7), ("field__edge", 3)):
        departure = found.table[f"alike__{column}"].abs()
        assert departure[field].min() > times * departure[~field].max()
    assert (
        found.table["alike__field__together"][field].min()
        > 4
        > 1.5
        > found.table["alike__field__together"][~field].max()
    )


def test_letters_of_one_renderer_depart_from_like_letters_by_nothing():
    table = regions_of(slip()[0]).table
    assert table["alike__word__count"].median() > 3
    assert table["alike__word__largest"].max() == table["alike__field__together"].max() == 0
    assert table["alike__word__unlike"].abs().max() == 0


def test_a_screen_of_too_many_like_letters_is_compared_with_the_first_of_them(monkeypatch):
    whole = regions_of(slip()[0]).table["alike__word__count"]
    monkeypatch.setattr(glyphs, "MOST_PAIRS", 300)
    some = regions_of(slip()[0]).table["alike__word__count"]
    assert whole.max() > 5 > 3 >= some.max() > 0
