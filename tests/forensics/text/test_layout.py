"""Where words stand, against their line and row."""

import pytest

from tests.lettering import altered_slip, nearest, regions_of


def test_a_word_set_two_pixels_lower_stands_out_by_its_baseline():
    picture, box = altered_slip(lower=2)
    found = regions_of(picture)
    word = nearest(found.boxes, box)
    row = found.table.iloc[word]
    assert row["layout__baseline__off_line"] == pytest.approx(2, abs=0.2)
    assert row["layout__baseline__off_row"] == pytest.approx(2, abs=0.2)
    for column in ("layout__baseline__off_line", "layout__baseline__off_row"):
        assert found.table[f"{column}__z_style"].idxmax() == word
        assert row[f"{column}__z_style"] > 5


def test_a_word_in_line_with_the_others_does_not_stand_out_by_its_baseline():
    picture, box = altered_slip()
    row = regions_of(picture).table.iloc[nearest(regions_of(picture).boxes, box)]
    assert abs(row["layout__baseline__off_line"]) < 0.2
    assert abs(row["layout__baseline__off_row"]) < 0.2
