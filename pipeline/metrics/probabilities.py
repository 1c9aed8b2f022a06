"""Figures of probabilities: how far what is stated lies from what is found."""

from __future__ import annotations

import numpy as np

from realfake.pipeline.metrics.division import divide
from realfake.pipeline.metrics.ranking import paired

ECE_BINS = 10


def brier_of(y: np.ndarray, probability: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    error = (probability - y) ** 2
    return np.array([error.mean()]) if weights is None else divide(weights @ error, weights.sum(axis=1))


def brier(y_true: np.ndarray, y_proba: np.ndarray) -> float:
    """Mean squared error of probabilities, 0..1; lower is better.

    Parameters
    ----------
    y_true : (n,) 1 for a fake, 0 for a genuine image
    y_proba : (n,) probability of fake, 0..1

    Raises
    ------
    ValueError
        If labels and scores differ in shape, or a label is neither 0 nor 1.

    Examples
    --------
    >>> from realfake import metrics
    >>> round(metrics.brier([0, 1], [0.2, 0.6]), 3)
    0.1
    """
    return float(brier_of(*paired(y_true, y_proba))[0])


def reliability(
    y_true: np.ndarray, y_proba: np.ndarray, bins: int = ECE_BINS
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean probability, share of fakes and count in bins of equal size, equal probabilities kept together.

    Parameters
    ----------
    y_true : (n,) 1 for a fake, 0 for a genuine image
    y_proba : (n,) probability of fake, 0..1
    bins : at most so many, at least 1

    Returns
    -------
    mean, share : (bins or fewer,) float64, 0..1
    count : (bins or fewer,) int

    Raises
    ------
    ValueError
        If labels and scores differ in shape, or a label is neither 0 nor 1.

    Examples
    --------
    >>> from realfake import metrics
    >>> mean, share, count = metrics.reliability([0, 0, 1, 1], [0.1, 0.1, 0.8, 0.8], bins=2)
    >>> mean.tolist(), share.tolist(), count.tolist()
    ([0.1, 0.8], [0.0, 1.0], [2, 2])
    """
    y, probability = paired(y_true, y_proba)
    where = _bins(probability, bins)
    count = np.bincount(where)
    used = count > 0
    mean = np.bincount(where, probability)[used] / count[used]
    return mean, np.bincount(where, y.astype(float))[used] / count[used], count[used]


def calibration_error_of(
    y: np.ndarray, probability: np.ndarray, weights: np.ndarray | None = None, bins: int = ECE_BINS
) -> np.ndarray:
    """Mean distance of probability and share of fakes over bins of equal size, (b,); all replicates share the bins."""
    w = np.ones((1, len(y))) if weights is None else weights.astype(np.float64)
    where = _bins(probability, bins)
    slack = np.zeros((len(y), where.max(initial=0) + 1))
    slack[np.arange(len(y)), where] = probability - y
    return divide(np.abs(w @ slack).sum(axis=1), w.sum(axis=1))


def expected_calibration_error(y_true: np.ndarray, y_proba: np.ndarray, bins: int = ECE_BINS) -> float:
    """Mean distance of probability and share of fakes over bins of equal size, 0..1; lower is better.

    Parameters
    ----------
    y_true : (n,) 1 for a fake, 0 for a genuine image
    y_proba : (n,) probability of fake, 0..1
    bins : at most so many, at least 1

    Raises
    ------
    ValueError
        If labels and scores differ in shape, or a label is neither 0 nor 1.

    Examples
    --------
    >>> from realfake import metrics
    >>> round(metrics.expected_calibration_error([0, 0, 1, 1], [0.1, 0.1, 0.8, 0.8], bins=2), 3)
    0.15
    """
    return float(calibration_error_of(*paired(y_true, y_proba), bins=bins)[0])


def _bins(probability: np.ndarray, bins: int) -> np.ndarray:
    edges = np.unique(np.quantile(probability, np.linspace(0, 1, bins + 1)))
    if len(edges) <= 2:
        return np.zeros(len(probability), int)
    return np.searchsorted(edges[1:-1], probability, side="right")
