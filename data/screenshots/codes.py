"""What the QR codes of receipts say, in the dialects of payment systems.

Sources: EMVCo, Merchant-Presented QR Code Specification (2020); Bank of Thailand, Thai QR Payment Standard, and the
mini QR of transfer slips; Banco Central do Brasil, Manual de Padrões para Iniciação do Pix; NAPAS, VietQR; Bank
Indonesia, QRIS; NPCI, UPI Linking Specifications; European Payments Council, EPC069-12.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import quote

from realfake.forensics.content.codes import CURRENCIES, crc16

NUMBERS = {letters: number for number, letters in CURRENCIES.items()}  # ISO 4217
LONGEST_NAME = 25
CITY = "CITY"


@dataclass(frozen=True)
class Payment:
    """What a receipt says of its payment, as far as a code repeats it.

    Attributes
    ----------
    amount : in units of the currency, without grouping
    currency : ISO 4217 letters
    country : ISO 3166 letters
    to : name of the receiver, Latin capitals
    account : all letters and digits of the receiver's account
    bank, sender_bank : names
    reference : transaction number as shown
    address : of the app's pages
    """

    amount: Decimal
    currency: str
    country: str
    to: str
    account: str
    bank: str
    sender_bank: str
    reference: str
    address: str


def tlv(*items: tuple[str, str]) -> str:
    """Tag, length and value of each item, one after the other."""
    return "".join(f"{tag}{len(value):02d}{value}" for tag, value in items if value)


def sealed(text: str, tag: str = "63") -> str:
    """A text and its checksum in a last item."""
    text += f"{tag}04"
    return text + crc16(text)


def bank_number(name: str, digits: int) -> str:
    """The number by which a payment system knows a fictional bank."""
    return f"{zlib.crc32(name.encode()) % 10**digits:0{digits}d}"


def code_text(dialect: str, payment: Payment) -> str:
    """What a code of one of `DIALECTS` says."""
    return DIALECTS[dialect](payment)


def dialects(country: str, currency: str) -> tuple[str, ...]:
    """Codes that an app of a country may show."""
    if currency == "EUR":
        return ("epc", "epc", "link", "number")
    return NATIVE.get(country, ("merchant",)) + ("link", "number")


def _merchant(payment: Payment, *account: tuple[str, str], note: str = "05") -> str:
    """EMVCo: format, account information, category, currency, amount, country, name, city, reference."""
    reference = "".join(filter(str.isalnum, payment.reference))[:25]
    shop = (("58", payment.country), ("59", payment.to[:LONGEST_NAME].strip()), ("60", CITY))
    sum_due = (("52", "0000"), ("53", NUMBERS[payment.currency]), ("54", f"{payment.amount}"))
    return sealed(tlv(("00", "01"), ("01", "12"), *account, *sum_due, *shop, ("62", tlv((note, reference)))))


def _promptpay(payment: Payment) -> str:
    phone = "0066" + payment.account[-9:].rjust(9, "8")
    return _merchant(payment, ("29", tlv(("00", "A000000677010111"), ("01", phone))))


def _thai_slip(payment: Payment) -> str:
    reference = "".join(filter(str.isalnum, payment.reference))
    inner = tlv(("00", "000001"), ("01", bank_number(payment.sender_bank, 3)), ("02", reference))
    return sealed(tlv(("00", inner), ("51", "TH")), "91")


def _vietqr(payment: Payment) -> str:
    holder = tlv(("00", bank_number(payment.bank, 6)), ("01", payment.account))
    account = tlv(("00", "A000000727"), ("01", holder), ("02", "QRIBFTTA"))
    return _merchant(payment, ("38", account), note="08")


def _pix(payment: Payment) -> str:
    key = "+55" + payment.account[-11:].rjust(11, "9")
    return _merchant(payment, ("26", tlv(("00", "br.gov.bcb.pix"), ("01", key))))


def _qris(payment: Payment) -> str:
    number = tlv(("00", "ID.CO.QRIS.WWW"), ("01", "9360" + payment.account[-14:].rjust(14, "0")), ("03", "UMI"))
    return _merchant(payment, ("26", number))


def _plain_merchant(payment: Payment) -> str:
    holder = tlv(("00", "com.example.pay"), ("01", bank_number(payment.bank, 6)), ("02", payment.account))
    return _merchant(payment, ("26", holder))


def _epc(payment: Payment) -> str:
    lines = ("BCD", "002", "1", "SCT", "", payment.to[:70], payment.account, f"EUR{payment.amount}", "", "")
    return "\n".join((*lines, payment.reference[:35]))


def _upi(payment: Payment) -> str:
    name, reference = quote(payment.to), quote(payment.reference.replace(" ", ""))
    address = f"{payment.account[-10:]}@{payment.bank.split()[0].lower()}"
    return f"upi://pay?pa={address}&pn={name}&am={payment.amount}&cu={payment.currency}&tr={reference}"


def _link(payment: Payment) -> str:
    return f"https://{payment.address}/r/{quote(payment.reference.replace(' ', ''))}"


def _number(payment: Payment) -> str:
    return payment.reference


DIALECTS: dict[str, Callable[[Payment], str]] = {
    "merchant": _plain_merchant,
    "promptpay": _promptpay,
    "thai-slip": _thai_slip,
    "vietqr": _vietqr,
    "pix": _pix,
    "qris": _qris,
    "epc": _epc,
    "upi": _upi,
    "link": _link,
    "number": _number,
}
NATIVE = {
    "TH": ("thai-slip", "thai-slip", "promptpay"),
    "VN": ("vietqr", "vietqr"),
    "BR": ("pix", "pix"),
    "ID": ("qris", "qris"),
    "IN": ("upi", "upi", "merchant"),
}
