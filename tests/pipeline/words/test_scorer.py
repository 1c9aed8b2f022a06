"""The scorer of words and what joins it to images, on region tables whose edited words are known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from realfake.forensics.errors import BadModel, BadTable
from realfake.forensics.text.measurement import GRID
from realfake.pipeline.learning.strategies import STRATEGIES
from realfake.pipeline.metrics.ranking import roc_auc
from realfake.pipeline.models.folder import SECOND
from realfake.pipeline.models.model import load_model, save_model
from realfake.pipeline.models.train import train_model
from realfake.pipeline.settings import Alarms, CrossValidation
from realfake.pipeline.tables.labelled_words import FEWEST_EDITED
from realfake.pipeline.tables.table import labelled
from realfake.pipeline.words.scorer import (
    CONTRASTED,
    Looks,
    cross_fitted,
    departures,
    lesson_of,
    summarise,
    summarise_table,
    summary_features,
)
from tests.regions import IMAGES, SMALL, WORDS, region_table


def log_odds(p: float) -> float:
    return float(np.log(p / (1 - p)))


def test_a_summary_holds_the_largest_scores_the_median_and_the_counts():
    strange = np.tile([[1.0], [4.0], [0.5], [np.nan], [1.5]], 5)
    found = summarise(Looks(np.array([0.2, 0.9, 0.05, 0.4, 0.2])), strange)
    odds = [log_odds(p) for p in (0.9, 0.4, 0.2)]
    assert [found[f"regions__score__{n}"] for n in ("largest", "second", "third")] == pytest.approx(odds, abs=GRID)
    assert found["regions__score__median"] == pytest.approx(log_odds(0.2), abs=GRID)
    assert found["regions__score__margin"] == pytest.approx(log_odds(0.9) - log_odds(0.2), abs=GRID)
    # Distances from the median: 0, 0, and those of 0.4, 0.05 and 0.9; the third of five is that of 0.4.
    spread = 1.4826 * (log_odds(0.4) - log_odds(0.2)) + 0.5
    assert found["regions__score__gap"] == pytest.approx((log_odds(0.9) - log_odds(0.2)) / spread, abs=GRID)
    counts = [found[f"regions__count__above_{level}"] for level in ("0_1", "0_3", "0_5", "0_8")]
    assert counts == [4, 2, 1, 1]
    assert found["regions__count__words"] == 5
    assert found["regions__contrast__ink"] == 4 - 1.25
    assert list(found) == [entry.column for entry in summary_features(second=False)]


def test_a_summary_of_few_words_has_gaps_and_stays_finite_at_certain_scores():
    none = summarise(Looks(np.array([])), np.empty((0, 5)))
    one = summarise(Looks(np.array([1.0])), np.full((1, 5), np.nan))
    assert none["regions__count__words"] == 0 and np.isnan(none["regions__score__largest"])
    assert one["regions__score__margin"] == 0 and np.isnan(one["regions__score__second"])
    assert np.isfinite(one["regions__score__largest"]) and np.isnan(one["regions__contrast__layout"])


def test_a_word_departs_from_its_peers_by_its_contrasts_and_not_by_what_it_is():
    words = region_table().head(3)
    contrasts = [c for c in words if c.startswith("ink__") and "__z_" in c]
    words[contrasts], raw = 0.0, "ink__colour__red"
    words.loc[1, contrasts[:2]] = 50.0, -3.0  # a deviation counts as ten at most
    words.loc[2, contrasts], words.loc[2, raw] = np.nan, 1e6
    found = departures(words)[:, CONTRASTED.index("ink")]
    assert found[0] == 0 and np.isnan(found[2])
    assert found[1] == pytest.approx(np.sqrt((100 + 9) / len(contrasts)))


def test_images_are_summarised_in_order_and_one_without_words_counts_none():
    table = pd.DataFrame({"path": ["b", "b", "a"], "region": [0, 1, -1]})
    found = summarise_table(table, Looks(np.array([0.2, 0.7, 0.99])))
    assert list(found["path"]) == ["b", "a"]
    assert list(found["regions__count__words"]) == [2, 0]
    assert found["regions__score__largest"][0] == pytest.approx(log_odds(0.7), abs=GRID)
    assert np.isnan(found["regions__score__largest"][1])


def test_a_scorer_refuses_to_learn_from_too_few_edited_words(words):
    few = words.copy()
    few.loc[few.index[few["edited"] == 1][FEWEST_EDITED - 1 :], "edited"] = 0
    with pytest.raises(BadTable, match=f"has {FEWEST_EDITED - 1} words known to be edited, fewer than the"):
        lesson_of(few, STRATEGIES["plain"])


def test_a_scorer_tells_edited_words_that_it_has_not_seen(scorer):
    new = region_table(seed=1)
    scores = scorer.scores(new)
    assert scores.min() >= 0 and scores.max() <= 1
    assert scores[new["edited"] == 1].mean() > scores[new["edited"] == 0].mean() + 0.3


def test_words_in_bins_teach_what_the_words_themselves_teach(words):
    lesson = lesson_of(words, STRATEGIES["plain"], SMALL)
    assert lesson.bins is not None
    apart = replace(lesson, bins=None)
    np.testing.assert_array_equal(lesson.scorer().scores(words), apart.scorer().scores(words))
    part = np.arange(len(words)) < 3 * len(words) // 4  # both parts have edited words
    once, again = (each.scores(each.learn(part, 0), ~part) for each in (lesson, apart))
    assert np.corrcoef(once, again)[0, 1] > 0.9  # the edges of the bins are those of all words
    assert lesson_of(words, STRATEGIES["random-over"], SMALL).bins is None


def test_no_label_of_a_group_reaches_the_scores_of_its_words(words):
    groups = np.repeat(np.arange(IMAGES // 2), 2 * WORDS)
    own = groups == 4
    flipped = words.copy()
    flipped.loc[own, "edited"] = 1 - flipped.loc[own, "edited"]
    assert words.loc[own, "edited"].any() and flipped.loc[own, "edited"].any()  # so that the folds stay the same
    before, after = (
        cross_fitted(lesson_of(table, STRATEGIES["plain"], SMALL, groups), 3, nested=False).scores
        for table in (words, flipped)
    )
    np.testing.assert_array_equal(before[own], after[own])
    assert (before[~own] != after[~own]).mean() > 0.3  # those whom the group teaches
    assert np.isfinite(before).all()


@pytest.mark.parametrize("images_a_group", [4, 10])
def test_captures_that_were_all_forged_and_few_captures_are_cross_fitted_too(words, images_a_group):
    groups = np.arange(len(words)) // (images_a_group * WORDS)  # each group holds an edit; there are 8 or 4 of them
    scores = cross_fitted(lesson_of(words, STRATEGIES["plain"], SMALL, groups), 5, nested=False).scores
    edited = (words["edited"] == 1).to_numpy().astype(int)
    assert roc_auc(edited, scores) > 0.8


def test_cross_fitted_scores_of_shuffled_labels_are_worth_nothing():
    noise = region_table(gap=0.0)
    groups = np.repeat(np.arange(IMAGES), WORDS)
    scores = cross_fitted(lesson_of(noise, STRATEGIES["plain"], SMALL, groups), 3, nested=False).scores
    edited = noise["edited"].to_numpy() == 1
    assert 0.25 < roc_auc(edited.astype(int), scores) < 0.75


@pytest.mark.parametrize("strategy", ["plain", "balanced-bagging", "logistic"])
def test_a_scorer_comes_back_exactly_as_it_was_saved_with_its_model(words, make_table, tmp_path, strategy):
    scorer = lesson_of(words, STRATEGIES[strategy], SMALL).scorer()
    data = labelled(make_table(rows=80, fakes=12, columns=4))
    model = train_model(
        data, STRATEGIES["logistic"], Alarms(0.1), cv=CrossValidation(2), knobs=SMALL, scorer=scorer
    ).model
    save_model(model, tmp_path / "model")
    back = load_model(tmp_path / "model").scorer
    assert back is not None and (back.strategy, back.columns) == (scorer.strategy, scorer.columns)
    np.testing.assert_array_equal(back.typical, scorer.typical)
    np.testing.assert_array_equal(back.scores(words), scorer.scores(words))
    looks = scorer.looks(words)
    np.testing.assert_array_equal(back.weights(words, looks, [0, 2]), scorer.weights(words, looks, [0, 2]))


def test_a_second_look_comes_back_with_its_scorer_and_is_guarded_like_it(words, looking_twice, make_table, tmp_path):
    data = labelled(make_table(rows=80, fakes=12, columns=4))
    model = train_model(
        data, STRATEGIES["logistic"], Alarms(0.1), cv=CrossValidation(2), knobs=SMALL, scorer=looking_twice
    ).model
    save_model(model, tmp_path / "model")
    loaded = load_model(tmp_path / "model")
    before, after = looking_twice.looks(words), loaded.scorer.looks(words)
    np.testing.assert_array_equal(before.second, after.second)
    np.testing.assert_array_equal(before.final, after.final)
    save_model(replace(model, scorer=replace(looking_twice, second=None)), tmp_path / "plain")
    assert load_model(tmp_path / "plain").scorer.second is None
    assert load_model(tmp_path / "plain").fingerprint != loaded.fingerprint
    file = tmp_path / "model" / SECOND
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(BadModel, match=f"{SECOND} was changed or damaged since training"):
        load_model(tmp_path / "model")


def test_a_summary_tells_of_a_second_look_where_there_is_one():
    looks = Looks(np.array([0.2, 0.9, 0.1]), np.array([0.4, 0.8, np.nan]))
    found = summarise(looks, np.zeros((3, 5)))
    said = [found[f"regions__second__{name}"] for name in ("largest", "next", "gap")]
    expected = [log_odds(0.8), log_odds(0.4), log_odds(0.8) - log_odds(0.4)]
    assert said == pytest.approx(expected, abs=GRID)
    assert list(found) == [entry.column for entry in summary_features()]
    alone = summarise(Looks(np.array([0.2]), np.array([0.3])), np.zeros((1, 5)))
    assert np.isnan(alone["regions__second__next"]) and np.isnan(alone["regions__second__gap"])


def test_a_long_screen_is_told_by_its_most_suspicious_part_at_odds_for_its_length():
    scores, strange = np.full(800, 0.01), np.zeros((800, 5))
    scores[730], scores[3] = 0.6, 0.5
    strange[3] = 9.0
    told = summarise(Looks(scores), strange)
    assert told["regions__count__words"] == 200
    assert told["regions__score__largest"] == pytest.approx(np.log(0.6 / 0.4) - np.log(800 / 200), abs=GRID)
    assert told["regions__contrast__ink"] == 0.0, "the word that departs most stands in another part"
    short = summarise(Looks(scores[-200:]), strange[-200:])
    assert short["regions__score__largest"] == pytest.approx(np.log(0.6 / 0.4), abs=GRID)
