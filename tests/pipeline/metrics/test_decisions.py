"""Figures of alarms against scikit-learn and against examples worked by hand."""

import numpy as np
import pytest
from sklearn import metrics as reference

from realfake.pipeline.metrics.decisions import (
    alerts_at,
    balanced_accuracy_of,
    confusion,
    cost_curve,
    expected_cost,
    f1_of,
    mcc_of,
    precision_of,
    recall_of,
)
from tests.scores import S, Y, drawn


@pytest.mark.parametrize("seed", range(5))
def test_figures_of_alarms_agree_with_scikit_learn(seed):
    y, s = drawn(seed)
    alarm = s > 0.7
    count = confusion(y, alarm)
    assert precision_of(count)[0] == pytest.approx(reference.precision_score(y, alarm))
    assert recall_of(count)[0] == pytest.approx(reference.recall_score(y, alarm))
    assert f1_of(count)[0] == pytest.approx(reference.f1_score(y, alarm))
    assert mcc_of(count)[0] == pytest.approx(reference.matthews_corrcoef(y, alarm))
    assert balanced_accuracy_of(count)[0] == pytest.approx(reference.balanced_accuracy_score(y, alarm))


def test_alerts_and_costs_by_hand():
    alerts = alerts_at(recall=0.8, fpr=0.01, prevalence=0.002)
    assert (alerts.caught, alerts.missed) == (pytest.approx(16), pytest.approx(4))
    assert alerts.false_alarms == pytest.approx(99.8)
    assert alerts.alerts == pytest.approx(115.8)
    assert expected_cost(0.8, 0.01, 0.002, 50, 1) == pytest.approx(0.002 * 0.2 * 50 + 0.998 * 0.01)


def test_the_cost_curve_is_zero_at_its_ends_and_never_above_the_better_constant():
    shares = np.linspace(0, 1, 11)
    curve = cost_curve(Y, S, shares)
    assert curve[0] == curve[-1] == 0
    assert np.all(curve <= np.minimum(shares, 1 - shares) + 1e-12)
    # at an even share: alarm above 0.5 catches all and raises 2 of 7, alarm above 0.8 catches 1 of 3 and raises none
    assert curve[5] == pytest.approx(min(2 / 7, 2 / 3, 1 / 7 + 1 / 3) / 2)
