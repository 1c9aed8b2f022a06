"""The focal loss: its derivatives, its limit, and a booster that is a scikit-learn classifier."""

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from realfake.pipeline.learning.focal import FocalBooster, best_constant, focal_derivatives, focal_loss

RAW = np.linspace(-7, 7, 57)
STEP = 1e-4


@pytest.mark.parametrize("y", [0, 1])
@pytest.mark.parametrize("gamma, alpha", [(0.0, 0.5), (0.5, 0.25), (2.0, 0.75), (5.0, 0.9)])
def test_the_derivatives_are_those_of_finite_differences(y, gamma, alpha):
    label = np.full(len(RAW), y)
    up, here, down = (focal_loss(label, RAW + shift, gamma, alpha) for shift in (STEP, 0, -STEP))
    gradient, hessian = focal_derivatives(label, RAW, gamma, alpha)
    np.testing.assert_allclose(gradient, (up - down) / (2 * STEP), atol=1e-7)
    slope_up, slope_down = (focal_derivatives(label, RAW + shift, gamma, alpha)[0] for shift in (STEP, -STEP))
    np.testing.assert_allclose(hessian, (slope_up - slope_down) / (2 * STEP), atol=1e-7)
    assert here.min() > 0


def test_without_focus_it_is_half_the_logistic_loss():
    y = (RAW > 1).astype(int)
    np.testing.assert_allclose(focal_loss(y, RAW, 0.0, 0.5), 0.5 * np.logaddexp(0, np.where(y, -RAW, RAW)))
    probability = 1 / (1 + np.exp(-RAW))
    gradient, hessian = focal_derivatives(y, RAW, 0.0, 0.5)
    np.testing.assert_allclose(gradient, 0.5 * (probability - y), atol=1e-12)
    np.testing.assert_allclose(hessian, 0.5 * probability * (1 - probability), atol=1e-12)


def test_the_best_constant_without_focus_is_the_log_odds():
    assert best_constant(0.1, 0.0, 0.5) == pytest.approx(np.log(0.1 / 0.9))


def test_it_finds_rare_fakes():
    rng = np.random.default_rng(0)
    y = (rng.random(600) < 0.05).astype(int)
    X = rng.normal(size=(600, 4)) + 3 * y[:, None]
    scores = FocalBooster(trees=30).fit(X[:400], y[:400]).predict_proba(X[400:])[:, 1]
    assert scores[y[400:] == 1].min() > np.quantile(scores[y[400:] == 0], 0.95)


@parametrize_with_checks([FocalBooster(trees=20, parameters={"num_threads": 1, "min_child_samples": 2})])
def test_it_keeps_the_contract_of_scikit_learn(estimator, check):
    check(estimator)
