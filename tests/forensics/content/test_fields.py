"""Labels find their values by where they stand, in many languages and arrangements."""

from datetime import date, time
from decimal import Decimal

import numpy as np
import pytest

from realfake.forensics.box import Box
from realfake.forensics.content.fields import (
    KIND_OF,
    is_free,
    kind_of,
    label_of,
    read_receipt,
    receipt_of,
    repaired,
    value_of,
    vocabulary,
)
from realfake.forensics.content.reading import RapidReader
from realfake.forensics.content.receipt import Line
from realfake.forensics.image import ForensicImage
from tests.lettering import pixels, slip

SIZE = (1080, 2400)
LANGUAGES = ["en", "vi", "th", "id", "pt", "es", "hi", "ur", "tr", "ru", "zh", "ar"]
ALIKE = [
    ("RpO", "amount", "Rp0"), ("1,0OO.5O", "amount", "1,000.50"), ("USD 1,2S0.00", "amount", "USD 1,250.00"),
    ("#2,500.00", "amount", "₦2,500.00"), ("#12345", "amount", "#12345"), ("-30,000#", "amount", "-30,000₦"),
    ("-d380.000", "amount", "-₫380.000"), ("210.000d", "amount", "210.000₫"), ("g380.000", "amount", "₫380.000"),
    ("v1.000", "amount", "v1.000"), ("30d", "amount", "30d"),
    ("¥2,90,863.69", "amount", "₹2,90,863.69"), ("¥2,900,863", "amount", "¥2,900,863"),
    ("1 344,11p", "amount", "1 344,11₽"), ("80,00₦", "amount", "80,00₽"), ("80.00₱", "amount", "80.00₱"),
    ("P 83,00", "amount", "₽ 83,00"), ("680 P", "amount", "680₽"), ("12345678P", "amount", "12345678P"),
    ("-P1,250.50", "amount", "-₱1,250.50"), ("P1785980818029", "amount", "P1785980818029"),
    ("O VND", "amount", "0 VND"), ("IDR O", "amount", "IDR 0"), ("O KAY", "amount", "O KAY"),
    ("=68,00₽", "amount", "-68,00₽"), ("250.000 đ", "amount", "250.000₫"),
    ("+11.619.875 V…", "amount", "+11.619.875"), ("11.619.8…", "amount", "11.619.8…"),
    ("13:552024-09-21", "moment", "13:55 2024-09-21"), ("13:5521/09/2024", "moment", "13:55 21/09/2024"),
    ("29 0ct 2023", "moment", "29 Oct 2023"), ("11:20utc", "moment", "11:20utc"),
    ("1O:4S", "moment", "10:45"), ("12 Oct 2024", "moment", "12 Oct 2024"), ("TXO12", "identifier", "TXO12"),
    ("ххXXх1270", "account", "XXXXX1270"), ("••0-0••-1234", "account", "•••-•••-1234"),
    ("***_***-1234", "account", "***-***-1234"),
]  # fmt: skip
LETTER = 18  # pixels of width


def line(text: str, x: int, y: int, height: int = 30, sure: float = 1.0) -> Line:
    return Line(Box(x, y, max(LETTER * len(text), 8), height), text, sure)


def right(text: str, y: int, edge: int = 1000, height: int = 30) -> Line:
    """A line that ends at the right edge."""
    return line(text, edge - LETTER * len(text), y, height)


def told(*lines: Line) -> dict[str, str]:
    """Text of each value by key."""
    return {value.key: value.text for value in receipt_of(lines, SIZE).values}


def test_a_value_stands_right_of_its_label_or_below_it():
    beside = told(line("Amount", 60, 500), right("$12.50", 500), line("Date", 60, 600), right("12/06/2024", 600))
    below = told(line("Amount", 60, 500), line("$12.50", 60, 540), line("Date", 60, 640), line("12/06/2024", 60, 680))
    assert beside == below == {"amount": "$12.50", "date": "12/06/2024"}


def test_a_mark_that_was_found_with_a_label_does_not_part_it_from_the_value_below():
    marked = Line(Box(20, 500, 60 + LETTER * len("Total") - 20, 30), "Total", 1.0)
    assert told(marked, line("$12.50", 60, 540)) == {"total": "$12.50"}
    assert told(marked, line("$12.50", 400, 540)) == {"": "$12.50"}


def test_two_columns_of_labels_above_their_values():
    upper = [line("Amount", 60, 500), line("Fee", 560, 500), line("$12.50", 60, 540), line("$1.00", 560, 540)]
    lower = [
        line("Reference", 60, 640),
        line("Date", 560, 640),
        line("TX123456", 60, 680),
        line("12/06/2024", 560, 680),
    ]
    found = told(*upper, *lower)
    assert found == {"amount": "$12.50", "fee": "$1.00", "reference": "TX123456", "date": "12/06/2024"}


def test_a_label_and_its_value_in_one_line():
    receipt = receipt_of([line("Reference no.: TX123456", 60, 500), line("Fee $1.00", 60, 600)], SIZE)
    reference, fee = receipt.values
    assert (reference.key, reference.text, reference.label) == ("reference", "TX123456", "Reference no.")
    assert (fee.key, fee.amount) == ("fee", Decimal("1.00"))
    assert reference.box.x > 60 and reference.box.right == receipt.lines[0].box.right


def test_the_largest_amount_without_a_label_is_the_headline():
    rows = [line("Date", 60, 900), right("12/06/2024", 900), line("Bank", 60, 1000), right("Aurora", 1000)]
    receipt = receipt_of([line("$99.00", 400, 400, 80), line("$5.00", 400, 600), *rows], SIZE)
    assert [(value.key, value.text) for value in receipt.values[:2]] == [("headline", "$99.00"), ("", "$5.00")]


def test_an_amount_without_a_sign_has_the_currency_of_all_others():
    others = (line("Fee", 40, 300), right("0.25", 300), line("Amount", 40, 400), right("€12.50", 400))
    assert [value.currency for value in receipt_of(others, SIZE).values] == ["EUR", "EUR"]
    third = (line("Total", 40, 500), right("₺500.00", 500))
    assert [value.currency for value in receipt_of(others + third, SIZE).values] == ["", "EUR", "TRY"]
    dollars = (line("Total", 40, 500), right("$12.75", 500))
    assert [value.currency for value in receipt_of(others + dollars, SIZE).values] == ["", "EUR", ""]


@pytest.mark.parametrize(("label", "currency"), [("Số tiền", "VND"), ("Jumlah transfer", "IDR"), ("Amount", "")])
def test_where_no_amount_has_a_sign_the_language_may_tell_the_currency(label, currency):
    (value,) = receipt_of((line(label, 40, 300), right("250.000", 300)), SIZE).values
    assert value.currency == currency


def test_an_account_below_a_name_belongs_to_it_and_a_time_below_a_day_to_the_day():
    names = [line("To", 60, 500), right("Lena Ktle", 500), right("7396 9467 0125", 540)]
    days = [line("Date", 60, 640), right("12/06/2024", 640), right("16:11", 680)]
    found = [(value.key, value.kind) for value in receipt_of([*names, *days], SIZE).values]
    assert found[:2] == [("recipient", "name"), ("recipient_account", "identifier")]
    assert found[2:] == [("date", "moment")]


def test_a_moment_in_two_lines_is_one_value():
    told = [line("Date", 60, 640), right("12/06/2024 04:11", 640), right("pm", 680)]
    (value,) = receipt_of(told, SIZE).values
    assert (value.text, value.clock) == ("12/06/2024 04:11 pm", time(16, 11))
    assert value.box == told[1].box.union(told[2].box)


@pytest.mark.parametrize("pieces", [("TX2024", "161103"), ("T", "0612161103"), ("AB-", "CDEF-GHK")])
def test_a_number_with_blank_ground_inside_is_one_value(pieces):
    label, left, rest = line("Reference", 60, 500), line(pieces[0], 700, 500), right(pieces[1], 500)
    (value,) = receipt_of([label, left, rest], SIZE).values
    assert value.key == "reference" and value.box == left.box.union(rest.box)
    assert "".join(pieces) == value.text.replace(" ", "")


def test_a_number_that_a_hole_tears_is_one_without_a_label():
    left, right_part = line("646efe893461f", 60, 500), line("33868572", 60 + 15 * LETTER, 501)
    (value,) = receipt_of([left, right_part], SIZE).values
    assert value.text == "646efe893461f 33868572" and value.box == left.box.union(right_part.box)
    assert len(receipt_of([left, line("33868572", 60 + 15 * LETTER, 560)], SIZE).values) == 2


def test_a_label_in_two_lines_is_one():
    lines = line("Transaction", 60, 400), line("number", 60, 434), right("TX88 1204 7781", 400)
    assert told(*lines) == {"reference": "TX88 1204 7781"}


@pytest.mark.parametrize("number", ["1030- -8630", "1QB90YXX5J FTMM1"])
def test_what_an_eraser_left_of_a_number_belongs_to_its_label(number):
    assert told(line("Transaction number", 60, 400), line(number, 60, 440)) == {"reference": number}


def test_an_unknown_label_keeps_its_words():
    (value,) = receipt_of([line("Cedula fiscal", 60, 500), right("AB12345678", 500)], SIZE).values
    assert (value.key, value.label, value.kind) == ("", "Cedula fiscal", "identifier")


def test_the_clock_of_the_status_bar_is_no_value():
    receipt = receipt_of(
        [line("16:12", 60, 20), line("5G 83%", 900, 20), line("Fee", 60, 500), right("Free", 500)], SIZE
    )
    assert receipt.status_clock == time(16, 12)
    assert [value.key for value in receipt.values] == ["fee"] and receipt.values[0].amount == 0


def test_no_lines_make_no_receipt():
    assert receipt_of([], SIZE).values == () and receipt_of([], SIZE).status_clock is None


def test_every_kind_of_value_has_labels_in_every_language():
    labels = vocabulary()["labels"]
    assert set(labels) == set(KIND_OF)
    core = ("amount", "total", "fee", "date", "reference", "recipient", "sender", "account", "bank", "status", "words")
    assert [(key, language) for key in core for language in LANGUAGES if not labels[key].get(language)] == []


@pytest.mark.parametrize(("key", "language"), [(key, one) for key in KIND_OF for one in vocabulary()["labels"][key]])
def test_a_label_is_known_as_it_is_listed(key, language):
    found = {label_of(f"{label}:")[0] for label in vocabulary()["labels"][key][language]}
    same_words = {"date", "moment", "time"} if key in ("date", "moment", "time") else {key}
    assert key in found or found & same_words or found <= set(KIND_OF)
    assert None not in found


def test_a_label_is_known_with_one_letter_misread_and_without_letters_that_a_reader_lacks():
    assert label_of("Transact1on ID") == ("reference", "en")
    assert label_of("Benefciary name") == ("recipient", "en")
    assert label_of("Mã giao dch") == label_of("Mã tham chiu") == ("reference", "vi")  # ị and ế are missing
    assert label_of("Tài khon thhng") is None
    assert label_of("Tài khon thhng", frozenset("Tàikhontg")) == ("recipient_account", "vi")
    assert label_of("T") is None and label_of("Lena Ktle") is None


def test_kinds_follow_the_form_and_the_label():
    assert kind_of("$12.50") == "amount" and kind_of("12/06/2024 16:11") == "moment"
    assert kind_of("TX123456") == "identifier" and kind_of("•••-1234") == "account"
    assert kind_of("ABCDEF", "identifier") == "identifier" and kind_of("ABCDEF") == "text"
    assert kind_of("250", "amount") == "amount" and kind_of("+84 912 345 678") == "phone"
    assert kind_of("Lena 2", "name") == "name"


def test_values_are_parsed_as_far_as_they_go():
    value = value_of(line("Wed, 12 Jun 2024 4:11 PM", 0, 0), "Date:", "moment")
    assert (value.kind, value.day, value.clock, value.label) == ("moment", date(2024, 6, 12), time(16, 11), "Date")
    assert value_of(line("56:47", 0, 0), "Time", "time").kind == "time"
    assert value_of(line("56:47", 0, 0), "Time", "time").clock is None


@pytest.mark.parametrize(("text", "kind", "whole"), ALIKE)
def test_letters_that_look_like_digits_are_told_by_the_kind(text, kind, whole):
    assert repaired(text, kind) == whole


def test_the_first_digit_of_an_hour_is_a_digit():
    assert repaired("l0:15 am", "moment") == "10:15 am"
    assert repaired("Z0:15", "moment") == "20:15"
    assert repaired("O6/11/2022", "moment") == "06/11/2022"
    assert repaired("2024-05-O8", "moment") == "2024-05-08"


def test_free_is_an_amount_of_nothing_in_every_language():
    assert all(is_free(word) for words in vocabulary()["free"].values() for word in words)
    assert not is_free("Lena")


@pytest.mark.parametrize("turn", [0, 1, 3])
def test_a_screen_is_read_whichever_way_up_it_is_stored(turn):
    picture, _, values = slip()
    image = ForensicImage.from_array(np.ascontiguousarray(np.rot90(pixels(picture), turn)))
    receipt = read_receipt(image, RapidReader())
    assert receipt.size == (image.width, image.height)
    found = {value.key: value for value in receipt.values}
    assert found["sender"].text == "LENA KTLE" and found["bank"].text == "NEX TALKE"
    assert image.rgb[found["sender"].box.slices].min() < 60 and found["sender"].box.area < 2 * values[0].area


def test_values_of_a_screen_from_right_to_left_stand_left_of_their_labels():
    rows = (("المبلغ", "700.00"), ("الرقم المرجعي", "4017269812"), ("التاريخ", "2026/11/26"), ("المستفيد", "سنام"))
    lines = []
    for row, (label, value) in enumerate(rows):
        lines.append(Line(Box(400, 200 + 60 * row, 150, 30), label, 0.95))
        lines.append(Line(Box(40, 200 + 60 * row, 120, 30), value, 0.95))
    told = {value.key: value.text for value in receipt_of(lines, (600, 1200)).values}
    assert told == {"amount": "700.00", "reference": "4017269812", "date": "2026/11/26", "recipient": "سنام"}


def test_what_is_unread_of_an_amount_s_currency_is_left_out():
    amount = value_of(Line(Box(0, 0, 90, 20), "170.00 JJ", 0.9), "المبلغ", "amount")
    assert str(amount.amount) == "170.00"
    assert value_of(Line(Box(0, 0, 90, 20), "no fee until 170.00", 0.9), "Fee", "fee").amount is None
