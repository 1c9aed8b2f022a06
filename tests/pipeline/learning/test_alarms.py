"""Alarms and costs, by hand."""

import numpy as np
import pandas as pd
import pytest

from realfake.pipeline.learning.alarms import decision_table, saved_without_edit
from realfake.pipeline.settings import Costs

# Ten genuine images, of which one alarms, and four fakes, of which three are caught; the first five were saved only.
SCORES = pd.DataFrame(
    {
        "strategy": "one", "repeat": 0, "fold": 0, "row": np.arange(14), "label": [0] * 10 + [1] * 4,
        "alarm_at_1pct_fpr": [True] + [False] * 9 + [True] * 3 + [False],
        "probability": [0.9] + [0.02] * 9 + [0.9] * 3 + [0.02], "editor": ["noop"] * 5 + [""] * 5 + ["paint"] * 4,
    }
)  # fmt: skip
PRIORS = {("one", 0, 0): 0.2}


def test_alarms_are_counted_by_class_and_among_files_saved_without_an_edit():
    row = decision_table(SCORES, PRIORS, np.arange(14), prevalence=0.01, replicates=50).iloc[0]
    assert row["fpr"] == 0.1 and row["recall"] == 0.75 and row["noop_fpr"] == 0.2 and row["noop_images"] == 5
    assert row["fpr_low"] == pytest.approx(0.0025, abs=1e-4)  # Clopper and Pearson for 1 of 10
    assert row["caught_per_10000"] == pytest.approx(75)
    assert row["false_alarms_per_10000"] == pytest.approx(990)
    assert row["alerts_per_10000"] == pytest.approx(1065)
    assert row["alerts_per_10000_low"] < 1065 < row["alerts_per_10000_high"]
    assert "cost_per_10000" not in row


def test_costs_follow_from_the_probability_at_the_stated_prevalence():
    row = decision_table(SCORES, PRIORS, np.arange(14), 0.2, Costs(10, 1), replicates=50).iloc[0]
    assert row["cost_per_10000"] == pytest.approx(2000 * 0.25 * 10 + 8000 * 0.1 * 1)
    assert row["cost_per_10000_without"] == 8000  # an alarm for every image
    rare = decision_table(SCORES, PRIORS, np.arange(14), 0.001, Costs(1, 1), replicates=50).iloc[0]
    assert rare["cost_per_10000"] == pytest.approx(10)  # 0.9 at 20 % is 0.035 at 0.1 %: silence is cheaper
    assert rare["cost_per_10000_without"] == 10


def test_files_saved_without_an_edit_are_known_by_editor_or_tool():
    frame = pd.DataFrame({"editor": ["noop-jpeg", "brush", None], "tool": ["", "noop", ""]})
    assert saved_without_edit(frame).tolist() == [True, True, False]
    assert not saved_without_edit(frame[[]]).any()
