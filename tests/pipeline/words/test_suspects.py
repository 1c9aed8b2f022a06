"""The words that a screen is suspected for, with reasons."""

import re

import numpy as np
import pandas as pd

from realfake.forensics.box import Box
from realfake.forensics.text.contrast import Peers
from realfake.forensics.text.regions import Regions, region_catalogue
from realfake.pipeline.words.scorer import Looks
from realfake.pipeline.words.suspects import LEAST, MOST, REASONS, sentence, suspects
from tests.regions import TOLD, WORDS


def first(words: pd.DataFrame, count: int) -> Regions:
    """The first words of a table as the regions of an image."""
    table = words.loc[:, [entry.column for entry in region_catalogue()]].head(count)
    boxes = [Box(10 * i, 20, 8, 12) for i in range(len(table))]
    return Regions(boxes, boxes, table, Peers({}, np.full(len(table), np.nan)))


def test_suspects_are_the_highest_scores_first_with_sentences_that_say_why(words, scorer):
    regions = first(words, WORDS)
    scores = scorer.scores(regions.table)
    found = suspects(regions, words.head(WORDS), Looks(scores), scorer)
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
    assert [one.region for one in suspects(first(words, 3), words[:3], Looks(low), scorer)] == [1]
    assert suspects(first(words, 0), words[:0], Looks(low[:0]), scorer) == []


def test_after_a_second_look_its_words_alone_are_named_and_reasons_stay_measurements_of_the_word(words, looking_twice):
    screen, regions = words.head(WORDS), first(words, WORDS)
    looks = looking_twice.looks(screen)
    found = suspects(regions, screen, looks, looking_twice)
    looked = np.flatnonzero(np.isfinite(looks.second))
    assert len(looked) == 3 and {one.region for one in found} <= set(looked)
    assert [one.score for one in found] == sorted(looks.second[looked], reverse=True)[: len(found)]
    assert {one.region for one in found[:2]} == set(np.flatnonzero(screen["edited"] == 1))
    assert all(one.reasons and all(re.match(r".+: -?\d", reason) for reason in one.reasons) for one in found[:2])
    assert not any("first look" in reason for one in found for reason in one.reasons)


def test_what_both_looks_made_of_a_measurement_is_added_up(words, scorer, looking_twice):
    screen = words.head(WORDS)
    looks = looking_twice.looks(screen)
    rows = [int(i) for i in np.flatnonzero(np.isfinite(looks.second))]
    once, twice = scorer.weights(screen, looks, rows), looking_twice.weights(screen, looks, rows)
    again = looking_twice.second.weights(looks.looked).loc[rows, list(scorer.columns)]
    np.testing.assert_allclose(twice - once, again, atol=1e-12)
    assert np.abs(again).to_numpy().max() > 0
