"""Markov transitions: how differences of DCT and of wavelet coefficients follow one another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays import sequences
from realfake.forensics.arrays.jit import compiled
from realfake.forensics.image import ForensicImage, dct_plane
from realfake.forensics.measurement import Measurement, family, features

RANGE = 3  # T: larger differences are counted with it
VALUES = 2 * RANGE + 1
LEVELS = 2  # of the wavelet transform


@family(
    "markov",
    cost="full",
    source="Z. He et al., Digital image splicing detection based on Markov features in DCT and DWT domain, Pattern "
    "Recognition 2012, doi:10.1016/j.patcog.2012.05.014; Y. Shi et al., ACM MMSec 2007, doi:10.1145/1288869.1288878",
)
def markov_transitions(image: ForensicImage) -> Iterator[Measurement]:
    """Transition probabilities of differences of rounded block DCT, within and between blocks, and of wavelet bands."""
    pairs = [(i - RANGE, j - RANGE) for i in range(VALUES) for j in range(VALUES)]
    names = [f"{_signed(i)}_{_signed(j)}" for i, j in pairs]
    blue, _ = image.chroma_half
    for channel, modes in (("luma", image.dct_plane), ("cb", dct_plane(blue.astype(np.float32), level=128))):
        within, between = dct_transitions(_magnitudes(modes))
        for scope, table in (("within", within), ("between", between)):
            columns = [f"{channel}_{scope}__{name}" for name in names]
            yield from features(columns, table.ravel(), "probability", f"next DCT magnitude difference {scope} blocks")
    for level, bands in enumerate(image.wavelet[:LEVELS], start=1):
        counts = np.sum([pair_counts(_magnitudes(band), 1) for band in bands], axis=0)
        columns = [f"wavelet{level}__{name}" for name in names]
        yield from features(columns, transitions(counts).ravel(), "probability", "next wavelet magnitude difference")


def dct_transitions(magnitudes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Transitions between neighbouring modes of a block and between the same modes of neighbouring blocks.

    Parameters
    ----------
    magnitudes : ndarray, shape (8 * rows, 8 * columns), int16
        Absolute rounded DCT coefficients of 8x8 blocks, each in the place of its block.

    Returns
    -------
    within, between : ndarray, shape (7, 7)
        Rows: a difference, truncated to -3..3; columns: the one after it. Both directions are added up.
    """
    return transitions(pair_counts(magnitudes, 1)), transitions(pair_counts(magnitudes, 8))


def pair_counts(plane: np.ndarray, distance: int) -> np.ndarray:
    """(7, 7) counts of successive truncated differences at a distance in pixels, to the right and downwards."""
    counts = np.zeros((VALUES, VALUES), np.int64)
    for step in ((0, distance), (distance, 0)):
        counts += sequences.pair_counts(plane, step, RANGE)
    return counts


def transitions(counts: np.ndarray) -> np.ndarray:
    """Rows of counts as probabilities; a row without counts is 0."""
    shares: np.ndarray = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return shares


def _signed(value: int) -> str:
    return f"n{-value}" if value < 0 else str(value)


def _magnitudes(plane: np.ndarray) -> np.ndarray:
    rounded = np.empty(plane.shape, np.int16)
    _round(np.ascontiguousarray(plane), rounded)
    return rounded


@compiled
@no_type_check
def _round(plane, rounded):
    for y in range(plane.shape[0]):
        row, out = plane[y], rounded[y]
        for x in range(out.size):
            out[x] = np.int16(np.rint(abs(row[x])))
