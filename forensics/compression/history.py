"""The JPEG past of pixels: with which quality coefficients on a known grid were once quantized."""

from __future__ import annotations

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.formats.ijg import ijg_table
from realfake.forensics.formats.markers import ZIGZAG
from realfake.forensics.image import ForensicImage, as_blocks, dct_plane

PAST_QUALITIES = np.arange(30, 100)
PAST_MODES = ZIGZAG[1:16]
MIN_COEFFICIENTS = 30  # large enough for a quality to be judged by


def plane_on_grid(image: ForensicImage, grid: tuple[int, int]) -> np.ndarray:
    """`dct_plane` of the luma in the blocks of a grid, in gray levels."""
    return image.dct_plane if grid == (0, 0) else dct_plane(image.luma, grid, 128)


def blocks_on_grid(image: ForensicImage, grid: tuple[int, int]) -> np.ndarray:
    """(rows, columns, 8, 8) float32 DCT of the luma in the blocks of a grid, in gray levels."""
    return image.dct8 if grid == (0, 0) else as_blocks(plane_on_grid(image, grid))


def previous_quality(blocks: np.ndarray) -> tuple[float, float]:
    """The IJG quality on whose steps coefficients lie.

    For each quality, the squared distance of coefficients to the nearest multiple of their step is compared with the
    twelfth of the squared step that chance gives; coefficients below half a step, which chance also sends to zero, do
    not count.

    Parameters
    ----------
    blocks : ndarray, shape (rows, columns, 8, 8), float32
        From `blocks_on_grid`.

    Returns
    -------
    quality : float
        30..99, NaN where too few coefficients can tell.
    misfit : float
        0 where every coefficient lies on a multiple of its step, 1 where they lie by chance.
    """
    steps = np.stack([ijg_table(int(quality)).ravel()[PAST_MODES] for quality in PAST_QUALITIES])
    distances, counts = _distances(blocks.reshape(-1, 64), PAST_MODES, steps.astype(np.float32))
    known = counts >= MIN_COEFFICIENTS
    if not known.any():
        return np.nan, np.nan
    misfits = np.where(known, 12 * distances / np.maximum(counts, 1), np.inf)
    best = int(misfits.argmin())
    return float(PAST_QUALITIES[best]), float(misfits[best])


@compiled
def _distances(blocks: np.ndarray, modes: np.ndarray, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    distances, counts = np.zeros(steps.shape[0]), np.zeros(steps.shape[0])
    for block in range(blocks.shape[0]):
        for m in range(modes.shape[0]):
            value = abs(blocks[block, modes[m]])
            if value > 0.5:
                for quality in range(steps.shape[0]):
                    ratio = value / steps[quality, m]
                    if ratio > 0.5:
                        off = ratio - np.floor(ratio + 0.5)
                        distances[quality] += off * off
                        counts[quality] += 1
    return distances, counts
