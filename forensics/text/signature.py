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
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.box import Box
from realfake.forensics.image import ForensicImage
from realfake.forensics.text.direction import SIDEWAYS, Direction
from realfake.forensics.text.words import ScreenText, Word, read_screen

VERSION = 2  # of what is remembered; signatures of two versions are not compared
ROWS = 16  # cells of a word's height
WIDEST = 400  # cells of a word's length; longer ones are drawn narrower
TOUCHED, COVERED = 0.15, 0.4  # coverage of a cell above which ink touches it, and covers it
INKLESS = 0.25  # coverage of a pixel, either way, below which it is nothing like ink
THIN = 0.6  # of the densest cells of a word, where its strokes are too thin to cover any
COARSE = (8, 32)  # rows and columns of the raster behind the print
VERTICAL, HORIZONTAL = 4, 16  # frequencies of the print, row by row; the bit of the mean is always 0
PRINT = VERTICAL * HORIZONTAL  # bits
HEAD = 20  # bytes before the words: version, width, height, turn, count
SHAPE = np.dtype([
    ("x", "<u2"), ("y", "<u2"), ("width", "<u2"), ("height", "<u2"), ("ink", "u1", 3), ("ground", "u1", 3),
    ("mass", "u1"), ("soft", "u1"), ("plain", "u1"), ("clear", "u1"), ("blank", "u1", 4), ("columns", "<u2"),
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
        half covered pixels in the box, `plain` the share of its surroundings that has one colour, and `clear` that is
        nothing like ink, in 255ths; `blank` for how many cells nothing like ink stands to its left, above,
        to its right and below; `columns` of the raster; the bits of the `print`.
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
    def cells(self) -> tuple[np.ndarray, np.ndarray]:
        """All rasters row by row, one after the other, uint8, and where each begins, and the last ends."""
        starts = np.cumsum([0, *(raster.size for raster in self.rasters)])
        return np.concatenate([np.empty(0, np.uint8), *(raster.ravel() for raster in self.rasters)]), starts

    @cached_property
    def prints(self) -> np.ndarray:
        """(n, PRINT) bool."""
        return prints_of(self.words)

    @property
    def stored_size(self) -> tuple[int, int]:
        """Width and height of the stored picture, pixels."""
        return self.size[::-1] if self.direction.turn in SIDEWAYS else self.size

    def stored_box(self, word: int) -> Box:
        """The box of a word in pixels of the stored picture."""
        one = self.words[word]
        box = Box(int(one["x"]), int(one["y"]), int(one["width"]), int(one["height"]))
        return self.direction.stored(box, *self.stored_size)


def prints_of(words: np.ndarray) -> np.ndarray:
    """The bits of the prints of words, (n, PRINT) bool."""
    return np.unpackbits(words["print"], axis=1).astype(bool)


def screen_signature(image: ForensicImage) -> Signature:
    """Measure the signature of one image."""
    return signature_of(read_screen(image))


def signature_of(screen: ScreenText) -> Signature:
    """The signature of a screen whose words were found."""
    words = np.zeros(len(screen.words), SHAPE)
    rasters, prints, sums, around = [], [], [], []
    for word in screen.words:
        height, width = word.box.height, word.box.width
        columns = min(max(round(ROWS * width / height), 2), WIDEST)
        cells, coarse = np.zeros((ROWS, columns), np.int64), np.zeros(COARSE, np.int64)
        sums.append((*word.box, *_shrunk(word.coverage[word.inner], cells, coarse), word.plainness, columns))
        around.append(_around(word))
        rasters.append(_raster(cells / (255 * height * width)))
        prints.append(_print(np.rint(coarse / (height * width)).astype(np.int64)))
    if screen.words:
        x, y, width, height, total, soft, plain, columns = np.array(sums).T
        area = width * height
        places = zip(("x", "y", "width", "height", "columns"), (x, y, width, height, columns), strict=True)
        shares = zip(("mass", "soft", "plain"), (total / area, 255 * soft / area, 255 * plain), strict=True)
        for name, values in (*places, *shares):
            words[name] = np.rint(values)
        for name, colours in (
            ("ink", [word.ink for word in screen.words]),
            ("ground", [word.background for word in screen.words]),
        ):
            words[name] = np.clip(np.rint(colours), 0, 255)
        words["print"] = prints
        words["clear"], words["blank"] = np.array([one[0] for one in around]), np.array([one[1:] for one in around])
    upright = screen.image.width, screen.image.height
    return Signature(upright, words, tuple(rasters), screen.direction)


def to_bytes(signature: Signature) -> bytes:
    """What `from_bytes` reads back: some kilobytes for a receipt."""
    head = np.array([VERSION, *signature.size, signature.direction.turn, len(signature)], "<u4").tobytes()
    cells = np.concatenate([raster.T.ravel() for raster in signature.rasters]) if len(signature) else np.empty(0)
    bits = np.packbits([cells > 0, cells > 1], axis=1)  # two planes, column by column: a quarter less than by rows
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
    plain, (width, height, turn, count), words = _unpacked(data)
    start = HEAD + count * SHAPE.itemsize
    lengths = ROWS * words["columns"].astype(np.int64)
    packed = -(-int(lengths.sum()) // 8)
    planes = np.frombuffer(plain, np.uint8, 2 * packed, start).reshape(2, packed)
    bits = np.unpackbits(planes, axis=1).sum(axis=0, dtype=np.uint8)
    ends = np.cumsum(lengths)
    rasters = tuple(
        np.ascontiguousarray(bits[end - length : end].reshape(-1, ROWS).T)
        for end, length in zip(ends.tolist(), lengths.tolist(), strict=True)
    )
    said = plain[start + 2 * packed :].decode().split("\0") if len(plain) > start + 2 * packed else []
    return Signature((width, height), words, rasters, Direction(turn), tuple(said[:count]), tuple(said[count:]))


def words_from_bytes(data: bytes) -> np.ndarray:
    """The `words` of the signature that `from_bytes` reads; in half its time."""
    return _unpacked(data)[2]


def _unpacked(data: bytes) -> tuple[bytes, list[int], np.ndarray]:
    """A signature's bytes, its size, turn and count of words, and the words."""
    try:
        plain = zlib.decompress(data)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    version, *head = np.frombuffer(plain, "<u4", HEAD // 4).tolist()
    if version != VERSION:
        raise ValueError(f"signature of version {version}")
    count, item = head[-1], SHAPE.itemsize
    columns = np.frombuffer(plain, np.uint8, count * item, HEAD).reshape(item, count)
    return plain, head, np.ascontiguousarray(columns.T).reshape(-1).view(SHAPE) if count else np.zeros(0, SHAPE)


def _around(word: Word) -> tuple[int, ...]:
    """How much of a word's surroundings is nothing like ink, in 255ths, and for how many cells on each side."""
    inkless = np.abs(word.coverage) < INKLESS
    clear = round(255 * np.count_nonzero(inkless & word.calm) / inkless.size)
    rows, columns = word.inner
    across, down = inkless[rows].all(axis=0), inkless[:, columns].all(axis=1)
    sides = across[: columns.start][::-1], down[: rows.start][::-1], across[columns.stop :], down[rows.stop :]
    pixels = [len(side) if side.all() else int(side.argmin()) for side in sides]
    return clear, *(min(ROWS * side // word.box.height, 255) for side in pixels)


@compiled
@no_type_check
def _shrunk(coverage, cells, coarse):
    """Add up coverage, in whole 255ths, over the cells of two rasters that pixels straddle; its sum, and half covered.

    Both sums are of whole numbers: each cell's area is that of the word.
    """
    rows, columns = coverage.shape
    total, soft = 0, 0
    for i in range(rows):
        for j in range(columns):
            covered = min(max(coverage[i, j], np.float32(0)), np.float32(1))
            level = np.int64(covered * np.float32(255) + np.float32(0.5))
            soft += np.float32(0.2) < covered < np.float32(0.8)
            total += level
            if level == 0:
                continue
            for sums in (cells, coarse):
                high, wide = sums.shape
                for k in range(i * high // rows, ((i + 1) * high - 1) // rows + 1):
                    tall = min((i + 1) * high, (k + 1) * rows) - max(i * high, k * rows)
                    for l in range(j * wide // columns, ((j + 1) * wide - 1) // columns + 1):
                        broad = min((j + 1) * wide, (l + 1) * columns) - max(j * wide, l * columns)
                        sums[k, l] += level * tall * broad
    return total, soft


def _raster(cells: np.ndarray) -> np.ndarray:
    """The raster of a word's coverage in cells, (ROWS, columns), 0..1."""
    at = int(0.95 * cells.size)
    dense = np.partition(cells, at, axis=None)[at]
    return np.asarray((cells > TOUCHED).astype(np.uint8) + (cells > max(min(COVERED, THIN * dense), TOUCHED)))


def _print(coarse: np.ndarray) -> np.ndarray:
    """(PRINT / 8,) uint8: the signs of low frequencies of a word's coverage in `COARSE` cells, packed."""
    down, across = _basis()
    waves = down @ coarse @ across.T
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
