"""Functions that are the same to the last bit on every processor, against the standard library."""

import math

import numpy as np
import pytest

from realfake.forensics.arrays.exact import area_means, correlation, exp, least_squares, log, log2, log10, magnitudes


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_logarithms_and_exponentials_agree_with_the_standard_library(rng):
    values = np.concatenate([np.exp(rng.normal(0, 20, 999)), 1 + rng.normal(0, 1e-6, 99), [1.0, 2.0, 0.5, 1e-300]])
    for ours, theirs in ((log, math.log), (log2, math.log2), (log10, math.log10)):
        np.testing.assert_allclose(ours(values), [theirs(value) for value in values], rtol=1e-15)
    values = rng.normal(0, 100, 999)
    np.testing.assert_allclose(exp(values), [math.exp(value) for value in values], rtol=1e-15)


def test_logarithms_know_their_limits_and_keep_the_shape():
    np.testing.assert_array_equal(log(np.array([[0.0, -1.0], [np.inf, np.nan]])), [[-np.inf, np.nan], [np.inf, np.nan]])
    assert log2(8) == 3.0
    assert exp(0.0) == 1.0
    assert log(np.zeros((0, 3))).shape == (0, 3)


def test_equal_arguments_have_equal_logarithms_wherever_they_stand():
    assert len(np.unique(log(np.full(1003, 0.3)))) == 1
    assert len(np.unique(exp(np.full(1003, 0.3)))) == 1


def test_least_squares_finds_the_shortest_of_many_solutions(rng):
    design = rng.normal(size=(100, 8))
    design[:, 3] = design[:, 2]
    gram, moments_ = design.T @ design, design.T @ rng.normal(size=100)
    np.testing.assert_allclose(least_squares(gram, moments_, 1e-10), np.linalg.pinv(gram) @ moments_, atol=1e-12)
    np.testing.assert_array_equal(least_squares(np.zeros((3, 3)), np.zeros(3), 1e-6), 0)


def test_correlation_is_pearsons_and_nothing_where_nothing_varies(rng):
    one, other = rng.normal(size=(2, 5, 40))
    other = one + other
    assert correlation(one, other) == pytest.approx(np.corrcoef(one.ravel(), other.ravel())[0, 1], rel=1e-12)
    assert correlation(one, np.ones((5, 40))) == 0


def test_area_means_weigh_pixels_that_cells_share():
    plane = np.array([[0, 10, 20], [30, 40, 50]], np.uint8)
    np.testing.assert_allclose(area_means(plane, (1, 2)), [[(15 + 25 / 2) / 1.5, (35 + 25 / 2) / 1.5]])
    assert area_means(plane, (1, 1)) == 25


def test_frequencies_that_are_equal_in_theory_are_equal():
    impulse = np.zeros(100)
    impulse[37] = 3.0
    assert np.unique(magnitudes(np.fft.rfft(impulse))).tolist() == [3.0]
    assert not magnitudes(np.fft.rfft(np.ones(100)))[1:].any()
