"""Double quantization: coefficients rounded to one step and then to another, and blocks where they were not."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from realfake.forensics.arrays.exact import exp, log
from realfake.forensics.arrays.jit import compiled
from realfake.forensics.compression.coefficients import has_own_luma, own_luma, picked_modes
from realfake.forensics.compression.grid_votes import grid_votes
from realfake.forensics.compression.history import plane_on_grid
from realfake.forensics.formats.ijg import ijg_table
from realfake.forensics.formats.markers import ZIGZAG
from realfake.forensics.image import ForensicImage, dct_plane, rounded_modes

MODES, LOW_MODES = ZIGZAG[1:10], ZIGZAG[1:21]
REACH = 256  # gray levels; coefficients beyond it do not count
PRIMARY_STEPS = np.arange(1, 41)
MIXTURES = np.array([0.1, 0.3, 0.5, 0.7, 0.9, 0.99])  # shares of doubly quantized coefficients that are tried
NOISE = 0.3  # gray levels; deviation that rounding pixels between the compressions leaves in a coefficient
MIN_COUNT = 200  # nonzero coefficients from which a mode's step is estimated
MIN_GAIN = 0.02  # nats per nonzero coefficient by which two quantizations must explain a mode better than one
MIN_MODES = 5  # of nine that must show a first quantization; single modes of a screen do by chance
BLACK, WHITE = 1.0, 254.0  # gray levels
CAP = 3.0  # nats that one coefficient may say for or against
WIDENING = 6  # gray levels of a coefficient for each one by which the average reaches to either side
PART = 256  # rows that are transformed at once: their coefficients stay in the cache
RARE = 1e-4  # floor of a probability: rounding and clipping put a few coefficients anywhere


@dataclass(frozen=True)
class Lattice:
    """Low-frequency coefficients as integer multiples of the last step.

    Attributes
    ----------
    values : ndarray, shape (9, rows, columns), int32
        Zig-zag modes 1..9 of each block.
    steps : ndarray, shape (9,), float
        Last step of each mode in gray levels; 1 for pixels, whose coefficients are rounded to whole gray levels.
    grid : tuple of int
        Row and column offset of the blocks.
    """

    values: np.ndarray
    steps: np.ndarray
    grid: tuple[int, int]

    @cached_property
    def varied(self) -> np.ndarray:
        """(9, n) int32: the blocks in which one of the modes is not 0, few on a screen."""
        return _varied(self.values)


@dataclass(frozen=True)
class ModeFit:
    """How two quantizations explain the histogram of one mode; NaN where there are too few coefficients."""

    primary: float  # step of the first quantization, gray levels
    share: float  # of the coefficients that went through both
    gain: float  # nats per nonzero coefficient over a single quantization
    ratio: np.ndarray  # by value from -n to n: how much likelier it is after both quantizations than after the last
    gains: np.ndarray  # by primary step: gain over a single quantization

    @property
    def found(self) -> bool:
        """Whether the first quantization shows."""
        return bool(self.gain > MIN_GAIN)


@dataclass(frozen=True)
class DoubleQuantization:
    """Both quantizations of a picture and what they say of each block.

    Attributes
    ----------
    fits : tuple of ModeFit
        One a mode.
    evidence : ndarray, shape (rows, columns), float32
        Log likelihood ratio in nats: positive where the block went through both quantizations, negative where it did
        not, 0 where it cannot say: flat, clipped, or fewer than `MIN_MODES` fits (Bianchi & Piva 2012).
    periodic : ndarray, shape (rows, columns), float32
        The same from the periods of the histograms alone (Lin et al. 2009).
    grid : tuple of int
        Row and column offset of the blocks.
    """

    fits: tuple[ModeFit, ...]
    evidence: np.ndarray
    periodic: np.ndarray
    grid: tuple[int, int]


def lattice(image: ForensicImage) -> Lattice:
    """A JPEG's own coefficients, or those of the pixels on the grid that an earlier compression left."""
    values = image.shared(low_modes)[: len(MODES)]
    if has_own_luma(image):
        assert image.jpeg is not None and image.jpeg.luma_table is not None
        whole = values[:, : image.height // 8, : image.width // 8]
        return Lattice(whole, image.jpeg.luma_table.ravel()[MODES].astype(float), (0, 0))
    return Lattice(values, np.ones(len(MODES)), image.shared(grid_votes).main or (0, 0))


def low_modes(image: ForensicImage) -> np.ndarray:
    """(20, rows, columns) int32: zig-zag modes 1..20 of every block of a JPEG, quantized.

    Of any other file those of the pixels, rounded, on the grid that an earlier compression left.
    """
    if has_own_luma(image):
        return picked_modes(own_luma(image), LOW_MODES)
    return rounded_modes(plane_on_grid(image, image.shared(grid_votes).main or (0, 0)), LOW_MODES)


def double_quantization(image: ForensicImage) -> DoubleQuantization:
    """Find the first of two quantizations, mode by mode, and judge each block by it.

    The histogram before quantization is taken from blocks displaced by four pixels (Lukas & Fridrich 2003); the
    histograms after one and after two quantizations follow from it (Bianchi, De Rosa & Piva 2011).
    """
    coefficients = image.shared(lattice)
    before = _displaced_histograms(image.luma, coefficients.grid)
    distinct = _distinct_blocks(coefficients.varied)
    fits = tuple(fit_mode(*mode) for mode in zip(distinct, coefficients.steps, before, strict=True))
    evidence, periodic = np.zeros((2, *coefficients.values.shape[1:]), np.float32)
    shown = sum(fit.found for fit in fits) >= MIN_MODES
    for mode, fit in enumerate(fits):
        if shown and fit.found:
            values = coefficients.values[mode]
            # Where only a share of the picture itself lies on the first lattice, to miss it says little.
            evidence += _lookup(log(fit.share * fit.ratio + 1 - fit.share), values)
            period = _period(fit.primary, coefficients.steps[mode])
            periodic += _lookup(_period_ratio(_histogram(values, len(fit.ratio) // 2), period), values)
    if shown:
        clipped = _clipped(image.luma, coefficients)
        evidence[clipped] = periodic[clipped] = 0
    return DoubleQuantization(fits, evidence, periodic, coefficients.grid)


def _clipped(luma: np.ndarray, coefficients: Lattice) -> np.ndarray:
    """(rows, columns) bool: blocks that touch black or white, where clipping has moved every coefficient."""
    row, column = coefficients.grid
    rows, columns = coefficients.values.shape[1:]
    blocks = luma[row : row + 8 * rows, column : column + 8 * columns].reshape(rows, 8, columns, 8)
    clipped: np.ndarray = (blocks.max(axis=(1, 3)) > WHITE) | (blocks.min(axis=(1, 3)) < BLACK)
    return clipped


def fit_mode(values: np.ndarray, step: float, before: np.ndarray) -> ModeFit:
    """The primary step and mixture that explain a mode's nonzero values best.

    Parameters
    ----------
    values : ndarray of int
        Multiples of `step`.
    step : float
        The last step, gray levels.
    before : ndarray, shape (2 * REACH + 1,)
        Histogram before any quantization over whole gray levels -REACH..REACH.
    """
    reach = int(REACH / step)
    counts = _histogram(values, reach)
    counts[reach] = 0
    total = counts.sum()
    if total < MIN_COUNT:
        return ModeFit(np.nan, np.nan, np.nan, np.ones(2 * reach + 1), np.zeros(len(PRIMARY_STEPS)))
    ratios = _ratios(_quantized(before, PRIMARY_STEPS.astype(float), step, reach))
    ratios[step == PRIMARY_STEPS] = 1  # the same step twice is one quantization
    seen = counts > 0
    shown, counts = ratios[:, seen], counts[seen]
    shares = MIXTURES[:, None, None]
    tried = (log(shares * shown + 1 - shares) * counts).sum(axis=2) / total
    gains = np.maximum(tried.max(axis=0), 0)
    best = int(gains.argmax())
    share = float(MIXTURES[tried[:, best].argmax()])
    return ModeFit(float(PRIMARY_STEPS[best]), share, float(gains[best]), ratios[best], gains)


def _ratios(probabilities: np.ndarray) -> np.ndarray:
    """By primary step, probabilities over those of step 1, which is as good as none.

    They are given that the value is not 0, whose peak depends on flat areas and not on the steps.
    """
    zero = probabilities.shape[1] // 2
    nonzero = probabilities / (1 - np.minimum(probabilities[:, zero, None], 1 - 1e-9))
    nonzero[:, zero] = 1
    ratios: np.ndarray = np.clip(nonzero / nonzero[0], exp(-CAP), exp(CAP))
    return ratios


def primary_quality(fits: tuple[ModeFit, ...]) -> tuple[float, float]:
    """The IJG quality whose table explains all modes best as the first quantization.

    Returns
    -------
    quality : float
        1..100, NaN where a mode, of at least `MIN_MODES` with enough coefficients, does not show a first quantization:
        letters put spikes of their own into up to eight modes of a screen that was compressed once.
    gain : float
        Mean gain over the modes, nats per nonzero coefficient; 0 where no table explains anything.
    """
    known = [fit for fit in fits if np.isfinite(fit.gain)]
    if len(known) < MIN_MODES or not all(fit.found for fit in known):
        return np.nan, 0.0
    tables = np.stack([ijg_table(quality).ravel()[MODES] for quality in range(1, 101)])
    within = np.clip(tables, 1, PRIMARY_STEPS[-1])
    gains = np.stack([fit.gains[within[:, mode] - 1] for mode, fit in enumerate(fits)], axis=1)
    gains[tables > PRIMARY_STEPS[-1]] = 0
    mean = gains.mean(axis=1)
    best = len(mean) - 1 - int(mean[::-1].argmax())  # of equal tables the finer one
    return float(best + 1), float(mean[best])


def mode_names() -> Iterator[str]:
    """`v0_u1`-like names of the nine modes."""
    return (f"v{mode // 8}_u{mode % 8}" for mode in MODES)


def _displaced_histograms(luma: np.ndarray, grid: tuple[int, int]) -> np.ndarray:
    """(9, 2 * REACH + 1) histograms of the modes in blocks four pixels away from the grid, smoothed and never 0."""
    row, column = ((offset + 4) % 8 for offset in grid)
    rows = (luma.shape[0] - row) // 8 * 8
    parts = [luma[top : min(top + PART, row + rows)] for top in range(row, row + rows, PART)]
    if not parts or luma.shape[1] - column < 8:
        return np.ones((len(MODES), 2 * REACH + 1))
    blocks = np.concatenate([rounded_modes(dct_plane(part, (0, column)), MODES) for part in parts], axis=1)
    varied = _varied(blocks)
    histograms = np.stack([_histogram(values, REACH) for values in _distinct_blocks(varied)])
    histograms[:, REACH] += varied.shape[1] < blocks[0].size  # all flat blocks are copies of one
    return np.stack([_smoothed(counts) for counts in histograms])


def _varied(values: np.ndarray) -> np.ndarray:
    """Of modes of blocks, (modes, rows, columns), those of the blocks in which one is not 0: (modes, n)."""
    blocks = values.reshape(len(values), -1)
    return blocks[:, np.bitwise_or.reduce(blocks, axis=0) != 0]


def _distinct_blocks(varied: np.ndarray) -> np.ndarray:
    """Blocks, (modes, n), without copies: bars and repeated letters would put spikes into the histograms."""
    keys = np.zeros(varied.shape[1], np.int64)
    for values in varied[::-1]:
        keys = 1000003 * keys + values
    return varied[:, np.unique(keys, return_index=True)[1]]


def _smoothed(counts: np.ndarray) -> np.ndarray:
    """A symmetric histogram averaged over windows that widen with the value, as coefficients thin out."""
    reach = len(counts) // 2
    sums = np.concatenate([[0], np.cumsum(counts + counts[::-1])])
    places = np.arange(len(counts))
    width = np.abs(places - reach) // WIDENING
    low, high = np.maximum(places - width, 0), np.minimum(places + width + 1, len(counts))
    smoothed: np.ndarray = (sums[high] - sums[low]) / (high - low) + 1e-3
    return smoothed


def _histogram(values: np.ndarray, reach: int) -> np.ndarray:
    inside = values[np.abs(values) <= reach]
    return np.bincount(inside.ravel() + reach, minlength=2 * reach + 1).astype(float)


@compiled
def _quantized(before: np.ndarray, primaries: np.ndarray, last: float, reach: int) -> np.ndarray:
    """(n, 2 * reach + 1) probabilities of values after each primary step and the last, with pixel noise between."""
    limit = before.shape[0] // 2
    result = np.zeros((primaries.shape[0], 2 * reach + 1))
    for p in range(primaries.shape[0]):
        primary = primaries[p]
        highest = int(limit / primary) + 1
        masses = np.zeros(2 * highest + 1)
        for level in range(-limit, limit + 1):
            masses[int(np.floor(level / primary + 0.5)) + highest] += before[level + limit]
        total = 0.0
        for k in range(-highest, highest + 1):
            place = k * primary
            below = int(np.floor(place / last))
            stays = 0.5 * math.erfc((place - last * (below + 0.5)) / (NOISE * math.sqrt(2.0)))
            stays = np.rint(stays * 2.0**32) / 2.0**32  # libraries differ in the last digit of erfc
            for value, share in ((below, stays), (below + 1, 1 - stays)):
                if -reach <= value <= reach:
                    result[p, value + reach] += masses[k + highest] * share
                    total += masses[k + highest] * share
        for value in range(2 * reach + 1):
            result[p, value] = result[p, value] / max(total, 1e-12) * (1 - RARE) + RARE / (2 * reach + 1)
    return result


def _period(primary: float, step: float) -> int:
    return int(primary / np.gcd(int(primary), int(step)))


def _period_ratio(counts: np.ndarray, period: int) -> np.ndarray:
    """Lin's ratio: share of a value in its period of the histogram over the even share of an undisturbed one."""
    reach = len(counts) // 2
    values = np.arange(-reach, reach + 1)
    starts = np.round(values / period).astype(int)
    sums = np.bincount(starts - starts[0], weights=counts)[starts - starts[0]]
    ratio = log(np.maximum(counts * period, 0.5) / np.maximum(sums, 0.5 * period))
    ratio[np.abs(starts) == 0] = 0  # the period around 0 holds the peak of flat areas
    clipped: np.ndarray = np.clip(ratio, -CAP, CAP).astype(np.float32)
    return clipped


def _lookup(table: np.ndarray, values: np.ndarray) -> np.ndarray:
    reach = len(table) // 2
    return np.where(np.abs(values) <= reach, table[np.clip(values, -reach, reach) + reach], 0)
