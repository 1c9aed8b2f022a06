"""A sum, an amount in words or a decimal mark that is changed is named, and what a reader misses is not."""

import pytest

from realfake.forensics.content.consistency import check_content
from tests.receipts import FAIR, HONEST, receipt


def test_a_headline_that_no_amount_backs_is_named():
    _, (found,) = check_content(receipt(HONEST, headline="$9,999.00"))
    assert found.sentence == "the headline says $9,999.00, the total says $1,202.50"
    assert found.fields == ("headline", "total")


@pytest.mark.parametrize("headline", ["$1,200.00", "$1,202.50", "-$1,200.00", "$1,200", "$1.2K"])
def test_a_headline_may_be_the_total_or_rounded(headline):
    numbers, findings = check_content(receipt(HONEST, headline=headline))
    assert numbers["content__headline__off"] == 0 and findings == ()


def test_a_discount_and_a_free_fee_count_in_the_total():
    fair = {"Amount": "$100.00", "Fee": "Free", "Discount": "-$10.00", "Total": "$90.00"}
    assert check_content(receipt(fair))[0]["content__total__off"] == 0
    assert check_content(receipt(fair | {"Total": "$95.00"}))[0]["content__total__off"] > 0


EXPLAINED = {
    "an unknown label": FAIR | {"Loyalty": "$93.00", "Total": "$195.00"},
    "an amount that was not read": FAIR | {"Tax": "$93.O?", "Total": "$195.00"},
    "a label without its value": FAIR | {"Total": "$195.00", "Tax": ""},
    "a discount below the screen": FAIR | {"Total": "$95.00"},
    "a fee below the screen beside a discount": {"Amount": "$100.00", "Discount": "-$10.00", "Total": "$93.00"},
    "a point that was lost": FAIR | {"Amount": "$9500", "Total": "$95.00"},
    "a point that was lost before a sign": {"Amount": "10.00 €", "Fee": "0.01 €", "Total": "1001 €"},
    "a total that is the amount": FAIR | {"Total": "$100.00"},
}


@pytest.mark.parametrize("said", EXPLAINED.values(), ids=EXPLAINED)
def test_a_total_is_not_held_against_what_a_reader_may_have_missed(said):
    assert check_content(receipt(said))[1] == ()
    assert len(check_content(receipt(FAIR | {"Total": "$195.00"}))[1]) == 1


def test_a_hidden_fee_is_none_of_a_forgers_and_a_third_of_the_sum_is():
    shown = {"Total": "$106,000.00", "Recipient": "Lena Ktle", "Reference": "AB12345678"}
    numbers, findings = check_content(receipt(shown, headline="$100,000.00"))
    assert findings == () and numbers["content__headline__off"] > 0
    assert len(check_content(receipt(shown, headline="$900,000.00"))[1]) == 1


def test_a_headline_that_the_rows_leave_no_room_for_is_named():
    shown = FAIR | {"Total": "$102.00"}
    assert check_content(receipt(shown, headline="$102.00"))[1] == ()
    (found,) = check_content(receipt(shown, headline="$110.00"))[1]
    assert found.sentence == "the headline says $110.00, the total says $102.00"


def test_an_amount_that_begins_with_a_zero_lost_a_digit():
    assert check_content(receipt(FAIR | {"Amount": "$430.00"}, headline="$08.50"))[1] == ()


def test_words_spell_an_amount_in_several_languages():
    spelt = ("One thousand two hundred dollars", "mil doscientos pesos", "một nghìn hai trăm đồng")
    for words in (
        *spelt,
        "mt nghìn hai trm",
        "One thousand",
        "тысяча рублей",
        "One thousand two hun...",
        "hundred dollars only",
    ):
        assert check_content(receipt(HONEST | {"Amount in words": words}))[1] == ()


@pytest.mark.parametrize("words", ["Six dollars only", "Sixty dollars only", "Cuarenta y dos mil pesos"])
def test_words_that_share_none_with_the_amount_are_those_of_another(words):
    (found,) = check_content(receipt(HONEST | {"Amount in words": words}))[1]
    assert "does not spell $1,200.00" in found.sentence
