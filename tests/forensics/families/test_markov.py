"""Markov transitions against a direct count."""

import numpy as np
import pytest

from realfake.forensics.families.markov import dct_transitions, transitions


def slow_transitions(plane: np.ndarray, step: int) -> np.ndarray:
    counts = np.zeros((7, 7), int)
    for view in (plane, plane.T):
        differences = np.clip(view[:, :-step] - view[:, step:], -3, 3) + 3
        for one, two in zip(differences[:, :-step].ravel(), differences[:, step:].ravel(), strict=True):
            counts[one, two] += 1
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


@pytest.mark.parametrize("which,step", [(0, 1), (1, 8)])
def test_transitions_equal_a_direct_count(which, step):
    magnitudes = np.abs(np.random.default_rng(3).normal(0, 2, (40, 48))).astype(np.int16)
    np.testing.assert_allclose(dct_transitions(magnitudes)[which], slow_transitions(magnitudes.astype(int), step))


def test_rows_are_probabilities_or_empty():
    counts = np.zeros((7, 7), np.int64)
    counts[2] = [0, 1, 2, 3, 4, 0, 0]
    table = transitions(counts)
    assert table[2].sum() == pytest.approx(1.0)
    assert table[3].sum() == 0.0
