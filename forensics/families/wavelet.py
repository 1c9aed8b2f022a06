"""Wavelet statistics: how coefficients are spread, how well neighbours foretell them, and how noisy each block is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import no_type_check

import numpy as np
from skimage.util import view_as_blocks

from realfake.forensics.arrays.blocks import block_means, median, moments, robust_spread, spread_blocks
from realfake.forensics.arrays.dwt import Bands, decompose
from realfake.forensics.arrays.exact import least_squares
from realfake.forensics.arrays.jit import compiled
from realfake.forensics.arrays.repeats import repeated_rows
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import Measurement, family, feature, heatmap

LEVELS = 3
BLOCK = 32  # pixels
SIGMA = 0.6745  # median absolute value of a normal distribution over its standard deviation
FIT_ROWS = 400  # rows of a band, at least, on which its prediction is fitted
SMALLEST = 1.0  # gray levels added to magnitudes before their logarithm: a screenshot's coefficients are mostly zero


@family(
    "wavelet",
    cost="fast",
    source="H. Farid, S. Lyu, Higher-order Wavelet Statistics and their Application to Digital Forensics, CVPRW 2003, "
    "doi:10.1109/CVPRW.2003.10093; B. Mahdian, S. Saic, Noise inconsistencies, IVC 2009, "
    "doi:10.1016/j.imavis.2009.02.001",
)
def wavelet_statistics(image: ForensicImage) -> Iterator[Measurement]:
    """Moments of subband coefficients and of their linear-prediction error, and the noise level between blocks."""
    levels = image.wavelet
    for level, (bands, parents) in enumerate(pairwise(levels[: LEVELS + 1])):
        for name, band in zip(Bands._fields, bands, strict=True):
            yield from _moments(f"luma_{name}{level + 1}", band, "gray levels", "coefficients")
            error = prediction_error(bands, parents, name)
            yield from _moments(f"error_{name}{level + 1}", error, "log2", "magnitude over its prediction,")
    for channel, plane in zip(("cb", "cr"), image.chroma_half, strict=True):
        for level, bands in enumerate(decompose(plane.astype(np.float32), LEVELS, repeated_rows(plane))):
            for name, band in zip(Bands._fields, bands, strict=True):
                yield from _moments(f"{channel}_{name}{level + 1}", band, "gray levels", "coefficients")
    yield from _noise(block_noise(levels[0].diagonal))


@heatmap("wavelet", unit="gray levels", meaning="noise level of each 32x32 block: median |HH1| / 0.6745")
def noise_level_map(image: ForensicImage) -> np.ndarray:
    """Where the noise is stronger or weaker than elsewhere."""
    return spread_blocks(block_noise(image.wavelet[0].diagonal), BLOCK, image.luma.shape)


def prediction_error(bands: Bands, parents: Bands, name: str) -> np.ndarray:
    """How far coefficient magnitudes are from what their neighbours foretell by least squares.

    Seven neighbours, after Farid & Lyu: left, right, above, below, the parent one level up, and two of the other
    orientations; weights are fitted to the image itself, to every n-th row of a large one.

    Parameters
    ----------
    bands, parents : Bands
        Coefficients of a level and of the next coarser one, whose magnitudes count.
    name : one of the fields of Bands

    Returns
    -------
    ndarray, float32, one value per coefficient but for the border of the band
        log2((magnitude + 1) / (prediction + 1)).
    """
    centre, parent = getattr(bands, name), getattr(parents, name)
    if name == "diagonal":
        near, other, octave = bands.horizontal, bands.vertical, 0
    else:
        near, other, octave = bands.diagonal, parents.diagonal, 1
    gram = np.zeros((8, 8))
    _accumulate(centre, near, parent, other, octave, max(centre.shape[0] // FIT_ROWS, 1), gram)
    weights = least_squares(gram[:7, :7], gram[:7, 7], 1e-10).astype(np.float32)
    error = np.empty((centre.shape[0] - 2, centre.shape[1] - 2), np.float32)
    _predict(centre, near, parent, other, octave, weights, np.float32(SMALLEST), error)
    return error


def block_noise(diagonal: np.ndarray) -> np.ndarray:
    """Noise level of each 32x32 block from the finest diagonal band: (rows, columns) float32, gray levels."""
    size = min(BLOCK // 2, *diagonal.shape)
    busy = np.rint(block_means(np.asarray(diagonal != 0).view(np.uint8), size) * (size * size))
    noisy = busy >= size * size // 2  # the median of the others is 0
    rows, columns = noisy.shape
    blocks = view_as_blocks(diagonal[: rows * size, : columns * size], (size, size))[noisy].reshape(-1, size * size)
    sigma = np.zeros(noisy.shape, np.float32)
    sigma[noisy] = median(np.abs(blocks), axis=1) / np.float32(SIGMA)
    return sigma


def _moments(name: str, values: np.ndarray, unit: str, what: str) -> Iterator[Measurement]:
    mean, variance, skewness, kurtosis = moments(values)
    yield feature(f"{name}__mean", mean, unit, f"mean of {what}")
    yield feature(f"{name}__variance", variance, f"{unit}^2", f"variance of {what}")
    yield feature(f"{name}__skewness", skewness, "1", f"skewness of {what}")
    yield feature(f"{name}__kurtosis", kurtosis, "1", f"excess kurtosis of {what}")


def _noise(levels: np.ndarray) -> Iterator[Measurement]:
    middle = float(median(levels))
    yield feature("noise__median", middle, "gray levels", "noise level of the middle 32x32 block")
    mean, deviation = float(levels.mean()), float(levels.std())
    yield feature("noise__mean", mean, "gray levels", "mean noise level of 32x32 blocks")
    yield feature("noise__deviation", deviation, "gray levels", "standard deviation of it")
    yield feature("noise__spread", robust_spread(levels), "gray levels", "robust spread of it")
    high, low = np.quantile(levels, [0.95, 0.05])
    yield feature("noise__range", high - low, "gray levels", "its 95th less its 5th percentile")
    yield feature("noise__relative", deviation / (mean + 0.1), "1", "standard deviation over mean")
    yield feature("noise__clean", float(np.mean(levels < 0.05)), "share", "blocks without noise")


@compiled
@no_type_check
def _accumulate(centre, near, parent, other, octave, every, gram):
    rows, columns = centre.shape
    inner = columns - 2
    strip, chunk = 64, 64  # columns that have sums of their own; rows whose sums are kept in float32
    samples = np.empty((8, 64), np.float32)
    bits = samples.view(np.int32)
    short, sums = np.zeros((8, 8, strip), np.float32), np.zeros((8, 8, strip))
    middle, close = centre.view(np.int32), near.view(np.int32)
    coarser, aside = parent.view(np.int32), other.view(np.int32)
    for y in range(1, rows - 1, every):
        for left in range(0, inner, strip):
            n = min(strip, inner - left)
            some, half = np.int32(0), left // 2
            for line in (middle[y - 1], middle[y], middle[y + 1], close[y]):
                part = line[left : left + n + 2]
                for x in range(part.size):
                    some = np.int32(some | part[x])
            part, besides = coarser[y >> 1, half : half + n // 2 + 1], aside[y, left + 1 : left + 1 + n]
            if octave:
                besides = aside[y >> 1, half : half + n // 2 + 1]
            for x in range(part.size):
                some = np.int32(some | part[x])
            for x in range(besides.size):
                some = np.int32(some | besides[x])
            if some == 0:  # the flats of a screen
                continue
            above, here = centre[y - 1, left + 1 : left + 1 + n], centre[y, left : left + n + 2]
            below, level = centre[y + 1, left + 1 : left + 1 + n], near[y, left + 1 : left + 1 + n]
            coarse, across = parent[y >> 1, half:], other[y, left + 1 :]
            if octave:
                across = other[y >> 1, half:]
            for x in range(n):
                samples[0, x] = abs(here[x])
                samples[1, x] = abs(here[x + 2])
                samples[2, x] = abs(above[x])
                samples[3, x] = abs(below[x])
                samples[5, x] = abs(level[x])
                samples[7, x] = abs(here[x + 1])
            for x in range(n):
                samples[4, x] = abs(coarse[(x + 1) >> 1])
                samples[6, x] = abs(across[(x + 1) >> 1 if octave else x])
            for i in range(8):
                one, busy = samples[i, :n], np.int32(0)
                for x in range(n):
                    busy = np.int32(busy | bits[i, x])
                if busy == 0:
                    continue
                for group in range(i // 4 * 4, 8, 4):
                    # Four products a pass: one row of samples is read once for all of them.
                    two, three = samples[group], samples[group + 1]
                    four, five = samples[group + 2], samples[group + 3]
                    a, b, c, d = short[i, group], short[i, group + 1], short[i, group + 2], short[i, group + 3]
                    for x in range(n):
                        value = one[x]
                        a[x] += value * two[x]
                        b[x] += value * three[x]
                        c[x] += value * four[x]
                        d[x] += value * five[x]
        if y // every % chunk == 0:
            sums += short
            short[:] = 0
    sums += short
    for i in range(8):
        for j in range(8):
            gram[i, j] = sums[min(i, j), max(i, j)].sum()


@compiled
@no_type_check
def _predict(centre, near, parent, other, octave, weights, smallest, error):
    rows, columns = centre.shape
    inner = columns - 2
    coarse, across = np.empty(columns + 1, np.float32), np.empty(columns + 1, np.float32)
    predicted = np.empty(inner, np.float32)
    sqrt_half, mantissa_bits, one, two_over_ln2 = np.int32(0x3F3504F3), np.int32(23), np.float32(1), np.float32(2.88539)
    third, fifth, seventh, ninth = np.float32(1 / 3), np.float32(1 / 5), np.float32(1 / 7), np.float32(1 / 9)
    left, right, up, down = weights[0], weights[1], weights[2], weights[3]
    octave_up, beside, aside = weights[4], weights[5], weights[6]
    for y in range(1, rows - 1):
        for x in range((columns + 1) // 2):
            coarse[2 * x] = coarse[2 * x + 1] = abs(parent[y >> 1, x])
        if octave:
            for x in range((columns + 1) // 2):
                across[2 * x] = across[2 * x + 1] = abs(other[y >> 1, x])
        else:
            same = other[y]
            for x in range(columns):
                across[x] = abs(same[x])
        above, here, below, level, out = centre[y - 1], centre[y], centre[y + 1], near[y], error[y - 1]
        for x in range(inner):
            predicted[x] = (
                left * abs(here[x]) + right * abs(here[x + 2]) + up * abs(above[x + 1]) + down * abs(below[x + 1])
            )
        for x in range(inner):
            whole = predicted[x] + octave_up * coarse[x + 1] + beside * abs(level[x + 1]) + aside * across[x + 1]
            predicted[x] = (abs(here[x + 1]) + smallest) / (abs(whole) + smallest)
        for x in range(inner):
            # Binary logarithm: the exponent, and the series of the inverse hyperbolic tangent for 0.707..1.414.
            bits = np.float32(predicted[x]).view(np.int32)
            exponent = np.int32(bits - sqrt_half) >> mantissa_bits
            mantissa = np.int32(bits - (exponent << mantissa_bits)).view(np.float32)
            share = (mantissa - one) / (mantissa + one)
            square = share * share
            series = (((ninth * square + seventh) * square + fifth) * square + third) * square + one
            out[x] = np.float32(exponent) + two_over_ln2 * (share * series)
