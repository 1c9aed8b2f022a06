"""Figures of an order against scikit-learn and against examples worked by hand."""

import numpy as np
import pytest
from sklearn import metrics as reference

from realfake.pipeline.metrics.ranking import (
    average_precision,
    average_precision_of,
    best_f1_threshold,
    partial_auc,
    ranking,
    rates,
    recall_at_fpr,
    roc_auc,
    roc_auc_of,
    threshold_at_fpr,
)
from tests.scores import S, Y, drawn


@pytest.mark.parametrize("seed", range(5))
def test_areas_agree_with_scikit_learn_with_ties_and_weights(seed):
    y, s = drawn(seed)
    assert roc_auc(y, s) == pytest.approx(reference.roc_auc_score(y, s))
    assert average_precision(y, s) == pytest.approx(reference.average_precision_score(y, s))
    weights = np.random.default_rng(seed).integers(0, 4, (3, len(y)))
    curve = rates(ranking(y, s), weights)
    for row, auc, ap in zip(weights, roc_auc_of(*curve), average_precision_of(*curve)):
        assert auc == pytest.approx(reference.roc_auc_score(y, s, sample_weight=row))
        assert ap == pytest.approx(reference.average_precision_score(y, s, sample_weight=row))


def test_partial_area_is_the_mean_recall_over_low_rates():
    y, s = drawn(1)
    fpr, tpr, _ = reference.roc_curve(y, s, drop_intermediate=False)
    grid = np.linspace(0, 0.1, 200_001)
    assert partial_auc(y, s, 0.1) == pytest.approx(np.trapezoid(np.interp(grid, fpr, tpr), grid) / 0.1, abs=1e-4)
    assert partial_auc(np.array([0, 1]), np.array([0.0, 1.0])) == pytest.approx(1)


def test_recall_at_a_rate_by_hand():
    # 7 genuine images: 15 % allows 1 alarm, the one at 0.8; the next genuine image stands at 0.6 with a fake
    assert threshold_at_fpr(Y, S, 0.15) == 0.6
    assert recall_at_fpr(Y, S, 0.15) == pytest.approx(2 / 3)
    assert recall_at_fpr(Y, S, 0.10) == pytest.approx(1 / 3)  # no alarm allowed: above 0.8
    assert recall_at_fpr(Y, S, 2 / 7) == 1


@pytest.mark.parametrize("fpr", [0.001, 0.01, 0.05, 0.3])
@pytest.mark.parametrize("seed", range(4))
def test_ties_never_let_through_more_false_alarms_than_stated(seed, fpr):
    y, s = drawn(seed)
    threshold = threshold_at_fpr(y, s, fpr)
    assert np.mean(s[y == 0] > threshold) <= fpr
    assert recall_at_fpr(y, s, fpr) == pytest.approx(np.mean(s[y == 1] > threshold))
    lower = s[s < threshold].max()
    assert np.mean(s[y == 0] > lower) > fpr


def test_a_constant_score_catches_nothing_at_a_low_rate():
    y = np.array([0] * 99 + [1])
    assert recall_at_fpr(y, np.full(100, 0.5), 0.01) == 0
    assert roc_auc(y, np.full(100, 0.5)) == 0.5
    assert average_precision(y, np.full(100, 0.5)) == pytest.approx(0.01)


def test_average_precision_at_another_prevalence_is_that_of_thinned_fakes():
    rng = np.random.default_rng(0)
    y = np.repeat([1, 0], [20_000, 20_000])
    s = rng.normal(size=40_000) + 1.5 * y
    thinned = np.append(np.arange(0, 20_000, 10), np.arange(20_000, 40_000))
    stated = average_precision(y, s, prevalence=1 / 11)
    assert stated == pytest.approx(average_precision(y[thinned], s[thinned]), abs=0.01)
    assert average_precision(y, s, prevalence=0.5) == pytest.approx(average_precision(y, s))


def test_the_f1_threshold_is_the_best_there_is():
    y, s = drawn(2)
    threshold = best_f1_threshold(y, s)
    best = max(reference.f1_score(y, s > cut) for cut in np.append(np.unique(s), -9))
    assert reference.f1_score(y, s > threshold) == pytest.approx(best)
