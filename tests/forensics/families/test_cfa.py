"""The camera's lattice on pictures that were and were not demosaiced."""

import cv2
import numpy as np
import pytest

from realfake.forensics.catalog import FAMILIES, measure
from realfake.forensics.families.cfa import lattice_map
from realfake.forensics.image import ForensicImage
from tests.pictures import draw_photo, draw_screen


def demosaiced(scene: np.ndarray) -> np.ndarray:
    bayer = scene[:, :, 1].copy()
    bayer[0::2, 0::2] = scene[0::2, 0::2, 0]
    bayer[1::2, 1::2] = scene[1::2, 1::2, 2]
    return cv2.cvtColor(bayer, cv2.COLOR_BayerBG2RGB)


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    return draw_photo(192, 256, seed=3)


def test_a_demosaiced_photograph_shows_its_lattice(scene):
    camera = measure(ForensicImage.from_array(demosaiced(scene)), FAMILIES["cfa"])
    full = measure(ForensicImage.from_array(scene), FAMILIES["cfa"])
    assert camera["cfa__green__strength"] > 3 > 0.3 > full["cfa__green__strength"]
    assert camera["cfa__green__diagonal_peak"] > full["cfa__green__diagonal_peak"] + 2
    assert camera["cfa__green__disagreeing"] < 0.02


def test_the_map_shows_a_patch_without_lattice(scene):
    forged = demosaiced(scene)
    forged[64:128, 64:128] = scene[64:128, 64:128]
    where = np.abs(lattice_map(ForensicImage.from_array(forged)))
    assert where[80:112, 80:112].mean() < 0.2 * np.median(where)


def test_a_screen_has_no_lattice_to_speak_of():
    screen = ForensicImage.from_array(draw_screen())
    assert all(np.isnan(value) for value in measure(screen, FAMILIES["cfa"]).values())
    assert np.isnan(lattice_map(screen)).all()
