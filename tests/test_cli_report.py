"""compare with costs, and the report of what it left, as a user types them."""

import sys

import numpy as np
import pandas as pd
import pytest

from tests.commands import realfake


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng, label = np.random.default_rng(0), np.tile([1, 0, 0, 0], 15)
    names = [str(i) for i in range(60)]
    frame = pd.DataFrame({"path": [f"{name}.png" for name in names], "label": label, "group": names})
    frame.assign(format="PNG", ela__a__mean=rng.normal(size=60) + 3 * label).to_csv("t.csv", index=False)


def test_a_comparison_states_costs_and_its_record_makes_a_page(table, tmp_path):
    compared = ("compare", "--train", "t.csv", "-s", "logistic", "--folds", "2", "--repeats", "1")
    said = realfake(*compared, "--prevalence", "0.01", "--cost-miss", "50", "--cost-alarm", "1", "-o", "m.csv").stdout
    assert "among 10,000 images with 1 % fakes" in said and "cost without" in said and "pAUC" in said
    realfake("report", "m.csv", "--no-ablate", "-o", "r.html")
    page = (tmp_path / "r.html").read_text()
    assert "costs at 50.0 a missed fake" in page and "What can be done to improve the model" in page


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (("compare",), "give one table"),
        (("compare", "t.csv", "--train", "t.csv"), "give one table"),
        (("compare", "t.csv", "--mlflow"), "give both"),
        (("compare", "t.csv", "--launder", "90"), "is no grid"),
        (("compare", "t.csv", "--permute", "--launder", "90x1"), "one protocol at a time"),
        (("compare", "t.csv", "--cost-miss", "5"), "state both --cost-miss and --cost-alarm"),
    ],
)
def test_options_that_contradict_are_refused(table, arguments, sentence):
    assert sentence in realfake(*arguments, code=2).stderr


def test_a_missing_mlflow_is_said_before_anything_is_compared(table, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "mlflow", None)
    assert "pip install 'realfake[mlflow]'" in realfake("compare", "t.csv", "--mlflow", "-o", "m.csv", code=1).stderr
    assert not (tmp_path / "m.csv").exists()


def test_what_is_no_record_has_no_report(table):
    pd.DataFrame({"strategy": ["plain"], "pr_auc": [0.5]}).to_csv("other.csv", index=False)
    assert "has no record" in realfake("report", "other.csv", "-o", "r.html", code=1).stderr
