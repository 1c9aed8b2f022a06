"""Days and times that cannot be are named, and those of another day are not."""

from datetime import datetime, time

from PIL import Image

from realfake.forensics.content.checks.times import file_time
from realfake.forensics.content.consistency import check_content
from realfake.forensics.image import ForensicImage
from tests.receipts import HONEST, receipt


def test_a_letter_lost_of_a_month_makes_no_second_day():
    said = HONEST | {"Reference": "TX8893KLM", "Date": "Mar, 27 Hul 2021 06:38", "Paid on": "Mar, 27 Hl 2021 06:38"}
    assert not [one for one in check_content(receipt(said))[1] if one.feature == "content__moments__apart"]


def test_a_clock_just_before_the_payment_is_named_and_any_other_is_another_day():
    _, (found,) = check_content(receipt(HONEST, clock="16:07"))
    assert found.sentence == "the status bar says 16:07, before the payment at 16:11"
    for clock in ("16:11", "4:07", "16:04", "16:40", "4:12", "9:00", "15:11"):
        assert check_content(receipt(HONEST, clock=clock))[1] == ()


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
