"""Boosted trees: those of LightGBM's own classifier, from rows or from shared bins, as a scikit-learn classifier."""

import numpy as np
import pytest
from lightgbm import LGBMClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks

from realfake.pipeline.learning.boosting import BoostedTrees, bins_of
from realfake.pipeline.learning.strategies import Knobs, Training, booster, booster_parameters


def rows(count=400, seed=0):
    rng = np.random.default_rng(seed)
    y = (rng.random(count) < 0.2).astype(int)
    X = rng.normal(size=(count, 6)).astype(np.float32) + y[:, None]
    X[rng.random(X.shape) < 0.05] = np.nan
    return X, y


@pytest.mark.parametrize("balanced", [False, True])
def test_they_are_the_trees_of_lightgbms_own_classifier(balanced):
    X, y = rows()
    data = Training.of(y, 3)
    mine = BoostedTrees(20, balanced, booster_parameters(data, Knobs())).fit(X, y)
    weight = "balanced" if balanced else None
    other = LGBMClassifier(n_estimators=20, class_weight=weight, **booster_parameters(data, Knobs())).fit(X, y)
    np.testing.assert_allclose(mine.predict_proba(X), other.predict_proba(X), atol=1e-12)


def test_bins_of_all_rows_give_the_same_trees_and_serve_parts_too():
    X, y = rows()
    learner, every = booster(Training.of(y, 3), Knobs(trees=20)), np.arange(len(y))
    bins = bins_of(X, every, learner)
    whole = learner.fit(X, y).predict_proba(X)
    np.testing.assert_array_equal(learner.fit_bins(bins, every, y).predict_proba(X), whole)
    part = np.flatnonzero(every % 2)
    once = learner.fit_bins(bins, part, y[part]).predict_proba(X)
    again = learner.fit(X[part], y[part]).predict_proba(X)
    assert not np.array_equal(once, whole) and np.corrcoef(once[:, 1], again[:, 1])[0, 1] > 0.9
    np.testing.assert_array_equal(learner.fit_bins(bins, every, y).predict_proba(X), whole)


def test_rows_keep_their_numbers_where_some_are_not_in_bins():
    X, y = rows()
    learner, there = booster(Training.of(y, 3), Knobs(trees=20)), np.flatnonzero(np.arange(len(y)) % 3)
    bins = bins_of(X, there, learner)
    part = there[50:]
    np.testing.assert_array_equal(
        learner.fit_bins(bins, part, y[part]).predict_proba(X),
        learner.fit_bins(
            bins_of(X[there], np.arange(len(there)), learner), np.arange(50, len(there)), y[part]
        ).predict_proba(X),
    )


@parametrize_with_checks([BoostedTrees(trees=20, parameters={"num_threads": 1, "min_child_samples": 2})])
def test_they_keep_the_contract_of_scikit_learn(estimator, check):
    check(estimator)
