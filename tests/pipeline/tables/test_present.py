"""Metric tables as people read them."""

import numpy as np
import pandas as pd

from realfake.pipeline.tables.present import bracket, failures, readable, to_latex, to_markdown, with_figures

METRICS = pd.DataFrame(
    {
        "strategy": ["smote", "prior"],
        "control": [False, True],
        "images": [1200.0, np.nan],
        "pr_auc": [0.712, np.nan],
        "pr_auc_low": [0.604, np.nan],
        "pr_auc_high": [0.815, np.nan],
        "fpr": [0.0123, 0.02],
        "alerts_per_10000": [1065.4, 10.0],
        "fit_seconds": [1.23456, np.nan],
        "unknown": [1, 2],
    }
)


def test_figures_are_rounded_bracketed_or_withheld():
    shown = readable(METRICS)
    assert list(shown) == ["strategy", "images", "PR-AUC", "FPR", "alerts", "fit s"]
    assert shown.loc[0].tolist() == ["smote", "1200", "0.71 [0.60, 0.81]", "0.012", "1,065", "1.23"]
    assert shown.loc[1].tolist() == ["(prior)", "-", "-", "0.020", "10", "-"]


def test_an_interval_is_left_out_where_there_is_none():
    assert bracket(0.5, np.nan, np.nan) == "0.50"
    assert bracket(0.5, 0.4, 0.6, 1) == "0.5 [0.4, 0.6]"
    assert bracket(np.nan, 0.4, 0.6) == "-"


def test_rows_without_figures_are_told_apart_and_why():
    frame = pd.DataFrame({"strategy": ["plain", "smote"], "imbalance": "1:5", "failed": [np.nan, "too few fakes"]})
    assert failures(frame) == ["1:5 smote has no figures: too few fakes"]
    assert with_figures(frame)["strategy"].tolist() == ["plain"]
    assert failures(METRICS) == [] and with_figures(METRICS) is METRICS


def test_markdown_and_latex_keep_signs_that_mean_something_there():
    frame = pd.DataFrame({"a|b": ["50 %", "x_y"], "c": ["{}", "~"]})
    drawn = ["| a\\|b   | c   |", "|:-------|:----|", "| 50 %   | {}  |", "| x_y    | ~   |"]
    assert to_markdown(frame).splitlines() == drawn
    text = to_latex(frame).splitlines()
    assert text[0] == r"\begin{tabular}{ll}" and text[-1] == r"\end{tabular}"
    assert text[4:6] == [r"50 \% & \{\} \\", r"x\_y & \textasciitilde  \\"]
