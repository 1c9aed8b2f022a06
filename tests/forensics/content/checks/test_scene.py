"""A value that takes more room than its signs do contradicts nothing."""

from dataclasses import replace

import pytest

from realfake.forensics.box import Box
from realfake.forensics.content.consistency import check_content
from realfake.forensics.content.fields import receipt_of
from tests.receipts import HONEST, lines, receipt


def test_an_amount_with_room_for_a_lost_digit_contradicts_nothing():
    said = lines(HONEST | {"Total": "$202.50", "Phone": "0812 3456 7890"})
    cramped = check_content(receipt_of(said, (1080, 2400)))[1]
    assert [one.feature for one in cramped] == ["content__total__off"]
    stretched = [replace(one, box=Box(840, one.box.y, 160, 30)) if one.text == "$202.50" else one for one in said]
    assert check_content(receipt_of(stretched, (1080, 2400)))[1] == ()


@pytest.mark.parametrize(
    "read",
    [
        {"Date": "Wed, 2 Jun 2024 16:11"},  # the first digit of 12
        {"Date": "0751 a. m. - 21 feb 22"},  # a colon
        {"Fee": "$2.50", "Discount": "-$1250", "Total": "$1,190.00"},  # a point
        {"Amount": "VND 2.776.130", "Fee": "VND 50.00", "Total": "VND 2.826.130"},  # a zero
        {"Amount in words": "0ne thousand two hundred"},
        {"Date": "10/04/2025", "Reference": "2510011939833"},  # day 100 of 2025, and no first of October
    ],
)
def test_a_sign_that_the_reader_lost_contradicts_nothing(read):
    assert check_content(receipt(HONEST | {"Reference": "TX8893KLM"} | read))[1] == ()
