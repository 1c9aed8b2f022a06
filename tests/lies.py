"""A receipt that tests letter, whose total is a lie."""

from __future__ import annotations

from PIL import Image

from tests.lettering import blank, write

LIE = {
    "Amount": "$1,200.00",
    "Fee": "$2.50",
    "Total": "$1,302.50",
    "Date": "12/06/2024 16:11",
    "Recipient": "Lena Ktle",
}
SENTENCE = "amount $1,200.00 and fee $2.50 do not make the total $1,302.50"


def false_receipt(said: dict[str, str] = LIE) -> Image.Image:
    """Labels at the left, values at the right."""
    picture = blank(720, 120 + 80 * len(said))
    for number, (label, value) in enumerate(said.items()):
        write(picture, label, 40, 100 + 80 * number)
        write(picture, value, 400, 100 + 80 * number)
    return picture
