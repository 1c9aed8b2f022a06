"""The grammar of a value."""

import doctest

import numpy as np
import pytest

from realfake.pipeline.habits import grammar
from realfake.pipeline.habits.grammar import (
    distance,
    has_room,
    length_of,
    signature,
    strangers,
    usual,
    usual_classes,
    usual_lengths,
    usual_pitch,
    usual_signatures,
    weight,
)


def test_examples_run():
    assert doctest.testmod(grammar).failed == 0


@pytest.mark.parametrize(
    ("pattern", "kind", "kept"),
    [
        ("$9,999.99", "amount", "9.99"),
        ("$9.99", "amount", "9.99"),
        ("9.999.999aa", "amount", "9"),
        ("9,99,999.99", "amount", "9.99"),
        ("9 999,99a?", "amount", "9,99"),
        ("A9.?9", "amount", "9.99"),
        ("$?.99", "amount", "9.99"),
        ("AA?99.99", "amount", "9.99"),
        ("?9:9? AA", "time", "99:99 A"),
        ("9?:?9", "time", "99:99"),
        ("99Aaa9999 99:99", "moment", "99A9999 99:99"),
        ("9Aaaaaaaa9999 9:99AA", "moment", "9A9999 9:99A"),
        ("9999-99-99", "date", "9999-99-99"),
        ("AA-9a9?", "identifier", "ww-wwww"),
    ],
)
def test_a_signature_is_what_does_not_hang_on_the_value(pattern, kind, kept):
    assert signature(pattern, kind) == kept


def test_distance_counts_signs():
    assert [distance(*pair) for pair in (("", "abc"), ("abc", "abd"), ("abc", "ac"), ("same", "same"))] == [3, 1, 1, 0]


def test_a_habit_needs_five_values_that_are_alike():
    assert usual(["a"] * 4) == ()
    assert usual(["a"] * 5) == ("a",)
    assert usual(["aaaa", "bbbb"] * 5) == ("aaaa", "bbbb")
    assert usual([letter * 4 for letter in "abcdefghij"]) == ()
    assert usual(["aaaa"] * 9 + ["bbbb"]) == ()


def test_one_misread_value_does_not_end_a_habit():
    assert usual_lengths(["9" * 16] * 9 + ["9" * 15]) == ("16",)
    assert usual_lengths(["9" * 16] * 9 + ["9" * 12]) == ()


def test_classes_are_those_that_more_than_one_value_has():
    assert usual_classes(["A99", "A99", "AA9", "A99", "A9a"]) == ("9", "A")
    assert usual_classes(["A9"] * 4) == ()
    assert strangers("Aa9?x", ("9", "A")) == 2


def test_round_sums_do_not_make_a_habit_of_no_decimals():
    assert usual_signatures(["$99"] * 10, "amount") == ()
    assert usual_signatures(["$99"] * 30, "amount") == ("9",)
    assert usual_signatures(["$99.99"] * 10, "amount") == ("9.99",)


def test_length_counts_letters_and_digits():
    assert length_of("A9?-x ") == 4


def test_a_lost_digit_leaves_room():
    patterns = ["$9,999.99", "$99.99", "$999.99", "$9.99", "$99.99"]
    pitch = usual_pitch([0.02 * weight(pattern) for pattern in patterns], patterns)
    assert pitch == pytest.approx(0.02)
    assert has_room(0.02 * weight("$999.99"), "$99.99", pitch)
    assert not has_room(0.02 * weight("$99.99"), "$99.99", pitch)
    assert np.isnan(usual_pitch([0.1, 0.3, 0.2, 0.7, 0.1], patterns))
    assert np.isnan(usual_pitch([0.1] * 4, patterns[:4]))
