"""A second look at the highest words, on screens whose scores and edited words are known."""

import numpy as np
import pandas as pd
import pytest

from realfake.forensics.text.measurement import GRID
from realfake.pipeline.learning.strategies import STRATEGIES
from realfake.pipeline.metrics.ranking import roc_auc
from realfake.pipeline.tables.labelled_words import region_labels
from realfake.pipeline.tables.table import TableWarning
from realfake.pipeline.words.scorer import cross_fitted, cross_fitted_looks, lesson_of, log_odds
from realfake.pipeline.words.second_look import (
    candidates,
    fit_second_look,
    look_features,
    second_look_from_json,
)
from tests.regions import IMAGES, SMALL, WORDS, region_table

PLAIN = STRATEGIES["plain"]


def test_the_highest_words_of_each_screen_are_looked_at_and_told_how_they_scored():
    table = region_table().head(2 * WORDS).copy()
    first = np.array([0.0, 3, -1, 2, 0, 0, 0, 0, 5, 5, 1, 1, 1, 1, 1, 1])
    looked = candidates(table, first, 2)
    assert list(looked.index) == [1, 3, 8, 9], "of equal scores the word that stands first"
    told = looked.filter(like="look__first__")
    assert list(told["look__first__score"]) == [3, 2, 5, 5]
    assert list(told["look__first__rank"]) == [0, 1, 0, 1]
    assert list(told["look__first__over_next"]) == [1, 2, 0, 4]
    assert list(told["look__first__over_median"]) == [3, 2, 4, 4]
    assert list(looked["look__screen__largest"]) == [3, 3, 5, 5]
    np.testing.assert_allclose(looked["look__screen__words"], np.log(WORDS), atol=GRID)
    pd.testing.assert_frame_equal(looked[table.columns], table.loc[[1, 3, 8, 9]])


def test_what_is_no_word_and_a_screen_without_words_are_not_looked_at():
    table = region_table().head(WORDS + 1).copy()
    table["region"] = [-1, *range(WORDS - 1), -1]
    assert list(candidates(table, np.arange(WORDS + 1.0), 3).index) == [7, 6, 5]
    assert len(candidates(table.iloc[:0], np.empty(0), 3)) == 0
    assert len(candidates(table.iloc[:2], np.zeros(2), 3)) == 1


def test_which_words_are_looked_at_does_not_hang_on_the_last_bits_of_a_score():
    table, first = region_table().head(WORDS), np.full(WORDS, 0.3)
    first[5] += 1e-12
    assert list(candidates(table, first, 2).index) == [0, 1]


def test_the_kind_of_screen_is_told_by_its_styles_its_size_and_its_file():
    table = region_table().head(2 * WORDS).copy()
    plain = [*(f"ink__colour__{name}" for name in ("red", "green", "blue")), "layout__glyph_height__log_median"]
    table[plain] = 0.0
    table.loc[WORDS:, plain[0]] = np.repeat([0, 200.0], WORDS // 2)
    table = table.assign(width=100, height=250, bytes=np.repeat([25000, 2500], WORDS))
    table["format"] = np.repeat(["JPEG", "PNG"], WORDS)
    told = candidates(table, np.zeros(2 * WORDS), 1)
    np.testing.assert_allclose(told["look__screen__styles"], np.log([1, 2]), atol=GRID)
    np.testing.assert_allclose(told["look__screen__shape"], 2.5)
    assert list(told["look__screen__jpeg"]) == [1, 0]
    np.testing.assert_allclose(told["look__screen__bytes"], [0, np.log(0.1)], atol=GRID)
    unknown = candidates(table.drop(columns=["format", "bytes"]), np.zeros(2 * WORDS), 1)
    assert unknown[["look__screen__jpeg", "look__screen__bytes"]].isna().all(axis=None)


def test_every_column_that_a_second_look_is_told_has_a_meaning():
    told = candidates(region_table().head(WORDS), np.zeros(WORDS), 1).columns
    assert [name for name in told if name.startswith("look__")] == [entry.column for entry in look_features()]


@pytest.fixture(scope="module")
def hard():
    """Screens on which the first look takes a loud but innocent word for the edited one, and its scores."""
    table = region_table(gap=6.0, seed=3)
    first = np.random.default_rng(3).normal(size=len(table))
    first[::WORDS] += 8.0
    first += 7.0 * (table["edited"] == 1)
    return table, first


def test_a_second_look_tells_edited_words_from_those_that_the_first_took_for_them(hard):
    table, first = hard
    y = region_labels(table)
    look = fit_second_look(table, y, first, PLAIN, 3, knobs=SMALL)
    again, unseen = region_table(gap=6.0, seed=4), np.random.default_rng(4).normal(size=len(table))
    unseen[::WORDS] += 8.0
    unseen += 7.0 * (again["edited"] == 1)
    scores = look.scores(again, unseen)
    seen = np.isfinite(scores)
    assert seen.sum() == 3 * IMAGES
    edited = again["edited"].to_numpy()[seen].astype(int)
    assert roc_auc(edited, scores[seen]) > roc_auc(edited, unseen[seen]) + 0.1


def test_a_second_look_learns_from_the_words_that_it_looks_at_alone(hard):
    table, first = hard
    y = region_labels(table)
    order = candidates(table, first, 3).index
    others = np.setdiff1d(np.arange(len(table)), order)
    blurred = y.copy()
    blurred[others] = 1 - blurred[others]
    one, other = (fit_second_look(table, labels, first, PLAIN, 3, knobs=SMALL) for labels in (y, blurred))
    np.testing.assert_array_equal(one.scores(table, first), other.scores(table, first))


def test_too_few_edited_words_teach_no_second_look(hard):
    table, first = hard
    y = region_labels(table)
    assert fit_second_look(table, np.where(y == 1, np.nan, y), first, PLAIN) is None


def test_a_second_look_comes_back_from_plain_values(hard):
    table, first = hard
    look = fit_second_look(table, region_labels(table), first, PLAIN, 3, knobs=SMALL)
    back = second_look_from_json(look.to_json(), look.pipeline)
    assert (back.strategy, back.count, back.columns) == (look.strategy, look.count, look.columns)
    np.testing.assert_array_equal(back.scores(table, first), look.scores(table, first))
    np.testing.assert_array_equal(back.typical, look.typical)


def looks_of(table: pd.DataFrame, groups: np.ndarray):
    first = cross_fitted(lesson_of(table, PLAIN, SMALL, groups), folds=3)
    return first, cross_fitted_looks(table, first, PLAIN, 3, knobs=SMALL)[0]


def test_no_label_of_a_group_reaches_either_look_at_its_words():
    words = region_table()
    groups = np.repeat(np.arange(IMAGES // 2), 2 * WORDS)
    own = groups == 4
    flipped = words.copy()
    flipped.loc[own, "edited"] = 1 - flipped.loc[own, "edited"]
    assert words.loc[own, "edited"].any() and flipped.loc[own, "edited"].any()  # so that the folds stay the same
    (one, before), (other, after) = (looks_of(table, groups) for table in (words, flipped))
    np.testing.assert_array_equal(before.first[own], after.first[own])
    np.testing.assert_array_equal(before.second[own], after.second[own])
    taught = ~own & np.isfinite(before.second) & np.isfinite(after.second)
    assert (before.second[taught] != after.second[taught]).mean() > 0.3  # those whom the group teaches
    # What teaches the second look at the group's fold has not seen the group either.
    fold = one.folds[own][0]
    np.testing.assert_array_equal(one.without[fold], other.without[fold])
    assert np.isnan(one.without[fold][one.folds == fold]).all()
    assert np.isfinite(one.without[fold][one.folds != fold]).all()


def test_both_looks_at_shuffled_labels_are_worth_nothing():
    noise = region_table(gap=0.0)
    _, looks = looks_of(noise, np.repeat(np.arange(IMAGES), WORDS))
    seen = np.isfinite(looks.second)
    assert 0.25 < roc_auc(noise["edited"].to_numpy()[seen].astype(int), looks.second[seen]) < 0.75


def test_a_scorer_does_without_a_second_look_where_there_are_too_few_captures_for_one():
    words = region_table()
    first = cross_fitted(lesson_of(words, PLAIN, SMALL, np.arange(len(words)) // (16 * WORDS)), folds=5)
    assert first.folds.max() == 1, "two groups"
    with pytest.warns(TableWarning, match="too few captures with edited words to learn a second look from"):
        looks, look = cross_fitted_looks(words, first, PLAIN, knobs=SMALL)
    assert look is None and looks.second is None
    np.testing.assert_array_equal(looks.final, first.scores)


def test_scores_that_leave_out_pairs_of_folds_teach_like_those_that_leave_out_one():
    words = region_table()
    groups = np.repeat(np.arange(IMAGES), WORDS)
    first = cross_fitted(lesson_of(words, PLAIN, SMALL, groups), folds=3)
    edited = (words["edited"] == 1).to_numpy().astype(int)
    for scores in first.without:
        known = np.isfinite(scores)
        assert roc_auc(edited[known], log_odds(scores[known])) > 0.7
