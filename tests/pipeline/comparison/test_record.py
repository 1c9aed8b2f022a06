"""The record of a run: tables for papers and pages, and MLflow where it is installed."""

import json
import sys
from contextlib import nullcontext
from types import SimpleNamespace

import pandas as pd
import pytest

from realfake.forensics.errors import MissingExtra, RealfakeError
from realfake.pipeline.comparison.record import log_to_mlflow, write_record
from realfake.pipeline.tables.present import bracket, readable, to_latex, to_markdown

METRICS = pd.DataFrame(
    {
        "strategy": ["plain", "prior"], "control": [False, True], "to_best": ["best", "noise"],
        "pr_auc": [0.5, 0.1], "pr_auc_low": [0.4, 0.1], "pr_auc_high": [0.6, float("nan")],
        "recall_at_1pct_fpr": [float("nan")] * 2, "recall_at_1pct_fpr_low": [float("nan")] * 2,
        "recall_at_1pct_fpr_high": [float("nan")] * 2,
    }
)  # fmt: skip


def test_tables_for_people_in_markdown_and_latex():
    shown = readable(METRICS)
    lines = [" ".join(line.split()) for line in to_markdown(shown).splitlines()]
    assert lines[0] == "| strategy | to_best | PR-AUC | recall@1%FPR |"
    assert lines[2] == "| plain | best | 0.50 [0.40, 0.60] | - |"
    latex = to_latex(shown)
    assert r"strategy & to\_best & PR-AUC & recall@1\%FPR \\" in latex
    assert latex.startswith(r"\begin{tabular}{llll}") and r"\bottomrule" in latex
    assert to_latex(pd.DataFrame({"a\\b~": ["{&}"]})).splitlines()[2:5:2] == [
        r"a\textbackslash b\textasciitilde  \\",
        r"\{\&\} \\",
    ]
    assert to_markdown(pd.DataFrame({"a": ["x|y", "007"]})).splitlines()[2:] == ["| x\\|y |", "| 007  |"]


def test_brackets():
    assert bracket(1234.4, 1000, 2000, 0) == "1,234 [1,000, 2,000]"
    assert bracket(0.5, float("nan"), 1) == "0.50" and bracket(float("nan"), 0, 1) == "-"


def test_mlflow_gets_settings_figures_and_files(tmp_path, monkeypatch):
    write_record(tmp_path / "m.run", {"seed": 3}, {"metrics.csv": METRICS}, {"metrics": readable(METRICS)})
    got: dict = {}
    stand_in = SimpleNamespace(
        MlflowException=ValueError,
        set_experiment=lambda name: got.update(experiment=name),
        start_run=lambda run_name: got.update(run=run_name) or nullcontext(),
        log_params=lambda values: got.update(params=values),
        log_metrics=lambda values: got.update(figures=values),
        log_artifacts=lambda folder: got.update(folder=folder),
    )
    monkeypatch.setitem(sys.modules, "mlflow", stand_in)
    log_to_mlflow(tmp_path / "m.run")
    assert got["run"] == "m" and got["params"]["seed"] == "3" and got["folder"] == str(tmp_path / "m.run")
    assert got["figures"]["plain False/pr_auc"] == 0.5 and "prior True/pr_auc_high" not in got["figures"]


def test_what_mlflow_refuses_is_one_sentence(tmp_path, monkeypatch):
    class Refusal(Exception):
        message = "no such store"

    def refuse(name):
        raise Refusal

    write_record(tmp_path / "m.run", {"seed": 3}, {"metrics.csv": METRICS}, {"metrics": readable(METRICS)})
    monkeypatch.setitem(sys.modules, "mlflow", SimpleNamespace(MlflowException=Refusal, set_experiment=refuse))
    with pytest.raises(RealfakeError, match="no such store.*check MLFLOW_TRACKING_URI"):
        log_to_mlflow(tmp_path / "m.run")


def test_without_mlflow_it_is_said_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(MissingExtra, match=r"pip install 'realfake\[mlflow\]'"):
        log_to_mlflow(tmp_path)


def test_a_record_holds_settings_versions_and_every_form_of_the_table(tmp_path):
    write_record(tmp_path / "m.run", {"seed": 3}, {"metrics.csv": METRICS}, {"metrics": readable(METRICS)})
    assert sorted(file.name for file in (tmp_path / "m.run").iterdir()) == [
        "metrics.csv",
        "metrics.md",
        "metrics.tex",
        "settings.json",
    ]
    assert "lightgbm" in json.loads((tmp_path / "m.run" / "settings.json").read_text())["versions"]
