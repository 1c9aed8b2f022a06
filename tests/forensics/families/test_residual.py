"""Residual co-occurrences against a direct count."""

from itertools import product

import numpy as np
import pytest

from realfake.forensics.arrays.repeats import distinct_rows
from realfake.forensics.catalog import FAMILIES, measure
from realfake.forensics.families.residual import (
    residual_energy,
    residual_map,
    square_residual,
    symmetric_classes,
    third_order_counts,
    truncate_counts,
)
from realfake.forensics.image import ForensicImage


def slow_counts(plane: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    along, across = np.zeros((5,) * 4, int), np.zeros((5,) * 4, int)
    for view in (plane.astype(int), plane.T.astype(int)):
        raw = view[:, :-3] - 3 * view[:, 1:-2] + 3 * view[:, 2:-1] - view[:, 3:]
        codes = np.clip(np.rint(raw / 3).astype(int), -2, 2) + 2
        for y, x in product(range(codes.shape[0]), range(codes.shape[1] - 3)):
            along[tuple(codes[y, x : x + 4])] += 1
        for y, x in product(range(codes.shape[0] - 3), range(codes.shape[1])):
            across[tuple(codes[y : y + 4, x])] += 1
    return along, across


@pytest.fixture
def noise() -> np.ndarray:
    return np.clip(np.random.default_rng(2).normal(120, 3, (41, 36)), 0, 255).astype(np.uint8)


def test_counts_equal_a_direct_count(noise):
    for fast, slow in zip(third_order_counts(distinct_rows(noise)), slow_counts(noise), strict=True):
        np.testing.assert_array_equal(fast, slow)


def test_rows_that_repeat_are_counted_as_often_as_they_stand_there(noise):
    screen = np.repeat(noise, [1] * 20 + [15] + [1] * 19 + [30], axis=0)
    for fast, slow in zip(third_order_counts(distinct_rows(screen)), slow_counts(screen), strict=True):
        np.testing.assert_array_equal(fast, slow)


def test_truncating_counts_is_the_same_as_truncating_residuals(noise):
    along, _ = third_order_counts(distinct_rows(noise))
    narrow = truncate_counts(along, 1)
    assert narrow.shape == (3,) * 4
    assert narrow.sum() == along.sum()
    assert narrow[2, 2, 2, 2] == along[3:, 3:, 3:, 3:].sum()


def test_symmetric_classes_are_169_and_25_and_hold_mirror_and_negative():
    assert len(symmetric_classes(2)[0]) == 169
    assert len(symmetric_classes(1)[0]) == 25
    _, classes = symmetric_classes(2)
    table = classes.reshape((5,) * 4)
    assert table[0, 1, 2, 4] == table[4, 2, 1, 0] == table[4, 3, 2, 0] == table[0, 2, 3, 4]


def test_features_do_not_change_under_mirror_and_negative(noise):
    rgb = np.repeat(noise[:, :, None], 3, axis=2)
    plain = measure(ForensicImage.from_array(rgb), FAMILIES["residual"])
    turned = measure(ForensicImage.from_array(np.ascontiguousarray(255 - rgb[:, ::-1])), FAMILIES["residual"])
    for column, value in plain.items():
        if "luma_al" in column or "luma_ac" in column:
            assert turned[column] == pytest.approx(value, abs=1e-12), column


def test_the_residual_of_noise_has_the_energy_that_its_kernel_gives():
    sigma = 4.0
    plane = np.clip(np.rint(np.random.default_rng(3).normal(128, sigma, (300, 300))), 0, 255).astype(np.uint8)
    _, root, _, _ = residual_energy(square_residual(plane))
    assert root == pytest.approx(np.sqrt(36 / 16) * sigma, rel=0.03)


def test_energy_is_that_of_a_direct_sum_without_the_border():
    plane = np.random.default_rng(6).integers(0, 256, (75, 70)).astype(np.uint8)
    p = plane.astype(int)
    rows = p[:-2] - 2 * p[1:-1] + p[2:]
    expected = rows[:, :-2] - 2 * rows[:, 1:-1] + rows[:, 2:]
    mean, root, zero, blocks = residual_energy(square_residual(plane))
    assert mean == pytest.approx(np.abs(expected).mean() / 4)
    assert root == pytest.approx(np.sqrt((expected**2).mean()) / 4)
    assert zero == pytest.approx((expected == 0).mean())
    whole = np.abs(expected[:64, :64]).reshape(2, 32, 2, 32).mean(axis=(1, 3)) / 4
    np.testing.assert_allclose(blocks, whole, rtol=1e-6)


def test_the_map_shows_a_smoothed_patch():
    plane = np.clip(np.random.default_rng(4).normal(128, 6, (256, 256)), 0, 255).astype(np.uint8)
    plane[64:128, 64:128] = 128
    where = residual_map(ForensicImage.from_array(plane))
    assert where[80:112, 80:112].max() < 0.1 * np.median(where)
