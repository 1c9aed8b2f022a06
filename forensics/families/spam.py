"""SPAM: second-order Markov transitions of pixel differences in eight directions, 686 numbers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import cv2
import numpy as np

from realfake.forensics.arrays.sequences import difference_codes, sequence_counts
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import Measurement, family, features

RANGE = 3  # T: differences beyond it have no transition of their own
VALUES = 2 * RANGE + 1
CODES = VALUES + 2  # and one code on each side for what lies beyond


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
    transitions = []
    for turned, step in ((plane, (0, 1)), (plane, (1, 0)), (plane, (1, 1)), (cv2.flip(plane, 1), (1, 1))):
        forward = sequence_counts(difference_codes(turned, step, RANGE + 1), CODES, 3, step)
        # Walked the other way, a sequence of differences is reversed and changes its sign.
        transitions.append(_transition(forward) + _transition(forward[::-1, ::-1, ::-1].transpose(2, 1, 0)))
    horizontal, vertical, falling, rising = transitions
    return np.concatenate([(horizontal + vertical).ravel(), (falling + rising).ravel()]) / 4


def _transition(counts: np.ndarray) -> np.ndarray:
    """P(third | first, second) for differences within the range; the condition counts every third difference."""
    given = counts.sum(axis=2)[1:-1, 1:-1, None]
    return np.where(given > 0, counts[1:-1, 1:-1, 1:-1] / np.maximum(given, 1), 0.0)
