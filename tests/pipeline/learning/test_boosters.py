"""LightGBM's library called without its package: the same numbers as through it."""

import lightgbm
import numpy as np
import pytest

from realfake.forensics.errors import BadModel
from realfake.pipeline.learning.boosters import TreeBooster


@pytest.fixture(scope="module")
def booster():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(300, 4))
    X[rng.random(X.shape) < 0.1] = np.nan
    y = (np.nan_to_num(X[:, 0]) + rng.normal(size=300) > 0).astype(float)
    parameters = {"objective": "binary", "verbosity": -1, "num_threads": 1}
    return lightgbm.train(parameters, lightgbm.Dataset(X, y), 20), X


@pytest.mark.parametrize("kind", [np.float64, np.float32, np.float16])
@pytest.mark.parametrize("order", ["C", "F"])
def test_the_numbers_are_those_of_the_package(booster, kind, order):
    theirs, X = booster
    X = np.asarray(X.astype(kind), order=order)
    given = X if kind != np.float16 else X.astype(np.float64)
    ours = TreeBooster(theirs.model_to_string())
    np.testing.assert_array_equal(ours.probabilities(X), theirs.predict(given))
    np.testing.assert_array_equal(ours.log_odds(X), theirs.predict(given, raw_score=True))
    np.testing.assert_array_equal(ours.contributions(X), theirs.predict(given, pred_contrib=True)[:, :-1])


def test_no_rows_give_no_numbers(booster):
    ours = TreeBooster(booster[0].model_to_string())
    assert ours.probabilities(np.empty((0, 4))).shape == (0,)
    assert ours.contributions(np.empty((0, 4))).shape == (0, 4)


def test_what_is_no_booster_is_refused():
    with pytest.raises(BadModel, match="LightGBM says"):
        TreeBooster("tree\nversion=v4\n")


def test_another_number_of_columns_is_refused(booster):
    with pytest.raises(ValueError, match="trained on 4 columns"):
        TreeBooster(booster[0].model_to_string()).probabilities(np.zeros((2, 3)))
