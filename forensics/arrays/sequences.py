"""Counts of short sequences of neighbouring small numbers: what co-occurrences and transitions are made of."""

from __future__ import annotations

from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled

SKIP = 32  # sequences that are counted at once where all of them are alike, as on the flats of a screen
LANES = 4  # sequences in a machine word

Step = tuple[int, int]  # rows down and columns to the right, neither negative


def difference_codes(plane: np.ndarray, step: Step, limit: int) -> np.ndarray:
    """Each pixel less its neighbour one step on, cut to -limit..limit, as codes 0..2 * limit.

    Parameters
    ----------
    plane : ndarray, shape (H, W), uint8 or int16
    step : (rows, columns)
    limit : int, 1..127

    Returns
    -------
    ndarray, shape (H - rows, W - columns), uint8
        Of no rows or columns where the plane is smaller than the step. `numpy.clip` of a difference gives the same and
        takes over twice as long (measured on 1080x2400).
    """
    rows, columns = step
    codes = np.empty((max(plane.shape[0] - rows, 0), max(plane.shape[1] - columns, 0)), np.uint8)
    _differences(np.ascontiguousarray(plane), rows, columns, limit, codes)
    return codes


def sequence_counts(
    codes: np.ndarray, values: int, length: int, step: Step, times: np.ndarray | None = None
) -> np.ndarray:
    """How often each sequence of codes occurs, at any place, one step between its members.

    Parameters
    ----------
    codes : ndarray, shape (H, W), uint8 below `values`
    values : int
    length : int, 1..4; there are `values ** length` sequences, at most 65,536
    step : (rows, columns)
    times : ndarray, shape (at least H,), int64
        How often a sequence counts that starts in each row; once where this is None.

    Returns
    -------
    ndarray, shape (values,) * length, int64
        The first member varies slowest. `skimage.feature.graycomatrix` gives the same for pairs, which alone it
        counts, and takes nine times as long (measured on 1080x2400).
    """
    tables = np.zeros((LANES, values**length), np.int64)
    times = np.ones(len(codes), np.int64) if times is None else times
    _count(np.ascontiguousarray(codes), values, length, *step, times, tables)
    counts: np.ndarray = tables.sum(axis=0).reshape((values,) * length)
    return counts


def pair_counts(plane: np.ndarray, step: Step, limit: int) -> np.ndarray:
    """How often each two successive differences occur, as `sequence_counts` of `difference_codes`, in one pass.

    Parameters
    ----------
    plane : ndarray, shape (H, W), int16
    step : (rows, columns)
    limit : int, 1..7

    Returns
    -------
    ndarray, shape (2 * limit + 1, 2 * limit + 1), int64
    """
    values = 2 * limit + 1
    tables = np.zeros((LANES, values * values), np.int64)
    _count_pairs(np.ascontiguousarray(plane), *step, limit, tables)
    counts: np.ndarray = tables.sum(axis=0).reshape(values, values)
    return counts


@compiled
@no_type_check
def _count_pairs(plane, rows, columns, limit, tables):
    height, width = plane.shape[0] - 2 * rows, max(plane.shape[1] - 2 * columns, 0)
    low, high = np.int16(-limit), np.int16(limit)
    values = np.int16(2 * limit + 1)
    buffer = np.zeros(width // SKIP * SKIP + SKIP, np.uint8)
    words, each = buffer.view(np.uint64), np.uint64(0x0101010101010101)
    whole = width // SKIP * SKIP
    for y in range(height):
        pairs, first = buffer[:width], plane[y]
        second, third = plane[y + rows, columns:], plane[y + 2 * rows, 2 * columns :]
        for x in range(width):
            one = min(max(np.int16(first[x] - second[x]), low), high) + high
            other = min(max(np.int16(second[x] - third[x]), low), high) + high
            pairs[x] = np.uint8(np.int16(one) * values + np.int16(other))
        for start in range(0, whole, SKIP):
            part = words[start // 8 : (start + SKIP) // 8]
            differ = np.uint64(pairs[start]) * each ^ part[0]
            for i in range(1, SKIP // 8):
                differ |= part[i] ^ part[0]
            if differ == 0:
                tables[0, pairs[start]] += SKIP
                continue
            for x in range(start, start + SKIP, LANES):
                tables[0, pairs[x]] += 1
                tables[1, pairs[x + 1]] += 1
                tables[2, pairs[x + 2]] += 1
                tables[3, pairs[x + 3]] += 1
        for x in range(whole, width):
            tables[0, pairs[x]] += 1


@compiled
@no_type_check
def _differences(plane, rows, columns, limit, codes):
    low, high = np.int32(-limit), np.int32(limit)
    for y in range(codes.shape[0]):
        here, there, out = plane[y], plane[y + rows, columns:], codes[y]
        for x in range(out.size):
            out[x] = min(max(np.int32(here[x]) - np.int32(there[x]), low), high) + high


@compiled
@no_type_check
def _count(codes, values, length, rows, columns, times, tables):
    height = codes.shape[0] - (length - 1) * rows
    width = max(codes.shape[1] - (length - 1) * columns, 0)
    weights, members = np.zeros(4, np.uint16), np.zeros(4, np.int64)
    for i in range(4):  # fewer than four are filled up with the last one, which weighs nothing there
        weights[i] = values ** (length - 1 - i) if i < length else 0
        members[i] = min(i, length - 1)
    u, v, w, t = weights
    buffer = np.zeros(width // SKIP * SKIP + SKIP, np.uint16)
    words = buffer.view(np.uint64)
    for y in range(height):
        sequence, weight = buffer[:width], times[y]
        one, two = codes[y], codes[y + members[1] * rows, members[1] * columns :]
        three = codes[y + members[2] * rows, members[2] * columns :]
        four = codes[y + members[3] * rows, members[3] * columns :]
        for x in range(width):
            sequence[x] = (
                np.uint16(one[x]) * u + np.uint16(two[x]) * v + np.uint16(three[x]) * w + np.uint16(four[x]) * t
            )
        whole = width // SKIP * SKIP
        for start in range(0, whole, SKIP):
            part = words[start // LANES : (start + SKIP) // LANES]
            one = part[0]
            differ = (one >> np.uint64(16)) ^ (one & np.uint64(0xFFFFFFFFFFFF))
            for i in range(1, SKIP // LANES):
                differ |= part[i] ^ one
            if differ == 0:
                tables[0, sequence[start]] += SKIP * weight
                continue
            # Neighbours are often alike: tables in turn spare the processor the wait for its own last write.
            for x in range(start, start + SKIP, LANES):
                tables[0, sequence[x]] += weight
                tables[1, sequence[x + 1]] += weight
                tables[2, sequence[x + 2]] += weight
                tables[3, sequence[x + 3]] += weight
        for x in range(whole, width):
            tables[0, sequence[x]] += weight
