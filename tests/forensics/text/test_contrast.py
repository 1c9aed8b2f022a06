"""Contrasts with peers, by hand."""

import numpy as np
import pytest

from realfake.forensics.text.contrast import contrast


def test_a_contrast_is_the_distance_from_the_median_in_robust_deviations():
    values = np.array([[10.0], [1.0], [2.0], [4.0]])
    peers = np.array([[1, 2, 3, -1], [2, -1, -1, -1], [-1, -1, -1, -1], [2, 1, 0, -1]], np.int32)
    z = contrast(values, np.array([0.5]), peers)[:, 0]
    # Peers 1, 2, 4: median 2, absolute deviations 1, 0, 2, of which the median is 1.
    assert z[0] == pytest.approx((10 - 2) / (np.sqrt(1.4826**2 + 0.5**2) * (1 + 2 / 3)))
    assert z[1] == pytest.approx((1 - 2) / (0.5 * (1 + 2 / 1)))
    assert np.isnan(z[2])
    # Peers 2, 1, 10: median 2, absolute deviations 0, 1, 8.
    assert z[3] == pytest.approx((4 - 2) / (np.sqrt(1.4826**2 + 0.5**2) * (1 + 2 / 3)))


def test_peers_without_the_measurement_do_not_count():
    values = np.array([[3.0, np.nan], [1.0, 1.0], [np.nan, 1.0]])
    peers = np.array([[1, 2], [2, -1], [0, 1]], np.int32)
    z = contrast(values, np.array([1.0, 1.0]), peers)
    assert z[0, 0] == pytest.approx((3 - 1) / 3)  # one peer that knows
    assert np.isnan(z[0, 1]) and np.isnan(z[1, 0]) and np.isnan(z[2, 0])
    assert z[2, 1] == 0


def test_fewer_peers_make_a_smaller_contrast():
    values = np.array([[5.0], *[[0.0]] * 8])
    sizes = []
    for count in (1, 2, 4, 8):
        peers = np.full((9, 8), -1, np.int32)
        peers[0, :count] = np.arange(1, count + 1)
        sizes.append(contrast(values, np.array([1.0]), peers)[0, 0])
    assert sizes == pytest.approx([5 / 3, 5 / 2, 5 / 1.5, 5 / 1.25])
