"""What is missing inside a value: blank ground where a character stood."""

from __future__ import annotations

import re

import numpy as np

from realfake.forensics.box import Box
from realfake.forensics.content.checks.scene import MASK, MOMENTS, NAN, SURE, Scene, Told, check
from realfake.forensics.content.receipt import Value
from realfake.forensics.text.direction import read_upright

WORD = re.compile(r"(?![a-f]+(?![^\W\d_]))[a-zà-ÿ]{3}")  # what stands in a line with a number and is none
UNIT = r"[^\W\d_]{1,3}"
QUANTITY = re.compile(rf"\d+(?:[.,]\d+ *{UNIT}(?:/{UNIT})?| *{UNIT}/{UNIT})")  # a unit stands apart from its number
HOLE, ALONE = 0.85, 0.5  # of the pitch: blank ground within a value, and share of it that no other gap reaches
LIKE_HEIGHT = 0.2  # of the height: letters of one value differ by less
TORN = 7  # of the height: parts of one value stand no farther apart
FEWEST_GLYPHS = 5  # that tell the pitch of a line
RIM = 0.16  # of the height, at both edges: digits have ink between
EDGE = 0.1  # of the height: ink of a letter beyond its box
BLANK = 0.99  # of the pixels of a place where nothing stands
FAINT = 60  # sum of the gray levels of three channels: less contrast is no ink
INK = 0.35  # share of the contrast from which on a pixel is ink


@check("hole__widest", "characters", "blank ground within a number, where its pitch has room for one")
def _hole(scene: Scene) -> Told:
    if scene.image is None:
        return Told()
    upright = read_upright(scene.image)
    widest, of = NAN, None
    for value in scene.numbers:
        if MASK.search(value.text) or WORD.search(value.text) or QUANTITY.fullmatch(value.text):
            continue
        box = upright.direction.read(value.box, scene.image.width, scene.image.height)
        hole = widest_hole(upright.image.rgb, box, value.text.isdigit())
        torn = _torn(scene, value, box)
        hole = max(hole, torn) if torn == torn else hole
        if hole == hole and not hole <= widest:
            widest, of = hole, value
    if of is None or not np.isfinite(widest):
        return Told()
    count = max(round(widest), 1)
    sentence = f"{of.text} has blank ground where {count} more would stand" if widest >= HOLE else ""
    return Told(widest, sentence, (of,))


def widest_hole(rgb: np.ndarray, box: Box, tall: bool = False) -> float:
    """Blank ground within a line of text, in characters of its own pitch, where one gap stands out; 0 where none does.

    Parameters
    ----------
    rgb : ndarray, (H, W, 3) uint8
    box : of the line
    tall : whether all its signs are digits; where only the upper or the lower edge of some is left, they are gone

    Returns
    -------
    float
        NaN where the line has too few glyphs to tell.
    """
    gray = rgb[box.intersection(Box(0, 0, rgb.shape[1], rgb.shape[0])).slices].astype(np.int32).sum(axis=2)
    if gray.size == 0:
        return NAN
    off = np.abs(gray - int(np.median(np.concatenate([gray[0], gray[-1]]))))
    if off.max() < FAINT:
        return NAN
    inked = off > INK * off.max()
    rim = round(RIM * len(off))
    inner = _widest_gap(inked[rim : len(off) - rim]) if tall else NAN
    return inner if inner >= HOLE else _widest_gap(inked)


def _widest_gap(inked: np.ndarray) -> float:
    """The same of ink, (h, w) bool."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inked.any(axis=0).view(np.int8), [0]])))
    starts, stops = edges[::2], edges[1::2]
    if len(starts) < FEWEST_GLYPHS:
        return NAN
    pitch = float(np.median(np.diff(starts)))
    gaps = (starts[1:] - stops[:-1]).astype(float)
    beyond = np.sort((gaps - np.median(gaps)) / pitch)[::-1]
    if len(beyond) > 1 and beyond[1] > ALONE * beyond[0]:
        return 0.0
    return float(round(max(beyond[0], 0.0) * 64) / 64)


def _torn(scene: Scene, value: Value, box: Box) -> float:
    """Characters of room between a number and another piece of it in its row; NaN where there is none."""
    assert scene.image is not None
    upright = read_upright(scene.image)
    values = scene.receipt.values
    others = {one.box for one in values if one.kind in ("amount", *MOMENTS) or (value.label and one.label)}
    signs = sum(map(str.isalnum, value.text))
    for line in scene.receipt.lines:
        text = line.text.strip()
        if line.box in others or line.box == value.box or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ./-]{0,40}", text):
            continue
        if not any(map(str.isdigit, text)) or line.confidence < SURE:
            continue
        other = upright.direction.read(line.box, scene.image.width, scene.image.height)
        gap = max(other.x, box.x) - min(other.right, box.right)
        level = abs(other.y - box.y) + abs(other.bottom - box.bottom) <= 2 * LIKE_HEIGHT * box.height
        edge = round(EDGE * box.height)
        between = Box.from_edges(min(other.right, box.right) + edge, box.y, max(other.x, box.x) - edge, box.bottom)
        if level and 2 * edge < gap <= TORN * box.height and signs >= 4 and _is_blank(upright.image.rgb, between):
            return gap / (box.width / max(len(value.text), 1))
    return NAN


def _is_blank(rgb: np.ndarray, box: Box) -> bool:
    """Whether nothing stands in a place: what a pen or a bar hides was not erased."""
    gray = rgb[box.slices].astype(np.int32).sum(axis=2)
    return bool(gray.size) and bool((np.abs(gray - np.median(gray)) <= FAINT).mean() >= BLANK)


MISSING = (_hole,)
