"""Payloads of payment codes: items, checksums and what they repeat of a receipt."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from realfake.data.screenshots.codes import (
    DIALECTS,
    NATIVE,
    NUMBERS,
    Payment,
    bank_number,
    code_text,
    dialects,
    sealed,
    tlv,
)
from realfake.data.screenshots.content import LOCALES
from realfake.forensics.box import Box
from realfake.forensics.content.codes import Code, crc16, understood

PAYMENT = Payment(
    Decimal("1250.50"), "THB", "TH", "SOMCHAI JAIDEE", "1234567890", "Lotus Bank", "KitePay", "AB-12", "kite.example"
)


def items(text):
    """Tags and values of a text of tags, lengths and values."""
    found = {}
    while text:
        tag, length = text[:2], int(text[2:4])
        found[tag], text = text[4 : 4 + length], text[4 + length :]
    return found


@pytest.mark.parametrize("dialect", [name for name in DIALECTS if name not in ("link", "number")])
def test_a_reader_of_codes_understands_each_dialect(dialect):
    account = "DE89370400440532013000" if dialect == "epc" else PAYMENT.account
    payment = replace(PAYMENT, account=account, currency="EUR" if dialect == "epc" else "THB")
    code = understood(Code(Box(0, 0, 9, 9), "QRCode", code_text(dialect, payment)))
    assert code.dialect == dialect and code.intact in (None, True)
    assert code.amount == (None if dialect == "thai-slip" else payment.amount)
    assert code.reference.replace("-", "") == "AB12"


def test_a_sealed_text_ends_in_its_checksum():
    assert sealed("0002") == "0002" + "6304" + crc16("00026304")


@pytest.mark.parametrize("dialect", ["merchant", "promptpay", "vietqr", "pix", "qris"])
def test_merchant_codes_repeat_amount_receiver_and_reference(dialect):
    text = code_text(dialect, PAYMENT)
    read = items(text)
    assert read["54"] == "1250.50" and read["53"] == NUMBERS["THB"] and read["59"] == "SOMCHAI JAIDEE"
    assert read["63"] == crc16(text[:-4])
    assert "AB12" in items(read["62"]).values()
    account = next(value for tag, value in read.items() if tag in ("26", "29", "38"))
    assert "4567890" in account


def test_a_slip_names_the_sending_bank_and_the_reference():
    text = code_text("thai-slip", PAYMENT)
    inner = items(items(text)["00"])
    assert inner == {"00": "000001", "01": bank_number("KitePay", 3), "02": "AB12"}
    assert items(text)["51"] == "TH" and text[-4:] == crc16(text[:-4])


def test_other_codes_are_lines_links_or_the_number_itself():
    assert code_text("epc", PAYMENT).splitlines()[:4] == ["BCD", "002", "1", "SCT"]
    assert "EUR1250.50" in code_text("epc", PAYMENT)
    assert re.fullmatch(r"upi://pay\?pa=.*&am=1250.50&cu=THB&tr=AB-12", code_text("upi", PAYMENT))
    assert code_text("link", PAYMENT) == "https://kite.example/r/AB-12"
    assert code_text("number", PAYMENT) == "AB-12"


def test_every_locale_has_codes_and_its_currency_a_number():
    for language, currency in LOCALES.values():
        assert currency in NUMBERS, language
    for country in (*NATIVE, "US"):
        assert set(dialects(country, "USD")) <= set(DIALECTS)
    assert "epc" in dialects("DE", "EUR")
    assert tlv(("00", "01"), ("01", "")) == "000201"
