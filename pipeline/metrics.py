"""Figures for rare fakes: what is caught at a bearable number of false alarms, with intervals over groups.

Labels come before scores, as in scikit-learn: `y_true` (n,) holds 1 for a fake and 0 for a genuine image, `y_score`
(n,) finite numbers that rise with suspicion, `y_proba` (n,) probabilities of fake, 0..1. Figures that need a class that
`y_true` lacks are NaN. An alarm is a score strictly above a threshold. A replicate weight w is a whole number of copies
of a row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

__all__ = [
    "Alerts",
    "Interval",
    "Stability",
    "Stratum",
    "alerts_at",
    "average_precision",
    "best_f1_threshold",
    "brier",
    "clopper_pearson",
    "cost_curve",
    "expected_calibration_error",
    "expected_cost",
    "needed_genuine",
    "partial_auc",
    "population_stability",
    "recall_at_fpr",
    "reliability",
    "roc_auc",
    "sampled_rates",
    "threshold_at_fpr",
]

FPRS = (0.05, 0.01, 0.001)
PER = 10_000  # images, for alerts
PARTIAL_FPR = 0.1
ECE_BINS = 10
CALIBRATION_ERROR = "ece"
REPLICATES = 500
POSTERIOR = 4000  # draws
LEVEL = 0.95
RULE_OF_THREE = 3.0  # nothing in n trials: the rate is below 3 / n with 95 % confidence
CHUNK_CELLS = 4_000_000  # replicates x rows held in memory at once


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


# Figures of a ranking: (caught, alarmed) of shape (b, m + 1) to (b,).


def recall_at_fpr_of(caught: np.ndarray, alarmed: np.ndarray, fpr: float) -> np.ndarray:
    allowed = allowed_alarms(alarmed[:, -1], fpr)[:, None]
    best = np.where(alarmed <= allowed, caught, 0).max(axis=1)
    return _divide(best, caught[:, -1], valid=alarmed[:, -1] > 0)


def roc_auc_of(caught: np.ndarray, alarmed: np.ndarray) -> np.ndarray:
    return _divide(np.trapezoid(caught, alarmed, axis=1), caught[:, -1] * alarmed[:, -1])


def partial_auc_of(caught: np.ndarray, alarmed: np.ndarray, fpr: float = PARTIAL_FPR) -> np.ndarray:
    """Mean recall over false-positive rates 0..fpr."""
    x = _divide(alarmed, alarmed[:, -1:])
    recall = _divide(caught, caught[:, -1:])
    inside = np.minimum(x, fpr)
    step = np.diff(x, axis=1)
    share = np.where(step > 0, np.diff(inside, axis=1) / np.where(step > 0, step, 1), 0)
    last = recall[:, :-1] + share * np.diff(recall, axis=1)  # recall where the curve leaves the range
    mean: np.ndarray = ((recall[:, :-1] + last) / 2 * np.diff(inside, axis=1)).sum(axis=1) / fpr
    return mean


def average_precision_of(caught: np.ndarray, alarmed: np.ndarray, prevalence: float | None = None) -> np.ndarray:
    """Average precision, at the prevalence of the rows or at another."""
    recall = _divide(caught, caught[:, -1:])
    if prevalence is None:
        precision = _divide(caught, caught + alarmed, empty=1.0)
    else:
        fpr = _divide(alarmed, alarmed[:, -1:])
        precision = _divide(prevalence * recall, prevalence * recall + (1 - prevalence) * fpr, empty=1.0)
    area: np.ndarray = (np.diff(recall, axis=1) * precision[:, 1:]).sum(axis=1)
    return area


# The same figures of labels and scores.


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


# Figures of alarms: weighted counts of true and false positives and negatives, each (b,).


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
    return _divide(c.tp, c.tp + c.fp, empty=0.0)


def recall_of(c: Confusion) -> np.ndarray:
    return _divide(c.tp, c.tp + c.fn)


def f1_of(c: Confusion) -> np.ndarray:
    return _divide(2 * c.tp, 2 * c.tp + c.fp + c.fn, empty=0.0)


def fpr_of(c: Confusion) -> np.ndarray:
    return _divide(c.fp, c.fp + c.tn)


def balanced_accuracy_of(c: Confusion) -> np.ndarray:
    accuracy: np.ndarray = (_divide(c.tp, c.tp + c.fn) + _divide(c.tn, c.fp + c.tn)) / 2
    return accuracy


def mcc_of(c: Confusion) -> np.ndarray:
    """Matthews' correlation coefficient; 0 where one side is empty."""
    root = np.sqrt(c.tp + c.fp) * np.sqrt(c.tp + c.fn) * np.sqrt(c.tn + c.fp) * np.sqrt(c.tn + c.fn)
    return _divide(c.tp * c.tn - c.fp * c.fn, root, empty=0.0)


# Figures of probabilities.


def brier_of(y: np.ndarray, probability: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    error = (probability - y) ** 2
    return np.array([error.mean()]) if weights is None else _divide(weights @ error, weights.sum(axis=1))


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
    return _divide(np.abs(w @ slack).sum(axis=1), w.sum(axis=1))


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


# Figures of decisions.


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


# Intervals over groups.


@dataclass(frozen=True)
class Stratum:
    """Images of a stream of which those whose truth is known were drawn by chance, or are all that there are.

    Attributes
    ----------
    images : in the stratum
    fakes, genuine : of the images whose truth is known
    alarm : whether the images of the stratum raised an alarm

    Examples
    --------
    >>> from realfake import metrics
    >>> metrics.Stratum(images=1000, fakes=1, genuine=99, alarm=False).genuine
    99
    """

    images: int
    fakes: int
    genuine: int
    alarm: bool


def sampled_rates(strata: Sequence[Stratum], seed: int = 0) -> dict[str, Interval]:
    """False-positive rate, recall and prevalence on a stream of which only samples were looked at.

    The share of fakes among the images of a stratum that nobody looked at has the posterior of those that were, from
    Jeffreys' prior; the interval holds what is uncertain about them, and nothing where all were looked at.

    Parameters
    ----------
    strata : whose images together are the stream
    seed : of the 95 % interval, which is drawn

    Returns
    -------
    dict
        `fpr`, `recall` and `prevalence`, 0..1; the value is NaN where a stratum was not looked at.

    References
    ----------
    Gelman et al., Bayesian Data Analysis, 3rd ed. 2013, chapters 2 and 8.

    Examples
    --------
    Of 1,000 images 20 raised an alarm, of which 15 were fakes; of the others 100 were drawn, and one was a fake:

    >>> from realfake import metrics
    >>> strata = [metrics.Stratum(20, 15, 5, alarm=True), metrics.Stratum(980, 1, 99, alarm=False)]
    >>> found = metrics.sampled_rates(strata)
    >>> round(found["recall"].value, 3), round(found["recall"].low, 1), round(found["recall"].high, 1)
    (0.605, 0.3, 0.9)
    """
    rng = np.random.default_rng(seed)
    counted: dict[bool, list[np.ndarray]] = {True: [], False: []}  # (1 + draws,) fakes, first the value
    images = {True: 0, False: 0}
    for one in strata:
        seen = one.fakes + one.genuine
        share = rng.beta(one.fakes + 0.5, one.genuine + 0.5, POSTERIOR)
        drawn = one.fakes + rng.binomial(one.images - seen, share)
        value = one.images * one.fakes / seen if seen else (np.nan if one.images else 0.0)
        counted[one.alarm].append(np.concatenate([[value], drawn]))
        images[one.alarm] += one.images
    caught, missed = (np.sum([np.zeros(POSTERIOR + 1), *counted[alarm]], axis=0) for alarm in (True, False))
    false_alarms, all_images = images[True] - caught, images[True] + images[False]
    rates = {
        "fpr": _divide(false_alarms, all_images - caught - missed),
        "recall": _divide(caught, caught + missed),
        "prevalence": _divide(caught + missed, np.full(POSTERIOR + 1, float(all_images))),
    }
    return {name: percentile_interval(float(found[0]), found[1:]) for name, found in rates.items()}


@dataclass(frozen=True)
class Stability:
    """How far a stream has drifted.

    Attributes
    ----------
    psi : population stability index, 0 for none; 0.1 is commonly called some drift and 0.25 much
    chance : what as few images give in 1 of 20 cases without any drift

    Examples
    --------
    >>> from realfake import metrics
    >>> metrics.Stability(psi=0.3, chance=0.05).psi
    0.3
    """

    psi: float
    chance: float


def population_stability(
    expected: np.ndarray, actual: np.ndarray, weights: np.ndarray | None = None, bins: int = 10
) -> Stability:
    """Population stability index of what a stream brings against what there was in training.

    Parameters
    ----------
    expected : (n,) float, of training, or (n,) str, such as the kinds of files
    actual : (m,), the same of the stream
    weights : (n,) float, how many images of the stream each one of training stands for; all alike where None
    bins : parts of the range of `expected` that hold as many each

    References
    ----------
    Yurdakul, Statistical properties of population stability index, Western Michigan University 2018.

    Examples
    --------
    >>> import numpy as np
    >>> from realfake import metrics
    >>> rng = np.random.default_rng(0)
    >>> before, same, other = rng.normal(size=1000), rng.normal(size=1000), rng.normal(1, size=1000)
    >>> still, moved = (metrics.population_stability(before, now) for now in (same, other))
    >>> still.psi < still.chance, moved.psi > 0.25
    (True, True)
    """
    expected, actual = np.asarray(expected), np.asarray(actual)
    heavy = np.ones(len(expected)) if weights is None else np.asarray(weights, float)
    both = np.concatenate([expected, actual])
    if expected.dtype.kind in "OUS":
        names, part = np.unique(both, return_inverse=True)
        parts = len(names)
    else:
        edges = _quantiles(expected, heavy, bins)
        part, parts = np.searchsorted(edges, both), len(edges) + 1
    before = np.bincount(part[: len(expected)], heavy, parts) / heavy.sum()
    now = np.bincount(part[len(expected) :], minlength=parts) / len(actual)
    many = heavy.sum() ** 2 / (heavy**2).sum()  # as many as these weights are worth
    from scipy.stats import chi2

    chance = (1 / many + 1 / len(actual)) * chi2.ppf(LEVEL, max(1, parts - 1))
    before, now = np.maximum(before, 0.5 / many), np.maximum(now, 0.5 / len(actual))
    return Stability(float(((now - before) * np.log(now / before)).sum()), float(chance))


def _quantiles(values: np.ndarray, weights: np.ndarray, parts: int) -> np.ndarray:
    """The inner edges of parts that weigh as much each; fewer where values are the same."""
    order = np.argsort(values, kind="stable")
    passed = np.cumsum(weights[order]) / weights.sum()
    at = np.minimum(np.searchsorted(passed, np.arange(1, parts) / parts), len(order) - 1)
    return np.unique(values[order][at])


def group_weights(y: np.ndarray, groups: np.ndarray, replicates: int, seed: int) -> np.ndarray:
    """Copies of each row when groups are drawn with replacement, those that hold fakes apart from those that do not.

    Returns
    -------
    (replicates, n) int16
    """
    rng = np.random.default_rng(seed)
    names, index = np.unique(groups, return_inverse=True)
    has_fake = np.bincount(index, np.asarray(y) == 1, len(names)) > 0
    drawn = np.zeros((replicates, len(names)), np.int16)
    for stratum in (np.flatnonzero(has_fake), np.flatnonzero(~has_fake)):
        if len(stratum):
            drawn[:, stratum] = rng.multinomial(len(stratum), np.full(len(stratum), 1 / len(stratum)), replicates)
    return drawn[:, index]


def percentile_interval(value: float, replicates: np.ndarray, level: float = LEVEL) -> Interval:
    """The middle `level` of the replicates around an estimate."""
    known = replicates[np.isfinite(replicates)]
    if not len(known) or not np.isfinite(value):
        return Interval(value, np.nan, np.nan)
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value, float(low), float(high))


def interval_of(name: str, value: float, replicates: np.ndarray) -> Interval:
    """The interval of a figure by its name.

    Draws of groups add to a calibration error as much chance again as the sample did, so its replicates are moved down
    until their mean is the estimate.
    """
    if name.startswith(CALIBRATION_ERROR):
        replicates = np.maximum(replicates - np.mean(replicates) + value, 0)
    return percentile_interval(value, replicates)


@dataclass(frozen=True)
class Scores:
    """Scores of rows with what is needed for every figure.

    Attributes
    ----------
    y : (n,) 0 or 1
    score : (n,) for ranking
    alarm : (n,) bool, by a threshold that was chosen on other rows
    probability : (n,) calibrated on other rows
    """

    y: np.ndarray
    score: np.ndarray
    alarm: np.ndarray
    probability: np.ndarray


def figures(
    scores: Scores, weights: np.ndarray | None = None, prevalence: float | None = None
) -> dict[str, np.ndarray]:
    """Every figure of these scores for each replicate.

    Parameters
    ----------
    weights : (b, n) or None for one replicate of ones
    prevalence : another prevalence at which PR-AUC is stated too

    Returns
    -------
    dict of name to (b,) float64
    """
    count = confusion(scores.y, scores.alarm, weights)
    curve = rates(ranking(scores.y, scores.score), weights)
    found = {
        "precision": precision_of(count),
        "recall": recall_of(count),
        "f1": f1_of(count),
        "mcc": mcc_of(count),
        "balanced_accuracy": balanced_accuracy_of(count),
        "roc_auc": roc_auc_of(*curve),
        "partial_auc": partial_auc_of(*curve),
        "pr_auc": average_precision_of(*curve),
    }
    if prevalence is not None:
        found["pr_auc_at_prevalence"] = average_precision_of(*curve, prevalence)
    for fpr in FPRS:
        found[recall_name(fpr)] = recall_at_fpr_of(*curve, fpr)
    return found | calibration_figures(scores, weights)


def calibration_figures(scores: Scores, weights: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """The figures of probabilities alone, as in `figures`."""
    return {
        "brier": brier_of(scores.y, scores.probability, weights),
        CALIBRATION_ERROR: calibration_error_of(scores.y, scores.probability, weights),
    }


def recall_name(fpr: float) -> str:
    """The column of recall at a false-positive rate."""
    return f"recall_at_{fpr * 100:g}pct_fpr"


Judge = Callable[[Scores, np.ndarray | None], dict[str, np.ndarray]]


def bootstrap(
    runs: list[Scores],
    groups: np.ndarray,
    replicates: int = REPLICATES,
    seed: int = 0,
    judge: Judge = figures,
) -> dict[str, np.ndarray]:
    """Replicates of every figure, averaged over runs (repeats of a cross-validation) that share the drawn groups.

    Parameters
    ----------
    runs : scores of the same rows in the same order, one entry per repeat
    groups : (n,) their groups
    judge : gives the figures of scores for each replicate, such as `figures`

    Returns
    -------
    dict of name to (replicates,) float64
    """
    y = runs[0].y
    size = max(1, CHUNK_CELLS // max(1, len(y)))
    weights = group_weights(y, groups, replicates, seed)
    parts: dict[str, list[np.ndarray]] = {}
    for start in range(0, replicates, size):
        chunk = weights[start : start + size]
        each = [judge(run, chunk) for run in runs]
        for name in each[0]:
            parts.setdefault(name, []).append(np.mean([found[name] for found in each], axis=0))
    return {name: np.concatenate(values) for name, values in parts.items()}


def unsupported(genuine_groups: int, fprs: tuple[float, ...] = FPRS) -> Mapping[str, str]:
    """The recall columns that so few independent genuine images cannot support, each with the reason."""
    return {
        recall_name(fpr): f"needs {needed_genuine(fpr)} independent genuine images, has {genuine_groups}"
        for fpr in fprs
        if genuine_groups < needed_genuine(fpr)
    }


def _divide(a: np.ndarray, b: np.ndarray, empty: float = np.nan, valid: np.ndarray | bool = True) -> np.ndarray:
    a, b = np.broadcast_arrays(np.asarray(a, np.float64), np.asarray(b, np.float64))
    out = np.full(a.shape, empty)
    np.divide(a, b, out=out, where=(b > 0) & valid)
    return out
