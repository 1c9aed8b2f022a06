"""Intervals against published ones."""

import pytest

from realfake.pipeline.metrics.intervals import clopper_pearson


def test_clopper_pearson_by_the_published_example():
    found = clopper_pearson(0, 30)  # rule of three: 3 / 30
    assert (found.value, found.low) == (0, 0)
    assert found.high == pytest.approx(1 - 0.025 ** (1 / 30))
    found = clopper_pearson(4, 20)
    assert (found.low, found.high) == (pytest.approx(0.0573, abs=1e-4), pytest.approx(0.4366, abs=1e-4))
