"""Words stand large on a page, with a line below what is meant."""

import base64

import cv2
import numpy as np
import pytest

from realfake.forensics.box import Box
from realfake.pipeline.reports.pictures import LINE, MARGIN, MARK, enlarged


def decoded(address: str) -> np.ndarray:
    png = np.frombuffer(base64.b64decode(address.removeprefix("data:image/png;base64,")), np.uint8)
    return cv2.cvtColor(cv2.imdecode(png, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


@pytest.fixture
def pixels():
    return np.random.default_rng(0).integers(0, 200, (60, 120, 3)).astype(np.uint8)


@pytest.mark.parametrize("widest, factor", [(900, 3), (150, 2), (10, 1)])
def test_a_place_is_shown_up_to_three_times_its_size(pixels, widest, factor):
    box = Box(20, 20, 48, 10)
    shown = decoded(enlarged(pixels, box, widest))
    assert np.array_equal(shown[::factor, ::factor], pixels[box.grown(MARGIN, 120, 60).slices])


def test_a_line_marks_the_word_that_is_meant_and_shows_all_of_it(pixels):
    shown = decoded(enlarged(pixels, Box(20, 20, 30, 10), 900, Box(40, 20, 20, 10)))
    marked = (shown == MARK).all(axis=2)
    left, right = 3 * (40 - 20 + MARGIN), 3 * (60 - 20 + MARGIN)
    assert marked[-LINE:, left:right].all() and marked.sum() == LINE * (right - left)
    assert shown.shape[1] == 3 * (40 + 2 * MARGIN)


def test_what_is_not_on_the_picture_is_not_shown(pixels):
    assert enlarged(pixels[:0], Box(0, 0, 5, 5), 900) == ""
