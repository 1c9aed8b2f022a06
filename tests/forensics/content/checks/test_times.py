"""Days and times that cannot be are named, and those of another day are not."""

from datetime import datetime, time

import pytest
from PIL import Image

from realfake.forensics.box import Box
from realfake.forensics.content.checks.times import file_time
from realfake.forensics.content.consistency import check_content
from realfake.forensics.content.fields import receipt_of
from realfake.forensics.content.receipt import Line
from realfake.forensics.image import ForensicImage
from tests.receipts import HONEST, lines, receipt

SIZE = 1080, 2400


def test_a_letter_lost_of_a_month_makes_no_second_day():
    said = HONEST | {"Reference": "TX8893KLM", "Date": "Mar, 27 Hul 2021 06:38", "Paid on": "Mar, 27 Hl 2021 06:38"}
    assert not [one for one in check_content(receipt(said))[1] if one.feature == "content__moments__apart"]


def test_the_phones_clock_is_a_number_and_contradicts_nothing():
    for clock, ahead in (("16:12", 1), ("16:07", -4), ("9:00", -431)):
        numbers, findings = check_content(receipt(HONEST, clock=clock))
        assert findings == () and numbers["content__clock__ahead"] == ahead


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"Date": "12/06/2024", "Time": "16:11"}, False),
        ({"Date": "19/06/2024", "Time": "16:11"}, True),
        ({"Date": "12/06/2024", "Time": "18:37"}, True),
        ({"Date": "12/06/2024", "Time": "6:11"}, False),  # a digit was lost
        ({"Date": "1/06/2024", "Time": "16:11"}, False),
        ({"Date": "12 Jun 4", "Time": "16:11"}, False),
    ],
)
def test_a_day_and_a_time_that_stand_apart_are_one_moment(changed, named):
    said = {name: HONEST[name] for name in ("Amount", "Fee", "Total")} | changed
    found = check_content(receipt_of([Line(Box(300, 300, 256, 30), "12/06/2024 16:11", 1.0), *lines(said)], SIZE))[1]
    assert [one.feature for one in found] == ["content__moments__apart"] * named


def test_hours_apart_in_one_time_zone_are_no_two_zones():
    said = {name: HONEST[name] for name in ("Amount", "Fee", "Total")}
    for above, below, named in (("GMT+7", "GMT+7", True), ("GMT+7", "GMT+4", False), ("GMT+7", "", False)):
        rows = lines(said | {"Date": f"12/06/2024 13:11 {below}".strip()})
        found = check_content(receipt_of([Line(Box(300, 300, 352, 30), f"12/06/2024 16:11 {above}", 1.0), *rows], SIZE))
        assert bool(found[1]) == named


@pytest.mark.parametrize(
    ("above", "below", "named"),
    [("07:03", "19:03", True), ("07:03", "7:03", False), ("7:03", "07:03 PM", False), ("7:03 PM", "19:03", False)],
)
def test_half_a_day_apart_on_a_clock_of_24_hours_is_another_time(above, below, named):
    said = {name: HONEST[name] for name in ("Amount", "Fee", "Total")}
    rows = lines(said | {"Date": f"12/06/2024 {below}"})
    found = check_content(receipt_of([Line(Box(300, 300, 256, 30), f"12/06/2024 {above}", 1.0), *rows], SIZE))[1]
    assert bool(found) == named


@pytest.mark.parametrize(("day", "hour", "named"), [("12/06/2024", "19:03", True), ("12/06/2024", "7:03", False)])
def test_half_a_day_apart_is_another_time_whichever_is_written_first(day, hour, named):
    said = {name: HONEST[name] for name in ("Amount", "Fee", "Total")} | {"Date": day, "Time": hour}
    found = check_content(receipt_of([Line(Box(300, 300, 256, 30), "07:03 12/06/2024", 1.0), *lines(said)], SIZE))[1]
    assert bool(found) == named


@pytest.mark.parametrize(
    ("above", "hour", "named"), [("13:41", "23:41", True), ("1:41 PM", "11:41 PM", False), ("3:41", "23:41", False)]
)
def test_a_digit_is_lost_of_an_hour_as_it_is_printed(above, hour, named):
    said = {name: HONEST[name] for name in ("Amount", "Fee", "Total")} | {"Date": "12/06/2024", "Time": hour}
    found = check_content(receipt_of([Line(Box(300, 300, 256, 30), f"12/06/2024 {above}", 1.0), *lines(said)], SIZE))[1]
    assert bool(found) == named


def test_two_moments_of_one_payment_are_one():
    twice = HONEST | {"Completed at": "12/06/2024 16:11"}
    assert check_content(receipt(twice))[1] == ()
    _, findings = check_content(receipt(HONEST | {"Completed at": "19/06/2024 16:11"}))
    assert [one.feature for one in findings] == ["content__moments__apart"]


def test_the_own_time_of_a_file_is_read_and_bounds_the_receipt(tmp_path):
    exif = Image.Exif()
    exif[306] = "2024:06:01 10:00:00"
    path = tmp_path / "early.jpg"
    Image.new("RGB", (64, 64)).save(path, exif=exif)
    image = ForensicImage.open(path)
    assert file_time(image) == datetime(2024, 6, 1, 10)
    _, (found,) = check_content(receipt(HONEST), (), image)
    assert found.sentence == "the file was made on 2024-06-01, the receipt is of 2024-06-12"
    assert file_time(ForensicImage.from_array(image.rgb)) is None


def test_clock_is_the_time_of_the_status_bar():
    assert receipt(HONEST, clock="16:12").status_clock == time(16, 12)
