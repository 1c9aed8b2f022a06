"""What families decide by themselves: traces they report as found, with the rate at which that may be wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from realfake.forensics.compression.coefficients import has_own_luma
from realfake.forensics.compression.double_quantization import double_quantization, primary_quality
from realfake.forensics.compression.grid_votes import DETECTED, GridRegion, grid_votes
from realfake.forensics.compression.history import blocks_on_grid, previous_quality
from realfake.forensics.families.ghosts import REACH, dips, ghost_curves
from realfake.forensics.families.grid import blocking_strengths, cross_difference
from realfake.forensics.image import ForensicImage, block_dct
from realfake.forensics.text.measurement import snapped

CONFIRMED = 0.85  # of the misfit four pixels away: below it coefficients lie on the steps of a JPEG of that place
NEAR = 4  # quality steps within which a ghost confirms a first compression
DEEP = 0.1  # log ratio: the least dip of the mean ghost curve


@dataclass(frozen=True)
class Trace:
    """One trace that a family reports in an image."""

    what: str
    confirmed: bool  # a second, independent measurement sees it too


@dataclass(frozen=True)
class Detection:
    """A decision of a family on one image.

    Attributes
    ----------
    rate : float
        Stated share of images without the trace on which it is reported all the same.
    trace : str
        What is reported. It is a fact about compression; a genuine screen that shows a photograph has it too.
    """

    family: str
    name: str
    rate: float
    trace: str
    find: Callable[[ForensicImage], Iterator[Trace]]


def foreign_grids(image: ForensicImage) -> Iterator[Trace]:
    """Regions on another 8x8 grid; confirmed where coefficients lie on a table's steps or lines of blocks stand out."""
    for region in image.shared(grid_votes).foreign:
        confirmed = lies_on_steps(image, region) or has_strongest_lines(image, region)
        yield _region(region, f"grid {_place(region)}", confirmed)


def missing_grids(image: ForensicImage) -> Iterator[Trace]:
    """Regions without the picture's grid; confirmed where neither steps of a table nor lines of blocks show it."""
    for region in image.shared(grid_votes).missing:
        confirmed = not lies_on_steps(image, region) and not has_strongest_lines(image, region)
        yield _region(region, f"no grid {_place(region)}", confirmed)


def first_compressions(image: ForensicImage) -> Iterator[Trace]:
    """The quality of an earlier compression on the same grid; confirmed by a JPEG ghost or by steps of that quality."""
    twice = image.shared(double_quantization)
    quality, _ = primary_quality(twice.fits)
    if np.isfinite(quality):
        qualities, errors = ghost_curves(image)
        depth = dips(errors.mean(axis=(0, 1)))
        near = np.abs(qualities[REACH:-REACH] - quality) <= NEAR
        ghost = bool(near.any() and depth[near].max() > DEEP)
        steps = False
        if not has_own_luma(image):
            previous, _ = previous_quality(blocks_on_grid(image, twice.grid))
            steps = abs(previous - quality) <= NEAR
        yield Trace(f"first quality {quality:.0f}", ghost or steps)


DETECTIONS = (
    Detection("grid", "foreign", 10**DETECTED, "a part was compressed on another 8x8 grid", foreign_grids),
    Detection("grid", "missing", 10**DETECTED, "a part lacks the grid of the rest", missing_grids),
    Detection("dct", "primary", 0.01, "compressed twice on one grid", first_compressions),
)


def lies_on_steps(image: ForensicImage, region: GridRegion) -> bool:
    """Whether coefficients of a region, on its grid, are nearer to a table's steps than four pixels away."""
    part = image.luma[region.box.slices] - np.float32(128)
    own, displaced = (previous_quality(block_dct(plane))[1] for plane in (part, part[4:, 4:]))
    return bool(own < CONFIRMED * displaced)


def has_strongest_lines(image: ForensicImage, region: GridRegion) -> bool:
    """Whether, of all 64 grids, cross differences in a region are largest on the lines of its own."""
    strengths = snapped(blocking_strengths(cross_difference(image.luma[region.box.slices])))
    return int(strengths.argmax()) == 0


def _region(region: GridRegion, what: str, confirmed: bool) -> Trace:
    box = region.box
    return Trace(f"{what} at {box.x},{box.y} {box.width}x{box.height}, log10 NFA {region.log10_nfa:.0f}", confirmed)


def _place(region: GridRegion) -> str:
    return f"{region.grid[0]},{region.grid[1]}"
