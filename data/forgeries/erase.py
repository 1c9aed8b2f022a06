"""Erasers: ways in which a forger makes a line of text disappear."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from realfake.data.forgeries.edit import Edit
from realfake.data.forgeries.hand import Hand
from realfake.data.forgeries.look import Look, dilated
from realfake.forensics.box import Box

Generator = np.random.Generator
Eraser = Callable[[Edit, Box, Look, Hand, Generator], None]

HEALERS = ("clone", "patch", "telea", "ns")  # what a real editor's healing stands for; it fills in place of others
LARGE_HOLE = 30_000  # pixels above which nobody waits for a whole rectangle to be inpainted
CLEAN = 30.0  # gray levels from the paper within which a patch counts as bare


def erase(edit: Edit, area: Box, look: Look, hand: Hand, rng: Generator) -> None:
    """Cover an area that holds a line with what the forger's eraser makes."""
    area = area.intersection(edit.frame)
    if edit.editor is None or not area.area:
        ERASERS[hand.eraser](edit, area, look, hand, rng)
    elif hand.eraser in HEALERS:
        edit.heal(area)
    else:
        edit.fill(area, [int(level) for level in np.rint(np.clip(picked_colour(edit, area, look, hand, rng), 0, 255))])


def flat(edit: Edit, area: Box, look: Look, hand: Hand, rng: Generator) -> None:
    """Fill with one colour, picked nearby or a little off."""
    edit.paint(area, picked_colour(edit, area, look, hand, rng), edge(area, hand))


def patch(edit: Edit, area: Box, look: Look, hand: Hand, rng: Generator) -> None:
    """Copy bare paper from beside the line, or repeat a narrow strip of it."""
    source = bare_patch(edit, area, look, rng)
    pixels = edit.rgb[source.slices].copy() if source else repeated_strip(edit, area, rng)
    edit.paint(area, pixels, edge(area, hand))


def gradient(edit: Edit, area: Box, look: Look, hand: Hand, rng: Generator) -> None:
    """Fill with a ramp between the colours at two opposite sides."""
    around = area.grown(2, edit.frame.width, edit.frame.height)
    crop = edit.rgb[around.slices].astype(np.float32)
    across = np.abs(crop[:, 0] - crop[:, -1]).mean() >= np.abs(crop[0] - crop[-1]).mean()
    one, two = (crop[:, :2], crop[:, -2:]) if across else (crop[:2], crop[-2:])
    one, two = (np.median(side.reshape(-1, 3), axis=0) for side in (one, two))
    ramp = np.linspace(0, 1, area.width if across else area.height, dtype=np.float32)
    colours = one + (two - one) * ramp[:, None]
    pixels = colours[None] if across else colours[:, None]
    edit.paint(area, np.broadcast_to(pixels, (area.height, area.width, 3)), edge(area, hand))


def clone(edit: Edit, area: Box, look: Look, hand: Hand, rng: Generator) -> None:
    """Stamp bare paper from beside the line with a soft round brush."""
    source = bare_patch(edit, area, look, rng)
    pixels = edit.rgb[source.slices].copy() if source else repeated_strip(edit, area, rng)
    edit.paint(area, pixels, brush(area, max(hand.feather, 1.0)))


def telea(edit: Edit, area: Box, look: Look, hand: Hand, rng: Generator) -> None:
    """Inpaint by fast marching (Telea 2004)."""
    _inpaint(edit, area, look, hand, cv2.INPAINT_TELEA)


def navier_stokes(edit: Edit, area: Box, look: Look, hand: Hand, rng: Generator) -> None:
    """Inpaint by fluid dynamics (Bertalmio 2001)."""
    _inpaint(edit, area, look, hand, cv2.INPAINT_NS)


def blur(edit: Edit, area: Box, look: Look, hand: Hand, rng: Generator) -> None:
    """Smear the line until it cannot be read."""
    around = area.grown(look.cap, edit.frame.width, edit.frame.height)
    size = 2 * max(look.cap // 2, 3) + 1
    crop = edit.rgb[around.slices]
    smeared = cv2.medianBlur(crop, min(size, 99)) if rng.random() < 0.5 else cv2.blur(crop, (3 * size, size))
    inside = Box(area.x - around.x, area.y - around.y, area.width, area.height)
    edit.paint(area, smeared[inside.slices], edge(area, hand))


def picked_colour(edit: Edit, area: Box, look: Look, hand: Hand, rng: Generator) -> np.ndarray:
    """The colour of one pixel of paper, of the whole paper, of pure white or black near it, or one a few levels off."""
    draw = rng.random()
    if draw < hand.colour_off:
        near: np.ndarray = np.clip(look.paper + rng.normal(0, 4, 3) * rng.choice([0.5, 1.0, 2.0]), 0, 255)
        return near
    if draw > 0.9 and np.ptp(look.paper) < 8 and not 20 < look.paper.mean() < 240:
        return np.full(3, 255.0 if look.paper.mean() > 128 else 0.0)
    around = area.grown(1, edit.frame.width, edit.frame.height)
    crop = edit.rgb[around.slices]
    border = np.concatenate([crop[0], crop[-1]])
    bare = border[(np.abs(border - look.paper) < CLEAN).all(axis=1)]
    if len(bare) and rng.random() < 0.6:
        one: np.ndarray = bare[rng.integers(len(bare))].astype(float)
        return one
    return np.asarray(np.rint(look.paper))


def bare_patch(edit: Edit, area: Box, look: Look, rng: Generator) -> Box | None:
    """A box of the same size near the area that holds nothing but paper; None if there is none."""
    gap = int(rng.integers(1, 12))
    shifts = [(0, -area.height - gap), (0, area.height + gap), (-area.width - gap, 0), (area.width + gap, 0)]
    for i in rng.permutation(len(shifts)):
        box = Box(area.x + shifts[i][0], area.y + shifts[i][1], area.width, area.height)
        if box.intersection(edit.frame) == box and (np.abs(edit.rgb[box.slices] - look.paper) < CLEAN).all():
            return box
    return None


def repeated_strip(edit: Edit, area: Box, rng: Generator) -> np.ndarray:
    """(h, w, 3) uint8: the few columns beside the area, mirrored over its width."""
    width = int(rng.integers(2, 12))
    on_left = area.x >= width and (rng.random() < 0.5 or area.right + width > edit.frame.width)
    start = area.x - width if on_left else min(area.right, edit.frame.width - width)
    strip = edit.rgb[area.y : area.bottom, start : start + width]
    mirrored = np.concatenate([strip, strip[:, ::-1]], axis=1)
    return np.tile(mirrored, (1, -(-area.width // mirrored.shape[1]), 1))[:, : area.width].copy()


def edge(area: Box, hand: Hand) -> np.ndarray | None:
    """Alpha (h, w) of an eraser's edge: None where it is hard."""
    if hand.edge == "hard":
        return None
    if hand.edge == "brush":
        return brush(area, hand.feather)
    inset = int(np.ceil(hand.feather))
    alpha = np.zeros((area.height, area.width), np.float32)
    alpha[inset : area.height - inset, inset : area.width - inset] = 1
    return cv2.GaussianBlur(alpha, (0, 0), max(hand.feather / 2, 0.3))


def brush(area: Box, feather: float) -> np.ndarray:
    """Alpha (h, w) of one stroke of a round brush along an area."""
    alpha = np.zeros((area.height, area.width), np.uint8)
    middle, row = area.width // 2, area.height // 2
    start, stop = (min(row, middle), row), (max(area.width - 1 - row, middle), row)
    cv2.line(alpha, start, stop, 255, max(area.height, 1), cv2.LINE_AA)
    soft = cv2.GaussianBlur(alpha.astype(np.float32) / 255, (0, 0), max(feather, 0.3))
    return np.where(soft < 1 / 255, 0, soft)


def _inpaint(edit: Edit, area: Box, look: Look, hand: Hand, method: int) -> None:
    """Inpaint the dilated ink of the line, or its whole rectangle."""
    around = area.grown(4 + hand.dilation, edit.frame.width, edit.frame.height)
    hole = np.zeros((around.height, around.width), np.uint8)
    if hand.inpaints_ink or area.area > LARGE_HOLE:
        ink = np.zeros_like(hole)
        inside = look.box.intersection(area)
        offset = Box(inside.x - around.x, inside.y - around.y, inside.width, inside.height)
        cut = Box(inside.x - look.box.x, inside.y - look.box.y, inside.width, inside.height)
        ink[offset.slices] = look.coverage[cut.slices] > 0.08
        hole = dilated(ink, hand.dilation)
    else:
        hole[Box(area.x - around.x, area.y - around.y, area.width, area.height).slices] = 1
    filled = cv2.inpaint(np.ascontiguousarray(edit.rgb[around.slices]), hole, hand.inpaint_radius, method)
    edit.paint(around, filled, hole)


ERASERS: dict[str, Eraser] = {
    "flat": flat,
    "patch": patch,
    "gradient": gradient,
    "clone": clone,
    "telea": telea,
    "ns": navier_stokes,
    "blur": blur,
}
