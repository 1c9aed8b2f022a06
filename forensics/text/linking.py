"""Which strokes of a screen belong together, by their boxes alone; every pair is looked at, so all is compiled."""

from __future__ import annotations

import numpy as np

from forensics.jit import compiled

MIN_LETTER = 6  # pixels of height
FIELD_GAP = 0.95  # of the letter height: a wider gap starts another field
LIKE_HEIGHT = 2.0  # letters of one line differ by no more: x-height to capital with an accent
MARK_WIDTH = 3  # of the letter height: four bullets are no wider
ACCENT_HEIGHT = 0.32  # of the letter height: a row of accents is no higher, a line of small print is
FRAMED = 0.08  # of a frame's height: letters in a button, badge or tile are higher
JOINED = 1.2  # width over height of strokes in a frame that are more than one letter
OFF_MIDDLE = 0.12  # of a frame's width and height: joined letters in a badge stand nearer to its middle


@compiled
def letters_in_rows(boxes):
    """(n,) int: the row of each box (x, y, width, height): letters of like height side by side, a letter apart at most.

    What has neighbours on one side that stand one above the other is an icon beside two lines, and a row of its own.
    """
    n = len(boxes)
    beside = np.zeros((n, n), np.bool_)
    for i in range(n):
        x, y, width, height = boxes[i]
        for j in range(i):
            taller, shorter = max(height, boxes[j, 3]), min(height, boxes[j, 3])
            if taller > LIKE_HEIGHT * shorter:
                continue
            overlap = min(y + height, boxes[j, 1] + boxes[j, 3]) - max(y, boxes[j, 1])
            gap = max(x, boxes[j, 0]) - min(x + width, boxes[j, 0] + boxes[j, 2])
            if overlap >= 0.6 * shorter and gap <= FIELD_GAP * min(taller, 1.4 * shorter):
                beside[i, j] = beside[j, i] = True
    icon = np.zeros(n, np.bool_)
    for i in range(n):
        lowest_top, highest_bottom = np.full(2, -1), np.full(2, 1 << 30)  # of neighbours to the left and to the right
        for j in range(n):
            x, y, width, height = boxes[j]
            if beside[i, j] and x != boxes[i, 0] and max(x, boxes[i, 0]) >= min(x + width, boxes[i, 0] + boxes[i, 2]):
                side = int(x > boxes[i, 0])
                lowest_top[side] = max(lowest_top[side], y)
                highest_bottom[side] = min(highest_bottom[side], y + height)
        icon[i] = (lowest_top >= highest_bottom).any()
    groups = np.full(n, -1)
    waiting = np.empty(n, np.intp)
    count = 0
    for first in range(n):
        if groups[first] >= 0:
            continue
        groups[first], waiting[0], left = count, first, 1
        while left:
            left -= 1
            i = waiting[left]
            for j in range(n):
                if beside[i, j] and groups[j] < 0 and not icon[i] and not icon[j]:
                    groups[j], waiting[left] = count, j
                    left += 1
        count += 1
    return groups


@compiled
def hosts(boxes, lines):
    """(n,) int: the line nearest to each mark (comma, accent, bullet) that may belong to it; itself for all others.

    `lines` is (n,) bool: which of the boxes (x, y, width, height) are lines of text.
    """
    n = len(boxes)
    found = np.arange(n)
    for i in range(n):
        x, y, width, height = boxes[i]
        nearest = np.inf
        for j in range(n):
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
            if distance < nearest:
                nearest, found[i] = distance, j
    return found


@compiled
def frames(boxes, hollow):
    """(n,) bool: hollow, and encloses strokes side by side, or joined ones, as high as letters in a button or tile."""
    n = len(boxes)
    found = np.zeros(n, np.bool_)
    for i in range(n):
        if not hollow[i]:
            continue
        left, top, width, height = boxes[i]
        last_left, first_right = -1, 1 << 30
        for j in range(n):
            x, y, w, h = boxes[j]
            inside = x > left and x + w < left + width and y > top and y + h < top + height
            if not inside or h < MIN_LETTER or h < FRAMED * height:
                continue
            last_left, first_right = max(last_left, x), min(first_right, x + w)
            off_x, off_y = abs(2 * x + w - 2 * left - width), abs(2 * y + h - 2 * top - height)
            middle = off_x <= OFF_MIDDLE * width and off_y <= OFF_MIDDLE * height
            found[i] |= middle and w >= JOINED * h and w <= 0.75 * width
        found[i] |= last_left >= first_right
    return found
