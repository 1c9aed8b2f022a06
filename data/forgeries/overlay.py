"""Overlay: a piece of the image itself, with the paper around it, laid over another piece of a line."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from realfake.data.forgeries.edit import Edit
from realfake.data.forgeries.erase import edge, erase
from realfake.data.forgeries.hand import Hand
from realfake.data.forgeries.look import Look, observe
from realfake.data.forgeries.splice import same_colours, worn
from realfake.data.screenshots.screen import TextField
from realfake.forensics.box import Box

Generator = np.random.Generator

LENDERS = 8  # other lines in which a word is looked for
SAME_LINE = 0.45  # chance that a word of the line itself is taken where there is one
SAME_CAP = 0.35  # share by which letters may be higher or lower; they are scaled
WORN = 0.3  # chance that the piece was saved as JPEG on its own way
STRETCH = 0.8, 3.5  # capital heights: width of a stretch that is cut with no regard to letters
CHANGED = 0.04  # share of pixels that a stretch must change by
VISIBLE = 40  # gray levels


def lay_word(edit: Edit, field: TextField, fields: Sequence[TextField], hand: Hand, rng: Generator) -> bool:
    """Lay a copy of one word over another; what the copy leaves uncovered is erased. False if no word fits."""
    look = observe(edit.rgb, field.box)
    if look is None:
        return False
    words = [look.cell(*run) for run in look.runs]
    target = words[int(rng.integers(len(words)))]
    for box, lender in _lenders(edit, field, fields, look, target, rng):
        scale = look.cap / lender.cap if abs(look.cap - lender.cap) > 1 else 1.0
        width = round(box.width * scale)
        after = [word.x for word in words if word.x > target.x]
        if width <= (min(after) - target.x if after else edit.frame.width - target.x):
            _lay(edit, look, target, box, lender, scale, hand, rng)
            return True
    return False


def lay_stretch(edit: Edit, field: TextField, hand: Hand, rng: Generator) -> bool:
    """Copy a stretch of a line over another of the same width, cut wherever the frame fell; False if nothing shows."""
    look = observe(edit.rgb, field.box)
    if look is None:
        return False
    box = field.box.grown(max(1, round(0.1 * look.cap)), edit.frame.width, edit.frame.height)
    for _ in range(4):
        width = min(round(look.cap * rng.uniform(*STRETCH)), box.width // 2)
        if width < 3:
            return False
        source, target = (int(box.x + rng.integers(box.width - width + 1)) for _ in range(2))
        new = edit.rgb[box.y : box.bottom, source : source + width].copy()
        old = edit.rgb[box.y : box.bottom, target : target + width]
        if abs(source - target) < width // 2 or np.mean(np.abs(new.astype(int) - old).max(axis=2) > VISIBLE) < CHANGED:
            continue
        drift = int(np.clip(round(hand.place(0, 0, look.cap, rng)[1]), -2, 2)) if hand.care != "subtle" else 0
        place = Box(target, box.y + drift, width, box.height)
        edit.paint(place, worn(new, rng) if rng.random() < WORN else new)
        return True
    return False


def _lenders(
    edit: Edit, field: TextField, fields: Sequence[TextField], look: Look, target: Box, rng: Generator
) -> list[tuple[Box, Look]]:
    """Words that look alike and stand elsewhere, in the order in which they are tried."""
    own = [(look.cell(*run), look) for run in look.runs]
    own = [(box, seen) for box, seen in own if box != target]
    near = [other for other in fields if other is not field and abs(other.box.height / field.box.height - 1) < SAME_CAP]
    chosen = [near[i] for i in rng.permutation(len(near))[:LENDERS].tolist()]
    seen = [(other, observe(edit.rgb, other.box)) for other in chosen]
    alike = [
        its for _, its in seen if its is not None and abs(its.cap / look.cap - 1) < SAME_CAP and same_colours(look, its)
    ]
    others = [(its.cell(*its.runs[int(rng.integers(len(its.runs)))]), its) for its in alike]
    own, others = ([some[i] for i in rng.permutation(len(some)).tolist()] for some in (own, others))
    return [*own, *others] if rng.random() < SAME_LINE else [*others, *own]


def _lay(edit: Edit, look: Look, target: Box, box: Box, lender: Look, scale: float, hand: Hand, rng: Generator) -> None:
    pad = max(1, round(lender.cap * abs(hand.padding)))
    wide = box.grown(pad, edit.frame.width, edit.frame.height)
    pixels = edit.rgb[wide.slices].copy()
    if rng.random() < WORN:
        pixels = worn(pixels, rng)
    if scale != 1.0:
        size = max(1, round(wide.width * scale)), max(1, round(wide.height * scale))
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if scale < 0.6 else cv2.INTER_LINEAR)
    x, y = hand.place(target.x, look.baseline, look.cap, rng)
    left, top = round(x - (box.x - wide.x) * scale), round(y - (lender.baseline - wide.y) * scale)
    place = Box(left, top, pixels.shape[1], pixels.shape[0])
    if target.intersection(place) != target or hand.edge != "hard":
        erase(edit, target.grown(1, edit.frame.width, edit.frame.height), look, hand, rng)
    edit.paint(place, pixels, edge(place, hand))
