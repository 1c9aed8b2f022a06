"""Figures of the order in which scores put images: areas, recall at a rate of false alarms, thresholds.

Functions named `..._of` take weighted counts above each possible threshold, (b, m + 1), as `rates` gives them for b
replicates, and return (b,).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from realfake.pipeline.metrics.division import divide

PARTIAL_FPR = 0.1


@dataclass(frozen=True)
class Ranking:
    """Rows in descending order of score, with the ends of runs of equal scores.

    Attributes
    ----------
    order : (n,) positions in descending order of score
    ends : (m,) indices into `order` at which a run of equal scores ends
    y : (n,) labels in that order
    """

    order: np.ndarray
    ends: np.ndarray
    y: np.ndarray


def ranking(y_true: np.ndarray, y_score: np.ndarray) -> Ranking:
    """The order of rows by score; errors as in `paired`."""
    y, score = paired(y_true, y_score)
    order = np.argsort(-score, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))
    return Ranking(order, ends, y[order])


def paired(y_true: np.ndarray, y_score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Labels and scores as arrays of one length, (n,) each.

    Raises
    ------
    ValueError
        If they are of different shapes or none, or a label is neither 0 nor 1.
    """
    y, score = np.asarray(y_true), np.asarray(y_score, np.float64)
    if y.ndim != 1 or y.shape != score.shape or not len(y):
        raise ValueError(f"labels of shape {y.shape} and scores of shape {score.shape} are not one of each a row")
    if not np.isin(y, (0, 1)).all():
        raise ValueError("labels must be 0 for genuine and 1 for fake; labels come first, scores second")
    return y, score


def rates(rank: Ranking, weights: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Weighted fakes and genuine images above each possible threshold.

    Parameters
    ----------
    weights : (b, n) or None for one replicate of ones

    Returns
    -------
    caught, alarmed : (b, m + 1) float64, beginning with no alarm at all
    """
    w = np.ones((1, len(rank.y))) if weights is None else weights[:, rank.order].astype(np.float64)
    caught = np.cumsum(w * (rank.y == 1), axis=1)[:, rank.ends]
    alarmed = np.cumsum(w * (rank.y == 0), axis=1)[:, rank.ends]
    zero = np.zeros((len(w), 1))
    return np.hstack([zero, caught]), np.hstack([zero, alarmed])


def allowed_alarms(genuine: float | np.ndarray, fpr: float) -> np.ndarray:
    """Whole false alarms that a rate allows among so many genuine images."""
    return np.floor(np.asarray(genuine) * fpr + 1e-9)


def threshold_at_fpr(y_true: np.ndarray, y_score: np.ndarray, fpr: float) -> float:
    """The lowest threshold at which alarms among these genuine images stay within the rate.

    With n genuine scores in descending order and k = floor(fpr n), it is the (k + 1)-th; an alarm is a score strictly
    above it, so that ties never raise more than k alarms.

    Parameters
    ----------
    y_true : (n,) 1 for a fake, 0 for a genuine image
    y_score : (n,) the higher, the more suspicious
    fpr : share of genuine images that may raise an alarm, 0..1

    Returns
    -------
    float
        In the unit of the scores; minus infinity where every genuine image may raise an alarm.

    Raises
    ------
    ValueError
        If labels and scores differ in shape, or a label is neither 0 nor 1.

    Examples
    --------
    >>> from realfake import metrics
    >>> metrics.threshold_at_fpr([0, 0, 0, 0, 1], [0.1, 0.2, 0.3, 0.9, 0.8], fpr=0.25)
    0.3
    """
    y, score = paired(y_true, y_score)
    genuine = np.sort(score[y == 0])[::-1]
    k = int(allowed_alarms(len(genuine), fpr))
    return float(genuine[k]) if k < len(genuine) else -np.inf


def best_f1_threshold(y_true: np.ndarray, y_score: np.ndarray) -> float:
    """The threshold with the highest F1 on these rows, half-way to the next lower score.

    Parameters
    ----------
    y_true : (n,) 1 for a fake, 0 for a genuine image
    y_score : (n,) the higher, the more suspicious

    Raises
    ------
    ValueError
        If labels and scores differ in shape, or a label is neither 0 nor 1.

    Examples
    --------
    >>> from realfake import metrics
    >>> metrics.best_f1_threshold([0, 0, 1, 1], [0.1, 0.25, 0.75, 0.9])
    0.5
    """
    y, score = paired(y_true, y_score)
    rank = ranking(y, score)
    caught, alarmed = rates(rank)
    f1 = 2 * caught[0] / np.maximum(caught[0] + alarmed[0] + np.sum(y), 1)
    best = int(np.argmax(f1[1:]))
    values = score[rank.order][rank.ends]
    if best + 1 == len(values):
        return float(np.nextafter(values[best], -np.inf))
    return float(values[best] + values[best + 1]) / 2


def recall_at_fpr_of(caught: np.ndarray, alarmed: np.ndarray, fpr: float) -> np.ndarray:
    allowed = allowed_alarms(alarmed[:, -1], fpr)[:, None]
    best = np.where(alarmed <= allowed, caught, 0).max(axis=1)
    return divide(best, caught[:, -1], valid=alarmed[:, -1] > 0)


def roc_auc_of(caught: np.ndarray, alarmed: np.ndarray) -> np.ndarray:
    return divide(np.trapezoid(caught, alarmed, axis=1), caught[:, -1] * alarmed[:, -1])


def partial_auc_of(caught: np.ndarray, alarmed: np.ndarray, fpr: float = PARTIAL_FPR) -> np.ndarray:
    """Mean recall over false-positive rates 0..fpr."""
    x = divide(alarmed, alarmed[:, -1:])
    recall = divide(caught, caught[:, -1:])
    inside = np.minimum(x, fpr)
    step = np.diff(x, axis=1)
    share = np.where(step > 0, np.diff(inside, axis=1) / np.where(step > 0, step, 1), 0)
    last = recall[:, :-1] + share * np.diff(recall, axis=1)  # recall where the curve leaves the range
    mean: np.ndarray = ((recall[:, :-1] + last) / 2 * np.diff(inside, axis=1)).sum(axis=1) / fpr
    return mean


def average_precision_of(caught: np.ndarray, alarmed: np.ndarray, prevalence: float | None = None) -> np.ndarray:
    """Average precision, at the prevalence of the rows or at another."""
    recall = divide(caught, caught[:, -1:])
    if prevalence is None:
        precision = divide(caught, caught + alarmed, empty=1.0)
    else:
        fpr = divide(alarmed, alarmed[:, -1:])
        precision = divide(prevalence * recall, prevalence * recall + (1 - prevalence) * fpr, empty=1.0)
    area: np.ndarray = (np.diff(recall, axis=1) * precision[:, 1:]).sum(axis=1)
    return area


def recall_at_fpr(y_true: np.ndarray, y_score: np.ndarray, fpr: float) -> float:
    """Share of fakes strictly above `threshold_at_fpr`, 0..1.

    Parameters
    ----------
    y_true : (n,) 1 for a fake, 0 for a genuine image
    y_score : (n,) the higher, the more suspicious
    fpr : share of genuine images that may raise an alarm, 0..1

    Raises
    ------
    ValueError
        If labels and scores differ in shape, or a label is neither 0 nor 1.

    Examples
    --------
    >>> from realfake import metrics
    >>> metrics.recall_at_fpr([0, 0, 0, 1, 1], [0.1, 0.2, 0.6, 0.5, 0.9], fpr=0.01)
    0.5
    """
    return float(recall_at_fpr_of(*rates(ranking(y_true, y_score)), fpr)[0])


def roc_auc(y_true: np.ndarray, y_score: np.ndarray) -> float:
    """Chance that a fake scores above a genuine image, ties counted half, 0..1; 0.5 by chance.

    Parameters
    ----------
    y_true : (n,) 1 for a fake, 0 for a genuine image
    y_score : (n,) the higher, the more suspicious

    Raises
    ------
    ValueError
        If labels and scores differ in shape, or a label is neither 0 nor 1.

    Examples
    --------
    >>> from realfake import metrics
    >>> metrics.roc_auc([0, 0, 1, 1], [0.1, 0.6, 0.5, 0.9])
    0.75
    """
    return float(roc_auc_of(*rates(ranking(y_true, y_score)))[0])


def partial_auc(y_true: np.ndarray, y_score: np.ndarray, fpr: float = PARTIAL_FPR) -> float:
    """Mean recall over false-positive rates 0..fpr; fpr / 2 by chance, 1 at best.

    Parameters
    ----------
    y_true : (n,) 1 for a fake, 0 for a genuine image
    y_score : (n,) the higher, the more suspicious
    fpr : end of the range, above 0, at most 1

    Raises
    ------
    ValueError
        If labels and scores differ in shape, or a label is neither 0 nor 1.

    Examples
    --------
    >>> from realfake import metrics
    >>> metrics.partial_auc([0, 0, 1, 1], [0.1, 0.6, 0.5, 0.9], fpr=0.5)
    0.5
    """
    return float(partial_auc_of(*rates(ranking(y_true, y_score)), fpr)[0])


def average_precision(y_true: np.ndarray, y_score: np.ndarray, prevalence: float | None = None) -> float:
    """Area under the precision-recall curve by steps, 0..1, whose value by chance is the prevalence.

    Parameters
    ----------
    y_true : (n,) 1 for a fake, 0 for a genuine image
    y_score : (n,) the higher, the more suspicious
    prevalence : share of fakes to reckon with, 0..1; that of `y_true` where None

    Raises
    ------
    ValueError
        If labels and scores differ in shape, or a label is neither 0 nor 1.

    Examples
    --------
    >>> from realfake import metrics
    >>> round(metrics.average_precision([0, 0, 1, 1], [0.1, 0.6, 0.5, 0.9]), 3)
    0.833
    >>> round(metrics.average_precision([0, 0, 1, 1], [0.1, 0.6, 0.5, 0.9], prevalence=0.01), 3)
    0.51
    """
    return float(average_precision_of(*rates(ranking(y_true, y_score)), prevalence)[0])
