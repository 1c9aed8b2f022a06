"""Error level analysis: what one more JPEG compression would still change."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from realfake.forensics.arrays.blocks import block_means, byte_counts, histogram_quantile, robust_spread, spread_blocks
from realfake.forensics.arrays.exact import correlation, log2
from realfake.forensics.image import GRADIENT_BLOCK, ForensicImage
from realfake.forensics.measurement import Measurement, family, feature, heatmap

QUALITIES = (75, 90)  # IJG quality: one below and one within the range of messengers and editors
BLOCK = GRADIENT_BLOCK  # pixels
EDGE_FLOOR = 0.5  # gray levels per pixel; below it there is no edge to normalise by
TOP = 0.99  # the strongest 1 % of blocks: an edited field is no larger


@family("ela", cost="fast", source="N. Krawetz, A Picture's Worth, Black Hat Briefings 2007")
def error_levels(image: ForensicImage) -> Iterator[Measurement]:
    """What one more JPEG compression at two qualities would change, per pixel, per block and per unit of gradient."""
    edges = image.gradient_blocks
    levels = {quality: recompression_error(image, quality) for quality in QUALITIES}
    blocks = {quality: block_means(error, BLOCK) for quality, error in levels.items()}
    for quality in QUALITIES:
        yield from _tails(f"q{quality}", levels[quality], float(edges.mean()))
        yield from _contrast(f"q{quality}", blocks[quality], edges)
    low, high = (blocks[quality] for quality in QUALITIES)
    ratio = log2((high + 0.1) / (low + 0.1))
    yield feature("ratio__mean", ratio.mean(), "log2", "error at quality 90 over that at 75, mean of blocks")
    yield feature("ratio__spread", robust_spread(ratio), "log2", "robust spread between blocks of that ratio")
    yield feature("ratio__top", np.quantile(ratio, TOP), "log2", "99th percentile of that ratio over blocks")
    yield feature("ratio__bottom", np.quantile(ratio, 1 - TOP), "log2", "1st percentile of that ratio over blocks")


@heatmap("ela", unit="1", meaning="error at quality 90 per unit of gradient, one value per 16x16 block")
def error_level_map(image: ForensicImage) -> np.ndarray:
    """Where one more compression changes more than the edges there explain."""
    blocks = block_means(recompression_error(image, QUALITIES[-1]), BLOCK)
    edges = image.gradient_blocks
    return spread_blocks(blocks / (edges + EDGE_FLOOR), BLOCK, image.luma.shape)


def recompression_error(image: ForensicImage, quality: int) -> np.ndarray:
    """Absolute change of the luma by one JPEG compression.

    Parameters
    ----------
    image : ForensicImage
    quality : int, 1..100, on libjpeg's scale

    Returns
    -------
    ndarray, shape (H, W), uint8
        Gray levels.
    """
    encoded = cv2.imencode(".jpg", image.luma8, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.absdiff(image.luma8, np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE)))


def _tails(name: str, error: np.ndarray, mean_edge: float) -> Iterator[Measurement]:
    counts = byte_counts(error)
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
    busy = normal[edges > EDGE_FLOOR]
    level = float(np.median(busy)) if busy.size else 0.0
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
