"""The colour of a ground and of the ink on it, and how much of a pixel the ink covers."""

from __future__ import annotations

from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled

COVERAGE_STEPS = 4096  # of one: squares of such fractions fit single precision, and sums of them double precision
THOUSANDTHS = 299, 587, 114  # BT.601 weights of red, green and blue


def luma_of(colours: np.ndarray) -> np.ndarray:
    """(...,) float64: BT.601 luma of (..., 3) colours; exact to the last bit where they are whole numbers."""
    colours = np.asarray(colours, np.float64)
    red, green, blue = (weight * colours[..., channel] for channel, weight in enumerate(THOUSANDTHS))
    return np.asarray((red + green + blue) / 1000)


def coverage_of(pixels: np.ndarray, background: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """(h, w) float32: how far each pixel lies from the background towards the ink, in whole `COVERAGE_STEPS`.

    The place on the straight line from the background, (3,), to the background plus `offset`, (3,), nearest to the
    colour.
    """
    coverage = np.empty(pixels.shape[:2], np.float32)
    _coverage(pixels, background, offset, coverage)
    return coverage


def median_colour(pixels: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """(3,) float32: the lower median of each channel of the masked pixels, (h, w, 3) uint8, by counting."""
    median = np.zeros(3, np.float32)
    _median(np.ascontiguousarray(pixels), mask, np.zeros((3, 256), np.int64), median)
    return median


def ink_offsets(pixels: np.ndarray, boxes: np.ndarray, background: np.ndarray) -> np.ndarray:
    """(n, 3) float32: in each box (x, y, width, height), mean offset from the background of the farthest twelfth.

    `pixels` are (H, W, 3) uint8 and `background` whole numbers.
    """
    offsets = np.zeros((len(boxes), 3), np.float32)
    _offsets(pixels, boxes, background, np.empty(256, np.int64), offsets)
    return offsets


@compiled
@no_type_check
def _coverage(pixels, background, offset, coverage):
    height, width = coverage.shape
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


@compiled
@no_type_check
def _median(pixels, mask, counts, median):
    total = 0
    for y in range(mask.shape[0]):
        for x in range(mask.shape[1]):
            if mask[y, x]:
                total += 1
                for c in range(3):
                    counts[c, pixels[y, x, c]] += 1
    for c in range(3):
        below = 0
        for value in range(256):
            below += counts[c, value]
            if 2 * below >= total:
                median[c] = value
                break


@compiled
@no_type_check
def _offsets(pixels, boxes, background, counts, offsets):
    ground_red, ground_green, ground_blue = int(background[0]), int(background[1]), int(background[2])
    for i in range(boxes.shape[0]):
        left, top, width, height = boxes[i, 0], boxes[i, 1], boxes[i, 2], boxes[i, 3]
        for far in range(256):
            counts[far] = 0
        cut = red = green = blue = number = 0
        for step in range(2):  # how far the pixels are, then the sums of the farthest
            for y in range(top, top + height):
                for x in range(left, left + width):
                    off_red = int(pixels[y, x, 0]) - ground_red
                    off_green = int(pixels[y, x, 1]) - ground_green
                    off_blue = int(pixels[y, x, 2]) - ground_blue
                    far = max(abs(off_red), max(abs(off_green), abs(off_blue)))
                    if step == 0:
                        counts[far] += 1
                    elif far >= cut:
                        number += 1
                        red += off_red
                        green += off_green
                        blue += off_blue
            if step == 0:
                cut, taken = 255, counts[255]
                while taken < max(height * width // 12, 3) and cut > 0:
                    cut -= 1
                    taken += counts[cut]
        offsets[i, 0], offsets[i, 1], offsets[i, 2] = red / number, green / number, blue / number
