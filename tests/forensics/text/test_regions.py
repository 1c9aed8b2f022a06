"""The table of words: complete, repeatable and as the catalogue says."""

import numpy as np
import pandas as pd
import pytest

from realfake.forensics.text.regions import Regions, region_catalogue
from tests.lettering import blank, regions_of, slip


@pytest.fixture(scope="module")
def plain() -> Regions:
    return regions_of(slip()[0])


def test_an_untouched_screen_on_one_flat_colour_gives_no_infinite_number(plain):
    values = plain.table.to_numpy()
    assert len(values) >= 16
    assert not np.isinf(values).any()
    assert np.isfinite(values).mean() > 0.5


def test_the_catalogue_names_the_columns_of_the_table_in_order(plain):
    columns = [entry.column for entry in region_catalogue()]
    assert columns == list(plain.table.columns)
    assert len(set(columns)) == len(columns)
    assert all(entry.unit and entry.meaning and entry.source for entry in region_catalogue())
    assert list(regions_of(blank(64, 64)).table.columns) == columns


def test_the_same_screen_gives_the_same_table(plain):
    again = regions_of(slip()[0])
    assert again.boxes == plain.boxes and again.fields == plain.fields
    pd.testing.assert_frame_equal(again.table, plain.table, check_exact=True)


def test_every_word_stands_in_its_field_and_counts_its_peers(plain):
    assert all(field.intersection(word) == word for word, field in zip(plain.boxes, plain.fields, strict=True))
    words = plain.table["layout__field__words"]
    assert (plain.table["peers__line__count"] == words - 1).all()
    alone = plain.table["peers__line__count"] == 0
    assert plain.table.loc[alone, [c for c in plain.table if c.endswith("__z_line")]].isna().all(axis=None)
