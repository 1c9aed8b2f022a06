"""Rows that only repeat those above them, as most rows of a screen do, and planes without them."""

from __future__ import annotations

from typing import NamedTuple, no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled

DEPTH = 8  # equal rows in sequence that are kept, or one more


class DistinctRows(NamedTuple):
    """A plane without most of the rows that equal the one above.

    Attributes
    ----------
    plane : ndarray, shape (h, W)
        Of equal rows in sequence `DEPTH` stay, or one more: an even number is left out, so that every other row of this
        plane is every other row of the whole one.
    times : ndarray, shape (h,), int64
        How often the whole plane holds what stands in any window of at most `DEPTH` rows that starts at each row:
        counted so often, windows of this plane are those of the whole one.
    """

    plane: np.ndarray
    times: np.ndarray


def repeated_rows(plane: np.ndarray) -> np.ndarray:
    """(H,) bool: rows of a uint8 plane, (H, W), that equal the one above."""
    repeated = np.zeros(plane.shape[0], np.bool_)
    _mark(np.ascontiguousarray(plane), repeated)
    return repeated


def equal_rows(repeated: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """From `repeated_rows`, where each sequence of equal rows starts and how many they are: both int64."""
    starts = np.flatnonzero(~repeated)
    return starts, np.diff(np.r_[starts, len(repeated)])


def distinct_rows(plane: np.ndarray) -> DistinctRows:
    """Leave out rows that repeat: half of a common screen, none of a photograph.

    Parameters
    ----------
    plane : ndarray, shape (H, W), uint8
    """
    starts, lengths = equal_rows(repeated_rows(plane))
    spare = np.maximum(lengths - DEPTH, 0) // 2 * 2
    times = np.ones(len(plane), np.int64)
    times[starts] += spare
    stays = np.arange(len(plane)) - np.repeat(starts, lengths) < np.repeat(lengths - spare, lengths)
    return DistinctRows(plane[stays], times[stays])


@compiled
@no_type_check
def _mark(plane, repeated):
    width = plane.shape[1]
    whole = width // 8 * 8
    for y in range(1, plane.shape[0]):
        row, above = plane[y, :whole].view(np.uint64), plane[y - 1, :whole].view(np.uint64)
        differ = np.uint64(0)
        for x in range(row.size):
            differ |= row[x] ^ above[x]
        for x in range(whole, width):
            differ |= np.uint64(plane[y, x] ^ plane[y - 1, x])
        repeated[y] = differ == 0
