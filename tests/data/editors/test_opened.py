"""Every editor writes, fills and heals where it is told and nowhere else; those that are not installed are left out."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from realfake.data.drawing.fonts import catalogue
from realfake.data.drawing.rasterisers import TextStyle
from realfake.data.editors import EDITORS, MissingEditor, check_editors
from realfake.forensics.box import Box
from realfake.forensics.errors import UnknownName

PAPER = (240, 238, 230)
BAR = Box(40, 30, 60, 20)


@pytest.fixture(scope="module", params=EDITORS)
def editor(request):
    """Each of the editors, started once."""
    try:
        check_editors([request.param])
    except MissingEditor as missing:
        pytest.skip(str(missing))
    started = EDITORS[request.param]()
    yield started
    started.close()


@pytest.fixture
def picture() -> np.ndarray:
    """(120, 300, 3) uint8: paper with a black bar."""
    rgb = np.full((120, 300, 3), PAPER, np.uint8)
    rgb[BAR.slices] = 0
    return rgb


@pytest.fixture(scope="module")
def style() -> TextStyle:
    face = next(face for face in catalogue() if face.family == "DejaVu Sans" and face.weight == 400)
    return TextStyle(face, 24.0, ink=(200, 0, 0))


@pytest.mark.parametrize("text", ["HEEL", '1,250.00 "%" \\d', "@Hà Nội"])
def test_text_stands_at_its_place_in_its_ink(editor, picture, style, text):
    after = editor.write(picture, text, 150, 90, style)
    ys, xs = np.nonzero((after != picture).any(axis=2))
    assert abs(xs.min() - 150) <= 4 and ys.min() >= 60
    assert after[..., 0].max() <= 240 and (after[90 - 9, :, 1] < 60).any(), "red ink takes away green"
    if text == "HEEL":
        assert abs(ys.max() + 1 - 90) <= 1 and abs(ys.min() - (90 - 0.73 * 24)) <= 1.6
        assert 40 <= np.ptp(xs) <= 75


def test_spaced_text_is_wider(editor, picture, style):
    from dataclasses import replace

    plain, spaced = (
        np.ptp(np.nonzero((editor.write(picture, "HELLO", 120, 90, one) != picture).any(axis=2))[1])
        for one in (style, replace(style, letter_spacing=3.0))
    )
    if type(editor).__name__ == "Pillow":
        assert spaced == plain  # ImageDraw has no letter spacing
    else:
        assert 10 <= spaced - plain <= 14


def test_a_box_is_filled_and_nothing_else(editor, picture):
    box = Box(200, 20, 31, 17)
    after = editor.fill(picture, box, (10, 20, 30))
    assert (after[box.slices] == (10, 20, 30)).all()
    after[box.slices] = picture[box.slices]
    assert np.array_equal(after, picture)


def test_a_bar_is_healed_with_the_paper_beside_it(editor, picture):
    around = BAR.grown(2, 300, 120)
    after = editor.heal(picture, around)
    assert np.abs(after[BAR.slices].astype(int) - PAPER).mean() < 25 < np.abs(0 - np.array(PAPER)).mean()
    far = np.ones(picture.shape[:2], bool)
    far[around.grown(6, 300, 120).slices] = False
    assert np.array_equal(after[far], picture[far])


def test_an_unknown_editor_and_one_that_is_not_there_are_refused(monkeypatch):
    with pytest.raises(UnknownName, match="no editor 'paint'; choose from gimp"):
        check_editors(["paint"])
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingEditor, match="GIMP is not installed"):
        check_editors(["pillow", "gimp"])
    assert "chromium" in EDITORS and sys.executable
