"""What a forger asks of an editor, and what editors are given: a face in a file of its own, a picture as PNG."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from realfake.data.drawing.fonts import Font, characters
from realfake.data.drawing.rasterisers import TextStyle
from realfake.forensics.box import Box
from realfake.forensics.errors import RealfakeError

LETTERS = frozenset(
    map(chr, (*range(0x20, 0x250), *range(0x1E00, 0x1F00), *range(0x2010, 0x2040), *range(0x20A0, 0x20C0)))
)
PATIENCE = 120.0  # seconds that an editor may take for one step
STRIP = 2  # pixels beside a hole that are stretched over it


class MissingEditor(RealfakeError):
    """A program that is to edit is not installed."""


class EditorFailed(RealfakeError):
    """A program that edits gave no picture back."""


class Editor(Protocol):
    """A program that edits pictures (h, w, 3) uint8, and gives back another one of the same size."""

    def write(self, rgb: np.ndarray, text: str, x: float, baseline: float, style: TextStyle) -> np.ndarray:
        """Write one line of text: its face, size, ink and letter spacing are heeded, the rest is the editor's way."""

    def fill(self, rgb: np.ndarray, box: Box, ink: Sequence[int]) -> np.ndarray:
        """Fill a box with one colour."""

    def heal(self, rgb: np.ndarray, box: Box) -> np.ndarray:
        """Cover a box with what the editor makes of what lies beside it."""

    def close(self) -> None:
        """End the program."""


def program(editor: str, names: Sequence[str]) -> str:
    """The path of the first of these programs that is there.

    Raises
    ------
    MissingEditor
        If none is.
    """
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        raise MissingEditor(
            f"{editor} is not installed: there is no program {' or '.join(names)}; install it, or forge without it"
        )
    return found


def strip_beside(box: Box, rgb: np.ndarray) -> Box:
    """The strip at the left of a box that can be stretched over it, or that at its right where there is none."""
    x = box.x - STRIP if box.x >= STRIP else min(box.right, rgb.shape[1] - STRIP)
    return Box(x, box.y, STRIP, box.height)


def css_colour(ink: Sequence[int]) -> str:
    """A colour as CSS and ImageMagick write it."""
    return f"rgb({','.join(str(int(level)) for level in ink)})"


def to_png(rgb: np.ndarray) -> bytes:
    """A picture as the bytes of a PNG."""
    done, data = cv2.imencode(".png", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_PNG_COMPRESSION, 1])
    assert done
    return data.tobytes()


def from_png(data: bytes, editor: str, like: np.ndarray) -> np.ndarray:
    """The picture that an editor saved as PNG.

    Raises
    ------
    EditorFailed
        If it is none, or of another size than the one that was given.
    """
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    if image is None or image.shape != like.shape:
        raise EditorFailed(f"{editor} gave no picture back; see whether it works by itself, or forge without it")
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


@cache
def face_folder() -> tempfile.TemporaryDirectory[str]:
    """The folder of this process that `face_file` writes to."""
    return tempfile.TemporaryDirectory(prefix="realfake-faces-")


@cache
def face_file(font: Font) -> Path:
    """A font file of one face alone, of which the family's name is the file's, so that no editor takes another one."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    folder = Path(face_folder().name)
    file = folder / f"Face{len(list(folder.iterdir())):04d}.ttf"
    face = TTFont(font.path)
    fewer = Subsetter(Options(layout_features="*", hinting=True, name_IDs="*", notdef_outline=True))
    fewer.populate(unicodes=[*map(ord, characters(font.path) & LETTERS)])
    fewer.subset(face)
    if "fvar" in face:
        place = {axis.axisTag: axis.defaultValue for axis in face["fvar"].axes}
        place |= {"wght": font.weight} if font.variable else {}
        face = instantiateVariableFont(face, place, optimize=False)
    names = face["name"]
    for number in (16, 17, 21, 22, 25):
        names.removeNames(nameID=number)
    for number, value in ((1, file.stem), (2, "Regular"), (4, file.stem), (6, file.stem)):
        names.removeNames(nameID=number)
        names.setName(value, number, 3, 1, 0x409)
        names.setName(value, number, 1, 0, 0)
    face["OS/2"].usWeightClass = 400
    face["OS/2"].fsSelection = face["OS/2"].fsSelection & ~0b100001 | 0b1000000
    face["head"].macStyle = 0
    face.save(file)
    return file
