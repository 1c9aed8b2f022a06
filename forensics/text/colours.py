"""The colour of a ground and of the ink on it, and how much of a pixel the ink covers."""

from __future__ import annotations

from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled

COVERAGE_STEPS = 4096  # of one: squares of such fractions fit single precision, and sums of them double precision
THOUSANDTHS = 299, 587, 114  # BT.601 weights of red, green and blue


def luma_of(colours: np.ndarray) -> np.ndarray:
    """(...,) float64: BT.601 luma of (..., 3) colours; exact to the last bit where they are whole numbers."""
    red, green, blue = np.moveaxis(np.asarray(colours, np.float64), -1, 0)
    return np.asarray((THOUSANDTHS[0] * red + THOUSANDTHS[1] * green + THOUSANDTHS[2] * blue) / 1000)


@compiled
@no_type_check
def luma_plane(pixels):
    """(h, w) float32 of (h, w, 3) whole numbers, the same to the last bit."""
    height, width = pixels.shape[:2]
    luma = np.empty((height, width), np.float32)
    for y in range(height):
        for x in range(width):
            luma[y, x] = (299.0 * pixels[y, x, 0] + 587.0 * pixels[y, x, 1] + 114.0 * pixels[y, x, 2]) / 1000.0
    return luma


@compiled
@no_type_check
def coverage_of(pixels, background, offset):
    """(h, w) float32: how far each pixel lies from the background towards the ink, in whole `COVERAGE_STEPS`.

    The place on the straight line from the background, (3,), to the background plus `offset`, (3,), nearest to the
    colour.
    """
    height, width = pixels.shape[:2]
    coverage = np.empty((height, width), np.float32)
    red, green, blue = np.float64(offset[0]), np.float64(offset[1]), np.float64(offset[2])
    scale = COVERAGE_STEPS / (red * red + green * green + blue * blue)
    for y in range(height):
        for x in range(width):
            along = (
                red * (pixels[y, x, 0] - background[0])
                + green * (pixels[y, x, 1] - background[1])
                + blue * (pixels[y, x, 2] - background[2])
            )
            coverage[y, x] = np.rint(along * scale) / COVERAGE_STEPS
    return coverage


@compiled
@no_type_check
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
@no_type_check
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
