"""Splice: a line cut out of another screenshot of the same app and laid over this one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import cv2
import numpy as np

from realfake.data.channels import choice, draw_habit
from realfake.data.forgeries.edit import Edit
from realfake.data.forgeries.erase import edge, erase
from realfake.data.forgeries.hand import Hand
from realfake.data.forgeries.look import Look, free_margins, observe
from realfake.data.forgeries.retype import anchor, anchored, room_around, scale_of
from realfake.data.screenshots.screen import TextField
from realfake.forensics.box import Box

Generator = np.random.Generator

GRID = 16  # pixels: blocks of a JPEG with halved chroma
CONTEXT = 32  # pixels of the donor around what is cut out, so that its compression is the whole image's
SAME_COLOUR = 64  # gray levels of difference in paper or ink that a forger puts up with
SAME_SCALE = 0.01  # difference of size that nobody corrects
HISTORIES = {"none": 0.4, "jpeg": 0.35, "jpeg twice": 0.1, "messenger": 0.15}


class Donor(Protocol):
    """Another screenshot and its lines; a drawn `Screen` is one."""

    @property
    def rgb(self) -> np.ndarray:
        """(H, W, 3) uint8."""

    @property
    def fields(self) -> Sequence[TextField]:
        """Its text lines."""


def splice_line(
    edit: Edit, field: TextField, fields: Sequence[TextField], donor: Donor, hand: Hand, rng: Generator
) -> bool:
    """Replace a line by the like line of a donor; False if it has none that fits."""
    look = observe(edit.rgb, field.box)
    if look is None:
        return False
    found = _like(field, look, edit.frame.width, donor, rng)
    if found is None:
        return False
    source, scale = found
    pad = max(1, round(look.cap * abs(hand.padding)))
    pixels, ink = _cut(donor.rgb, source.box, pad, scale, rng)
    side = anchor(field, fields, edit.frame.width)
    x = round(anchored(field.box, ink.width, side))
    room = room_around(field, fields, edit.frame)
    if x < room.x - 1 or x + ink.width > room.right + 1:
        return False
    y = round(_top(field, source, look.baseline, scale, ink))
    shift_x, shift_y = hand.place(0, 0, look.cap, rng)
    place = Box(x - ink.x + round(shift_x), y - ink.y + round(shift_y), pixels.shape[1], pixels.shape[0])
    margins = free_margins(edit.rgb, field.box, look.paper, look.cap)
    uncovered = field.box.intersection(place) != field.box
    if uncovered:
        erase(edit, hand.area(field.box, look.cap, margins, rng), look, hand, rng)
    edit.paint(place, pixels, edge(place, hand))
    return True


def _like(field: TextField, look: Look, width: int, donor: Donor, rng: Generator) -> tuple[TextField, float] | None:
    """A line of the donor that could stand for `field`, and the scale that makes it as large."""
    same = [other for other in donor.fields if other.field == field.field and other.text != field.text]
    if field.style is not None:
        same = [other for other in same if other.style is not None and other.style.font == field.style.font]
        likely = [(other, field.style.size / other.style.size) for other in same if other.style is not None]
    else:
        scale = width / donor.rgb.shape[1]
        near = [other for other in donor.fields if abs(other.box.height * scale / field.box.height - 1) < 0.15]
        likely = [(other, scale) for other in near if abs(other.box.y * scale - field.box.y) < 6 * look.cap]
    likely = [(other, scale) for other, scale in likely if 0.35 < scale < 2.5]
    if not likely:
        return None
    other, scale = likely[int(rng.integers(len(likely)))]
    seen = observe(donor.rgb, other.box)
    if seen is None or scale_of(other, seen) * scale > 1.3 * look.cap or not same_colours(look, seen):
        return None
    return other, 1.0 if abs(scale - 1) < SAME_SCALE else scale


def same_colours(one: Look, other: Look) -> bool:
    """Whether a forger puts up with the difference of two lines in paper and ink."""
    return bool(max(np.abs(one.paper - other.paper).max(), np.abs(one.ink - other.ink).max()) < SAME_COLOUR)


def _cut(rgb: np.ndarray, box: Box, pad: int, scale: float, rng: Generator) -> tuple[np.ndarray, Box]:
    """Pixels of a line with `pad` around, as the donor's own history left them, and where its ink stands in them."""
    height, width = rgb.shape[:2]
    around = box.grown(CONTEXT, width, height)
    left, top = around.x // GRID * GRID, around.y // GRID * GRID
    crop = worn(np.ascontiguousarray(rgb[top : around.bottom, left : around.right]), rng)
    inner = box.grown(max(1, round(pad / scale)), width, height)
    cut = crop[inner.y - top : inner.bottom - top, inner.x - left : inner.right - left]
    if scale != 1.0:
        size = max(1, round(cut.shape[1] * scale)), max(1, round(cut.shape[0] * scale))
        cut = cv2.resize(cut, size, interpolation=cv2.INTER_AREA if scale < 0.6 else cv2.INTER_LINEAR)
    ink = [round(value * scale) for value in (box.x - inner.x, box.y - inner.y, box.width, box.height)]
    return cut, Box(*ink)


def worn(crop: np.ndarray, rng: Generator) -> np.ndarray:
    """What a piece of (h, w, 3) lived through elsewhere; its grid starts at the corner, as it does in the donor."""
    name = choice(rng, HISTORIES)
    if name == "messenger":
        height, width = crop.shape[:2]
        ratio = float(rng.uniform(0.55, 0.95))
        size = max(GRID, round(width * ratio)), max(GRID, round(height * ratio))
        small = cv2.resize(crop, size, interpolation=cv2.INTER_AREA)
        small = draw_habit(rng, messenger=True).pixels(small)
        return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(("none", "jpeg", "jpeg twice").index(name)):
        crop = draw_habit(rng).pixels(crop)
    return crop


def _top(field: TextField, source: TextField, baseline: int, scale: float, ink: Box) -> float:
    """Row of the image at which the donor's ink begins, so that baselines meet."""
    if field.baseline is not None and source.baseline is not None:
        return field.baseline - (source.baseline - source.box.y) * scale
    return field.box.bottom - ink.height if abs(field.box.height - ink.height) <= 2 else baseline - ink.height
