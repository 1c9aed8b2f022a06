"""The facts of a table, screen by screen."""

import numpy as np
import pytest

from realfake.forensics.errors import BadTable
from realfake.pipeline.habits.screens import once_a_capture, screen_of, screens_of
from tests.habitual import SIZE, receipts_of, table


@pytest.fixture(scope="module")
def facts():
    return table(receipts_of("ddd", 3))


def test_a_screen_has_its_values_by_name_and_its_texts_by_hash(facts):
    first, *others = screens_of(facts)
    assert len(others) == 2
    assert (first.path, first.app, first.width) == ("ddd0.png", "bank", SIZE[0])
    assert set(first.named) == {"date", "reference", "amount", "fee", "total"}
    assert first.named["reference"].sure
    assert len(first.statics) == 6
    assert first.place(next(iter(first.statics.values()))) == pytest.approx(60 / 1080)


def test_a_screen_on_which_nothing_was_read_is_empty(facts):
    blank = facts.head(1).assign(kind=None, name=None, pattern=None, relations=None, x=np.nan, path="blank.png")
    (screen,) = screens_of(blank)
    assert screen.facts == ()
    assert screen.codes == ()


def test_a_table_without_facts_is_refused(facts):
    with pytest.raises(BadTable, match="no column 'relations'"):
        screens_of(facts.drop(columns="relations"))


@pytest.mark.parametrize("column", ["width", "x", "confidence"])
def test_text_in_place_of_numbers_is_refused(facts, column):
    with pytest.raises(BadTable, match=f"has text in the column '{column}'"):
        screens_of(facts.assign(**{column: ["high", *["1"] * (len(facts) - 1)]}))


def test_a_missing_width_is_that_of_what_stands_on_the_screen(facts):
    assert screens_of(facts.drop(columns="width"))[0].width == 700


def test_files_of_one_capture_count_once(facts):
    groups = facts["path"].eq("ddd2.png").to_numpy().astype(int)
    assert [screen.path for screen in once_a_capture(screens_of(facts, groups))] == ["ddd0.png", "ddd2.png"]


def test_a_receipt_is_the_screen_that_its_facts_make(facts):
    told = next(iter(receipts_of("ddd", 3).values()))
    screen = screen_of(told, ["pix"])
    assert screen.facts[:-1] == screens_of(facts)[0].facts
    assert screen.codes == ("pix",)
    assert screen_of(None).facts == ()
