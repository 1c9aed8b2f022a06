"""Screens of hundreds of words: every word is compared, with those around it, at a cost in proportion."""

from __future__ import annotations

from time import process_time

import cv2
import numpy as np
import pytest
from PIL import Image

from realfake.forensics.image import ForensicImage
from realfake.forensics.text.legible import cannot_tell
from realfake.forensics.text.regions import Regions, measure_regions
from realfake.forensics.text.words import AROUND, ScreenText, read_screen
from tests.lettering import blank, pixels, write

WORDS = ["Sent", "Paid", "Held", "Bank", "Rent", "Gift", "Loan", "Fuel", "Food", "Taxi", "Fees", "Post"]
PITCH, COLUMNS = 44, (20, 150, 280, 410)


def statement(rows: int) -> Image.Image:
    """A long statement: four words a row, each a field of its own, the rows in turn of the words."""
    picture = blank(540, PITCH * (rows + 1))
    for row in range(rows):
        for column, x in enumerate(COLUMNS):
            write(picture, WORDS[(5 * row + 7 * column) % len(WORDS)], x, PITCH * (row + 1), 26)
    return picture


def forged_at_the_end(rows: int) -> np.ndarray:
    """The statement with its last word blurred, as one that was pasted from a picture of another size."""
    rgb = pixels(statement(rows))
    last = np.s_[-PITCH - 30 : -PITCH + 10, COLUMNS[-1] - 5 :]
    rgb[last] = cv2.GaussianBlur(rgb[last], (0, 0), 0.6)
    return rgb


def last_of(regions: Regions) -> int:
    """Number of the word farthest down and to the right."""
    return max(range(len(regions.boxes)), key=lambda i: regions.boxes[i].x + 2 * regions.boxes[i].y)


@pytest.fixture(scope="module")
def long() -> Regions:
    """The words of 640, of which the last is forged."""
    return measure_regions(ForensicImage.from_array(forged_at_the_end(160)))


def test_every_word_of_a_long_screen_is_compared(long):
    assert len(long.boxes) == long.found == 640
    assert long.peers.count("style").min() >= 5
    assert np.isfinite(long.table["glyphs__shape__median"]).all()


def test_a_forged_word_at_the_end_of_a_long_screen_departs_most(long):
    assert int(long.table["ink__edge__softness__z_style"].abs().argmax()) == last_of(long)
    assert int(long.table["glyphs__shape__median"].argmin()) == last_of(long)


def test_a_word_departs_as_much_on_a_long_screen_as_on_a_short_one(long):
    short = measure_regions(ForensicImage.from_array(forged_at_the_end(40)))
    assert len(short.boxes) == 160
    for name in ("ink__edge__softness", "ink__edge__softness__z_style", "glyphs__shape__median"):
        assert long.table[name][last_of(long)] == pytest.approx(short.table[name][last_of(short)], rel=0.2)


def test_a_long_screen_is_judged():
    image = ForensicImage.from_array(forged_at_the_end(80))
    assert cannot_tell(image, measure_regions(image)) == ""


@pytest.mark.parametrize("count", (1, 199, 200, 201, 250, 300, 301, 1499))
def test_stretches_cover_every_word_once_and_stay_around_it(count):
    words = [None] * max(count, AROUND + 1)
    screen = ScreenText(ForensicImage.from_array(np.zeros((16, 16), np.uint8)), [], words, np.zeros((16, 16), np.uint8))
    stretches = screen.stretches(count)
    covered = [i for part, _ in stretches for i in range(part.start, part.stop)]
    assert covered == list(range(count))
    for part, around in stretches:
        assert around.start <= part.start < part.stop <= around.stop <= count
        assert around.stop - around.start == min(count, AROUND)


def test_the_cost_grows_with_the_words_and_not_with_their_pairs():
    spent = {}
    for rows in (75, 300):
        image = ForensicImage.from_array(pixels(statement(rows)))
        measure_regions(image)  # kernels are compiled
        image = ForensicImage.from_array(image.rgb)
        start = process_time()
        measure_regions(image)
        spent[rows] = process_time() - start
    assert spent[300] < 7 * spent[75], "four times the words; all pairs would take sixteen times as long"


def test_strokes_too_many_to_look_at_are_told():
    rgb = np.full((700, 1000, 3), 255, np.uint8)
    rgb[(np.arange(700) % 7 < 3)[:, None] & (np.arange(1000) % 7 < 3)] = 0
    image = ForensicImage.from_array(rgb)
    assert read_screen(image).dropped > 0
    assert cannot_tell(image, measure_regions(image)).endswith("; send the screen without pictures")
