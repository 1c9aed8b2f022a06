"""Chromium's canvas, which is what editors in a browser draw with: one program, told through its DevTools pipe."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

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

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe")
START = """
import fcntl, os, resource, sys
pipes = [fcntl.fcntl(int(one), fcntl.F_DUPFD, 10) for one in sys.argv[1:3]]
for number, pipe in enumerate(pipes, 3):  # which DevTools listens to
    os.dup2(pipe, number)
most = resource.getrlimit(resource.RLIMIT_AS)[1]
resource.setrlimit(resource.RLIMIT_AS, (most, most))  # a browser reserves more addresses than a worker of ours may use
os.execv(sys.argv[3], sys.argv[3:])
"""
EDIT = """(async () => {
  const picture = new Image(); picture.src = "data:image/png;base64,%(png)s"; await picture.decode();
  const canvas = document.createElement("canvas"); canvas.width = picture.width; canvas.height = picture.height;
  const context = canvas.getContext("2d", {willReadFrequently: true}); context.drawImage(picture, 0, 0);
  %(steps)s
  return canvas.toDataURL("image/png").split(",")[1];
})()"""
FACE = """const face = new FontFace(%s, "url(data:font/ttf;base64,%s)"); document.fonts.add(await face.load());"""


class Chromium:
    """A page without a window; the browser quits when its pipe closes."""

    def __init__(self) -> None:
        path = self.program()
        self._home = tempfile.TemporaryDirectory(prefix="realfake-chromium-", ignore_cleanup_errors=True)
        self._known: set[Path] = set()
        self._count, self._unread = 0, b""
        theirs, self._out = os.pipe()
        self._in, answers = os.pipe()
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-I",
                "-c",
                START,
                str(theirs),
                str(answers),
                path,
                *FLAGS,
                f"--user-data-dir={self._home.name}",
            ],
            pass_fds=(theirs, answers),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs)
        os.close(answers)
        self._page = self._opened_page()

    @staticmethod
    def program() -> str:
        """Where it is; MissingEditor if it is not."""
        return program("Chromium", PROGRAMS)

    def write(self, rgb: np.ndarray, text: str, x: float, baseline: float, style: TextStyle) -> np.ndarray:
        """Write one line of text, on fractions of a pixel if it is told so."""
        file = face_file(style.font)
        name = json.dumps(file.stem)
        face = "" if file in self._known else FACE % (name, base64.b64encode(file.read_bytes()).decode())
        self._known.add(file)
        look = json.dumps(f"{style.size:.3f}px {file.stem}")
        spacing = f'context.letterSpacing = "{style.letter_spacing:.3f}px";' if style.letter_spacing else ""
        return self._run(
            rgb,
            f"{face} context.font = {look}; context.fillStyle = {_colour(style.ink)}; {spacing} "
            f"context.fillText({json.dumps(text)}, {x:.3f}, {baseline:.3f});",
        )

    def fill(self, rgb: np.ndarray, box: Box, ink: Sequence[int]) -> np.ndarray:
        """Fill a rectangle with one colour."""
        return self._run(rgb, f"context.fillStyle = {_colour(ink)}; context.fillRect({_place(box)});")

    def heal(self, rgb: np.ndarray, box: Box) -> np.ndarray:
        """Stretch the strip at the left of a box over it, or that at its right where there is none."""
        return self._run(rgb, f"context.drawImage(picture, {_place(strip_beside(box, rgb))}, {_place(box)});")

    def close(self) -> None:
        """Close the pipe, and end the browser."""
        os.close(self._out)
        os.close(self._in)
        self._process.kill()
        self._process.wait()
        self._home.cleanup()

    def _opened_page(self) -> str:
        try:
            target = self._ask("Target.createTarget", url="about:blank")["targetId"]
            session: str = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        except EditorFailed:
            self.close()
            raise
        return session

    def _run(self, rgb: np.ndarray, steps: str) -> np.ndarray:
        script = EDIT % {"png": base64.b64encode(to_png(rgb)).decode(), "steps": steps}
        answer = self._ask(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, session=self._page
        )
        return from_png(base64.b64decode(answer["result"].get("value", "")), "Chromium", rgb)

    def _ask(self, method: str, *, session: str = "", **params: Any) -> dict[str, Any]:
        """The answer to one message of the DevTools protocol."""
        self._count += 1
        message = {"id": self._count, "method": method, "params": params}
        message |= {"sessionId": session} if session else {}
        alarm = threading.Timer(PATIENCE, self._process.kill)
        alarm.start()
        try:
            _send(self._out, json.dumps(message).encode() + b"\0")
            while True:
                told = json.loads(self._message())
                if told.get("id") == self._count:
                    answer: dict[str, Any] = told["result"]
                    return answer
        except (OSError, ValueError, KeyError):
            raise EditorFailed(
                "Chromium ended or took too long; see whether it works by itself, or forge without it"
            ) from None
        finally:
            alarm.cancel()

    def _message(self) -> bytes:
        """What comes up to the next zero byte; what came of the next one is kept."""
        while b"\0" not in self._unread:
            part = os.read(self._in, 1 << 16)
            if not part:
                raise OSError("the pipe has ended")
            self._unread += part
        message, self._unread = self._unread.split(b"\0", 1)
        return message


def _send(pipe: int, data: bytes) -> None:
    while data:
        data = data[os.write(pipe, data) :]


def _colour(ink: Sequence[int]) -> str:
    return json.dumps(css_colour(ink))


def _place(box: Box) -> str:
    return f"{box.x}, {box.y}, {box.width}, {box.height}"
