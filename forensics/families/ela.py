"""Error level analysis: what one more JPEG compression would still change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from realfake.forensics.arrays.blocks import (
    block_means,
    byte_counts,
    histogram_quantile,
    median,
    robust_spread,
    spread_blocks,
)
from realfake.forensics.arrays.exact import correlation, log2
from realfake.forensics.image import GRADIENT_BLOCK, ForensicImage
from realfake.forensics.measurement import Measurement, family, feature, heatmap

QUALITIES = (75, 90)  # IJG quality: one below and one within the range of messengers and editors
BLOCK = GRADIENT_BLOCK  # pixels
EDGE_FLOOR = 0.5  # gray levels per pixel; below it there is no edge to normalise by
ACROSS = 256  # blocks in a row of the picture that is compressed: one of each gray level
TOP = 0.99  # the strongest 1 % of blocks: an edited field is no larger


@family("ela", cost="fast", source="N. Krawetz, A Picture's Worth, Black Hat Briefings 2007")
def error_levels(image: ForensicImage) -> Iterator[Measurement]:
    """What one more JPEG compression at two qualities would change, per pixel, per block and per unit of gradient."""
    edges = image.gradient_blocks
    errors = {quality: recompression_error(image, quality) for quality in QUALITIES}
    for quality, (counts, blocks) in errors.items():
        yield from _tails(f"q{quality}", counts, float(edges.mean()))
        yield from _contrast(f"q{quality}", blocks, edges)
    low, high = (blocks for _, blocks in errors.values())
    ratio = log2((high + 0.1) / (low + 0.1))
    top, bottom = np.quantile(ratio, [TOP, 1 - TOP])
    yield feature("ratio__mean", ratio.mean(), "log2", "error at quality 90 over that at 75, mean of blocks")
    yield feature("ratio__spread", robust_spread(ratio), "log2", "robust spread between blocks of that ratio")
    yield feature("ratio__top", top, "log2", "99th percentile of that ratio over blocks")
    yield feature("ratio__bottom", bottom, "log2", "1st percentile of that ratio over blocks")


@heatmap("ela", unit="1", meaning="error at quality 90 per unit of gradient, one value per 16x16 block")
def error_level_map(image: ForensicImage) -> np.ndarray:
    """Where one more compression changes more than the edges there explain."""
    _, blocks = recompression_error(image, QUALITIES[-1])
    edges = image.gradient_blocks
    return spread_blocks(blocks / (edges + EDGE_FLOOR), BLOCK, image.luma.shape)


def recompression_error(image: ForensicImage, quality: int) -> tuple[np.ndarray, np.ndarray]:
    """Absolute change of the luma by one JPEG compression, gray levels.

    Parameters
    ----------
    image : ForensicImage
    quality : int, 1..100, on libjpeg's scale

    Returns
    -------
    counts : ndarray, shape (256,), int64
        Pixels by their change.
    blocks : ndarray, shape (H // 16, W // 16), float32
        Mean change of each 16x16 block.
    """
    picture, cells = image.shared(_packed)
    encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    error = cv2.absdiff(picture, np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE)))
    means = block_means(block_means(error, 8).ravel()[cells], BLOCK // 8)
    return _counts(error, cells, image), means[: image.height // BLOCK, : image.width // BLOCK]


def _counts(error: np.ndarray, cells: np.ndarray, image: ForensicImage) -> np.ndarray:
    """(256,) int64: how many pixels of the image have each error, which stands block by block as in `_Packed`."""
    blocks = error.reshape(-1, 8, ACROSS, 8)
    times = np.bincount(cells.ravel(), minlength=error.size // 64)
    others = np.flatnonzero(times != 1)  # the flat ones, and what fills the picture up
    counts = byte_counts(error)
    counts += np.bincount(_standing(blocks, others).ravel(), np.repeat(times[others] - 1, 64), 256).astype(np.int64)
    # What was filled up beyond the image does not count.
    right, below = _standing(blocks, cells[:, -1]), _standing(blocks, cells[-1])
    rows, columns = image.height % 8 or 8, image.width % 8 or 8
    counts -= byte_counts(right[:, :, columns:]) + byte_counts(below[:, rows:])
    counts += byte_counts(right[-1, rows:, columns:])
    return counts


def _standing(blocks: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """(n, 8, 8) of (m, 8, ACROSS, 8): the blocks at these places in reading order."""
    return blocks[cells // ACROSS, :, cells % ACROSS]


class _Packed(NamedTuple):
    """A picture of the blocks of another one, which a JPEG compresses each by itself: a flat one only once.

    Attributes
    ----------
    picture : (8 * n, 8 * ACROSS) uint8; a flat block of each gray level, then those in which anything varies
    cells : (rows, columns) int64; where each block of the image stands in the picture, in reading order
    """

    picture: np.ndarray
    cells: np.ndarray


def _packed(image: ForensicImage) -> _Packed:
    rows, columns = -(-image.height // 8), -(-image.width // 8)
    beyond = 8 * rows - image.height, 8 * columns - image.width  # filled up as an encoder does
    whole = image.luma8
    if any(beyond):
        whole = np.asarray(cv2.copyMakeBorder(whole, 0, beyond[0], 0, beyond[1], cv2.BORDER_REPLICATE))
    words = whole.view(np.uint64).reshape(rows, 8, columns)  # each a row of a block
    cells = whole[::8, ::8].astype(np.int64)
    shades = np.repeat(np.arange(ACROSS, dtype=np.uint8), 8).view(np.uint64)
    places = np.nonzero((words != shades[cells][:, None]).any(axis=1))
    cells[places] = ACROSS + np.arange(len(places[0]))
    blocks = np.zeros((-(-len(places[0]) // ACROSS) * ACROSS, 8), np.uint64)
    blocks[: len(places[0])] = words[places[0], :, places[1]]
    laid = blocks.reshape(-1, ACROSS, 8).transpose(0, 2, 1).reshape(-1, ACROSS)
    picture = np.concatenate([np.tile(shades, (8, 1)), laid]).view(np.uint8)
    return _Packed(picture, cells)


def _tails(name: str, counts: np.ndarray, mean_edge: float) -> Iterator[Measurement]:
    share = counts / counts.sum()
    level = np.arange(256)
    mean = float((share * level).sum())
    off = level - mean
    deviation = float(np.sqrt((share * off * off).sum()))
    cubed = float((share * off * off * off).sum()) / (deviation * deviation * deviation) if deviation > 1e-6 else 0.0
    yield feature(f"{name}__mean", mean, "gray levels", "average change")
    # Raw error level analysis only finds text; per unit of gradient it finds history.
    yield feature(f"{name}__per_edge", mean / (mean_edge + EDGE_FLOOR), "1", "average change per unit of gradient")
    yield feature(f"{name}__deviation", deviation, "gray levels", "standard deviation of the change")
    yield feature(f"{name}__skewness", cubed, "1", "skewness of the change")
    yield feature(f"{name}__zero", share[0], "share", "pixels that the compression leaves as they are")
    yield feature(f"{name}__p95", histogram_quantile(counts, 0.95), "gray levels", "95th percentile of the change")
    yield feature(f"{name}__p999", histogram_quantile(counts, 0.999), "gray levels", "99.9th percentile of the change")


def _contrast(name: str, blocks: np.ndarray, edges: np.ndarray) -> Iterator[Measurement]:
    normal = blocks / (edges + EDGE_FLOOR)
    busy = np.sort(normal[edges > EDGE_FLOOR])  # sorted, quantiles are found twice as fast
    level = float(median(busy)) if busy.size else 0.0
    top, bottom = np.quantile(busy, [TOP, 1 - TOP]) if busy.size else (0.0, 0.0)
    spread = robust_spread(busy)
    tie = correlation(blocks, edges) if blocks.std() > 1e-6 and edges.std() > 1e-6 else 0.0
    yield feature(f"{name}__block_spread", robust_spread(blocks), "gray levels", "robust spread between 16x16 blocks")
    yield feature(f"{name}__block_deviation", blocks.std(), "gray levels", "standard deviation between 16x16 blocks")
    yield feature(f"{name}__block_top", np.quantile(blocks, TOP), "gray levels", "99th percentile of 16x16 blocks")
    yield feature(f"{name}__edge_correlation", tie, "correlation", "of the blocks' error with their gradient")
    yield feature(f"{name}__busy_level", level, "1", "median error per unit of gradient over blocks with edges")
    yield feature(f"{name}__busy_spread", spread, "1", "robust spread of it")
    yield feature(f"{name}__busy_top", top - level, "1", "its 99th percentile above the median")
    yield feature(f"{name}__busy_bottom", bottom - level, "1", "its 1st percentile below the median")
    flat = blocks[edges <= EDGE_FLOOR]
    grain = flat.mean() if flat.size else 0.0
    yield feature(f"{name}__flat_mean", grain, "gray levels", "mean error of blocks without edges: ringing and grain")
