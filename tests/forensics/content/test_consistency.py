"""Receipts that tests write agree with themselves, and each lie that is told in them is found and named."""

import numpy as np
import pytest

from realfake.forensics.content.consistency import CHECKS, check_content, content_features
from realfake.forensics.content.fields import receipt_of
from realfake.forensics.content.receipt import Line
from tests.receipts import HONEST, code, lines, receipt, upi

LIES = [
    ({"Amount": "$9,200.00"}, "total__off", "do not make the total $1,202.50"),
    ({"Total": "$1,302.50"}, "total__off", "amount $1,200.00 and fee $2.50 do not make the total"),
    ({"Date": "Wed, 12 Jun 2024 56:47"}, "time__impossible", "56:47 is no time of day"),
    ({"Date": "31/02/2024"}, "time__impossible", "31/02/2024 is no day of the calendar"),
    ({"Date": "Fri, 12 Jun 2024 16:11"}, "weekday__wrong", "that day is a Wednesday"),
    ({"Date": "Mon, 17 Jun 2024 16:11"}, "reference__days_off", "contains the day 2024-06-12"),
    ({"Account number": "DE89 3704 0044 0532 0130 07"}, "check_digits__wrong", "check digits of DE89 3704"),
    ({"Fee": "$2,50"}, "separators__mixed", "written in two ways"),
    ({"Transaction ID": "TX20240612191103"}, "twice__differs", "are nearly the same"),
    ({"Amount in words": "nine thousand two hundred"}, "words__off", "does not spell $1,200.00"),
]  # fmt: skip


def test_an_honest_receipt_contradicts_nothing():
    numbers, findings = check_content(receipt(HONEST, headline="$1,200.00", clock="16:12"), [upi()])
    assert findings == ()
    assert numbers["content__total__off"] == numbers["content__headline__off"] == 0
    assert numbers["content__reference__days_off"] == numbers["content__reference__minutes_off"] == 0
    assert numbers["content__check_digits__wrong"] == numbers["content__weekday__wrong"] == 0
    assert numbers["content__clock__ahead"] == 1
    assert numbers["content__code__amount_off"] == numbers["content__code__reference_off"] == 0
    assert numbers["content__code__name_off"] == 0 and numbers["content__codes__count"] == 1


@pytest.mark.parametrize(("lie", "feature", "sentence"), LIES, ids=[feature for _, feature, _ in LIES])
def test_one_changed_value_is_named_with_its_place(lie, feature, sentence):
    said = receipt(HONEST | lie)
    _, findings = check_content(said)
    (found,) = [one for one in findings if one.feature == f"content__{feature}"]
    assert sentence in found.sentence
    assert set(found.boxes) <= {value.box for value in said.values} and found.boxes
    assert len(found.fields) == len(found.boxes) and all(found.fields)


def test_a_screen_that_is_no_receipt_is_counted_and_not_judged():
    numbers, findings = check_content(receipt({"Settings": "On", "Date": "31/02/2024"}))
    assert findings == () and numbers["content__values__labelled"] == 1
    assert sum(np.isfinite(number) for number in numbers.values()) == 3


def test_nothing_read_is_not_a_number():
    numbers, findings = check_content(None)
    assert findings == () and all(np.isnan(number) for number in numbers.values())
    assert list(numbers) == [entry.column for entry in content_features()]


def test_an_unsure_line_contradicts_nothing():
    unsure = [Line(line.box, line.text, 0.7) for line in lines(HONEST | {"Total": "$1,302.50"})]
    assert check_content(receipt_of(unsure, (1080, 2400)))[1] == ()


def test_every_check_has_a_unit_and_a_meaning_of_its_own():
    assert len({one.column for one in CHECKS}) == len({one.meaning for one in CHECKS}) == len(CHECKS)
    assert all(one.unit and one.column.startswith("content__") for one in CHECKS)


ODD = {
    "dates in three orders": {"Date": "12/06/2024", "Completed at": "06/12/2024", "Time": "2024-06-12"},
    "a currency without an amount": {"Amount": "USD", "Fee": "$", "Total": "USD", "Recipient": "Lena Ktle"},
    "an unreadable script": {"Amount": "ᚠᚢᚦ", "Total": "ᚠᚢᚦᚨ", "Fee": "☃☃", "Reference": "ᚠᚢᚦᚨᚱᚲ", "Date": "ᚱᚲ.ᚦᚨ"},
    "very long texts": dict.fromkeys(("Reference", "Amount", "Recipient", "Amount in words", "Date"), "9" * 5000),
}


@pytest.mark.parametrize("said", ODD.values(), ids=ODD)
def test_odd_values_are_numbers_or_none_and_contradict_nothing(said):
    numbers, findings = check_content(receipt(said, headline="$", clock="25:61"), [upi()])
    assert set(numbers) == {one.column for one in CHECKS}
    assert all(np.isfinite(number) or np.isnan(number) for number in numbers.values())
    assert [one.feature for one in findings if not one.feature.startswith("content__code__")] == []


def test_hostile_texts_are_only_texts():
    for text in (
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "{{ 7*7 }}",
        "\x00\x1b[31m",
        "A" * 5000,
        "١٢/٣٤/٥٦",
    ):
        said = HONEST | {"Note": text, "Reference": text}
        assert isinstance(
            check_content(receipt(said, clock=text), [code(text)])[0]["content__values__count"], float | int
        )
