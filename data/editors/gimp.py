"""GIMP: one program for all edits, told in Scheme through its console. Its text is Pango's; it clones with a brush."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from realfake.data.drawing.rasterisers import TextStyle
from realfake.data.editors.editor import PATIENCE, EditorFailed, face_file, face_folder, program
from realfake.forensics.box import Box

PROGRAMS = ("gimp-console-2.10", "gimp-console", "gimp-2.10", "gimp")
DONE = "step is done"
START = """
import ctypes, os, sys
library = ctypes.CDLL(None)
if hasattr(library, "prctl"):
    library.prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL: it would outlive a worker that was stopped
os.execv(sys.argv[1], sys.argv[1:])
"""
BRUSH = "2. Hardness 100"
HEADER, NAME = struct.Struct(">IIIII4s"), b"crop\0"  # of a pattern, for which GIMP needs no plug-in
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{faces}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


class Gimp:
    """The GNU Image Manipulation Program 2.10 without a window."""

    def __init__(self) -> None:
        path = self.program()
        self._folder = tempfile.TemporaryDirectory(prefix="realfake-gimp-")
        self._known: set[Path] = set()
        home = Path(self._folder.name)
        (home / "fonts.conf").write_text(FONTS.format(faces=face_folder().name, cache=home / "fonts"))
        own = {"FONTCONFIG_FILE": str(home / "fonts.conf"), "GIMP2_DIRECTORY": str(home / "profile")}
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", START, path, "--no-interface", "--batch", "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | own,
            text=True,
            encoding="utf-8",
        )

    @staticmethod
    def program() -> str:
        """Where it is; MissingEditor if it is not."""
        return program("GIMP", PROGRAMS)

    def write(self, rgb: np.ndarray, text: str, x: float, baseline: float, style: TextStyle) -> np.ndarray:
        """Write one line of text as a layer, which stands on whole pixels."""
        file = face_file(style.font)
        fresh = "" if file in self._known else "(gimp-fonts-refresh)"
        self._known.add(file)
        font, size = _quoted(file.stem), f"{style.size:.3f}"
        spacing = (
            f"(gimp-text-layer-set-letter-spacing text {style.letter_spacing:.3f})" if style.letter_spacing else ""
        )
        return self._run(
            rgb,
            f"""{fresh} (gimp-context-set-foreground {_colour(style.ink)})
            (let* ((text (car (gimp-text-layer-new image {_quoted(text)} {font} {size} PIXELS)))
                   (rise (caddr (gimp-text-get-extents-fontname {_quoted(text)} {size} PIXELS {font}))))
              (gimp-image-insert-layer image text 0 -1) {spacing}
              (gimp-layer-set-offsets text {round(x)} (- {round(baseline)} rise)))""",
        )

    def fill(self, rgb: np.ndarray, box: Box, ink: Sequence[int]) -> np.ndarray:
        """Fill a selected rectangle with one colour."""
        return self._run(
            rgb,
            f"""(gimp-context-set-foreground {_colour(ink)})
            (gimp-image-select-rectangle image CHANNEL-OP-REPLACE {box.x} {box.y} {box.width} {box.height})
            (gimp-drawable-edit-fill layer FILL-FOREGROUND) (gimp-selection-none image)""",
        )

    def heal(self, rgb: np.ndarray, box: Box) -> np.ndarray:
        """Draw the clone brush over a selected box, from the plainer of what lies above and below it."""
        row, column, size = box.y + box.height // 2, box.x + box.width // 2, 2 * box.height
        shift = _plainer(rgb, box)
        ends = f"{min(box.x + box.height, column)} {row} {max(box.right - box.height, column + 1)} {row}"
        return self._run(
            rgb,
            f"""(gimp-image-select-rectangle image CHANNEL-OP-REPLACE {box.x} {box.y} {box.width} {box.height})
            (gimp-context-set-brush "{BRUSH}") (gimp-context-set-brush-size {2 * size})
            (gimp-clone layer layer IMAGE-CLONE {min(box.x + box.height, column)} {row + shift} 4 #({ends}))
            (gimp-selection-none image)""",
        )

    def close(self) -> None:
        """End its input, and it."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()

    def _run(self, rgb: np.ndarray, steps: str) -> np.ndarray:
        before, after = (Path(self._folder.name) / name for name in ("before.pat", "after.pat"))
        before.write_bytes(
            HEADER.pack(HEADER.size + len(NAME), 1, *rgb.shape[1::-1], 3, b"GPAT") + NAME + rgb.tobytes()
        )
        after.unlink(missing_ok=True)
        old, new = _quoted(before.as_uri()), _quoted(after.as_uri())
        self._say(f"""(let* ((image (car (file-pat-load RUN-NONINTERACTIVE {old} {old})))
               (layer (car (gimp-image-get-active-drawable image))))
          {steps}
          (file-pat-save-internal RUN-NONINTERACTIVE image (car (gimp-image-flatten image)) {new} {new} "crop")
          (gimp-image-delete image))""")
        data = after.read_bytes() if after.exists() else b""
        if len(data) != HEADER.size + len(NAME) + rgb.size:
            raise EditorFailed("GIMP gave no picture back; see whether it works by itself, or forge without it")
        return np.frombuffer(data, np.uint8, rgb.size, HEADER.size + len(NAME)).reshape(rgb.shape).copy()

    def _say(self, scheme: str) -> None:
        """Let an expression be evaluated, on one line, and wait until it is."""
        pipe, answer = self._process.stdin, self._process.stdout
        assert pipe is not None and answer is not None
        alarm = threading.Timer(PATIENCE, self._process.kill)
        alarm.start()
        try:
            pipe.write(" ".join(scheme.split("\n")) + f'\n(begin (newline) (display "{DONE}") (newline))\n')
            pipe.flush()
            while (line := answer.readline()) and DONE not in line.replace(f'"{DONE}"', ""):
                pass
        except OSError:
            line = ""
        finally:
            alarm.cancel()
        if not line:
            raise EditorFailed("GIMP ended or took too long; see whether it works by itself, or forge without it")


def _plainer(rgb: np.ndarray, box: Box) -> int:
    """By how many rows to move a box up or down to where there is least to see, and room."""
    shifts = [step * round(k * box.height) for k in (1.1, 1.5, 2.0) for step in (-1, 1)]
    room = [shift for shift in shifts if box.y + shift >= 0 and box.bottom + shift <= rgb.shape[0]]
    found = {shift: rgb[box.y + shift : box.bottom + shift, box.x : box.right].std(axis=(0, 1)).sum() for shift in room}
    return min(found, key=lambda shift: found[shift]) if found else -1


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


def _colour(ink: Sequence[int]) -> str:
    return f"'({' '.join(str(int(level)) for level in ink)})"
