"""Figures of probabilities against scikit-learn and against examples worked by hand."""

import numpy as np
import pytest
from sklearn import metrics as reference

from realfake.pipeline.metrics.probabilities import brier, calibration_error_of, expected_calibration_error
from tests.scores import drawn


def test_the_mean_squared_error_agrees_with_scikit_learn():
    y, s = drawn()
    p = 1 / (1 + np.exp(-s))
    assert brier(y, p) == pytest.approx(reference.brier_score_loss(y, p))


def test_calibration_error_by_hand():
    p = np.repeat([0.1, 0.9], 50)
    y = np.repeat([0, 1, 1], [45, 5, 50])  # 10 % of the first half are fake, all of the second
    assert expected_calibration_error(y, p) == pytest.approx(0.5 * 0.0 + 0.5 * 0.1)


def test_replicates_of_the_calibration_error_keep_the_bins_and_count_copies():
    p = np.repeat([0.1, 0.9], 50)
    y = np.repeat([0, 1, 1], [45, 5, 50])
    weights = np.stack([np.ones(100), np.repeat([1, 2, 1], [45, 5, 50]), np.repeat([1, 0], 50)])
    # five fakes more among those called 10 %: 10 of 55, and 105 rows in all; then only those, of which 10 % are fake
    np.testing.assert_allclose(
        calibration_error_of(y, p, weights), [0.05, (55 * abs(10 / 55 - 0.1) + 50 * 0.1) / 105, 0.0], atol=1e-12
    )
