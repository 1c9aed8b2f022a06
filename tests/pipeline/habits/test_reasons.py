"""Contradictions in plain words."""

from datetime import datetime
from decimal import Decimal

import numpy as np
import pytest

from realfake.pipeline.habits.habits import learn_habits
from realfake.pipeline.habits.reasons import contradictions
from realfake.pipeline.habits.screens import screens_of
from tests.receipts import REFERENCES, changed, receipt, receipts_of, retimed, table


@pytest.fixture(scope="module")
def habits():
    return learn_habits(table(receipts_of("yymmddHHMM", 31)))


def told(habits, receipt, with_text=True):
    (screen,) = screens_of(table({"new.png": receipt}, 1))
    return contradictions(habits.judge(screen)[1], receipt if with_text else None)


@pytest.fixture
def genuine():
    when = datetime(2026, 3, 4, 15, 11)
    return receipt(when, "T2603041511123456", 100.0, 1.5)


def test_a_genuine_receipt_has_none(habits, genuine):
    assert told(habits, genuine) == []


def test_a_time_that_the_reference_does_not_say(habits, genuine):
    (only,) = told(habits, retimed(genuine, datetime(2026, 3, 4, 16, 11)))
    assert only.sentence == "the reference says 15:11, the receipt 16:11; all 31 receipts of this app agreed before"
    assert only.habit == "bank/reference/time@7"
    assert {value.box for value in genuine.values if value.key in ("reference", "date")} == set(only.boxes)
    assert only.surprise > 1


def test_a_day_that_the_reference_does_not_say(habits, genuine):
    sentences = [one.sentence for one in told(habits, retimed(genuine, datetime(2026, 3, 6, 15, 11)))]
    assert sentences == [
        "the reference says 2026-03-04, the receipt 2026-03-06; all 31 receipts of this app agreed before"
    ]


def test_a_sum_that_is_none(habits, genuine):
    fake = changed(genuine, "total", text="$901.50", amount=Decimal("901.50"))
    sentences = {one.sentence for one in told(habits, fake)}
    expected = (
        "the total $901.50 is not amount + fee (amount $100.00, fee $1.50); all 31 receipts of this app agreed before"
    )
    assert expected in sentences


def test_without_the_receipt_no_value_is_told(habits, genuine):
    fake = changed(retimed(genuine, datetime(2026, 3, 4, 16, 11)), "total", text="$901.50", amount=Decimal("901.50"))
    for one in told(habits, fake, with_text=False):
        assert not any(value in one.sentence for value in ("901", "16:11", "15:11", "2603"))


@pytest.mark.parametrize(
    ("key", "parts", "begins"),
    [
        ("reference", {"text": "T260304"}, "the reference has 7 letters and digits and not 17"),
        ("reference", {"text": "T260304151112abcd"}, "the reference holds small letters"),
        ("date", {"text": "2026-03-04 15:11"}, "the date is written as 9999-99-99 99:99 and not in its form"),
    ],
)
def test_the_grammar_that_is_contradicted(habits, genuine, key, parts, begins):
    (only,) = told(habits, changed(genuine, key, **parts))
    assert only.sentence.startswith(begins)


def test_the_most_surprising_comes_first(habits, genuine):
    fake = changed(retimed(genuine, datetime(2026, 3, 6, 16, 11)), "total", text="$9.50", amount=Decimal("9.50"))
    surprises = [one.surprise for one in told(habits, fake)]
    assert surprises == sorted(surprises, reverse=True)
    assert len(surprises) == 5


def test_exceptions_are_told():
    when = datetime(2026, 3, 4, 15, 11)
    odd = receipt(when, REFERENCES["none"](when, np.random.default_rng(0)) + "0", 100.0, 1.5)
    habits = learn_habits(table({**receipts_of("yymmddHHMM", 39), "odd.png": odd}))
    sentences = [
        one.sentence for one in told(habits, retimed(receipt(when, "T2603041511123456"), when.replace(hour=3)))
    ]
    assert sentences == ["the reference says 15:11, the receipt 03:11; 39 of 40 receipts of this app agreed before"]
