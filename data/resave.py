"""One channel for all: an image made smaller and saved as a JPEG of a stated quality."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from realfake.data.channels import JpegHabit
from realfake.forensics.errors import UnknownName

SAMPLING = "4:2:0"  # of the chroma, as messengers save


@dataclass(frozen=True)
class Resave:
    """The channel: an IJG quality in 1..100 and a scale in (0, 1]."""

    quality: int = 90
    scale: float = 1.0

    @property
    def name(self) -> str:
        """Such as `q80 x0.5`."""
        return f"q{self.quality} x{self.scale:g}"

    def __call__(self, rgb: np.ndarray) -> bytes:
        """The JPEG file of an (H, W, 3) uint8 image."""
        if self.scale < 1:
            size = tuple(max(1, round(side * self.scale)) for side in rgb.shape[1::-1])
            rgb = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
        return JpegHabit(self.quality, SAMPLING).encode(rgb)


def resave_grid(text: str) -> list[Resave]:
    """Every quality with every scale of a text such as `95,80,60x1,0.5`.

    Raises
    ------
    UnknownName
        If it does not read so.
    """
    qualities, _, scales = text.partition("x")
    try:
        cells = [Resave(int(quality), float(scale)) for scale in scales.split(",") for quality in qualities.split(",")]
    except ValueError:
        cells = []
    if not cells or not all(1 <= cell.quality <= 100 and 0 < cell.scale <= 1 for cell in cells):
        raise UnknownName(f"{text!r} is no grid; write qualities x scales, such as 95,80,60x1,0.5")
    return cells
