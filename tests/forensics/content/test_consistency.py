"""Receipts that tests write agree with themselves, and each lie that is told in them is found and named."""

from dataclasses import replace
from datetime import datetime, time

import numpy as np
import pytest
from PIL import Image

from realfake.forensics.box import Box
from realfake.forensics.content.codes import Code, understood
from realfake.forensics.content.consistency import CHECKS, check_content, content_features, file_time, widest_hole
from realfake.forensics.content.fields import receipt_of
from realfake.forensics.content.receipt import Line, Receipt
from realfake.forensics.image import ForensicImage
from tests.lettering import blank, pixels, write

HONEST = {
    "Amount": "$1,200.00", "Fee": "$2.50", "Total": "$1,202.50", "Date": "Wed, 12 Jun 2024 16:11",
    "Recipient": "Lena Ktle", "Account number": "DE89 3704 0044 0532 0130 00", "Reference": "TX20240612161103",
}  # fmt: skip
LIES = [
    ({"Amount": "$9,200.00"}, "total__off", "do not make the total $1,202.50"),
    ({"Total": "$1,302.50"}, "total__off", "amount $1,200.00 and fee $2.50 do not make the total"),
    ({"Date": "Wed, 12 Jun 2024 56:47"}, "time__impossible", "56:47 is no time of day"),
    ({"Date": "31/02/2024"}, "time__impossible", "31/02/2024 is no day of the calendar"),
    ({"Date": "Fri, 12 Jun 2024 16:11"}, "weekday__wrong", "that day is a Wednesday"),
    ({"Date": "Mon, 17 Jun 2024 16:11"}, "reference__days_off", "contains the day 2024-06-12"),
    ({"Account number": "DE89 3704 0044 0532 0130 07"}, "check_digits__wrong", "check digits of DE89 3704"),
    ({"Fee": "$2,50"}, "separators__mixed", "written in two ways"),
    ({"Transaction ID": "TX20240612191103"}, "twice__differs", "are nearly the same"),
    ({"Amount in words": "nine thousand two hundred"}, "words__off", "does not spell $1,200.00"),
]  # fmt: skip


def lines(said: dict[str, str], headline: str = "", clock: str = "") -> list[Line]:
    """A status bar, a headline, and rows of labels with their values at the right."""
    found = [Line(Box(60, 20, 90, 26), clock, 1.0)] if clock else []
    found += [Line(Box(300, 200, 400, 80), headline, 1.0)] if headline else []
    for number, (label, value) in enumerate(said.items()):
        y, width = 400 + 90 * number, 16 * len(value)
        found += [Line(Box(60, y, 16 * len(label), 30), label, 1.0), Line(Box(1000 - width, y, width, 30), value, 1.0)]
    return found


def receipt(said: dict[str, str], **more: str) -> Receipt:
    return receipt_of(lines(said, **more), (1080, 2400))


def code(text: str) -> Code:
    return understood(Code(Box(400, 1600, 300, 300), "QRCode", text))


def upi(amount: str = "1200.00", reference: str = "TX20240612161103", name: str = "Lena%20Ktle") -> Code:
    return code(f"upi://pay?pa=lena@bank&pn={name}&am={amount}&cu=INR&tr={reference}")


def test_an_honest_receipt_contradicts_nothing():
    numbers, findings = check_content(receipt(HONEST, headline="$1,200.00", clock="16:12"), [upi()])
    assert findings == ()
    assert numbers["content__total__off"] == numbers["content__headline__off"] == 0
    assert numbers["content__reference__days_off"] == numbers["content__reference__minutes_off"] == 0
    assert numbers["content__check_digits__wrong"] == numbers["content__weekday__wrong"] == 0
    assert numbers["content__clock__ahead"] == 1
    assert numbers["content__code__amount_off"] == numbers["content__code__reference_off"] == 0
    assert numbers["content__code__name_off"] == 0 and numbers["content__codes__count"] == 1


@pytest.mark.parametrize(("lie", "feature", "sentence"), LIES, ids=[feature for _, feature, _ in LIES])
def test_one_changed_value_is_named_with_its_place(lie, feature, sentence):
    said = receipt(HONEST | lie)
    _, findings = check_content(said)
    (found,) = [one for one in findings if one.feature == f"content__{feature}"]
    assert sentence in found.sentence
    assert set(found.boxes) <= {value.box for value in said.values} and found.boxes
    assert len(found.fields) == len(found.boxes) and all(found.fields)


def test_a_headline_that_no_amount_backs_is_named():
    _, (found,) = check_content(receipt(HONEST, headline="$9,999.00"))
    assert found.sentence == "the headline says $9,999.00, the total says $1,202.50"
    assert found.fields == ("headline", "total")


@pytest.mark.parametrize("headline", ["$1,200.00", "$1,202.50", "-$1,200.00", "$1,200", "$1.2K"])
def test_a_headline_may_be_the_total_or_rounded(headline):
    numbers, findings = check_content(receipt(HONEST, headline=headline))
    assert numbers["content__headline__off"] == 0 and findings == ()


def test_a_discount_and_a_free_fee_count_in_the_total():
    fair = {"Amount": "$100.00", "Fee": "Free", "Discount": "-$10.00", "Total": "$90.00"}
    assert check_content(receipt(fair))[0]["content__total__off"] == 0
    assert check_content(receipt(fair | {"Total": "$95.00"}))[0]["content__total__off"] > 0


FAIR = {"Amount": "$100.00", "Fee": "$2.00", "Recipient": "Lena Ktle"}
EXPLAINED = {
    "an unknown label": FAIR | {"Loyalty": "$7.00", "Total": "$95.00"},
    "an amount that was not read": FAIR | {"Discount": "$7.O?", "Total": "$95.00"},
    "a label without its value": FAIR | {"Total": "$95.00", "Discount": ""},
    "a point that was lost": FAIR | {"Amount": "$9500", "Total": "$95.00"},
    "a total that is the amount": FAIR | {"Total": "$100.00"},
}


@pytest.mark.parametrize("said", EXPLAINED.values(), ids=EXPLAINED)
def test_a_total_is_not_held_against_what_a_reader_may_have_missed(said):
    assert check_content(receipt(said))[1] == ()
    assert len(check_content(receipt(FAIR | {"Total": "$95.00"}))[1]) == 1


def test_an_amount_with_room_for_a_lost_digit_contradicts_nothing():
    said = lines(HONEST | {"Total": "$202.50", "Phone": "0812 3456 7890"})
    cramped = check_content(receipt_of(said, (1080, 2400)))[1]
    assert [one.feature for one in cramped] == ["content__total__off"]
    stretched = [replace(one, box=Box(840, one.box.y, 160, 30)) if one.text == "$202.50" else one for one in said]
    assert check_content(receipt_of(stretched, (1080, 2400)))[1] == ()


def test_a_hidden_fee_is_none_of_a_forgers_and_a_third_of_the_sum_is():
    shown = {"Total": "$106,000.00", "Recipient": "Lena Ktle", "Reference": "AB12345678"}
    numbers, findings = check_content(receipt(shown, headline="$100,000.00"))
    assert findings == () and numbers["content__headline__off"] > 0
    assert len(check_content(receipt(shown, headline="$900,000.00"))[1]) == 1


@pytest.mark.parametrize(
    "pair",
    [
        {"From": "NGUYEN VAN ANH", "To": "NGUYEN VAN OANH"},
        {"From account": "0011 0123 4567", "To account": "0011 0123 9876"},
        {"Reference": "20240612000017", "Order number": "20240612482093"},
        {"From account": "xxxx 0281", "To account": "xxxx 0231"},
    ],
    ids=["relatives", "accounts of one bank", "numbers of one day", "tails"],
)
def test_two_things_that_are_alike_are_not_one(pair):
    assert check_content(receipt(FAIR | pair | {"Date": "12/06/2024"}))[1] == ()


def test_words_spell_an_amount_in_several_languages():
    spelt = ("One thousand two hundred dollars", "mil doscientos pesos", "một nghìn hai trăm đồng")
    for words in (*spelt, "mt nghìn hai trm", "One thousand", "One thousand two hun...", "hundred dollars only"):
        assert check_content(receipt(HONEST | {"Amount in words": words}))[1] == ()


@pytest.mark.parametrize(
    "read",
    [
        {"Date": "Wed, 2 Jun 2024 16:11"},  # the first digit of 12
        {"Date": "0751 a. m. - 21 feb 22"},  # a colon
        {"Fee": "$2.50", "Discount": "-$1250", "Total": "$1,190.00"},  # a point
        {"Amount": "VND 2.776.130", "Fee": "VND 50.00", "Total": "VND 2.826.130"},  # a zero
        {"Amount in words": "0ne thousand two hundred"},
        {"Date": "10/04/2025", "Reference": "2510011939833"},  # day 100 of 2025, and no first of October
    ],
)
def test_a_sign_that_the_reader_lost_contradicts_nothing(read):
    assert check_content(receipt(HONEST | {"Reference": "TX8893KLM"} | read))[1] == ()


def test_a_letter_lost_of_a_month_makes_no_second_day():
    said = HONEST | {"Reference": "TX8893KLM", "Date": "Mar, 27 Hul 2021 06:38", "Paid on": "Mar, 27 Hl 2021 06:38"}
    assert not [one for one in check_content(receipt(said))[1] if one.feature == "content__moments__apart"]


@pytest.mark.parametrize("words", ["Six dollars only", "Sixty dollars only"])
def test_words_that_share_none_with_the_amount_are_those_of_another(words):
    (found,) = check_content(receipt(HONEST | {"Amount in words": words}))[1]
    assert "does not spell $1,200.00" in found.sentence


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


@pytest.mark.parametrize(
    ("other", "feature"),
    [
        (upi(amount="1500.00"), "code__amount_off"),
        (upi(reference="TX20240612161193"), "code__reference_off"),
        (upi(name="Lena%20Ktlo"), "code__name_off"),
    ],
)
def test_a_code_that_says_otherwise_is_named(other, feature):
    _, (found,) = check_content(receipt(HONEST), [other])
    assert found.feature == f"content__{feature}" and found.fields[0] == "code"
    assert found.boxes[0] == other.box


def test_a_broken_checksum_is_named_and_a_foreign_code_is_not():
    slip = "0041000600000101030140220TX20240612161103ABCD5102TH9104FFFF"
    numbers, findings = check_content(receipt(HONEST), [code(slip)])
    assert numbers["content__code__checksum"] == 1
    assert "checksum of the thai-slip code does not hold" in [one.sentence for one in findings][0]
    assert check_content(receipt(HONEST), [code("https://example.com/about")])[1] == ()


def test_a_screen_that_is_no_receipt_is_counted_and_not_judged():
    numbers, findings = check_content(receipt({"Settings": "On", "Date": "31/02/2024"}))
    assert findings == () and numbers["content__values__labelled"] == 1
    assert sum(np.isfinite(number) for number in numbers.values()) == 3


def test_nothing_read_is_not_a_number():
    numbers, findings = check_content(None)
    assert findings == () and all(np.isnan(number) for number in numbers.values())
    assert list(numbers) == [entry.column for entry in content_features()]


def test_an_unsure_line_contradicts_nothing():
    unsure = [Line(line.box, line.text, 0.7) for line in lines(HONEST | {"Total": "$1,302.50"})]
    assert check_content(receipt_of(unsure, (1080, 2400)))[1] == ()


def test_a_look_alike_in_an_iban_is_a_misreading():
    said = HONEST | {"Account number": "DE89 3704 0044 0532 0I30 00"}
    assert check_content(receipt(said))[1] == ()


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


def test_every_check_has_a_unit_and_a_meaning_of_its_own():
    assert len({one.column for one in CHECKS}) == len({one.meaning for one in CHECKS}) == len(CHECKS)
    assert all(one.unit and one.column.startswith("content__") for one in CHECKS)


ODD = {
    "dates in three orders": {"Date": "12/06/2024", "Completed at": "06/12/2024", "Time": "2024-06-12"},
    "a currency without an amount": {"Amount": "USD", "Fee": "$", "Total": "USD", "Recipient": "Lena Ktle"},
    "an unreadable script": {"Amount": "ᚠᚢᚦ", "Total": "ᚠᚢᚦᚨ", "Fee": "☃☃", "Reference": "ᚠᚢᚦᚨᚱᚲ", "Date": "ᚱᚲ.ᚦᚨ"},
    "very long texts": dict.fromkeys(("Reference", "Amount", "Recipient", "Amount in words", "Date"), "9" * 5000),
}


@pytest.mark.parametrize("said", ODD.values(), ids=ODD)
def test_odd_values_are_numbers_or_none_and_contradict_nothing(said):
    numbers, findings = check_content(receipt(said, headline="$", clock="25:61"), [upi()])
    assert set(numbers) == {one.column for one in CHECKS}
    assert all(np.isfinite(number) or np.isnan(number) for number in numbers.values())
    assert [one.feature for one in findings if not one.feature.startswith("content__code__")] == []


def test_the_code_of_another_receipt_is_a_number_and_no_sentence_where_nothing_is_near():
    numbers, findings = check_content(receipt(HONEST), [upi("77.10", "AB98765432109876", "Somchai%20J")])
    assert numbers["content__code__amount_off"] > 0.9 and numbers["content__code__reference_off"] > 0.5
    assert {one.feature for one in findings} <= {"content__code__amount_off"}


def test_hostile_texts_are_only_texts():
    for text in (
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "{{ 7*7 }}",
        "\x00\x1b[31m",
        "A" * 5000,
        "١٢/٣٤/٥٦",
    ):
        said = HONEST | {"Note": text, "Reference": text}
        assert isinstance(
            check_content(receipt(said, clock=text), [code(text)])[0]["content__values__count"], float | int
        )


def test_clock_is_the_time_of_the_status_bar():
    assert receipt(HONEST, clock="16:12").status_clock == time(16, 12)
