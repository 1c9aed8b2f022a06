"""Gradient boosting under the focal loss, which turns the learner's eye from the easy images to the hard few."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import lightgbm
import numpy as np
from scipy.optimize import brentq
from sklearn.base import BaseEstimator
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from realfake.pipeline.learning.two_classes import TwoClassMixin, two_classes

SMALLEST_PROBABILITY = 1e-9
LARGEST_CONSTANT = 15.0  # log-odds


def focal_loss(y: np.ndarray, raw: np.ndarray, gamma: float, alpha: float) -> np.ndarray:
    """The focal loss of raw scores.

    `-alpha (1 - p)^gamma ln p` for fakes and `-(1 - alpha) p^gamma ln (1 - p)` for genuine images, p = sigmoid(raw).

    Parameters
    ----------
    y : (n,) 0 or 1
    raw : (n,) log-odds
    gamma : how strongly images that are already right are played down; 0 is the weighted logistic loss
    alpha : weight of fakes, in 0..1

    Returns
    -------
    (n,) float64

    References
    ----------
    Lin, Goyal, Girshick, He and Dollar, "Focal loss for dense object detection", ICCV 2017, arXiv:1708.02002.
    """
    right, weight = _probability_of_truth(y, raw), np.where(y == 1, alpha, 1 - alpha)
    loss: np.ndarray = -weight * (1 - right) ** gamma * np.log(right)
    return loss


def focal_derivatives(y: np.ndarray, raw: np.ndarray, gamma: float, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """First and second derivative of `focal_loss` with respect to the raw score, (n,) float64 each."""
    right, weight = _probability_of_truth(y, raw), np.where(y == 1, alpha, 1 - alpha)
    sign = np.where(y == 1, 1.0, -1.0)
    log = np.log(right)
    slope = gamma * right * log + right - 1
    scale = weight * (1 - right) ** gamma
    bend = (1 - right) * (gamma * log + gamma + 1) - gamma * slope
    return sign * scale * slope, scale * right * bend


def best_constant(share: float, gamma: float, alpha: float) -> float:
    """The raw score that, given to all rows, has the least focal loss where this share of them is fake."""
    both, weights = np.array([1, 0]), np.array([share, 1 - share])
    slope = lambda raw: float(weights @ focal_derivatives(both, np.full(2, raw), gamma, alpha)[0])  # noqa: E731
    return float(brentq(slope, -LARGEST_CONSTANT, LARGEST_CONSTANT))


class FocalObjective:
    """The focal loss in the form that LightGBM calls."""

    def __init__(self, gamma: float, alpha: float) -> None:
        self.gamma = gamma
        self.alpha = alpha

    def __call__(self, raw: np.ndarray, data: lightgbm.Dataset) -> tuple[np.ndarray, np.ndarray]:
        y = np.asarray(data.get_label())
        gradient, hessian = focal_derivatives(y, raw, self.gamma, self.alpha)
        right, weight = _probability_of_truth(y, raw), np.where(y == 1, self.alpha, 1 - self.alpha)
        # the loss is concave for images far on the wrong side, where a Newton step needs another curvature: that of the
        # logistic loss under the same weight
        return gradient, np.maximum(hessian, weight * (1 - right) ** (self.gamma + 1) * right)


class FocalBooster(TwoClassMixin, BaseEstimator):
    """LightGBM under the focal loss.

    Parameters
    ----------
    gamma, alpha : see `focal_loss`
    trees : number of boosting rounds
    parameters : LightGBM parameters other than the objective

    Attributes
    ----------
    booster_ : lightgbm.Booster
    start_ : float
        Raw score from which boosting starts: the constant with the least loss.
    """

    def __init__(
        self, gamma: float = 2.0, alpha: float = 0.5, trees: int = 100, parameters: Mapping[str, Any] | None = None
    ) -> None:
        self.gamma = gamma
        self.alpha = alpha
        self.trees = trees
        self.parameters = parameters

    def fit(self, X: np.ndarray, y: np.ndarray) -> FocalBooster:
        """Boost from the constant with the least loss."""
        X, y = validate_data(self, X, y, ensure_all_finite="allow-nan")
        self.classes_, coded = two_classes(y)
        target = coded.astype(np.float64)
        self.start_ = best_constant(float(target.mean()), self.gamma, self.alpha)
        data = lightgbm.Dataset(X, target, init_score=np.full(len(target), self.start_), free_raw_data=False)
        parameters = dict(self.parameters or {}) | {"objective": FocalObjective(self.gamma, self.alpha)}
        booster = lightgbm.train({"verbosity": -1, "num_threads": 1} | parameters, data, num_boost_round=self.trees)
        self.booster_ = lightgbm.Booster(model_str=booster.model_to_string())  # without the objective and the data
        return self

    def decision_function(self, X: np.ndarray) -> np.ndarray:
        """Log-odds, (n,) float64."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, ensure_all_finite="allow-nan")
        return np.asarray(self.booster_.predict(X, raw_score=True, num_threads=1)) + self.start_

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def _probability_of_truth(y: np.ndarray, raw: np.ndarray) -> np.ndarray:
    odds_of_truth = np.where(y == 1, raw, -raw)
    probability: np.ndarray = np.clip(
        1 / (1 + np.exp(-np.clip(odds_of_truth, -500, 500))), SMALLEST_PROBABILITY, 1 - SMALLEST_PROBABILITY
    )
    return probability
