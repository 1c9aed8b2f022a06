"""Numbers of which a part was altered split in two runs."""

import pandas as pd
import pytest
from PIL import ImageDraw

from realfake.forensics.box import Box
from realfake.forensics.text.regions import Regions
from tests.lettering import ALTERED, BLACK, Colour, nearest, regions_of, slip, write


@pytest.fixture(scope="module")
def plain() -> Regions:
    return regions_of(slip()[0])


def number_of(raised: int = 0, ink: Colour = BLACK) -> pd.Series:
    """What is measured on a number of six digits, of which the last three stand higher or have another ink."""
    picture, _, values = slip()
    where = values[ALTERED]
    ImageDraw.Draw(picture).rectangle((where.x - 2, where.y - 2, picture.width, where.bottom + 2), "white")
    left = write(picture, "472", 208, 52 * (ALTERED + 1))
    right = write(picture, "742", left.right, 52 * (ALTERED + 1) - raised, ink=ink)
    found = regions_of(picture)
    box = Box.from_edges(left.x, min(left.y, right.y), right.right, left.bottom)
    return found.table.iloc[nearest(found.boxes, box)]


def test_digits_that_stand_higher_than_the_rest_of_their_number_split_it():
    plain, raised = number_of(), number_of(raised=2)
    assert plain["layout__glyphs__count"] == raised["layout__glyphs__count"] == 6
    for end in ("foot", "top"):
        assert plain[f"runs__{end}__split"] < 0.2
        assert raised[f"runs__{end}__split"] == pytest.approx(2, abs=0.3)
        assert raised[f"runs__{end}__excess"] >= 0.9


def test_digits_in_another_ink_than_the_rest_of_their_number_split_it():
    plain, other = number_of(), number_of(ink=(60, 60, 60))
    assert plain["runs__ink__split"] < 2
    assert other["runs__ink__split"] == pytest.approx(40, abs=6)
