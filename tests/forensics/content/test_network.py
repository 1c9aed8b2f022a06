"""A network reads by its layers, as anyone would compute them."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.signal import correlate

from realfake.forensics.content.eastern import NETWORK
from realfake.forensics.content.network import HEIGHT, STEP, convolved, seen


@pytest.mark.parametrize("number", [1, 4, 6])
def test_a_convolution_is_what_scipy_says_it_is(number):
    rng = np.random.default_rng(number)
    layer = NETWORK.layers[number]
    (rows, columns), (down, right), (up, aside) = layer.size, layer.step, layer.around
    held = rng.normal(size=(layer.fed, 8, 30))
    weights = rng.normal(size=(layer.cells, layer.fed, rows, columns))
    spread = np.zeros((layer.cells, layer.fed, rows, (columns - 1) * layer.apart + 1))
    spread[..., :: layer.apart] = weights
    padded = np.pad(held, ((0, 0), (up, up), (aside, aside)))
    expected = np.stack([correlate(padded, cell, "valid", "direct")[0, ::down, ::right] for cell in spread])
    np.testing.assert_allclose(convolved(held, layer, weights.reshape(layer.cells, -1)), expected, atol=1e-9)


def test_layers_fit_together_and_end_in_one_row_with_a_step_for_four_columns():
    assert all(one.cells == other.fed for one, other in pairwise(NETWORK.layers))
    told = NETWORK.likely(np.random.default_rng(0).random((HEIGHT, 80), np.float32))
    assert told.shape == (20, len(NETWORK.signs))
    np.testing.assert_allclose(told.sum(axis=1), 1.0, rtol=1e-5)


def test_weights_are_small():
    assert NETWORK.weights.stat().st_size < 200_000


def test_a_line_is_seen_by_its_distance_from_the_ground():
    crop = np.full((20, 60, 3), 200, np.uint8)
    crop[5:15, 20:40] = 100
    assert seen(crop).shape == seen(255 - crop).shape == (HEIGHT, 180)
    np.testing.assert_allclose(seen(crop), seen(255 - crop))
    assert seen(crop).max() == 1.0 and seen(crop)[0].max() == 0.0
    assert not seen(np.full((20, 60, 3), 7, np.uint8)).any()


def test_confidence_is_in_whole_steps_and_an_empty_line_says_nothing():
    text, sure = NETWORK.shown(np.full((20, 60, 3), 255, np.uint8))
    assert text == "" and (sure / STEP).is_integer()
