"""Plots of curves that are known: SVG that stands alone, names its strategies and draws where it should."""

import base64
import re
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from realfake.pipeline.metrics.bootstrap import Scores
from realfake.pipeline.reports.plots import (
    _precision,
    _recall,
    bars,
    cost_curves,
    degradation,
    plot,
    precision_recall,
    recall_at_low_fpr,
    reliability_diagram,
    roc,
)

Y = np.repeat([1, 0], [20, 80])
SCORE = np.where(Y == 1, 0.9, 0.1) + np.random.default_rng(0).normal(0, 0.3, 100)
RUNS = {name: [Scores(Y, SCORE, SCORE > 0.5, np.clip(SCORE, 0, 1))] for name in ("plain", "smote")}


def svg(url: str) -> str:
    head, data = url.split(",")
    assert head == "data:image/svg+xml;base64"
    text = base64.b64decode(data).decode()
    ET.fromstring(text)
    return text


@pytest.mark.parametrize(
    "drawn",
    [
        lambda: precision_recall(RUNS, 0.2),
        lambda: roc(RUNS),
        lambda: recall_at_low_fpr(RUNS, 0.01),
        lambda: cost_curves(RUNS),
    ],
)
def test_a_plot_names_its_strategies_and_repeats_itself(drawn):
    text = svg(drawn())
    assert ">plain<" in text and ">smote<" in text
    assert svg(drawn()) == text
    assert not re.search(r"(?:href|src)=\"http", text)


def test_rates_that_so_few_genuine_images_cannot_tell_are_shaded():
    assert "too few genuine" in svg(recall_at_low_fpr(RUNS, 0.1))
    assert "too few genuine" not in svg(recall_at_low_fpr(RUNS, 0.001))


def test_a_perfect_score_recalls_all_at_no_false_alarm_and_chance_as_many_as_it_alarms():
    grid = np.linspace(0, 1, 11)
    perfect, chance = (Scores(Y, score, score > 0.5, score) for score in (Y.astype(float), np.full(100, 0.5)))
    np.testing.assert_allclose(_recall(perfect, grid[1:]), 1)
    np.testing.assert_allclose(_precision(perfect, grid), 1)
    np.testing.assert_allclose(_recall(chance, grid), grid)
    np.testing.assert_allclose(_precision(chance, grid), 0.2)


def test_precision_is_the_best_at_each_recall_or_above():
    y, score = np.array([1, 0, 1, 0]), np.array([0.9, 0.8, 0.7, 0.1])
    run = Scores(y, score, score > 0.5, score)
    np.testing.assert_allclose(_precision(run, np.array([0.0, 0.5, 0.51, 1.0])), [1, 1, 2 / 3, 2 / 3])
    y = np.array([0, 1, 1])  # the second fake raises precision again, and the curve does not saw
    run = Scores(y, score[:3], score[:3] > 0.5, score[:3])
    np.testing.assert_allclose(_precision(run, np.array([0.5, 1.0])), [2 / 3, 2 / 3])


def test_bars_stand_in_the_order_of_their_names_and_as_high_as_there_are_names():
    few, many = (svg(bars({f"family{i}": i / 10 for i in range(count)}, "loss")) for count in (3, 12))
    assert [int(one) for one in re.findall(r">family(\d+)<", many)] in (list(range(12)), list(range(11, -1, -1)))
    heights = [float(re.search(r'height="([\d.]+)pt"', text)[1]) for text in (few, many)]
    assert heights[1] > 1.5 * heights[0]
    assert svg(bars({"ela": 0.1}, "loss", {"ela": (0.05, 0.2)})) != svg(bars({"ela": 0.1}, "loss"))


def test_a_ladder_and_a_reliability_diagram_name_their_lines():
    metrics = pd.DataFrame(
        {
            "strategy": "plain",
            "imbalance": ["1:5", "1:50"],
            "pr_auc": [0.8, 0.5],
            "pr_auc_low": [0.7, 0.4],
            "pr_auc_high": [0.9, 0.6],
        }
    )
    text = svg(degradation(metrics, ["plain"], "pr_auc", "PR-AUC"))
    assert ">1:5<" in text and ">1:50<" in text and ">PR-AUC<" in text
    probability = np.clip(SCORE, 0, 1)
    assert ">as learnt<" in svg(reliability_diagram(Y, {"as learnt": probability}))


def test_the_style_of_a_notebook_is_left_alone():
    import matplotlib

    before = dict(matplotlib.rcParams)
    plot(lambda axes: axes.plot([0, 1]))
    assert dict(matplotlib.rcParams) == before
