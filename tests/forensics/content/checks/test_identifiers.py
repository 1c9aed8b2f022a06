"""Check digits and days inside numbers, and what a reader takes for others."""

from realfake.forensics.content.consistency import check_content
from tests.receipts import HONEST, receipt


def test_a_look_alike_in_an_iban_is_a_misreading():
    said = HONEST | {"Account number": "DE89 3704 0044 0532 0I30 00"}
    assert check_content(receipt(said))[1] == ()
