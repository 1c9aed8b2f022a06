"""The grammar of a value."""

import doctest

import numpy as np
import pytest

from realfake.pipeline.habits import grammar
from realfake.pipeline.habits.grammar import (
    distance,
    is_whole,
    length_of,
    signature,
    strangers,
    usual,
    usual_classes,
    usual_lengths,
    usual_pitches,
    usual_signatures,
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
    assert usual_lengths(["9" * 16] * 8 + ["9" * 15] * 2) == ("16",)
    assert usual_lengths(["9" * 16] * 6 + ["9" * 15] * 6) == ("15", "16")
    assert usual_lengths(["9" * 16] * 9 + ["9" * 12]) == ()
    assert usual_lengths(["9" * 16] * 8 + ["9" * 15, "9" * 15, "9" * 17]) == ()


def test_classes_are_those_that_more_than_one_value_has():
    assert usual_classes(["A99", "A99", "AA9", "A99", "A9a"]) == ("9", "A")
    assert usual_classes(["A9"] * 4) == ()
    assert strangers("Aa9?x", ("9", "A")) == 2


def test_amounts_without_decimals_are_told_from_others():
    assert usual_signatures(["$99"] * 10, "amount") == ("9",) and is_whole(("9", ""))
    assert not is_whole(("9", "9.99")) and not is_whole(("9,99",))
    assert usual_signatures(["$99.99"] * 10, "amount") == ("9.99",)


def test_length_counts_letters_and_digits():
    assert length_of("A9?-x ") == 4


def test_the_width_of_a_digit_is_told_on_screens_of_any_size():
    """Widths follow from signs on telephones whose letters are of two sizes; of one name they follow from nothing."""
    weights = np.array([[5.0, 8, 7, 6, 9], [10, 10, 10, 10, 10], [4, 5, 6, 7, 8]])
    sizes = np.array([[0.02], [0.03], [0.01]]) * np.array([1, 1, 1.2, 1, 1.2])
    sizes[2] *= [1, 3, 1, 0.5, 2]
    pitches, larger = usual_pitches(sizes, weights)
    assert pitches[:2] == pytest.approx([0.02, 0.03])
    assert larger == pytest.approx([1, 1, 1.2, 1, 1.2])
    assert np.isnan(pitches[2])
    sizes[0, 0] = np.nan
    assert np.isnan(usual_pitches(sizes, weights)[0][0])
