"""Log-odds and probabilities: those of SciPy, and each the other's inverse."""

import numpy as np
from scipy import special

from realfake.pipeline.learning.odds import expit, logit


def test_probabilities_are_those_of_scipy():
    odds = np.concatenate([np.linspace(-600, 600, 5001), [np.nan, np.inf, -np.inf]])
    np.testing.assert_allclose(expit(odds), special.expit(odds), rtol=1e-14, atol=1e-300)


def test_log_odds_are_those_of_scipy():
    p = np.concatenate([np.linspace(0, 1, 5001), 10.0 ** -np.arange(1, 16), [np.nan]])
    np.testing.assert_allclose(logit(p), special.logit(p), rtol=1e-12, atol=1e-15)


def test_one_undoes_the_other():
    odds = np.linspace(-12, 12, 101)
    np.testing.assert_allclose(logit(expit(odds)), odds, rtol=1e-10)
