"""Splits keep groups whole, and scores come from models that have not seen them."""

import re

import numpy as np
import pytest

from realfake.forensics.errors import TooFewFakes
from realfake.pipeline.learning.cross_validation import (
    LearningSet,
    derived_seed,
    fit,
    grouped_folds,
    most_folds,
    out_of_fold_scores,
    repeated_folds,
    score,
)
from realfake.pipeline.learning.knobs import Knobs
from realfake.pipeline.learning.strategies import STRATEGIES
from realfake.pipeline.metrics.ranking import roc_auc
from realfake.pipeline.tables.design import design_matrix
from realfake.pipeline.tables.table import feature_columns


def test_no_group_stands_on_both_sides_of_any_split_and_every_row_is_tested_once():
    rng = np.random.default_rng(0)
    y = (rng.random(300) < 0.2).astype(int)
    groups = rng.integers(0, 80, 300)
    for seed in range(5):
        splits = grouped_folds(y, groups, 5, seed)
        for split in splits:
            assert not set(groups[split.train]) & set(groups[split.test])
            assert 0 < y[split.test].mean() < 1 and 0 < y[split.train].mean() < 1
        np.testing.assert_array_equal(np.sort(np.concatenate([split.test for split in splits])), np.arange(300))


def test_another_seed_draws_other_folds_and_the_same_seed_the_same():
    y, groups = np.repeat([1, 0], [20, 100]), np.arange(120)
    first, again, other = (grouped_folds(y, groups, 4, seed)[0].test for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert set(first) != set(other)
    assert len({derived_seed(0, *path) for path in ((), (0,), (1,), (0, 1), (1, 0))}) == 5


def test_fewer_groups_of_fakes_than_folds_are_refused_with_what_to_do():
    y = np.repeat([1, 0], [9, 60])
    groups = np.append(np.repeat([100, 101, 102], 3), np.arange(60))
    with pytest.raises(TooFewFakes, match="9 fakes in 3 groups, fewer than the 5 folds asked for; use --folds 3"):
        grouped_folds(y, groups, 5, 0)
    with pytest.raises(TooFewFakes, match="label more genuine images"):
        grouped_folds(1 - y, groups, 5, 0)


def test_copies_in_one_group_help_nobody(make_table):
    """Noise that is the same within a group is learnt by heart where a group is split, and is worth nothing here."""
    rng = np.random.default_rng(1)
    noise = rng.normal(size=(60, 6)).repeat(4, axis=0)
    y = (rng.random(60) < 0.3).astype(int).repeat(4)
    strategy, few = STRATEGIES["balanced-forest"], Knobs(forest_trees=30)
    whole = out_of_fold_scores(LearningSet(noise, y, np.arange(60).repeat(4)), strategy, 4, 0, few)
    split = out_of_fold_scores(LearningSet(noise, y, np.arange(240)), strategy, 4, 0, few)
    assert roc_auc(y, split) > 0.95
    assert roc_auc(y, whole) < 0.7


def test_a_score_changes_with_the_row_it_belongs_to_and_never_with_the_row_s_own_label(make_table):
    """Fits on the other folds only: turning the labels of one fold leaves that fold's own scores as they were."""
    frame = make_table(rows=120, fakes=30)
    X, y = design_matrix(frame, feature_columns(frame)), frame["label"].to_numpy(copy=True)
    groups = np.arange(120)
    split = grouped_folds(y, groups, 3, derived_seed(5))[0]
    before = score(fit(STRATEGIES["smote"], X[split.train], y[split.train], 7), X[split.test])
    turned = y.copy()
    turned[split.test] = 1 - turned[split.test]
    after = score(fit(STRATEGIES["smote"], X[split.train], turned[split.train], 7), X[split.test])
    np.testing.assert_array_equal(before, after)


def test_every_training_part_can_teach_and_can_be_split_again_where_it_must():
    y, groups = np.repeat([1, 0], [5, 40]), np.arange(45)
    for splits in repeated_folds(y, groups, 3, [0, 1, 2]):
        for split in splits:
            assert y[split.train].sum() >= 3
            inner = most_folds(y[split.train], groups[split.train], 3, 0)
            assert all(y[split.train][s.train].sum() >= 2 for s in grouped_folds(y[split.train], split.train, inner, 0))
    assert most_folds(y, groups, 10, 0) == 5 and most_folds(y, groups, 3, 0) == 3


def test_two_captures_of_several_fakes_each_are_enough_to_learn_from_one_and_test_on_the_other():
    y, groups = np.repeat([1, 0], [4, 30]), np.append([100, 100, 101, 101], np.arange(30))
    assert most_folds(y, groups, 5, 0) == 2
    with pytest.raises(TooFewFakes, match="there are 4 fakes in 2 groups.* it takes 4 groups"):
        repeated_folds(y, groups, 2, [0])


@pytest.mark.parametrize("seed", range(4))
def test_advice_on_folds_is_taken_from_what_works(seed):
    rng = np.random.default_rng(seed)
    advised = 0
    for draw in range(20):
        y = np.repeat([1, 0], [rng.integers(2, 9), 30])
        groups = np.append(rng.integers(100, 108, int(y.sum())), np.arange(30))
        folds, seeds = int(rng.integers(2, 7)), [draw, draw + 1]
        try:
            repeated_folds(y, groups, folds, seeds)
        except TooFewFakes as error:
            advice = re.search(r"use --folds (\d+)", str(error))
            if advice:
                advised += 1
                assert repeated_folds(y, groups, int(advice[1]), seeds)
            assert not re.search(r"\b1 (fakes|groups|genuine images)\b", str(error))
    assert advised
