"""SPAM against the paper's definition, written out."""

import numpy as np
import pytest

from realfake.forensics.catalog import FAMILIES, choose_families, measure
from realfake.forensics.families.spam import spam686
from realfake.forensics.image import ForensicImage


def slow_spam(plane: np.ndarray, limit: int = 3) -> np.ndarray:
    """Equations (4) to (6): eight directions, one transition matrix each."""
    height, width = plane.shape
    values = plane.astype(int)
    groups = (((0, 1), (0, -1), (1, 0), (-1, 0)), ((1, 1), (-1, -1), (1, -1), (-1, 1)))
    result = []
    for directions in groups:
        mean = np.zeros((7, 7, 7))
        for dy, dx in directions:
            joint, given = np.zeros((7, 7, 7)), np.zeros((7, 7))
            for y in range(height):
                for x in range(width):
                    steps = [(y + i * dy, x + i * dx) for i in range(4)]
                    if not all(0 <= a < height and 0 <= b < width for a, b in steps):
                        continue
                    pixels = [values[place] for place in steps]
                    first, second, third = (pixels[i] - pixels[i + 1] for i in range(3))
                    if abs(first) <= limit and abs(second) <= limit:
                        given[first + limit, second + limit] += 1
                        if abs(third) <= limit:
                            joint[first + limit, second + limit, third + limit] += 1
            mean += np.divide(joint, given[:, :, None], out=np.zeros_like(joint), where=given[:, :, None] > 0)
        result.append(mean.ravel() / 4)
    return np.concatenate(result)


@pytest.mark.parametrize("spread", [1.0, 2.5, 30.0])
def test_spam_equals_the_definition(spread):
    rng = np.random.default_rng(int(spread * 10))
    plane = np.clip(np.cumsum(rng.normal(0, spread, (23, 29)), axis=1) + 128, 0, 255).astype(np.uint8)
    np.testing.assert_allclose(spam686(plane), slow_spam(plane), atol=1e-12)


def test_a_flat_plane_stays_flat_with_certainty():
    numbers = spam686(np.full((20, 20), 7, np.uint8)).reshape(2, 7, 7, 7)
    assert numbers[0, 3, 3, 3] == numbers[1, 3, 3, 3] == 1.0
    assert numbers.sum() == 2.0


def test_spam_runs_only_when_asked_for():
    assert "spam" not in [family.name for family in choose_families()]
    image = ForensicImage.from_array(np.random.default_rng(0).integers(0, 9, (32, 32, 3)).astype(np.uint8))
    row = measure(image, FAMILIES["spam"])
    assert len(row) == 686
    assert row["spam__straight__0_0_0"] > 0
