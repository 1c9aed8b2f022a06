"""What a table is to hold, and what is refused."""

import pytest

from realfake.forensics.errors import UnknownName
from realfake.pipeline.extraction.wanted import Wanted


def test_rows_are_images_words_or_values_and_nothing_else():
    asked = [Wanted(level=level) for level in ("image", "region", "field")]
    assert [(one.words, one.values) for one in asked] == [(False, False), (True, False), (False, True)]
    with pytest.raises(UnknownName, match="no level 'pixel'; choose from image, region"):
        Wanted(level="pixel")


def test_text_stands_in_tables_of_values_alone():
    assert Wanted(level="field", with_text=True).with_text
    with pytest.raises(UnknownName, match="tables of values alone"):
        Wanted(with_text=True)
