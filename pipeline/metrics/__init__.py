"""Figures for rare fakes: what is caught at a bearable number of false alarms, with intervals over groups.

Labels come before scores, as in scikit-learn: `y_true` (n,) holds 1 for a fake and 0 for a genuine image, `y_score`
(n,) finite numbers that rise with suspicion, `y_proba` (n,) probabilities of fake, 0..1. Figures that need a class that
`y_true` lacks are NaN. An alarm is a score strictly above a threshold. A replicate weight w is a whole number of copies
of a row.
"""

from realfake.pipeline.metrics.decisions import Alerts, alerts_at, cost_curve, expected_cost
from realfake.pipeline.metrics.intervals import Interval, clopper_pearson, needed_genuine
from realfake.pipeline.metrics.probabilities import brier, expected_calibration_error, reliability
from realfake.pipeline.metrics.ranking import (
    average_precision,
    best_f1_threshold,
    partial_auc,
    recall_at_fpr,
    roc_auc,
    threshold_at_fpr,
)
from realfake.pipeline.metrics.streams import Stability, Stratum, population_stability, sampled_rates

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
