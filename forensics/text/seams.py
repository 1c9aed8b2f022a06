"""Seams: upright cuts through letters, told by a small network from how ink stands on both sides of them.

Where a stretch of a line was laid over it, strokes end along one upright line: a round letter loses its side, an arm
its end, two halves meet that do not belong together. No single number tells that from the ends of an E. So each place
where ink begins or ends from one column to the next is shown to a network of three hidden layers, which was trained on
drawn lines that were cut so (`python -m benchmarks.seams`) and has seen no screen of any app. A letter ends alike
wherever it stands, a cut only once: a boundary that looks the same as one elsewhere on the screen is taken for none.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.box import Box
from realfake.forensics.image import ForensicImage
from realfake.forensics.text.colours import luma_of
from realfake.forensics.text.measurement import RegionMeasurement, region_family, region_features
from realfake.forensics.text.words import ScreenText, middle

WEIGHTS = Path(__file__).with_name("seams.npz")
FINE, NEAR = 20, 4  # rows, and columns on either side, that are seen closely
COARSE, BLOCKS, BLOCK = 10, 8, 0.1  # rows, blocks on either side, and their width in heights, seen from afar
SEEN = FINE * 2 * NEAR + COARSE * 2 * BLOCKS + 2 * FINE + 1
STEPS = 64  # of one, in what is seen
SCALE = 1024  # of one, in the weights
BELOW = 0.3  # of what stands above the baseline: rows below it that are looked at
CHANGE = 0.12  # heights of ink that begins or ends at a boundary that is looked at
LOWEST, WIDEST = 7, 1600  # pixels of a field's height and width
FAINT = 8.0  # gray levels of contrast
APART = 0.2  # heights between two boundaries that are not one
SAME = 5.0  # `STEPS`, root mean square: what is seen closely of two boundaries that look the same differs by no more
MOST = 500  # boundaries of a screen, the likeliest cuts, that are looked for elsewhere
LEAST = -10.0  # log-odds of a word where no boundary was looked at


@region_family("seams", source="this program: a network of three hidden layers, trained on drawn lines that were cut")
def seams(screen: ScreenText) -> Iterator[RegionMeasurement]:
    """How likely an upright line cuts the letters of a word, as after a stretch of its line was laid over it."""
    yield from region_features(SEAMS, _seams(screen))


SEAMS = (
    ("cut__largest", "log-odds", 1.0, "of the likeliest cut through a letter of the word"),
    ("cut__next", "log-odds", 1.0, "of the next likely cut of the word"),
    ("cut__field", "log-odds", 1.0, "of the likeliest cut elsewhere in the field"),
)


def _seams(screen: ScreenText) -> np.ndarray:
    """(n, 3): `SEAMS` of each word; NaN in fields that are not looked at."""
    found = np.full((len(screen.words), len(SEAMS)), np.nan)
    looked = list(looked_at(screen))
    every = np.concatenate([np.empty((0, SEEN)), *(seen for *_, seen in looked)])
    odds = log_odds(every)
    odds[_standing_again(every, np.concatenate([np.empty(0), *(places for _, places, _ in looked)]), odds)] = 0.0
    stop = 0
    for field, places, _ in looked:
        start, stop = stop, stop + len(places)
        mine, box = odds[start:stop], screen.lines[field].box
        for i in screen.members[field]:
            word = screen.words[i].box
            inside = (places >= word.x - 1) & (places <= word.right + 1)
            largest, there = _highest(mine, places, inside)
            apart = np.abs(places - there) > APART * box.height
            found[i] = largest, _highest(mine, places, inside & apart)[0], _highest(mine, places, apart)[0]
    return found


def _highest(odds: np.ndarray, places: np.ndarray, among: np.ndarray) -> tuple[float, int]:
    if not among.any():
        return LEAST, -1
    best = int(np.argmax(np.where(among, odds, -np.inf)))
    return float(odds[best]), int(places[best])


def _standing_again(seen: np.ndarray, places: np.ndarray, odds: np.ndarray) -> np.ndarray:
    """Numbers of the likely cuts that look closely the same as a boundary in other columns of the screen."""
    likely = np.argsort(-odds, kind="stable")[: min(MOST, int(np.sum(odds > 0)))]
    close = seen[:, : FINE * 2 * NEAR].astype(np.float32)  # whole numbers below 2 ** 24 all the way, so exact
    squares = np.einsum("ij,ij->i", close, close)
    apart = squares[likely, None] + squares - 2 * (close[likely] @ close.T)
    apart[np.abs(places[likely, None] - places) <= NEAR] = np.inf
    again: np.ndarray = likely[apart.min(axis=1, initial=np.inf) <= SAME**2 * close.shape[1]]
    return again


def looked_at(screen: ScreenText) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Each field that is looked at, by its number, with its `boundaries`."""
    contrasts = np.array([word.contrast for word in screen.words])
    grounds = luma_of(np.array([word.background for word in screen.words]).reshape(-1, 3))
    for field, (members, line) in enumerate(zip(screen.members, screen.lines, strict=True)):
        if len(members) and line.box.height >= LOWEST and line.box.width <= WIDEST:
            contrast = middle(contrasts[members])
            if abs(contrast) >= FAINT:
                rows = _rows(line.box, middle(np.array([screen.words[i].baseline for i in members])))
                yield field, *boundaries(screen.image, rows, middle(grounds[members]), contrast)


def _rows(box: Box, baseline: float) -> Box:
    """The rows of a field that are looked at: from its top to `BELOW` of its height over the baseline under that."""
    above = round(baseline) - box.y if baseline == baseline else 0
    return Box(box.x, box.y, box.width, round((1 + BELOW) * above)) if above >= LOWEST else box


def boundaries(image: ForensicImage, box: Box, ground: float, contrast: float) -> tuple[np.ndarray, np.ndarray]:
    """Where ink begins or ends from one column of a field to the next, and what the network sees there.

    Parameters
    ----------
    image : ForensicImage
        In which the field stands upright.
    box : Box
        The field, or those of its rows that are looked at.
    ground, contrast : float
        Luma of its ground, and of its ink minus that.

    Returns
    -------
    (n,) int32
        Columns of the image; the boundary is before each.
    (n, SEEN) float64
        Whole `STEPS`: coverage of `2 NEAR` columns in `FINE` rows and of `2 BLOCKS` blocks in `COARSE` rows, how much
        steeper the change in each of the former rows is than beside it, up and either way, and the logarithm of the
        height.
    """
    pad = max(NEAR, int(BLOCKS * BLOCK * box.height)) + 2
    sums = np.zeros((box.height + 1, box.width + 2 * pad + 1))
    places = np.empty(box.width, np.int32)
    place = np.array([box.y, box.x, box.height, box.width, pad])
    count = _found(image.luma, place, ground, contrast, sums, np.zeros(box.width + 1), places)
    seen = np.empty((count, SEEN))
    _looks(sums, pad, places[:count], seen)
    return places[:count] + box.x, seen


def log_odds(seen: np.ndarray) -> np.ndarray:
    """(n,) float64, log-odds that a stretch ends at each boundary; whole numbers until the last step, so exact."""
    (first, bias), *later = _layers()
    sums, unit = seen.astype(np.float32) @ first + bias, STEPS
    for weights, bias in later:
        sums = np.rint(np.maximum(sums, np.float32(0.0)) / np.float32(unit)) @ weights + bias
        unit = SCALE
    return np.asarray(np.clip(sums[:, 0] / SCALE**2, LEAST, -LEAST), np.float64)


@cache
def _layers() -> list[tuple[np.ndarray, np.ndarray]]:
    """Weights of each layer in whole `SCALE`, and its biases in those of the sums that they are added to.

    Those of the first layer are of single precision: its sums stay below 2 ** 24.
    """
    with np.load(WEIGHTS) as stored:
        arrays = [stored[name].astype(np.float64) for name in stored.files]
    (first, bias), *later = zip(arrays[::2], arrays[1::2], strict=True)
    single = first.astype(np.float32), (bias * STEPS).astype(np.float32)
    return [single, *((weights, biases * SCALE) for weights, biases in later)]


@compiled
@no_type_check
def _found(luma, place, ground, contrast, sums, changes, places):
    """Where the columns of a field change most, in `places`, and how many; in `sums` the coverage summed both ways."""
    top, left, height, width, pad = place[0], place[1], place[2], place[3], place[4]
    for y in range(height):
        run = 0.0
        before = 0.0
        for x in range(width + 2 * pad):
            at = min(max(left + x - pad, 0), luma.shape[1] - 1)
            covered = (np.float64(luma[min(top + y, luma.shape[0] - 1), at]) - ground) / contrast
            here = np.rint(min(max(covered, -0.25), 1.25) * STEPS)
            run += here
            sums[y + 1, x + 1] = sums[y, x + 1] + run
            if pad < x < pad + width:
                changes[x - pad] += abs(here - before)
            before = here
    count = 0
    for x in range(1, width):
        if changes[x] >= CHANGE * STEPS * height and changes[x] > changes[x - 1] and changes[x] >= changes[x + 1]:
            places[count] = x
            count += 1
    return count


@compiled
@no_type_check
def _looks(sums, pad, places, seen):
    height = sums.shape[0] - 1
    for i in range(len(places)):
        at = places[i] + pad
        k = 0
        for part in range(2):
            rows = FINE if part == 0 else COARSE
            blocks = NEAR if part == 0 else BLOCKS
            wide = 1.0 if part == 0 else BLOCK * height
            for block in range(-blocks, blocks):
                left, right = at + block * wide, at + (block + 1) * wide
                a, b = int(left), int(right)
                of_a, of_b = left - a, right - b
                before = 0.0
                for row in range(rows + 1):
                    y = row * height / rows
                    c = min(int(y), height - 1)
                    upper = sums[c, b] + of_b * (sums[c, b + 1] - sums[c, b])
                    upper -= sums[c, a] + of_a * (sums[c, a + 1] - sums[c, a])
                    lower = sums[c + 1, b] + of_b * (sums[c + 1, b + 1] - sums[c + 1, b])
                    lower -= sums[c + 1, a] + of_a * (sums[c + 1, a + 1] - sums[c + 1, a])
                    here = upper + (y - c) * (lower - upper)
                    if row > 0:
                        seen[i, k] = np.rint((here - before) / (wide * height / rows))
                        k += 1
                    before = here
        for row in range(FINE):
            inner, outer = (NEAR - 1) * FINE + row, NEAR * FINE + row
            change = seen[i, outer] - seen[i, inner]
            steeper = (
                abs(change) - abs(seen[i, inner] - seen[i, inner - FINE]) - abs(seen[i, outer + FINE] - seen[i, outer])
            )
            steeper = 2.0 * max(steeper, 0.0)
            seen[i, k + row] = steeper if change > 0 else -steeper
            seen[i, k + FINE + row] = steeper
        seen[i, k + 2 * FINE] = np.rint(np.log(height / 40.0) * STEPS)
