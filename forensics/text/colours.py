"""The colour of a ground and of the ink on it."""

from __future__ import annotations

import numpy as np

from realfake.forensics.arrays.jit import compiled


@compiled
def median_colour(pixels, mask):
    """(3,) float32: the lower median of each channel of the masked pixels, by counting."""
    counts = np.zeros((3, 256), np.int64)
    total = 0
    for y in range(mask.shape[0]):
        for x in range(mask.shape[1]):
            if mask[y, x]:
                total += 1
                for c in range(3):
                    counts[c, int(pixels[y, x, c])] += 1
    median = np.zeros(3, np.float32)
    for c in range(3):
        below = 0
        for value in range(256):
            below += counts[c, value]
            if 2 * below >= total:
                median[c] = value
                break
    return median


@compiled
def ink_offsets(pixels, boxes, background):
    """(n, 3) float32: in each box (x, y, width, height), mean offset from the background of the farthest twelfth."""
    offsets = np.zeros((len(boxes), 3), np.float32)
    for i in range(len(boxes)):
        left, top, width, height = boxes[i]
        counts = np.zeros(256, np.int64)
        distance = np.zeros((height, width), np.int64)
        for y in range(height):
            for x in range(width):
                far = 0.0
                for c in range(3):
                    far = max(far, abs(pixels[top + y, left + x, c] - background[c]))
                distance[y, x] = int(far)
                counts[int(far)] += 1
        wanted = max(height * width // 12, 3)
        cut, taken = 255, counts[255]
        while taken < wanted and cut > 0:
            cut -= 1
            taken += counts[cut]
        offset = np.zeros(3, np.float64)
        number = 0
        for y in range(height):
            for x in range(width):
                if distance[y, x] >= cut:
                    number += 1
                    for c in range(3):
                        offset[c] += pixels[top + y, left + x, c] - background[c]
        offsets[i] = offset / number
    return offsets
