"""A scorer of words."""

from dataclasses import replace

import pytest

from realfake.pipeline.learning.strategies import STRATEGIES
from realfake.pipeline.tables.labelled_words import region_labels
from realfake.pipeline.words.scorer import lesson_of, log_odds
from realfake.pipeline.words.second_look import fit_second_look
from tests.regions import SMALL


@pytest.fixture(scope="module")
def scorer(words):
    return lesson_of(words, STRATEGIES["plain"], SMALL).scorer()


@pytest.fixture(scope="module")
def looking_twice(words, scorer):
    """The scorer with a second look at the three highest words of a screen."""
    first = log_odds(scorer.scores(words))
    look = fit_second_look(words, region_labels(words), first, STRATEGIES["plain"], 3, knobs=SMALL)
    return replace(scorer, second=look)
