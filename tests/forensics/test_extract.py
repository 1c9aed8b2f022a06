"""Rows of the feature table and of the region table."""

import numpy as np
import pytest

from realfake.forensics.box import Box
from realfake.forensics.errors import BadImage
from realfake.forensics.extract import REGION_PLACE, extract_features, extract_regions, extract_values
from realfake.forensics.image import ForensicImage
from realfake.forensics.text.regions import Regions, region_catalogue
from tests.lettering import pixels, regions_of, slip


@pytest.fixture(scope="module")
def plain() -> Regions:
    return regions_of(slip()[0])


def test_a_row_of_the_region_table_says_where_its_word_stands(plain):
    rows = extract_regions(ForensicImage.from_array(pixels(slip()[0])))
    assert [row["region"] for row in rows] == list(range(len(plain.boxes)))
    assert [Box(*(row[name] for name in REGION_PLACE[1:5])) for row in rows] == plain.boxes
    assert [Box(*(row[name] for name in REGION_PLACE[5:9])) for row in rows] == plain.fields
    assert {row["error"] for row in rows} == {""}


@pytest.mark.parametrize("side", [16, 64])
def test_an_image_without_text_is_one_row_without_measurements(side):
    (row,) = extract_regions(ForensicImage.from_array(np.full((side, side, 3), 200, np.uint8)))
    assert row["region"] == -1
    assert all(np.isnan(row[entry.column]) for entry in region_catalogue())


@pytest.mark.parametrize("measure", [extract_features, extract_regions, extract_values])
def test_pixels_are_no_path(measure):
    with pytest.raises(BadImage, match=r"not by ndarray; ForensicImage.from_array takes pixels"):
        measure(np.full((64, 64, 3), 200, np.uint8))
