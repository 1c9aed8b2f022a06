"""What the catalogue promises of any picture: the same names, no infinity, numbers where a family always applies."""

import numpy as np
import pytest

from realfake.forensics.catalog import (
    FAMILIES,
    HEATMAPS,
    catalogue,
    choose_families,
    family_features,
    feature_names,
    measure,
    measure_all,
    probe,
)
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import Family, Measurement

ALWAYS = ("ela", "residual", "wavelet", "spam", "flatness", "sharpness", "texture", "markov", "srm")
RNG = np.random.default_rng(9)
PICTURES = {
    "tiny noise": RNG.integers(0, 256, (16, 16, 3)).astype(np.uint8),
    "one colour": np.full((70, 90, 3), (10, 200, 30), np.uint8),
    "black": np.zeros((64, 64, 3), np.uint8),
    "checkerboard": np.repeat(np.indices((65, 97)).sum(axis=0)[:, :, None] % 2 * 255, 3, axis=2).astype(np.uint8),
    "noise": RNG.integers(0, 256, (97, 65, 3)).astype(np.uint8),
    "narrow": RNG.integers(0, 256, (16, 300, 3)).astype(np.uint8),
}


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_names_are_the_catalogues_and_nothing_is_infinite(family, picture):
    row = measure(ForensicImage.from_array(PICTURES[picture]), FAMILIES[family])
    assert list(row) == [entry.column for entry in family_features(family)]
    assert not np.isinf(list(row.values())).any()


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("family", ALWAYS)
def test_a_family_that_always_applies_gives_numbers(family, picture):
    image = ForensicImage.from_array(PICTURES[picture])
    if min(image.width, image.height) < FAMILIES[family].min_side:
        pytest.skip("smaller than the family measures")
    row = measure(image, FAMILIES[family])
    assert [column for column, value in row.items() if np.isnan(value)] == []


@pytest.mark.parametrize("picture", ["one colour", "noise"])
@pytest.mark.parametrize("family", sorted(HEATMAPS))
def test_a_map_has_the_size_of_the_picture(family, picture):
    image = ForensicImage.from_array(PICTURES[picture])
    where = HEATMAPS[family].compute(image)
    assert where.shape == (image.height, image.width)
    assert where.dtype == np.float32
    assert not np.isinf(where).any()


def test_a_family_is_measured_no_further_than_the_last_column_that_is_wanted():
    def told(image):
        yield Measurement("first", 1.0, "1", "one")
        yield Measurement("second", 2.0, "1", "two")
        if image is not probe():
            raise AssertionError("nobody asked for the third")
        yield Measurement("third", 3.0, "1", "three")

    image = ForensicImage.from_array(PICTURES["noise"])
    FAMILIES["told"] = Family("told", told, "fast", "", "", True, 16)
    try:
        assert measure(image, FAMILIES["told"], {"told__second", "ela__q75__mean"}) == {"told__second": 2.0}
        assert measure(image, FAMILIES["told"], set()) == {}
    finally:
        del FAMILIES["told"]


def test_wanted_columns_of_a_small_picture_are_unknown():
    image = ForensicImage.from_array(PICTURES["tiny noise"])
    row = measure(image, FAMILIES["copymove"], ["copymove__exact__votes"])
    np.testing.assert_equal(row, {"copymove__exact__votes": np.nan})


def test_many_families_are_measured_in_one_call_under_the_names_that_were_promised():
    chosen = choose_families(["ela", "noise"])
    together = measure_all(probe(), chosen)
    assert list(together) == feature_names(["ela", "noise"]) == [entry.column for entry in catalogue(["ela", "noise"])]
    for one in chosen:
        for column, value in measure(probe(), one).items():
            assert together[column] == pytest.approx(value, nan_ok=True)
