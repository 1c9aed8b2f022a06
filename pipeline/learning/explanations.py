"""Why a model scored an image as it did: what each feature added, in the unit of the learner's score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from realfake.pipeline.learning.cross_validation import score
from realfake.pipeline.learning.plain import PlainPipeline

if TYPE_CHECKING:
    from imblearn.pipeline import Pipeline
    from lightgbm import Booster


def typical_values(genuine: np.ndarray) -> np.ndarray:
    """Median of each column of genuine rows, (n, d) to (d,) float64, NaN where a column has no number."""
    with np.errstate(all="ignore"):
        medians = [np.nanmedian(c) if np.isfinite(c).any() else np.nan for c in genuine.T]
    return np.array(medians, np.float64)


def contributions(pipeline: Pipeline | PlainPipeline, X: np.ndarray, typical: np.ndarray) -> np.ndarray:
    """What each column added to each score.

    Boosters give their Shapley values (Lundberg 2018, exact for trees), averaged over an ensemble, logistic regression
    its terms, all in log-odds relative to the training set; other learners how far the score falls when the column
    alone is put to its typical value.

    Parameters
    ----------
    pipeline : fitted
    X : (n, d) float, single precision or double
    typical : (d,) medians of genuine images

    Returns
    -------
    (n, d) float64, positive towards fake
    """
    if isinstance(pipeline, PlainPipeline):
        return pipeline.contributions(X)
    learner = pipeline[-1]
    with threadpool_limits(1):
        inner = _additive(learner, pipeline[:-1].transform(X) if len(pipeline) > 1 else X)
        if inner is None:
            return np.array([_substituted(pipeline, row, typical) for row in X]).reshape(X.shape)
    return _by_source(inner, pipeline, X.shape[1])


def _additive(learner: Any, Z: np.ndarray) -> np.ndarray | None:
    """Additive contributions of the columns that the learner itself sees, or None where it has none to give."""
    from imblearn.ensemble import BalancedBaggingClassifier
    from lightgbm import LGBMClassifier
    from sklearn.linear_model import LogisticRegression

    from realfake.pipeline.learning.boosting import BoostedTrees
    from realfake.pipeline.learning.focal import FocalBooster

    if isinstance(learner, BoostedTrees | FocalBooster | LGBMClassifier):  # the last of earlier versions
        return _tree_shap(learner.booster_, Z)
    if isinstance(learner, LogisticRegression):
        weighted: np.ndarray = learner.coef_[0] * Z
        return weighted
    if isinstance(learner, BalancedBaggingClassifier):
        parts = [_additive(member[-1], Z) for member in learner.estimators_]  # each member sees every column
        known = [part for part in parts if part is not None]
        return np.mean(known, axis=0) if len(known) == len(parts) else None
    return None


def _tree_shap(booster: Booster, Z: np.ndarray) -> np.ndarray:
    return np.asarray(booster.predict(Z, pred_contrib=True, num_threads=1))[:, :-1]  # the last column is the mean


def _by_source(values: np.ndarray, pipeline: Pipeline, width: int) -> np.ndarray:
    """Add what the missing-indicators contributed to the column that was missing."""
    from sklearn.impute import SimpleImputer

    total = values[:, :width].copy()
    imputer = pipeline.named_steps.get("impute")
    if isinstance(imputer, SimpleImputer) and imputer.indicator_ is not None:
        for place, source in enumerate(imputer.indicator_.features_):
            total[:, source] += values[:, width + place]
    return total


def _substituted(pipeline: Pipeline, row: np.ndarray, typical: np.ndarray) -> np.ndarray:
    different = np.flatnonzero(~((row == typical) | (np.isnan(row) & np.isnan(typical))))
    variants = np.tile(row, (len(different) + 1, 1))
    variants[np.arange(len(different)), different] = typical[different]
    scores = score(pipeline, variants)
    change = np.zeros(len(row))
    change[different] = scores[-1] - scores[:-1]
    return change
