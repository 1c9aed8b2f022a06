"""How measurements of words are declared: in whole steps, and finite or nothing."""

import numpy as np

from realfake.forensics.text import measurement
from realfake.forensics.text.measurement import GRID, region_family, region_feature, snapped


def test_values_are_whole_steps_so_that_last_bits_do_not_matter():
    values = np.random.default_rng(0).normal(0, 100, 1000)
    steps = snapped(values) / GRID
    np.testing.assert_array_equal(steps, np.rint(steps))
    assert np.abs(snapped(values) - values).max() <= GRID / 2
    np.testing.assert_array_equal(snapped(snapped(values) * (1 + 1e-12)), snapped(values))


def test_what_is_not_finite_is_nan():
    one = region_feature("ink__tone", np.array([1.5, np.inf, -np.inf, np.nan]), "gray levels", 0.5, "tone")
    np.testing.assert_array_equal(one.values, [1.5, np.nan, np.nan, np.nan])
    assert one.values.dtype == np.float64 and one.floor == 0.5


def test_a_family_enters_the_catalogue_with_the_first_line_of_its_docstring(monkeypatch):
    monkeypatch.setattr(measurement, "REGION_FAMILIES", {})

    @region_family("shape", source="this program")
    def shape(screen):
        """How a word is shaped.

        More is not said.
        """
        yield region_feature("width", np.ones(1), "pixels", 1.0, "width")

    entry = measurement.REGION_FAMILIES["shape"]
    assert (entry.compute, entry.summary, entry.source) == (shape, "How a word is shaped.", "this program")
