"""Metric tables as people read them: few columns, intervals in brackets, a dash where a figure is withheld."""

from __future__ import annotations

import pandas as pd

TITLES = {
    "prevalence": "prevalence", "pr_auc": "PR-AUC", "pr_auc_at_prevalence": "PR-AUC at stated prevalence",
    "roc_auc": "ROC-AUC", "partial_auc": "pAUC", "recall_at_5pct_fpr": "recall@5%FPR",
    "recall_at_1pct_fpr": "recall@1%FPR", "recall_at_0.1pct_fpr": "recall@0.1%FPR", "f1": "F1", "mcc": "MCC",
    "balanced_accuracy": "bal. acc.", "precision": "precision", "recall": "recall", "fpr": "FPR",
    "noop_fpr": "no-op FPR", "localised": "localised", "brier": "Brier", "review": "in review",
    "alerts_per_10000": "alerts", "caught_per_10000": "caught", "reviews_per_10000": "reviews",
    "cost_per_10000": "cost", "cost_per_10000_without": "cost without",
}  # fmt: skip
WHOLE = tuple(name for name in TITLES if "_per_10000" in name)  # shown without decimals
FINE = ("prevalence", "fpr", "noop_fpr")  # shown with one decimal more
PLAIN = {"fit_seconds": "fit s", "score_ms_per_image": "score ms"}
TEXT = ("imbalance", "laundering", "slice", "value", "images", "fakes", "abstained", "to_best")
WITHHELD = "-"


def readable(frame: pd.DataFrame) -> pd.DataFrame:
    """A metric table with `0.71 [0.60, 0.82]` cells, text throughout.

    Parameters
    ----------
    frame : metrics or decisions of a comparison, a training or an evaluation
    """
    shown: dict[str, list[str]] = {}
    if "strategy" in frame:
        control = frame["control"] if "control" in frame else [False] * len(frame)
        shown["strategy"] = [
            f"({name})" if is_control else name for name, is_control in zip(frame["strategy"], control)
        ]
    for column in TEXT:
        if column in frame:
            shown[column] = [_text(value) for value in frame[column]]
    for column, title in TITLES.items():
        if column in frame:
            digits = 0 if column in WHOLE else 3 if column in FINE else 2
            low, high = (frame.get(f"{column}_{side}", [float("nan")] * len(frame)) for side in ("low", "high"))
            bounds = zip(frame[column], low, high)
            shown[title] = [bracket(*values, digits) for values in bounds]
    for column, title in PLAIN.items():
        if column in frame:
            shown[title] = [WITHHELD if value != value else f"{value:.3g}" for value in frame[column]]
    return pd.DataFrame(shown)


def failures(frame: pd.DataFrame) -> list[str]:
    """A sentence for each row of a metric table that has no figures because its strategy could not be fitted."""
    if "failed" not in frame:
        return []
    failed = frame[frame["failed"].astype(object).fillna("") != ""]
    rungs = [axis for axis in ("imbalance", "laundering") if axis in frame]
    return [
        f"{' '.join(str(row[name]) for name in [*rungs, 'strategy'])} has no figures: {row['failed']}"
        for row in failed.to_dict("records")
    ]


def with_figures(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of a metric table whose strategy could be fitted."""
    return frame[frame["failed"].astype(object).fillna("") == ""] if "failed" in frame else frame


def _text(value: object) -> str:
    """A count beside a gap is read back as a float."""
    if value != value:
        return WITHHELD
    return f"{value:.0f}" if isinstance(value, float) else str(value)


def to_markdown(shown: pd.DataFrame) -> str:
    """A table of text in Markdown."""
    escaped = shown.astype(str).rename(columns=str).map(_piped).rename(columns=_piped)
    return str(escaped.to_markdown(index=False, disable_numparse=True)) + "\n"


def _piped(text: str) -> str:
    return text.replace("|", "\\|")


def to_latex(shown: pd.DataFrame) -> str:
    """A table of text in LaTeX, for the package booktabs."""
    return str(shown.astype(str).to_latex(index=False, escape=True))


def bracket(value: float, low: float, high: float, digits: int = 2) -> str:
    """`0.71 [0.60, 0.82]`; a dash where the value is withheld."""
    if value != value:
        return WITHHELD
    text = f"{value:,.{digits}f}"
    return text if low != low else f"{text} [{low:,.{digits}f}, {high:,.{digits}f}]"
