"""A-contrario votes for the 8x8 grids that JPEG compression left: which grid, where another, where none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import no_type_check

import cv2
import numpy as np

from realfake.forensics.arrays.exact import LN10, log, log10
from realfake.forensics.arrays.jit import compiled
from realfake.forensics.box import Box
from realfake.forensics.image import DCT_BASIS, ForensicImage

GRIDS = 64  # offsets (row, column) of an 8x8 grid
NEAR_ZERO = 0.5  # gray levels; a coefficient below it counts as quantized to zero (Nikoukhah 2021)
STRUCTURE = 64  # zero count that stands for a window without texture in one direction or both
RING = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], np.uint8)
DITHER = 2.5  # gray levels between the darkest and the lightest pixel of a dithered window
MIN_NULL = 0.06  # share of windows that are peaks where nothing was compressed
DETECTED = -3.0  # log10 of the expected number of false alarms per image, below which a region is reported
WIDESPREAD = 2.5  # times the rate of peaks by chance: below it a grid belongs to a part of the picture
PART = 16  # blocks a side of the parts in which the picture's grid must show
PART_WINDOWS = 16  # that can vote in a part, or it says nothing
PART_RATE = 1.5  # times the rate of peaks by chance: above it the grid shows in a part
ABSENT = 2.0  # times the rate of peaks by chance: above it a grid is weak, not missing
MISSING_SHARE = 0.5  # of the picture's own rate of peaks: text, photographs and clipped white keep it unevenly
WINDOWS = ((4, 4), (4, 12), (5, 32), (8, 8), (8, 24), (12, 12), (16, 16), (16, 48), (32, 32))  # rows, columns of blocks
MAX_REGIONS = 16
# Changes of (top, bottom, left, right) by one block or by three; the first one leaves the region as it is.
MOVES = np.array([[0] * 4] + [[step * (side == i) for i in range(4)] for side in range(4) for step in (-3, -1, 1, 3)]).T


@dataclass(frozen=True)
class GridRegion:
    """A rectangle whose windows vote against the picture's grid."""

    box: Box
    grid: tuple[int, int]  # row and column offset, 0..7: the grid found here, or the one that misses here
    peaks: int
    windows: int
    log10_nfa: float  # expected number of such regions in an image without any, as a power of ten


@dataclass(frozen=True)
class GridVotes:
    """What 8x8 windows at all 64 offsets say of earlier JPEG compression.

    Attributes
    ----------
    textured, peaks : ndarray, shape (64, rows, columns), bool
        By grid (8 * row offset + column offset) and block: windows that can vote, and those that do so because more of
        their DCT coefficients vanish than in every window one pixel away.
    rates : ndarray, shape (64,)
        Share of textured windows that are peaks; 0 where there are none.
    null : float
        The same where there is no grid.
    log10_nfa : ndarray, shape (64,)
        Expected number of grids with so many peaks in an image that was never compressed.
    """

    textured: np.ndarray
    peaks: np.ndarray
    rates: np.ndarray
    null: float
    log10_nfa: np.ndarray
    foreign: tuple[GridRegion, ...]
    missing: tuple[GridRegion, ...]

    @cached_property
    def main(self) -> tuple[int, int] | None:
        """The picture's grid; None where no grid is significant or only a part of the picture has it."""
        return _main_grid(self.textured, self.peaks, self.log10_nfa, self.rates, self.null)

    @property
    def best_foreign(self) -> GridRegion | None:
        """The most significant region with another grid."""
        return self.foreign[0] if self.foreign else None

    @property
    def best_missing(self) -> GridRegion | None:
        """The most significant region without the picture's grid."""
        return self.missing[0] if self.missing else None


def zero_counts(luma: np.ndarray) -> np.ndarray:
    """How many DCT coefficients of the 8x8 window at every pixel are nearly zero.

    Parameters
    ----------
    luma : ndarray, shape (H, W), float32

    Returns
    -------
    ndarray, shape (H - 7, W - 7), uint8
        0..63, or `STRUCTURE` where the window is constant along its rows or along its columns.
    """
    counts = np.full((luma.shape[0] - 7, luma.shape[1] - 7), STRUCTURE, np.uint8)
    _zero_counts(np.ascontiguousarray(luma), DCT_BASIS, np.float32(8 * NEAR_ZERO), counts)
    return counts


@compiled
@no_type_check
def _zero_counts(luma, basis, threshold, counts):
    height, width = luma.shape
    bits = luma.view(np.int32)
    deep, wide = 32, 64  # windows of a tile down and across: what is kept of one stays in the first cache
    rows = np.empty((8, 39, 64), np.float32)  # horizontal frequency, row, column
    level_rows, like_rows = np.empty(39, np.int64), np.empty(39, np.int64)  # in sequence, each of one level; each alike
    zeros, varying = np.empty(64, np.int32), np.empty(64, np.int32)  # of all, and of vertical frequencies above 0
    level = np.empty(64, np.int32)  # of horizontal frequency 0
    cos1, cos2, cos3 = basis[1, 0], basis[2, 0], basis[3, 0]
    cos5, cos6, cos7 = basis[5, 0], basis[6, 0], basis[7, 0]
    for top in range(0, height - 7, deep):
        for left in range(0, width - 7, wide):
            n, reach = min(wide, width - 7 - left), min(deep + 7, height - top)
            for y in range(reach):
                row, last = bits[top + y, left : left + n + 7], bits[top + max(y - 1, 0), left : left + n + 7]
                first, steps, change = row[0], np.int32(0), np.int32(0)
                for x in range(row.size):
                    steps = np.int32(steps | np.int32(row[x] ^ first))
                    change = np.int32(change | np.int32(row[x] ^ last[x]))
                level_rows[y] = 0 if steps != 0 else 1 if y == 0 else level_rows[y - 1] + 1
                like_rows[y] = 1 if change != 0 or y == 0 else like_rows[y - 1] + 1
            ready = 0
            for y in range(reach - 7):
                if level_rows[y + 7] >= 8 or like_rows[y + 7] >= 8:
                    continue
                for r in range(max(ready, y), y + 8):
                    line = luma[top + r, left : left + n + 7]
                    for x in range(n):
                        s0, d0 = line[x] + line[x + 7], line[x] - line[x + 7]
                        s1, d1 = line[x + 1] + line[x + 6], line[x + 1] - line[x + 6]
                        s2, d2 = line[x + 2] + line[x + 5], line[x + 2] - line[x + 5]
                        s3, d3 = line[x + 3] + line[x + 4], line[x + 3] - line[x + 4]
                        rows[0, r, x] = (s0 + s3) + (s1 + s2)
                        rows[4, r, x] = (s0 + s3) - (s1 + s2)
                        rows[2, r, x] = cos2 * (s0 - s3) + cos6 * (s1 - s2)
                        rows[6, r, x] = cos6 * (s0 - s3) - cos2 * (s1 - s2)
                        rows[1, r, x] = cos1 * d0 + cos3 * d1 + cos5 * d2 + cos7 * d3
                        rows[3, r, x] = cos3 * d0 - cos7 * d1 - cos1 * d2 - cos5 * d3
                        rows[5, r, x] = cos5 * d0 - cos1 * d1 + cos7 * d2 + cos3 * d3
                        rows[7, r, x] = cos7 * d0 - cos5 * d1 + cos3 * d2 - cos1 * d3
                ready = y + 8
                zeros[:] = 0
                varying[:] = 0
                for u in range(8):
                    part = rows[u, y : y + 8]
                    for x in range(n):
                        s0, d0 = part[0, x] + part[7, x], part[0, x] - part[7, x]
                        s1, d1 = part[1, x] + part[6, x], part[1, x] - part[6, x]
                        s2, d2 = part[2, x] + part[5, x], part[2, x] - part[5, x]
                        s3, d3 = part[3, x] + part[4, x], part[3, x] - part[4, x]
                        found = np.int32(abs((s0 + s3) - (s1 + s2)) < threshold)
                        found += np.int32(abs(cos2 * (s0 - s3) + cos6 * (s1 - s2)) < threshold)
                        found += np.int32(abs(cos6 * (s0 - s3) - cos2 * (s1 - s2)) < threshold)
                        found += np.int32(abs(cos1 * d0 + cos3 * d1 + cos5 * d2 + cos7 * d3) < threshold)
                        found += np.int32(abs(cos3 * d0 - cos7 * d1 - cos1 * d2 - cos5 * d3) < threshold)
                        found += np.int32(abs(cos5 * d0 - cos1 * d1 + cos7 * d2 + cos3 * d3) < threshold)
                        found += np.int32(abs(cos7 * d0 - cos5 * d1 + cos3 * d2 - cos1 * d3) < threshold)
                        varying[x] += found
                        zeros[x] += found + np.int32(abs((s0 + s3) + (s1 + s2)) < threshold)
                    if u == 0:
                        level[:] = zeros
                out = counts[top + y, left : left + n]
                for x in range(n):
                    if varying[x] != 56 and zeros[x] - level[x] != 56:
                        out[x] = zeros[x]


def find_peaks(luma: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Windows that can vote, and those that do, by grid and block.

    A window can vote if it and the eight windows one pixel away have texture, if that changes along the rows and along
    the columns, as it does not on the edge of a bar, and if it is stronger than the dither of a gradient, which repeats
    every eight pixels too. It does vote if it has more zeros than its neighbours.

    Parameters
    ----------
    luma : ndarray, shape (H, W), float32

    Returns
    -------
    textured, peaks : ndarray, shape (64, rows, columns), bool
    """
    counts = zero_counts(luma)
    textured = np.zeros((GRIDS, counts.shape[0] // 8, counts.shape[1] // 8), bool)
    peaks = np.zeros_like(textured)
    padded = cv2.copyMakeBorder(counts, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    of_row = np.empty(8 * textured.shape[2], np.uint8)
    _vote(luma, padded, cv2.dilate(counts, RING), np.uint8(STRUCTURE), np.float32(DITHER), of_row, textured, peaks)
    return textured, peaks


@compiled
@no_type_check
def _vote(luma, padded, around, structure, dither, open_, textured, peaks):
    eights = open_.view(np.uint64)
    for y in range(textured.shape[1] * 8):
        above, here, below, ring = padded[y], padded[y + 1], padded[y + 2], around[y]
        for x in range(open_.size):
            own, along, across = here[x + 1], above[x] != above[x + 1], above[x] != here[x]
            along |= (above[x + 2] != above[x + 1]) | (here[x] != own) | (here[x + 2] != own)
            along |= (below[x] != below[x + 1]) | (below[x + 2] != below[x + 1])
            across |= (below[x] != here[x]) | (above[x + 1] != own) | (below[x + 1] != own)
            across |= (above[x + 2] != here[x + 2]) | (below[x + 2] != here[x + 2])
            open_[x] = (max(own, ring[x]) < structure) & along & across
        for block in range(eights.size):
            if eights[block] == 0:
                continue
            for place in range(8):
                x = 8 * block + place
                if open_[x] == 0:
                    continue
                # Three pixels often tell the range to be wide enough; if not, row after row is looked at.
                low = min(luma[y, x], min(luma[y + 4, x + 3], luma[y + 7, x + 7]))
                high = max(luma[y, x], max(luma[y + 4, x + 3], luma[y + 7, x + 7]))
                row = 0
                while row < 8 and high - low <= dither:
                    for column in range(8):
                        low, high = min(low, luma[y + row, x + column]), max(high, luma[y + row, x + column])
                    row += 1
                if high - low > dither:
                    textured[y % 8 * 8 + place, y // 8, block] = True
                    peaks[y % 8 * 8 + place, y // 8, block] = here[x + 1] > ring[x]


def grid_votes(image: ForensicImage) -> GridVotes:
    """Which JPEG grid a picture has, where it has another and where it has none.

    After Nikoukhah, Anger, Colom & Morel, 'ZERO: a local JPEG grid origin detector', IPOL 2021,
    doi:10.5201/ipol.2021.390: quantization sets coefficients to zero, and only in the window that stood on the grid. We
    let windows vote that beat their eight neighbours instead of pixels, count them against the share of such windows
    where nothing was compressed, and bound the binomial tail after Hoeffding.
    """
    textured, peaks = find_peaks(image.luma)
    everywhere = _counts(textured, peaks, np.s_[:])
    votes, trials = everywhere.reshape(2, GRIDS)
    rates = votes / np.maximum(trials, 1)
    null = max(float(np.median(rates)), MIN_NULL)
    log10_nfa = log10(GRIDS) + log10_upper_tail(votes, trials, null)
    main = _main_grid(textured, peaks, log10_nfa, rates, null)
    foreign = _foreign_regions(textured, peaks, everywhere, null, main)
    missing = _missing_regions(textured, peaks, main, null) if main is not None else []
    return GridVotes(textured, peaks, rates, null, log10_nfa, _best(foreign), _best(missing))


def _main_grid(
    textured: np.ndarray, peaks: np.ndarray, log10_nfa: np.ndarray, rates: np.ndarray, null: float
) -> tuple[int, int] | None:
    best = int(log10_nfa.argmin())
    if log10_nfa[best] >= DETECTED or rates[best] <= WIDESPREAD * null:
        return None
    # A photograph on a screen votes for its own grid as loudly as a whole compressed screen, but only where it stands.
    votes, trials = (_part_sums(plane[best]) for plane in (peaks, textured))
    known = trials >= PART_WINDOWS
    shows = votes[known] > PART_RATE * null * trials[known]
    return divmod(best, 8) if not known.any() or shows.mean() > 0.5 else None


def _part_sums(plane: np.ndarray) -> np.ndarray:
    sums = _integral(plane)
    rows, columns = (np.r_[0 : side - 1 : PART, side - 1] for side in sums.shape)
    return np.diff(np.diff(sums[np.ix_(rows, columns)], axis=0), axis=1)


def foreign_grids(main: tuple[int, int] | None) -> np.ndarray:
    """Grids 0..63 but the picture's own and those half a block away from it, whose votes it raises as well."""
    grids = np.arange(GRIDS)
    if main is None:
        return grids
    foreign: np.ndarray = grids[((grids // 8 - main[0]) % 4 != 0) | ((grids % 8 - main[1]) % 4 != 0)]
    return foreign


def log10_upper_tail(successes: np.ndarray, trials: np.ndarray, probability: float | np.ndarray) -> np.ndarray:
    """Hoeffding's bound of P(at least `successes` of `trials`), as a power of ten; 0 where it says nothing."""
    n = np.maximum(trials, 1).astype(float)
    rate = np.clip(successes / n, 1e-12, 1 - 1e-12)
    divergence = rate * log(rate / probability) + (1 - rate) * log((1 - rate) / (1 - probability))
    return np.where(rate > probability, -n * divergence / LN10, 0.0)


def log10_lower_tail(successes: np.ndarray, trials: np.ndarray, probability: float) -> np.ndarray:
    """Hoeffding's bound of P(at most `successes` of `trials`), as a power of ten; 0 where it says nothing."""
    return log10_upper_tail(trials - successes, trials, 1 - probability)


def _best(regions: list[GridRegion]) -> tuple[GridRegion, ...]:
    """Detected regions, most significant first, without those inside a better one."""
    kept: list[GridRegion] = []
    for region in sorted((r for r in regions if r.log10_nfa < DETECTED), key=lambda r: r.log10_nfa):
        if len(kept) < MAX_REGIONS and all(region.box.intersection(k.box).area < region.box.area / 2 for k in kept):
            kept.append(region)
    return tuple(kept)


def _log10_rectangles(rows: int, columns: int) -> float:
    return float(log10(rows * (rows + 1) / 2) + log10(columns * (columns + 1) / 2))


def _foreign_regions(
    textured: np.ndarray, peaks: np.ndarray, everywhere: np.ndarray, null: float, main: tuple[int, int] | None
) -> list[GridRegion]:
    tests = log10(GRIDS) + _log10_rectangles(*peaks.shape[1:])
    clusters = _clusters(textured, peaks, foreign_grids(main))
    usual = _null_of_neighbours(everywhere, null)
    tails = log10_upper_tail(clusters[:, 5], clusters[:, 6], usual[clusters[:, 0]])
    regions = []
    for grid, *start in clusters[tests + tails < 0, :5].tolist():
        votes, trials = _integral(peaks[grid]), _integral(textured[grid])
        region = _refined(tuple(start), votes, trials, null)
        if min(region[1] - region[0], region[3] - region[2]) < 2:
            continue  # a row of dots one block high repeats itself without any compression
        top, bottom, left, right = region
        fair = _null_of_neighbours(_counts(textured, peaks, np.s_[:, top:bottom, left:right]), null)[grid]
        tail = log10_upper_tail(_within(region, votes), _within(region, trials), fair)
        regions.append(_region(region, grid, votes, trials, tests + float(tail)))
    return regions


def _clusters(textured: np.ndarray, peaks: np.ndarray, grids: np.ndarray) -> np.ndarray:
    """(n, 7): grid, top, bottom, left, right around peaks at most two blocks apart, at least four of them; how many
    peaks and how many textured windows stand in that rectangle.
    """
    places = np.flatnonzero(peaks)
    places = places[np.isin(places // peaks[0].size, grids)]
    found = np.empty((len(places) // 4, 7), np.int32)
    stack = np.empty((peaks[0].size, 2), np.int32)
    return found[: _join(textured, peaks, peaks.copy(), places, stack, found)]


@compiled
@no_type_check
def _join(textured, peaks, open_peaks, places, stack, found):
    rows, columns = open_peaks.shape[1:]
    n = 0
    for place in places:
        grid, y, x = place // (rows * columns), place // columns % rows, place % columns
        if not open_peaks[grid, y, x]:
            continue
        open_peaks[grid, y, x] = False
        stack[0, 0], stack[0, 1] = y, x
        top, bottom, left, right = y, y, x, x
        size, height = 0, 1
        while height > 0:
            height -= 1
            row, column = stack[height, 0], stack[height, 1]
            size += 1
            top, bottom = min(top, row), max(bottom, row)
            left, right = min(left, column), max(right, column)
            for i in range(max(row - 2, 0), min(row + 3, rows)):
                for j in range(max(column - 2, 0), min(column + 3, columns)):
                    if open_peaks[grid, i, j]:
                        open_peaks[grid, i, j] = False
                        stack[height, 0], stack[height, 1] = i, j
                        height += 1
        if size >= 4:
            found[n, 0], found[n, 1], found[n, 2] = grid, top, bottom + 1
            found[n, 3], found[n, 4] = left, right + 1
            votes = trials = 0
            for i in range(top, bottom + 1):
                for j in range(left, right + 1):
                    votes += peaks[grid, i, j]
                    trials += textured[grid, i, j]
            found[n, 5], found[n, 6] = votes, trials
            n += 1
    return n


def _integral(plane: np.ndarray) -> np.ndarray:
    return cv2.integral(plane.view(np.uint8), sdepth=cv2.CV_32S)


def _within(edges: tuple[int, ...] | np.ndarray, integral: np.ndarray) -> np.ndarray:
    """Sum between top, bottom, left and right, each a number or an array."""
    top, bottom, left, right = edges
    sums: np.ndarray = integral[bottom, right] - integral[top, right] - integral[bottom, left] + integral[top, left]
    return sums


def _refined(edges: tuple[int, ...], votes: np.ndarray, trials: np.ndarray, null: float) -> tuple[int, ...]:
    """Move the edges one block at a time as long as the region grows more significant."""
    best = np.inf
    while True:
        top, bottom, left, right = np.array(edges)[:, None] + MOVES
        inside = (top >= 0) & (bottom < votes.shape[0]) & (left >= 0) & (right < votes.shape[1])
        moved = np.stack([top, bottom, left, right])[:, inside & (top < bottom) & (left < right)]
        tails = log10_upper_tail(_within(moved, votes), _within(moved, trials), null)
        if tails.min() >= best:
            return edges
        best, edges = float(tails.min()), tuple(int(edge) for edge in moved[:, tails.argmin()])


def _counts(textured: np.ndarray, peaks: np.ndarray, where: tuple[slice, ...] | slice) -> np.ndarray:
    """(2, 8, 8) peaks and textured windows of each grid in a part of the picture."""
    found = [[np.count_nonzero(plane) for plane in planes[where]] for planes in (peaks, textured)]
    return np.array(found).reshape(2, 8, 8)


def _null_of_neighbours(counts: np.ndarray, null: float) -> np.ndarray:
    """(64,) float: for each grid the rate of peaks at grids that share its row or its column offset.

    A line of text raises every grid whose rows meet its baseline, and a column of icons every grid whose columns do;
    compression raises one grid alone.
    """
    others = [counts.sum(axis=axis, keepdims=True) - counts for axis in (1, 2)]
    along_column, along_row = (votes / np.maximum(windows, 1) for votes, windows in others)
    rates: np.ndarray = np.clip(np.maximum(along_row, along_column), null, 0.9)
    return rates.ravel()


def _region(edges: tuple[int, ...], grid: int, votes: np.ndarray, trials: np.ndarray, log10_nfa: float) -> GridRegion:
    top, bottom, left, right = edges
    row, column = divmod(grid, 8)
    box = Box(8 * left + column, 8 * top + row, 8 * (right - left), 8 * (bottom - top))
    return GridRegion(box, (row, column), int(_within(edges, votes)), int(_within(edges, trials)), log10_nfa)


def _missing_regions(textured: np.ndarray, peaks: np.ndarray, main: tuple[int, int], null: float) -> list[GridRegion]:
    grid = 8 * main[0] + main[1]
    textured, peaks = textured[grid], peaks[grid]
    rows, columns = peaks.shape
    expected = MISSING_SHARE * peaks.sum() / max(textured.sum(), 1)
    tests = float(log10(len(WINDOWS) * peaks.size))
    votes, trials = _integral(peaks), _integral(textured)
    number = np.arange(max(height * width for height, width in WINDOWS) + 1)  # of windows; how many votes are few
    most = np.minimum(np.ceil(expected * number) - 1, np.floor(ABSENT * null * number)).astype(np.int32)
    regions = []
    for height, width in WINDOWS:
        if height > rows or width > columns:
            continue
        count, seen = (
            plane[height:, width:] - plane[:-height, width:] - plane[height:, :-width] + plane[:-height, :-width]
            for plane in (votes, trials)
        )
        few = np.flatnonzero(count <= most.take(seen))
        log10_nfa = tests + log10_lower_tail(count.take(few), seen.take(few), expected)
        if log10_nfa.min(initial=tests) < tests:
            best = int(log10_nfa.argmin())
            top, left = divmod(int(few[best]), count.shape[1])
            edges = (top, top + height, left, left + width)
            regions.append(_region(edges, grid, votes, trials, float(log10_nfa[best])))
    return regions
