"""The comparison: honest on shuffled labels, the same for any number of processes, and wholly recorded."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from realfake.forensics.errors import BadTable, CannotFit, TooFewFakes
from realfake.pipeline.comparison.compare import compare_strategies, runs_of
from realfake.pipeline.learning.strategies import STRATEGIES, choose_strategies
from realfake.pipeline.metrics.probabilities import brier, expected_calibration_error
from realfake.pipeline.metrics.ranking import average_precision
from realfake.pipeline.settings import CrossValidation
from realfake.pipeline.tables.present import failures, readable
from realfake.pipeline.tables.table import labelled, read_table, write_table

QUICK = ["logistic", "random-under"]
TIMES = ["search_seconds", "fit_seconds", "score_seconds", "score_ms_per_image"]


@pytest.fixture(scope="module")
def result(make_table):
    data = labelled(make_table(rows=360, fakes=36, gap=1.5, per_group=3))
    return data, compare_strategies(data, choose_strategies(QUICK), CrossValidation(3, 2, 4), replicates=100)


def test_a_strategy_that_sees_the_pixels_beats_both_controls(result):
    _, found = result
    table = found.metrics.set_index("strategy")
    assert table.loc["logistic", "pr_auc_low"] > table.loc[["prior", "container-only"], "pr_auc_high"].max()
    assert list(table.index[table["control"]]) == ["prior", "container-only"]


def test_controls_stand_in_brackets_in_every_table(result):
    for _, table in result[1].tables():
        assert set(readable(table)["strategy"]) == {*QUICK, "(prior)", "(container-only)"}


def test_a_constant_score_stands_exactly_at_chance_whatever_the_folds_hold(result):
    row = result[1].metrics.set_index("strategy").loc["prior"]
    assert row["roc_auc"] == 0.5
    assert row["pr_auc"] == pytest.approx(0.1)


def test_each_strategy_is_placed_against_the_best(result):
    found = result[1].metrics.set_index("strategy")["to_best"]
    assert sorted(found)[0] == "best" and (found == "best").sum() == 1
    assert found["prior"] == "worse"


def test_files_saved_without_an_edit_are_counted_apart(make_table):
    frame = make_table(rows=120, fakes=24)
    frame["editor"] = np.where(frame["label"] == 1, "retype", "")
    frame.loc[np.flatnonzero(frame["label"] == 0)[:30], "editor"] = "noop-jpeg"
    found = compare_strategies(labelled(frame), choose_strategies(["logistic"]), CrossValidation(2, 1), replicates=10)
    row = found.decisions.iloc[0]
    assert row["noop_images"] == 30
    mine = found.scores[(found.scores["strategy"] == "logistic") & (found.scores["editor"] == "noop-jpeg")]
    assert row["noop_fpr"] == pytest.approx(mine["alarm_at_1pct_fpr"].mean())


def test_no_group_is_trained_and_tested_in_one_trial(result):
    data, found = result
    for (_, repeat, fold), part in found.scores.groupby(["strategy", "repeat", "fold"]):
        same = found.scores[(found.scores["repeat"] == repeat) & (found.scores["fold"] != fold)]
        assert not set(data.groups[part["row"]]) & set(data.groups[same["row"]])


def test_the_table_s_figures_follow_from_the_recorded_scores(result):
    data, found = result
    mine = found.scores[found.scores["strategy"] == "logistic"]
    repeats = [part for _, part in mine.groupby("repeat")]
    by_hand = [average_precision(p["label"].to_numpy(), p["score"].to_numpy()) for p in repeats]
    row = found.metrics.set_index("strategy").loc["logistic"]
    assert row["pr_auc"] == pytest.approx(np.mean(by_hand))
    assert row["pr_auc_low"] < row["pr_auc"] < row["pr_auc_high"]
    caught = mine[mine["label"] == 1]["alarm"].mean()
    assert row["recall"] == pytest.approx(caught)
    runs, rows = runs_of(mine, data.y)
    assert len(runs) == 2 and len(rows) == len(data.y)


def test_rates_that_so_few_images_cannot_support_are_withheld_and_shown_as_a_dash(result):
    _, found = result
    assert found.metrics["recall_at_0.1pct_fpr"].isna().all()
    assert found.notes["recall_at_0.1pct_fpr"].startswith("needs 3000 independent genuine images")
    assert set(readable(found.metrics)["recall@0.1%FPR"]) == {"-"}
    assert found.metrics["recall_at_5pct_fpr"].notna().all()


def test_the_number_of_processes_changes_nothing(make_table):
    data = labelled(make_table(rows=60, fakes=12, columns=3))
    one, two = (
        compare_strategies(data, choose_strategies(["random-under"]), CrossValidation(2, 1, jobs=jobs), replicates=20)
        for jobs in (1, 2)
    )
    pd.testing.assert_frame_equal(one.scores, two.scores)
    pd.testing.assert_frame_equal(
        one.metrics.drop(columns=TIMES, errors="ignore"), two.metrics.drop(columns=TIMES, errors="ignore")
    )


def test_shuffled_labels_score_at_chance(make_table):
    frame = make_table(rows=300, fakes=60, gap=3.0)
    frame["label"] = np.random.default_rng(8).permutation(frame["label"])
    found = compare_strategies(labelled(frame), choose_strategies(QUICK), CrossValidation(3, 2), replicates=100)
    table = found.metrics.set_index("strategy")
    for name in QUICK:
        assert 0.38 < table.loc[name, "roc_auc"] < 0.62
        assert table.loc[name, "pr_auc"] < 0.3


def test_calibration_inside_the_training_part_mends_balanced_probabilities(result):
    _, found = result
    row = found.metrics.set_index("strategy").loc["random-under"]
    assert row["ece"] < row["ece_raw"] / 2
    assert row["brier"] < row["brier_raw"]
    assert row["ece_corrected"] < row["ece_raw"]
    assert row["ece_high"] < row["ece_raw_low"] and row["brier_high"] < row["brier_raw_low"]


def test_figures_of_probabilities_before_calibration_follow_from_the_recorded_scores_and_have_bounds(result):
    data, found = result
    row = found.metrics.set_index("strategy").loc["random-under"]
    mine = found.scores[found.scores["strategy"] == "random-under"]
    for column in ("raw", "corrected"):
        for name, figure in (("brier", brier), ("ece", expected_calibration_error)):
            by_hand = [figure(p["label"].to_numpy(), p[column].to_numpy()) for _, p in mine.groupby("repeat")]
            assert row[f"{name}_{column}"] == pytest.approx(np.mean(by_hand))
            assert row[f"{name}_{column}_low"] < row[f"{name}_{column}"] < row[f"{name}_{column}_high"]


def test_a_run_leaves_its_whole_record(result, tmp_path):
    _, found = result
    found.write(tmp_path / "metrics.csv")
    assert sorted(p.name for p in (tmp_path / "metrics.run").iterdir()) == [
        "decisions.csv",
        "decisions.md",
        "decisions.tex",
        "folds.csv",
        "metrics.csv",
        "metrics.md",
        "metrics.tex",
        "pairs.csv",
        "scores.csv",
        "settings.json",
    ]
    settings = json.loads((tmp_path / "metrics.run" / "settings.json").read_text())
    assert settings["seed"] == 4 and settings["folds"] == 3 and settings["fakes"] == 36
    assert len(settings["sha256"]) == 64 and "lightgbm" in settings["versions"]
    assert list(pd.read_csv(tmp_path / "metrics.csv")["strategy"]) == list(found.metrics["strategy"])


def test_a_written_table_gives_the_same_figures_as_the_one_in_memory(make_table, tmp_path):
    frame = make_table(rows=90, fakes=18)
    write_table(frame, tmp_path / "t.csv")
    there, here = (
        compare_strategies(labelled(t), choose_strategies(["plain"]), CrossValidation(2, 1), replicates=20)
        for t in (read_table(tmp_path / "t.csv"), frame)
    )
    np.testing.assert_array_equal(there.scores["score"], here.scores["score"])
    assert there.settings["sha256"] == here.settings["sha256"]


def test_progress_counts_every_trial(make_table):
    seen: list[tuple[int, int]] = []
    compare_strategies(
        labelled(make_table(rows=90, fakes=18)),
        choose_strategies(["plain"]),
        CrossValidation(2, 1),
        replicates=10,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(i, 6) for i in range(1, 7)]


def test_fewer_fakes_than_folds_are_refused(make_table):
    with pytest.raises(TooFewFakes, match="use --folds 4"):
        compare_strategies(labelled(make_table(rows=60, fakes=4)), choose_strategies(["plain"]), CrossValidation(5))


def test_every_advice_on_folds_works_when_it_is_followed(make_table):
    data = labelled(make_table(rows=60, fakes=4))
    for folds in (2, 3, 5):
        with pytest.raises(TooFewFakes, match="there are 4 fakes in 4 groups, .*; use --folds 4 or label more"):
            compare_strategies(data, choose_strategies(["logistic"]), CrossValidation(folds))
    found = compare_strategies(data, choose_strategies(["logistic"]), CrossValidation(4, 1), replicates=10)
    assert found.metrics["pr_auc"].notna().all()
    few = labelled(make_table(rows=60, fakes=3))
    with pytest.raises(TooFewFakes, match="there are 3 fakes in 3 groups.* it takes 4 groups"):
        compare_strategies(few, choose_strategies(["logistic"]), CrossValidation(3))


def failing_where(condition, build):
    def built(rows, knobs):
        if condition(rows):
            raise ValueError("this learner wants other data")
        return build(rows, knobs)

    return built


def test_a_strategy_that_cannot_be_fitted_is_a_row_that_says_why_and_costs_the_others_nothing(
    make_table, monkeypatch, tmp_path
):
    data = labelled(make_table(rows=80, fakes=17))  # one of the folds has another number of fakes to learn from
    names = ["logistic", "random-under"]
    whole = compare_strategies(data, choose_strategies(names), CrossValidation(2, 1), replicates=20)
    learnt_from = sorted(set(whole.folds["train_fakes"]))
    assert len(learnt_from) == 2
    build = failing_where(lambda rows: rows.rarer == learnt_from[0], STRATEGIES["random-under"].build)
    monkeypatch.setitem(STRATEGIES, "random-under", replace(STRATEGIES["random-under"], build=build))
    found = compare_strategies(data, choose_strategies(names), CrossValidation(2, 1), replicates=20)
    table, before = (one.metrics.set_index("strategy") for one in (found, whole))
    lost = table.loc["random-under"]
    assert "ValueError: this learner wants other data" in lost["failed"] and lost["to_best"] == "failed"
    assert np.isnan(lost["pr_auc"]) and list(table.index) == list(before.index)
    figures = [name for name in before if name not in TIMES and before[name].dtype == float]
    pd.testing.assert_frame_equal(table.drop("random-under")[figures], before.drop("random-under")[figures])
    assert set(found.scores["strategy"]) == set(table.index) - {"random-under"}
    assert (found.folds.set_index("strategy")["failed"] != "").sum() >= 1
    assert failures(found.metrics) == [f"random-under has no figures: {lost['failed']}"]
    shown = readable(found.metrics).set_index("strategy")
    assert set(shown.loc["random-under"]) == {"-", "failed"}
    found.write(tmp_path / "m.csv")
    assert "wants other data" in pd.read_csv(tmp_path / "m.csv").set_index("strategy").loc["random-under", "failed"]


def test_a_comparison_in_which_nothing_can_be_fitted_says_why(make_table, monkeypatch):
    chosen = [STRATEGIES["logistic"]]
    build = failing_where(lambda rows: True, chosen[0].build)
    monkeypatch.setitem(STRATEGIES, "logistic", replace(chosen[0], build=build))
    with pytest.raises(CannotFit, match="logistic cannot be fitted .*this learner wants other data"):
        compare_strategies(labelled(make_table(rows=60, fakes=12)), chosen, CrossValidation(2, 1), replicates=10)


@pytest.mark.parametrize("value", [np.nan, 3.0])
def test_a_table_in_which_no_feature_varies_is_refused(make_table, value):
    frame = make_table(rows=60, fakes=12)
    columns = [name for name in frame if "__" in name]
    frame[columns] = value
    with pytest.raises(BadTable, match="all 9 features are empty or the same in all 60 rows .families container, ela"):
        compare_strategies(labelled(frame), choose_strategies(["plain"]), CrossValidation(2, 1))


def test_a_feature_that_varies_in_one_fold_alone_leaves_the_strategy_without_figures(make_table):
    frame = make_table(rows=60, fakes=12)
    frame = frame.drop(columns=[name for name in frame if "__" in name]).assign(ela__q90__mean=1.0)
    frame.loc[0, "ela__q90__mean"] = 2.0
    found = compare_strategies(
        labelled(frame), choose_strategies(["plain"]), CrossValidation(3, 1), replicates=10
    ).metrics
    assert "no feature varies" in found.set_index("strategy").loc["plain", "failed"]
    assert found.set_index("strategy").loc["prior", "failed"] == ""


def test_a_training_part_is_split_again_once_for_all_strategies(make_table, monkeypatch):
    from realfake.pipeline.learning import cross_validation

    made = []
    tried = cross_validation._try_folds
    monkeypatch.setattr(cross_validation, "_try_folds", lambda *given, **more: made.append(1) or tried(*given, **more))
    data = labelled(make_table(rows=120, fakes=24))
    for strategies in (["logistic"], ["logistic", "random-under", "plain"]):
        made.clear()
        compare_strategies(data, choose_strategies(strategies), CrossValidation(2, 1), replicates=10)
        assert len(made) == 1 + 2
