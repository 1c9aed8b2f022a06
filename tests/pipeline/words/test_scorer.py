"""The scorer of words and what joins it to images, on region tables whose edited words are known."""

import re

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from realfake.data.masks import read_mask
from realfake.forensics.box import Box
from realfake.forensics.errors import BadManifest, BadTable
from realfake.forensics.text.contrast import Peers
from realfake.forensics.text.measurement import GRID
from realfake.forensics.text.regions import Regions, region_catalogue
from realfake.pipeline.extraction.bulk import mark_edited
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.learning.strategies import STRATEGIES, Knobs
from realfake.pipeline.metrics import roc_auc
from realfake.pipeline.models.model import load_model, save_model
from realfake.pipeline.models.train import train_model
from realfake.pipeline.settings import Alarms, CrossValidation
from realfake.pipeline.tables.labelled_words import EDITED, FEWEST_EDITED, UNTOUCHED, region_labels, scorer_columns
from realfake.pipeline.tables.table import labelled
from realfake.pipeline.words.scorer import (
    CONTRASTED,
    cross_fitted_scores,
    departures,
    fit_scorer,
    summarise,
    summarise_table,
    summary_features,
)
from realfake.pipeline.words.suspects import LEAST, MOST, REASONS, sentence, suspects
from realfake.pipeline.words.two_levels import two_levels, with_region_scores, with_scores_of

SMALL = Knobs(trees=20, learning_rate=0.3, leaves=4, column_share=0.5, members=2, member_trees=8)
TOLD = ("ink__colour__blue__z_line", "surroundings__ground__in_out", "layout__baseline__off_line")
IMAGES, WORDS = 32, 8  # every fourth image has two edited words


def region_table(gap: float = 4.0, seed: int = 0) -> pd.DataFrame:
    """Words whose measurements are noise, but for `gap` deviations in the columns `TOLD` of edited ones."""
    rng = np.random.default_rng(seed)
    edited = np.zeros((IMAGES, WORDS))
    edited[::4, :2] = 1
    edited = rng.permuted(edited, axis=1).ravel()
    columns = [entry.column for entry in region_catalogue()]
    values = pd.DataFrame(rng.normal(size=(IMAGES * WORDS, len(columns))), columns=columns)
    values[list(TOLD)] += gap * edited[:, None]
    counts = [column for column in columns if column.startswith("peers__")]
    values[counts] = rng.integers(1, 9, (len(values), len(counts)))
    place = {
        "path": np.repeat([f"image{i}.png" for i in range(IMAGES)], WORDS),
        "region": np.tile(np.arange(WORDS), IMAGES),
        "edited": edited,
    }
    return pd.concat([pd.DataFrame(place), values], axis=1)


def image_table() -> pd.DataFrame:
    """The images of `region_table`, two to a group."""
    return pd.DataFrame(
        {
            "path": [f"image{i}.png" for i in range(IMAGES)],
            "error": "",
            "label": (np.arange(IMAGES) % 4 == 0) * 1,
            "group": [f"g{i // 2}" for i in range(IMAGES)],
            "ela__q90__mean": np.random.default_rng(1).normal(size=IMAGES),
        }
    )


@pytest.fixture(scope="module")
def words() -> pd.DataFrame:
    return region_table()


@pytest.fixture(scope="module")
def scorer(words):
    return fit_scorer(words, STRATEGIES["plain"], knobs=SMALL)


def first(words: pd.DataFrame, count: int) -> Regions:
    """The first words of a table as the regions of an image."""
    table = words.loc[:, [entry.column for entry in region_catalogue()]].head(count)
    boxes = [Box(10 * i, 20, 8, 12) for i in range(len(table))]
    return Regions(boxes, boxes, table, Peers({}, np.full(len(table), np.nan)))


def log_odds(p: float) -> float:
    return float(np.log(p / (1 - p)))


# --- scores of an image -----------------------------------------------------------------------------------------------


def test_a_summary_holds_the_largest_scores_the_median_and_the_counts():
    strange = np.tile([[1.0], [4.0], [0.5], [np.nan], [1.5]], 5)
    found = summarise(np.array([0.2, 0.9, 0.05, 0.4, 0.2]), strange)
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
    assert list(found) == [entry.column for entry in summary_features()]


def test_a_summary_of_few_words_has_gaps_and_stays_finite_at_certain_scores():
    none, one = summarise(np.array([]), np.empty((0, 5))), summarise(np.array([1.0]), np.full((1, 5), np.nan))
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
    found = summarise_table(table, np.array([0.2, 0.7, 0.99]))
    assert list(found["path"]) == ["b", "a"]
    assert list(found["regions__count__words"]) == [2, 0]
    assert found["regions__score__largest"][0] == pytest.approx(log_odds(0.7), abs=GRID)
    assert np.isnan(found["regions__score__largest"][1])


# --- labels of words --------------------------------------------------------------------------------------------------


def test_a_word_is_edited_from_a_quarter_of_its_box_and_unknown_below_unless_hardly_touched():
    edited = [0, UNTOUCHED, UNTOUCHED + 0.001, EDITED - 0.001, EDITED, 1, np.nan, 1]
    table = pd.DataFrame({"edited": edited, "region": [0, 1, 2, 3, 4, 5, 6, -1]})
    np.testing.assert_array_equal(region_labels(table), [0, 0, np.nan, np.nan, 1, 1, np.nan, np.nan])


def test_a_table_without_masks_is_refused(words):
    with pytest.raises(BadTable, match="lacks the column 'edited'; extract it with --level region and a manifest"):
        fit_scorer(words.drop(columns="edited"), STRATEGIES["plain"], knobs=SMALL)


def test_a_table_of_another_version_is_refused(words):
    with pytest.raises(BadTable, match=f"lacks 1 region columns, the first {TOLD[0]}; extract it again"):
        fit_scorer(words.drop(columns=TOLD[0]), STRATEGIES["plain"], knobs=SMALL)


def test_a_scorer_refuses_to_learn_from_too_few_edited_words(words):
    few = words.copy()
    few.loc[few.index[few["edited"] == 1][FEWEST_EDITED - 1 :], "edited"] = 0
    for learn in (fit_scorer, lambda table, s: cross_fitted_scores(table, table["path"], s)):
        with pytest.raises(BadTable, match=f"has {FEWEST_EDITED - 1} words known to be edited, fewer than the"):
            learn(few, STRATEGIES["plain"])


def test_a_scorer_learns_no_positions(words):
    learnt = scorer_columns(words)
    assert not [column for column in learnt if column.split("__")[1] == "place"]
    assert len(learnt) > 300


# --- scores of words --------------------------------------------------------------------------------------------------


def test_a_scorer_tells_edited_words_that_it_has_not_seen(scorer):
    new = region_table(seed=1)
    scores = scorer.scores(new)
    assert scores.min() >= 0 and scores.max() <= 1
    assert scores[new["edited"] == 1].mean() > scores[new["edited"] == 0].mean() + 0.3


def test_no_label_of_a_group_reaches_the_scores_of_its_words(words):
    groups = np.repeat(np.arange(IMAGES // 2), 2 * WORDS)
    own = groups == 4
    flipped = words.copy()
    flipped.loc[own, "edited"] = 1 - flipped.loc[own, "edited"]
    assert words.loc[own, "edited"].any() and flipped.loc[own, "edited"].any()  # so that the folds stay the same
    before, after = (
        cross_fitted_scores(table, groups, STRATEGIES["plain"], folds=3, knobs=SMALL) for table in (words, flipped)
    )
    np.testing.assert_array_equal(before[own], after[own])
    assert (before[~own] != after[~own]).mean() > 0.3  # those whom the group teaches
    assert np.isfinite(before).all()


@pytest.mark.parametrize("images_a_group", [4, 10])
def test_captures_that_were_all_forged_and_few_captures_are_cross_fitted_too(words, images_a_group):
    groups = np.arange(len(words)) // (images_a_group * WORDS)  # each group holds an edit; there are 8 or 4 of them
    scores = cross_fitted_scores(words, groups, STRATEGIES["plain"], folds=5, knobs=SMALL)
    edited = (words["edited"] == 1).to_numpy().astype(int)
    assert roc_auc(edited, scores) > 0.8


def test_cross_fitted_scores_of_shuffled_labels_are_worth_nothing():
    noise = region_table(gap=0.0)
    groups = np.repeat(np.arange(IMAGES), WORDS)
    scores = cross_fitted_scores(noise, groups, STRATEGIES["plain"], folds=3, knobs=SMALL)
    edited = noise["edited"].to_numpy() == 1
    assert 0.25 < roc_auc(edited.astype(int), scores) < 0.75


@pytest.mark.parametrize("strategy", ["plain", "balanced-bagging", "logistic"])
def test_a_scorer_comes_back_exactly_as_it_was_saved_with_its_model(words, make_table, tmp_path, strategy):
    scorer = fit_scorer(words, STRATEGIES[strategy], knobs=SMALL)
    data = labelled(make_table(rows=80, fakes=12, columns=4))
    model = train_model(
        data, STRATEGIES["logistic"], Alarms(0.1), cv=CrossValidation(2), knobs=SMALL, scorer=scorer
    ).model
    save_model(model, tmp_path / "model")
    back = load_model(tmp_path / "model").scorer
    assert back is not None and (back.strategy, back.columns) == (scorer.strategy, scorer.columns)
    np.testing.assert_array_equal(back.typical, scorer.typical)
    np.testing.assert_array_equal(back.scores(words), scorer.scores(words))
    np.testing.assert_array_equal(back.weights(words.head(3)), scorer.weights(words.head(3)))


# --- suspects ---------------------------------------------------------------------------------------------------------


def test_suspects_are_the_highest_scores_first_with_sentences_that_say_why(words, scorer):
    regions = first(words, WORDS)
    scores = scorer.scores(regions.table)
    found = suspects(regions, regions.table, scores, scorer)
    assert 1 <= len(found) <= MOST
    assert [one.score for one in found] == sorted(scores, reverse=True)[: len(found)]
    assert all(one.score == scores[one.region] and one.box == regions.boxes[one.region] for one in found)
    edited = set(np.flatnonzero(words["edited"][:WORDS] == 1))
    assert {one.region for one in found[:2]} == edited
    for one in found[:2]:
        assert 1 <= len(one.reasons) <= REASONS
        assert all(re.match(r".+: -?\d", reason) for reason in one.reasons)
        assert len(set(one.reasons)) == len(one.reasons)
    told = {entry.meaning.split(";")[0] for entry in region_catalogue() if entry.column in TOLD}
    assert any(reason.startswith(tuple(told)) for one in found[:2] for reason in one.reasons)
    assert found[0].as_dict()["box"] == list(regions.boxes[found[0].region])


def test_a_contrast_is_told_with_its_peers_and_how_many_they_were(words):
    row = words.iloc[0].to_dict() | {"ink__colour__blue": 64.0, TOLD[0]: 5.25, "peers__line__count": 3.0}
    said = "blue of the ink: 64 gray levels, 5.2 deviations above the other words of its field (3)"
    assert sentence(TOLD[0], row) == said
    assert sentence("ink__colour__blue", row) == "blue of the ink: 64 gray levels"
    assert sentence("ink__colour__blue", row, 20.04) == "blue of the ink: 64 gray levels, typically 20"


def test_only_the_largest_of_low_scores_is_named_and_nothing_without_words(words, scorer):
    low = np.array([0.01, LEAST / 2, 0.02])
    assert [one.region for one in suspects(first(words, 3), words[:3], low, scorer)] == [1]
    assert suspects(first(words, 0), words[:0], low[:0], scorer) == []


# --- images joined with the scores of their words ---------------------------------------------------------------------


def test_images_gain_the_summary_of_cross_fitted_scores_and_a_scorer_of_all_words(words):
    images = image_table().assign(regions__score__largest=99.0)  # of an earlier join
    joined, scorer = with_region_scores(images, words, STRATEGIES["logistic"], folds=3)
    groups = np.repeat(image_table()["group"].factorize()[0], WORDS)
    expected = summarise_table(words, cross_fitted_scores(words, groups, STRATEGIES["logistic"], folds=3))
    pd.testing.assert_frame_equal(joined[expected.columns], expected)
    assert list(joined["path"]) == list(images["path"])
    seen = summarise_table(words, scorer.scores(words))["regions__score__largest"]
    assert (joined["regions__score__largest"] != seen).any()


def test_scores_of_another_models_scorer_are_joined_as_they_are(words, scorer):
    joined = with_scores_of(image_table(), words, scorer)
    expected = summarise(scorer.scores(words)[:WORDS], departures(words[:WORDS]))
    assert joined.iloc[0][list(expected)].to_dict() == pytest.approx(expected, nan_ok=True)


def test_tables_and_models_that_do_not_fit_together_are_refused(words, make_table, tmp_path):
    plain = STRATEGIES["plain"]
    assert two_levels(image_table(), None, None, plain, 0)[1] is None
    with pytest.raises(BadTable, match="needs --regions"):
        two_levels(image_table(), None, "starter", plain, 0)
    words.to_parquet(tmp_path / "words.parquet")
    with pytest.raises(BadTable, match=r"words of 1 images that the table lacks, the first image0.png; extract both"):
        two_levels(image_table()[1:], tmp_path / "words.parquet", None, plain, 0)
    with pytest.raises(BadTable, match=r"has no words of 1 images of the table, the first image31.png"):
        with_region_scores(image_table(), words[words["path"] != "image31.png"], plain)
    data = labelled(make_table(rows=80, fakes=12, columns=4))
    train_model(data, STRATEGIES["logistic"], Alarms(0.1), cv=CrossValidation(2)).write(tmp_path / "model")
    with pytest.raises(BadTable, match="has no scorer of words; leave --from out"):
        two_levels(image_table(), tmp_path / "words.parquet", str(tmp_path / "model"), plain, 0)


# --- masks ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def mask(tmp_path):
    """White from column 50 on, of an image of 100 x 40."""
    altered = np.zeros((40, 100), np.uint8)
    altered[:, 50:] = 255
    Image.fromarray(altered).save(tmp_path / "mask.png")
    return str(tmp_path / "mask.png")


def rows_at(*left: int) -> list[dict]:
    """Words of 20 x 10 pixels that begin at these columns."""
    known = {"error": "", "width": 100, "height": 40, "y": 5, "region_width": 20, "region_height": 10}
    return [known | {"region": i, "x": x} for i, x in enumerate(left)]


def test_a_word_is_edited_as_far_as_the_mask_covers_it(mask):
    rows = rows_at(0, 40, 45, 60)
    mark_edited(rows, Item("a.png", {"label": 1, "mask": mask}))
    assert [row["edited"] for row in rows] == [0.0, 0.5, 0.75, 1.0]


def test_a_long_screen_is_told_by_its_most_suspicious_part_at_odds_for_its_length():
    scores, strange = np.full(800, 0.01), np.zeros((800, 5))
    scores[730], scores[3] = 0.6, 0.5
    strange[3] = 9.0
    told = summarise(scores, strange)
    assert told["regions__count__words"] == 200
    assert told["regions__score__largest"] == pytest.approx(np.log(0.6 / 0.4) - np.log(800 / 200))
    assert told["regions__contrast__ink"] == 0.0, "the word that departs most stands in another part"
    short = summarise(scores[-200:], strange[-200:])
    assert short["regions__score__largest"] == pytest.approx(np.log(0.6 / 0.4))


def test_words_of_genuine_images_are_untouched_and_those_of_others_unknown(mask):
    for labels, expected in (
        ({"label": 0, "mask": ""}, 0.0),
        ({"label": 1, "mask": ""}, None),
        ({"label": ""}, None),
        ({}, None),
    ):
        rows = rows_at(60)
        mark_edited(rows, Item("a.png", labels))
        assert rows[0].get("edited") == expected
    failed = [{"path": "a.png", "error": "a.png is empty"}]
    mark_edited(failed, Item("a.png", {"label": 1, "mask": mask}))
    assert "edited" not in failed[0]


def test_a_mask_of_another_size_is_scaled_and_one_that_cannot_be_read_is_named(mask, tmp_path):
    small = read_mask(mask, 10, 4)
    assert small.shape == (4, 10) and not small[:, :5].any() and small[:, 5:].all()
    (tmp_path / "broken.png").write_bytes(b"no image")
    for bad in ("broken.png", "missing.png"):
        with pytest.raises(BadManifest, match=f"the mask .*{bad} cannot be read .*; mend the manifest"):
            read_mask(tmp_path / bad, 10, 4)
