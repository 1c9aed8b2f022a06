"""Edge widths on edges of known width."""

import numpy as np
import pytest

from realfake.forensics.catalog import FAMILIES, measure
from realfake.forensics.families.sharpness import edge_width_map, measure_edges
from realfake.forensics.image import ForensicImage


def ramp(width: int) -> np.ndarray:
    row = np.full(64, 40)
    row[20 : 20 + width] = np.linspace(40, 220, width + 1)[1:]
    row[20 + width :] = 220
    return np.repeat(row[None, :], 32, axis=0).astype(np.uint8)


@pytest.mark.parametrize("width", [1, 2, 4, 7])
def test_the_width_of_a_ramp_is_counted(width):
    counts, steepness, sums, numbers = measure_edges(ramp(width))
    assert counts[width] == counts.sum() == 32
    assert steepness / 32 == pytest.approx(1 / width, rel=0.05)
    assert sums.sum() == 32 * width and numbers.sum() == 32


def test_a_blurred_block_is_the_widest():
    picture = np.tile(ramp(1), (8, 4))
    picture[64:128, 64:128] = np.tile(ramp(6), (2, 1))
    where = edge_width_map(ForensicImage.from_array(picture))
    assert np.nanmax(where) == where[90, 90] > 3
    assert np.nanmedian(where) < 2


def test_a_picture_without_edges_has_none():
    row = measure(ForensicImage.from_array(np.full((64, 64, 3), 9, np.uint8)), FAMILIES["sharpness"])
    assert row["sharpness__across__edges"] == 0.0
    assert all(np.isfinite(value) for value in row.values())
