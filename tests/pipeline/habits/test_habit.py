"""A habit in words."""

import pytest

from realfake.pipeline.habits.habit import HOLE, KINDS, PITCH, SUPPORT, Habit, in_words


@pytest.mark.parametrize(
    ("kind", "what", "words"),
    [
        ("time", ("7:HHMM", "7:hhMM"), "reference holds date: HHMM at 7 or hhMM at 7"),
        ("sum", ("=amount+fee", "=amount"), "reference =amount+fee or =amount"),
        ("length", ("16", "18"), "reference has 16 or 18 letters and digits"),
        ("alphabet", ("9", "A"), "reference is made of digits and capitals"),
        ("format", ("9.99",), "reference is written 9.99"),
        ("place", ("0.0556",), "the text reference begins at 0.0556 of the width"),
        ("code", ("pix",), "codes are pix"),
        (PITCH, ("0.020114",), "a digit of reference takes 2.01% of the screen's width"),
        (HOLE, ("0.02",), "reference has no blank ground where signs would stand"),
    ],
)
def test_every_kind_of_habit_has_words(kind, what, words):
    assert in_words(Habit("id", 0, kind, "reference", what, 9, other="date")) == words


def test_every_kind_was_tried():
    assert set(KINDS) == {"time", "sum", "length", "alphabet", "format", "place", "code", HOLE}
    assert set(SUPPORT) == set(KINDS)
