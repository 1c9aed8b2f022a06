"""An upright line that cuts letters is told from the ends that letters have, wherever what lies there came from."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from realfake.data.drawing.fonts import catalogue
from realfake.data.drawing.rasterisers import TextStyle, draw_text
from realfake.forensics.box import Box
from realfake.forensics.image import ForensicImage
from realfake.forensics.text.regions import Regions
from realfake.forensics.text.seams import (
    COARSE,
    FINE,
    LEAST,
    NEAR,
    SEEN,
    STEPS,
    WEIGHTS,
    WIDEST,
    boundaries,
    log_odds,
)
from tests.lettering import blank, nearest, pixels, regions_of, slip, write
from tests.pictures import jpeg

LARGEST, NEXT, FIELD = "seams__cut__largest", "seams__cut__next", "seams__cut__field"
ROUND = ("Order 6093 8560", "Gosse Abend", "853 906 320", "Recode a base", "Sabado 30 de agosto")


def lettered() -> tuple[Image.Image, list[Box]]:
    picture = blank(640, 480)
    return picture, [write(picture, text, 40, 60 + 80 * row, size=32) for row, text in enumerate(ROUND)]


@pytest.fixture(scope="module")
def plain() -> Regions:
    return regions_of(lettered()[0])


def laid(rgb: np.ndarray, old: Box, new: Box, start: int, stop: int, there: int) -> None:
    """Lay columns of one row over others of another."""
    under = rgb[new.bottom - old.height - 2 : new.bottom + 2, new.x + start : new.x + stop].copy()
    rgb[old.bottom - old.height - 2 : old.bottom + 2, old.x + there : old.x + there + stop - start] = under


def overlaid(start: int, stop: int, there: int, source: int, quality: int | None) -> tuple[pd.DataFrame, np.ndarray]:
    """The words where columns of one row lie over others of row 2, and which words stand in that row."""
    picture, rows = lettered()
    rgb, old = pixels(picture), rows[2]
    laid(rgb, old, rows[source], start, stop, there)
    found = regions_of(Image.fromarray(rgb if quality is None else jpeg(rgb, quality, "4:4:4")))
    field = found.fields[nearest(found.boxes, old)]
    return found.table, np.array([one == field for one in found.fields])


@pytest.mark.parametrize("source", [2, 0])
@pytest.mark.parametrize("quality", [None, 90])
def test_a_cut_through_letters_is_told_whether_its_stretch_is_of_the_line_or_of_another(plain, source, quality):
    words, altered = overlaid(20, 66, 118, source, quality)
    assert words[LARGEST][altered].max() > 2
    assert words[LARGEST][altered].max() > 2 + plain.table[LARGEST].max()
    assert words[LARGEST][~altered].max() < words[LARGEST][altered].max() - 2


def test_both_ends_of_a_stretch_are_told_of_its_word_and_of_the_others_of_its_field(plain):
    words, altered = overlaid(8, 60, 95, 2, None)
    assert words[NEXT][altered].max() > 2 > 2 + plain.table[NEXT].max()
    assert words[FIELD][altered].min() > 2 > plain.table[FIELD].max()


def test_letters_with_straight_ends_are_less_than_a_cut():
    words = regions_of(slip()[0]).table
    assert np.isfinite(words[LARGEST]).all()
    assert words[LARGEST].max() < 2


@pytest.mark.parametrize(
    ("family", "texts"),
    [
        ("Noto Sans Thai", ("โอนเงินสำเร็จ", "จำนวนเงิน บาท", "ธนาคารกรุงศรี", "บัญชีผู้รับเงิน", "ค่าธรรมเนียม")),
        ("Sarabun", ("รายการโอนเงิน", "วันที่ทำรายการ", "หมายเลขอ้างอิง", "ยอดเงินคงเหลือ", "ชื่อผู้รับโอน")),
    ],
)
def test_thai_letters_are_less_than_a_cut_through_them(family, texts):
    rgb = np.full((480, 640, 3), 255, np.uint8)
    face = next(face for face in catalogue() if face.family == family)
    style = TextStyle(face, 36, (20, 20, 20))
    rows = [draw_text(rgb, text, 40, 60 + 80 * row, style) for row, text in enumerate(texts)]
    plain = regions_of(Image.fromarray(rgb))
    laid(rgb, rows[2], rows[2], 13, 60, 90)
    found = regions_of(Image.fromarray(rgb))
    field = found.fields[nearest(found.boxes, rows[2])]
    altered = np.array([one == field for one in found.fields])
    assert plain.table[LARGEST].max() < 2 < found.table[LARGEST][altered].max()
    assert found.table[LARGEST][~altered].max() < 2


def test_a_boundary_that_looks_the_same_elsewhere_is_no_cut():
    picture, rows = lettered()
    rgb, old = pixels(picture), rows[2]
    laid(rgb, old, old, 11, 52, 118)
    once = regions_of(Image.fromarray(rgb)).table
    rgb[420:460, 70:400] = rgb[old.y - 4 : old.y + 36, 30:360]
    twice = regions_of(Image.fromarray(rgb)).table
    assert twice[LARGEST].max() < 2 < once[LARGEST].max()


def test_boundaries_stand_where_ink_begins_or_ends_and_show_how_much_of_it_is_where():
    rgb = np.full((60, 120, 3), 255, np.uint8)
    rgb[20:40, 50:58] = 0  # a stem of eight columns in the lower half of its field
    places, seen = boundaries(ForensicImage.from_array(rgb), Box(30, 0, 60, 40), 255.0, -255.0)
    assert places.tolist() == [50, 58]
    assert seen.shape == (2, SEEN)
    close = seen[0, : 2 * NEAR * FINE].reshape(2 * NEAR, FINE)
    assert (close[:NEAR] == 0).all() and (close[NEAR:, : FINE // 2] == 0).all()
    assert (close[NEAR:, FINE // 2 :] == STEPS).all()
    afar = seen[0, 2 * NEAR * FINE : -2 * FINE - 1].reshape(-1, COARSE)  # blocks of four columns
    assert afar[:, -1].tolist() == [0] * 8 + [STEPS] * 2 + [0] * 6
    steeper = seen[:, -2 * FINE - 1 : -FINE - 1]
    assert (steeper[0, FINE // 2 :] == 2 * STEPS).all() and (steeper[1, FINE // 2 :] == -2 * STEPS).all()
    assert seen[0, -1] == 0  # a field of 40 rows


def test_log_odds_are_the_same_whichever_way_they_are_added_up():
    rng = np.random.default_rng(0)
    seen = rng.integers(-STEPS, STEPS, (500, SEEN)).astype(np.float64)
    one_by_one = np.concatenate([log_odds(row[None]) for row in seen])
    assert (log_odds(seen) == one_by_one).all()
    assert len(np.unique(one_by_one)) > 100


def test_sums_of_single_precision_hold_whole_numbers_of_every_look_there_can_be():
    with np.load(WEIGHTS) as stored:
        first, bias = stored["weights_0"].astype(float), stored["biases_0"].astype(float)
    most = np.full(SEEN, 1.25 * STEPS)  # coverage
    most[-2 * FINE - 1 : -1] = 3 * STEPS  # twice a change of coverage
    most[-1] = STEPS * np.log(WIDEST)
    assert (most @ np.abs(first) + STEPS * np.abs(bias)).max() < 2**24


def test_a_field_too_low_to_show_letters_says_nothing_and_one_without_ends_the_least():
    picture = blank()
    write(picture, "cone", 40, 60, size=8)
    write(picture, "cone tone", 40, 120)
    words = regions_of(picture).table
    assert words[LARGEST].isna().tolist() == [True, False, False]
    assert words[LARGEST].min() >= LEAST
