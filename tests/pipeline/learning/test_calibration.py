"""Priors and probabilities on constructed shifts."""

import numpy as np
import pytest

from realfake.forensics.errors import BadModel
from realfake.pipeline.learning.calibration import (
    DECIMALS,
    KINDS,
    Calibrator,
    calibrate,
    calibrator_from_json,
    shift_prior,
    snapped,
)
from realfake.pipeline.metrics.probabilities import expected_calibration_error


def gaussian_posterior(x, prior):
    """Fakes at N(1, 1), genuine images at N(-1, 1)."""
    return 1 / (1 + np.exp(-(2 * x + np.log(prior / (1 - prior)))))


def test_the_prior_correction_is_exact_where_the_classes_are_known():
    x = np.linspace(-4, 4, 81)
    shifted = shift_prior(gaussian_posterior(x, 0.5), 0.5, 0.02)
    np.testing.assert_allclose(shifted, gaussian_posterior(x, 0.02), rtol=1e-9)


def test_the_prior_correction_mends_probabilities_of_a_balanced_learner():
    rng = np.random.default_rng(0)
    y = (rng.random(50_000) < 0.05).astype(int)
    balanced = gaussian_posterior(rng.normal(size=len(y)) + 2 * y - 1, 0.5)
    assert expected_calibration_error(y, balanced) > 0.1
    assert expected_calibration_error(y, shift_prior(balanced, 0.5, 0.05)) < 0.005


@pytest.mark.parametrize("kind", KINDS)
def test_calibration_mends_a_distorted_score(kind):
    rng = np.random.default_rng(1)
    truth = rng.beta(0.5, 3, 40_000)
    y = (rng.random(len(truth)) < truth).astype(int)
    distorted = 1 / (1 + np.exp(-(2.5 * np.log(truth / (1 - truth)) + 3)))
    calibrator = calibrate(y[::2], distorted[::2], kind)
    assert expected_calibration_error(y[1::2], distorted[1::2]) > 0.05
    assert expected_calibration_error(y[1::2], calibrator(distorted[1::2])) < 0.012


@pytest.mark.parametrize("kind", KINDS)
def test_calibration_never_turns_the_order_round(kind):
    rng = np.random.default_rng(2)
    y, s = (rng.random(60) < 0.2).astype(int), rng.random(60)
    s[y == 1] *= 0.5  # scores that are worse than chance
    assert np.all(np.diff(calibrate(y, s, kind)(np.linspace(0, 1, 101))) >= 0)


@pytest.mark.parametrize(
    "calibrator",
    [
        Calibrator("isotonic", knots=(0.2, 0.5, 0.8), heights=(0.0, 0.0443, 0.0443)),
        Calibrator("isotonic", knots=(0.2, 0.4), heights=(1e-6, 1 - 1e-6)),
        Calibrator("venn-abers", knots=(0.5,), heights=(0.5,)),
        Calibrator("beta", 0.0, 0.0, 3.0),
        Calibrator("platt", 80.0, 80.0, 5.0),
    ],
)
@pytest.mark.parametrize("shift", [0.0, -4.0, 6.0])
def test_two_scores_never_share_a_probability(calibrator, shift):
    rng = np.random.default_rng(4)
    anywhere = rng.integers(0, 10**DECIMALS - 1, 2000)
    low, high = snapped(anywhere / 10**DECIMALS), snapped((anywhere + 1) / 10**DECIMALS)  # the least that differs
    assert (low < high).all()
    assert (calibrator(low, shift) < calibrator(high, shift)).all()
    assert (np.diff(calibrator(snapped(np.linspace(0, 1, 1001)), shift)) > 0).all()
    assert calibrator(np.array([0.0, 1.0]), shift).min() > 0 and calibrator(np.array([0.0, 1.0]), shift).max() < 1


def test_strictness_moves_a_probability_by_little():
    plateau = Calibrator("isotonic", knots=(0.0, 1.0), heights=(0.2, 0.2))
    odds = plateau(np.linspace(0.001, 0.999, 99)) / (1 - plateau(np.linspace(0.001, 0.999, 99)))
    np.testing.assert_allclose(odds, 0.25, rtol=0.007)


def test_venn_abers_by_hand():
    y, s = np.array([0, 1, 0, 1]), np.array([0.1, 0.4, 0.6, 0.9])
    found = calibrate(y, s, "venn-abers")
    # at 0.9: as genuine (0, 1, 0, 1 and 0) pools to 0, then 2 of 4; as fake (0, 1, 0, 1 and 1): 0, 1 of 2, then 1
    assert found(np.array([0.9]))[0] == pytest.approx(1 / (1 - 0.5 + 1), rel=2e-3)  # and its own log-odds a little
    # at 0.1: as genuine 0; as fake 1 of 2, then 1 of 2, then 1
    assert found(np.array([0.1]))[0] == pytest.approx(0.5 / (1 - 0 + 0.5), rel=2e-3)


def test_the_number_of_fakes_chooses_the_method():
    rng = np.random.default_rng(3)
    for fakes, kind in ((10, "platt"), (60, "beta"), (600, "isotonic")):
        y = np.repeat([1, 0], [fakes, 2 * fakes])
        assert calibrate(y, rng.random(3 * fakes)).kind == kind


def test_separable_scores_stay_finite():
    y = np.repeat([1, 0], [5, 50])
    found = calibrate(y, np.where(y, 1.0, 0.0))(np.array([0.0, 1.0]))
    assert 0 < found[0] < 0.1 and 0.5 < found[1] < 1


def test_the_score_at_a_probability_is_the_inverse():
    calibrator = Calibrator("beta", 0.7, 1.9, -2.0)
    for probability in (0.01, 0.3, 0.9):
        assert calibrator(np.array([calibrator.score_at(probability)]))[0] == pytest.approx(probability, abs=1e-6)
    assert Calibrator("isotonic", knots=(0.0, 1.0), heights=(0.1, 0.4)).score_at(0.5) == np.inf


def test_a_calibrator_survives_json_and_a_broken_one_is_refused():
    calibrator = Calibrator("isotonic", knots=(0.1, 0.9), heights=(0.0, 1.0))
    assert calibrator_from_json(calibrator.to_json()) == calibrator
    with pytest.raises(BadModel, match="calibration cannot be read"):
        calibrator_from_json({"kind": "platt"})
