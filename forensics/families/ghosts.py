"""JPEG ghosts: at which quality one more compression changes a block least, and where that differs from the rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.blocks import MAD_TO_SIGMA, median, spread_blocks
from realfake.forensics.arrays.exact import log, log2
from realfake.forensics.arrays.jit import compiled
from realfake.forensics.compression.coefficients import luma_coefficients
from realfake.forensics.formats.ijg import fit_ijg, ijg_table
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import Measurement, family, feature, heatmap

QUALITIES = np.arange(50, 99, 2)
BLOCK = 16  # pixels
TEXTURE = 1.0  # gray levels squared; a block that quality 50 changes less has no ghost to show
FLOOR = 0.01  # gray levels squared, added before logarithms; far below the rounding of pixels
LANES = 32
REACH = 2  # steps of quality to either side between which a dip is measured
SHOWN = range(0, len(QUALITIES), 4)  # the mean curve is reported at every fourth quality


def ghost_curves(image: ForensicImage, size: int = BLOCK) -> tuple[np.ndarray, np.ndarray]:
    """Error that recompression at each quality would bring, block by block (Farid 2009).

    The error is that of quantizing the luma's DCT coefficients on the image's own 8x8 grid, which by Parseval is the
    squared error of the pixels before they are rounded; a JPEG's own coefficients are used where it has them.

    Parameters
    ----------
    image : ForensicImage
    size : int
        Side of a block in pixels, a multiple of 8.

    Returns
    -------
    qualities : ndarray, shape (Q,), int
        IJG qualities, ascending.
    errors : ndarray, shape (H // size, W // size, Q), float32
        Mean squared error, gray levels squared.
    """
    found, whole = luma_coefficients(image), size // 8
    errors = np.zeros((found.rows // whole, found.columns // whole, len(QUALITIES)), np.float32)
    # As many as fit whole registers of a processor: those beyond the qualities are looked at in vain.
    steps = np.ones((64, -(-len(QUALITIES) // LANES) * LANES), np.float32)
    steps[:, : len(QUALITIES)] = np.stack([ijg_table(int(quality)).ravel() for quality in QUALITIES], axis=1)
    bits = found.values.view(f"i{found.values.itemsize}")
    _requantize(found.values, bits, found.steps, *found.strides, steps, 1 / steps, whole, errors)
    return QUALITIES, errors


@compiled
@no_type_check
def _requantize(values, bits, own, down, right, pitch, steps, inverse, whole, errors):
    qualities, lanes = errors.shape[2], steps.shape[1]
    total = np.empty(lanes, np.float32)
    for row in range(errors.shape[0] * whole):
        for column in range(errors.shape[1] * whole):
            start, some = row * down + column * right, np.int32(0)
            for v in range(8):
                line = bits[start + v * pitch : start + v * pitch + 8]
                for u in range(1 if v == 0 else 0, 8):
                    some |= line[u]
            side = 8 if some != 0 else 1
            total[:] = 0
            for v in range(side):
                for u in range(side):
                    value, mode = np.float32(values[start + v * pitch + u]) * own[v, u], 8 * v + u
                    if value != 0:
                        for quality in range(lanes):
                            change = value - np.rint(value * inverse[mode, quality]) * steps[mode, quality]
                            total[quality] += change * change
            error = errors[row // whole, column // whole]
            for quality in range(qualities):
                error[quality] += total[quality] / (64 * whole * whole)


def dips(curves: np.ndarray) -> np.ndarray:
    """How far a curve dips below the line between its neighbours, at every quality that has both.

    Parameters
    ----------
    curves : ndarray, shape (..., Q)
        Errors in gray levels squared.

    Returns
    -------
    ndarray, shape (..., Q - 2 * REACH)
        Natural logarithm of the ratio, positive in a dip.
    """
    logs = log(curves + FLOOR)
    depths: np.ndarray = (logs[..., : -2 * REACH] + logs[..., 2 * REACH :]) / 2 - logs[..., REACH:-REACH]
    return depths


def can_show(errors: np.ndarray) -> np.ndarray:
    """(rows, columns) bool: blocks that can show a ghost, because some quality changes them; errors (.., Q)."""
    shows: np.ndarray = errors.max(axis=2) > TEXTURE
    return shows


def ghost_darkness(errors: np.ndarray, textured: np.ndarray) -> np.ndarray:
    """How much darker each block is than the others in Farid's normalized difference images.

    Parameters
    ----------
    errors : ndarray, shape (rows, columns, Q)
        From `ghost_curves`.
    textured : ndarray, shape (rows, columns), bool
        Blocks that can show a ghost, see `can_show`.

    Returns
    -------
    ndarray, shape (rows, columns, Q), float32
        Median of the textured blocks minus the block, both normalized to 0..1 over the qualities and averaged over
        3x3 blocks; 0 where blocks are flat.
    """
    darkness = np.zeros_like(errors)
    if not textured.any():
        return darkness
    shown = errors[textured]
    low, high = shown.min(axis=1, keepdims=True), shown.max(axis=1, keepdims=True)
    normalized = (shown - low) / np.maximum(high - low, FLOOR)
    darkness[textured] = median(normalized, axis=0) - normalized
    weight = _around(textured[:, :, None].astype(np.float64))
    smooth = _around(darkness)
    return np.where(textured[:, :, None], smooth / np.maximum(weight, 1 / 9), 0).astype(np.float32)


def _around(planes: np.ndarray) -> np.ndarray:
    """Mean over 3x3 blocks of (rows, columns, n) planes, mirrored at the borders."""
    for axis in (0, 1):
        size = planes.shape[axis]
        before, after = np.abs(np.arange(size) - 1), size - 1 - np.abs(np.arange(size)[::-1] - 1)
        before, after = np.minimum(before, size - 1), np.maximum(after, 0)
        planes = (planes.take(before, axis) + planes + planes.take(after, axis)) / 3
    return planes


@family("ghosts", source="Farid 2009, 'Exposing digital forgeries from JPEG ghosts', doi:10.1109/TIFS.2008.2012215")
def ghosts(image: ForensicImage) -> Iterator[Measurement]:
    """Error of recompression at qualities 50 to 98: dips of the whole picture and blocks that dip elsewhere."""
    _, errors = ghost_curves(image)
    shows = can_show(errors)
    textured = errors[shows]
    yield feature("blocks__textured", shows.mean(), "share", "blocks that can show a ghost")
    foreign = np.abs(QUALITIES[REACH:-REACH] - _own_quality(image)) > 2  # a file's own quality is no ghost
    yield from _picture(textured, foreign)
    yield from _blocks(textured, foreign)
    yield from _places(ghost_darkness(errors, shows)[shows])


def _own_quality(image: ForensicImage) -> float:
    table = image.jpeg.luma_table if image.jpeg else None
    return fit_ijg(table).quality if table is not None else np.inf


def _picture(textured: np.ndarray, foreign: np.ndarray) -> Iterator[Measurement]:
    mean = textured.mean(axis=0) if len(textured) else np.full(len(QUALITIES), np.nan)
    for i in SHOWN:
        yield feature(f"q{QUALITIES[i]}__error", mean[i], "gray levels^2", "mean error of textured blocks")
    depth = np.where(foreign, dips(mean), -np.inf)
    order = np.argsort(-depth, kind="stable")
    known = len(textured) > 0
    for place, name in enumerate(("first", "second")):
        best = order[place]
        quality = QUALITIES[REACH + best] if known else np.nan
        yield feature(f"{name}__quality", quality, "quality", "where the mean curve dips")
        yield feature(f"{name}__depth", depth[best], "log ratio", "how far the mean curve dips there")


def _blocks(textured: np.ndarray, foreign: np.ndarray) -> Iterator[Measurement]:
    count = len(textured) or np.nan
    deepest = np.where(foreign, dips(textured), -np.inf).argmax(axis=1)
    shares = np.bincount(deepest, minlength=len(QUALITIES) - 2 * REACH) / count
    top = np.sort(shares)[::-1]
    entropy = -np.sum(shares * log2(np.where(shares > 0, shares, 1)))
    yield feature("agreement__first", top[0], "share", "textured blocks that dip at the commonest quality")
    yield feature("agreement__second", top[1], "share", "textured blocks that dip at the second quality")
    yield feature("agreement__entropy", entropy, "bits", "disorder of the qualities at which blocks dip")


def _places(values: np.ndarray) -> Iterator[Measurement]:
    contrast = np.full(len(QUALITIES), np.nan)
    extremes = np.full(len(QUALITIES), np.nan)
    if len(values):
        middle = median(values, axis=0)
        contrast = np.percentile(np.sort(values, axis=0), 99, axis=0) - middle  # sorted, it is found twice as fast
        spread = MAD_TO_SIGMA * median(np.abs(values - middle), axis=0)
        extremes = contrast / (spread.astype(np.float64) + FLOOR)
    best = int(np.argmax(contrast))
    yield feature("places__contrast", contrast[best], "1", "99th percentile of darkness, at its best quality")
    yield feature("places__quality", QUALITIES[best] if len(values) else np.nan, "quality", "where that is")
    yield feature("places__extremeness", extremes.max(), "1", "the same in robust standard deviations")
    yield feature("places__mean_contrast", contrast.mean(), "1", "the same, mean over qualities")


@heatmap("ghosts", unit="1", meaning="how much darker than the rest at the quality that shows it best, 0..1")
def ghost_map(image: ForensicImage) -> np.ndarray:
    """(H, W) float32: largest darkness over qualities."""
    _, errors = ghost_curves(image)
    if not errors.size:
        return np.full((image.height, image.width), np.nan, np.float32)
    darkness = ghost_darkness(errors, can_show(errors)).max(axis=2)
    return spread_blocks(np.maximum(darkness, 0), BLOCK, (image.height, image.width))
