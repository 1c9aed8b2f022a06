"""Signs erased from a number leave a hole, and the gaps between its groups are none."""

import numpy as np
import pytest
from PIL import Image

from realfake.forensics.box import Box
from realfake.forensics.content.checks.missing import HOLE, widest_hole
from realfake.forensics.content.consistency import check_content
from realfake.forensics.content.fields import receipt_of
from realfake.forensics.content.receipt import Line, Receipt
from realfake.forensics.image import ForensicImage
from tests.lettering import blank, pixels, write
from tests.receipts import HONEST, lines


def number_on_a_screen(text: str) -> tuple[ForensicImage, Receipt]:
    """A receipt whose reference is drawn as it is said, spaces and all."""
    picture = blank(1080, 1400)
    write(picture, text, 500, 1000, 30)
    image = ForensicImage.from_array(pixels(picture))
    ink = np.argwhere(image.rgb.min(axis=2) < 128)
    (top, left), (bottom, right) = ink.min(axis=0), ink.max(axis=0) + 1
    box = Box.from_edges(left, top, right, bottom)
    rows = lines({name: HONEST[name] for name in ("Amount", "Date", "Recipient")})
    rows += [Line(Box(60, top, 160, bottom - top), "Reference", 1.0), Line(box, text, 1.0)]
    return image, receipt_of(rows, (1080, 1400))


def test_an_erased_sign_leaves_a_hole():
    image, said = number_on_a_screen("4017269 853412")
    numbers, findings = check_content(said, (), image)
    whole = check_content(number_on_a_screen("40172694853412")[1], (), number_on_a_screen("40172694853412")[0])
    assert whole[0]["content__hole__widest"] < 0.3 and whole[1] == ()
    assert numbers["content__hole__widest"] > whole[0]["content__hole__widest"]


def test_groups_are_no_holes():
    image, said = number_on_a_screen("4017 2694 8534 1298")
    assert check_content(said, (), image)[0]["content__hole__widest"] == 0


@pytest.mark.parametrize("missing", [2, 3, 4])
def test_several_erased_signs_are_counted(missing):
    picture = blank(1080, 200)
    right = write(picture, "401726", 100, 100, 30).right
    pitch = (right - 100) / 6
    write(picture, "853412", round(right + missing * pitch + 2), 100, 30)
    hole = widest_hole(pixels(picture), Box(98, 70, round(12 * pitch + missing * pitch) + 10, 40))
    assert abs(hole - missing) < 0.35


def test_what_an_eraser_left_at_the_edges_of_a_sign_fills_no_hole():
    picture = blank(1080, 200)
    box = write(picture, "401726985341", 100, 100, 40)
    pitch = box.width / 12
    wiped = pixels(picture)
    wiped[box.y + 4 : box.bottom - 4, 100 + round(4 * pitch) : 100 + round(6 * pitch)] = 255
    assert abs(widest_hole(wiped, box, tall=True) - 2) < 0.4
    assert widest_hole(wiped, box) < HOLE and widest_hole(pixels(picture), box, tall=True) < 0.3


@pytest.mark.parametrize("gone", ["cafe72   0102ff", "832104   873892"])
def test_a_number_that_a_hole_tears_is_one(gone):
    image, said = number_on_a_screen(gone)
    box = next(value.box for value in said.values if value.key == "reference")
    left, right = gone.split()
    share = [len(left) / len(gone), len(right) / len(gone)]
    pieces = [
        Line(box._replace(width=round(share[0] * box.width)), left, 1.0),
        Line(Box.from_edges(box.right - round(share[1] * box.width), box.y, box.right, box.bottom), right, 1.0),
    ]
    rows = [line for line in said.lines if line.box != box]
    (found,) = check_content(receipt_of([*rows, *pieces], (1080, 1400)), (), image)[1]
    assert found.feature == "content__hole__widest" and "blank ground" in found.sentence


def test_a_sum_in_the_next_column_is_no_piece_of_a_number():
    image, receipt = number_on_a_screen("40172698")
    rows = [line for line in receipt.lines if line.text != "Reference"]
    place = next(line.box for line in rows if line.text == "40172698")

    def beside(text: str) -> float:
        picture = Image.fromarray(image.rgb)
        box = write(picture, text, place.right + 3 * place.height, place.bottom, 30)
        column = Line(Box(box.x, place.y, box.width, place.height), text, 0.95)
        said = receipt_of([*rows, column], (image.width, image.height))
        return check_content(said, (), ForensicImage.from_array(pixels(picture)))[0]["content__hole__widest"]

    assert beside("30223") > 0.85 and not beside("30223.90") > 0.85


@pytest.mark.parametrize("said", ["0.622  KB/s", "1306  km/h"])
def test_a_unit_stands_apart_from_its_number(said):
    image, receipt = number_on_a_screen(said)
    assert not check_content(receipt, (), image)[0]["content__hole__widest"] >= HOLE
    image, receipt = number_on_a_screen("4017  2698")
    assert check_content(receipt, (), image)[0]["content__hole__widest"] >= HOLE
