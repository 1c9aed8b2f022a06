"""Images joined with the scores of their words."""

import numpy as np
import pandas as pd
import pytest

from realfake.forensics.errors import BadTable
from realfake.pipeline.learning.strategies import STRATEGIES
from realfake.pipeline.words.scorer import (
    Looks,
    cross_fitted,
    departures,
    lesson_of,
    summarise,
    summarise_table,
    summary_features,
)
from realfake.pipeline.words.two_levels import only_families, regrouped, with_region_scores, with_scores_of
from tests.regions import IMAGES, WORDS, image_table


def test_images_gain_the_summary_of_cross_fitted_scores_and_a_scorer_of_all_words(words):
    images = image_table().assign(regions__score__largest=99.0)  # of an earlier join
    joined, scorer = with_region_scores(images, words, STRATEGIES["logistic"], folds=3, second=False)
    groups = np.repeat(image_table()["group"].factorize()[0], WORDS)
    lesson = lesson_of(words, STRATEGIES["logistic"], groups=groups)
    expected = summarise_table(words, Looks(cross_fitted(lesson, 3, nested=False).scores))
    pd.testing.assert_frame_equal(joined[expected.columns], expected)
    assert list(joined["path"]) == list(images["path"])
    seen = summarise_table(words, scorer.looks(words))["regions__score__largest"]
    assert (joined["regions__score__largest"] != seen).any()


def test_scores_of_another_models_scorer_are_joined_as_they_are(words, scorer):
    joined = with_scores_of(image_table(), words, scorer)
    expected = summarise(Looks(scorer.scores(words)[:WORDS]), departures(words[:WORDS]))
    assert joined.iloc[0][list(expected)].to_dict() == pytest.approx(expected, nan_ok=True)


def test_tables_that_do_not_name_the_same_images_are_refused(words):
    plain = STRATEGIES["plain"]
    with pytest.raises(BadTable, match=r"words of 1 images that the table lacks, the first image0.png; extract both"):
        with_region_scores(image_table()[1:], words, plain)
    with pytest.raises(BadTable, match=r"has no words of 1 images of the table, the first image31.png"):
        with_region_scores(image_table(), words[words["path"] != "image31.png"], plain)


def test_another_column_gives_the_groups_where_it_has_no_gaps():
    images = image_table().assign(app=[f"a{i % 3}" for i in range(IMAGES)])
    assert list(regrouped(images, "app")["group"]) == list(images["app"])
    with pytest.raises(BadTable, match="lacks a value of 'app' for each image; group by another column"):
        regrouped(images.assign(app=images["app"].where(images.index > 0)), "app")
    bare = image_table().drop(columns="group")
    assert regrouped(bare, "group") is bare, "groups may be missing: they are then found"


def test_only_the_families_asked_for_are_left():
    images = image_table().assign(residual__noise__mean=1.0)
    kept = only_families(images, ["residual"])
    assert set(images) - set(kept) == {"ela__q90__mean"}
    assert only_families(images, None) is images
    more = images.assign(residual__noise__spread=2.0, residual__noisy=3.0)
    assert set(more) - set(only_families(more, ["residual__noise"])) == {"ela__q90__mean", "residual__noisy"}
    with pytest.raises(BadTable, match="has no features of the family spam, only of .*; extract it or leave it out"):
        only_families(images, ["ela", "spam"])


def test_images_gain_what_a_second_look_says_by_looks_that_have_not_seen_their_group(words):
    images = image_table()
    joined, scorer = with_region_scores(images, words, STRATEGIES["logistic"], folds=3)
    names = [entry.column for entry in summary_features() if "__second__" in entry.column]
    assert joined[names].notna().all(axis=None) and len(names) == 3
    assert scorer.second is not None
    own = image_table()["group"].to_numpy() == "g4"
    flipped = words.copy()
    mine = words["path"].isin(images.loc[own, "path"])
    flipped.loc[mine, "edited"] = 1 - flipped.loc[mine, "edited"]
    other, _ = with_region_scores(images, flipped, STRATEGIES["logistic"], folds=3)
    columns = [entry.column for entry in summary_features()]
    pd.testing.assert_frame_equal(joined.loc[own, columns], other.loc[own, columns])
    assert (joined.loc[~own, names] != other.loc[~own, names]).any(axis=None)
    once, plain = with_region_scores(images, words, STRATEGIES["logistic"], folds=3, second=False)
    assert plain.second is None and not set(names) & set(once)
    pd.testing.assert_frame_equal(once, joined[once.columns])
