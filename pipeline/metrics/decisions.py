"""Figures of alarms: what is caught, what is missed, what it costs.

Functions named `..._of` take weighted counts of true and false alarms and return one figure a replicate, (b,).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from realfake.pipeline.metrics.division import divide
from realfake.pipeline.metrics.ranking import ranking, rates

PER = 10_000  # images, for alerts


@dataclass(frozen=True)
class Confusion:
    """Weighted counts, (b,) each."""

    tp: np.ndarray
    fp: np.ndarray
    fn: np.ndarray
    tn: np.ndarray


def confusion(y: np.ndarray, alarm: np.ndarray, weights: np.ndarray | None = None) -> Confusion:
    """Counts of labels against alarms.

    Parameters
    ----------
    y : (n,) 0 or 1
    alarm : (n,) bool
    weights : (b, n) or None for one replicate of ones
    """
    w = np.ones((1, len(y))) if weights is None else weights.astype(np.float64)
    fake, alarm = np.asarray(y) == 1, np.asarray(alarm, bool)
    parts = (fake & alarm, ~fake & alarm, fake & ~alarm, ~fake & ~alarm)
    return Confusion(*(w @ part.astype(np.float64) for part in parts))


def precision_of(c: Confusion) -> np.ndarray:
    return divide(c.tp, c.tp + c.fp, empty=0.0)


def recall_of(c: Confusion) -> np.ndarray:
    return divide(c.tp, c.tp + c.fn)


def f1_of(c: Confusion) -> np.ndarray:
    return divide(2 * c.tp, 2 * c.tp + c.fp + c.fn, empty=0.0)


def fpr_of(c: Confusion) -> np.ndarray:
    return divide(c.fp, c.fp + c.tn)


def balanced_accuracy_of(c: Confusion) -> np.ndarray:
    accuracy: np.ndarray = (divide(c.tp, c.tp + c.fn) + divide(c.tn, c.fp + c.tn)) / 2
    return accuracy


def mcc_of(c: Confusion) -> np.ndarray:
    """Matthews' correlation coefficient; 0 where one side is empty."""
    root = np.sqrt(c.tp + c.fp) * np.sqrt(c.tp + c.fn) * np.sqrt(c.tn + c.fp) * np.sqrt(c.tn + c.fn)
    return divide(c.tp * c.tn - c.fp * c.fn, root, empty=0.0)


@dataclass(frozen=True)
class Alerts:
    """What a threshold brings among so many images, counted in images.

    Attributes
    ----------
    alerts : images that raise one
    caught, missed : fakes that do and do not
    false_alarms : genuine images that do

    Examples
    --------
    >>> from realfake import metrics
    >>> metrics.alerts_at(recall=0.9, fpr=0.01, prevalence=0.001).false_alarms
    99.9
    """

    alerts: float
    caught: float
    missed: float
    false_alarms: float


def alerts_at(recall: float, fpr: float, prevalence: float, images: int = PER) -> Alerts:
    """Alerts and caught fakes among so many images at a prevalence.

    Parameters
    ----------
    recall, fpr : shares of fakes and of genuine images that raise an alarm, 0..1
    prevalence : share of fakes, 0..1
    images : in all

    Examples
    --------
    >>> from realfake import metrics
    >>> metrics.alerts_at(recall=0.5, fpr=0.25, prevalence=0.25, images=8)
    Alerts(alerts=2.5, caught=1.0, missed=1.0, false_alarms=1.5)
    """
    fakes, genuine = images * prevalence, images * (1 - prevalence)
    caught, false = fakes * recall, genuine * fpr
    return Alerts(caught + false, caught, fakes - caught, false)


def expected_cost(
    recall: float | np.ndarray, fpr: float | np.ndarray, prevalence: float, cost_miss: float, cost_alarm: float
) -> np.ndarray:
    """Mean cost per image of missed fakes and false alarms, in the unit of the costs.

    Parameters
    ----------
    recall, fpr : shares of fakes and of genuine images that raise an alarm, 0..1; numbers or arrays of one shape
    prevalence : share of fakes, 0..1
    cost_miss, cost_alarm : of one missed fake and of one false alarm

    Returns
    -------
    ndarray of that shape

    Examples
    --------
    >>> from realfake import metrics
    >>> float(metrics.expected_cost(recall=0.5, fpr=0.25, prevalence=0.25, cost_miss=100, cost_alarm=4))
    13.25
    """
    return prevalence * (1 - np.asarray(recall)) * cost_miss + (1 - prevalence) * np.asarray(fpr) * cost_alarm


def cost_curve(y_true: np.ndarray, y_score: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Lowest normalised expected cost at each probability-cost share (Drummond and Holte 2006).

    Parameters
    ----------
    y_true : (n,) 1 for a fake, 0 for a genuine image
    y_score : (n,) the higher, the more suspicious
    shares : (k,) prevalence x cost of a miss / (that + (1 - prevalence) x cost of a false alarm), in 0..1

    Returns
    -------
    (k,) in 0..0.5: min over thresholds of (1 - recall) share + fpr (1 - share)

    Raises
    ------
    ValueError
        If labels and scores differ in shape, or a label is neither 0 nor 1.

    Examples
    --------
    >>> import numpy as np
    >>> from realfake import metrics
    >>> metrics.cost_curve([0, 0, 1, 1], [0.1, 0.6, 0.5, 0.9], np.array([0.0, 0.5, 1.0])).tolist()
    [0.0, 0.25, 0.0]
    """
    shares = np.asarray(shares, np.float64)
    caught, alarmed = rates(ranking(y_true, y_score))
    recall, fpr = caught[0] / caught[0, -1], alarmed[0] / alarmed[0, -1]
    least: np.ndarray = ((1 - recall) * shares[:, None] + fpr * (1 - shares[:, None])).min(axis=1)
    return least
