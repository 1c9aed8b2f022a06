"""Thresholds keep their promise on new images, and costs set them where they should stand."""

import numpy as np
import pytest

from realfake.forensics.errors import BadModel, UnknownName
from realfake.pipeline.learning.calibration import Calibrator
from realfake.pipeline.learning.thresholds import (
    ThresholdWarning,
    best_rate,
    conformal_threshold,
    decide_by_costs,
    decide_by_fpr,
    decision_from_json,
)
from realfake.pipeline.settings import Costs

IDENTITY = Calibrator("platt")


def test_the_order_statistic_by_hand():
    found = conformal_threshold(np.arange(1, 200) / 200, 0.02)  # 199 genuine scores: 0.02 x 200 = 4
    assert found.rank == 4 and found.genuine == 199
    assert found.threshold == 196 / 200
    assert found.expected_fpr == pytest.approx(0.02)
    assert 0.02 < found.fpr_bound < 0.05


def test_the_promise_holds_on_average_over_draws_and_the_bound_nineteen_times_of_twenty():
    rng = np.random.default_rng(0)
    found = [conformal_threshold(rng.random(99), 0.05) for _ in range(2000)]
    rates = np.array([1 - p.threshold for p in found])  # the true rate of a uniform score
    assert rates.mean() == pytest.approx(0.05, abs=0.002)
    assert np.mean(rates <= [p.fpr_bound for p in found]) == pytest.approx(0.95, abs=0.015)


def test_a_rate_that_the_images_cannot_promise_is_told_with_the_number_needed():
    with pytest.warns(ThresholdWarning, match="50 genuine images cannot promise .* 0.01: .* 0.0197; label at least 99"):
        found = conformal_threshold(np.linspace(0, 1, 50), 0.01)
    assert found.threshold == 1.0


@pytest.mark.parametrize("genuine", [8, 60, 99, 12345])
def test_the_best_rate_that_is_told_can_be_asked_for(genuine):
    assert conformal_threshold(np.arange(genuine), best_rate(genuine)).rank == 1


def test_ties_at_the_threshold_raise_no_alarm():
    y = np.zeros(300, int)
    scores = np.repeat([0.2, 0.9], [290, 10])
    decision = decide_by_fpr(y, scores, 0.01, 0.05)
    assert decision.fake == 0.9
    assert set(decision.verdicts(scores)) == {"no sign of editing", "review"}


def test_two_thresholds_make_three_verdicts():
    y = np.repeat([0, 1], [999, 1])
    scores = np.append(np.arange(999) / 1000, 0.9995)
    decision = decide_by_fpr(y, scores, 0.01)
    verdicts = decision.verdicts(scores)
    assert (verdicts == "fake").sum() == 10  # 9 genuine images and the fake
    assert (verdicts[y == 0] == "review").sum() == 40  # five times the alarms, alarms included
    assert decision.review_fpr == pytest.approx(0.05)


def test_costs_put_the_threshold_where_alarm_and_silence_cost_the_same():
    y = np.repeat([0, 1], [90, 10])
    scores = np.linspace(0.001, 0.9, 100)
    decision = decide_by_costs(y, scores, Costs(9, 1), IDENTITY, prevalence=0.1)
    assert decision.fake == pytest.approx(0.1, rel=3e-3)
    rarer = decision.at_prevalence(IDENTITY, trained=0.1, stated=0.01)
    odds = (1 / 9) * (0.1 / 0.9) / (0.01 / 0.99)  # ten times rarer, about ten times the odds
    assert rarer.fake == pytest.approx(odds / (1 + odds), rel=3e-3)
    assert decide_by_costs(y, scores, Costs(9, 1), IDENTITY, prevalence=0.01).fake == pytest.approx(rarer.fake)


def test_a_promised_rate_does_not_move_with_the_prevalence():
    y = np.zeros(200, int)
    decision = decide_by_fpr(y, np.linspace(0, 1, 200), 0.01)
    assert decision.at_prevalence(IDENTITY, 0.1, 0.001) == decision


def test_one_cost_without_the_other_is_refused():
    assert Costs.stated(None, None) is None
    assert Costs.stated(50, 1) == Costs(50, 1)
    with pytest.raises(UnknownName, match="state both"):
        Costs.stated(50, None)


def test_a_decision_survives_json_and_a_broken_one_is_refused():
    y = np.repeat([0, 1], [90, 10])
    decision = decide_by_costs(y, np.linspace(0.001, 0.9, 100), Costs(9, 1), IDENTITY, prevalence=0.1)
    assert decision_from_json(decision.to_json()) == decision
    with pytest.raises(BadModel, match="thresholds cannot be read"):
        decision_from_json({"rule": "max-fpr"})


def test_a_review_zone_smaller_than_the_alarms_inside_it_is_refused():
    y, scores = np.zeros(200, int), np.linspace(0, 1, 200)
    with pytest.raises(UnknownName, match="--review-fpr 0.01 is below --max-fpr 0.1"):
        decide_by_fpr(y, scores, 0.1, 0.01)
    assert decide_by_fpr(y, scores, 0.1, 0.1).review == decide_by_fpr(y, scores, 0.1, 0.1).fake
