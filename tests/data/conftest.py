"""Screens with a known truth: lines of text drawn where the tests say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from realfake.data.drawing.fonts import fonts
from realfake.data.drawing.rasterisers import TextStyle, draw_text, measure_text
from realfake.data.forgeries.hand import Errors
from realfake.data.screenshots.screen import TextField
from realfake.data.synth import synthesise
from tests.phones import SMALL_SET, small_phones

HEIGHT, WIDTH, MARGIN, PITCH = 760, 420, 24, 56
ROWS = (
    ("Amount", "amount", ("1,250.00 USD", "48,903.10 USD", "730.25 USD")),
    ("To", "to_name", ("Maria Santos", "Kofi Mensah", "Elena Petrova")),
    ("Account", "account", ("4410992283", "7730158846", "9021667354")),
    ("Date", "date", ("12/03/2026 14:07", "05/11/2025 09:48", "28/06/2026 21:30")),
    ("Reference", "reference", ("TF8841QZ20", "KX1907LM36", "PD5523RB74")),
    ("Fee", "amount", ("1.25 USD", "3.90 USD", "0.75 USD")),
)

Drawn = tuple[np.ndarray, tuple[TextField, ...]]


@pytest.fixture(scope="session")
def drawn_screen() -> Callable[[int], Drawn]:
    """A function from a number to a small receipt: labels at the left, values at the right, all lines known."""
    kept: dict[int, Drawn] = {}

    def draw(number: int) -> Drawn:
        if number not in kept:
            kept[number] = _draw(number)
        return kept[number]

    return draw


@pytest.fixture
def receipt(drawn_screen) -> Drawn:
    """The first of the drawn screens."""
    return drawn_screen(0)


@pytest.fixture
def no_error(monkeypatch):
    """Hands that do not tremble."""
    still = dict.fromkeys(("subtle", "ordinary", "crude"), Errors(0, 0, 0, 0, 0, 0))
    monkeypatch.setattr("realfake.data.forgeries.hand.ERRORS", still)


@pytest.fixture
def plant(tmp_path):
    """A function from names of files to a folder that holds such files, each of one byte."""

    def plant(files, name="set"):
        for file in files:
            path = tmp_path / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x")
        return tmp_path / name

    return plant


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Path:
    """The folder of a small generated set, which tests only read."""
    out = tmp_path_factory.mktemp("synth")
    with small_phones():
        synthesise(out, **SMALL_SET)
    return out


def _draw(number: int) -> Drawn:
    family = ("Roboto", "Inter", "Open Sans")[number % 3]
    face = next(face for face in fonts(category="sans") if face.family == family and face.weight == 400)
    dark = number % 2 == 1
    paper, ink = ((24, 24, 28), (235, 235, 235)) if dark else ((255, 255, 255), (26, 28, 34))
    rgb = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    rgb[:] = paper
    style = TextStyle(face, 19.0 + number % 3, ink=ink, hinting="none")
    fields = []
    for i, (label, role, values) in enumerate(ROWS):
        baseline = 150.0 + i * PITCH
        value = values[number // 3 % 3]
        fields.append(_write(rgb, label, "label", MARGIN, baseline, style))
        right = WIDTH - MARGIN - measure_text(value, style).width
        fields.append(_write(rgb, value, role, right, baseline, style))
    return rgb, tuple(fields)


def _write(rgb: np.ndarray, text: str, role: str, x: float, baseline: float, style: TextStyle) -> TextField:
    box = draw_text(rgb, text, x, baseline, style)
    return TextField(box, role, text, style, x, baseline)
