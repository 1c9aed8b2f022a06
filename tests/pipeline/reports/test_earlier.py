"""Both screens on the page of a case."""

from contextlib import closing
from dataclasses import replace

import pytest

from realfake.forensics.image import ForensicImage
from realfake.pipeline.archive.adding import Screen, add
from realfake.pipeline.archive.screens import small_picture
from realfake.pipeline.archive.store import Store
from realfake.pipeline.reports.earlier import looked_up, side_by_side
from tests.payments import payment, receipt, signed


@pytest.fixture
def archive(tmp_path):
    with closing(Store(tmp_path / "archive.db", create=True)) as store:
        for number in range(3):
            path = tmp_path / f"{number}.png"
            receipt(payment(number)).save(path)
            image = ForensicImage.open(path)
            add(
                store, [Screen(str(path), image.sha256, signed(receipt(payment(number))), picture=small_picture(image))]
            )
        yield store


def altered(tmp_path):
    receipt(replace(payment(1), name="NINA HALT 31")).save(tmp_path / "altered.png")
    return ForensicImage.open(tmp_path / "altered.png")


def shown_beside(image, archive):
    return side_by_side(image, archive, looked_up(image, archive))


def test_an_altered_copy_stands_beside_its_original_with_the_words_in_pairs(archive, tmp_path):
    shown = shown_beside(altered(tmp_path), archive)
    there, here = shown.sides
    assert shown.case == "altered"
    assert (there.width, there.height) == (here.width, here.height) == (540, 960)
    assert len(here.boxes) == len(there.boxes) == len(shown.pairs) >= 1
    assert len(here.spots) == len(there.spots) == len(here.boxes)
    for box, spot in zip((*here.boxes, *there.boxes), (*here.spots, *there.spots), strict=True):
        assert box.intersection(spot).area > 0.9 * spot.area > 0
    assert "1.png" in there.title and all(pair[0] != pair[1] for pair in shown.pairs)


def test_a_file_that_is_gone_is_shown_by_its_small_picture_and_without_one_by_boxes(archive, tmp_path):
    full = shown_beside(altered(tmp_path), archive).sides[0].picture
    (tmp_path / "1.png").unlink()
    small = shown_beside(altered(tmp_path), archive)
    assert small.sides[0].picture not in ("", full)
    with archive.writing() as connection:
        connection.exec_driver_sql("UPDATE images SET picture = NULL")
    bare = shown_beside(altered(tmp_path), archive)
    assert bare.sides[0].picture == "" and bare.pairs == () and len(bare.sides[0].boxes) >= 1


def test_what_is_no_copy_has_no_sides(archive, tmp_path):
    receipt(payment(9)).save(tmp_path / "other.png")
    assert shown_beside(ForensicImage.open(tmp_path / "other.png"), archive).sides == ()


def test_a_changed_digit_is_marked_in_its_word(archive, tmp_path):
    one = payment(1)
    receipt(replace(one, amount=one.amount.replace("5", "4"))).save(tmp_path / "digit.png")
    shown = shown_beside(ForensicImage.open(tmp_path / "digit.png"), archive)
    (box,), (spot,) = shown.sides[1].boxes, shown.sides[1].spots
    assert spot.width < box.width / 4 and spot.height == box.height
    assert box.x + box.width / 2 < spot.x < box.right
