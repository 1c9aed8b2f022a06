"""A screen that was rebuilt elsewhere departs from its app's; one of the app does not."""

from dataclasses import replace

import numpy as np
import pytest

from realfake.pipeline.archive.template import ENOUGH, KINDS, departure, statics_of
from tests.payments import payment, receipt, sent, signed


@pytest.fixture(scope="module")
def known(signatures):
    return statics_of(signatures[:20])


def rebuilt(signature):
    """The same words in bolder strokes, a little longer than they were."""
    words, rasters = signature.words.copy(), []
    for word, raster in zip(words, signature.rasters, strict=True):
        bold = np.maximum(raster, np.roll(raster, 1, axis=1))
        rasters.append(np.maximum(bold, np.roll(raster, 2, axis=1)))
        word["mass"] = min(2 * int(word["mass"]), 130)
    return replace(signature, words=words, rasters=tuple(rasters))


def test_the_words_that_every_receipt_of_an_app_bears_are_its_own(known):
    assert known.screens == 20
    assert np.sum(known.common >= 0.9) >= 8  # labels, titles, states
    assert known.usual.shape[1] == len(KINDS)


@pytest.mark.parametrize("number", (40, 41))
def test_a_further_receipt_is_no_farther_than_others_are(known, number):
    found = departure(signed(receipt(payment(number))), known)
    assert found.screens == 20 and len(found.words) >= 8
    assert found.absent == 0
    assert found.beyond < 1


def test_a_receipt_that_was_rebuilt_departs_in_its_strokes(known):
    genuine, other = signed(receipt(payment(42))), rebuilt(signed(receipt(payment(42))))
    there, here = departure(genuine, known), departure(other, known)
    kinds = list(KINDS)
    for kind in ("shape", "mass"):
        assert here.values[kinds.index(kind)] > 3 * there.values[kinds.index(kind)]
    assert here.beyond > 2 > there.beyond
    assert len(here.each) == len(here.words)


def test_a_label_that_is_not_there_is_missed_and_one_that_stands_elsewhere_is_measured(known):
    signature = signed(receipt(payment(43)))
    words = signature.words.copy()
    words["x"][len(words) // 2 :] += 60
    moved = departure(replace(signature, words=words), known)
    assert moved.values[list(KINDS).index("left")] >= 0
    few = len(words) // 2
    cut = replace(signature, words=signature.words[:few], rasters=signature.rasters[:few])
    assert departure(cut, known).absent > 0.2


def test_text_of_a_size_that_no_earlier_screen_has_is_not_judged(known):
    signature = signed(receipt(payment(44)))
    assert departure(replace(signature, size=(700, 960)), known) is None


def test_a_screen_that_was_scaled_is_judged_all_the_same(known):
    assert departure(signed(sent(receipt(payment(45)), 90, 0.8)), known) is not None


def test_few_screens_and_strange_ones_tell_nothing(known, signatures):
    assert statics_of(signatures[: ENOUGH - 1]) is None
    bare = replace(signatures[0], words=signatures[0].words[:0], rasters=())
    assert departure(bare, known) is None
    assert statics_of([bare] * ENOUGH) is None
