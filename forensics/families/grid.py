"""Blocking grid: where the 8x8 grid of JPEG compression lies, how strong it is, and where it changes or misses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple, no_type_check

import cv2
import numpy as np

from realfake.forensics.arrays.blocks import robust_spread, spread_blocks
from realfake.forensics.arrays.exact import log10
from realfake.forensics.arrays.jit import compiled
from realfake.forensics.compression.coefficients import has_own_luma
from realfake.forensics.compression.grid_votes import (
    MISSING_SHARE,
    GridRegion,
    GridVotes,
    foreign_grids,
    grid_votes,
    log10_lower_tail,
    log10_upper_tail,
)
from realfake.forensics.compression.history import blocks_on_grid, previous_quality
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import Measurement, family, feature, heatmap

EDGE = 12.0  # gray levels; a larger cross difference is an edge of the scene and counts no more than this
TILE = 8  # blocks a side, over which the strength of the grid is taken
QUIET = 0.05  # gray levels; a tile whose cross differences are smaller on average is flat
EPS = 1e-3
MAP_WINDOW = (9, 5)  # columns and rows of blocks that the map judges together: a word
MAP_LIMIT = 30.0  # powers of ten

CHEN_HSU = "Chen & Hsu 2011, doi:10.1109/TIFS.2011.2106121"
ZERO = "Nikoukhah et al. 2021, doi:10.5201/ipol.2021.390"
CAGI = "Iakovidou et al. 2018, doi:10.1016/j.jvcir.2018.05.011"


class CrossDifference(NamedTuple):
    """|a - b - c + d| of every 2x2 neighbourhood of a plane of `height` + 1 rows, cut at `EDGE`.

    Attributes
    ----------
    values : ndarray, shape (n, W - 1), float32
        Gray levels.
    rows : ndarray, shape (n,), int64, ascending
        Where these rows stand; all others are 0.
    height : int
    """

    values: np.ndarray
    rows: np.ndarray
    height: int


def cross_difference(luma: np.ndarray, repeated: np.ndarray | None = None) -> CrossDifference:
    """Cross differences of a plane, (H, W) float32.

    `repeated`, (H,) bool, marks rows that equal the one above: nothing differs across them, and most rows of a screen
    are such.
    """
    rows = np.arange(luma.shape[0] - 1) if repeated is None else np.flatnonzero(~repeated[1:])
    values = np.empty((len(rows), luma.shape[1] - 1), np.float32)
    _cross(np.ascontiguousarray(luma), rows, np.float32(EDGE), values)
    return CrossDifference(values, rows, luma.shape[0] - 1)


@compiled
@no_type_check
def _cross(luma, rows, edge, values):
    for i in range(rows.size):
        here, below, out = luma[rows[i]], luma[rows[i] + 1], values[i]
        for x in range(out.size):
            out[x] = min(abs(here[x] - here[x + 1] - below[x] + below[x + 1]), edge)


def blocking_strengths(cross: CrossDifference) -> np.ndarray:
    """How much larger cross differences are on the lines of each grid than on average.

    Returns
    -------
    ndarray, shape (8, 8), float
        By row and column offset of the grid; 0 where lines look like all others, 1 where they are twice as strong.
    """
    along, down = np.zeros(cross.height, np.float32), cross.values.sum(axis=0) / np.float32(cross.height)
    along[cross.rows] = cross.values.mean(axis=1)
    # The line of a grid runs before its first row and column.
    rows, columns = (np.array([lines[(offset - 1) % 8 :: 8].mean() for offset in range(8)]) for lines in (along, down))
    strengths: np.ndarray = (rows[:, None] + columns[None, :]) / 2 / (along.mean() + EPS) - 1
    return strengths


def tile_strengths(cross: CrossDifference, grid: tuple[int, int]) -> np.ndarray:
    """Strength of one grid in tiles of 64x64 pixels, after the content-aware inconsistency of CAGI.

    Returns
    -------
    ndarray, shape (rows, columns), float
        As in `blocking_strengths`; NaN in flat tiles.
    """
    row, column = ((offset - 1) % 8 for offset in grid)
    rows, columns = (cross.height - row) // 8, (cross.values.shape[1] - column) // 8
    high, wide = rows // TILE, columns // TILE
    if not high or not wide:
        return np.full((1, 1), np.nan)
    side = 8 * TILE
    cut = cross.values[:, column : column + side * wide]
    starts = np.searchsorted(cross.rows, np.arange(row, row + side * high + 1, side))
    parts = [(cut[start:end], (cross.rows[start:end] - row) % 8 == 0) for start, end in pairwise(starts)]
    bands = np.stack([part.sum(axis=0) for part, _ in parts]) / np.float32(side)
    lines = np.stack([part[on_line].sum(axis=0) for part, on_line in parts]) / np.float32(TILE)
    tiles = bands.reshape(high, wide, side)
    whole, down = tiles.mean(axis=2), tiles[:, :, ::8].mean(axis=2)
    across = lines.reshape(high, wide, side).mean(axis=2)
    line = (across + down) / 2
    return np.where(whole > QUIET, line / (whole + EPS) - 1, np.nan)


@family("grid", source=f"{ZERO}; {CHEN_HSU}; {CAGI}")
def grid(image: ForensicImage) -> Iterator[Measurement]:
    """The 8x8 grid of JPEG compression: votes, blocking strength, foreign and missing grids, quality of the past."""
    votes = image.shared(grid_votes)
    yield from _main_grid(votes)
    yield from _regions("foreign", votes.foreign, image, applies=True)
    yield from _regions("missing", votes.missing, image, applies=votes.main is not None)
    yield from _second_grid(votes)
    yield from _blocking(image, votes)
    yield from _past(image, votes)


def _main_grid(votes: GridVotes) -> Iterator[Measurement]:
    row, column = votes.main or (np.nan, np.nan)
    best = int(votes.log10_nfa.argmin())
    yield feature("main__found", votes.main is not None, "flag", "one grid is significant in the whole picture")
    yield feature("main__row", row, "pixels", "row offset of the grid, 0..7")
    yield feature("main__column", column, "pixels", "column offset of the grid, 0..7")
    yield feature(
        "main__at_origin", votes.main == (0, 0) if votes.main else np.nan, "flag", "the grid starts at the corner"
    )
    yield feature("main__log10_nfa", votes.log10_nfa[best], "log10 count", "grids as strong expected by chance")
    yield feature("main__rate", votes.rates[best], "share", "windows of this grid that vote for it")
    yield feature("main__null_rate", votes.null, "share", "windows of any grid that vote for it")
    windows = log10(1 + votes.textured[best].sum())
    yield feature("main__windows", windows, "log10(1 + count)", "windows of this grid that can vote")


def _regions(name: str, regions: tuple[GridRegion, ...], image: ForensicImage, applies: bool) -> Iterator[Measurement]:
    best = regions[0] if regions else None
    area = sum(region.box.area for region in regions) / (image.width * image.height)
    share = best.peaks / best.windows if best else np.nan
    values = (
        ("log10_nfa", best.log10_nfa if best else 0.0, "log10 count", "regions as strong expected by chance; 0: none"),
        ("regions", len(regions), "count", "regions found"),
        ("area", area, "share", "their part of the picture"),
        ("rate", share, "share", "windows of the best region that vote for its grid"),
    )
    for statistic, value, unit, meaning in values:
        yield feature(f"{name}__{statistic}", value if applies else np.nan, unit, meaning)


def _second_grid(votes: GridVotes) -> Iterator[Measurement]:
    others = foreign_grids(votes.main)
    if votes.main is not None:  # grids that share its rows or columns share some of its zeros
        others = others[((others // 8 - votes.main[0]) % 4 != 0) & ((others % 8 - votes.main[1]) % 4 != 0)]
    best = others[int(votes.log10_nfa[others].argmin())]
    yield feature("second__log10_nfa", votes.log10_nfa[best], "log10 count", "the same for the best other grid")
    yield feature("second__rate", votes.rates[best], "share", "windows of the best other grid that vote for it")
    yield feature("second__rate_spread", votes.rates[others].std(), "share", "unevenness of votes for other grids")


def _blocking(image: ForensicImage, votes: GridVotes) -> Iterator[Measurement]:
    cross = cross_difference(image.luma, image.repeated_rows)
    strengths = blocking_strengths(cross)
    order = np.argsort(-strengths, axis=None, kind="stable")
    best, second = (divmod(int(place), 8) for place in order[:2])
    tiles = tile_strengths(cross, votes.main or best)
    tiles = tiles[np.isfinite(tiles)]
    yield feature("blocking__row", best[0], "pixels", "row offset of the grid with the strongest lines")
    yield feature("blocking__column", best[1], "pixels", "column offset of the grid with the strongest lines")
    yield feature("blocking__strength", strengths[best], "1", "excess of cross differences on its lines")
    yield feature("blocking__lead", strengths[best] - strengths[second], "1", "its lead over the second grid")
    yield feature("blocking__at_origin", strengths[0, 0], "1", "strength of the grid at the corner")
    some = len(tiles) > 0
    spread = robust_spread(tiles) if some else np.nan
    yield feature("tiles__spread", spread, "1", "spread of the grid's strength over tiles")
    for name, share in (("low", 5), ("high", 95)):
        value = np.percentile(tiles, share) - np.median(tiles) if some else np.nan
        yield feature(f"tiles__{name}", value, "1", f"{share}th percentile of the strength over tiles, less the median")


def _past(image: ForensicImage, votes: GridVotes) -> Iterator[Measurement]:
    quality = misfit = np.nan
    if votes.main is not None and not has_own_luma(image):
        quality, misfit = previous_quality(blocks_on_grid(image, votes.main))
    yield feature("past__quality", quality, "quality", "JPEG quality before these pixels were saved without loss")
    yield feature("past__misfit", misfit, "1", "0 where coefficients lie on that quality's steps, 1 where by chance")


@heatmap("grid", unit="log10", meaning="how unlikely the votes around a place are if it has the picture's grid alone")
def grid_map(image: ForensicImage) -> np.ndarray:
    """(H, W) float32, 0..30: powers of ten against chance, for another grid or for a missing one, the larger."""
    votes = image.shared(grid_votes)
    if not votes.peaks.size:
        return np.zeros((image.height, image.width), np.float32)
    evidence = np.zeros(votes.peaks.shape[1:])
    for other in foreign_grids(votes.main):
        evidence = np.maximum(evidence, -log10_upper_tail(*_counts(votes, other), votes.null))
    if votes.main is not None:
        main = 8 * votes.main[0] + votes.main[1]
        evidence = np.maximum(evidence, -log10_lower_tail(*_counts(votes, main), MISSING_SHARE * votes.rates[main]))
    return spread_blocks(np.minimum(evidence, MAP_LIMIT), 8, (image.height, image.width))


def _counts(votes: GridVotes, which: int) -> tuple[np.ndarray, np.ndarray]:
    planes = (votes.peaks[which], votes.textured[which])
    peaks, windows = (
        cv2.boxFilter(plane.astype(np.float32), -1, MAP_WINDOW, normalize=False, borderType=cv2.BORDER_CONSTANT)
        for plane in planes
    )
    return peaks, windows
