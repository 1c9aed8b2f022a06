"""Noise inconsistency: blocks whose noise is not what the rest of the picture has at that brightness."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from realfake.forensics.arrays.blocks import block_means, median, robust_spread, spread_blocks
from realfake.forensics.arrays.exact import log2
from realfake.forensics.families.residual import channel_planes, square_residuals
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import Measurement, family, feature, heatmap

BLOCK = 16  # pixels
TO_SIGMA = np.sqrt(np.pi / 2) / 6  # mean absolute response of unit white noise is 6 * sqrt(2 / pi)
BRIGHTNESS = 8  # bins of the noise level function
FLOOR = 0.25  # gray levels; rounding alone makes that much
ODD = 3.0  # robust deviations


@family(
    "noise",
    cost="fast",
    source="J. Immerkaer, Fast Noise Variance Estimation, CVIU 1996, doi:10.1006/cviu.1996.0060; noise level function: "
    "C. Liu et al., PAMI 2008, doi:10.1109/TPAMI.2007.1176",
)
def noise_inconsistency(image: ForensicImage) -> Iterator[Measurement]:
    """Noise of blocks, its dependence on brightness, and blocks that stray from it alone or in clusters."""
    planes, residuals = channel_planes(image), image.shared(square_residuals)
    for channel, plane in planes.items():
        sigma = block_sigma(residuals[channel])
        logs = log2(sigma + FLOOR)
        top = bottom = share = cluster = together = np.nan
        if has_grain(sigma):
            stray = noise_deviations(sigma, block_means(plane, BLOCK))
            odd = (np.abs(stray) > ODD).astype(np.uint8)
            bottom, top = np.quantile(stray, [0.01, 0.99])
            share, cluster, together = odd.mean(), _largest(odd) / odd.size, _spatial_correlation(stray)
        yield feature(f"{channel}__median", median(sigma), "gray levels", "noise of the middle 16x16 block")
        yield feature(f"{channel}__p10", np.quantile(sigma, 0.1), "gray levels", "10th percentile of it")
        yield feature(f"{channel}__spread", robust_spread(logs), "log2", "robust spread of it between blocks")
        yield feature(f"{channel}__stray_top", top, "deviations", "99th percentile of the stray")
        yield feature(f"{channel}__stray_bottom", bottom, "deviations", "1st percentile of the stray")
        yield feature(f"{channel}__odd", share, "share", "blocks more than 3 deviations off")
        yield feature(f"{channel}__cluster", cluster, "share", "largest connected group of them")
        yield feature(f"{channel}__moran", together, "1", "Moran's I of the stray: 0 if scattered")


@heatmap("noise", unit="deviations", meaning="log noise of each 16x16 block against blocks as bright")
def outlier_map(image: ForensicImage) -> np.ndarray:
    """Where the noise is not what the rest of the picture has at that brightness; NaN for a picture without grain."""
    sigma = block_sigma(image.shared(square_residuals)["luma"])
    if not has_grain(sigma):
        return np.full(image.luma8.shape, np.nan, np.float32)
    return spread_blocks(noise_deviations(sigma, block_means(image.luma8, BLOCK)), BLOCK, image.luma8.shape)


def has_grain(sigma: np.ndarray) -> bool:
    """Whether most blocks have noise; in a drawn picture all that is not flat would stray from the flat."""
    return bool(median(sigma) >= FLOOR)


def block_sigma(residual: np.ndarray) -> np.ndarray:
    """Noise level of each whole block of a plane by its `square_residual`, (H, W) int16: float32, gray levels.

    That is Immerkaer's Laplacian, second differences along both axes, which is blind to planes, but for its sign.
    """
    size = min(BLOCK, *residual.shape)
    # Held at 255 gray levels: an edge so strong is no noise whatever its height.
    return block_means(cv2.convertScaleAbs(residual), size) * np.float32(TO_SIGMA)


def noise_deviations(sigma: np.ndarray, brightness: np.ndarray) -> np.ndarray:
    """Deviation of each block's log noise from that of blocks as bright, over the robust spread of all.

    Parameters
    ----------
    sigma, brightness : ndarray, shape (rows, columns), float32, gray levels

    Returns
    -------
    ndarray, shape (rows, columns), float32
        Robust deviations, held within -20..20.
    """
    logs = log2(sigma + FLOOR)
    expected = np.empty_like(logs)
    # Bins of equal size: in bins of equal width a patch could stand alone and be its own norm.
    for chosen in np.array_split(np.argsort(brightness, axis=None, kind="stable"), BRIGHTNESS):
        if chosen.size:
            expected.flat[chosen] = median(logs.flat[chosen])
    off = logs - expected
    deviations: np.ndarray = np.clip(off / (robust_spread(off) + 0.1), -20, 20).astype(np.float32)
    return deviations


def _largest(mask: np.ndarray) -> int:
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return int(stats[1:, cv2.CC_STAT_AREA].max()) if count > 1 else 0


def _spatial_correlation(values: np.ndarray) -> float:
    centred = values - values.mean()
    power = float(np.mean(centred * centred))
    if power < 1e-6:
        return 0.0
    pairs = [centred[:, 1:] * centred[:, :-1], centred[1:] * centred[:-1]]
    size = sum(pair.size for pair in pairs)
    return float(sum(pair.sum() for pair in pairs)) / size / power if size else 0.0
