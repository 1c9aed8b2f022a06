"""GIMP: one program for all edits, told in Scheme through its console. Its text is Pango's; it heals with a brush."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from realfake.data.drawing.rasterisers import TextStyle
from realfake.data.editors.editor import PATIENCE, EditorFailed, face_file, face_folder, from_png, program, to_png
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
BRUSH = "2. Hardness 075"
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
        """Draw the healing brush over a box, from what lies above it, or below it where there is no room above."""
        above = box.y >= 1.5 * box.height
        row, size = box.y + box.height // 2, box.height + 2
        source = row - round(1.2 * size) if above else row + round(1.2 * size)
        start, stop = box.x + min(size, box.width) // 2, box.right - min(size, box.width) // 2
        return self._run(
            rgb,
            f"""(gimp-context-set-brush "{BRUSH}") (gimp-context-set-brush-size {size})
            (gimp-heal layer layer {start} {source} 4 #({start} {row} {max(stop, start + 1)} {row}))""",
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
        before, after = (Path(self._folder.name) / name for name in ("before.png", "after.png"))
        before.write_bytes(to_png(rgb))
        after.unlink(missing_ok=True)
        self._say(f"""(let* ((image (car (gimp-file-load RUN-NONINTERACTIVE {_quoted(str(before))} "before.png")))
               (layer (car (gimp-image-get-active-drawable image))))
          {steps}
          (file-png-save RUN-NONINTERACTIVE image (car (gimp-image-flatten image)) {_quoted(str(after))} "after.png"
            FALSE 1 FALSE FALSE FALSE FALSE FALSE)
          (gimp-image-delete image))""")
        return from_png(after.read_bytes() if after.exists() else b"", "GIMP", rgb)

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


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


def _colour(ink: Sequence[int]) -> str:
    return f"'({' '.join(str(int(level)) for level in ink)})"
