"""What a user may set: frozen, and refused where it says nothing."""

from dataclasses import FrozenInstanceError, fields

import pytest

from realfake.forensics.errors import UnknownName
from realfake.pipeline.settings import (
    Alarms,
    Costs,
    CrossValidation,
    Deployment,
    Protocol,
    WordEvidence,
    Workers,
)


@pytest.mark.parametrize(
    "made",
    [
        Alarms(),
        Costs(2, 1),
        CrossValidation(),
        Deployment(),
        Protocol(),
        WordEvidence("words.csv"),
        Workers(),
    ],
)
def test_settings_do_not_change_on_their_way(made):
    with pytest.raises(FrozenInstanceError):
        setattr(made, fields(made)[0].name, None)


def test_one_cost_says_nothing_without_the_other():
    assert Costs.stated(None, None) is None
    assert Costs.stated(50, 1) == Costs(50, 1)
    for miss, alarm in ((50, None), (None, 1)):
        with pytest.raises(UnknownName, match="state both --cost-miss and --cost-alarm"):
            Costs.stated(miss, alarm)


@pytest.mark.parametrize(("miss", "alarm"), [(50.0, 1.0), (1.0, 1.0), (3.0, 7.0)])
def test_at_the_break_even_an_alarm_costs_as_much_as_silence(miss, alarm):
    p = Costs(miss, alarm).break_even
    assert p * miss == pytest.approx((1 - p) * alarm)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (CrossValidation, {"folds": 1}),
        (CrossValidation, {"folds": 2.5}),
        (CrossValidation, {"repeats": 0}),
        (CrossValidation, {"seed": -1}),
        (CrossValidation, {"jobs": 0}),
        (CrossValidation, {"search": "3"}),
        (Alarms, {"max_fpr": 0}),
        (Alarms, {"max_fpr": -1}),
        (Alarms, {"max_fpr": float("nan")}),
        (Alarms, {"review_fpr": 0.6}),
    ],
)
def test_a_number_that_says_nothing_is_refused_by_its_name(kind, given):
    (name,) = given
    with pytest.raises(UnknownName, match=f"^{name} is .*; give a"):
        kind(**given)
