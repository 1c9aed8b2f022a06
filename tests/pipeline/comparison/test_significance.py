"""Tests of differences against the published formula and against simulation."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_1samp

from realfake.pipeline.comparison.significance import against_the_best, corrected_t_test, holm, pairwise


def test_the_corrected_t_follows_the_published_formula():
    differences = np.array([0.10, 0.06, 0.02, 0.08, 0.04])
    t, p = corrected_t_test(differences, train_rows=80, test_rows=20)
    # mean 0.06, variance 0.001; (1 / 5 + 20 / 80) x 0.001 = 0.00045
    assert t == pytest.approx(0.06 / np.sqrt(0.00045))
    assert p == pytest.approx(0.0474, abs=1e-4)  # Student's t with 4 degrees of freedom at 2.828


def test_without_shared_training_rows_it_is_the_plain_t_test():
    differences = np.random.default_rng(0).normal(0.3, 1, 12)
    t, p = corrected_t_test(differences, train_rows=1, test_rows=0)
    plain = ttest_1samp(differences, 0)
    assert (t, p) == (pytest.approx(plain.statistic), pytest.approx(plain.pvalue))


def test_equal_figures_are_no_difference():
    assert corrected_t_test(np.zeros(10), 8, 2)[1] == 1
    assert corrected_t_test(np.array([0.3]), 8, 2)[1] == 1


def test_holm_by_hand():
    np.testing.assert_allclose(holm(np.array([0.01, 0.04, 0.03, 0.005])), [0.03, 0.06, 0.06, 0.02])
    np.testing.assert_allclose(holm(np.array([0.9, 0.8])), [1, 1])


def folds_of(figures):
    rows = [
        {"strategy": name, "repeat": i // 5, "fold": i % 5, "pr_auc": value, "train_rows": 80, "test_rows": 20}
        for name, values in figures.items()
        for i, value in enumerate(values)
    ]
    return pd.DataFrame(rows)


def test_a_difference_needs_both_tests_to_be_more_than_noise():
    rng = np.random.default_rng(1)
    base = rng.normal(0.5, 0.05, 15)
    figures = {"low": base, "same": base + rng.normal(0, 0.02, 15), "high": base + 0.2 + rng.normal(0, 0.02, 15)}
    values = {name: float(np.mean(v)) for name, v in figures.items()}
    drawn = {name: v + rng.normal(0, 0.01, 400) for name, v in values.items()}
    table = pairwise(folds_of(figures), values, drawn).set_index(["better", "worse"])
    assert not table.loc[("high", "low"), "noise"] and not table.loc[("high", "same"), "noise"]
    assert table.loc[[pair for pair in table.index if set(pair) == {"low", "same"}][0], "noise"]
    assert against_the_best(table.reset_index(), "high") == {"low": "worse", "same": "worse"}
    wide = {name: v + rng.normal(0, 0.5, 400) for name, v in values.items()}  # the bootstrap disagrees
    unsure = pairwise(folds_of(figures), values, wide)
    assert unsure["noise"].all()
    assert against_the_best(unsure, "high") == {"low": "unsure", "same": "unsure"}


def test_equal_learners_are_rarely_called_different():
    """Differences that share training rows are correlated; the plain test would be wrong far more often than 5 %."""
    rng = np.random.default_rng(2)
    wrong = plain = 0
    for _ in range(400):
        differences = rng.normal() * 0.5 + rng.normal(size=15)  # correlation 0.2 = test / (test + train)
        wrong += corrected_t_test(differences, 80, 20)[1] < 0.05
        plain += ttest_1samp(differences, 0).pvalue < 0.05
    assert wrong / 400 < 0.07
    assert plain / 400 > 0.2
