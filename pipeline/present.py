"""Metric tables as people read them: few columns, intervals in brackets, a dash where a figure is withheld."""

from __future__ import annotations

import pandas as pd

TITLES = {
    "precision": "precision", "recall": "recall", "f1": "F1", "mcc": "MCC", "balanced_accuracy": "bal. acc.",
    "roc_auc": "ROC-AUC", "pr_auc": "PR-AUC", "pr_auc_at_prevalence": "PR-AUC at prevalence", "fpr": "FPR",
    "recall_at_5pct_fpr": "recall@5%FPR", "recall_at_1pct_fpr": "recall@1%FPR",
    "recall_at_0.1pct_fpr": "recall@0.1%FPR", "brier": "Brier",
}  # fmt: skip
PLAIN = {"fit_seconds": "fit s", "score_ms_per_image": "score ms"}
TEXT = ("imbalance", "slice", "value", "images", "fakes", "abstained", "to_best")
WITHHELD = "-"


def readable(frame: pd.DataFrame) -> pd.DataFrame:
    """A metric table with `0.71 [0.60, 0.82]` cells, text throughout.

    Parameters
    ----------
    frame : metrics of a comparison, a training or an evaluation
    """
    shown: dict[str, list[str]] = {}
    if "strategy" in frame:
        control = frame["control"] if "control" in frame else [False] * len(frame)
        shown["strategy"] = [
            f"({name})" if is_control else name for name, is_control in zip(frame["strategy"], control)
        ]
    for column in TEXT:
        if column in frame:
            shown[column] = [str(value) for value in frame[column]]
    for column, title in TITLES.items():
        if column in frame:
            bounds = zip(frame[column], frame[f"{column}_low"], frame[f"{column}_high"])
            shown[title] = [_bracket(*values) for values in bounds]
    for column, title in PLAIN.items():
        if column in frame:
            shown[title] = [f"{value:.3g}" for value in frame[column]]
    return pd.DataFrame(shown)


def _bracket(value: float, low: float, high: float) -> str:
    if value != value:
        return WITHHELD
    return f"{value:.2f}" if low != low else f"{value:.2f} [{low:.2f}, {high:.2f}]"
