"""Word by word: what was changed is found, and what was only saved anew is the same."""

from dataclasses import replace

import pytest

from realfake.pipeline.archive.difference import difference
from tests.payments import payment, receipt, repeated, sent, signed

ONE = payment(1)


def told(later, earlier=None):
    found = difference(signed(later), signed(earlier or receipt(ONE)))
    return len(found.same), len(found.changed), len(found.new), len(found.gone)


@pytest.mark.parametrize(
    ("quality", "scale", "crop"), [(95, 1, 0), (70, 1, 0), (80, 0.75, 0), (80, 1.5, 0), (85, 1, 60), (75, 0.8, 100)]
)
def test_a_capture_saved_anew_scaled_or_cropped_is_the_same(quality, scale, crop):
    same, *others = told(sent(receipt(ONE), quality, scale, crop))
    assert same > 20
    assert others == [0, 0, 0]


@pytest.mark.parametrize(
    "change",
    [
        {"name": "NINA HALT 89"},
        {"amount": "2,873.58"},
        {"account": "2384 2824 6560"},
        {"reference": "FT3471374913"},
        {"clock": "21:49"},
    ],
)
def test_one_changed_value_is_found_and_all_else_is_the_same(change):
    altered = receipt(replace(ONE, **change))
    found = difference(signed(sent(altered, 80)), signed(receipt(ONE)))
    (name,) = change
    words = 3 if name == "name" else 1
    assert 1 <= found.differing <= words
    assert len(found.same) >= 28


def test_erased_words_are_gone_and_added_words_are_new():
    erased = told(receipt(replace(ONE, name="")))
    assert erased[3] >= 2 and erased[1:3] == (0, 0)
    added = told(receipt(ONE), receipt(replace(ONE, name="")))
    assert added[2] >= 2 and (added[1], added[3]) == (0, 0)


def test_the_phones_own_bar_is_known_unless_it_was_cropped_away():
    earlier = signed(receipt(ONE))
    assert difference(signed(receipt(ONE)), earlier).status.sum() == 2
    assert difference(signed(sent(receipt(ONE), 90, crop=60)), earlier).status.sum() == 0


def test_a_repeated_payment_differs_in_reference_minute_and_clock():
    found = difference(signed(receipt(repeated(ONE, 9))), signed(receipt(ONE)))
    assert len(found.changed) == 3
    assert found.status[found.changed].sum() == 1


def test_a_crop_leaves_out_what_it_does_not_show():
    found = difference(signed(sent(receipt(ONE), 90, crop=300)), signed(receipt(ONE)))
    assert len(found.gone) == 0
    assert found.cover == pytest.approx(1, abs=0.01)
