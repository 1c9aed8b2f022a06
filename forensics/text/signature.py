"""The signature of a screen: what is remembered of its words, so that the same word is known again without the image.

A word is kept as a raster, `ROWS` rows high and as wide as the word is long: of each cell of the normalised coverage
whether ink covers it, may touch it, or does not. It survives PNG and JPEG, scaling, and a crop, as place and size are
kept beside it. The word's print, the signs of low frequencies of a coarser raster, has one length for all words: by it
a word is looked up.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from realfake.forensics.arrays.exact import area_means
from realfake.forensics.box import Box
from realfake.forensics.image import ForensicImage
from realfake.forensics.text.direction import SIDEWAYS, Direction
from realfake.forensics.text.words import ScreenText, read_screen

VERSION = 1  # of what is remembered; signatures of two versions are not compared
ROWS = 16  # cells of a word's height
WIDEST = 400  # cells of a word's length; longer ones are drawn narrower
TOUCHED, COVERED = 0.15, 0.4  # coverage of a cell above which ink touches it, and covers it
THIN = 0.6  # of the densest cells of a word, where its strokes are too thin to cover any
COARSE = (8, 32)  # rows and columns of the raster behind the print
VERTICAL, HORIZONTAL = 4, 16  # frequencies of the print, row by row; the bit of the mean is always 0
PRINT = VERTICAL * HORIZONTAL  # bits
SHAPE = np.dtype([
    ("x", "<u2"), ("y", "<u2"), ("width", "<u2"), ("height", "<u2"), ("ink", "u1", 3), ("ground", "u1", 3),
    ("mass", "u1"), ("soft", "u1"), ("plain", "u1"), ("columns", "<u2"),
    ("print", "u1", PRINT // 8),
])  # fmt: skip


@dataclass(frozen=True)
class Signature:
    """What is remembered of one screen.

    Attributes
    ----------
    size : (int, int)
        Width and height of the screen as it is read, pixels.
    words : ndarray, (n,) of `SHAPE`
        Boxes in pixels of the screen as it is read; colours, 0..255; `mass` the mean coverage and `soft` the share of
        half covered pixels in the box, `plain` the share of its surroundings that is plain ground, in 255ths; `columns`
        of the raster; the bits of the `print`.
    rasters : tuple of ndarray, (ROWS, columns) uint8
        2 where ink covers a cell, 1 where it touches it, 0 elsewhere.
    direction : Direction
        How the stored picture is turned to be read.
    texts, kinds : tuple of str
        What each word says and what it is (`identifier`, `moment`, ...), "" where that was not read.
    """

    size: tuple[int, int]
    words: np.ndarray
    rasters: tuple[np.ndarray, ...]
    direction: Direction = Direction()
    texts: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def boxes(self) -> np.ndarray:
        """(n, 4) float64: left, top, right and bottom edge of each word, pixels of the screen as it is read."""
        x, y, width, height = (self.words[name].astype(float) for name in ("x", "y", "width", "height"))
        return np.stack([x, y, x + width, y + height], axis=1)

    @cached_property
    def prints(self) -> np.ndarray:
        """(n, PRINT) bool."""
        return np.unpackbits(self.words["print"], axis=1).astype(bool)

    @property
    def stored_size(self) -> tuple[int, int]:
        """Width and height of the stored picture, pixels."""
        return self.size[::-1] if self.direction.turn in SIDEWAYS else self.size

    def stored_box(self, word: int) -> Box:
        """The box of a word in pixels of the stored picture."""
        one = self.words[word]
        box = Box(int(one["x"]), int(one["y"]), int(one["width"]), int(one["height"]))
        return self.direction.stored(box, *self.stored_size)


def screen_signature(image: ForensicImage) -> Signature:
    """Measure the signature of one image."""
    return signature_of(read_screen(image))


def signature_of(screen: ScreenText) -> Signature:
    """The signature of a screen whose words were found."""
    words = np.zeros(len(screen.words), SHAPE)
    rasters = []
    for record, word in zip(words, screen.words, strict=True):
        covered = np.clip(word.coverage[word.inner], 0, 1)
        levels = np.rint(255 * covered).astype(np.uint8)
        raster = _raster(levels)
        rasters.append(raster)
        for name, side in zip(("x", "y", "width", "height"), word.box, strict=True):
            record[name] = side
        record["ink"], record["ground"] = _colour(word.ink), _colour(word.background)
        record["mass"] = round(255 * float(covered.mean(dtype=np.float64)))
        record["soft"] = round(255 * float(np.mean((covered > 0.2) & (covered < 0.8))))
        record["plain"] = round(255 * word.plainness)
        record["columns"] = raster.shape[1]
        record["print"] = _print(levels)
    upright = screen.image.width, screen.image.height
    return Signature(upright, words, tuple(rasters), screen.direction)


def to_bytes(signature: Signature) -> bytes:
    """What `from_bytes` reads back: some kilobytes for a receipt."""
    head = np.array([VERSION, *signature.size, signature.direction.turn, len(signature)], "<u4").tobytes()
    cells = np.concatenate([raster.ravel() for raster in signature.rasters]) if len(signature) else np.empty(0)
    bits = np.packbits([cells > 0, cells > 1], axis=1)  # two planes
    said = "\0".join((*signature.texts, *signature.kinds)).encode("utf-8", "replace")
    columns = signature.words.view(np.uint8).reshape(len(signature), SHAPE.itemsize).T  # fields of a kind lie together
    return zlib.compress(head + columns.tobytes() + bits.tobytes() + said, 6)


def from_bytes(data: bytes) -> Signature:
    """The inverse of `to_bytes`.

    Raises
    ------
    ValueError
        If these are not the bytes of a signature of this version.
    """
    try:
        plain = zlib.decompress(data)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    version, width, height, turn, count = np.frombuffer(plain, "<u4", 5).tolist()
    if version != VERSION:
        raise ValueError(f"signature of version {version}")
    start, item = 20, SHAPE.itemsize
    columns = np.frombuffer(plain, np.uint8, count * item, start).reshape(item, count)
    words = np.ascontiguousarray(columns.T).reshape(-1).view(SHAPE) if count else np.zeros(0, SHAPE)
    start += count * item
    lengths = ROWS * words["columns"].astype(np.int64)
    packed = -(-int(lengths.sum()) // 8)
    planes = np.frombuffer(plain, np.uint8, 2 * packed, start).reshape(2, packed)
    bits = np.unpackbits(planes, axis=1).sum(axis=0, dtype=np.uint8)
    ends = np.cumsum(lengths)
    rasters = tuple(bits[end - length : end].reshape(ROWS, -1) for end, length in zip(ends, lengths, strict=True))
    said = plain[start + 2 * packed :].decode().split("\0") if len(plain) > start + 2 * packed else []
    return Signature((width, height), words, rasters, Direction(turn), tuple(said[:count]), tuple(said[count:]))


def _raster(levels: np.ndarray) -> np.ndarray:
    """The raster of a word's coverage, (h, w) uint8 in 255ths."""
    columns = int(np.clip(round(ROWS * levels.shape[1] / levels.shape[0]), 2, WIDEST))
    cells = area_means(levels, (ROWS, columns)) / 255
    dense = np.sort(cells, axis=None)[int(0.95 * cells.size)]
    return np.asarray((cells > TOUCHED).astype(np.uint8) + (cells > max(min(COVERED, THIN * dense), TOUCHED)))


def _print(levels: np.ndarray) -> np.ndarray:
    """(PRINT / 8,) uint8: the signs of low frequencies of a word's coverage, packed."""
    down, across = _basis()
    waves = down @ np.rint(area_means(levels, COARSE)).astype(np.int64) @ across.T
    waves[0, 0] = 0
    return np.packbits(waves.ravel() > 0)


@cache
def _basis() -> tuple[np.ndarray, np.ndarray]:
    """The cosines of the print, rows and columns, in whole 1024ths: sums of whole numbers are the same everywhere."""
    return tuple(
        np.rint(1024 * np.cos(np.pi * (2 * np.arange(side) + 1) * np.arange(count)[:, None] / (2 * side))).astype(
            np.int64
        )
        for side, count in zip(COARSE, (VERTICAL, HORIZONTAL), strict=True)
    )


def _colour(colour: np.ndarray) -> np.ndarray:
    return np.asarray(np.clip(np.rint(colour), 0, 255).astype(np.uint8))
