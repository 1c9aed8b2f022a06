"""The habits of one template."""

from dataclasses import replace
from decimal import Decimal

import numpy as np

from realfake.pipeline.habits.habit import CHARGED, HOLE, PITCH
from realfake.pipeline.habits.learning import habits_of
from realfake.pipeline.habits.screens import screens_of
from tests.habitual import REFERENCES, changed, moments, receipt, receipts_of, row, table


def learnt(receipts):
    return {habit.id: habit for habit in habits_of(screens_of(table(receipts)), 3)}


def test_habits_name_their_template_and_differ_in_their_ids():
    habits = habits_of(screens_of(table(receipts_of("yymmddHHMM"))), 3)
    assert {habit.template for habit in habits} == {3}
    assert len({habit.id for habit in habits}) == len(habits)
    assert {habit.kind for habit in habits} == {"time", "sum", "length", "alphabet", "format", "place", HOLE, PITCH}


def test_a_time_rule_holds_for_the_lengths_that_were_seen():
    rule = learnt(receipts_of("ddd"))["reference/time@2"]
    assert (rule.other, rule.within, rule.support, rule.exceptions) == ("date", ("14",), 12, 0)
    assert rule.p_value < 1e-6


def test_the_only_time_of_a_receipt_is_the_same_by_whatever_label():
    told = receipts_of("yymmddHHMM")
    for path in list(told)[::2]:  # whose label goes on in a line that was not read
        date, *others = told[path].values
        told[path] = replace(told[path], values=(replace(date, key="", label="Date of"), *others))
    rule = learnt(told)["reference/time@1"]
    assert rule.support == len(told) and rule.exact


def test_a_value_of_many_lengths_has_no_length():
    rng = np.random.default_rng(0)
    many = {f"{i}.png": receipt(when, "9" * (5 + i)) for i, when in enumerate(moments(rng, 12))}
    assert "reference/length" not in learnt(many)


def with_headline(of: str, exponent: str, fee: float):
    """Receipts whose fee has no row, and whose headline is one of their amounts, rounded."""
    found = {}
    for path, one in receipts_of("none").items():
        told = {value.key: value for value in one.values}
        amount = told[of].amount.quantize(Decimal(exponent))
        headline = replace(
            told["total"], key="headline", text=f"${amount:,}", amount=amount, box=row(6, f"${amount:,}")
        )
        kept = [value for value in one.values if value.key != "fee"]
        found[path] = replace(one, values=(*kept, headline))
        if not fee:
            found[path] = changed(found[path], "amount", text=told["total"].text, amount=told["total"].amount)
    return found


def test_a_headline_without_decimals_is_no_reason_to_learn_no_sums():
    habits = learnt(with_headline("total", "1", 0))
    assert habits["headline/format"].what == ("9",)
    assert {"=amount"} <= set(habits["total/sum"].what) and habits["total/sum"].other == ""


def test_a_sum_that_held_where_a_fee_was_charged_unseen_says_so():
    habits = learnt(with_headline("total", "0.01", 1))
    assert habits["headline/sum"].what == ("=total",) and habits["headline/sum"].other == CHARGED


def test_four_receipts_have_no_habits():
    assert learnt(receipts_of("ddd", 4)) == {}


def test_an_app_without_a_rule_has_none():
    assert set(REFERENCES) > {"none"}
    assert not [id for id in learnt(receipts_of("none", 30)) if "time" in id]
