"""Gradient-boosted trees (LightGBM), which learn from rows, or from bins that many fits on parts of the rows share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from realfake.pipeline.learning.two_classes import TwoClassMixin, two_classes

OF_BINS = ("max_bin", "min_data_in_bin")  # parameters that say nothing any more where there are bins
SAMPLE = 50_000  # rows whose quantiles are the edges of shared bins


@dataclass(frozen=True)
class Bins:
    """The rows of a matrix in LightGBM's bins, a byte a number, made once.

    The edges of the bins are quantiles of all rows. A learner from a part of them meets edges that the other rows have
    had a say in; it learns nothing of their labels.

    Attributes
    ----------
    data : lightgbm.Dataset
    rows : (n,) int, rising: the rows of the matrix that are in it
    """

    data: lightgbm.Dataset
    rows: np.ndarray


def bins_of(X: np.ndarray, rows: np.ndarray, learner: BoostedTrees) -> Bins:
    """The bins that this learner would make of some rows of (n, d) numbers, NaN allowed."""
    told = dict(learner.parameters or {}) | {"bin_construct_sample_cnt": SAMPLE, "feature_pre_filter": False}
    data = lightgbm.Dataset(X[rows], np.zeros(len(rows)), params=told, free_raw_data=True)
    return Bins(data.construct(), rows)


class BoostedTrees(TwoClassMixin, BaseEstimator):
    """LightGBM under the logistic loss, for two classes.

    Parameters
    ----------
    trees : number of boosting rounds
    balanced : whether both classes weigh the same in all
    parameters : LightGBM parameters other than the objective

    Attributes
    ----------
    booster_ : lightgbm.Booster
    """

    def __init__(self, trees: int = 100, balanced: bool = False, parameters: Mapping[str, Any] | None = None) -> None:
        self.trees = trees
        self.balanced = balanced
        self.parameters = parameters

    def fit(self, X: np.ndarray, y: np.ndarray) -> BoostedTrees:
        """Boost on (n, d) numbers, NaN allowed, and (n,) labels."""
        X, y = validate_data(self, X, y, ensure_all_finite="allow-nan")
        return self._learn(lightgbm.Dataset(X, params=self._told(), free_raw_data=True), y, self._told())

    def fit_bins(self, bins: Bins, rows: np.ndarray, y: np.ndarray) -> BoostedTrees:
        """Boost on some rows of a matrix that is in bins already.

        Parameters
        ----------
        rows : (n,) int, rising, of the matrix
        y : (n,) their labels
        """
        self.n_features_in_ = bins.data.num_feature()
        told = {name: value for name, value in self._told().items() if name not in OF_BINS}
        return self._learn(bins.data.subset(np.searchsorted(bins.rows, rows).tolist()).construct(), y, told)

    def decision_function(self, X: np.ndarray) -> np.ndarray:
        """Log-odds, (n,) float64."""
        return self._predicted(X, raw_score=True)

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probability of both classes as LightGBM itself makes it of the log-odds, (n, 2) float64."""
        fake = self._predicted(X, raw_score=False)
        return np.column_stack([1 - fake, fake])

    def _predicted(self, X: np.ndarray, raw_score: bool) -> np.ndarray:
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, ensure_all_finite="allow-nan")
        return np.asarray(self.booster_.predict(X, raw_score=raw_score, num_threads=1), np.float64)

    def _learn(self, data: lightgbm.Dataset, y: np.ndarray, told: dict[str, Any]) -> BoostedTrees:
        self.classes_, coded = two_classes(y)
        data.set_label(coded.astype(np.float64))
        if self.balanced:
            data.set_weight(len(coded) / (2 * np.bincount(coded))[coded])
        booster = lightgbm.train(told, data, num_boost_round=self.trees)
        self.booster_ = lightgbm.Booster(model_str=booster.model_to_string())  # without the data
        return self

    def _told(self) -> dict[str, Any]:
        return {"verbosity": -1, "num_threads": 1} | dict(self.parameters or {}) | {"objective": "binary"}

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
