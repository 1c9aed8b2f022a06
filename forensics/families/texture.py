"""Texture: local binary patterns, their block DCT on chroma, and local phase."""

from __future__ import annotations

from collections.abc import Iterator
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.blocks import byte_counts
from realfake.forensics.arrays.jit import compiled
from realfake.forensics.arrays.repeats import DistinctRows
from realfake.forensics.arrays.sequences import sequence_counts
from realfake.forensics.families.residual import channel_rows
from realfake.forensics.image import DCT_MATRIX, ForensicImage
from realfake.forensics.measurement import Measurement, family, feature, features

UNIFORM = 10  # rotation-invariant uniform patterns of eight neighbours: 0..8 bright ones in a row, and all others
DIAGONAL = np.float32(0.70711)  # how far along each axis a diagonal neighbour at radius 1 stands
EXACT = 256  # blocks whose products of two patterns add up below 2 ** 24
PHASE_WINDOW = 7  # pixels
PHASE_FLOOR = 0.5  # gray levels; a weaker response has no phase
PHASE_ZERO = 0.01  # gray levels; a smaller part is 0 but for rounding: what varies along one axis has nothing across


@family(
    "texture",
    cost="full",
    min_side=32,  # halved chroma must hold whole 8x8 blocks
    source="T. Ojala et al., PAMI 2002, doi:10.1109/TPAMI.2002.1017623; A. Alahmadi et al., SIViP 2017, "
    "doi:10.1007/s11760-016-0899-0; V. Ojansivu, J. Heikkila, ICISP 2008, doi:10.1007/978-3-540-69905-7_27",
)
def texture_patterns(image: ForensicImage) -> Iterator[Measurement]:
    """Uniform binary patterns of luma and chroma, their block DCT on chroma, and local phase quantization of luma."""
    rows = image.shared(channel_rows)["luma"]
    yield from _uniform_shares("luma", sequence_counts(binary_patterns(rows.plane), 256, 1, (0, 1), rows.times))
    for channel, plane in zip(("cb", "cr"), image.chroma_half, strict=True):
        patterns = binary_patterns(plane)
        yield from _uniform_shares(channel, byte_counts(patterns))
        names = [f"{channel}_dct__{v}_{u}" for v in range(8) for u in range(8)]
        spread = block_dct_spread(patterns)
        yield from features(names, spread.ravel(), "1", "deviation over blocks of a DCT mode of the patterns")
    counts = phase_codes(rows)
    folded = counts[:128] + counts[:127:-1]  # a negative of the picture complements each code but for parts of 0
    shares = folded / max(folded.sum(), 1)
    names = [f"phase__{code}" for code in range(128)]
    yield from features(names, shares, "share", "local phase code, with its complement")
    yield feature("phase__defined", 2 * folded.sum() / image.luma8.size, "share", "pixels around which anything varies")


def binary_patterns(plane: np.ndarray) -> np.ndarray:
    """Local binary patterns of eight neighbours at radius 1.

    Parameters
    ----------
    plane : ndarray, shape (H, W), uint8

    Returns
    -------
    ndarray, shape (H - 2, W - 2), uint8
        Bit k is set where the neighbour at k * 45 degrees, counter-clockwise from the right, is at least as bright;
        diagonal neighbours are interpolated. As scikit-image's `local_binary_pattern(plane, 8, 1)` but for flat
        neighbourhoods, in which rounding decides there and equality here; that takes sixty times as long (measured on
        1080x2400).
    """
    patterns = np.empty((plane.shape[0] - 2, plane.shape[1] - 2), np.uint8)
    _binary(np.ascontiguousarray(plane), np.float32(DIAGONAL), patterns)
    return patterns


def uniform_patterns(patterns: np.ndarray) -> np.ndarray:
    """Rotation-invariant uniform codes of 8-bit patterns: (H, W) uint8 in 0..9, as scikit-image's "uniform"."""
    codes: np.ndarray = UNIFORM_CODES[patterns]
    return codes


def block_dct_spread(patterns: np.ndarray) -> np.ndarray:
    """Standard deviation over whole 8x8 blocks of each DCT mode of the patterns: (8, 8) float64."""
    rows, columns = (side // 8 for side in patterns.shape)
    lines = np.ascontiguousarray(patterns[: 8 * rows, : 8 * columns]).view(np.uint64).reshape(rows, 8, columns)
    varied = (lines != np.uint64(2**64 - 1)).any(axis=1)  # flats are 255 throughout
    blocks, count = lines.transpose(0, 2, 1)[varied].view(np.uint8), varied.size
    flat = count - len(blocks)
    # Of whole numbers below 2 ** 24, float32 sums are exact in whatever order they are taken.
    sums, products = np.full(64, 255.0 * flat), np.full((64, 64), 255.0 * 255.0 * flat)
    for start in range(0, len(blocks), EXACT):
        part = blocks[start : start + EXACT].astype(np.float32)
        sums += part.sum(axis=0)
        products += part.T @ part
    covariance = (products - np.outer(sums, sums) / count) / count
    # The transform is linear: its variances follow from the pixels' covariance, without transforming any block.
    modes = np.kron(DCT_MATRIX, DCT_MATRIX).astype(np.float64)
    variance = ((modes[:, :, None] * covariance).sum(axis=1) * modes).sum(axis=1)
    deviation: np.ndarray = np.sqrt(np.maximum(variance, 0)).reshape(8, 8)
    return deviation


def phase_codes(rows: DistinctRows) -> np.ndarray:
    """Local phase quantization at four low frequencies in a 7x7 window, without decorrelation.

    Parameters
    ----------
    rows : DistinctRows
        Of an (H, W) uint8 plane.

    Returns
    -------
    ndarray, shape (256,), int64
        Windows by code, on every second row; those in which nothing varies are left out. Bits 0..3 are set where the
        real parts at (a, 0), (0, a), (a, a), (a, -a) with a = 1/7 are positive or 0, to `PHASE_ZERO`; bits 4..7 where
        the imaginary parts are.
    """
    angle = 2 * np.pi / PHASE_WINDOW * np.arange(-(PHASE_WINDOW // 2), PHASE_WINDOW // 2 + 1)
    waves = np.stack([np.ones(PHASE_WINDOW), np.cos(angle), -np.sin(angle)]).astype(np.float32)
    counts = np.zeros(256, np.int64)
    # Of the windows that a row stands for, every second one is looked at.
    times = 1 + (rows.times - 1 + np.r_[0, rows.times[:-1] - 1]) // 2
    _phases(rows.plane, times, waves, np.float32(PHASE_FLOOR), np.float32(-PHASE_ZERO), counts)
    return counts


def _uniform_codes() -> np.ndarray:
    codes = np.empty(256, np.uint8)
    for pattern in range(256):
        bits = [pattern >> k & 1 for k in range(8)]
        changes = sum(bits[k] != bits[k - 1] for k in range(8))
        codes[pattern] = sum(bits) if changes <= 2 else UNIFORM - 1
    return codes


UNIFORM_CODES = _uniform_codes()


def _uniform_shares(channel: str, patterns: np.ndarray) -> Iterator[Measurement]:
    counts = np.bincount(UNIFORM_CODES, patterns.astype(np.float64), minlength=UNIFORM)
    rest = max(counts.sum() - counts[8], 1.0)
    shares = counts / rest
    shares[8] = counts[8] / counts.sum()
    # All eight neighbours are as bright wherever a screen is flat: that code is counted apart from the rest.
    yield from features(
        [f"{channel}_lbp__{code}" for code in range(UNIFORM)],
        shares,
        "share",
        "uniform pattern with so many brighter neighbours (9: not uniform), among those but 8; 8 among all",
    )


@compiled
@no_type_check
def _binary(plane, along, patterns):
    height, width = plane.shape
    # Bilinear weights of the four pixels around a diagonal neighbour.
    far, side = along * along, along * (1 - along)
    for y in range(1, height - 1):
        for left in range(0, width - 2, 128):
            n = min(128, width - 2 - left)
            above, here = plane[y - 1, left : left + n + 2], plane[y, left : left + n + 2]
            below, out = plane[y + 1, left : left + n + 2], patterns[y - 1, left : left + n]
            level, change = here[0], np.uint8(0)
            for x in range(n + 2):
                other = np.uint8(np.uint8(above[x] ^ level) | np.uint8(below[x] ^ level))
                change = np.uint8(change | np.uint8(other | np.uint8(here[x] ^ level)))
            if change == 0:  # the flats of a screen
                out[:] = 255
                continue
            for x in range(n):
                centre = np.float32(here[x + 1])
                up, down = above[x + 1] - centre, below[x + 1] - centre
                before, after = here[x] - centre, here[x + 2] - centre
                code = np.uint8(after >= 0)
                code |= np.uint8(far * (above[x + 2] - centre) + side * (up + after) >= 0) << 1
                code |= np.uint8(up >= 0) << 2
                code |= np.uint8(far * (above[x] - centre) + side * (up + before) >= 0) << 3
                code |= np.uint8(before >= 0) << 4
                code |= np.uint8(far * (below[x] - centre) + side * (down + before) >= 0) << 5
                code |= np.uint8(down >= 0) << 6
                code |= np.uint8(far * (below[x + 2] - centre) + side * (down + after) >= 0) << 7
                out[x] = code


@compiled
@no_type_check
def _phases(plane, times, waves, floor, zero, counts):
    height, width = plane.shape
    inner = width - 6
    deep, wide = 32, 64  # windows of a tile down and across: what is kept of one stays in the first cache
    rows, source = np.empty((3, 38, 64), np.float32), np.empty(70, np.float32)
    alike = np.empty(38, np.int64)  # rows up to here that are of one and the same level
    codes, varied = np.empty(64, np.uint8), np.empty(64, np.int64)
    even, odd = np.zeros(256, np.int64), np.zeros(256, np.int64)
    c0, c1, c2, c3, c4, c5, c6 = waves[1]
    s0, s1, s2, s3, s4, s5, s6 = waves[2]
    for top in range(0, height - 6, deep):
        for left in range(0, inner, wide):
            n, reach = min(wide, inner - left), min(deep + 6, height - top)
            for y in range(reach):
                row = plane[top + y, left : left + n + 6]
                level, change = row[0], np.uint8(0)
                for x in range(row.size):
                    change = np.uint8(change | np.uint8(row[x] ^ level))
                go_on = y > 0 and alike[y - 1] > 0 and plane[top + y - 1, left] == level
                alike[y] = 0 if change != 0 else alike[y - 1] + 1 if go_on else 1
            ready = 0
            for y in range(0, reach - 6, 2):
                if alike[y + 6] >= 7:  # nothing varies
                    continue
                for r in range(max(ready, y), y + 7):
                    line = plane[top + r, left : left + n + 6]
                    for x in range(line.size):
                        source[x] = line[x]
                    one, cosine, sine = rows[0, r], rows[1, r], rows[2, r]
                    for x in range(n):
                        a, b, c, d = source[x], source[x + 1], source[x + 2], source[x + 3]
                        e, f, g = source[x + 4], source[x + 5], source[x + 6]
                        one[x] = a + b + c + d + e + f + g
                        cosine[x] = c0 * a + c1 * b + c2 * c + c3 * d + c4 * e + c5 * f + c6 * g
                        sine[x] = s0 * a + s1 * b + s2 * c + s3 * d + s4 * e + s5 * f + s6 * g
                ready, weight = y + 7, times[top + y]
                part = rows[:, y : y + 7]
                for x in range(n):
                    a, b, c, d = part[0, 0, x], part[0, 1, x], part[0, 2, x], part[0, 3, x]
                    e, f, g = part[0, 4, x], part[0, 5, x], part[0, 6, x]
                    c_mean = c0 * a + c1 * b + c2 * c + c3 * d + c4 * e + c5 * f + c6 * g
                    s_mean = s0 * a + s1 * b + s2 * c + s3 * d + s4 * e + s5 * f + s6 * g
                    a, b, c, d = part[1, 0, x], part[1, 1, x], part[1, 2, x], part[1, 3, x]
                    e, f, g = part[1, 4, x], part[1, 5, x], part[1, 6, x]
                    mean_c = a + b + c + d + e + f + g
                    cc = c0 * a + c1 * b + c2 * c + c3 * d + c4 * e + c5 * f + c6 * g
                    cs = s0 * a + s1 * b + s2 * c + s3 * d + s4 * e + s5 * f + s6 * g
                    a, b, c, d = part[2, 0, x], part[2, 1, x], part[2, 2, x], part[2, 3, x]
                    e, f, g = part[2, 4, x], part[2, 5, x], part[2, 6, x]
                    mean_s = a + b + c + d + e + f + g
                    sc = c0 * a + c1 * b + c2 * c + c3 * d + c4 * e + c5 * f + c6 * g
                    ss = s0 * a + s1 * b + s2 * c + s3 * d + s4 * e + s5 * f + s6 * g
                    both_re, both_im = cc - ss, sc + cs
                    anti_re, anti_im = cc + ss, sc - cs
                    code = np.uint8(mean_c >= zero) | np.uint8(c_mean >= zero) << 1
                    code |= np.uint8(both_re >= zero) << 2 | np.uint8(anti_re >= zero) << 3
                    code |= np.uint8(mean_s >= zero) << 4 | np.uint8(s_mean >= zero) << 5
                    codes[x] = code | np.uint8(both_im >= zero) << 6 | np.uint8(anti_im >= zero) << 7
                    strength = abs(mean_c) + abs(mean_s) + abs(c_mean) + abs(s_mean) + abs(both_re) + abs(anti_re)
                    varied[x] = weight if strength > floor else 0
                for x in range(0, n - 1, 2):
                    even[codes[x]] += varied[x]
                    odd[codes[x + 1]] += varied[x + 1]
                if n % 2:
                    even[codes[n - 1]] += varied[n - 1]
    for code in range(256):
        counts[code] += even[code] + odd[code]
