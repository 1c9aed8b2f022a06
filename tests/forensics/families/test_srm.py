"""The rich-model selection against direct counts."""

from itertools import product

import numpy as np
import pytest

from realfake.forensics.arrays.repeats import distinct_rows
from realfake.forensics.families.srm import extreme_counts, mirrored_shares, square_counts


@pytest.fixture(scope="module")
def plane() -> np.ndarray:
    noise = np.clip(np.random.default_rng(5).normal(120, 2.5, (23, 21)), 0, 255).astype(np.uint8)
    return np.repeat(noise, [1] * 9 + [14] + [1] * 13, axis=0)


def truncated(residual: np.ndarray, step: float) -> np.ndarray:
    away = np.sign(residual) * np.floor(np.abs(residual) / step + 0.5)  # halves away from zero
    return np.clip(away, -2, 2).astype(int) + 2


def count(codes: np.ndarray) -> np.ndarray:
    counts = np.zeros((5,) * 4, int)
    for view in (codes, codes.T):
        for y, x in product(range(view.shape[0]), range(view.shape[1] - 3)):
            counts[tuple(view[y, x : x + 4])] += 1
    return counts


def test_square_counts_equal_a_direct_count(plane):
    p = plane.astype(int)
    centre = p[1:-1, 1:-1]
    sides = p[:-2, 1:-1] + p[2:, 1:-1] + p[1:-1, :-2] + p[1:-1, 2:]
    corners = p[:-2, :-2] + p[:-2, 2:] + p[2:, :-2] + p[2:, 2:]
    np.testing.assert_array_equal(
        square_counts(distinct_rows(plane)), count(truncated(2 * sides - corners - 4 * centre, 4))
    )


def test_extreme_counts_equal_a_direct_count(plane):
    p = plane.astype(int)
    across = p[1:-1, :-2] - 2 * p[1:-1, 1:-1] + p[1:-1, 2:]
    down = p[:-2, 1:-1] - 2 * p[1:-1, 1:-1] + p[2:, 1:-1]
    expected = count(truncated(np.minimum(across, down), 2)) + count(truncated(-np.maximum(across, down), 2))
    np.testing.assert_array_equal(extreme_counts(distinct_rows(plane)), expected)


def test_a_negative_has_the_same_extremes(plane):
    np.testing.assert_array_equal(extreme_counts(distinct_rows(plane)), extreme_counts(distinct_rows(255 - plane)))


def test_mirrored_shares_are_45_and_sum_to_one_without_the_smooth_class(plane):
    names, shares = mirrored_shares(extreme_counts(distinct_rows(plane)))
    assert len(names) == len(set(names)) == 45
    smooth = shares[names.index("0_0_0_0")]
    assert shares.sum() - smooth == pytest.approx(1.0)
