"""SPAM: second-order Markov transitions of pixel differences in eight directions, 686 numbers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from forensics.catalog import Measurement, family, features
from forensics.image import ForensicImage
from forensics.jit import compiled

RANGE = 3  # T: differences beyond it have no transition of their own
VALUES = 2 * RANGE + 1
CODES = VALUES + 2  # and one code on each side for what lies beyond
DIRECTIONS = ((0, 1), (1, 0), (1, 1), (1, -1))  # (rows, columns); each also stands for its opposite


@family(
    "spam",
    cost="full",
    optional=True,
    source="T. Pevny, P. Bas, J. Fridrich, Steganalysis by Subtractive Pixel Adjacency Matrix, IEEE TIFS 2010, "
    "doi:10.1109/TIFS.2010.2045842",
)
def subtractive_pixel_adjacency(image: ForensicImage) -> Iterator[Measurement]:
    """Second-order transition probabilities of luma differences, straight and diagonal."""
    triples = product(range(-RANGE, RANGE + 1), repeat=3)
    names = ["_".join(f"n{-v}" if v < 0 else str(v) for v in triple) for triple in triples]
    straight, diagonal = spam686(image.luma8).reshape(2, -1)
    meaning = "probability of the third of three successive differences, given the two before it"
    yield from features([f"straight__{name}" for name in names], straight, "probability", meaning)
    yield from features([f"diagonal__{name}" for name in names], diagonal, "probability", meaning)


def spam686(plane: np.ndarray) -> np.ndarray:
    """The 686 SPAM features of a plane, after equations (4) to (6) of the paper with T = 3.

    Parameters
    ----------
    plane : ndarray, shape (H, W), uint8

    Returns
    -------
    ndarray, shape (686,), float64
        343 for the mean of the four straight directions, then 343 for the diagonals; within each, the oldest
        difference varies slowest. A transition from a pair that never occurs is 0.
    """
    plane = np.ascontiguousarray(plane)
    transitions = []
    for rows, columns in DIRECTIONS:
        counts = np.zeros(CODES**3, np.int64)
        _count(plane, rows, columns, counts)
        forward = counts.reshape(CODES, CODES, CODES)
        # Walked the other way, a sequence of differences is reversed and changes its sign.
        transitions.append(_transition(forward) + _transition(forward[::-1, ::-1, ::-1].transpose(2, 1, 0)))
    horizontal, vertical, falling, rising = transitions
    return np.concatenate([(horizontal + vertical).ravel(), (falling + rising).ravel()]) / 4


def _transition(counts: np.ndarray) -> np.ndarray:
    """P(third | first, second) for differences within the range; the condition counts every third difference."""
    given = counts.sum(axis=2)[1:-1, 1:-1, None]
    return np.where(given > 0, counts[1:-1, 1:-1, 1:-1] / np.maximum(given, 1), 0.0)


@compiled
def _count(plane, rows, columns, counts):
    height, width = plane.shape
    first = 3 if columns < 0 else 0
    length = width - 3 * abs(columns)
    codes = np.empty((3, length), np.uint8)
    triple = np.empty(length, np.uint16)
    even, odd = np.zeros(counts.size, np.int64), np.zeros(counts.size, np.int64)
    for y in range(height - 3 * rows):
        for step in range(3):
            start = first + step * columns
            here = plane[y + step * rows, start : start + length]
            there = plane[y + (step + 1) * rows, start + columns : start + columns + length]
            out = codes[step]
            for x in range(length):
                out[x] = min(max(np.int32(here[x]) - np.int32(there[x]) + 4, 0), 8)
        a, b, c = codes[0], codes[1], codes[2]
        for x in range(length):
            triple[x] = a[x] * 81 + b[x] * 9 + c[x]
        # Neighbours are often alike: two tables in turn spare the processor the wait for its own last write.
        for x in range(0, length - 1, 2):
            even[triple[x]] += 1
            odd[triple[x + 1]] += 1
        if length % 2:
            even[triple[length - 1]] += 1
    counts += even + odd
