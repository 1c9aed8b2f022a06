"""Flatness and palette: exact flats, the count of colours, and faint residue on a background that should be clean."""

from collections.abc import Iterator
from typing import NamedTuple, no_type_check

import cv2
import numpy as np

from realfake.forensics.arrays.blocks import spread_blocks
from realfake.forensics.arrays.exact import log2
from realfake.forensics.arrays.jit import compiled
from realfake.forensics.arrays.repeats import equal_rows
from realfake.forensics.box import Box
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import Measurement, family, feature, heatmap

BLOCK = 8  # pixels; exact flatness
CELL = 4  # pixels; residue
CANDIDATES = 16  # commonest colours that may be a background
BACKGROUNDS = 4
COMMON = 0.01  # least share of the pixels for a background
FAINT = 3  # gray levels: a difference that the eye does not see
SMALL = 8  # cells; a smaller residue has no shape


class Residue(NamedTuple):
    """A connected patch of pixels that all but equal a background colour."""

    box: Box
    cells: int  # of 4x4 pixels
    rectangularity: float  # cells over those of its box, 0..1


@family(
    "flatness",
    cost="fast",
    source="exact repeats of colour in rendered screens; residue of covering patches: F. Cruz et al., Local binary "
    "patterns for document forgery detection, ICDAR 2017, doi:10.1109/ICDAR.2017.202",
)
def flat_areas(image: ForensicImage) -> Iterator[Measurement]:
    """Exactly flat blocks, the palette, and faint residue beside the commonest colours."""
    ranges = block_ranges(image)
    flat, faint = float(np.mean(ranges == 0)), float(np.mean((ranges > 0) & (ranges <= FAINT)))
    yield feature("blocks__flat", flat, "share", "8x8 blocks of one colour")
    yield feature("blocks__faint", faint, "share", "8x8 blocks that vary by 1 to 3 gray levels")
    yield feature("blocks__faint_per_flat", faint / (flat + 0.001), "1", "such blocks for each flat one")
    colours, counts = palette(image)
    shares = np.sort(counts)[::-1] / counts.sum()
    yield feature("palette__colours", log2(colours.size), "log2", "number of different colours")
    yield feature("palette__per_pixel", colours.size / int(counts.sum()), "1", "different colours for each pixel")
    yield feature("palette__first", shares[0], "share", "pixels of the commonest colour")
    yield feature("palette__first_four", shares[:BACKGROUNDS].sum(), "share", "pixels of the four commonest colours")
    yield feature("palette__rare", float(np.mean(counts <= 2)), "share", "colours that at most two pixels have")
    yield feature("palette__entropy", -np.sum(shares * log2(shares)), "bits", "entropy of the colours")
    cells, found = faint_residue(image, colours[np.argsort(-counts, kind="stable")], shares)
    largest = max(found, key=lambda r: r.cells, default=Residue(Box(0, 0, 0, 0), 0, 0.0))
    squareness = [r.rectangularity for r in found] * log2(np.array([r.cells for r in found], float))
    squarest = found[squareness.argmax()] if found else largest
    area = cells.size
    yield feature("residue__share", cells.mean(), "share", "pixels within 3 gray levels of a background, yet not of it")
    yield feature("residue__patches", len(found), "patches", "connected patches of them of at least 8 cells of 4x4")
    yield feature("residue__largest", largest.cells / area, "share", "of the picture, the largest patch")
    yield feature("residue__rectangularity", largest.rectangularity, "1", "how much of its box that patch fills")
    yield feature("residue__squarest_fill", squarest.rectangularity, "1", "the same of the most rectangular patch")
    yield feature("residue__squarest", squarest.cells / area, "share", "of the picture, the most rectangular patch")


@heatmap("flatness", unit="share", meaning="pixels of each 4x4 cell all but equal to a background")
def residue_map(image: ForensicImage) -> np.ndarray:
    """Where something faint lies on a clean background."""
    colours, counts = palette(image)
    order = np.argsort(-counts, kind="stable")
    cells, _ = faint_residue(image, colours[order], counts[order] / counts.sum())
    return spread_blocks(cells, CELL, image.rgb.shape[:2])


def block_ranges(image: ForensicImage) -> np.ndarray:
    """Largest range of any channel in each whole 8x8 block: (H // 8, W // 8) uint8, gray levels."""
    ranges = np.empty((image.height // BLOCK, image.width // BLOCK), np.uint8)
    extremes = np.empty((2, 3 * image.width), np.uint8)
    _ranges(image.rgb.reshape(image.height, -1), image.repeated_rows, extremes, ranges)
    return ranges


@compiled
@no_type_check
def _ranges(rows, repeated, extremes, ranges):
    low, high = extremes[0], extremes[1]
    for block in range(ranges.shape[0]):
        low[:] = 255
        high[:] = 0
        for y in range(8 * block, 8 * block + 8):
            if y % 8 and repeated[y]:
                continue
            row = rows[y]
            for x in range(row.size):
                low[x] = min(low[x], row[x])
                high[x] = max(high[x], row[x])
        for column in range(ranges.shape[1]):
            widest = np.uint8(0)
            for channel in range(24 * column, 24 * column + 3):
                least, most = low[channel], high[channel]
                for x in range(channel + 3, channel + 24, 3):
                    least, most = min(least, low[x]), max(most, high[x])
                widest = max(widest, np.uint8(most - least))
            ranges[block, column] = widest


def palette(image: ForensicImage) -> tuple[np.ndarray, np.ndarray]:
    """Different colours as 0xRRGGBB (uint32, ascending) and how many pixels have each (int64).

    `numpy.unique` gives the same and takes eleven times as long (measured on 1080x2400).
    """
    runs = np.empty(image.height * image.width, np.uint64)
    firsts, times = equal_rows(image.repeated_rows)
    runs = np.sort(runs[: _runs(image.rgb.reshape(image.height, -1), firsts, times, runs)])
    colours, lengths = (runs >> np.uint64(32)).astype(np.uint32), (runs & np.uint64(0xFFFFFFFF)).astype(np.int64)
    starts = np.flatnonzero(np.r_[True, colours[1:] != colours[:-1]])
    return colours[starts], np.add.reduceat(lengths, starts)


def faint_residue(image: ForensicImage, colours: np.ndarray, shares: np.ndarray) -> tuple[np.ndarray, list[Residue]]:
    """Pixels that all but equal one of the commonest colours, and the patches they form.

    Parameters
    ----------
    image : ForensicImage
    colours, shares : ndarray
        0xRRGGBB and share of the pixels, commonest first.

    Returns
    -------
    cells : ndarray, shape (H // 4, W // 4), float32
        Share of such pixels in each 4x4 cell.
    patches : list of Residue
        Patches of cells of which at least half the pixels are such.
    """
    grounds = _backgrounds(colours, shares)
    sums = np.empty((image.height // CELL, image.width // CELL), np.uint8)
    _all_but_equal(image.rgb.reshape(image.height, -1), image.repeated_rows, grounds, FAINT, CELL, sums)
    cells = sums / np.float32(CELL * CELL)
    count, _, stats, _ = cv2.connectedComponentsWithStats((cells >= 0.5).astype(np.uint8), connectivity=4)
    patches = []
    for x, y, width, height, area in stats[1:count][stats[1:count, cv2.CC_STAT_AREA] >= SMALL].tolist():
        patches.append(Residue(Box(x * CELL, y * CELL, width * CELL, height * CELL), area, area / (width * height)))
    return cells, patches


def _backgrounds(colours: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """(n, 3) int16: common colours, but none that all but equals a commoner one and so may be a patch on it."""
    common = colours[:CANDIDATES][shares[:CANDIDATES] >= COMMON].astype(np.int64)
    found: list[np.ndarray] = []
    for colour in np.stack([common >> 16, common >> 8 & 255, common & 255], axis=1).astype(np.int16):
        if all(np.abs(colour - other).max() > FAINT for other in found):
            found.append(colour)
    return np.array(found[:BACKGROUNDS], np.int16).reshape(-1, 3)


@compiled
@no_type_check
def _runs(rows, firsts, times, runs):
    """Colour in the high word and a number of pixels in the low one; screens have few for their size.

    Pixels alike in a row are counted together, and so are those of a colour as long as no other one takes its place
    among those seen lately.
    """
    number = 0
    lately = np.zeros(4096, np.uint64)
    size = rows.shape[1] // 3
    for first in range(firsts.size):
        pixels = rows[firsts[first]]
        i, length, last = 0, 0, -1
        while i <= size:
            colour = np.int64(-2)
            if i < size:
                colour = np.int64(pixels[3 * i]) << 16 | np.int64(pixels[3 * i + 1]) << 8 | np.int64(pixels[3 * i + 2])
            i += 1
            if colour == last:
                length += 1
                if length % 32 == 0:  # many in a row: the next ones are looked at together
                    while i + 32 <= size:
                        here, before = pixels[3 * i : 3 * i + 96], pixels[3 * i - 3 : 3 * i + 93]
                        differ = np.uint8(0)
                        for k in range(96):
                            differ = np.uint8(differ | np.uint8(here[k] ^ before[k]))
                        if differ != 0:
                            break
                        length += 32
                        i += 32
                continue
            if length:
                count = length * times[first]
                place = (last * 40503 >> 4) & 4095
                seen = lately[place]
                if seen != 0 and np.int64(seen >> np.uint64(32)) == last:
                    lately[place] = seen + np.uint64(count)
                else:
                    if seen != 0:
                        runs[number] = seen
                        number += 1
                    lately[place] = np.uint64(last << 32 | count)
            last, length = colour, 1
    for place in range(lately.size):
        if lately[place] != 0:
            runs[number] = lately[place]
            number += 1
    return number


@compiled
@no_type_check
def _all_but_equal(rows, repeated, grounds, limit, cell, sums):
    """How many pixels of each cell are not a ground's and differ from it by `limit` at most."""
    width = rows.shape[1] // 3
    planes = np.empty((3, width), np.int16)
    nearest, faint = np.empty(width, np.int16), np.empty(width, np.uint8)
    red, green, blue = planes[0], planes[1], planes[2]
    for top in range(0, sums.shape[0] * cell, cell):
        faint[:] = 0
        for y in range(top, top + cell):
            row = rows[y]
            if not repeated[y]:
                for x in range(width):
                    red[x] = row[3 * x]
                    green[x] = row[3 * x + 1]
                    blue[x] = row[3 * x + 2]
                nearest[:] = 255
                for ground in range(grounds.shape[0]):
                    r, g, b = grounds[ground]
                    for x in range(width):
                        off = max(abs(np.int16(red[x] - r)), abs(np.int16(green[x] - g)))
                        nearest[x] = min(nearest[x], np.int16(max(off, abs(np.int16(blue[x] - b)))))
            for x in range(width):
                faint[x] += np.uint8(nearest[x] >= 1) & np.uint8(nearest[x] <= limit)
        out = sums[top // cell]
        for column in range(out.size):
            total = np.uint8(0)
            for x in range(column * cell, (column + 1) * cell):
                total += faint[x]
            out[column] = total
