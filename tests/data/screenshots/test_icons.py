"""Marks between the words: drawn in their place, the same for one app, and codes that can be read."""

import cv2
import numpy as np
import pytest

from realfake.data.screenshots.canvas import Canvas
from realfake.data.screenshots.icons import ICONS, avatar, barcode, icon, logo, pictogram, qr_code, smiley, success
from realfake.forensics.box import Box
from tests.phones import narrow_page

X, Y, SIZE = 150, 200, 60
SAID = "https://pay.example/receipt/4410992283"


def drawn(record, seed: int = 3) -> np.ndarray:
    """What a mark changes on an empty page: (H, W) bool."""
    page, bare = narrow_page(seed), narrow_page(seed)
    record(page)
    return (page.canvas.paint()[0] != bare.canvas.paint()[0]).any(axis=2)


def extent(changed: np.ndarray) -> Box:
    ys, xs = np.nonzero(changed)
    return Box.from_edges(xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_is_drawn_within_its_size_around_its_point(name):
    box = extent(drawn(lambda page: icon(page, name, X, Y, SIZE, (255, 0, 128))))
    room = Box(X - SIZE // 2, Y - SIZE // 2, SIZE, SIZE).grown(SIZE // 8, 10**4, 10**4)
    assert room.intersection(box) == box
    assert max(box.width, box.height) > SIZE / 3


def test_the_mark_of_an_app_is_always_the_same_and_others_differ():
    marks = [drawn(lambda page, key=key: logo(page, X, Y, SIZE, (255, 0, 128), key)) for key in ("own", "own")]
    assert np.array_equal(*marks)
    others = {drawn(lambda page, i=i: logo(page, X, Y, SIZE, (255, 0, 128), f"bank {i}")).tobytes() for i in range(8)}
    assert len(others) >= 3


@pytest.mark.parametrize("seed", range(6))
def test_avatars_and_marks_of_success_stay_in_their_circle(seed):
    for record in (
        lambda page: avatar(page, "Maria Santos", X, Y, SIZE / 2),
        lambda page: success(page, X, Y, SIZE / 2),
    ):
        box = extent(drawn(record, seed))
        assert Box(X - SIZE // 2, Y - SIZE // 2, SIZE, SIZE).grown(SIZE // 6, 10**4, 10**4).intersection(box) == box


def test_a_qr_code_says_what_it_was_given():
    page = narrow_page(3)
    qr_code(page, 40, 60, 240, SAID)
    code = cv2.copyMakeBorder(page.canvas.paint()[0][60:300, 40:280], *[40] * 4, cv2.BORDER_CONSTANT, value=(255,) * 3)
    said, _, _ = cv2.QRCodeDetector().detectAndDecode(code)
    assert said == SAID


def test_a_bar_code_has_upright_bars_and_bare_ends():
    page = narrow_page(3)
    barcode(page, 40, 60, 240, 80)
    code = page.canvas.paint()[0][60:140, 40:280, 0]
    middle = code[10:70]
    assert (middle == middle[:1]).all()
    assert np.unique(middle).tolist() == [0, 255]
    assert (code[:, 0] == 255).all() and (code[:, -1] == 255).all()


@pytest.mark.parametrize(("kind", "colour"), [(0, (226, 45, 60)), (1, (255, 204, 64))])
def test_a_heart_is_red_and_a_face_is_yellow(kind, colour):
    canvas = Canvas(60, 60, (255, 255, 255))
    smiley(canvas, 30, 30, 20, kind)
    rgb = canvas.paint()[0]
    assert (rgb == colour).all(axis=2).sum() > 300
    assert (rgb[:5] == 255).all()


def test_small_pictures_are_coloured_and_differ():
    made = []
    for kind in range(7):
        canvas = Canvas(60, 60, (255, 255, 255))
        pictogram(canvas, 30, 30, 40, kind)
        made.append(canvas.paint()[0])
        assert (np.ptp(made[-1].astype(int), axis=2) > 60).sum() > 150
        assert (made[-1][:8] == 255).all() and (made[-1][:, -8:] == 255).all()
    assert len({rgb.tobytes() for rgb in made}) == 7
