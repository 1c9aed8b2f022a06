"""Pillow: a forger's short script. Its text is FreeType's, fully hinted; holes are filled by OpenCV's inpainting."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from realfake.data.drawing.rasterisers import TextStyle
from realfake.data.editors.editor import face_file
from realfake.forensics.box import Box

RADIUS = 3  # pixels, as in OpenCV's own example


class Pillow:
    """A script with Pillow and OpenCV."""

    def write(self, rgb: np.ndarray, text: str, x: float, baseline: float, style: TextStyle) -> np.ndarray:
        """Write one line of text; letter spacing is left at the font's own, as `ImageDraw.text` has none."""
        picture = Image.fromarray(rgb)
        font = _font(face_file(style.font), max(round(style.size), 1))
        ImageDraw.Draw(picture).text((round(x), round(baseline)), text, fill=style.ink, font=font, anchor="ls")
        return np.array(picture)

    def fill(self, rgb: np.ndarray, box: Box, ink: Sequence[int]) -> np.ndarray:
        """Fill a box with one colour."""
        picture = Image.fromarray(rgb)
        ImageDraw.Draw(picture).rectangle((box.x, box.y, box.right - 1, box.bottom - 1), fill=tuple(ink))
        return np.array(picture)

    def heal(self, rgb: np.ndarray, box: Box) -> np.ndarray:
        """Inpaint a box (Telea 2004)."""
        hole = np.zeros(rgb.shape[:2], np.uint8)
        hole[box.slices] = 1
        return cv2.inpaint(np.ascontiguousarray(rgb), hole, RADIUS, cv2.INPAINT_TELEA)

    def close(self) -> None:
        """Nothing was started."""


@cache
def _font(file: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(file), size, layout_engine=ImageFont.Layout.BASIC)
