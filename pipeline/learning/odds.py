"""Log-odds and probabilities, by arithmetic that comes out the same on every processor."""

from __future__ import annotations

import numpy as np

from realfake.forensics.arrays import exact

FARTHEST = 700.0  # log-odds beyond which a probability is 0 or 1


def expit(odds: np.ndarray | float) -> np.ndarray:
    """Probabilities of log-odds, float64; NaN stays NaN.

    Examples
    --------
    >>> from realfake.pipeline.learning.odds import expit
    >>> float(expit(0.0))
    0.5
    """
    known = np.nan_to_num(np.clip(odds, -FARTHEST, FARTHEST))
    return np.where(np.isnan(odds), np.nan, 1 / (1 + exact.exp(-known)))


def logit(probability: np.ndarray | float) -> np.ndarray:
    """Log-odds of probabilities, float64; infinite at 0 and 1, NaN beyond.

    Examples
    --------
    >>> from realfake.pipeline.learning.odds import logit
    >>> float(logit(0.5))
    0.0
    """
    p = np.asarray(probability, np.float64)
    return np.asarray(exact.log(p) - exact.log(1 - p))
