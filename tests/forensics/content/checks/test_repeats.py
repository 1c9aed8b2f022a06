"""What is said twice is the same, on the screen and in its codes; what is alike need not be."""

import numpy as np
import pytest

from realfake.forensics.content.consistency import check_content
from tests.receipts import FAIR, HONEST, code, receipt, upi


@pytest.mark.parametrize(
    "pair",
    [
        {"From": "NGUYEN VAN ANH", "To": "NGUYEN VAN OANH"},
        {"From account": "0011 0123 4567", "To account": "0011 0123 9876"},
        {"Reference": "20240612000017", "Order number": "20240612482093"},
        {"From account": "xxxx 0281", "To account": "xxxx 0231"},
    ],
    ids=["relatives", "accounts of one bank", "numbers of one day", "tails"],
)
def test_two_things_that_are_alike_are_not_one(pair):
    assert check_content(receipt(FAIR | pair | {"Date": "12/06/2024"}))[1] == ()


@pytest.mark.parametrize(
    ("other", "feature"),
    [
        (upi(amount="1500.00"), "code__amount_off"),
        (upi(reference="TX20240612161193"), "code__reference_off"),
        (upi(name="Lena%20Ktlo"), "code__name_off"),
    ],
)
def test_a_code_that_says_otherwise_is_named(other, feature):
    _, (found,) = check_content(receipt(HONEST), [other])
    assert found.feature == f"content__{feature}" and found.fields[0] == "code"
    assert found.boxes[0] == other.box


def test_a_broken_checksum_is_named_and_a_foreign_code_is_not():
    slip = "0041000600000101030140220TX20240612161103ABCD5102TH9104FFFF"
    numbers, findings = check_content(receipt(HONEST), [code(slip)])
    assert numbers["content__code__checksum"] == 1
    assert "checksum of the thai-slip code does not hold" in [one.sentence for one in findings][0]
    assert check_content(receipt(HONEST), [code("https://example.com/about")])[1] == ()


def test_the_code_of_another_receipt_is_a_number_and_no_sentence_where_nothing_is_near():
    numbers, findings = check_content(receipt(HONEST), [upi("77.10", "AB98765432109876", "Somchai%20J")])
    assert numbers["content__code__amount_off"] > 0.9 and numbers["content__code__reference_off"] > 0.5
    assert {one.feature for one in findings} <= {"content__code__amount_off"}


def test_a_name_in_a_code_is_the_same_in_capitals_and_without_accents():
    said = HONEST | {"Recipient": "Gökperi Yüksel"}
    numbers, findings = check_content(receipt(said), [upi(name="GOKPERI%20YUKSEL")])
    assert findings == () and numbers["content__code__name_off"] == 0
    assert len(check_content(receipt(said), [upi(name="GOKPERI%20YUKSEN")])[1]) == 1


def test_a_code_is_not_of_what_is_left_in_the_account():
    said = {key: value for key, value in HONEST.items() if key not in ("Amount", "Fee", "Total")}
    told = check_content(receipt(said | {"Available balance": "$431.20"}), [upi()])
    assert told[1] == () and np.isnan(told[0]["content__code__amount_off"])
    assert check_content(receipt(said | {"Amount": "$431.20"}), [upi()])[1]


@pytest.mark.parametrize("amount, off", [("1200.00", False), ("1202.50", False), ("1209.00", True)])
def test_a_code_may_be_of_what_is_paid_without_its_fee(amount, off):
    said = {key: value for key, value in HONEST.items() if key != "Amount"}
    numbers, findings = check_content(receipt(said), [upi(amount=amount)])
    assert bool(findings) == off and (numbers["content__code__amount_off"] > 0) == off
