"""ImageMagick: one command a step. Its text is FreeType's; a hole is covered with the strip beside it, stretched."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

import numpy as np

from realfake.data.drawing.rasterisers import TextStyle
from realfake.data.editors.editor import (
    PATIENCE,
    EditorFailed,
    css_colour,
    face_file,
    from_png,
    program,
    strip_beside,
    to_png,
)
from realfake.forensics.box import Box

PROGRAMS = ("magick", "convert-im6.q16", "convert-im6")  # `convert` alone is another program on some systems


class ImageMagick:
    """The program `magick`, or what it was called before version 7."""

    def __init__(self) -> None:
        self.path = self.program()

    @staticmethod
    def program() -> str:
        """Where it is; MissingEditor if it is not."""
        return program("ImageMagick", PROGRAMS)

    def write(self, rgb: np.ndarray, text: str, x: float, baseline: float, style: TextStyle) -> np.ndarray:
        """Write one line of text."""
        text = text.replace("\\", "\\\\").replace("%", "%%")
        text = "\\" + text if text.startswith("@") else text
        look = ["-font", str(face_file(style.font)), "-pointsize", f"{style.size:.3f}", "-fill", css_colour(style.ink)]
        spaced = ["-kerning", f"{style.letter_spacing:.3f}"] if style.letter_spacing else []
        return self._run(rgb, [*look, *spaced, "-annotate", f"{x:+.3f}{baseline:+.3f}", text])

    def fill(self, rgb: np.ndarray, box: Box, ink: Sequence[int]) -> np.ndarray:
        """Fill a box with one colour."""
        corners = f"{box.x},{box.y} {box.right - 1},{box.bottom - 1}"
        return self._run(rgb, ["-fill", css_colour(ink), "-draw", f"rectangle {corners}"])

    def heal(self, rgb: np.ndarray, box: Box) -> np.ndarray:
        """Stretch the strip at the left of a box over it, or that at its right where there is none."""
        beside = strip_beside(box, rgb)
        strip = ["+clone", "-crop", f"{beside.width}x{beside.height}+{beside.x}+{beside.y}", "+repage"]
        stretched = ["(", *strip, "-resize", f"{box.width}x{box.height}!", ")"]
        return self._run(rgb, [*stretched, "-geometry", f"+{box.x}+{box.y}", "-composite"])

    def close(self) -> None:
        """Nothing keeps running."""

    def _run(self, rgb: np.ndarray, steps: Sequence[str]) -> np.ndarray:
        command = [self.path, "png:-", *steps, "-depth", "8", "-type", "TrueColor", "png:-"]
        try:
            done = subprocess.run(command, input=to_png(rgb), capture_output=True, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            raise EditorFailed(f"ImageMagick took more than {PATIENCE:.0f} s for one step; forge without it") from None
        return from_png(done.stdout, "ImageMagick", rgb)
