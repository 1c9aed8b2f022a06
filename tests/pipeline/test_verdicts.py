"""Verdicts are ordered by what they mean for whoever sent the image."""

import numpy as np

from realfake.pipeline.verdicts import Verdict


def test_a_fake_is_the_gravest_and_no_sign_the_least():
    assert max(Verdict, key=lambda verdict: verdict.gravity) is Verdict.FAKE
    assert min(Verdict, key=lambda verdict: verdict.gravity) is Verdict.NO_SIGN
    assert Verdict.CANNOT_TELL.gravity < Verdict.ERROR.gravity < Verdict.REVIEW.gravity


def test_verdicts_stand_in_arrays_as_the_text_that_tables_hold():
    told = np.where([True, False], Verdict.FAKE, Verdict.NO_SIGN)
    assert told.tolist() == ["fake", "no sign of editing"] and (told == Verdict.FAKE).tolist() == [True, False]
    assert Verdict("review") is Verdict.REVIEW
