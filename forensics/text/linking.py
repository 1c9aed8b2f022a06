"""Which strokes of a screen belong together, by their boxes alone; those of like rows are looked at, all compiled."""

from __future__ import annotations

from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled

MIN_LETTER = 6  # pixels of height
FIELD_GAP = 0.95  # of the letter height: a wider gap starts another field
LIKE_HEIGHT = 2.0  # letters of one line differ by no more: x-height to capital with an accent
MARK_WIDTH = 3  # of the letter height: four bullets are no wider
ACCENT_HEIGHT = 0.32  # of the letter height: a row of accents is no higher, a line of small print is
FRAMED = 0.08  # of a frame's height: letters in a button, badge or tile are higher
JOINED = 1.2  # width over height of strokes in a frame that are more than one letter
COUNTER = 0.28, 0.75  # of the height of joined letters: their tallest counter
COUNTERS = 2.5  # no more of them stand on a width equal to the height
OFF_MIDDLE = 0.12  # of a frame's width and height: joined letters in a badge stand nearer to its middle


# What is sorted and searched is so before the kernels, which take seconds to compile with it, as with slices and rows.


def letters_in_rows(boxes: np.ndarray) -> np.ndarray:
    """(n,) int: the row of each box (x, y, width, height): letters of like height side by side, a letter apart at most.

    What has neighbours on one side that stand one above the other is an icon beside two lines, and a row of its own.
    """
    n = len(boxes)
    sides = np.full((n, 2), -1), np.full((n, 2), 1 << 30)  # lowest top, highest bottom of neighbours to the left, right
    downwards, first, rows = np.argsort(boxes[:, 1], kind="stable"), np.arange(n), np.empty(n, np.intp)
    room = 16 * n  # for pairs
    while (pairs := _rows(boxes, downwards, *sides, np.empty((room, 2), np.intp), first, rows)) > room:
        room = pairs
    return rows


@compiled
@no_type_check
def _rows(boxes, downwards, lowest_top, highest_bottom, pairs, first, rows):
    """How many pairs stand side by side: the rows are found where there is room for all of them."""
    n, count = boxes.shape[0], 0
    for a in range(n):
        i = downwards[a]
        x, y, width, height = boxes[i, 0], boxes[i, 1], boxes[i, 2], boxes[i, 3]
        for b in range(a + 1, n):
            j = downwards[b]
            if boxes[j, 1] >= y + height:
                break
            taller, shorter = max(height, boxes[j, 3]), min(height, boxes[j, 3])
            overlap = min(y + height, boxes[j, 1] + boxes[j, 3]) - boxes[j, 1]
            gap = max(x, boxes[j, 0]) - min(x + width, boxes[j, 0] + boxes[j, 2])
            alike = taller <= LIKE_HEIGHT * shorter and overlap >= 0.6 * shorter
            if not alike or gap > FIELD_GAP * min(taller, 1.4 * shorter):
                continue
            if count < pairs.shape[0]:
                pairs[count, 0], pairs[count, 1] = i, j
            count += 1
            if gap >= 0 and x != boxes[j, 0]:
                side = int(boxes[j, 0] > x)  # of i, on which j stands
                lowest_top[i, side] = max(lowest_top[i, side], boxes[j, 1])
                highest_bottom[i, side] = min(highest_bottom[i, side], boxes[j, 1] + boxes[j, 3])
                lowest_top[j, 1 - side] = max(lowest_top[j, 1 - side], y)
                highest_bottom[j, 1 - side] = min(highest_bottom[j, 1 - side], y + height)
    for k in range(count if count <= pairs.shape[0] else 0):
        i, j = pairs[k, 0], pairs[k, 1]
        if lowest_top[i, 0] >= highest_bottom[i, 0] or lowest_top[i, 1] >= highest_bottom[i, 1]:
            continue
        if lowest_top[j, 0] >= highest_bottom[j, 0] or lowest_top[j, 1] >= highest_bottom[j, 1]:
            continue
        while first[i] != i:
            first[i] = first[first[i]]
            i = first[i]
        while first[j] != j:
            first[j] = first[first[j]]
            j = first[j]
        first[max(i, j)] = min(i, j)  # a box of the same row that comes earlier, or itself
    found = 0
    for i in range(n):
        if first[i] == i:
            rows[i] = found
            found += 1
        else:
            rows[i] = rows[first[i]]
    return count


def hosts(boxes: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """(n,) int: the line nearest to each mark (comma, accent, bullet) that may belong to it; itself for all others.

    `lines` is (n,) bool: which of the boxes (x, y, width, height) are lines of text.
    """
    downwards = np.argsort(boxes[:, 1], kind="stable")
    highest = boxes[:, 3].max(initial=0)
    starts = np.searchsorted(boxes[downwards, 1], boxes[:, 1] - 2 * highest)
    found = np.arange(len(boxes))
    _hosts(boxes, lines, downwards, starts, int(highest), found)
    return found


@compiled
@no_type_check
def _hosts(boxes, lines, downwards, starts, highest, found):
    n = boxes.shape[0]
    for i in range(n):
        x, y, width, height = boxes[i, 0], boxes[i, 1], boxes[i, 2], boxes[i, 3]
        nearest = np.inf
        for k in range(starts[i], n):
            j = downwards[k]
            if boxes[j, 1] > y + height + highest:
                break
            line = boxes[j, 3]
            if not lines[j] or width > MARK_WIDTH * line or height > 0.75 * line:  # a line beside an icon is no mark
                continue
            gap = max(x, boxes[j, 0]) - min(x + width, boxes[j, 0] + boxes[j, 2])
            overlap = min(y + height, boxes[j, 1] + line) - max(y, boxes[j, 1])
            beyond = max(-overlap, 0)  # pixels between the rows of mark and host
            accent = gap < 0 and height <= (ACCENT_HEIGHT if width > line else 0.5) * line
            if gap > FIELD_GAP * line or not (overlap >= 0.7 * height or (beyond <= 0.3 * line and accent)):
                continue
            distance = beyond + 0.1 * max(gap, 0)
            if distance < nearest or (distance == nearest and j < found[i]):
                nearest, found[i] = distance, j


def frames(boxes: np.ndarray, hollow: np.ndarray) -> np.ndarray:
    """(n,) int: 1 for the frame of a button, badge or tile, 2 for what may as well be joined letters, 0 for all others.

    A frame is hollow and encloses strokes side by side, or joined ones in its middle, that are high enough for letters.
    Joined letters enclose no more than their counters, which are few and high.
    """
    downwards = np.argsort(boxes[:, 1], kind="stable")
    starts = np.searchsorted(boxes[downwards, 1], boxes[:, 1])
    found = np.zeros(len(boxes), np.intp)
    _frames(boxes, hollow, downwards, starts, found)
    return found


@compiled
@no_type_check
def _frames(boxes, hollow, downwards, starts, found):
    n = boxes.shape[0]
    for i in range(n):
        if not hollow[i]:
            continue
        left, top, width, height = boxes[i, 0], boxes[i, 1], boxes[i, 2], boxes[i, 3]
        last_left, first_right, joined = -1, 1 << 30, False
        count = tallest = 0
        for k in range(starts[i], n):
            j = downwards[k]
            x, y, w, h = boxes[j, 0], boxes[j, 1], boxes[j, 2], boxes[j, 3]
            if y >= top + height:
                break
            inside = x > left and x + w < left + width and y > top and y + h < top + height
            if not inside or h < MIN_LETTER or h < FRAMED * height:
                continue
            last_left, first_right = max(last_left, x), min(first_right, x + w)
            count, tallest = count + 1, max(tallest, h)
            off_x, off_y = abs(2 * x + w - 2 * left - width), abs(2 * y + h - 2 * top - height)
            middle = off_x <= OFF_MIDDLE * width and off_y <= OFF_MIDDLE * height
            joined |= middle and w >= JOINED * h and w <= 0.75 * width
        if joined or last_left >= first_right:
            high = COUNTER[0] * height <= tallest <= COUNTER[1] * height
            found[i] = 2 if high and count * height <= COUNTERS * width else 1
