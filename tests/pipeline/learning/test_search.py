"""The nested search: the same budget for every strategy, the default first, the best kept."""

import numpy as np
import pytest

from realfake.pipeline.learning import search as search_module
from realfake.pipeline.learning.cross_validation import LearningSet, out_of_fold_scores
from realfake.pipeline.learning.knobs import Knobs
from realfake.pipeline.learning.search import search
from realfake.pipeline.learning.strategies import STRATEGIES
from realfake.pipeline.metrics.ranking import average_precision
from realfake.pipeline.tables.design import design_matrix
from realfake.pipeline.tables.table import feature_columns


@pytest.fixture
def rows(make_table):
    frame = make_table(rows=150, fakes=30, gap=0.8)
    return LearningSet(design_matrix(frame, feature_columns(frame)), frame["label"].to_numpy(), np.arange(150))


def test_the_search_keeps_the_setting_with_the_best_unseen_scores(rows):
    y = rows.y
    default, first = search(rows, STRATEGIES["logistic"], 1, 0)
    best, scores = search(rows, STRATEGIES["logistic"], 6, 0)
    assert default == Knobs()
    assert average_precision(y, scores) >= average_precision(y, first)
    np.testing.assert_array_equal(scores, out_of_fold_scores(rows, STRATEGIES["logistic"], 3, 0, best))


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_strategy_gets_the_same_budget_of_settings_with_the_default_first(rows, name, monkeypatch):
    def tried(seed: int) -> list[Knobs]:
        settings: list[Knobs] = []

        def scores(known, strategy, folds, seed, knobs):
            settings.append(knobs)
            return np.random.default_rng(len(settings)).random(len(known.y))

        monkeypatch.setattr(search_module, "out_of_fold_scores", scores)
        search(rows, STRATEGIES[name], 6, seed)
        return settings

    settings, space = tried(1), STRATEGIES[name].space
    assert settings[0] == Knobs()
    assert len(settings) == len(set(settings)) == (6 if space else 1)
    assert all(getattr(knobs, each) in values for knobs in settings for each, values in space.items())
    assert settings == tried(1)
    assert not space or settings != tried(2)


def test_a_space_smaller_than_the_budget_is_tried_once_through(rows):
    knobs, _ = search(rows, STRATEGIES["logistic"], 50, 0)
    assert knobs.inverse_penalty in STRATEGIES["logistic"].space["inverse_penalty"]
