"""Sharpness: how wide edges are, overall and from block to block."""

from __future__ import annotations

from collections.abc import Iterator
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.blocks import histogram_quantile, robust_spread
from realfake.forensics.arrays.jit import compiled
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import Measurement, family, feature, heatmap

STRONG = 12  # gray levels: the least difference of two neighbours that makes an edge
WIDEST = 24  # pixels; wider edges are counted with these
BLOCK = 64  # pixels
CHUNK = 32  # pixels, passed over at once where they are alike
FEW = 20  # edges; a block with fewer has no width of its own


@family(
    "sharpness",
    cost="fast",
    source="P. Marziliano et al., A no-reference perceptual blur metric, ICIP 2002, doi:10.1109/ICIP.2002.1038902",
)
def edge_widths(image: ForensicImage) -> Iterator[Measurement]:
    """Width of edges from dark to light, steepest step over height, and how both differ between blocks."""
    down = measure_edges(image.luma8_turned)
    for axis, (counts, steep, _, _) in (("across", image.shared(_across)), ("down", down)):
        edges = counts.sum()
        share = counts / max(edges, 1)
        yield feature(f"{axis}__edges", edges / image.luma8.size, "1/pixel", "edges for each pixel")
        yield feature(f"{axis}__mean", (share * np.arange(WIDEST + 1)).sum(), "pixels", "mean edge width")
        for name, quantile in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9)):
            value = histogram_quantile(counts, quantile) if edges else 0.0
            yield feature(f"{axis}__{name}", value, "pixels", f"edge width, {name[1:]}th percentile")
        yield feature(f"{axis}__single", share[1], "share", "edges of one step: drawn without anti-aliasing")
        yield feature(f"{axis}__steepness", steep / max(edges, 1), "1", "mean share of the steepest step in the edge")
    widths = block_widths(image)
    known = widths[np.isfinite(widths)]
    middle = float(np.median(known)) if known.size else 0.0
    yield feature("block__spread", robust_spread(known), "pixels", "robust spread of the width between 64x64 blocks")
    yield feature("block__deviation", known.std() if known.size else 0.0, "pixels", "standard deviation of it")
    widest, narrowest = (known.max() - middle, middle - known.min()) if known.size else (0.0, 0.0)
    yield feature("block__widest", widest, "pixels", "widest block above the median")
    yield feature("block__narrowest", narrowest, "pixels", "narrowest block below it")


@heatmap("sharpness", unit="pixels", meaning="mean width of edges in each 64x64 block; NaN where there are few")
def edge_width_map(image: ForensicImage) -> np.ndarray:
    """Where the picture is blurrier or crisper than elsewhere."""
    rows = np.arange(image.height) // BLOCK
    columns = np.arange(image.width) // BLOCK
    return block_widths(image)[np.ix_(rows, columns)].astype(np.float32)


def block_widths(image: ForensicImage) -> np.ndarray:
    """Mean width of edges across in each 64x64 block, cut ones too: pixels, NaN where there are fewer than 20."""
    _, _, sums, numbers = image.shared(_across)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(numbers >= FEW, sums / numbers, np.nan)


def measure_edges(plane: np.ndarray) -> tuple[np.ndarray, float, np.ndarray, np.ndarray]:
    """Monotonous runs along the rows that hold a strong step.

    Parameters
    ----------
    plane : ndarray, shape (H, W), uint8

    Returns
    -------
    counts : ndarray of int64, shape (25,)
        Edges by width in pixels.
    steepness : float
        Sum over edges of the steepest step divided by the height of the whole edge.
    sums, numbers : ndarray, shape (ceil(H / 64), ceil(W / 64))
        Sum of the widths and number of edges that start in each block.
    """
    counts = np.zeros(WIDEST + 1, np.int64)
    shape = (-(-plane.shape[0] // BLOCK), -(-plane.shape[1] // BLOCK))
    sums, numbers = np.zeros(shape), np.zeros(shape, np.int64)
    steepness = _follow(np.ascontiguousarray(plane), counts, sums, numbers, STRONG)
    return counts, steepness, sums, numbers


def _across(image: ForensicImage) -> tuple[np.ndarray, float, np.ndarray, np.ndarray]:
    return measure_edges(image.luma8)


@compiled
@no_type_check
def _follow(plane, counts, sums, numbers, strong):
    """An edge is looked for from its first strong step, which most of a screen lacks, and followed both ways."""
    height, width = plane.shape
    widest = counts.size - 1
    total = 0.0
    for y in range(height):
        row = plane[y]
        before, after = row[:-1], row[1:]
        end = 0  # of the edge before
        for chunk in range(0, width - 1, CHUNK):
            one, two = before[chunk : chunk + CHUNK], after[chunk : chunk + CHUNK]
            most = np.uint8(0)
            for i in range(one.size):
                most = max(most, np.uint8(max(one[i], two[i]) - min(one[i], two[i])))
            if most < strong:
                continue
            x = max(chunk, end)
            while x < chunk + one.size:
                step = np.int64(row[x + 1]) - np.int64(row[x])
                if abs(step) < strong:
                    x += 1
                    continue
                turn, steepest, start = 1 if step > 0 else -1, abs(step), x
                while start > end and turn * (np.int64(row[start]) - np.int64(row[start - 1])) > 0:
                    start -= 1
                end = x + 1
                while end < width - 1 and turn * (np.int64(row[end + 1]) - np.int64(row[end])) > 0:
                    steepest = max(steepest, turn * (np.int64(row[end + 1]) - np.int64(row[end])))
                    end += 1
                length = min(end - start, widest)
                counts[length] += 1
                total += steepest / abs(np.int64(row[end]) - np.int64(row[start]))
                sums[y // 64, start // 64] += length
                numbers[y // 64, start // 64] += 1
                x = end
    return total
