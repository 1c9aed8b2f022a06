"""Paste: a rectangle with a word, of this screen or of another one of its app, laid over a word, whatever the two are.

What a hasty forger does with a selection and the clipboard: the rectangle brings its own paper along, stands on whole
pixels, and need not cover what was there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from realfake.data.channels import choice
from realfake.data.forgeries.edit import Edit
from realfake.data.forgeries.erase import erase
from realfake.data.forgeries.hand import Hand
from realfake.data.forgeries.look import Look, observe
from realfake.data.forgeries.splice import Donor, same_colours, worn
from realfake.data.forgeries.target import reads
from realfake.data.screenshots.screen import TextField
from realfake.forensics.box import Box

Generator = np.random.Generator

LENDERS = 12  # lines in which a word is looked for
ANY_COLOURS = 0.45  # chance that neither paper nor ink need be alike
SCALED = 0.6  # chance that a word of another height is brought to the height of the line
SAME_HEIGHT = 0.06  # share by which letters may differ and are not scaled,
NEAR = 0.25  # and differ at most where they are not scaled
SCALES = 0.4, 2.5  # by which a forger scales
WORN = {False: 0.1, True: 0.3}  # chance that a piece was saved as JPEG on its way, of this screen and of another
REST = {"left": 0.35, "own paper": 0.35, "its paper": 0.3}  # what becomes of the old word where it is not covered
CROPPED = 0.12  # chance that a wide word is cut off where the old one ended
WHOLE_LINE = 0.6  # chance that the selection is as high as the line
PADS = (0, 0, 1, 1, 2, 3, 4)  # pixels of paper around the ink that a selection takes along, each as likely


@dataclass(frozen=True)
class Word:
    """A word that may be cut out: the picture and the line that it stands in, and its ink."""

    rgb: np.ndarray
    look: Look
    box: Box


def paste_word(
    edit: Edit, field: TextField, fields: Sequence[TextField], donor: Donor | None, hand: Hand, rng: Generator
) -> bool:
    """Lay a word of the donor, or of the screen itself without one, over a word of a line; False if there is none."""
    look = observe(edit.rgb, field.box)
    if look is None:
        return False
    target = ink_of(look, look.runs[int(rng.integers(len(look.runs)))])
    lines = [other for other in (fields if donor is None else donor.fields) if donor is not None or other is not field]
    word = _lender(edit.rgb if donor is None else donor.rgb, lines, look, rng)
    if word is None:
        return False
    pixels, x, rise = _cut(word, look, donor is not None, rng)
    if rng.random() < CROPPED and pixels.shape[1] > target.width:
        pixels = pixels[:, : max(target.width, 2)]
    dx, dy = (round(shift / 2) for shift in hand.place(0.0, 0.0, look.cap, rng))
    place = Box(target.x - x + dx, look.baseline - rise + dy, pixels.shape[1], pixels.shape[0])
    if place.intersection(edit.frame).area < place.area:
        return False
    _rest(edit, target, place, look, word, hand, rng)
    edit.paint(place, pixels)
    return True


def ink_of(look: Look, run: tuple[int, int]) -> Box:
    """The ink of a run of glyphs."""
    glyphs = look.glyphs[run[0] : run[1] + 1]
    return Box.from_edges(
        glyphs[0].x, min(one.y for one in glyphs), glyphs[-1].right, max(one.bottom for one in glyphs)
    )


def _lender(rgb: np.ndarray, lines: Sequence[TextField], look: Look, rng: Generator) -> Word | None:
    """A word of one of these lines that this forger puts up with."""
    any_colours, scaled = rng.random() < ANY_COLOURS, rng.random() < SCALED
    for i in rng.permutation(len(lines))[:LENDERS].tolist():
        seen = observe(rgb, lines[i].box)
        if seen is None or not reads(seen) or not (any_colours or same_colours(look, seen)):
            continue
        ratio = look.cap / seen.cap
        if SCALES[0] < ratio < SCALES[1] if scaled else abs(ratio - 1) < NEAR:
            words = [run for run in seen.runs if run[1] > run[0]]
            if words:
                return Word(rgb, seen, ink_of(seen, words[int(rng.integers(len(words)))]))
    return None


def _cut(word: Word, look: Look, foreign: bool, rng: Generator) -> tuple[np.ndarray, int, int]:
    """The rectangle (h, w, 3), and how far from its left edge the ink begins and from its top the baseline lies."""
    height, width = word.rgb.shape[:2]
    pads = rng.choice(PADS, 4)
    top, bottom = word.box.y, word.box.bottom
    if rng.random() < WHOLE_LINE:
        top, bottom = word.look.box.y, word.look.box.bottom
    edges = word.box.x - pads[0], top - pads[1], word.box.right + pads[2], bottom + pads[3]
    box = Box.from_edges(*map(int, edges)).intersection(Box(0, 0, width, height))
    pixels = np.ascontiguousarray(word.rgb[box.slices])
    if rng.random() < WORN[foreign] and min(pixels.shape[:2]) >= 8:
        pixels = worn(pixels, rng)
    scale = look.cap / word.look.cap
    if abs(scale - 1) <= SAME_HEIGHT or abs(look.cap - word.look.cap) <= 1:
        scale = 1.0
    else:
        size = max(2, round(box.width * scale)), max(2, round(box.height * scale))
        methods = cv2.INTER_AREA if scale < 0.6 else cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_NEAREST
        pixels = cv2.resize(pixels, size, interpolation=methods[int(rng.choice(3, p=[0.55, 0.4, 0.05]))])
    return pixels, round((word.box.x - box.x) * scale), round((word.look.baseline - box.y) * scale)


def _rest(edit: Edit, target: Box, place: Box, look: Look, word: Word, hand: Hand, rng: Generator) -> None:
    """Leave the old word where it is not covered, erase it, or cover it with the paper that the piece brings along."""
    what = choice(rng, REST)
    if what == "own paper":
        erase(edit, target.grown(1, edit.frame.width, edit.frame.height), look, hand, rng)
    elif what == "its paper":
        edit.paint(Box.from_edges(place.x, place.y, max(place.right, target.right), place.bottom), word.look.paper)
