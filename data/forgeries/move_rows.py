"""Rows: delete one, close the gap, or let two change places."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from realfake.data.forgeries.edit import Edit
from realfake.data.forgeries.erase import erase
from realfake.data.forgeries.hand import Hand
from realfake.data.forgeries.look import Look, free_margins, observe
from realfake.data.forgeries.target import CALM, worth
from realfake.data.screenshots.screen import TextField
from realfake.forensics.box import Box

Generator = np.random.Generator

EQUAL_PITCH = 0.12  # of a row's height, within which two rows can change places


def delete_row(edit: Edit, fields: Sequence[TextField], hand: Hand, rng: Generator) -> tuple[int, ...]:
    """Wipe out all lines of one row, or the one line that stands in it; the numbers of the lines that are gone."""
    rows = [row for row in grouped_rows(fields) if any(worth(fields[i], edit.rgb.shape) >= 0.1 for i in row)]
    for r in rng.permutation(len(rows)).tolist()[:4]:
        looks = [observe(edit.rgb, fields[i].box) for i in rows[r]]
        if len(rows[r]) > 3 or not all(look is not None and look.calm >= CALM for look in looks):
            continue
        for look in looks:
            assert look is not None
            margins = free_margins(edit.rgb, look.box, look.paper, look.cap)
            erase(edit, hand.area(look.box, look.cap, margins, rng), look, hand, rng)
        return tuple(rows[r])
    return ()


def close_row(edit: Edit, fields: Sequence[TextField], hand: Hand, rng: Generator) -> tuple[int, ...]:
    """Delete a row and move what stands below it up by one row, down to a bare stretch of paper."""
    rows = grouped_rows(fields)
    boxes = [_around(fields, row) for row in rows]
    for r in rng.permutation(max(len(rows) - 2, 0)).tolist()[:6]:
        pitch = boxes[r + 1].y - boxes[r].y
        last = r + 1
        while last + 1 < len(rows) and last - r < 4 and abs(boxes[last + 1].y - boxes[last].y - pitch) <= 2:
            last += 1
        look = observe(edit.rgb, fields[rows[r][0]].box)
        block = _block(edit, boxes[r : last + 1], pitch)
        if look is None or last == r + 1 or block is None or not _one_paper(edit, fields, rows[r : last + 1]):
            continue
        moved = edit.rgb[block.y + pitch : block.bottom, block.x : block.right].copy()
        edit.paint(Box(block.x, block.y, block.width, block.height - pitch), moved)
        edit.paint(Box(block.x, block.bottom - pitch, block.width, pitch), np.rint(look.paper))
        return tuple(i for row in rows[r : last + 1] for i in row)
    return ()


def swap_rows(edit: Edit, fields: Sequence[TextField], hand: Hand, rng: Generator) -> tuple[int, ...]:
    """Let the values of two rows change places; the numbers of the lines that moved."""
    rows = [row for row in grouped_rows(fields) if worth(fields[row[-1]], edit.rgb.shape) >= 0.1]
    pairs = [(a, b) for a in range(len(rows)) for b in range(a + 1, min(a + 4, len(rows)))]
    for p in rng.permutation(len(pairs)).tolist()[:8]:
        one, two = (rows[r][-1] for r in pairs[p])
        boxes = fields[one].box, fields[two].box
        above, below = (observe(edit.rgb, box) for box in boxes)
        if above is None or below is None or not _alike(above, below) or not _same_anchor(*boxes):
            continue
        _swap(edit, (above, below), hand, rng)
        return (one, two)
    return ()


def grouped_rows(fields: Sequence[TextField]) -> list[list[int]]:
    """Numbers of fields that stand side by side, each row left to right, rows top to bottom."""
    rows: list[list[int]] = []
    for i in sorted(range(len(fields)), key=lambda i: fields[i].box.y + fields[i].box.height / 2):
        centre = fields[i].box.y + fields[i].box.height / 2
        if rows and centre < fields[rows[-1][0]].box.bottom:
            rows[-1].append(i)
        else:
            rows.append([i])
    return [sorted(row, key=lambda i: fields[i].box.x) for row in rows]


def _around(fields: Sequence[TextField], row: Sequence[int]) -> Box:
    box = fields[row[0]].box
    for i in row[1:]:
        box = box.union(fields[i].box)
    return box


def _block(edit: Edit, boxes: Sequence[Box], pitch: int) -> Box | None:
    """The stretch from the first row to the last, as wide as all rows; None if it is not a list of rows."""
    if not 12 <= pitch <= 400 or boxes[0].height > 0.8 * pitch:
        return None
    together = boxes[0]
    for box in boxes[1:]:
        together = together.union(box)
    gap = (pitch - boxes[0].height) // 2
    block = Box.from_edges(together.x - 4, together.y - gap, together.right + 4, boxes[-1].y - gap + pitch)
    return block if block.intersection(edit.frame) == block else None


def _one_paper(edit: Edit, fields: Sequence[TextField], rows: Sequence[Sequence[int]]) -> bool:
    looks = [observe(edit.rgb, fields[i].box) for row in rows for i in row]
    papers = np.array([look.paper for look in looks if look is not None])
    return len(papers) == len(looks) and bool((np.ptp(papers, axis=0) < 6).all())


def _alike(one: Look, two: Look) -> bool:
    return abs(one.cap - two.cap) <= max(2, EQUAL_PITCH * one.cap) and float(np.abs(one.paper - two.paper).max()) < 10


def _same_anchor(one: Box, two: Box) -> bool:
    return abs(one.x - two.x) <= 3 or abs(one.right - two.right) <= 3


def _swap(edit: Edit, looks: tuple[Look, Look], hand: Hand, rng: Generator) -> None:
    cuts = [_cut(edit, look) for look in looks]
    for look in looks:
        margins = free_margins(edit.rgb, look.box, look.paper, look.cap)
        erase(edit, hand.area(look.box, look.cap, margins, rng), look, hand, rng)
    for look, (pixels, rise, pad), other in zip(looks, reversed(cuts), reversed(looks)):
        dx, dy = hand.place(0.0, 0.0, look.cap, rng)
        by_right = abs(look.box.right - other.box.right) <= 3 < abs(look.box.x - other.box.x)
        x = look.box.right - other.box.width if by_right else look.box.x
        height, width = pixels.shape[:2]
        edit.paint(Box(x - pad + round(dx), look.baseline - rise + round(dy), width, height), pixels)


def _cut(edit: Edit, look: Look) -> tuple[np.ndarray, int, int]:
    """Pixels of a line with a little paper, rows from their top to the baseline, and the paper at their left."""
    box = look.box.grown(2, edit.frame.width, edit.frame.height)
    return edit.rgb[box.slices].copy(), look.baseline - box.y, look.box.x - box.x
