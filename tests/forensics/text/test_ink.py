"""The ink of words."""

import pytest

from realfake.forensics.text.contrast import KINDS
from tests.lettering import altered_slip, nearest, regions_of

INK = [f"ink__colour__{c}__z_{kind}" for c in ("red", "green", "blue") for kind in KINDS]


def test_a_word_in_another_ink_stands_out_by_its_colour():
    picture, box = altered_slip(ink=(20, 20, 64))
    found = regions_of(picture)
    word = nearest(found.boxes, box)
    largest = found.table[INK].abs().max(axis=1)
    assert largest.idxmax() == word
    assert found.table.loc[word, "ink__colour__blue__z_line"] > 5
    assert found.table.loc[word, "ink__colour__blue"] == pytest.approx(64, abs=8)
    assert found.table.loc[word, "ink__colour__red"] == pytest.approx(20, abs=8)
