"""Markov transitions: how differences of DCT and of wavelet coefficients follow one another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import no_type_check

import numpy as np

from forensics.catalog import Measurement, family, features
from forensics.image import ForensicImage, block_dct
from forensics.jit import compiled

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
    for channel, modes in (("luma", image.dct8), ("cb", block_dct(blue.astype(np.float32) - 128))):
        magnitudes = np.rint(np.abs(modes)).astype(np.int16)
        within, between = dct_transitions(magnitudes)
        for scope, table in (("within", within), ("between", between)):
            columns = [f"{channel}_{scope}__{name}" for name in names]
            yield from features(columns, table.ravel(), "probability", f"next DCT magnitude difference {scope} blocks")
    for level, bands in enumerate(image.wavelet[:LEVELS], start=1):
        counts = np.zeros((VALUES, VALUES), np.int64)
        for band in bands:
            plane = np.rint(np.abs(band)).astype(np.int16)
            _count(plane, 1, counts)
            _count(np.ascontiguousarray(plane.T), 1, counts)
        columns = [f"wavelet{level}__{name}" for name in names]
        yield from features(columns, transitions(counts).ravel(), "probability", "next wavelet magnitude difference")


def dct_transitions(magnitudes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Transitions between neighbouring modes of a block and between the same modes of neighbouring blocks.

    Parameters
    ----------
    magnitudes : ndarray, shape (rows, columns, 8, 8), int16
        Absolute rounded DCT coefficients.

    Returns
    -------
    within, between : ndarray, shape (7, 7)
        Rows: a difference, truncated to -3..3; columns: the one after it. Both directions are added up.
    """
    rows, columns = magnitudes.shape[:2]
    plane = np.ascontiguousarray(magnitudes.transpose(0, 2, 1, 3)).reshape(rows * 8, columns * 8)
    turned = np.ascontiguousarray(plane.T)
    found = []
    for step in (1, 8):
        counts = np.zeros((VALUES, VALUES), np.int64)
        _count(plane, step, counts)
        _count(turned, step, counts)
        found.append(transitions(counts))
    return found[0], found[1]


def transitions(counts: np.ndarray) -> np.ndarray:
    """Rows of counts as probabilities; a row without counts is 0."""
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def _signed(value: int) -> str:
    return f"n{-value}" if value < 0 else str(value)


@compiled
@no_type_check
def _count(plane, step, counts):
    height, width = plane.shape
    codes = np.empty(width, np.uint8)
    pairs = np.empty(width, np.uint8)
    even, odd = np.zeros(counts.size, np.int64), np.zeros(counts.size, np.int64)
    length = width - 2 * step
    for y in range(height):
        row = plane[y]
        for x in range(width - step):
            codes[x] = min(max(np.int32(row[x]) - np.int32(row[x + step]), -RANGE), RANGE) + RANGE
        for x in range(length):
            pairs[x] = codes[x] * VALUES + codes[x + step]
        # Neighbours are often alike: two tables in turn spare the processor the wait for its own last write.
        for x in range(0, length - 1, 2):
            even[pairs[x]] += 1
            odd[pairs[x + 1]] += 1
        if length > 0 and length % 2:
            even[pairs[length - 1]] += 1
    for i in range(VALUES):
        for j in range(VALUES):
            counts[i, j] += even[i * VALUES + j] + odd[i * VALUES + j]
