"""An estimate with its bounds, and how many images a rate needs to be stated at all."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

LEVEL = 0.95
RULE_OF_THREE = 3.0  # nothing in n trials: the rate is below 3 / n with 95 % confidence


@dataclass(frozen=True)
class Interval:
    """An estimate with its bounds, all in the unit of the figure; NaN where it is not known.

    Attributes
    ----------
    value : the estimate
    low, high : ends of its 95 % interval

    Examples
    --------
    >>> from realfake import metrics
    >>> metrics.clopper_pearson(0, 300).high < 0.0123
    True
    """

    value: float
    low: float
    high: float


def needed_genuine(fpr: float) -> int:
    """Independent genuine images without which a false-positive rate cannot be claimed: the rule of three.

    Parameters
    ----------
    fpr : false-positive rate, above 0, at most 1

    Examples
    --------
    >>> from realfake import metrics
    >>> metrics.needed_genuine(0.01)
    300
    """
    return math.ceil(RULE_OF_THREE / fpr - 1e-9)


def clopper_pearson(hits: int, trials: int, level: float = LEVEL) -> Interval:
    """Exact interval of a proportion (Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404).

    Parameters
    ----------
    hits, trials : counts, 0 <= hits <= trials; without a trial the value is NaN and the interval 0..1
    level : chance that such an interval holds the truth, 0..1

    Examples
    --------
    >>> from realfake import metrics
    >>> found = metrics.clopper_pearson(9, 10)
    >>> round(found.low, 3), found.value, round(found.high, 3)
    (0.555, 0.9, 0.997)
    """
    if not trials:
        return Interval(np.nan, 0.0, 1.0)
    from scipy.stats import binomtest

    found = binomtest(hits, trials).proportion_ci(level, method="exact")
    return Interval(hits / trials, float(found.low), float(found.high))


def upper_bound(hits: int, trials: int, level: float = LEVEL) -> float:
    """The rate that is not exceeded with this confidence, by so many hits: Clopper and Pearson's, one-sided."""
    from scipy.stats import binomtest

    return float(binomtest(hits, trials, alternative="less").proportion_ci(level, method="exact").high)


def percentile_interval(value: float, replicates: np.ndarray, level: float = LEVEL) -> Interval:
    """The middle `level` of the replicates around an estimate."""
    known = replicates[np.isfinite(replicates)]
    if not len(known) or not np.isfinite(value):
        return Interval(value, np.nan, np.nan)
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value, float(low), float(high))
