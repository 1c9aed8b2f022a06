"""Every strategy learns, survives few fakes, and is the same on every run."""

from dataclasses import replace

import numpy as np
import pytest

from realfake.forensics.errors import CannotFit, TooFewFakes, UnknownName
from realfake.pipeline.learning.cross_validation import fit, score
from realfake.pipeline.learning.knobs import Knobs
from realfake.pipeline.learning.strategies import STRATEGIES, choose_strategies, one_strategy
from realfake.pipeline.metrics.ranking import roc_auc
from realfake.pipeline.tables.design import design_matrix
from realfake.pipeline.tables.table import feature_columns

LEARNERS = [name for name, chosen in STRATEGIES.items() if not chosen.control]


def data(make_table, **kwargs):
    frame = make_table(**kwargs)
    return design_matrix(frame, feature_columns(frame)), frame["label"].to_numpy()


def test_the_catalogue_has_every_strategy_and_both_controls():
    assert len(LEARNERS) == 13
    assert [name for name, chosen in STRATEGIES.items() if chosen.control] == ["prior", "container-only"]


@pytest.mark.parametrize("name", LEARNERS)
def test_a_strategy_learns_what_there_is_to_learn_and_repeats_itself(make_table, name):
    X, y = data(make_table, rows=160, fakes=16, gap=3.0)
    X_new, y_new = data(make_table, rows=160, fakes=16, gap=3.0, seed=1)
    few = Knobs(trees=30, members=4, member_trees=20, forest_trees=40)
    scores = score(fit(STRATEGIES[name], X, y, 3, few), X_new)
    assert roc_auc(y_new, scores) > 0.9
    assert scores.min() >= 0 and scores.max() <= 1
    np.testing.assert_array_equal(scores, score(fit(STRATEGIES[name], X, y, 3, few), X_new))


@pytest.mark.parametrize("name", list(STRATEGIES))
def test_two_fakes_are_enough_to_fit_and_one_is_refused(make_table, name):
    frame = make_table(rows=60, fakes=2)
    X, y = design_matrix(frame, STRATEGIES[name].columns(frame)), frame["label"].to_numpy(copy=True)
    few = Knobs(trees=5, members=2, member_trees=4, forest_trees=5)
    assert np.isfinite(score(fit(STRATEGIES[name], X, y, 0, few), X)).all()
    y[np.flatnonzero(y)[0]] = 0
    with pytest.raises(TooFewFakes, match="was given 1 fake and 59 genuine images .* it needs 2 of each"):
        fit(STRATEGIES[name], X, y, 0, few)


@pytest.mark.parametrize("name", LEARNERS)
def test_columns_without_a_value_or_without_a_difference_do_no_harm(make_table, name):
    X, y = data(make_table, rows=60, fakes=8)
    X[:, 2], X[:, 3] = np.nan, 7.0
    few = Knobs(trees=5, members=2, member_trees=4, forest_trees=5)
    assert np.isfinite(score(fit(STRATEGIES[name], X, y, 0, few), X)).all()


def test_smote_never_asks_for_more_neighbours_than_there_are_fakes(make_table):
    X, y = data(make_table, rows=64, fakes=4)
    assert fit(STRATEGIES["smote"], X, y, 0).pipeline_.named_steps["resample"].k_neighbors == 3


def test_every_part_of_balanced_bagging_holds_as_many_fakes_as_genuine_images(make_table):
    X, y = data(make_table, rows=120, fakes=2)
    X[:, 0] = y
    few = Knobs(members=20, member_trees=1)
    members = fit(STRATEGIES["balanced-bagging"], X, y, 0, few).pipeline_[-1].estimators_
    assert len(members) == 20
    assert all(sorted(X[member[0].sample_indices_, 0]) == [0, 0, 1, 1] for member in members)


@pytest.mark.parametrize("fakes", [2, 3, 6])
@pytest.mark.parametrize("name", LEARNERS)
def test_few_fakes_of_any_number_can_be_learnt_from_however_they_are_drawn(make_table, name, fakes):
    few = Knobs(trees=4, members=5, member_trees=4, forest_trees=4)
    for seed in range(4):
        X, y = data(make_table, rows=fakes + 30, fakes=fakes, gap=0.0, seed=seed)
        assert np.isfinite(score(fit(STRATEGIES[name], X, y, seed, few), X)).all()


@pytest.mark.parametrize("value", [np.nan, 7.0])
def test_rows_without_a_difference_are_refused_except_by_controls(value):
    X, y = np.full((40, 3), value), np.repeat([1, 0], [8, 32])
    with pytest.raises(CannotFit, match="was given 40 images in which no feature varies"):
        fit(STRATEGIES["plain"], X, y, 0)
    assert len(set(score(fit(STRATEGIES["container-only"], X, y, 0), X))) == 1
    with pytest.raises(CannotFit, match="finds no column"):
        fit(STRATEGIES["container-only"], X[:, :0], y, 0)


def test_what_a_library_raises_becomes_one_sentence(make_table, monkeypatch):
    def broken(rows, knobs):
        raise ZeroDivisionError("in the depths\nof a library")

    monkeypatch.setitem(STRATEGIES, "plain", replace(STRATEGIES["plain"], build=broken))
    with pytest.raises(CannotFit, match=r"cannot be fitted on 1[0-9] fakes .*\(ZeroDivisionError: in the depths\)"):
        fit(STRATEGIES["plain"], *data(make_table, rows=60, fakes=12), 0)


def test_controls_stand_in_every_choice_and_unknown_names_are_refused():
    assert [chosen.name for chosen in choose_strategies(["smote"])] == ["smote", "prior", "container-only"]
    assert choose_strategies("smote") == choose_strategies(["smote"])
    assert len(choose_strategies()) == len(STRATEGIES)
    assert one_strategy("prior").name == "prior"
    with pytest.raises(UnknownName, match="no strategy smoke; choose from plain"):
        choose_strategies(["smoke"])
