"""Relations that hold on one receipt."""

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal

import pytest

from realfake.forensics.box import Box
from realfake.forensics.content.receipt import Line, Receipt, Value
from realfake.forensics.content.relations import (
    FACTS,
    WRAPPED,
    Moment,
    amount_relations,
    facts,
    moments,
    names_of,
    pattern,
    plain,
    relations,
    said,
    static_lines,
    static_token,
    time_relations,
    whole_text,
)
from tests.habitual import receipt

BOX = Box(10, 10, 100, 20)
WHEN = Moment("date", 0, date(2026, 11, 25), 15 * 3600 + 11 * 60, 60)


def value(key, text, kind="identifier", **more):
    return Value(key, key, text, kind, BOX, 0.99, **more)


def amount(key, number, currency="USD"):
    return value(key, str(number), "amount", amount=Decimal(str(number)), currency=currency)


def sums(*amounts):
    told = Receipt(values=amounts)
    return {f"{told.values[i].key}{held}" for i, held in amount_relations(told)}


@pytest.mark.parametrize(
    ("identifier", "relation"),
    [
        ("XX261125", "2:yymmdd:0:date"),
        ("20261125", "0:yyyymmdd:0:date"),
        ("251126", "0:ddmmyy:0:date"),
        ("112526", "0:mmddyy:0:date"),
        ("AA329", "2:ddd:0:date"),
        ("26329", "0:yyddd:0:date"),
        ("991511", "2:HHMM:0:date"),
        ("990311", "2:hhMM:0:date"),
        ("151122", "0:HHMMSS:0:date"),
        ("031122", "0:hhMMSS:0:date"),
        ("T2611251511", "1:yymmddHHMM:0:date"),
        ("T-261125 1511", "1:yymmddHHMM:0:date"),
        ("20261125031105", "0:yyyymmddhhMMSS:0:date"),
        ("2611250811", "0:yymmddHHMM+7h:0:date"),
        ("261125 15l1", "6:HHMM:0:date"),
        ("26112S151I", "0:yymmddHHMM:0:date"),
    ],
)
def test_a_time_is_found_wherever_an_identifier_holds_it(identifier, relation):
    assert relation in set(time_relations(identifier, WHEN))


def test_unix_seconds_are_found_in_decimal_and_hexadecimal_with_the_time_zone():
    made = int((datetime(2026, 11, 25, 8, 11, 30) - datetime(1970, 1, 1)).total_seconds())
    assert "0:unix+7h:0:date" in set(time_relations(f"{made}77", WHEN))
    assert "0:unixhex+7h:0:date" in set(time_relations(f"{made:08x}abcdefabcdefabcd", WHEN))
    assert "2:unixhex+7h:0:date" in set(time_relations(f"ZZ{made:08X}".replace("8", "B"), WHEN))


def test_places_are_counted_from_both_ends():
    assert {"3:yymmdd:0:date", "-8:yymmdd:0:date"} <= set(time_relations("ABC26112599", WHEN))


@pytest.mark.parametrize(
    ("clock", "kind"), [("1511", "0"), ("1510", "e"), ("1512", "m"), ("1513", ""), ("1509", ""), ("1611", "")]
)
def test_how_near_a_time_comes_is_told(clock, kind):
    found = [one for one in time_relations(clock, WHEN) if one.startswith("0:HHMM:")]
    assert found == ([f"0:HHMM:{kind}:date"] if kind else [])


def test_the_day_before_will_do_just_after_midnight_alone():
    after, later = (Moment("date", 0, date(2027, 1, 1), second, 60) for second in (0, 3600))
    assert "0:yymmdd:m:date" in set(time_relations("261231", after))
    assert "0:ddd:m:date" in set(time_relations("365", after))
    assert not set(time_relations("261231", later))


def test_no_digits_and_no_date_hold_nothing():
    assert not set(time_relations("no number at all", WHEN))
    assert not set(time_relations("", WHEN))
    assert not set(time_relations("261125", Moment("time", 0, None, None, 60)))
    assert set(time_relations("99991231", Moment("date", 0, date.max, 86399, 60)))


def test_a_day_and_a_clock_that_stand_apart_make_one_moment():
    day = value("date", "25 Nov", "date", day=date(2026, 11, 25))
    clock = value("time", "15:11", "time", clock=time(15, 11))
    (only,) = moments(Receipt(values=(day, clock)))
    assert (only.name, only.day, only.second, only.grain) == ("date", date(2026, 11, 25), 15 * 3600 + 660, 60)


def test_every_whole_moment_is_told_once_by_its_name():
    whole = {"day": date(2026, 11, 26), "clock": time(15, 11, 7)}
    paid, bare = (value(key, "15:11:07 26 Nov", "moment", **whole) for key in ("paid", ""))
    bare = Value("", "", bare.text, "moment", BOX, 0.99, **whole)
    day = value("date", "25 Nov", "date", day=date(2026, 11, 25))
    found = {one.name: (one.day, one.second, one.grain) for one in moments(Receipt(values=(bare, paid, day)))}
    told = (date(2026, 11, 26), 15 * 3600 + 667, 1)
    assert found == {"untitled": told, "paid": told, "date": (date(2026, 11, 25), None, 60)}


def test_sums_hold_among_amounts():
    found = sums(amount("amount", 100), amount("fee", "1.50"), amount("total", "101.50"), amount("headline", "101.50"))
    assert {"total=amount+fee", "amount=total-fee", "headline=total", "headline=amount+fee"} <= found
    assert "headline=amount" not in found
    assert "total=amount+fee-discount" in sums(*map(amount, ("amount", "fee", "discount", "total"), (100, 5, 10, 95)))


def test_an_amount_that_is_written_without_decimals_may_be_rounded():
    assert "headline=total" in sums(amount("headline", 57), amount("total", "56.78"))
    assert "headline=total" not in sums(amount("headline", 58), amount("total", "56.78"))
    assert "headline=total" not in sums(amount("headline", "57.00"), amount("total", "56.78"))


def test_an_amount_of_zero_says_nothing_and_two_currencies_are_not_compared():
    assert not any(one.startswith("fee") for one in sums(amount("fee", 0), amount("discount", 0), amount("total", 5)))
    assert sums(amount("amount", 5), amount("received", 5, "EUR")) == set()
    assert sums(amount("amount", "NaN"), amount("total", 5)) == set()


def test_what_is_written_holds_no_value():
    told = Receipt(
        values=(
            value("date", "25 Nov 2026", "moment", day=date(2026, 11, 25), clock=time(15, 11)),
            value("reference", "T2611251511"),
            amount("amount", "1234.56"),
            value("recipient", "Jane Roe", "name"),
        )
    )
    written = " ".join(relations(told))
    assert not any(part in written for part in ("2611", "1234", "Jane", "15:11"))
    assert "yymmddHHMM" in written
    assert relations(told)[3] == ""


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("T26 1125-ab", "A99 9999-aa"),
        ("$1,234.50", "$9,999.99"),
        ("1O3", "9?9"),
        ("25 Nov 2026 15:11", "99A?a9999 99:99"),
        ("ก1 – ", "x9-"),
    ],
)
def test_a_pattern_keeps_the_kinds_of_signs(text, masked):
    assert pattern(text) == masked


def test_a_static_text_has_one_hash_however_it_is_read():
    assert static_token("Reference No.") == static_token("Reference N0") == static_token(" reference no")
    assert static_token("Reference No.") != static_token("Receipt No.")
    assert static_token("12:45") == static_token("") == ""
    assert "reference" not in static_token("Reference")
    assert static_token("HÌNH THỨC CHUYỂN") == static_token("HINH THC CHUYN") != static_token("TÀI KHOẢN NHẬN")


def test_lines_under_values_and_lines_with_digits_are_not_static():
    told = Receipt(
        lines=(Line(Box(10, 200, 90, 20), "Reference", 0.9), Line(BOX, "T77", 0.9), Line(Box(0, 0, 9, 9), "9:41", 0.9)),
        values=(value("reference", "T77"),),
    )
    assert [line.text for _, line in static_lines(told)] == ["Reference"]


def test_a_currency_beside_an_amount_is_not_static():
    headline = Value("headline", "", "550,00", "amount", Box(300, 100, 200, 60), 1.0, Decimal(550))
    told = Receipt(
        lines=(Line(Box(510, 110, 60, 40), "EURO", 1.0), Line(Box(700, 110, 60, 40), "EURO", 1.0)), values=(headline,)
    )
    assert [line.box.x for _, line in static_lines(told)] == [700]


def test_facts_are_a_row_a_value_a_text_and_a_code():
    told = Receipt(lines=(Line(Box(10, 200, 90, 20), "Reference", 0.9),), values=(value("reference", "T77"),))
    found = facts(told, ["promptpay"])
    assert list(found.columns) == list(FACTS)
    assert found["kind"].tolist() == ["identifier", "static", "code"]
    assert found["field"].tolist() == [0, -1, -1]
    assert facts(Receipt()).empty


def test_a_value_without_a_key_is_named_by_its_label():
    labelled, bare = Value("", "Biller ref", "1", "identifier", BOX, 1.0), Value("", "", "1", "identifier", BOX, 1.0)
    assert names_of(Receipt(values=(labelled, bare))) == (static_token("Biller ref"), "identifier")


def test_the_second_value_of_a_name_is_another_and_the_tallest_bare_amount_is_the_headline():
    small, tall = (Value("", "", "5", "amount", Box(0, 0, 9, high), 1.0, Decimal(5)) for high in (20, 30))
    told = Receipt(values=(amount("total", 5), small, tall, amount("total", 5)))
    assert names_of(told) == ("total", "sum", "headline", "total#2")
    assert names_of(Receipt(values=(amount("headline", 5), tall))) == ("headline", "sum")
    assert names_of(Receipt(values=(amount("total", 5), amount("fee", 5), small))) == ("total", "fee", "sum")


@pytest.mark.parametrize(
    ("identifier", "place", "encoding", "read"),
    [
        ("T2611251511", 1, "yymmddHHMM", "2026-11-25 15:11"),
        ("T2611251511", -4, "HHMM", "15:11"),
        ("20261125031105", 8, "hhMMSS", "03:11:05"),
        ("AA329", 2, "ddd", "day 329 of the year"),
        ("6b069832", 0, "unixhex+7h", "2026-11-25 08:11:30 UTC"[:10]),
        ("T26", 1, "yymmdd", ""),
        ("T999999", 1, "yymmdd", ""),
    ],
)
def test_what_an_identifier_says_is_read_out(identifier, place, encoding, read):
    assert said(identifier, place, encoding).startswith(read)
    assert bool(said(identifier, place, encoding)) == bool(read)


def test_places_leave_separators_out():
    assert plain("AB-12 34.c") == "AB1234c"


def test_an_identifier_that_goes_on_below_is_one():
    shown = Value("reference", "Ref", "T26112515113", "identifier", Box(500, 100, 240, 30), 0.9)
    when = Value(
        "date",
        "Date",
        "25/11/2026 15:11",
        "moment",
        Box(500, 300, 240, 30),
        0.9,
        day=date(2026, 11, 25),
        clock=time(15, 11),
    )
    rest, far = Line(Box(690, 140, 50, 30), "671", 0.9), Line(Box(690, 200, 50, 30), "999", 0.9)
    told = Receipt(lines=(rest, far), values=(shown, when))
    assert whole_text(told, 0) == "T26112515113 671"
    assert facts(told)["pattern"].tolist()[0] == "A99999999999 999"
    assert whole_text(Receipt(lines=(far,), values=(shown, when)), 0) == shown.text
    assert whole_text(told, 1) == when.text
    assert "-14:yymmdd:0:date" in relations(told)[0]


@pytest.mark.parametrize(("rest", "whole"), [("VQKR", True), ("7ZX", True), ("Copy", False), ("FEE", False)])
def test_the_second_line_of_a_number_may_be_letters_and_is_no_label(rest, whole):
    first = replace(value("reference", "05Z1ST3TCFQ90B"), box=Box(500, 300, 460, 33))
    told = Receipt((Line(Box(500, 365, 100, 33), rest, 0.99),), (first,))
    assert relations(told) == [WRAPPED if whole else ""]


def test_a_digit_of_a_day_or_an_hour_that_the_reader_lost_is_told_as_such():
    when = {"day": date(2022, 9, 3), "clock": time(14, 27)}
    moment = Value("moment", "Date", "Sept. 3, 2022 2:27 PM", "moment", BOX, 0.99, **when)
    _, held = relations(Receipt(values=(moment, value("reference", "220913DFFQTZ"))))
    assert "0:yymmdd:l:moment" in held.split() and "0:yymmdd:0:moment" not in held.split()
    _, held = relations(Receipt(values=(moment, value("reference", "1227DFFQTZ"))))
    assert "0:HHMM:l:moment" in held.split()
    _, held = relations(Receipt(values=(moment, value("reference", "2027DFFQTZ"))))
    assert "0:HHMM:l:moment" not in held.split()  # twenty is no hour of a clock of twelve


@pytest.mark.parametrize(
    ("text", "when", "clock", "reference", "encoding"),
    [
        ("01 Dec 4 11:28 am", date(2004, 12, 1), time(11, 28), "241201AB", "yymmdd"),
        ("29 Feb 4 11:28 am", date(2004, 2, 28), time(11, 28), "240228AB", "yymmdd"),
        ("14/08/2023 0:53 PM", date(2023, 8, 14), time(12, 53), "2053AB", "HHMM"),
    ],
)
def test_a_lost_digit_of_a_year_or_of_an_hour_before_a_half_is_told_as_such(text, when, clock, reference, encoding):
    moment = Value("moment", "Date", text, "moment", BOX, 0.99, day=when, clock=clock)
    _, held = relations(Receipt(values=(moment, value("reference", reference))))
    assert f"0:{encoding}:l:moment" in held.split() and f"0:{encoding}:0:moment" not in held.split()


def test_a_mask_is_one_sign_however_long_it_was_read():
    assert pattern("XXXXXX9925") == pattern("XXXX9925") == "*9999"
    assert pattern("EAXXXCE") == "AAAAAAA"
    assert pattern("xx-xxx-9460") == pattern("xxx-xx-9460") == pattern("xxx-xxx-9460") == "*-*-9999"


def test_marks_on_letters_are_no_signs_of_their_own():
    assert pattern("มิ.ย. 2026") == pattern("ม.ย. 2026") == "x.x.9999"


def test_an_identifier_without_a_label_has_a_name():
    bare = Value("", "", "123", "identifier", BOX, 1.0)
    assert names_of(Receipt(values=(bare, bare))) == ("identifier#1of2", "identifier#2of2")


def test_an_amount_is_near_one_that_a_fee_would_make_of_it():
    held = relations(receipt(datetime(2026, 1, 5, 12, 0), "AB12345678", amount=100.0, fee=1.5))
    assert [("near:total" in words.split(), "near:amount" in words.split()) for words in held[2:]] == [
        (True, False),
        (False, False),
        (False, True),
    ]


def test_an_amount_is_less_than_one_of_which_a_digit_was_lost():
    for other, less in (("1234.5", True), ("1235.00", False), ("123.00", True), ("12400", False), ("34.56", False)):
        told = relations(Receipt(values=(amount("amount", "1234.56"), amount("total", other))))
        assert ("less:total" in told[0].split(), "less:amount" in told[1].split()) == (less, less)
