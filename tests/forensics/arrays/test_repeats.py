"""Windows of a plane without repeated rows, counted as often as they say, against those of the whole plane."""

from collections import Counter

import numpy as np
import pytest

from realfake.forensics.arrays.repeats import DEPTH, distinct_rows, equal_rows, repeated_rows

RUNS = [1, 1, 40, 2, 9, 10, 8, 1, 11, 3]  # rows in sequence that are the same


@pytest.fixture(params=[13, 16])
def plane(request) -> np.ndarray:
    lines = np.random.default_rng(0).integers(0, 256, (len(RUNS), request.param)).astype(np.uint8)
    return np.repeat(lines, RUNS, axis=0)


def windows(plane: np.ndarray, depth: int, times: np.ndarray, every: int = 1) -> Counter:
    found: Counter = Counter()
    for top in range(0, len(plane) - depth + 1, every):
        found[plane[top : top + depth].tobytes()] += times[top]
    return found


def test_rows_that_differ_in_any_pixel_do_not_repeat(plane):
    starts, lengths = equal_rows(repeated_rows(plane))
    assert lengths.tolist() == RUNS
    for column in range(plane.shape[1]):
        changed = plane.copy()
        changed[20, column] ^= 128
        assert np.flatnonzero(repeated_rows(changed) != repeated_rows(plane)).tolist() == [20, 21]


@pytest.mark.parametrize("depth", range(1, DEPTH + 1))
def test_every_window_is_there_as_often_as_in_the_whole_plane(plane, depth):
    rows = distinct_rows(plane)
    assert len(rows.plane) < 0.7 * len(plane)
    assert windows(rows.plane, depth, rows.times) == windows(plane, depth, np.ones(len(plane), int))


def test_every_other_row_stays_every_other_row(plane):
    rows = distinct_rows(plane)
    kept = {row.tobytes() for row in rows.plane[::2]}
    assert kept == {row.tobytes() for row in plane[::2]}


def test_a_photograph_keeps_all_its_rows():
    plane = np.random.default_rng(1).integers(0, 256, (50, 30)).astype(np.uint8)
    rows = distinct_rows(plane)
    np.testing.assert_array_equal(rows.plane, plane)
    assert (rows.times == 1).all()
