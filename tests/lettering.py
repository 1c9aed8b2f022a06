"""Screens of text that tests letter themselves, with the box that each piece of text takes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from realfake.forensics.box import Box
from realfake.forensics.image import ForensicImage
from realfake.forensics.text.regions import Regions, measure_regions

FONT = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
Colour = tuple[int, int, int]
WHITE, BLACK = (255, 255, 255), (20, 20, 20)
ROWS = (
    ("Sender", "LENA KTLE"), ("Bank", "NEX TALKE"), ("Amount", "4 247 EK"), ("Fee", "74 EK"), ("Date", "24 JTNE 27"),
    ("Time", "14 47 HK"), ("Number", "7 242 477"), ("State", "TAKEN ON"),
)  # fmt: skip
ALTERED = 4  # the row of a slip that tests alter
THREE_WORDS = ("NALE", "KENT", "HALT")  # that stand there then


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """DejaVu Sans, which comes with matplotlib, laid out without the libraries that Pillow finds on some machines."""
    return ImageFont.truetype(str(FONT), size, layout_engine=ImageFont.Layout.BASIC)


def blank(width: int = 480, height: int = 480, ground: Colour = WHITE) -> Image.Image:
    """A picture of one colour."""
    return Image.new("RGB", (width, height), ground)


def write(picture: Image.Image, text: str, x: int, baseline: int, size: int = 26, ink: Colour = BLACK) -> Box:
    """Write text from `x` on a baseline, and return the box of its ink."""
    draw = ImageDraw.Draw(picture)
    draw.text((x, baseline), text, fill=ink, font=font(size), anchor="ls")
    return Box.from_edges(*draw.textbbox((x, baseline), text, font=font(size), anchor="ls"))


def slip(size: int = 26, ink: Colour = BLACK, ground: Colour = WHITE) -> tuple[Image.Image, list[Box], list[Box]]:
    """A transfer slip of labels and values on common baselines: the picture, the labels' boxes, the values' boxes."""
    pitch = 2 * size
    picture = blank(18 * size, pitch * (len(ROWS) + 1), ground)
    labels = [write(picture, label, size, pitch * (i + 1), size, ink) for i, (label, _) in enumerate(ROWS)]
    values = [write(picture, value, 8 * size, pitch * (i + 1), size, ink) for i, (_, value) in enumerate(ROWS)]
    return picture, labels, values


def pixels(picture: Image.Image) -> np.ndarray:
    """(H, W, 3) uint8."""
    return np.array(picture)


def nearest(boxes: list[Box], wanted: Box) -> int:
    """Number of the box that overlaps the wanted one most."""
    return int(np.argmax([box.iou(wanted) for box in boxes]))


def altered_slip(lower: int = 0, ink: Colour = BLACK) -> tuple[Image.Image, Box]:
    """A slip in one row of which the middle word of three stands lower or has another ink, and the word's box."""
    picture, _, values = slip()
    where = values[ALTERED]
    ImageDraw.Draw(picture).rectangle((where.x, where.y, picture.width, where.bottom), "white")
    baseline, x, box = 52 * (ALTERED + 1), 208, None
    for number, word in enumerate(THREE_WORDS):
        changed = number == 1
        at = write(picture, word, x, baseline + lower * changed, ink=ink if changed else BLACK)
        box, x = (at if changed else box), at.right + 9
    assert box is not None
    return picture, box


def regions_of(picture: Image.Image) -> Regions:
    """The words of a picture, measured."""
    return measure_regions(ForensicImage.from_array(pixels(picture)))
