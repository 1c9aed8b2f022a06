"""One screen over another: the scale and shift that were made are found."""

import numpy as np
import pytest

from realfake.forensics.text.signature import ROWS
from realfake.pipeline.archive.alignment import (
    FARTHER,
    STRETCH,
    UNKNOWN,
    align,
    apart,
    drawn,
    laid,
    unlike,
)
from tests.lettering import blank
from tests.payments import payment, receipt, sent, signed


@pytest.mark.parametrize(("scale", "crop"), [(1.0, 0), (0.7, 0), (1.0, 80), (0.75, 50), (1.6, 0)])
def test_scale_and_crop_are_found(scale, crop):
    picture = receipt(payment(3))
    found = align(signed(sent(picture, 90, scale, crop)), signed(picture))
    assert found.scale == pytest.approx(scale, abs=0.004)
    assert found.dy == pytest.approx(-crop * scale, abs=1.5)
    assert found.dx == pytest.approx(0, abs=1.5)


def test_another_receipt_of_the_app_lies_on_it_by_what_both_say():
    found = align(signed(receipt(payment(1))), signed(receipt(payment(2))))
    assert (found.scale, found.dx, found.dy) == pytest.approx((1, 0, 0), abs=0.5)


def test_what_has_no_words_in_common_does_not_lie_on_it():
    slip = signed(receipt(payment(1)))
    assert align(slip, signed(blank())) is None
    assert align(signed(blank()), slip) is None


def test_prints_are_counted_bit_by_bit():
    one, other = signed(receipt(payment(1))), signed(receipt(payment(2)))
    counted = (one.prints[:, None] != other.prints[None]).sum(axis=2)
    assert np.array_equal(unlike(one, other), counted)


def one_drawn(screen, words, frame, columns):
    return drawn(screen, words[None], frame[None], np.array([columns]))[0].reshape(ROWS + 2, columns + 2)


def one_apart(here, there):
    found = apart((here.ravel(), np.array([0, here.size])), np.zeros(1, int), (there.ravel(), np.array([0])))
    return tuple(found[0, :2].tolist())


def off(here, there):
    return one_apart(here, np.pad(there, 1))[0]


def test_a_word_is_drawn_again_where_it_stands_even_from_two_parts():
    signature = signed(receipt(payment(1)))
    boxes = signature.boxes
    every = np.ones(len(signature), bool)
    for word in range(len(signature)):
        here = signature.rasters[word]
        assert one_apart(here, one_drawn(laid(signature, boxes), every, boxes[word], here.shape[1]))[0] == 0
    first, second = np.lexsort((boxes[:, 0], boxes[:, 3].round(-1)))[-2:]  # the last line has two words
    frame = np.concatenate([boxes[[first, second], :2].min(axis=0), boxes[[first, second], 2:].max(axis=0)])
    together = one_drawn(laid(signature, boxes), every, frame, 100) % UNKNOWN
    assert (together[:, :10] > 1).any() and (together[:, -10:] > 1).any()


def test_many_words_are_compared_at_once_as_each_is_alone():
    one, second = signed(receipt(payment(1))), signed(receipt(payment(2)))
    other = laid(second, second.boxes)
    words = np.argsort(one.boxes[:, 0])  # in any order
    facing = np.ones((len(words), len(other.boxes)), bool)
    canvases = drawn(other, facing, one.boxes[words], one.words["columns"][words].astype(int))
    found = apart(one.cells, words, canvases)
    for word, (most, start, known, touched) in zip(words, found.tolist(), strict=True):
        shown = one_drawn(other, facing[0], one.boxes[word], one.rasters[word].shape[1])
        inner = shown[1:-1, 1:-1]
        assert one_apart(one.rasters[word], shown) == (most, start)
        assert (known, touched) == ((inner < UNKNOWN).sum(), (inner % UNKNOWN > 0).sum())


def test_only_words_and_the_blank_ground_beside_them_are_known():
    signature = signed(receipt(payment(1)))
    boxes, word = signature.boxes, int(signature.words["width"].argmax())
    one = np.arange(len(signature)) == word
    left, top, right, bottom = boxes[word]
    high = bottom - top
    wide = np.array([left - 2 * high, top, right + 2 * high, bottom])
    columns = round(ROWS * (wide[2] - wide[0]) / high)
    assert (one_drawn(laid(signature, boxes), ~(one | ~one), wide, columns) == UNKNOWN).all()
    known = np.flatnonzero((one_drawn(laid(signature, boxes), one, wide, columns)[1:-1] < UNKNOWN).all(axis=0)) - 1
    reach = laid(signature, boxes).reach[word]
    assert reach[0] < left - high / 3 and reach[2] > right + high / 3
    cell = high / ROWS
    edges = wide[0] + cell * known[0], wide[0] + cell * (known[-1] + 1)
    assert edges == pytest.approx((reach[0], reach[2]), abs=1.5 * cell)
    assert np.array_equal(known, np.arange(known[0], known[-1] + 1))


def test_ink_beside_ink_is_the_same_and_ink_amid_nothing_is_not():
    here, there = np.zeros((2, 16, 30), np.uint8)
    here[4:12, 10:12], there[5:13, 11:13] = 2, 2
    assert off(here, there) == off(there, here) == 0
    here[4:12, 20:22] = 2
    assert off(here, there) == off(there, here) == 16 * (1 + FARTHER)
    unknown = there.copy()
    unknown[:, 18:24] = UNKNOWN
    assert off(here, unknown) == 0


def test_the_stretch_that_differs_is_named():
    here, there = np.zeros((2, 16, 60), np.uint8)
    here[4:12, 10:12] = there[4:12, 10:12] = 2
    here[4:12, 40:42] = 2
    start = one_apart(here, np.pad(there, 1))[1]
    assert start <= 40 and start + STRETCH >= 42


def test_a_raster_that_stands_one_cell_lower_is_the_same_and_two_is_not():
    here = np.zeros((16, 30), np.uint8)
    here[4:6, 5:25] = 2
    assert off(here, np.roll(here, 1, axis=0)) == 0
    assert off(here, np.roll(here, 2, axis=0)) == 20 + FARTHER * 20  # of a stretch of ten cells
