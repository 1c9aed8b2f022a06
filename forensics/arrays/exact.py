"""Arithmetic that comes out the same on every processor.

Sums, products, quotients and square roots are rounded alike by every processor that follows IEEE 754, as long as their
order is written down. Logarithms and exponentials are not: libraries choose among several by what the processor can do.
Nor are matrix products and decompositions, whose sums are blocked to fit its registers. The ones here are made of the
former alone.
"""

from __future__ import annotations

from typing import Any, no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled

LN2 = 0.6931471805599453
LN10 = 2.302585092994046
SWEEPS = 30  # of rotations; a matrix of this size is diagonal after six or so


def log(values: np.ndarray | float) -> Any:
    """Natural logarithm, float64, to about one unit in the last place; -inf at 0 and NaN below.

    `numpy.log` takes half the time, but other processors' last digits differ.
    """
    return _logarithm(values, LN2, 2.0)


def log2(values: np.ndarray | float) -> Any:
    """Binary logarithm, as `log`."""
    return _logarithm(values, 1.0, 2.0 / LN2)


def log10(values: np.ndarray | float) -> Any:
    """Decimal logarithm, as `log`."""
    return _logarithm(values, LN2 / LN10, 2.0 / LN10)


def exp(values: np.ndarray | float) -> Any:
    """Exponential, float64, to about two units in the last place; finite arguments, held within -700..700."""
    inputs = np.asarray(values, np.float64, order="C")
    result = np.empty(inputs.shape)
    _exponentials(inputs.ravel(), result.reshape(-1))
    return result[()]


def magnitudes(spectrum: np.ndarray) -> np.ndarray:
    """Magnitudes of complex numbers, float64, as multiples of a power of two 32 bits below the largest.

    Sines of libraries differ in the last digit, and a Fourier transform with them. Snapped to that grid, frequencies
    that are equal in theory are equal before one of them is chosen, and what should be 0 is 0.
    """
    real, imaginary = spectrum.real.astype(np.float64), spectrum.imag.astype(np.float64)
    lengths = np.sqrt(real * real + imaginary * imaginary)
    _, exponent = np.frexp(lengths.max(initial=0.0))
    rounded: np.ndarray = np.rint(lengths * 2.0 ** (32 - float(exponent))) * 2.0 ** (float(exponent) - 32)
    return rounded


def correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Pearson's correlation of two arrays of equal size; 0 where one of them does not vary.

    `numpy.corrcoef` takes as long; its products, by BLAS, differ from processor to processor.
    """
    a, b = one.astype(np.float64).ravel(), other.astype(np.float64).ravel()
    a, b = a - a.mean(), b - b.mean()
    power = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / power if power > 0 else 0.0


def least_squares(gram: np.ndarray, moments: np.ndarray, cutoff: float) -> np.ndarray:
    """The shortest weights that solve the normal equations of a least-squares fit.

    Parameters
    ----------
    gram : ndarray, shape (n, n)
        Products of the regressors, symmetric.
    moments : ndarray, shape (n,)
        Products of the regressors with the target.
    cutoff : float
        Directions whose eigenvalue is below this share of the largest do not count.

    Returns
    -------
    ndarray, shape (n,), float64

    Notes
    -----
    Jacobi's rotations in a fixed order; see Golub & Van Loan, "Matrix Computations", section 8.5.
    """
    rotated = np.array(gram, np.float64)
    vectors = np.eye(len(rotated))
    _rotate(rotated, vectors, SWEEPS)
    values = np.diagonal(rotated)
    kept = np.abs(values) > cutoff * np.abs(values).max(initial=0.0)
    shares = (vectors * np.asarray(moments)[:, None]).sum(axis=0)
    solution: np.ndarray = (vectors * np.where(kept, shares / np.where(kept, values, 1.0), 0.0)).sum(axis=1)
    return solution


def area_means(plane: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Shrink a plane to whole cells of equal area, which pixels may straddle.

    Parameters
    ----------
    plane : ndarray, shape (H, W), uint8
    shape : (rows, columns)

    Returns
    -------
    ndarray, shape (rows, columns), float64
        Mean of each cell: an exact integer sum, divided once. OpenCV's `INTER_AREA` rounds to whole gray levels and
        takes seven times as long (measured on 1080x2400).
    """
    sums = np.zeros(shape, np.int64)
    _area_sums(np.ascontiguousarray(plane), np.empty(plane.shape[1], np.int64), sums)
    return sums / plane.size


def _logarithm(values: np.ndarray | float, octave: float, unit: float) -> Any:
    inputs = np.asarray(values, np.float64, order="C")
    result = np.empty(inputs.shape)
    _logarithms(inputs.ravel(), octave, unit, result.reshape(-1))
    return result[()]


@compiled
@no_type_check
def _logarithms(values, octave, unit, result):
    # Vectorised, as nothing branches and whole numbers become floats by way of the bits of 2 ** 52.
    sqrt_half, fraction = np.int64(0x3FE6A09E667F3BCD), np.int64(52)
    bias, whole = np.int64(1023 << 52), np.int64(0x4330000000000000)
    for i in range(values.size):
        bits = np.float64(values[i]).view(np.int64)
        exponent = np.int64(np.uint64(np.int64(bits - sqrt_half + bias)) >> np.uint64(52))
        mantissa = np.int64(bits - ((exponent << fraction) - bias)).view(np.float64)  # 0.707..1.414
        share = (mantissa - 1) / (mantissa + 1)
        square = share * share
        series = 1 / 25
        for odd in range(23, 0, -2):  # of the inverse hyperbolic tangent
            series = series * square + 1 / odd
        octaves = np.int64(whole | exponent).view(np.float64) - (4503599627370496.0 + 1023.0)
        result[i] = octaves * octave + unit * (share * series)
    for i in range(values.size):
        if not 0 < values[i] < np.inf:
            result[i] = -np.inf if values[i] == 0 else (values[i] if values[i] > 0 else np.nan)


@compiled
@no_type_check
def _exponentials(values, result):
    nearest = 6755399441055744.0  # 1.5 * 2 ** 52: added, it leaves the nearest whole number in the lowest bits
    for i in range(values.size):
        value = min(max(values[i], -700.0), 700.0)
        moved = value * 1.4426950408889634 + nearest
        octaves = moved - nearest
        rest = (value - octaves * 0.693147180369123816490) - octaves * 1.90821492927058770002e-10
        series = 1.0
        for k in range(14, 0, -1):
            series = 1 + series * (rest * (1 / k))
        power = np.int64((np.float64(moved).view(np.int64) + 1023) << np.int64(52))
        result[i] = series * np.int64(power).view(np.float64)


@compiled
@no_type_check
def _rotate(matrix, vectors, sweeps):
    n = matrix.shape[0]
    for _ in range(sweeps):
        turned = False
        for p in range(n):
            for q in range(p + 1, n):
                beside = matrix[p, q]
                if abs(beside) <= 1e-18 * np.sqrt(abs(matrix[p, p] * matrix[q, q])) or abs(beside) < 1e-200:
                    continue
                turned = True
                ratio = (matrix[q, q] - matrix[p, p]) / (2 * beside)
                tangent = 1 / (abs(ratio) + np.sqrt(ratio * ratio + 1))
                tangent = tangent if ratio >= 0 else -tangent
                cosine = 1 / np.sqrt(tangent * tangent + 1)
                sine = tangent * cosine
                for k in range(n):
                    one, other = matrix[k, p], matrix[k, q]
                    matrix[k, p], matrix[k, q] = cosine * one - sine * other, sine * one + cosine * other
                for k in range(n):
                    one, other = matrix[p, k], matrix[q, k]
                    matrix[p, k], matrix[q, k] = cosine * one - sine * other, sine * one + cosine * other
                    one, other = vectors[k, p], vectors[k, q]
                    vectors[k, p], vectors[k, q] = cosine * one - sine * other, sine * one + cosine * other
        if not turned:
            return


@compiled
@no_type_check
def _area_sums(plane, line, sums):
    height, width = plane.shape
    rows, columns = sums.shape
    for i in range(rows):
        # In units of 1 / rows of a pixel, cells are `height` long and pixels `rows`.
        for x in range(width):
            line[x] = 0
        for y in range(i * height // rows, ((i + 1) * height - 1) // rows + 1):
            weight = min((y + 1) * rows, (i + 1) * height) - max(y * rows, i * height)
            for x in range(width):
                line[x] += weight * np.int64(plane[y, x])
        for j in range(columns):
            total = np.int64(0)
            for x in range(j * width // columns, ((j + 1) * width - 1) // columns + 1):
                weight = min((x + 1) * columns, (j + 1) * width) - max(x * columns, j * width)
                total += weight * line[x]
            sums[i, j] = total
