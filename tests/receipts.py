"""Receipts that tests write, as lines with their boxes."""

from realfake.forensics.box import Box
from realfake.forensics.content.codes import Code, understood
from realfake.forensics.content.fields import receipt_of
from realfake.forensics.content.receipt import Line, Receipt

HONEST = {
    "Amount": "$1,200.00", "Fee": "$2.50", "Total": "$1,202.50", "Date": "Wed, 12 Jun 2024 16:11",
    "Recipient": "Lena Ktle", "Account number": "DE89 3704 0044 0532 0130 00", "Reference": "TX20240612161103",
}  # fmt: skip


FAIR = {"Amount": "$100.00", "Fee": "$2.00", "Recipient": "Lena Ktle"}


def lines(said: dict[str, str], headline: str = "", clock: str = "") -> list[Line]:
    """A status bar, a headline, and rows of labels with their values at the right."""
    found = [Line(Box(60, 20, 90, 26), clock, 1.0)] if clock else []
    found += [Line(Box(300, 200, 400, 80), headline, 1.0)] if headline else []
    for number, (label, value) in enumerate(said.items()):
        y, width = 400 + 90 * number, 16 * len(value)
        found += [Line(Box(60, y, 16 * len(label), 30), label, 1.0), Line(Box(1000 - width, y, width, 30), value, 1.0)]
    return found


def receipt(said: dict[str, str], **more: str) -> Receipt:
    return receipt_of(lines(said, **more), (1080, 2400))


def code(text: str) -> Code:
    return understood(Code(Box(400, 1600, 300, 300), "QRCode", text))


def upi(amount: str = "1200.00", reference: str = "TX20240612161103", name: str = "Lena%20Ktle") -> Code:
    return code(f"upi://pay?pa=lena@bank&pn={name}&am={amount}&cu=INR&tr={reference}")
