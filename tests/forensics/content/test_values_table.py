"""A table of values tells where and of what form, and what was read only where that is asked for."""

from datetime import date

import pandas as pd

from realfake.forensics.box import Box
from realfake.forensics.content.codes import Code
from realfake.forensics.content.receipt import Line, Receipt, Value
from realfake.forensics.content.values_table import LONGEST, VALUE_PLACE, flat, masked, no_row, shape_of, value_rows
from realfake.pipeline.habits.screens import screens_of

SAID = Receipt(
    values=(
        Value("amount", "Amount", "Rp 50.000", "amount", Box(700, 500, 200, 30), 0.98),
        Value("reference", "Ref", "TX-40b", "identifier", Box(700, 600, 150, 30), 1.0),
    ),
    size=(1080, 2400),
    reader="rapidocr",
)
CODES = (Code(Box(10, 20, 30, 40), "QRCode", "upi://pay?pa=lena@bank", "upi"),)


def test_a_row_tells_the_form_and_not_the_text():
    first, second, code = value_rows(SAID, CODES)
    assert list(first) == list(VALUE_PLACE)
    assert (first["key"], first["kind"], first["shape"]) == ("amount", "amount", "Aa 99.999")
    assert (second["field"], second["x"], second["region_width"], second["shape"]) == (1, 700, 150, "AA-99a")
    assert (code["key"], code["kind"], code["shape"]) == ("upi", "code", "aaa://aaa?aa=aaaa@aaaa")
    assert not any("Rp" in str(cell) or "lena" in str(cell) for row in (first, second, code) for cell in row.values())


def test_the_text_is_told_on_request():
    assert [row["text"] for row in value_rows(SAID, CODES, with_text=True)] == [
        "Rp 50.000",
        "TX-40b",
        "upi://pay?pa=lena@bank",
    ]


def test_a_masked_text_tells_amounts_and_ends_and_no_name():
    assert [row["text"] for row in value_rows(SAID, CODES, with_text="masked")] == [
        "Rp 50.000",
        "••-•••",
        "•••://•••?••=••••@••••",
    ]
    assert masked("TX20240612161103", "identifier") == "••••••••••••1103"
    assert masked("Lena K.", "name") == "L••• K." and masked("for rent", "text") == "••• ••••"


def test_nothing_read_makes_no_row_and_its_place_is_kept():
    assert value_rows(None) == [] and value_rows(Receipt()) == []
    assert list(no_row()) == list(VALUE_PLACE) and no_row()["field"] == -1


def test_a_form_keeps_signs_and_masks_letters_and_digits_of_every_script():
    assert shape_of("Сумма 1 500,00 ₽") == "Aaaaa 9 999,99 ₽"
    assert shape_of("金额٣") == "AA9" and shape_of("") == ""
    assert len(shape_of("7" * 10**6)) == LONGEST


def test_a_text_is_one_line_of_what_prints():
    assert flat("Lena\x00\n\x1b[31m Ktle\u2028") == "Lena [31m Ktle"


def test_what_habits_are_learnt_from_stands_in_the_table_without_what_it_says():
    told = Receipt(
        lines=(Line(Box(60, 600, 90, 30), "Reference", 0.9),),
        values=(
            Value("date", "Date", "25/11/2026", "date", Box(700, 500, 200, 30), 0.98, day=date(2026, 11, 25)),
            Value("reference", "Ref", "T261125", "identifier", Box(700, 600, 150, 30), 1.0),
        ),
        size=(1080, 2400),
    )
    day, reference, code, static = value_rows(told, CODES)
    assert (day["called"], day["pattern"], day["relations"]) == ("date", "99/99/9999", "day:15")
    assert (reference["called"], reference["relations"]) == ("reference", "1:yymmdd:0:date -6:yymmdd:0:date")
    assert (code["called"], static["kind"], static["field"], static["x"]) == ("upi", "static", 3, 60)
    assert static["called"].startswith("~") and "Reference" not in str(static)
    (screen,) = screens_of(
        pd.DataFrame([{"path": "a.png", "width": 1080, **row} for row in (day, reference, code, static)])
    )
    assert set(screen.named) == {"date", "reference"} and screen.codes == ("upi",) and len(screen.statics) == 1
