"""Receipts of one app on one phone, lettered by tests: what payments share, and what none shares with another."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from PIL import Image

from realfake.forensics.image import ForensicImage
from realfake.forensics.text.signature import Signature, screen_signature
from tests.lettering import blank, write
from tests.pictures import encode

WIDTH, HEIGHT = 540, 960
NAMES = ("LENA KATLE", "OTTO FENK", "NINA HALT", "EMIL TAKKE", "ALMA KENT", "KARL LEHN", "TINA FELKE", "HANK ELTE")


@dataclass(frozen=True)
class Payment:
    """What a receipt of the app says."""

    name: str
    account: str
    amount: str
    reference: str
    moment: str
    clock: str
    battery: str


def payment(number: int) -> Payment:
    """A payment like no other."""
    rng = np.random.default_rng(number)
    digits = "".join(map(str, rng.integers(0, 10, 40)))
    hour, minute, day = int(digits[:2]) % 24, int(digits[2:4]) % 60, 1 + int(digits[4:6]) % 28
    return Payment(
        f"{NAMES[number % len(NAMES)]} {digits[6:8]}",
        f"{digits[8:12]} {digits[12:16]} {digits[16:20]}",
        f"{1 + number % 9},{digits[20:23]}.{digits[23:25]}",
        f"FT{digits[25:35]}",
        f"{day:02}/04/2026 {hour:02}:{minute:02}:{digits[35:37]}",
        f"{hour:02}:{minute:02}",
        f"{10 + int(digits[37:39]) % 90}%",
    )


def repeated(one: Payment, number: int) -> Payment:
    """Another payment to the same person and of the same amount on the same day."""
    other = payment(number)
    moment = one.moment[:11] + other.moment[11:]
    return replace(one, reference=other.reference, moment=moment, clock=other.clock)


def receipt(one: Payment) -> Image.Image:
    """The screen of a payment."""
    picture = blank(WIDTH, HEIGHT)
    write(picture, one.clock, 20, 32, 20)
    write(picture, one.battery, WIDTH - 70, 32, 20)
    write(picture, "Transfer details", 150, 110, 28)
    write(picture, one.amount, 170, 210, 44)
    write(picture, "Payment successful", 160, 270, 22)
    rows = [
        ("Recipient", one.name),
        ("Account", one.account),
        ("Bank", "Kontor Bank"),
        ("Reference", one.reference),
        ("Date", one.moment),
        ("Fee", "Free of charge"),
        ("Status", "Completed"),
    ]
    for row, (label, value) in enumerate(rows):
        write(picture, label, 30, 360 + 70 * row, 22, (110, 110, 110))
        write(picture, value, 210, 360 + 70 * row, 22)
    write(picture, "Share receipt", 190, 920, 24)
    return picture


def signed(picture: Image.Image) -> Signature:
    """The signature of a picture."""
    return screen_signature(ForensicImage.from_array(np.asarray(picture)))


def sent(picture: Image.Image, quality: int = 80, scale: float = 1.0, crop: int = 0) -> Image.Image:
    """A picture after a messenger: cropped at the top, scaled, and saved as JPEG."""
    pixels = np.asarray(picture)[crop:]
    size = round(pixels.shape[1] * scale), round(pixels.shape[0] * scale)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return Image.fromarray(ForensicImage.from_bytes(encode(small, "JPEG", quality=quality)).rgb)


def unlike(signature: Signature, number: int) -> Signature:
    """A signature whose words are looked up by other keys: a screen like no other, without drawing one."""
    words = signature.words.copy()
    words["print"] = np.random.default_rng(number).integers(0, 256, words["print"].shape)
    return replace(signature, words=words)
