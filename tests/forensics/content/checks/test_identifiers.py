"""Check digits and days inside numbers, and what a reader takes for others."""

from realfake.forensics.content.consistency import check_content
from tests.receipts import HONEST, receipt


def test_a_look_alike_in_an_iban_is_a_misreading():
    said = HONEST | {"Account number": "DE89 3704 0044 0532 0I30 00"}
    assert check_content(receipt(said))[1] == ()


def test_a_day_written_from_its_end_is_not_taken_for_another():
    said = HONEST | {"Date": "26/12/2025 09:36", "Reference": "261225101113"}
    numbers, findings = check_content(receipt(said))
    assert findings == () and numbers["content__reference__days_off"] == 0
    (found,) = check_content(receipt(said | {"Date": "21/12/2025 09:36"}))[1]
    assert "contains the day 2026-12-25" in found.sentence
