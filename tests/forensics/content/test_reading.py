"""Lines that tests letter are read by the readers that are installed."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from realfake.data.drawing.fonts import fonts
from realfake.data.drawing.rasterisers import TextStyle, draw_text
from realfake.forensics.box import Box
from realfake.forensics.content import reading
from realfake.forensics.content.checks.scene import SURE
from realfake.forensics.content.fields import read_receipt, repaired
from realfake.forensics.content.reading import (
    EASTERN,
    BothReader,
    RapidReader,
    TesseractReader,
    choose_reader,
    dot_runs,
    read_lines,
)
from realfake.forensics.content.receipt import Line
from realfake.forensics.errors import MissingExtra, UnknownName
from realfake.forensics.image import ForensicImage
from realfake.forensics.text.direction import UPRIGHT, UPSIDE_DOWN, Direction, read_stored
from realfake.forensics.text.lines import Strokes
from tests.lettering import BLACK, ROWS, WHITE, blank, pixels, slip, write

TEXTS = ("TX40172698", "$1,234.50", "12/06/2024 16:11", "e5f0a93b77c1", "Rp 50.000")
BESIDE = [  # what is seen, which signs of money may be there, and what is read
    ("1.520_", {"₹": 0.05}, "1.520₹"), ("1.520_", {"đ": 0.02, "₫": 0.01}, "1.520₫"), ("1.520_", {"₹": 0.01}, "1.520"),
    ("1.520天", {"₹": 0.3}, "1.520₹"), ("1.520€", {"₹": 0.3}, "1.520€"), ("12345678_", {"₹": 0.3}, "12345678"),
    ("12/06_", {"₹": 0.3}, "12/06"), ("TX12_", {"₹": 0.3}, "TX12"),
    ("12,50€", {"も": 0.05}, "12,50₺"), ("12,50€", {"Ł": 0.01}, "12,50€"), ("12,50$", {"串": 0.05}, "12,50฿"),
    ("12,50も", {}, "12,50₺"), ("12,50€", {"串": 0.3}, "12,50€"),
]  # fmt: skip
READ = [RapidReader(), TesseractReader(("eng",))]


def lettered(texts=TEXTS, size=30, **colours) -> Image.Image:
    """Texts one below the other."""
    picture = blank(640, 70 * (len(texts) + 1), colours.get("ground", (255, 255, 255)))
    for number, text in enumerate(texts, 1):
        write(picture, text, 40, 70 * number, size, colours.get("ink", (20, 20, 20)))
    return picture


def read(picture: Image.Image, reader) -> list[str]:
    return [line.text for line in read_lines(ForensicImage.from_array(pixels(picture)), reader)[1]]


@pytest.mark.parametrize("reader", READ, ids=lambda reader: reader.name)
def test_digits_hex_and_signs_are_read(reader):
    assert read(lettered(), reader) == list(TEXTS)


@pytest.mark.parametrize("reader", READ, ids=lambda reader: reader.name)
def test_light_letters_on_a_dark_ground_are_read(reader):
    assert read(lettered(TEXTS[:3], ground=(18, 18, 18), ink=(235, 235, 235)), reader) == list(TEXTS[:3])


def test_every_field_of_a_slip_is_read_where_it_stands():
    picture, labels, values = slip()
    _, lines = read_lines(ForensicImage.from_array(pixels(picture)), RapidReader())
    found = {line.text: line for line in lines}
    for (label, value), where in zip(ROWS, values, strict=True):
        assert label in found
        near = max(lines, key=lambda line: line.box.iou(where))
        assert near.text.replace(" ", "") == value.replace(" ", "") and near.confidence > 0.8


def test_the_marks_of_a_patterned_ground_take_no_line_s_place(monkeypatch):
    monkeypatch.setattr(reading, "MOST", 40)
    picture = blank(640, 320)
    draw = ImageDraw.Draw(picture)
    for x, y in itertools.product(range(16, 620, 26), range(8, 140, 26)):
        draw.ellipse([x, y, x + 9, y + 9], fill=(120, 160, 150))
    write(picture, TEXTS[0], 40, 210, 30)
    write(picture, TEXTS[1], 40, 280, 30)
    assert read(picture, RapidReader()) == list(TEXTS[:2])


@pytest.mark.parametrize(
    ("first", "again", "held"),
    [
        (("12.50", 0.85), ("12.50", 0.95), ("12.50", 0.95)),
        (("THA HIU", 0.85), ("THAM CHIU", 0.95), ("THAM CHIU", 0.85)),
        (("12.50", 0.85), ("1.50", 0.75), ("12.50", 0.75)),
        (("12.50", 0.95), ("1.50", 0.99), ("12.50", 0.95)),  # sure at once
    ],
)
def test_what_was_read_unsurely_is_read_again_and_is_as_sure_as_both_readings(monkeypatch, first, again, held):
    told = iter([[first], [again]])
    monkeypatch.setattr(reading, "_recognised", lambda crops: next(told) if crops else [])
    assert RapidReader().read([np.zeros((20, 100, 3), np.uint8)]) == [held]


def test_the_sign_of_a_currency_apart_from_its_number_is_read_with_it():
    picture = blank(640, 200)
    write(picture, "EUR", 100, 120, 24)
    write(picture, "1,250.00", 166, 120, 48)
    assert read(picture, RapidReader()) == ["EUR 1,250.00"]


@pytest.mark.parametrize("text", ["₹2,90,863.69", "253.37₹", "₦2,500.00", "30,000.00₦"])
def test_signs_of_money_that_recognisers_hardly_know_are_read(text):
    assert [repaired(read, "amount") for read in read(lettered((text,)), RapidReader())] == [text]


def steps(text: str, beside: dict[str, float]) -> np.ndarray:
    """Likelihoods of characters, "_" for a blank, each as sure as 0.9; `beside` are signs likely at the last."""
    letters = reading._recogniser()[1]
    likely = np.zeros((len(text), len(letters)), np.float32)
    for step, letter in zip(likely, text, strict=True):
        step[letters.index(letter) if letter != "_" else 0] = 0.9
    for sign, share in beside.items():
        likely[-1, letters.index(sign)] = share
    return likely


@pytest.mark.parametrize(("letters", "beside", "text"), BESIDE)
def test_a_sign_beside_an_amount_is_the_likeliest_one_where_the_reader_sees_none(letters, beside, text):
    assert reading._decoded(steps(letters, beside), reading._recogniser()[1])[0] == text


def test_a_picture_beside_a_number_is_no_part_of_it():
    picture = blank(700, 260)
    ImageDraw.Draw(picture).ellipse((80, 80, 182, 182), (120, 150, 110))
    write(picture, "Lena Ktle", 215, 120, 36)
    write(picture, "59238103618325", 215, 178, 32)
    assert read(picture, RapidReader())[-1] == "59238103618325"


def test_the_same_line_reads_the_same_in_any_company():
    crop = pixels(lettered(("TX40172698",)))[60 - 30 : 90, 30:330]
    (alone,) = RapidReader().read([crop])
    again = RapidReader().read([crop] * 3)
    assert [text for text, _ in again] == [alone[0]] * 3


def test_a_screen_without_text_has_no_lines():
    assert read_lines(ForensicImage.from_array(np.full((64, 64, 3), 200, np.uint8)), RapidReader())[1] == ()
    assert RapidReader().read([]) == [] == TesseractReader().read([])


def test_lines_are_bounded(monkeypatch):
    monkeypatch.setattr(reading, "MOST", 2)
    assert len(read(lettered(), RapidReader())) == 2


def test_any_pixels_are_read_as_some_text():
    noise = np.random.default_rng(0).integers(0, 256, (40, 500, 3)).astype(np.uint8)
    shapes = [noise, noise[:1], noise[:, :1], np.zeros((9, 5000, 3), np.uint8), noise[:3, :3]]
    for text, sure in RapidReader().read(shapes):
        assert isinstance(text, str) and 0 <= sure <= 1


def test_confidence_is_in_whole_steps():
    _, lines = read_lines(ForensicImage.from_array(pixels(lettered())), RapidReader())
    assert all((line.confidence / reading.STEP).is_integer() for line in lines)


def test_thai_and_russian_are_read_by_tesseract_where_it_has_them():
    picture = lettered(("Сумма перевода", "Получатель"))
    assert read(picture, TesseractReader(("rus",))) == ["Сумма перевода", "Получатель"]


def test_what_one_reader_cannot_read_the_other_reads():
    texts = ["Сумма платежа", "TX40172698", "Получатель", "$1,234.50"]
    assert read(lettered(texts), BothReader(second=TesseractReader(("rus",)))) == texts


def test_the_second_reader_sees_no_icons_and_no_lines_that_are_clear():
    class Told:
        name, letters, seen = "told", None, 0

        def read(self, crops):
            self.seen += len(crops)
            return [("told", 0.9)] * len(crops)

    second = Told()
    crops = [np.zeros((20, 20, 3), np.uint8), pixels(lettered(("TX40172698",)))[30:90, 30:330]]
    assert BothReader(second=second).read(crops)[1][0] == "TX40172698" and second.seen == 0
    assert BothReader(second=second).read([np.zeros((20, 90, 3), np.uint8)]) == [("told", 0.9)] and second.seen == 1


def test_a_reader_is_chosen_by_name_or_by_what_is_there(monkeypatch):
    assert choose_reader().name == choose_reader("rapidocr").name == "rapidocr"
    assert choose_reader("tesseract").name == "tesseract" and choose_reader("both").name == "both"
    with pytest.raises(UnknownName, match="no reader 'abacus'; choose from auto, rapidocr, tesseract, both"):
        choose_reader("abacus")
    monkeypatch.setattr(reading, "_weights", lambda: None)
    assert choose_reader().name == "tesseract"
    with pytest.raises(MissingExtra, match="the reader both is not installed"):
        choose_reader("both")
    monkeypatch.setattr(reading, "_languages", lambda: ())
    assert choose_reader() is None
    with pytest.raises(MissingExtra, match=r"the reader rapidocr is not installed; pip install 'realfake\[read\]'"):
        choose_reader("rapidocr")
    with pytest.raises(MissingExtra, match="apt-get install tesseract-ocr"):
        choose_reader("tesseract")


def test_what_is_not_installed_is_not_there(monkeypatch):
    monkeypatch.setattr(reading, "find_spec", lambda name: None)
    reading._languages.cache_clear()
    assert reading._weights() is None and reading._languages() == ()
    reading._languages.cache_clear()


def dotted(dots: int, middle: int, radius: int = 5) -> np.ndarray:
    """A line of dots and four digits."""
    picture = blank(300, 48)
    write(picture, "7639", 160, 36)
    draw = ImageDraw.Draw(picture)
    for i in range(dots):
        x = 92 + 18 * i
        draw.ellipse((x - radius, middle - radius, x + radius, middle + radius), BLACK)
    return np.array(picture)


def test_the_dots_of_a_mask_are_counted_and_those_that_end_a_text_are_none():
    ((left, right, count),) = dot_runs(dotted(4, 26))
    assert count == 4 and abs(left - 87) <= 1 and abs(right - 152) <= 1
    assert dot_runs(dotted(2, 26)) == [] and dot_runs(dotted(3, 35, radius=2)) == []
    assert dot_runs(np.array(blank(300, 48))) == []


def test_three_dots_beside_other_signs_are_a_mask_and_a_dash_parts_two_of_them():
    picture = Image.fromarray(dotted(3, 26))
    assert [count for *_, count in dot_runs(np.array(picture))] == [3]
    draw = ImageDraw.Draw(picture)
    for x in (16, 34, 52):
        draw.ellipse((x - 5, 21, x + 5, 31), BLACK)
    assert [count for *_, count in dot_runs(np.array(picture))] == [3, 3]
    draw.ellipse((67, 21, 77, 31), BLACK)
    assert [count for *_, count in dot_runs(np.array(picture))] == [7]
    draw.rectangle((66, 20, 78, 32), WHITE)
    draw.rectangle((66, 25, 77, 27), BLACK)
    assert [count for *_, count in dot_runs(np.array(picture))] == [3, 3]
    assert dot_runs(np.array(picture)[:, :65]) == dot_runs(np.array(picture))[:0]


def test_commas_that_were_found_apart_are_of_their_line():
    line, icon, other = Box(100, 100, 200, 30), Box(40, 96, 38, 38), Box(600, 100, 80, 30)
    comma, within = Box(304, 120, 7, 12), Box(180, 118, 9, 16)
    assert reading._with_marks([line, icon, other, comma, within]) == [icon, Box(100, 100, 211, 34), other]
    below = Box(180, 145, 9, 9)
    assert reading._with_marks([line, below]) == [line, below]


def test_strokes_of_the_ground_are_no_text():
    rgb = np.full((400, 600, 3), 255, np.uint8)
    picture = Image.fromarray(rgb)
    write(picture, "TX40172698", 40, 100, 40)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((40, 200, 140, 210), BLACK)
    draw.rectangle((40, 300, 260, 340), BLACK)  # as high as text
    text, wave, joined = Box(40, 68, 240, 34), Box(40, 200, 101, 11), Box(40, 300, 221, 41)
    assert reading._without_strokes(np.array(picture), [text, wave, joined]) == [text, joined]


@pytest.mark.parametrize("reader", READ, ids=lambda reader: reader.name)
def test_a_masked_number_is_read_with_its_dots(reader):
    rgb = np.full((120, 400, 3), 255, np.uint8)
    rgb[40:88, 50:350] = dotted(4, 26)
    texts = [line.text.replace(" ", "") for line in read_lines(ForensicImage.from_array(rgb), reader)[1]]
    assert texts == ["••••7639"]


def test_text_at_an_angle_is_some_text():
    picture = blank(480, 480)
    for number in range(3):
        write(picture, "Reference TX20240612", 60, 160 + 60 * number)
    receipt = read_receipt(ForensicImage.from_array(np.array(picture.rotate(30, fillcolor=WHITE))), RapidReader())
    assert all(isinstance(value.text, str) for value in receipt.values)


def test_marks_that_belong_to_a_number_are_found():
    row = [("•", 0), ("•", 14), ("-1234", 28), ("EUR", 300), ("12.50", 345), ("5", 500)]
    lines = [Line(Box(x, 100, 10 * len(text), 20), text, 1.0) for text, x in row]
    assert reading._belonging(lines) == [[0, 1, 2], [3, 4]]
    masked = [Line(Box(385, 1023, 49, 13), "•", 0.5), Line(Box(440, 1013, 179, 28), "-•••-6598", 0.9)]
    assert reading._belonging(masked) == [[0, 1]]


def test_a_screen_of_another_script_is_read_by_words():
    """The first reader leaves out letters that it does not know, and is sure of the rest."""

    class First:
        name, letters = "first", None

        def read(self, crops):
            widths = [crop.shape[1] for crop in crops]
            return [
                ("26 2026", 0.95)
                if wide > 200
                else ("", 0.0)
                if wide == 90
                else ("2026", 0.95)
                if wide < 60
                else ("u", 0.5)
                for wide in widths
            ]

    class Second:
        name, letters = "second", None

        def read(self, crops):
            return [("ноября", 0.9)] * len(crops)

    line = np.full((40, 320, 3), 255, np.uint8)
    line[10:30, 20:60:4] = line[10:30, 150:290:3] = 0
    other = np.full((40, 90, 3), 255, np.uint8)
    reader = BothReader(first=First(), second=Second())
    assert reader.read([line]) == reader.read([line, other])[:1] == [("26 2026", 0.95)]
    assert reader.read([line, other, other]) == [("2026 ноября", 0.9), ("ноября", 0.9), ("ноября", 0.9)]


def test_what_is_seen_of_the_sign_of_the_rouble_is_that_sign():
    assert read(lettered(["Сумма платежа", "118 P", "Получатель"]), BothReader())[1] == "118₽"
    assert read(lettered(["Amount paid", "118 P", "Recipient"]), BothReader())[1] == "118 P"


class Nothing:
    """Reads one text, whatever it sees."""

    name, letters = "nothing", None

    def read(self, crops):
        return [("TX12", 1.0)] * len(crops)


ARABIC = ("رقم العملية", "٢٣٤٧٦٨", "٢٠٢٦/١١/٢٦ ١٤:٠٥", "رقم العملية", "TX12")


def arabic(texts=ARABIC) -> np.ndarray:
    """Texts one below the other in a font with such letters."""
    face = next(face for face in fonts(covering="٢٣٤٧٦٨") if face.family == "DejaVu Sans")
    rgb = np.full((100 + 100 * len(texts), 700, 3), 255, np.uint8)
    for row, text in enumerate(texts):
        draw_text(rgb, text, 60, 100 + 100 * row, TextStyle(face, 40.0, hinting="none", rtl=True))
    return rgb


def test_a_screen_in_arabic_is_read_without_a_reader_and_contradicts_nothing():
    _, lines = read_lines(ForensicImage.from_array(arabic()), Nothing())
    assert [line.text for line in lines] == ["رقم العملية", "234768", "2026/11/26 14:05", "رقم العملية", "TX12"]
    assert all(line.confidence <= EASTERN < SURE for line in lines[:4]) and lines[4].confidence == 1.0


@pytest.mark.parametrize("texts", [ARABIC, ("Transfer complete", "TX40172698", "Amount 25.50")])
def test_letters_that_hang_from_their_line_are_not_upside_down(monkeypatch, texts):
    """Strokes alone take Arabic letters for others on their heads."""
    stored = ForensicImage.from_array(arabic(texts))
    turned = ForensicImage.from_array(np.ascontiguousarray(stored.rgb[::-1, ::-1]))
    on_their_heads = replace(read_stored(turned), direction=Direction(UPSIDE_DOWN))
    monkeypatch.setattr(reading, "read_upright", lambda image: on_their_heads)
    upright, lines = read_lines(stored, Nothing())
    assert (upright.direction.turn == UPRIGHT) == (texts == ARABIC)
    assert (lines[1].text == "234768") == (texts == ARABIC)


def test_joined_letters_are_no_frame_around_their_dots():
    stats = np.array([(0, 0, 500, 500, 0), (100, 100, 155, 41, 900), (300, 90, 150, 60, 900), (20, 200, 40, 40, 400)])
    strokes = Strokes(np.zeros((500, 500), np.uint8), np.zeros((500, 500), np.int32), stats.astype(np.int32))
    dots, button = [Box(130, 130, 10, 9), Box(230, 130, 18, 9)], Box(320, 105, 110, 30)
    assert reading._taken_for_frames([*dots, button], strokes) == [Box(100, 100, 155, 41)]
    reaching = Box(20, 96, 92, 45)  # the next word
    assert reading._taken_for_frames([*dots, button, reaching], strokes) == [Box(100, 100, 155, 41)]
    assert reading._joined([*dots, Box(100, 100, 155, 41)]) == [Box(100, 100, 155, 41)]


@pytest.mark.parametrize(
    ("beside", "whole"),
    [
        (Box(88, 112, 9, 8), [Box(88, 100, 189, 28)]),  # a zero of the East stands at half the height
        (Box(20, 112, 77, 17), [Box(20, 112, 77, 17), Box(101, 100, 32, 28)]),  # small print beside a picture
    ],
)
def test_zeros_are_of_the_number_that_they_stand_in(beside, whole):
    number = Box(101, 100, 176, 28) if beside.width < 10 else Box(101, 100, 32, 28)
    assert sorted(reading._joined([number, beside])) == sorted(whole)


def test_zeros_stay_on_a_patterned_ground(monkeypatch):
    monkeypatch.setattr(reading, "SCATTERED", 4)
    line, pattern = Box(100, 100, 160, 40), [Box(300 + 50 * i, 300, 6, 6) for i in range(4)]
    zeros = [Box(268, 117, 9, 8), Box(285, 117, 9, 8), Box(85, 117, 9, 8), Box(68, 117, 9, 8)]
    assert reading._with_zeros([*zeros, line, *pattern]) == [Box(68, 100, 226, 40)]
    assert reading._with_zeros([*zeros, line, *pattern[:3]]) == [Box(68, 100, 226, 40), *pattern[:3]]


def test_spaces_are_those_that_the_network_sees_where_both_read_the_same():
    line = Line(Box(0, 0, 10, 10), "4680180186512629", 0.9)
    assert reading._spaced(line, "4680 1801 8651 2629").text == "4680 1801 8651 2629"
    assert reading._spaced(line, "4680 1801 8651 2628") == line


def test_lines_of_a_script_that_was_not_taught_are_not_read_again(monkeypatch):
    seen = []

    def recognised(crops):
        seen.append(len(crops))
        return [("x", 0.85 if crop.shape[1] == 90 else 0.99) for crop in crops]

    monkeypatch.setattr(reading, "_recognised", recognised)
    unsure, sure = np.full((40, 90, 3), 255, np.uint8), np.full((40, 200, 3), 255, np.uint8)
    RapidReader().read([unsure] * 3 + [sure] * 7)
    RapidReader().read([unsure] * 5 + [sure] * 5)
    assert seen == [10, 3, 10]


def test_a_few_lines_tell_the_script_of_all_others(monkeypatch):
    asked = []

    class Unsure(Nothing):
        def read(self, crops):
            return [("x", 0.3)] * len(crops)

    def read_by(self, crops):
        asked.append((self.languages, len(crops)))
        return [("Получатель", 0.95)] * len(crops)

    monkeypatch.setattr(reading, "_languages", lambda: ("eng", "rus", "tha"))
    monkeypatch.setattr(TesseractReader, "read", read_by)
    lines = [np.full((40, 100 + i, 3), 255, np.uint8) for i in range(8)]
    assert BothReader(first=Unsure()).read(lines) == [("Получатель", 0.95)] * 8
    assert [(some, count) for some, count in asked if count] == [(("rus", "tha", "eng"), 3), (("rus",), 5)]


def test_marks_and_pictures_are_not_all_read_in_every_language(monkeypatch):
    asked = []

    def read_by(self, crops):
        asked.append(len(crops))
        return [("", float("nan"))] * len(crops)

    monkeypatch.setattr(TesseractReader, "read", read_by)
    monkeypatch.setattr(reading, "_recognised", lambda crops: [("", 0.0)] * len(crops))
    assert BothReader().read([np.full((20, 100, 3), 255, np.uint8)] * 40) == [("", 0.0)] * 40
    assert sum(asked) == sum(reading.TRIED)
