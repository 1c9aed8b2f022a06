"""Blocks vote for the grid that they were compressed on."""

import numpy as np
import pytest
from scipy.fft import dctn

from realfake.forensics.box import Box
from realfake.forensics.catalog import HEATMAPS
from realfake.forensics.compression.grid_votes import STRUCTURE, grid_votes, log10_upper_tail, zero_counts
from realfake.forensics.image import ForensicImage
from tests.pictures import draw_shapes, jpeg, on_grid, pasted

PATCH = Box(96, 64, 80, 64)


@pytest.fixture(scope="module")
def scene():
    return draw_shapes(264, 328, seed=3, grain=6.0)


def votes_of(pixels):
    return grid_votes(ForensicImage.from_array(pixels))


def test_zero_counts_are_those_of_scipys_dct(scene):
    luma = scene[:40, :60].astype(np.float32)
    luma[8:20, 10:30] = 90
    counts = zero_counts(luma)
    for y, x in [(0, 0), (3, 7), (17, 25), (32, 52), (10, 12)]:
        window = np.abs(dctn(luma[y : y + 8, x : x + 8].astype(float), norm="ortho")) < 0.5
        structure = window[1:].all() or window[:, 1:].all()
        assert counts[y, x] == (STRUCTURE if structure else window.sum())
    assert counts[10, 12] == STRUCTURE


@pytest.mark.parametrize("quality", [60, 80, 92])
@pytest.mark.parametrize(("row", "column"), [(0, 0), (3, 5), (7, 1)])
def test_the_grid_of_a_compressed_picture_is_found_where_it_is(scene, quality, row, column):
    votes = votes_of(on_grid(scene, quality, row, column))
    assert votes.main == (row, column)
    assert votes.log10_nfa.min() < -20
    assert votes.best_foreign is None and votes.best_missing is None


def test_a_picture_that_was_never_compressed_has_no_grid(scene):
    votes = votes_of(scene)
    assert votes.main is None and not votes.foreign and not votes.missing


def test_an_untouched_screen_of_flat_colours_bars_and_text_has_no_grid():
    screen = np.full((320, 240, 3), 245, np.uint8)
    screen[40:90] = (20, 90, 160)
    rng = np.random.default_rng(0)
    for line in range(104, 300, 23):
        glyphs = np.repeat(np.repeat(rng.integers(0, 2, (5, 55)), 3, axis=0), 3, axis=1)
        screen[line : line + 15, 16:181][glyphs == 1] = 30
    votes = votes_of(screen)
    assert votes.main is None and not votes.foreign and not votes.missing


def test_a_dithered_gradient_has_no_grid():
    bayer = np.array([[0]])
    for _ in range(3):
        bayer = np.block([[4 * bayer, 4 * bayer + 2], [4 * bayer + 3, 4 * bayer + 1]])
    ramp = np.linspace(200, 215, 240)[:, None]
    dithered = np.floor(ramp + (np.tile(bayer, (30, 30)) + 0.5) / 64).astype(np.uint8)
    votes = votes_of(dithered)
    assert votes.main is None and not votes.foreign


def test_a_patch_from_another_grid_is_the_most_significant_region(scene):
    forged = pasted(jpeg(scene, 88), on_grid(scene, 80, 3, 5), PATCH)
    votes = votes_of(forged)
    assert votes.main == (0, 0)
    assert votes.best_foreign.grid == (3, 5)
    assert votes.best_foreign.box.iou(PATCH) > 0.5
    assert votes.best_foreign.log10_nfa < -3
    evidence = HEATMAPS["grid"].compute(ForensicImage.from_array(forged))
    inside = np.zeros(forged.shape, bool)
    inside[PATCH.slices] = True
    assert evidence.dtype == np.float32 and evidence.shape == forged.shape
    assert np.median(evidence[inside]) > 6 > np.percentile(evidence[~inside], 90)


def test_a_compressed_patch_in_an_uncompressed_picture_is_found(scene):
    votes = votes_of(pasted(scene, on_grid(scene, 75, 2, 6), PATCH))
    assert votes.best_foreign.grid == (2, 6)
    assert votes.best_foreign.box.iou(PATCH) > 0.5


def test_a_patch_without_the_grid_is_missing_it(scene):
    box = Box(64, 64, 128, 128)
    votes = votes_of(pasted(jpeg(scene, 80), scene, box))
    assert votes.best_missing.box.iou(box) > 0.5
    assert votes.best_missing.grid == (0, 0)
    assert votes.best_foreign is None


def test_hoeffdings_bound_is_above_the_exact_tail_and_near_it():
    from scipy.stats import binom

    for successes, trials in [(5, 20), (40, 100), (200, 1000)]:
        exact = binom.logsf(successes - 1, trials, 0.06) / np.log(10)
        bound = float(log10_upper_tail(successes, trials, 0.06))
        assert exact <= bound <= exact + 2
    assert log10_upper_tail(1, 100, 0.06) == 0
