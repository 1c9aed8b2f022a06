"""One channel for all: an image made smaller and saved as a JPEG of a stated quality."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from realfake.data.channels import JpegHabit
from realfake.data.quantization import found_tables
from realfake.forensics.errors import UnknownName

FOUND = "t"  # after a quality: with the tables of a real file
SAMPLING = "4:2:0"  # of the chroma, as messengers save


@dataclass(frozen=True)
class Resave:
    """The channel: an IJG quality in 1..100, a scale in (0, 1], and whether tables of a real file stand in for IJG's.

    Those are the ones that `found_tables` finds nearest in coarseness to the quality.
    """

    quality: int = 90
    scale: float = 1.0
    found: bool = False

    @property
    def name(self) -> str:
        """Such as `q80 x0.5`, `q80t x0.5` with a real file's tables."""
        return f"q{self.quality}{FOUND if self.found else ''} x{self.scale:g}"

    def __call__(self, rgb: np.ndarray) -> bytes:
        """The JPEG file of an (H, W, 3) uint8 image."""
        if self.scale < 1:
            size = tuple(max(1, round(side * self.scale)) for side in rgb.shape[1::-1])
            rgb = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
        return JpegHabit(self.quality, SAMPLING, found_tables(self.quality) if self.found else None).encode(rgb)


def resave_grid(text: str) -> list[Resave]:
    """Every quality with every scale of a text such as `95,80,60x1,0.5`; `80t` is 80 with a real file's tables.

    Raises
    ------
    UnknownName
        If it does not read so.
    """
    qualities, _, scales = text.partition("x")
    try:
        cells = [
            Resave(int(quality.strip().removesuffix(FOUND)), float(scale), quality.strip().endswith(FOUND))
            for scale in scales.split(",")
            for quality in qualities.split(",")
        ]
    except ValueError:
        cells = []
    if not cells or not all(1 <= cell.quality <= 100 and 0 < cell.scale <= 1 for cell in cells):
        raise UnknownName(f"{text!r} is no grid; write qualities x scales, such as 95,80,60x1,0.5")
    return cells
