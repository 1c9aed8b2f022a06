"""Training: thresholds that hold on fresh images, a record that repeats itself, a card that says so."""

import numpy as np
import pandas as pd
import pytest

from realfake.forensics.errors import BadTable, TooFewFakes
from realfake.pipeline.learning.strategies import STRATEGIES
from realfake.pipeline.models.evaluate import evaluate_table
from realfake.pipeline.models.train import train_model
from realfake.pipeline.settings import Alarms, Costs, CrossValidation, Deployment
from realfake.pipeline.tables.table import labelled
from realfake.pipeline.words.two_levels import only_families


@pytest.fixture(scope="module")
def trained(make_table):
    return train_model(
        labelled(make_table(rows=600, fakes=60, gap=1.2)), STRATEGIES["plain"], Alarms(0.05), cv=CrossValidation(seed=1)
    )


def test_the_stated_rate_of_false_alarms_holds_on_fresh_images(trained, make_table):
    fresh = make_table(rows=2000, fakes=200, gap=1.2, seed=9)
    row = evaluate_table(trained.model, fresh).iloc[0]
    assert row["fpr"] <= trained.model.decision.fpr_bound
    assert row["fpr"] > 0.01
    assert row["recall"] > 0.3
    assert row["fpr_low"] <= row["fpr"] <= row["fpr_high"]


def test_probabilities_are_right_on_fresh_images(trained, make_table):
    fresh = make_table(rows=2000, fakes=200, gap=1.2, seed=9)
    probability = trained.model.probabilities(trained.model.scores(fresh))
    assert np.mean(probability) == pytest.approx(0.1, abs=0.02)
    sure = probability > 0.5
    assert np.mean(fresh["label"][sure]) == pytest.approx(np.mean(probability[sure]), abs=0.12)


def test_the_same_seed_gives_the_same_model(make_table):
    data = labelled(make_table(rows=100, fakes=20))
    one, two = (train_model(data, STRATEGIES["smote"], Alarms(0.1), cv=CrossValidation(seed=3)) for _ in range(2))
    pd.testing.assert_frame_equal(one.scores, two.scores)
    assert one.model.decision == two.model.decision
    assert one.model.facts == two.model.facts
    other = train_model(data, STRATEGIES["smote"], Alarms(0.1), cv=CrossValidation(seed=4))
    assert not np.array_equal(one.scores["score"], other.scores["score"])


def test_thresholds_stand_on_scores_of_unseen_rows(trained):
    genuine = trained.scores.loc[trained.scores["label"] == 0, "score"]
    assert np.mean(genuine > trained.model.decision.fake) <= 0.05
    assert trained.model.decision.genuine == len(genuine)


def test_dearer_misses_lower_the_threshold(make_table):
    data = labelled(make_table(rows=200, fakes=30))
    dear, cheap = (
        train_model(data, STRATEGIES["plain"], deployment=Deployment(costs=Costs(miss, 1))).model.decision
        for miss in (100, 2)
    )
    assert dear.fake < cheap.fake
    rare = train_model(data, STRATEGIES["plain"], deployment=Deployment(0.001, Costs(100, 1))).model.decision
    assert rare.fake > dear.fake


def test_the_load_is_stated_at_the_stated_prevalence(make_table):
    data = labelled(make_table(rows=200, fakes=30))
    found = train_model(data, STRATEGIES["plain"], Alarms(0.05), Deployment(0.002)).metrics.iloc[0]
    assert found["prevalence"] == 0.15 and found["prevalence_stated"] == 0.002
    assert found["caught_per_10000"] + found["missed_per_10000"] == pytest.approx(20)
    assert found["alerts_per_10000"] == pytest.approx(20 * found["recall"] + 9980 * found["fpr"])


def test_probabilities_are_recorded_before_and_after_calibration(make_table):
    found = train_model(labelled(make_table(rows=300, fakes=30)), STRATEGIES["random-under"], Alarms(0.05))
    figures, scores = found.metrics.iloc[0], found.scores
    np.testing.assert_allclose(scores["raw"], scores["score"], rtol=1e-12)  # a balanced learner believes in even odds
    assert figures["brier_raw"] == pytest.approx(np.mean((scores["raw"] - scores["label"]) ** 2))
    assert scores["corrected"].mean() < scores["raw"].mean()
    for name in ("brier", "ece"):
        assert figures[f"{name}_high"] < figures[f"{name}_raw_low"] < figures[f"{name}_raw"]
    unbalanced = train_model(labelled(make_table(rows=300, fakes=30)), STRATEGIES["plain"], Alarms(0.05)).scores
    np.testing.assert_allclose(unbalanced["raw"], unbalanced["corrected"])


def test_one_group_of_fakes_is_too_few(make_table):
    frame = make_table(rows=60, fakes=6)
    frame.loc[frame["label"] == 1, "group"] = "all"
    with pytest.raises(TooFewFakes, match="6 fakes in 1 group, .* takes 3 groups: label more fakes from other"):
        train_model(labelled(frame), STRATEGIES["plain"])


def test_three_fakes_can_train_the_default_strategy_and_two_are_told_how_many_it_takes(make_table):
    model = train_model(labelled(make_table(rows=80, fakes=3)), STRATEGIES["balanced-bagging"], Alarms(0.1)).model
    assert model.facts["folds"] == 3
    with pytest.raises(TooFewFakes, match="there are 2 fakes in 2 groups.* it takes 3 groups: label more fakes"):
        train_model(labelled(make_table(rows=80, fakes=2)), STRATEGIES["balanced-bagging"], Alarms(0.1))


@pytest.mark.parametrize("value", [np.nan, 0.0])
def test_nothing_is_learnt_from_features_that_do_not_vary(make_table, value):
    frame = make_table(rows=60, fakes=12)
    frame[[name for name in frame if "__" in name]] = value
    with pytest.raises(BadTable, match="all 9 features are empty or the same .* extract other families"):
        train_model(labelled(frame), STRATEGIES["plain"])
    with pytest.raises(BadTable, match="its one feature is empty or the same"):
        train_model(labelled(only_families(frame, ["container"])), STRATEGIES["plain"])
