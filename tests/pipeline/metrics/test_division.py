"""Division that says what comes of nothing."""

import numpy as np

from realfake.pipeline.metrics.division import divide


def test_what_cannot_be_divided_is_empty_and_the_rest_is_a_quotient():
    found = divide(np.array([1, 2, 3]), np.array([2, 0, 4]), valid=np.array([True, True, False]))
    np.testing.assert_array_equal(found, [0.5, np.nan, np.nan])
    assert divide(np.float64(1), np.zeros(2), empty=0.0).tolist() == [0, 0]
