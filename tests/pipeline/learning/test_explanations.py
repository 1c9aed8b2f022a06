"""Reasons name the columns that made the score."""

import numpy as np
import pytest
from scipy.special import logit

from realfake.pipeline.learning.cross_validation import fit, score
from realfake.pipeline.learning.explanations import contributions
from realfake.pipeline.learning.knobs import Knobs
from realfake.pipeline.learning.strategies import STRATEGIES

FEW = Knobs(trees=30, members=3, member_trees=20, forest_trees=30)
LEARNERS = [name for name, chosen in STRATEGIES.items() if not chosen.control]


def learnt(name, told=1):
    rng = np.random.default_rng(0)
    y = np.repeat([1, 0], [30, 120])
    X = rng.normal(size=(150, 6))
    X[:, told] += 4 * y
    X[5:145:7, 4] = np.nan
    return X, y, fit(STRATEGIES[name], X, y, 0, FEW).for_scoring()


@pytest.mark.parametrize("name", LEARNERS)
def test_the_only_column_that_tells_weighs_most_in_every_fake(name):
    X, y, model = learnt(name)
    typical = np.nanmedian(X[y == 0], axis=0)
    added = contributions(model, X[y == 1], typical)
    assert added.shape == (30, 6)
    assert np.mean(np.abs(added).argmax(axis=1) == 1) > 0.85
    assert np.median(added[:, 1]) > 0


@pytest.mark.parametrize("name", ["plain", "smote", "logistic", "focal"])
def test_contributions_of_additive_learners_sum_to_the_log_odds_up_to_a_constant(name):
    X, y, model = learnt(name)
    X = X[np.isfinite(X).all(axis=1)]
    rest = logit(score(model, X)) - contributions(model, X, np.zeros(6)).sum(axis=1)
    np.testing.assert_allclose(rest, rest[0], atol=1e-6)
