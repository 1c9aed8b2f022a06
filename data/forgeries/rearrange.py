"""Rearrange: digits of the image itself, cut out and laid over other digits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from realfake.data.forgeries.edit import Edit
from realfake.data.forgeries.hand import Hand
from realfake.data.forgeries.look import Look, observe
from realfake.data.forgeries.target import digits
from realfake.data.screenshots.screen import TextField
from realfake.forensics.box import Box

Generator = np.random.Generator
Line = tuple[TextField, Look]

DIFFERENT = 0.2  # RMS difference of coverage above which two glyphs are different characters
SAME_COLOUR = 30.0  # colour distance within which two lines have one ink or one paper
MOST_LINES = 8  # lines in which glyphs are looked for
MOST_GLYPHS = 3  # glyphs replaced in one line


@dataclass(frozen=True)
class Cut:
    """A glyph cut out: pixels (h, w, 3), coverage (h, w), rows from top to baseline, what it says ("" if unread)."""

    pixels: np.ndarray
    coverage: np.ndarray
    rise: int
    character: str


def rearrange_digits(edit: Edit, field: TextField, fields: Sequence[TextField], hand: Hand, rng: Generator) -> bool:
    """Lay digits of the image over one to three digits of a line; False if nothing fits."""
    look = observe(edit.rgb, field.box)
    targets = digits(field, look) if look is not None else {}
    if look is None or len(targets) < 2:
        return False
    lines = [(field, look), *_alike(edit, look, field, fields, rng)]
    cuts = [cut for line, seen in lines for cut in _cuts(edit.rgb, seen, digits(line, seen))]
    wanted, done = int(rng.integers(1, MOST_GLYPHS + 1)), 0
    for i in rng.permutation(list(targets)).tolist():
        fitting = [cut for cut in cuts if _fits(cut, look, look.glyphs[i], targets[i])]
        if fitting and done < wanted:
            _lay(edit, look, i, fitting[int(rng.integers(len(fitting)))], hand, rng)
            done += 1
    return done > 0


def _alike(edit: Edit, look: Look, field: TextField, fields: Sequence[TextField], rng: Generator) -> list[Line]:
    """Lines of the same height, ink and paper."""
    near = [other for other in fields if other is not field and abs(other.box.height - field.box.height) <= 3]
    chosen = [near[i] for i in rng.permutation(len(near))[:MOST_LINES].tolist()]
    seen = [(other, observe(edit.rgb, other.box)) for other in chosen]
    return [(other, its) for other, its in seen if its is not None and _same_look(look, its)]


def _same_look(one: Look, other: Look) -> bool:
    colours = np.linalg.norm(one.ink - other.ink), np.linalg.norm(one.paper - other.paper)
    return bool(abs(one.cap - other.cap) <= max(1, 0.04 * one.cap) and max(colours) < SAME_COLOUR)


def _cuts(rgb: np.ndarray, look: Look, characters: dict[int, str]) -> list[Cut]:
    """Copies of the digits of a line."""
    cuts = []
    for i, character in characters.items():
        cell = look.cell(i, i)
        inside = Box(cell.x - look.box.x, cell.y - look.box.y, cell.width, cell.height).slices
        cuts.append(Cut(rgb[cell.slices].copy(), look.coverage[inside], look.baseline - cell.y, character))
    return cuts


def _fits(cut: Cut, look: Look, glyph: Box, character: str) -> bool:
    """Whether a cut is about as wide as a glyph and shows another character."""
    if character and cut.character == character:
        return False
    if abs(cut.coverage.shape[1] - glyph.width) > max(5, 0.25 * glyph.width):
        return False
    inside = Box(glyph.x - look.box.x, glyph.y - look.box.y, glyph.width, glyph.height)
    old = look.coverage[inside.slices]
    ink = cut.coverage[:, np.flatnonzero(cut.coverage.max(axis=0) > 0.3)]
    if not ink.size:
        return False
    new = cv2.resize(np.ascontiguousarray(ink), (old.shape[1], old.shape[0]), interpolation=cv2.INTER_LINEAR)
    return float(np.sqrt(((new - old) ** 2).mean())) > DIFFERENT


def _lay(edit: Edit, look: Look, i: int, cut: Cut, hand: Hand, rng: Generator) -> None:
    cell = look.cell(i, i)
    edit.paint(cell, np.rint(look.paper))
    dx, dy = hand.place(0.0, 0.0, look.cap, rng)
    limit = max(1, round(0.1 * look.cap))
    height, width = cut.pixels.shape[:2]
    x = cell.x + (cell.width - width) // 2 + int(np.clip(round(dx), -limit, limit))
    edit.paint(Box(x, look.baseline - cut.rise + round(dy), width, height), cut.pixels)
