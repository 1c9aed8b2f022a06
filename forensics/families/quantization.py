"""Quantization: the tables with which a JPEG was rounded, and what the rounding left of its coefficients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.exact import log
from realfake.forensics.arrays.jit import compiled
from realfake.forensics.formats.ijg import IjgFit, fit_ijg
from realfake.forensics.formats.jpeg import JpegFile
from realfake.forensics.formats.markers import ZIGZAG
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import Measurement, family, feature

MODES = range(1, 10)  # zig-zag indices of the modes measured one by one


def frequency_names() -> list[str]:
    """`v0_u1`-like names of the modes measured one by one, in zig-zag order."""
    return [f"v{ZIGZAG[mode] // 8}_u{ZIGZAG[mode] % 8}" for mode in MODES]


@family("quantization", source="ITU-T T.81 Annex K; Farid 2006, 'Digital image ballistics from JPEG quantization'")
def quantization(image: ForensicImage) -> Iterator[Measurement]:
    """Quantization tables of a JPEG, the quality they stand for, and the file's own DCT coefficients."""
    jpeg = image.jpeg
    luma = jpeg.luma_table if jpeg else None
    chroma = jpeg.chroma_table if jpeg else None
    yield from _table_cues("luma", luma, chroma=False)
    yield from _table_cues("chroma", chroma, chroma=True)
    yield from _joint_cues(luma, chroma, jpeg)
    yield from _coefficient_cues(jpeg)


def _table_cues(name: str, table: np.ndarray | None, chroma: bool) -> Iterator[Measurement]:
    fit = fit_ijg(table, chroma) if table is not None else IjgFit(np.nan, np.nan, False)
    steps = table.ravel().astype(float) if table is not None else np.full(64, np.nan)
    yield feature(f"{name}__quality", fit.quality, "1..100", "nearest IJG quality")
    yield feature(f"{name}__ijg_residual", fit.residual, "steps", "mean distance to the nearest IJG table")
    yield feature(f"{name}__ijg_exact", fit.exact if table is not None else np.nan, "flag", "an IJG table exactly")
    yield feature(f"{name}__dc_step", steps[0], "gray levels / 8", "step of the mean")
    yield feature(f"{name}__mean_step", steps.mean(), "gray levels / 8", "mean step")
    yield feature(f"{name}__max_step", steps.max(), "gray levels / 8", "coarsest step")
    yield feature(f"{name}__log_step_spread", log(np.maximum(steps, 1)).std(), "log", "unevenness of the steps")
    yield feature(
        f"{name}__high_low_ratio",
        steps[ZIGZAG[36:]].mean() / steps[ZIGZAG[:28]].mean(),
        "1",
        "steps of high over steps of low frequencies",
    )
    yield feature(
        f"{name}__asymmetry",
        np.abs(steps.reshape(8, 8) - steps.reshape(8, 8).T).mean(),
        "steps",
        "difference of the table and its transpose",
    )
    distinct = len(np.unique(table)) if table is not None else np.nan
    yield feature(f"{name}__distinct_steps", distinct, "count", "different steps")


def _joint_cues(luma: np.ndarray | None, chroma: np.ndarray | None, jpeg: JpegFile | None) -> Iterator[Measurement]:
    gap = same = np.nan
    if luma is not None and chroma is not None:
        gap = fit_ijg(luma).quality - fit_ijg(chroma, chroma=True).quality
        same = np.array_equal(luma, chroma)
    widths, heights = np.nan, np.nan
    if jpeg is not None and len(jpeg.components) > 1:
        widths = jpeg.components[0].horizontal / jpeg.components[1].horizontal
        heights = jpeg.components[0].vertical / jpeg.components[1].vertical
    yield feature("tables__count", len(jpeg.tables) if jpeg else np.nan, "count", "quantization tables")
    yield feature("tables__quality_gap", gap, "quality", "luma quality minus chroma quality")
    yield feature("tables__shared", same, "flag", "luma and chroma have equal tables")
    yield feature("sampling__horizontal", widths, "1", "luma samples per chroma sample along a row")
    yield feature("sampling__vertical", heights, "1", "luma samples per chroma sample along a column")


def _coefficient_cues(jpeg: JpegFile | None) -> Iterator[Measurement]:
    own = jpeg.luma_coefficients if jpeg else None
    counts = _Counts.of(np.zeros((0, 0, 8, 8), np.int16) if own is None else own)
    used = counts.nonzero[1:].sum() or np.nan
    steps = jpeg.luma_table if jpeg else None
    zigzag_steps = steps.ravel()[ZIGZAG] if steps is not None else np.full(64, np.nan)
    yield feature("coefficients__zeros", 1 - counts.nonzero[1:].mean(), "share", "luma AC coefficients that are zero")
    yield feature("coefficients__flat_blocks", counts.flat, "share", "luma blocks with every AC coefficient zero")
    yield feature(
        "coefficients__per_block", counts.nonzero[1:].sum(), "count", "nonzero luma AC coefficients per block"
    )
    yield feature(
        "coefficients__ones", counts.ones[1:].sum() / used, "share", "nonzero luma AC coefficients that are 1 or -1"
    )
    yield feature(
        "coefficients__high_share",
        counts.nonzero[36:].sum() / used,
        "share",
        "nonzero luma AC coefficients of high frequency",
    )
    yield feature("coefficients__unused_modes", counts.unused, "share", "luma modes never used")
    yield feature("coefficients__chroma_zeros", _chroma_zeros(jpeg), "share", "chroma AC coefficients that are zero")
    for name, mode in zip(frequency_names(), MODES, strict=True):
        yield feature(f"{name}__zeros", 1 - counts.nonzero[mode], "share", "coefficients of this mode that are zero")
        yield feature(
            f"{name}__scale",
            counts.mean[mode] * zigzag_steps[mode],
            "gray levels",
            "mean absolute dequantized coefficient: the scale of its Laplacian",
        )


@dataclass(frozen=True)
class _Counts:
    """Shares over blocks, by zig-zag mode; NaN where there are no blocks."""

    nonzero: np.ndarray
    ones: np.ndarray
    mean: np.ndarray  # of absolute quantized values
    flat: float
    unused: float  # share of AC modes without any nonzero value

    @classmethod
    def of(cls, coefficients: np.ndarray) -> _Counts:
        blocks = np.ascontiguousarray(coefficients.reshape(-1, 64))
        nonzero, ones, sums = np.zeros((3, 64), np.int64)
        flat = _count_sizes(blocks, nonzero, ones, sums)
        count = len(blocks) or np.nan
        return cls(
            nonzero=nonzero[ZIGZAG] / count,
            ones=ones[ZIGZAG] / count,
            mean=sums[ZIGZAG] / count,
            flat=flat / count,
            unused=float(np.mean(nonzero[1:] == 0)) if len(blocks) else np.nan,
        )


@compiled
@no_type_check
def _count_sizes(blocks, nonzero, ones, sums):
    flat = 0
    for i in range(blocks.shape[0]):
        block = blocks[i]
        used = np.int32(0)
        for mode in range(1, 64):
            used |= np.int32(block[mode])
        flat += used == 0
        for mode in range(64 if used else 1):
            size = abs(np.int64(block[mode]))
            nonzero[mode] += size != 0
            ones[mode] += size == 1
            sums[mode] += size
    return flat


def _chroma_zeros(jpeg: JpegFile | None) -> float:
    chroma = jpeg.chroma_coefficients if jpeg else None
    if chroma is None:
        return np.nan
    nonzero = sum(np.count_nonzero(plane.reshape(-1, 64)[:, 1:]) for plane in chroma)
    return 1 - nonzero / sum(plane.size * 63 / 64 for plane in chroma)
