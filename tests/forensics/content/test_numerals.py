"""Numbers are read by their pieces of ink: as many signs, each of a kind that its place and height allow."""

import numpy as np
import pytest

from realfake.forensics.content.numerals import pieces, spelled, with_numbers

SIGNS = ("", *"٠١٢٣٤٥٦٧٨٩۴۵۶0123456789", *"ab", *" .,:/-+|•'٫٬،")
HEIGHT, PITCH = 40, 24
SHAPES = {"٠": (16, 22), ".": (26, 32), ",": (26, 34), "٬": (4, 12), "-": (18, 21)}  # rows; digits take 8 to 30


def drawn(text):
    """A picture in which each sign is a bar of its height and place."""
    picture = np.zeros((HEIGHT, PITCH * len(text)), np.float32)
    for i, sign in enumerate(text):
        top, bottom = SHAPES.get(sign, (8, 30))
        if sign != " ":
            picture[top:bottom, PITCH * i + 6 : PITCH * i + 16] = 1
    return picture


def told(text, seen, chances=None):
    """What is read of a picture of `text`, of which a network saw `seen`, "_" for nothing, with chances beside."""
    picture = drawn(text)
    likely = np.full((len(text), len(SIGNS)), 0.002, np.float32)
    steps = [step for step, sign in enumerate(seen) if sign != "_"]
    likely[steps, [SIGNS.index(seen[step]) for step in steps]] = 0.9
    for step, sign in (chances or {}).items():
        likely[step, SIGNS.index(sign)] += 0.3
    return with_numbers([seen[step] for step in steps], np.array(steps), likely, picture, SIGNS)


@pytest.mark.parametrize("text", ["١٢٣٤", "1,250.00", "٢٠٢٦/١١/٢٦", "ab 12:45", "٣٠٬٠٠٠"])
def test_what_was_read_well_stays(text):
    assert told(text, text) == text


def test_of_two_like_digits_none_is_lost():
    assert told("27.00", "27.0_", {4: "0"}) == "27.00"


def test_zeros_of_the_east_are_no_points_and_points_no_zeros():
    assert told("٩٤٠٩", "٩٤.٩", {2: "٠"}) == "٩٤٠٩"
    assert told("٢,٢٠٠", "٢٠٢٠٠", {1: ","}) == "٢,٢٠٠"


def test_zeros_of_the_east_are_no_dots_of_a_mask():
    assert told("٩٤٫٠٠", "٩٤٫••") == "٩٤٫٠٠"
    assert told("•••٩٤", "•••٩٤") == "•••٩٤"


def test_a_wide_digit_is_one():
    picture = drawn("١٢٣")
    likely = np.full((6, len(SIGNS)), 0.002, np.float32)
    for step, sign in enumerate("١١٣٢٣٣"):
        likely[step, SIGNS.index(sign)] = 0.6 if sign == "٢" else 0.5
    assert with_numbers("١٣٢٣", np.array([0, 2, 3, 4]), likely, picture, SIGNS) == "١٢٣"


def test_digits_of_one_number_are_of_the_east_or_of_the_west():
    assert told("2026", "٠026", {0: "2"}) == "2026"


def test_letters_that_look_like_digits_are_those():
    assert told("٩٧١", "٩|١", {1: "٧"}) == "٩|١"  # a stroke may stand there
    assert told("a٧١", "a٧١") == "a٧١"  # a word with other letters is no number


def test_digits_that_touch_are_read_as_they_were_told():
    picture = drawn("1234")
    picture[20, 6:90] = 1
    likely = np.full((4, len(SIGNS)), 0.002, np.float32)
    likely[np.arange(4), [SIGNS.index(sign) for sign in "1234"]] = 0.9
    assert with_numbers("1234", np.arange(4), likely, picture, SIGNS) == "1234"


def test_a_piece_that_is_likely_nothing_leaves_a_number_as_it_was_told():
    picture = drawn("1 3 5")
    likely = np.zeros((5, len(SIGNS)), np.float32)
    likely[[0, 4], [SIGNS.index("1"), SIGNS.index("5")]] = 0.9
    middles = (np.arange(5) + 0.5) * PITCH
    assert spelled("15", likely, middles, pieces(picture), SIGNS) == "15"


def test_what_stands_above_is_part_of_a_piece():
    picture = np.zeros((HEIGHT, 20), np.float32)
    picture[10:14, 4:8] = picture[24:28, 4:8] = picture[8:30, 12:16] = 1
    assert pieces(picture).tolist() == [[4, 8, 10, 28], [12, 16, 8, 30]]
    assert pieces(np.zeros((HEIGHT, 20), np.float32)).shape == (0, 4)


def test_gaps_as_wide_as_those_between_words_part_groups_of_the_west():
    text, seen = "8002 5165 0349", "8002_5165 0349"  # the network saw one of two spaces
    assert told(text, seen) == "8002 5165 0349"
    assert told("80025165 0349", "80025165 0349") == "80025165 0349"
    assert told("٨٢ ٥١ ٣٤", "٨٢_٥١ ٣٤") == "٨٢٥١ ٣٤"  # zeros of the East stand as far apart
