"""Replicates draw whole groups, and intervals hold the truth as often as they say."""

import numpy as np
import pytest

from realfake.pipeline.metrics.bootstrap import Scores, bootstrap, figures, group_weights, interval_of, unsupported
from realfake.pipeline.metrics.intervals import needed_genuine, percentile_interval
from realfake.pipeline.metrics.probabilities import calibration_error_of, expected_calibration_error
from realfake.pipeline.metrics.ranking import roc_auc
from tests.scores import drawn


def test_a_rate_that_the_images_cannot_support_is_withheld_with_the_number_needed():
    assert needed_genuine(0.001) == 3000
    assert set(unsupported(299)) == {"recall_at_1pct_fpr", "recall_at_0.1pct_fpr"}
    assert unsupported(2999) == {"recall_at_0.1pct_fpr": "needs 3000 independent genuine images, has 2999"}
    assert unsupported(3000) == {}


def test_whole_groups_are_drawn_and_both_kinds_of_group_keep_their_number():
    y = np.array([1, 0, 0, 0, 0, 0])
    groups = np.array([5, 5, 7, 7, 8, 9])
    weights = group_weights(y, groups, 200, seed=0)
    assert np.all(weights[:, 0] == weights[:, 1]) and np.all(weights[:, 2] == weights[:, 3])
    assert np.all(weights[:, 0] == 1)  # the only group with a fake
    assert np.all(weights[:, 2] + weights[:, 4] + weights[:, 5] == 3)


def test_replicates_are_the_figures_of_rows_copied_by_their_weights():
    y, s = drawn(3, n=80)
    groups = np.arange(80) // 2
    run = Scores(y, s, s > 0.5, 1 / (1 + np.exp(-s)))
    weights = group_weights(y, groups, 5, seed=4)
    replicates = bootstrap([run], groups, 5, seed=4)
    for i, row in enumerate(weights):
        copied = np.repeat(np.arange(80), row)
        plain = figures(Scores(y[copied], s[copied], run.alarm[copied], run.probability[copied]))
        for name, value in plain.items():
            if name != "ece":  # whose bins are those of all rows
                assert replicates[name][i] == pytest.approx(value[0]), name


def test_intervals_of_a_calibration_error_cover_the_truth():
    """Percentiles of the bare replicates lie above it, for chance counts in them twice."""
    y, p = _overstated(np.random.default_rng(99), 200_000)
    truth, hits, bare = expected_calibration_error(y, p), 0, 0
    for seed in range(40):
        y, p = _overstated(np.random.default_rng(seed), 300)
        value, drawn = (
            expected_calibration_error(y, p),
            calibration_error_of(y, p, group_weights(y, np.arange(300), 150, seed)),
        )
        found = interval_of("ece_raw", value, drawn)
        assert found.low <= found.value <= found.high
        hits += found.low <= truth <= found.high
        bare += np.mean(drawn) > value
    assert hits >= 35
    assert bare >= 35


def _overstated(rng, n):
    """Fakes with stated probabilities that are too high, a fifth of the rows as in every sample."""
    y = (np.arange(n) < n // 5).astype(int)
    return y, 1 / (1 + np.exp(-(rng.normal(size=n) + 1.5 * y - 1.2)))


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    truth = roc_auc(*_population(np.random.default_rng(99), 40_000))
    hits = {0.5: 0, 0.95: 0}
    for seed in range(60):
        y, s = _population(np.random.default_rng(seed), 120)
        run = Scores(y, s, s > 1, 1 / (1 + np.exp(-s)))
        drawn = bootstrap([run], np.arange(120), 150, seed)["roc_auc"]
        for level in hits:
            found = percentile_interval(roc_auc(y, s), drawn, level)
            hits[level] += found.low <= truth <= found.high
    assert 20 <= hits[0.5] <= 40  # wider ones would cover too often
    assert hits[0.95] >= 52


def _population(rng, n):
    y = (np.arange(n) < n // 5).astype(int)
    return y, rng.normal(size=n) + 1.2 * y
