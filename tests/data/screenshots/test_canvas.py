"""What is recorded is painted in order, and text that cannot be seen is not listed."""

import pytest

from realfake.data.drawing.fonts import families, fonts, nearest_weight
from realfake.data.drawing.rasterisers import TextStyle, measure_text
from realfake.data.screenshots.canvas import Canvas, drawable, fit, wrap
from realfake.forensics.box import Box


@pytest.fixture
def style():
    return TextStyle(nearest_weight(families(fonts())["Roboto"], 400), 20.0)


def test_letters_that_a_font_lacks_are_simplified_or_left_out():
    lato = TextStyle(nearest_weight(families(fonts())["Poppins"], 400), 20.0)
    assert drawable("Nguyễn 漢", lato) == "Nguyen "


def test_a_card_is_laid_under_rows_recorded_before_it(style):
    canvas = Canvas(100, 60, (255, 255, 255))
    with canvas.under() as below:
        canvas.text("Hi", 20, 40, style, "body")
        below(lambda: canvas.rect(0, 0, 100, 60, (200, 0, 0)))
    rgb, fields = canvas.paint()
    assert tuple(rgb[0, 0]) == (200, 0, 0)
    assert rgb[fields[0].box.slices].min(axis=(0, 1))[0] < 60


def test_covered_text_is_forgotten_and_veiled_text_changes_its_ink(style):
    canvas = Canvas(300, 100, (255, 255, 255))
    canvas.text("above", 10, 30, style, "body")
    canvas.text("below", 10, 80, style, "body")
    canvas.scrim((0, 0, 0), 0.5)
    canvas.rect(0, 50, 300, 50, (255, 255, 255))
    canvas.cover(Box(0, 50, 300, 50))
    rgb, fields = canvas.paint()
    assert [field.text for field in fields] == ["above"]
    assert tuple(rgb[0, 0]) == pytest.approx((128, 128, 128), abs=1)


def test_long_text_is_cut_or_wrapped_to_the_room_it_has(style):
    words = "a rather long description of a payment"
    assert measure_text(fit(words, style, 120), style).width <= 120
    assert fit(words, style, 120).endswith("…")
    lines = wrap(words, style, 120)
    assert " ".join(lines) == words and all(measure_text(line, style).width <= 120 for line in lines)


def test_lines_of_chinese_break_between_any_signs(style):
    face = next(iter(fonts(covering="请妥善保存此回单")), None)
    if face is None:
        pytest.skip("no font here has Chinese letters")
    lines = wrap("请妥善保存此回单，感谢您的使用", TextStyle(face, 20.0), 90)
    assert "".join(lines) == "请妥善保存此回单，感谢您的使用" and len(lines) > 2
    assert not any(line.startswith("，") for line in lines)


def test_a_mirrored_canvas_shows_everything_at_the_other_side(style):
    here, there = Canvas(200, 60, (255, 255, 255)), Canvas(200, 60, (255, 255, 255), mirrored=True)
    for canvas in (here, there):
        canvas.rect(0, 0, 20, 60, (200, 0, 0))
        canvas.circle(40, 30, 5, (0, 200, 0))
        canvas.line(60, 10, 70, 10, (0, 0, 200), 2)
        canvas.text("Hi", 80, 40, style, "body")
    (left, one), (right, other) = here.paint(), there.paint()
    for colour in (0, 2):
        assert (left[5:20, :75, colour] == right[5:20, :-76:-1, colour]).mean() > 0.98
    assert other[0].box.right == pytest.approx(200 - one[0].box.x, abs=2) and other[0].text == "Hi"
    assert (left[one[0].box.slices] == right[other[0].box.slices]).all()  # its letters are not turned round
