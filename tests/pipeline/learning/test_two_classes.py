"""Learners of two classes: which labels they take, and what they make of log-odds."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.base import BaseEstimator

from realfake.pipeline.learning.two_classes import TwoClassMixin, two_classes

LOG_ODDS = np.array([-800.0, -1.5, 0.0, 0.25, 800.0])


class Stated(TwoClassMixin, BaseEstimator):
    """A learner whose log-odds are what it is given."""

    classes_ = np.array(["genuine", "fake"])

    def decision_function(self, X):
        return X


def test_probabilities_and_classes_follow_from_log_odds():
    probabilities = Stated().predict_proba(LOG_ODDS)
    np.testing.assert_array_equal(probabilities[:, 1], expit(LOG_ODDS))
    np.testing.assert_array_equal(probabilities.sum(axis=1), 1)
    assert Stated().predict(LOG_ODDS).tolist() == ["genuine", "genuine", "genuine", "fake", "fake"]


def test_labels_are_coded_in_sorted_order():
    classes, coded = two_classes(np.array([7, 3, 7]))
    assert classes.tolist() == [3, 7] and coded.tolist() == [1, 0, 1]


@pytest.mark.parametrize(("labels", "said"), [([0, 1, 2], "Only binary classification"), ([1, 1], "one class")])
def test_other_numbers_of_classes_are_refused(labels, said):
    with pytest.raises(ValueError, match=said):
        two_classes(np.array(labels))
