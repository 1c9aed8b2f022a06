"""Every figure of scores at once, with replicates in which whole groups are drawn anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from realfake.pipeline.metrics.decisions import balanced_accuracy_of, confusion, f1_of, mcc_of, precision_of, recall_of
from realfake.pipeline.metrics.intervals import Interval, needed_genuine, percentile_interval
from realfake.pipeline.metrics.probabilities import brier_of, calibration_error_of
from realfake.pipeline.metrics.ranking import (
    average_precision_of,
    partial_auc_of,
    ranking,
    rates,
    recall_at_fpr_of,
    roc_auc_of,
)

FPRS = (0.05, 0.01, 0.001)
CALIBRATION_ERROR = "ece"
REPLICATES = 500
CHUNK_CELLS = 4_000_000  # replicates x rows held in memory at once


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


def interval_of(name: str, value: float, replicates: np.ndarray) -> Interval:
    """The interval of a figure by its name.

    Draws of groups add to a calibration error as much chance again as the sample did, so its replicates are moved down
    until their mean is the estimate.
    """
    if name.startswith(CALIBRATION_ERROR):
        replicates = np.maximum(replicates - np.mean(replicates) + value, 0)
    return percentile_interval(value, replicates)


def unsupported(genuine_groups: int, fprs: tuple[float, ...] = FPRS) -> Mapping[str, str]:
    """The recall columns that so few independent genuine images cannot support, each with the reason."""
    return {
        recall_name(fpr): f"needs {needed_genuine(fpr)} independent genuine images, has {genuine_groups}"
        for fpr in fprs
        if genuine_groups < needed_genuine(fpr)
    }
