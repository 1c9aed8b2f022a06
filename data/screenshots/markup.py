"""What a phone's mark-up puts on a capture before it is sent: bars that hide, pixels made coarse, pen, notes.

Genuine users do it openly to hide a number or to point at one, so the capture stays genuine, and what a forger edits
may have it too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from realfake.data.drawing.fonts import Font, families, fonts
from realfake.data.drawing.rasterisers import Colour, TextStyle, draw_text
from realfake.data.screenshots.content import pick
from realfake.data.screenshots.screen import TextField
from realfake.forensics.box import Box

Generator = np.random.Generator
Pixels = NDArray[np.uint8]

PENS = ((0, 0, 0), (0, 0, 0), (255, 255, 255), (226, 45, 60), (40, 120, 250), (250, 210, 50), (60, 180, 90))
NOTES = ((255, 244, 150), (255, 255, 255), (255, 214, 224), (210, 240, 255))
SCRIBBLED = ("Roboto", "Inter", "Noto Sans", "Open Sans", "Quicksand", "Poppins")
MOST = 3  # marks of one kind on one capture
COVERED = 0.15  # share of a line under a mark above which it is no longer listed


def marked(rgb: Pixels, fields: Sequence[TextField], rng: Generator) -> tuple[Pixels, list[TextField]]:
    """A capture of (H, W, 3), marked by its owner's own hand, and the lines that can still be read.

    Lines of the notes are not listed: a phone's note is no part of the app.
    """
    rgb, left = rgb.copy(), list(fields)
    lines = [field.box for field in fields if field.box.width > 2 * field.box.height > 20]
    mark = MARKS[str(pick(rng, tuple(MARKS)))]
    colour = pick(rng, PENS)
    for number in rng.permutation(len(lines))[: int(rng.integers(1, MOST + 1))].tolist():
        area = mark(rgb, lines[number], colour, rng)
        left = [field for field in left if field.box.intersection(area).area <= COVERED * field.box.area]
    return rgb, left


def bar(rgb: Pixels, box: Box, colour: Colour, rng: Generator) -> Box:
    """Cover a line, or its end, with a bar."""
    area = _part(rgb, box, rng)
    rgb[area.slices] = colour
    return area


def stroke(rgb: Pixels, box: Box, colour: Colour, rng: Generator) -> Box:
    """Strike a line through with a broad round pen, once or twice, by hand."""
    thick = max(round(box.height * rng.uniform(0.9, 1.5)), 4)
    xs = np.linspace(box.x, box.right, 12)
    for _ in range(int(rng.integers(1, 3))):
        ys = box.y + box.height / 2 + np.cumsum(rng.normal(0, 0.06, 12)) * box.height
        path = np.stack([xs, ys], 1).round().astype(np.int32)
        cv2.polylines(rgb, [path], False, colour, thick, cv2.LINE_AA)
    return box.grown(thick, rgb.shape[1], rgb.shape[0])


def coarse(rgb: Pixels, box: Box, colour: Colour, rng: Generator) -> Box:
    """Make a line unreadable by coarse pixels or by blur."""
    area = _part(rgb, box, rng)
    crop = rgb[area.slices]
    if rng.random() < 0.5:
        cell = max(area.height // int(rng.integers(2, 5)), 4)
        small = cv2.resize(
            crop, (max(area.width // cell, 1), max(area.height // cell, 1)), interpolation=cv2.INTER_AREA
        )
        rgb[area.slices] = cv2.resize(small, (area.width, area.height), interpolation=cv2.INTER_NEAREST)
    else:
        rgb[area.slices] = cv2.GaussianBlur(crop, (0, 0), max(area.height / 4, 2))
    return area


def ring(rgb: Pixels, box: Box, colour: Colour, rng: Generator) -> Box:
    """Draw a ring around a line, or underline it; nothing is covered."""
    thick = max(box.height // 8, 2)
    if rng.random() < 0.5:
        cv2.line(rgb, (box.x, box.bottom + 2 * thick), (box.right, box.bottom + 2 * thick), colour, thick, cv2.LINE_AA)
    else:
        centre = (box.x + box.width // 2, box.y + box.height // 2)
        axes = (round(box.width * 0.6), round(box.height * 1.1))
        cv2.ellipse(rgb, centre, axes, float(rng.uniform(-4, 4)), 0, 360, colour, thick, cv2.LINE_AA)
    return Box(box.x, box.y, 0, 0)


def note(rgb: Pixels, box: Box, colour: Colour, rng: Generator) -> Box:
    """Paste a note with a few words of the owner's over a line."""
    height, width = rgb.shape[:2]
    size = box.height * rng.uniform(0.8, 1.3)
    style = TextStyle(_face(rng), float(max(size, 10)), (30, 30, 30), hinting="none")
    area = Box(max(box.x - 8, 0), max(box.y - 8, 0), round(size * 9), round(size * 1.9)).intersection(
        Box(0, 0, width, height)
    )
    rgb[area.slices] = pick(rng, NOTES)
    words = pick(rng, ("paid today", "see here", "this one!", "ok 123", "for Anna", "please check"))
    inside = rgb[area.slices].copy()
    draw_text(inside, words, size * 0.4, size * 1.3, style)
    rgb[area.slices] = inside
    return area


def _part(rgb: Pixels, box: Box, rng: Generator) -> Box:
    """A line with a little around it, or its first or last part."""
    by = int(rng.integers(1, max(box.height // 3, 2) + 1))
    area = box.grown(by, rgb.shape[1], rgb.shape[0])
    if rng.random() < 0.6:
        return area
    wide = max(round(area.width * rng.uniform(0.3, 0.7)), 4)
    return Box(area.x if rng.random() < 0.5 else area.right - wide, area.y, wide, area.height)


def _face(rng: Generator) -> Font:
    faces = families(face for face in fonts() if face.family in SCRIBBLED and face.weight == 400)
    return faces[str(pick(rng, sorted(faces)))][0]


MARKS: dict[str, Callable[[Pixels, Box, Colour, Generator], Box]] = {
    "bar": bar,
    "stroke": stroke,
    "coarse": coarse,
    "ring": ring,
    "note": note,
}
