"""Every strategy learns, survives few fakes, and is the same on every run."""

import numpy as np
import pytest

from realfake.forensics.errors import BadTable, TooFewFakes, UnknownName
from realfake.pipeline.learning.cross_validation import fit, score
from realfake.pipeline.learning.strategies import (
    STRATEGIES,
    Knobs,
    choose_strategies,
    design_matrix,
    one_strategy,
    shortcut_columns,
)
from realfake.pipeline.metrics import roc_auc
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
    with pytest.raises(TooFewFakes, match="it needs 2 of each"):
        fit(STRATEGIES[name], X, y, 0, few)


@pytest.mark.parametrize("name", LEARNERS)
def test_columns_without_a_value_or_without_a_difference_do_no_harm(make_table, name):
    X, y = data(make_table, rows=60, fakes=8)
    X[:, 2], X[:, 3] = np.nan, 7.0
    few = Knobs(trees=5, members=2, member_trees=4, forest_trees=5)
    assert np.isfinite(score(fit(STRATEGIES[name], X, y, 0, few), X)).all()


def test_smote_never_asks_for_more_neighbours_than_there_are_fakes():
    y = np.array([1] * 4 + [0] * 60)
    assert STRATEGIES["smote"].make(y, 0).named_steps["resample"].k_neighbors == 3


def test_the_container_control_sees_no_pixel(make_table):
    frame = make_table().assign(quantization__luma__quality=90.0, quantization__coefficients__zeros=0.5)
    assert shortcut_columns(frame) == [
        "format:JPEG",
        "format:PNG",
        "width",
        "height",
        "bytes_per_pixel",
        "container__bytes__trailing",
        "quantization__luma__quality",
    ]
    X = design_matrix(frame, shortcut_columns(frame))
    np.testing.assert_array_equal(X[:, 0], frame["format"] == "JPEG")
    np.testing.assert_allclose(X[:, 4], frame["bytes"] / (frame["width"] * frame["height"]))


def test_a_lacking_column_is_named_with_its_family(make_table):
    with pytest.raises(BadTable, match="'wavelet__a__b'; extract with the families wavelet"):
        design_matrix(make_table(), ["ela__f0__mean", "wavelet__a__b"])


def test_controls_stand_in_every_choice_and_unknown_names_are_refused():
    assert [chosen.name for chosen in choose_strategies(["smote"])] == ["smote", "prior", "container-only"]
    assert len(choose_strategies()) == len(STRATEGIES)
    assert one_strategy("prior").name == "prior"
    with pytest.raises(UnknownName, match="no strategy smoke; choose from plain"):
        choose_strategies(["smoke"])
