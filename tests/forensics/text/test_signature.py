"""A word is known again after PNG, JPEG, scaling and a crop, from some kilobytes a screen."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realfake.forensics.text.direction import Direction
from realfake.forensics.text.signature import PRINT, ROWS, SHAPE, from_bytes, to_bytes, words_from_bytes
from tests.lettering import blank
from tests.payments import payment, receipt, sent, signed


@pytest.fixture(scope="module")
def picture():
    return receipt(payment(1))


def test_what_is_written_is_read_back_and_takes_some_kilobytes(picture):
    signature = signed(picture)
    data = to_bytes(signature)
    again = from_bytes(data)
    assert to_bytes(again) == data
    assert again.size == signature.size
    assert again.words.tobytes() == words_from_bytes(data).tobytes() == signature.words.tobytes()
    assert all(np.array_equal(one, other) for one, other in zip(again.rasters, signature.rasters, strict=True))
    assert len(data) < 190 * len(signature)


def test_a_screen_without_words_has_an_empty_signature():
    signature = signed(blank())
    assert len(signature) == 0
    assert len(from_bytes(to_bytes(signature))) == 0
    assert signature.prints.shape == (0, PRINT)
    assert signature.boxes.shape == (0, 4)


@pytest.mark.parametrize("quality", [70, 80, 95])
def test_jpeg_leaves_nearly_every_bit_of_a_print(picture, quality):
    plain, saved = signed(picture), signed(sent(picture, quality))
    assert len(plain) == len(saved)
    flipped = (plain.prints != saved.prints).sum(axis=1)
    assert np.median(flipped) <= 4
    assert (plain.prints[:, None] != plain.prints[None]).sum(axis=2)[np.triu_indices(len(plain), 1)].mean() > 20


def test_a_raster_is_as_long_as_its_word(picture):
    signature = signed(picture)
    for word, raster in zip(signature.words, signature.rasters, strict=True):
        assert raster.shape == (ROWS, round(ROWS * word["width"] / word["height"]))
        assert set(np.unique(raster)) <= {0, 1, 2}


@pytest.mark.parametrize("turn", [1, 3, 6, 8])
def test_boxes_are_those_of_the_stored_picture_however_it_lies(picture, turn):
    upright = signed(picture)
    lying = replace(upright, direction=Direction(turn))
    assert lying.stored_size == (upright.size[::-1] if turn in (6, 8) else upright.size)
    for word in range(len(upright)):
        assert lying.direction.read(lying.stored_box(word), *lying.stored_size) == upright.stored_box(word)
    assert (lying.stored_box(0) == upright.stored_box(0)) == (turn == 1)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=60))
def test_other_bytes_are_refused(data):
    with pytest.raises(ValueError):
        from_bytes(data)


def test_cut_bytes_are_refused(picture):
    data = to_bytes(signed(picture))
    for keep in (0, 10, len(data) // 2, len(data) - 1):
        with pytest.raises(ValueError):
            from_bytes(data[:keep])


def test_a_word_takes_as_many_bytes_as_is_said():
    assert SHAPE.itemsize == 32


def test_a_word_knows_how_far_nothing_stands_beside_it(picture):
    signature = signed(picture)
    left, top, right, bottom = signature.boxes.T
    blank_cells = signature.words["blank"] * (bottom - top)[:, None] / ROWS
    for word in range(len(signature)):
        line = (top < bottom[word]) & (bottom > top[word])
        beside = left[line & (left > right[word])] - right[word], left[word] - right[line & (right < left[word])]
        for gaps, cells in zip(beside, blank_cells[word, [2, 0]], strict=True):
            assert cells <= gaps.min(initial=10_000) + 1
            assert cells >= min(gaps.min(initial=10_000), 0.7 * (bottom - top)[word]) - 4
    assert (blank_cells[:, [1, 3]] > 0).all()
    assert (signature.words["clear"] >= signature.words["plain"]).all()
