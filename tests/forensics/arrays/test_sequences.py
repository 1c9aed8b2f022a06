"""Counts of sequences against a direct count."""

import numpy as np
import pytest

from realfake.forensics.arrays.sequences import difference_codes, pair_counts, sequence_counts


def slow_counts(codes: np.ndarray, values: int, length: int, step: tuple[int, int]) -> np.ndarray:
    counts = np.zeros((values,) * length, int)
    for y in range(codes.shape[0] - (length - 1) * step[0]):
        for x in range(codes.shape[1] - (length - 1) * step[1]):
            counts[tuple(codes[y + k * step[0], x + k * step[1]] for k in range(length))] += 1
    return counts


@pytest.mark.parametrize("step", [(0, 1), (1, 0), (1, 1), (8, 0)])
@pytest.mark.parametrize("values,length", [(5, 4), (7, 2), (9, 3)])
def test_every_sequence_is_counted_once(values, length, step):
    codes = np.random.default_rng(1).integers(0, values, (29, 83)).astype(np.uint8)
    codes[3:20, 10:79] = values - 1  # flats, which are counted by the word
    expected = slow_counts(codes, values, length, step)
    np.testing.assert_array_equal(sequence_counts(codes, values, length, step), expected)


def test_a_plane_smaller_than_the_step_has_no_sequences():
    for shape in ((4, 20), (20, 4), (9, 9)):
        codes = difference_codes(np.zeros(shape, np.uint8), (8, 8), 3)
        assert sequence_counts(codes, 7, 2, (8, 8)).sum() == 0


def test_differences_are_cut_on_both_sides():
    plane = np.array([[0, 2, 255, 254, 0]], np.uint8)
    assert difference_codes(plane, (0, 1), 3).tolist() == [[1, 0, 4, 6]]


@pytest.mark.parametrize("step", [(0, 1), (1, 0), (0, 8), (8, 0)])
@pytest.mark.parametrize("shape", [(29, 83), (40, 130), (15, 15)])
def test_pairs_of_differences_are_the_sequences_of_their_codes(step, shape):
    plane = np.random.default_rng(2).integers(0, 9, shape).astype(np.int16)
    plane[3:12, 10:79] = 4000
    expected = sequence_counts(difference_codes(plane, step, 3), 7, 2, step)
    np.testing.assert_array_equal(pair_counts(plane, step, 3), expected)
