"""Where text stands, on screens whose text was written at known places."""

import numpy as np
import pytest
from PIL import ImageDraw

from realfake.forensics.box import Box
from realfake.forensics.image import ForensicImage
from realfake.forensics.text.lines import TextLine, _words, find_text
from tests.lettering import blank, font, pixels, slip, write
from tests.pictures import jpeg


def text_of(picture) -> list[TextLine]:
    return find_text(ForensicImage.from_array(pixels(picture)))


def overlaps(found: list[TextLine], wanted: list[Box]) -> list[float]:
    """The best IoU that each wanted box reaches."""
    return [max(line.box.iou(box) for line in found) for box in wanted]


@pytest.mark.parametrize("ink, ground", [((20, 20, 20), (255, 255, 255)), ((230, 230, 235), (18, 18, 24))])
def test_labels_and_values_are_found_as_fields_of_their_own_on_light_and_on_dark(ink, ground):
    picture, labels, values = slip(ink=ink, ground=ground)
    found = text_of(picture)
    assert min(overlaps(found, labels + values)) >= 0.5
    assert len(found) == len(labels) + len(values)


def test_fields_come_from_top_to_bottom_and_their_words_from_left_to_right():
    found = text_of(slip()[0])
    places = [(line.box.y, line.box.x) for line in found]
    assert places == sorted(places)
    for line in found:
        assert [word.x for word in line.words] == sorted(word.x for word in line.words)
        assert all(line.box.intersection(word) == word for word in line.words)


@pytest.mark.parametrize("size", [10, 14, 24, 48, 96, 150])
def test_text_of_any_size_on_a_phone_is_found(size):
    picture = blank(size * 6, size * 3)
    box = write(picture, "Total 4 71", size // 2, 2 * size, size)
    found = text_of(picture)
    assert min(overlaps(found, [box])) >= 0.5
    assert len(found) == 1


def test_a_field_is_split_into_its_words():
    picture = blank(400, 80)
    texts = ["SENT", "TO", "MARTA", "LUZ"]
    whole = write(picture, " ".join(texts), 20, 50)
    (line,) = text_of(picture)
    assert line.box.iou(whole) > 0.8
    again, at, truth = blank(400, 80), 20, []
    for text in texts:  # the same words one by one: where each one's ink stands
        truth.append(write(again, text, at, 50))
        at = 20 + round(ImageDraw.Draw(again).textlength(" ".join(texts[: len(truth)]) + " ", font=font(26)))
    assert len(line.words) == len(texts)
    assert all(word.iou(box) > 0.7 for word, box in zip(line.words, truth, strict=True))


@pytest.mark.parametrize(
    "style",
    [
        {"fill": (40, 90, 200)},
        {"outline": (40, 90, 200), "width": 2},
        {"outline": (40, 90, 200), "width": 4},
    ],
)
def test_a_square_icon_beside_two_lines_does_not_join_them(style):
    picture = blank(360, 120)
    upper, lower = write(picture, "Savings account", 90, 50, 20), write(picture, "ending in 4471", 90, 80, 20)
    ImageDraw.Draw(picture).rounded_rectangle((40, 34, 78, 80), 6, **style)
    found = text_of(picture)
    assert min(overlaps(found, [upper, lower])) >= 0.5
    for line in found:
        assert not (line.box.intersection(upper).area and line.box.intersection(lower).area)


@pytest.mark.parametrize("side", [38, 60])
def test_a_round_picture_of_a_person_beside_two_lines_does_not_join_them(side):
    picture = blank(400, 120)
    upper, lower = write(picture, "M. Luz", 110, 50, 20), write(picture, "4471", 110, 80, 20)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((95 - side, 57 - side // 2, 95, 57 + side // 2), (40, 90, 200))
    draw.ellipse((95 - side * 3 // 4, 57 - side // 4, 95 - side // 4, 57 + side // 4), "white")
    assert min(overlaps(text_of(picture), [upper, lower])) >= 0.5


def test_an_icon_of_bars_beside_two_lines_does_not_join_them():
    picture = blank(360, 120)
    upper, lower = write(picture, "JOSÉ CERÓN", 90, 54, 24), write(picture, "1931 3786", 90, 82, 18)
    draw = ImageDraw.Draw(picture)
    for number in range(3):
        draw.rectangle((30 + 14 * number, 70 - 18 * number, 39 + 14 * number, 84), (70, 30, 160))
    found = text_of(picture)
    assert min(overlaps(found, [upper, lower])) >= 0.7


def test_a_tile_is_not_the_text_inside_it():
    picture = blank(420, 320)
    draw = ImageDraw.Draw(picture)
    boxes = []
    for left in (10, 215):
        draw.rounded_rectangle((left, 40, left + 190, 250), 10, outline=(120, 120, 120), width=2)
        boxes.append(write(picture, "Top up", left + 50, 220, 22))
    assert min(overlaps(text_of(picture), boxes)) >= 0.7


def test_small_print_close_below_an_amount_is_no_accent_of_it():
    picture = blank(420, 160)
    amount = write(picture, "1090147", 60, 80, 60)
    small = write(picture, "Success", 130, 102, 20)
    assert small.y - amount.bottom < 0.3 * amount.height
    assert min(overlaps(text_of(picture), [amount, small])) >= 0.7


def test_text_in_a_badge_is_found_and_its_frame_is_not():
    picture = blank(300, 100)
    ImageDraw.Draw(picture).rounded_rectangle((90, 20, 220, 60), 8, outline=(40, 90, 200), width=3)
    badge = write(picture, "SENT", 115, 50)
    (line,) = text_of(picture)
    assert line.box.iou(badge) > 0.8


@pytest.mark.parametrize("sign, size", [("EUR", 18), ("$", 18)])
def test_a_small_sign_close_to_an_amount_is_a_word_of_its_own(sign, size):
    picture = blank(300, 90)
    amount = write(picture, "250", 40, 70, 40)
    small = write(picture, sign, amount.right + 2, 70, size)
    (line,) = text_of(picture)
    assert len(line.words) == 2
    assert all(word.iou(box) > 0.7 for word, box in zip(line.words, (amount, small), strict=True))


def test_a_capital_before_small_letters_is_no_word_of_its_own():
    picture = blank(300, 90)
    whole = write(picture, "Success", 40, 60, 36)
    (line,) = text_of(picture)
    assert [word.iou(whole) > 0.8 for word in line.words] == [True]


def test_a_label_and_its_value_in_another_ink_are_two_fields():
    picture = blank(360, 80)
    label = write(picture, "Fee paid", 20, 50, 24, ink=(150, 150, 150))
    value = write(picture, "4 71", label.right + 7, 50, 24, ink=(20, 20, 20))
    found = text_of(picture)
    assert len(found) == 2
    assert min(overlaps(found, [label, value])) >= 0.7


def test_initials_that_touch_are_found_in_their_disc():
    picture = blank(200, 120)
    ImageDraw.Draw(picture).ellipse((64, 28, 112, 76), (60, 140, 90))
    first = write(picture, "A", 70, 62, 28, ink=(255, 255, 255))
    second = write(picture, "B", first.right - 4, 62, 28, ink=(255, 255, 255))
    both = Box.from_edges(first.x, first.y, second.right, second.bottom)
    assert min(overlaps(text_of(picture), [both])) >= 0.7


def test_letters_that_touch_are_no_frame_around_their_counters():
    picture = blank(400, 140)
    draw = ImageDraw.Draw(picture)
    for x in range(30, 190, 32):
        draw.rectangle((x, 40, x + 29, 84), outline=(20, 20, 20), width=9)
    (line,) = text_of(picture)
    assert line.box.iou(Box.from_edges(30, 40, 188, 85)) > 0.8


def test_strokes_of_a_pattern_around_a_word_do_not_make_it_higher():
    picture = blank(400, 160)
    draw = ImageDraw.Draw(picture)
    name = write(picture, "Name Surname", 80, 90, 30)
    draw.rectangle((68, 66, 74, 106), (0, 0, 0))
    for x in range(90, name.right, 40):
        draw.rectangle((x, name.bottom + 9, x + 10, name.bottom + 15), (0, 0, 0))
    assert max(word.iou(name) for line in text_of(picture) for word in line.words) > 0.8


def test_a_dash_between_spaces_does_not_part_a_field():
    picture = blank(400, 80)
    whole = write(picture, "01:53 pm - 18 Jan 21", 20, 50)
    (line,) = text_of(picture)
    assert line.box.iou(whole) > 0.8


def test_the_ringing_of_a_jpeg_neither_grows_nor_joins_words():
    picture = blank(360, 120)
    box = write(picture, "Total 4 71", 40, 60)
    ImageDraw.Draw(picture).rectangle((300, 40, 320, 60), "black")
    found = find_text(ForensicImage.from_array(jpeg(pixels(picture), 25)))
    assert min(overlaps(found, [box])) >= 0.75


def test_dividers_and_frames_are_no_text():
    picture = blank()
    draw = ImageDraw.Draw(picture)
    draw.line((20, 100, 460, 100), (120, 120, 120), 2)
    draw.rounded_rectangle((20, 140, 460, 400), 12, outline=(120, 120, 120), width=2)
    assert text_of(picture) == []
    box = write(picture, "Inside the card", 60, 260)
    assert len(text_of(picture)) == 1
    assert min(overlaps(text_of(picture), [box])) >= 0.5


@pytest.mark.parametrize("ground", [(255, 255, 255), (0, 0, 0), (40, 90, 160)])
def test_a_blank_image_has_no_text(ground):
    assert text_of(blank(ground=ground)) == []


def test_strokes_that_begin_in_one_column_do_not_crash():
    strokes = np.array([[46, 64, 32, 35], [37, 55, 15, 10], [2, 69, 27, 24], [2, 68, 7, 34]])
    blank_rgb = np.zeros((120, 120, 3), np.uint8)
    (words,) = _words(blank_rgb, np.zeros((120, 120), np.uint8), strokes)
    assert sorted(word.x for word in words) == [word.x for word in words]


def test_the_smallest_images_do_not_crash():
    noise = np.random.default_rng(0).integers(0, 256, (16, 16, 3)).astype(np.uint8)
    checks = np.kron(np.indices((4, 4)).sum(axis=0) % 2, np.ones((4, 4)))[:, :, None].repeat(3, axis=2) * 255
    for tiny in (noise, checks.astype(np.uint8), np.zeros((16, 16, 3), np.uint8)):
        for line in find_text(ForensicImage.from_array(tiny)):
            assert Box(0, 0, 16, 16).intersection(line.box) == line.box
