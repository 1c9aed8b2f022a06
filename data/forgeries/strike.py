"""Strike out: characters that are erased with nothing put in their place, or with what follows moved up to them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from realfake.data.forgeries.edit import Edit
from realfake.data.forgeries.erase import erase
from realfake.data.forgeries.hand import Hand
from realfake.data.forgeries.look import Look, free_margins, observe
from realfake.data.forgeries.retype import anchor
from realfake.data.screenshots.screen import TextField
from realfake.forensics.box import Box

Generator = np.random.Generator

FEWEST_LEFT = 2  # glyphs of the line that stay
CLOSES = 0.4  # chance that the gap is closed
CUTS = 0.25  # chance that the erased stretch ends inside a letter
MOST = 6  # glyphs that go


def strike(edit: Edit, field: TextField, fields: Sequence[TextField], hand: Hand, rng: Generator) -> bool:
    """Erase a run of characters of a line; close the gap now and then. False if too few would stay."""
    look = observe(edit.rgb, field.box)
    if look is None or len(look.glyphs) <= FEWEST_LEFT:
        return False
    first, last = _run(look, rng)
    cell = look.cell(first, last)
    left = cell.x + int(rng.integers(look.glyphs[first].width + 1)) * (rng.random() < CUTS)
    hole = Box.from_edges(left, field.box.y, max(cell.right, left + 2), field.box.bottom)
    margins = free_margins(edit.rgb, hole, look.paper, look.cap)
    margins = (min(margins[0], 1), margins[1], min(margins[2], 1), margins[3])
    before = edit.rgb[field.box.slices].copy()
    erase(edit, hand.area(hole, look.cap, margins, rng), look, hand, rng)
    if rng.random() < CLOSES:
        _close(edit, field, look, (first, last), before, anchor(field, fields, edit.frame.width) == "right")
    return True


def _run(look: Look, rng: Generator) -> tuple[int, int]:
    """First and last of the glyphs that go: a word, or a few characters anywhere."""
    words = look.runs
    if len(words) > 1 and rng.random() < 0.4:
        return words[int(rng.integers(len(words)))]
    count = int(rng.integers(1, min(MOST, len(look.glyphs) - FEWEST_LEFT) + 1))
    first = int(rng.integers(len(look.glyphs) - count + 1))
    return first, first + count - 1


def _close(
    edit: Edit, field: TextField, look: Look, run: tuple[int, int], before: np.ndarray, holds_right: bool
) -> None:
    """Move what stands on one side of the gap up to the other side: the free side, as `anchor` sees it."""
    first, last = run
    glyphs, box = look.glyphs, field.box
    if holds_right and first > 0:
        by, part = glyphs[last].right - glyphs[first - 1].right, (box.x, glyphs[first - 1].right)
    elif not holds_right and last + 1 < len(glyphs):
        by, part = glyphs[first].x - glyphs[last + 1].x, (glyphs[last + 1].x, box.right)
    else:
        return
    part = max(part[0] - 1, box.x), min(part[1] + 1, box.right)
    rest = Box.from_edges(part[0], box.y, part[1], box.bottom)
    edit.paint(rest, np.rint(look.paper))
    edit.paint(Box(rest.x + by, rest.y, rest.width, rest.height), before[:, part[0] - box.x : part[1] - box.x])
