"""QR and bar codes of a screen: what they say, and what a payment system's dialect means by it.

Sources of the dialects: EMVCo, QR Code Specification for Payment Systems, Merchant-Presented Mode (2020); Bank of
Thailand, Thai QR Payment Standard, and the mini QR of transfer slips; NAPAS, VietQR; Banco Central do Brasil, Manual de
Padrões para Iniciação do Pix; Bank Indonesia, QRIS; NPCI, UPI Linking Specifications; European Payments Council,
EPC069-12; SIX, Swiss Implementation Guidelines QR-bill.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np

from realfake.forensics.box import Box
from realfake.forensics.image import ForensicImage

MOST = 200  # codes looked at on one screen
LONGEST = 8000  # characters; the largest QR code holds 7,089 digits
FORMATS = ("QRCode", "DataMatrix", "Aztec", "PDF417", "Code128", "EAN13")
SIDE = 4096  # pixels; larger pictures are read in overlapping parts
OVERLAP = 1024
CURRENCIES = {  # ISO 4217 numbers to letters
    "764": "THB", "704": "VND", "986": "BRL", "360": "IDR", "356": "INR", "978": "EUR", "840": "USD", "826": "GBP",
    "608": "PHP", "566": "NGN", "404": "KES", "036": "AUD", "586": "PKR", "484": "MXN", "170": "COP", "032": "ARS",
    "152": "CLP", "949": "TRY", "756": "CHF", "643": "RUB", "156": "CNY", "392": "JPY", "410": "KRW", "458": "MYR",
    "702": "SGD", "344": "HKD", "050": "BDT", "144": "LKR", "524": "NPR", "116": "KHR", "418": "LAK", "104": "MMK",
    "784": "AED", "682": "SAR", "818": "EGP", "710": "ZAR", "936": "GHS", "604": "PEN", "124": "CAD", "554": "NZD",
    "364": "IRR",
}  # fmt: skip
ACCOUNT_TAGS = tuple(f"{tag:02d}" for tag in range(2, 52))  # EMVCo: merchant account information
THAI_TRANSFER, THAI_BILL = "A000000677010111", "A000000677010112"
VIETNAMESE = "A000000727"
BRAZILIAN = "br.gov.bcb.pix"
INDONESIAN = "ID.CO.QRIS"
EPC_VERSIONS, EPC_SETS = ("001", "002"), tuple("12345678")
AMOUNT = re.compile(r"\d{1,15}(\.\d{0,4})?", re.ASCII)

Fields = Mapping[str, str]


@dataclass(frozen=True)
class Code:
    """One QR or bar code.

    Attributes
    ----------
    box : pixels of the stored picture
    format : `QRCode`, `Code128`, ...
    text : what it holds
    dialect : of payments, one of `DIALECTS`; "" where it is in none of them, which is no sign of anything
    intact : whether its own checksum holds; None where the dialect has none
    amount, currency : of the payment, None and "" where it names none
    reference : number of the transaction or bill
    bank : number or name by which the dialect knows the bank: the sender's on a Thai slip, else the receiver's
    receiver : account, key or address that is paid
    name : of who is paid
    """

    box: Box
    format: str
    text: str
    dialect: str = ""
    intact: bool | None = None
    amount: Decimal | None = None
    currency: str = ""
    reference: str = ""
    bank: str = ""
    receiver: str = ""
    name: str = ""


def find_codes(image: ForensicImage) -> tuple[Code, ...]:
    """Every code of a picture, from the top down; at most `MOST`.

    Parameters
    ----------
    image : ForensicImage

    Returns
    -------
    tuple of Code
        Those that no dialect explains have the dialect "".
    """
    found: dict[tuple[str, str, int, int], Code] = {}
    for top in _parts(image.height):
        for left in _parts(image.width):
            part = image.luma8[top : top + SIDE, left : left + SIDE]
            for code in _decode(np.ascontiguousarray(part), left, top):
                found.setdefault((code.format, code.text, code.box.x // 8, code.box.y // 8), code)
    inside = Box(0, 0, image.width, image.height)
    ordered = sorted(found.values(), key=lambda code: (code.box.y, code.box.x, code.text))[:MOST]
    return tuple(understood(replace(code, box=code.box.intersection(inside))) for code in ordered)


def _parts(length: int) -> range:
    return range(0, max(length - OVERLAP, 1), SIDE - OVERLAP)


def _decode(gray: np.ndarray, left: int, top: int) -> list[Code]:
    import zxingcpp

    formats: Any = [getattr(zxingcpp.BarcodeFormat, name) for name in FORMATS]
    codes = []
    for one in zxingcpp.read_barcodes(gray, formats=formats):
        place = one.position
        corners = [place.top_left, place.top_right, place.bottom_right, place.bottom_left]
        xs, ys = [corner.x + left for corner in corners], [corner.y + top for corner in corners]
        box = Box.from_edges(min(xs), min(ys), max(xs) + 1, max(ys) + 1)
        codes.append(Code(box, str(one.format).rsplit(".", 1)[-1].replace(" ", ""), one.text))
    return codes


def understood(code: Code) -> Code:
    """The code with what its dialect says; as it was where no dialect explains it."""
    if len(code.text) > LONGEST:
        return code
    for dialect, parse in DIALECTS.items():
        said = parse(code.text)
        if said is not None:
            return replace(code, dialect=dialect, **said)
    return code


def tlv(text: str) -> dict[str, str] | None:
    """Items of tag, length and value, two digits each for tag and length; None where the text is not made of them.

    Of a tag that comes twice the first counts.
    """
    items: dict[str, str] = {}
    place = 0
    while place < len(text):
        head = text[place : place + 4]
        if len(head) < 4 or not (head.isascii() and head.isdigit()):
            return None
        length = int(head[2:])
        value = text[place + 4 : place + 4 + length]
        if len(value) < length:
            return None
        items.setdefault(head[:2], value)
        place += 4 + length
    return items or None


def crc16(text: str) -> str:
    """CRC-16/CCITT-FALSE of the UTF-8 bytes, four hexadecimal digits: polynomial 0x1021, start 0xFFFF."""
    return f"{crc_hqx(text.encode('utf-8', 'replace'), 0xFFFF):04X}"


def _intact(text: str, tag: str) -> bool | None:
    """Whether the checksum in a last item of this tag holds; None where there is none."""
    if text[-8:-4] != f"{tag}04":
        return None
    return text[-4:].upper() == crc16(text[:-4])


def _amount(text: str) -> Decimal | None:
    if not AMOUNT.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _accounts(items: Fields) -> list[Fields]:
    """Account templates of an EMVCo code, each with what names its scheme in item 00."""
    inner = (tlv(items[tag]) for tag in ACCOUNT_TAGS if tag in items)
    return [found for found in inner if found and "00" in found]


def _merchant(text: str) -> tuple[Fields, dict[str, Any]] | None:
    """The items of an EMVCo code and what they say in any dialect."""
    items = tlv(text)
    if not items or items.get("00") != "01":
        return None
    more = tlv(items.get("62", "")) or {}
    return items, {
        "intact": _intact(text, "63"),
        "amount": _amount(items.get("54", "")),
        "currency": CURRENCIES.get(items.get("53", ""), ""),
        "reference": more.get("05") or more.get("01") or "",
        "name": items.get("59", ""),
    }


def _of_scheme(scheme: str) -> Callable[[str], tuple[Fields, Fields, dict[str, Any]] | None]:
    """What finds an EMVCo code whose account names a scheme: its items, the account's, and what any dialect reads."""

    def parse(text: str) -> tuple[Fields, Fields, dict[str, Any]] | None:
        found = _merchant(text)
        if found is None:
            return None
        mine = [account for account in _accounts(found[0]) if account["00"].upper().startswith(scheme.upper())]
        return (found[0], mine[0], found[1]) if mine else None

    return parse


def promptpay(text: str) -> dict[str, Any] | None:
    """A Thai transfer to a telephone, a tax number or a wallet."""
    found = _of_scheme(THAI_TRANSFER)(text)
    if found is None:
        return None
    _, account, said = found
    bank = account.get("04", "")
    receiver = account.get("01") or account.get("02") or account.get("03") or bank[3:]
    return said | {"receiver": receiver, "bank": bank[:3]}


def thai_bill(text: str) -> dict[str, Any] | None:
    """A Thai bill: who issued it, and two references."""
    found = _of_scheme(THAI_BILL)(text)
    if found is None:
        return None
    _, account, said = found
    return said | {"receiver": account.get("01", ""), "reference": account.get("02", "") or said["reference"]}


def thai_slip(text: str) -> dict[str, Any] | None:
    """The mini QR of a Thai slip: the sender's bank and the number of the transaction."""
    items = tlv(text)
    inner = tlv(items.get("00", "")) if items else None
    if not items or not inner or "02" not in inner or items.get("51") != "TH":
        return None
    return {"intact": _intact(text, "91"), "bank": inner.get("01", ""), "reference": inner["02"]}


def vietqr(text: str) -> dict[str, Any] | None:
    """A Vietnamese transfer: the receiver's bank and account, and the words that go with it."""
    found = _of_scheme(VIETNAMESE)(text)
    if found is None:
        return None
    items, account, said = found
    holder = tlv(account.get("01", "")) or {}
    words = (tlv(items.get("62", "")) or {}).get("08", "")
    return said | {
        "bank": holder.get("00", ""),
        "receiver": holder.get("01", ""),
        "reference": said["reference"] or words,
    }


def pix(text: str) -> dict[str, Any] | None:
    """A Brazilian instant payment: the receiver's key or the address of the charge."""
    found = _of_scheme(BRAZILIAN)(text)
    if found is None:
        return None
    _, account, said = found
    reference = "" if said["reference"] == "***" else said["reference"]  # as it is written where there is none
    return said | {"receiver": account.get("01") or account.get("25") or "", "reference": reference}


def qris(text: str) -> dict[str, Any] | None:
    """An Indonesian merchant."""
    found = _of_scheme(INDONESIAN)(text)
    if found is None:
        return None
    _, account, said = found
    return said | {"receiver": account.get("01") or account.get("02") or ""}


def merchant(text: str) -> dict[str, Any] | None:
    """An EMVCo code of another scheme."""
    found = _merchant(text)
    if found is None:
        return None
    items, said = found
    accounts = _accounts(items)
    receiver = (accounts[0].get("02") or accounts[0].get("01") or "") if accounts else ""
    return said | {"receiver": receiver}


def upi(text: str) -> dict[str, Any] | None:
    """An Indian payment link."""
    if text[:6].lower() != "upi://":
        return None
    try:
        given = dict(parse_qsl(urlsplit(text).query, max_num_fields=50))
    except ValueError:
        return None
    if "pa" not in given:
        return None
    return {
        "receiver": given["pa"],
        "name": given.get("pn", ""),
        "amount": _amount(given.get("am", "")),
        "currency": given.get("cu", ""),
        "reference": given.get("tr") or given.get("tid") or "",
    }


def epc(text: str) -> dict[str, Any] | None:
    """A SEPA credit transfer."""
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) < 7 or lines[0] != "BCD" or lines[1] not in EPC_VERSIONS or lines[2] not in EPC_SETS:
        return None
    lines += [""] * (12 - len(lines))
    return {
        "bank": lines[4],
        "name": lines[5],
        "receiver": lines[6].replace(" ", ""),
        "currency": lines[7][:3],
        "amount": _amount(lines[7][3:]),
        "reference": lines[9] or lines[10],
    }


def swiss(text: str) -> dict[str, Any] | None:
    """A Swiss QR-bill."""
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) < 30 or lines[0] != "SPC":
        return None
    return {
        "receiver": lines[3].replace(" ", ""),
        "name": lines[5],
        "amount": _amount(lines[18]),
        "currency": lines[19],
        "reference": lines[28] or lines[29],
    }


DIALECTS: dict[str, Callable[[str], dict[str, Any] | None]] = {  # the narrow ones before the wide
    "thai-slip": thai_slip,
    "promptpay": promptpay,
    "thai-bill": thai_bill,
    "vietqr": vietqr,
    "pix": pix,
    "qris": qris,
    "merchant": merchant,
    "upi": upi,
    "epc": epc,
    "swiss": swiss,
}
