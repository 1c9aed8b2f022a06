"""RUSBoost: the contract of scikit-learn, and what it does where imbalanced-learn's gives up."""

import numpy as np
from sklearn.utils.estimator_checks import parametrize_with_checks

from realfake.pipeline.learning.rusboost import RUSBoost


@parametrize_with_checks([RUSBoost(rounds=20, random_state=0)])
def test_it_keeps_the_contract_of_scikit_learn(estimator, check):
    check(estimator)


def test_noise_is_scored_as_undecided_rather_than_refused():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(300, 5)), (np.arange(300) < 3).astype(int)
    scores = RUSBoost(rounds=30, random_state=0).fit(X, y).predict_proba(rng.normal(size=(200, 5)))[:, 1]
    assert np.all((scores > 0) & (scores < 1))


def test_it_finds_rare_fakes():
    rng = np.random.default_rng(0)
    y = (rng.random(600) < 0.05).astype(int)
    X = rng.normal(size=(600, 4)) + 3 * y[:, None]
    scores = RUSBoost(random_state=0).fit(X[:400], y[:400]).predict_proba(X[400:])[:, 1]
    assert scores[y[400:] == 1].min() > np.quantile(scores[y[400:] == 0], 0.95)
