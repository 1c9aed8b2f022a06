"""How evidence is declared: names come apart as they were put together, and no number is infinite."""

import numpy as np
import pytest

from realfake.forensics import measurement
from realfake.forensics.measurement import column_name, family, family_of, feature, features, heatmap


@pytest.fixture
def catalogue(monkeypatch):
    """An empty catalogue in the place of the real one."""
    monkeypatch.setattr(measurement, "FAMILIES", {})
    monkeypatch.setattr(measurement, "HEATMAPS", {})
    return measurement


def test_a_column_names_its_family():
    assert column_name("ela", "q90__mean") == "ela__q90__mean"
    assert family_of(column_name("ela", "q90__mean")) == "ela"


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_what_is_not_finite_is_nan(value):
    assert np.isnan(feature("a__b", value, "1", "nothing").value)
    assert feature("a__b", np.float32(2.5), "1", "something").value == 2.5


def test_many_measurements_have_as_many_names():
    assert [one.value for one in features(["a", "b"], [1, 2], "1", "counts")] == [1.0, 2.0]
    with pytest.raises(ValueError):
        list(features(["a", "b"], [1], "1", "counts"))


def test_a_family_enters_the_catalogue_with_what_its_docstring_says(catalogue):
    @family("colour", cost="full", source="Goethe 1810", optional=True, min_side=64)
    def colour(image):
        """How colourful a picture is.

        More is not said.
        """
        yield feature("mean", 1.0, "1", "colourfulness")

    entry = catalogue.FAMILIES["colour"]
    assert entry.compute is colour
    assert entry.summary == "How colourful a picture is."
    assert (entry.cost, entry.optional, entry.min_side) == ("full", True, 64)

    @heatmap("colour", unit="1", meaning="colourfulness")
    def where(image):
        return np.zeros((1, 1), np.float32)

    assert catalogue.HEATMAPS["colour"].compute is where
