"""Small networks of our own that read lines in one script, with all digits and the Latin letters that stand beside it.

The readers at hand drop letters that they do not know from a line, and are sure of the rest. A network has convolutions
alone (Borisyuk et al., Rosetta: Large Scale System for Text Detection and Recognition in Images, KDD 2018) and is
trained on drawn lines by connectionist temporal classification (Graves et al., ICML 2006): `python -m
benchmarks.eastern`. It tells the signs of a line from left to right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

import cv2
import numpy as np

from realfake.forensics.content.numerals import with_numbers

LATIN = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
HEIGHT = 40  # pixels to which a line is scaled, what is around it among them
STRETCH = 1.5  # by which it is wider then: narrow signs side by side are apart
WIDEST = 2400  # columns; a longer line is squeezed
FAINT = 40  # gray levels: less contrast is no ink
STEP = 1 / 64  # of confidence: what processors differ by is smaller


@dataclass(frozen=True)
class Layer:
    """A convolution: channels in and out, rows and columns seen, moved by, added around, and apart from each other."""

    fed: int
    cells: int
    size: tuple[int, int]
    step: tuple[int, int] = (1, 1)
    around: tuple[int, int] = (1, 1)
    apart: int = 1  # columns
    adds: bool = False  # to what it was fed
    last: bool = False  # its cells are scores of signs


@dataclass(frozen=True)
class Network:
    """What reads lines in one script.

    Attributes
    ----------
    signs : all that it tells, the first "" for none
    weights : file of its weights, in eight bits: (cells, fed * rows * columns) of each layer with a scale for each cell
    """

    signs: tuple[str, ...]
    weights: Path

    @property
    def layers(self) -> tuple[Layer, ...]:
        """From a picture's rows to one row of scores, at every fourth column."""
        return (
            Layer(1, 16, (3, 3), (2, 2)),
            Layer(16, 32, (3, 3), (2, 1)),
            Layer(32, 48, (3, 3), (2, 2)),
            Layer(48, 64, (3, 3), (2, 1)),
            Layer(64, 80, (3, 3), around=(0, 1)),
            Layer(80, 80, (1, 3), around=(0, 1), adds=True),
            Layer(80, 80, (1, 3), around=(0, 2), apart=2, adds=True),
            Layer(80, 80, (1, 3), around=(0, 4), apart=4, adds=True),
            Layer(80, len(self.signs), (1, 1), around=(0, 0), last=True),
        )

    def shown(self, crop: np.ndarray) -> tuple[str, float]:
        """The signs of a line's picture, (h, w, 3) uint8, as they stand from left to right, and how sure they are."""
        picture = seen(crop)
        told = self.likely(picture)
        best = told.argmax(axis=1)
        kept = best != 0
        kept[1:] &= best[1:] != best[:-1]
        sure = float(told.max(axis=1)[kept].mean(dtype=np.float64)) if kept.any() else 0.0
        read = [self.signs[number] for number in best[kept]]
        return with_numbers(read, np.flatnonzero(kept), told, picture, self.signs), round(sure / STEP) * STEP

    def likely(self, picture: np.ndarray) -> np.ndarray:
        """How likely each sign is at each step from left to right, (steps, signs) float32.

        Parameters
        ----------
        picture : ndarray, (`HEIGHT`, w) float32
            As `seen` gives it.
        """
        held = picture[None]
        for layer, (weights, bias) in zip(self.layers, _stored(self.weights), strict=True):
            told = convolved(held, layer, weights) + bias[:, :, None]
            told = told if layer.last else np.maximum(told, 0)
            held = held + told if layer.adds else told
        scores = held[:, 0].T
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(scores / scores.sum(axis=1, keepdims=True))


@cache
def _stored(file: Path) -> Sequence[tuple[np.ndarray, np.ndarray]]:
    """Of each layer its weights, (cells, fed * rows * columns), and its bias, (cells, 1)."""
    with np.load(file) as stored:
        layers = range(sum(name.startswith("weights") for name in stored))
        return [(stored[f"weights{i}"] * stored[f"scale{i}"][:, None], stored[f"bias{i}"][:, None]) for i in layers]


def seen(crop: np.ndarray) -> np.ndarray:
    """A line's picture, (h, w, 3) uint8, as a network sees it: its `strength`, (`HEIGHT`, w) float32."""
    ink = strength(crop)
    height, width = ink.shape
    wide = min(max(round(STRETCH * HEIGHT * width / height), 8), WIDEST)
    way = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(ink, (wide, HEIGHT), interpolation=way), np.float32)


def strength(crop: np.ndarray) -> np.ndarray:
    """How far each pixel of a line's picture is from its ground, (h, w) float32, 0 to 1 of the farthest."""
    gray = cv2.cvtColor(np.ascontiguousarray(crop), cv2.COLOR_RGB2GRAY).astype(np.int16)
    off = np.abs(gray - int(np.median(np.concatenate([gray[0], gray[-1]]))))
    return (off / np.float32(max(int(off.max()), FAINT))).astype(np.float32)


def convolved(held: np.ndarray, layer: Layer, weights: np.ndarray) -> np.ndarray:
    """(cells, rows, columns) of (fed, rows, columns) by weights (cells, fed * rows * columns)."""
    (up, aside), (rows, columns), (down, right) = layer.around, layer.size, layer.step
    padded = np.pad(held, ((0, 0), (up, up), (aside, aside)))
    high = (padded.shape[1] - rows) // down + 1
    wide = (padded.shape[2] - (columns - 1) * layer.apart - 1) // right + 1
    parts = [
        padded[:, y : y + down * high : down, x * layer.apart :: right][:, :high, :wide]
        for y, x in product(range(rows), range(columns))
    ]
    fed = np.stack(parts, axis=1).reshape(-1, high * wide)
    return np.asarray(weights @ fed).reshape(-1, high, wide)
