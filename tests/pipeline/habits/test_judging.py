"""What a screen says to a habit."""

from dataclasses import replace

import pytest

from realfake.forensics.box import Box
from realfake.pipeline.habits.habit import AGREES, CHARGED, CONTRADICTS, DOUBTFUL, HOLE, PITCH, TURNS, UNSURE, Habit
from realfake.pipeline.habits.judging import agrees, amounts_of, misread, moments_of, reading_of, said_to
from realfake.pipeline.habits.screens import Fact, Screen

BOX = Box(500, 100, 200, 40)


def fact(name, kind, pattern, relations="", confidence=0.99, box=BOX):
    return Fact(0, name, kind, box, confidence, pattern, frozenset(relations.split()))


def screen(*facts):
    return Screen("one.png", "bank", 1000, 0, facts)


def habit(kind, name, *what, **more):
    return Habit("id", 0, kind, name, what, 10, **more)


@pytest.mark.parametrize(("pattern", "status"), [("9" * 16, AGREES), ("9" * 15, UNSURE), ("9" * 12, CONTRADICTS)])
def test_a_length_is_judged_by_how_far_it_is_off(pattern, status):
    assert agrees(habit("length", "reference", "16"), fact("reference", "identifier", pattern)) == status
    said = said_to(
        habit("length", "reference", "16", other="identifier"), screen(fact("reference", "identifier", pattern)), {}
    )
    assert said[0] == status


def test_what_is_lacking_or_of_another_kind_is_not_judged():
    length = habit("length", "reference", "16", other="identifier")
    assert said_to(length, screen(), {}) is None
    assert said_to(length, screen(fact("reference", "name", "Aaaa")), {}) is None
    assert said_to(length, screen(fact("reference", "identifier", "99", confidence=0.3)), {}) is None


def test_a_time_is_judged_where_it_could_be_told():
    rule = habit("time", "reference", "1:yymmdd", "1:ddmmyy", other="date", within=("8",))
    date = fact("date", "date", "99/99/9999", "day:5")
    told = fact("reference", "identifier", "A9999999", "1:ddmmyy:m:date")
    other = fact("reference", "identifier", "A9999999", "2:ddmmyy:0:date")
    assert said_to(rule, screen(date, told), {})[0] == AGREES
    assert said_to(rule, screen(date, other), {})[0] == CONTRADICTS
    assert said_to(rule, screen(other), {}) is None
    assert said_to(rule, screen(date, fact("reference", "identifier", "A999")), {}) is None
    form = reading_of([habit("format", "date", "99/99/9999", other="date")])
    assert said_to(rule, screen(fact("date", "date", "9-99", "day:5"), other), form) is None
    lost = fact("reference", "identifier", "A9999999", "1:yymmdd:l:date")  # the reader lost a digit of the date
    assert said_to(rule, screen(fact("date", "date", "9/99/9999", "day:5"), lost), form)[0] == UNSURE
    first = fact("reference", "identifier", "A99999", "1:ddmmyy:0:date")  # and the reader the second line
    wraps = reading_of([habit("format", "reference", "w" * 8, other="identifier", first_lines=(0.2, 0.2))])
    assert said_to(rule, screen(date, first), wraps)[0] == AGREES
    assert said_to(rule, screen(date, first), {}) is None


@pytest.mark.parametrize(
    ("kind", "exact", "status"), [("m", True, DOUBTFUL), ("m", False, AGREES), ("e", True, AGREES)]
)
def test_a_time_within_a_minute_is_doubtful_where_it_was_always_told_within_seconds(kind, exact, status):
    rule = habit("time", "reference", "1:HHMM", other="time", within=("8",), exact=exact)
    told = fact("reference", "identifier", "A9999999", f"1:HHMM:{kind}:time")
    assert said_to(rule, screen(fact("time", "time", "99:99", "minute:5"), told), {})[0] == status


def test_a_sum_is_judged_where_its_amounts_can_be_read():
    rule = habit("sum", "total", "=amount+fee", "=amount", within=("amount", "fee", "total"))
    amount, fee = fact("amount", "amount", "9.99", "worth:1"), fact("fee", "amount", "9.99", "zero")
    assert said_to(rule, screen(fact("total", "amount", "9.99", "worth:3 =amount"), amount), {})[0] == AGREES
    assert said_to(rule, screen(fact("total", "amount", "9.99", "worth:3"), amount, fee), {})[0] == CONTRADICTS
    assert said_to(rule, screen(fact("total", "amount", "9.99", "zero"), amount, fee), {}) is None
    assert said_to(rule, screen(fact("total", "amount", "9.99", "worth:3")), {}) is None
    tip = fact("tip", "amount", "9.99", "worth:4")
    assert said_to(rule, screen(fact("total", "amount", "9.99", "worth:3"), amount, fee, tip), {})[0] == DOUBTFUL


def test_a_time_by_another_label_is_judged_if_it_is_the_only_one_and_was_read():
    rule = habit("time", "reference", "1:yymmdd", other="date", within=("8",))
    told = fact("reference", "identifier", "A9999999", "1:yymmdd:0:moment")
    wrong = fact("reference", "identifier", "A9999999", "2:ddmmyy:0:moment")
    when, cut = fact("moment", "moment", "99/99/9999 99:99", "day:5"), fact("date", "date", "99/99/9...")
    assert said_to(rule, screen(told, when), {})[0] == AGREES
    assert said_to(rule, screen(wrong, when), {})[0] == CONTRADICTS
    assert said_to(rule, screen(wrong, when, fact("paid", "moment", "99:99", "day:6")), {}) is None
    reading = reading_of([habit("format", "date", "99/99/9999", other="date")])
    assert said_to(rule, screen(wrong, when, cut), reading)[0] == CONTRADICTS  # by a moment that stands whole


def test_a_sum_is_unsure_where_an_amount_that_it_may_need_is_not_there():
    amount = fact("amount", "amount", "9.99", "worth:1")
    for other, near, status in (
        (TURNS, " near:amount", UNSURE),
        ("", " near:amount", DOUBTFUL),
        (TURNS, "", CONTRADICTS),
    ):
        rule = habit("sum", "total", "=amount+fee", "=amount", other=other, within=("amount", "fee", "total"))
        assert said_to(rule, screen(fact("total", "amount", "9.99", "worth:3" + near), amount), {})[0] == status


def test_an_amount_in_wider_letters_is_excused_only_by_a_digit_that_may_be_lost():
    rule = habit("sum", "total", "=amount", within=("amount", "total"))
    reading = reading_of([habit(PITCH, "total", "0.0200"), habit("format", "total", "9.99", other="amount")])
    amount, wide = fact("amount", "amount", "9.99", "worth:1"), Box(500, 100, 120, 40)
    for words, said in (("worth:3 less:amount", None), ("worth:3", CONTRADICTS)):
        told = said_to(rule, screen(fact("total", "amount", "9.99", words, box=wide), amount), reading)
        assert (told and told[0]) == said


def test_a_sum_that_held_where_a_fee_was_charged_unseen_leaves_no_room_for_one():
    total, headline = (
        fact("total", "amount", "9.99", "worth:3 near:headline"),
        fact("headline", "amount", "9.99", "worth:1"),
    )
    for other, status in ((CHARGED, CONTRADICTS), ("", DOUBTFUL)):
        rule = habit("sum", "total", "=headline", other=other, within=("amount", "headline", "total"))
        assert said_to(rule, screen(total, headline), {})[0] == status


def test_a_form_without_decimals_is_read_well_and_contradicts_nothing():
    form = habit("format", "headline", "9", other="amount")
    reading = reading_of([form, habit("format", "total", "9.99", other="amount")])
    for pattern, wrong in (("$99", False), ("$9.99", False), ("$99999.9", True)):
        one = screen(fact("headline", "amount", pattern, "worth:1"))
        assert misread(one, reading, ("amount",)) == wrong and said_to(form, one, reading) is None
    assert said_to(replace(form, support=30), screen(fact("headline", "amount", "$9.99")), reading)[0] != AGREES


def test_a_fee_that_is_shown_leaves_no_room_for_a_hidden_one():
    rule = habit("sum", "total", "=amount+fee", within=("amount", "fee", "total"))
    others = fact("amount", "amount", "9.99", "worth:1"), fact("fee", "amount", "9.99", "worth:2")
    assert said_to(rule, screen(fact("total", "amount", "9.99", "worth:4 near:amount"), *others), {})[0] == CONTRADICTS


def test_a_number_that_wraps_is_not_held_against_its_length_where_its_line_is_full():
    length = habit("length", "reference", "20", other="identifier", first_lines=(0.19, 0.21))
    assert said_to(length, screen(fact("reference", "identifier", "9" * 14)), {}) is None
    assert said_to(length, screen(fact("reference", "identifier", "9" * 17, "wrapped")), {})[0] == CONTRADICTS
    short = fact("reference", "identifier", "9" * 14, box=Box(500, 100, 140, 40))
    assert said_to(length, screen(short), {})[0] == CONTRADICTS


def test_an_amount_that_was_rarely_seen_is_written_as_the_others_are():
    reading = reading_of([habit("format", "total", "9.99", other="amount")])
    assert misread(screen(fact("fee", "amount", "$9999", "worth:1")), reading, ("amount",))
    assert not misread(screen(fact("fee", "amount", "$99.99", "worth:1")), reading, ("amount",))
    assert not misread(screen(fact("fee", "amount", "Aaaa", "zero")), reading, ("amount",))


def test_room_is_told_by_the_other_values_of_a_screen():
    """On a telephone whose letters are a fifth larger nothing is missing, and on the usual one two signs are."""
    pitches = [habit(PITCH, name, "0.02") for name in ("reference", "total", "fee")]
    hole, reading = habit(HOLE, "reference", "0.02"), reading_of(pitches)

    def shown(larger, *names):
        wide = {"reference": 10, "total": 5, "fee": 5}
        boxes = {name: Box(0, 0, round(20 * larger * wide[name]), 40) for name in names}
        patterns = {"reference": "9" * 8, "total": "9" * 5, "fee": "9" * 5}
        kinds = {"reference": "identifier", "total": "amount", "fee": "amount"}
        return screen(*(fact(name, kinds[name], patterns[name], box=boxes[name]) for name in names))

    for larger in (1.0, 1.2):
        assert said_to(hole, shown(larger, "reference", "total", "fee"), reading)[0] == CONTRADICTS
    assert said_to(hole, shown(1.0, "reference", "total"), reading) is None
    first, *others = shown(1.2, "reference", "total", "fee").facts
    whole = screen(replace(first, pattern="9" * 10), *others)
    assert said_to(hole, whole, reading)[0] == AGREES


def test_a_code_is_judged_by_its_dialect():
    rule = habit("code", "code", "pix")
    assert said_to(rule, screen(), {}) is None
    assert said_to(rule, screen(Fact(-1, "pix", "code", BOX, 1.0, "", frozenset())), {})[0] == AGREES
    assert said_to(rule, screen(Fact(-1, "upi", "code", BOX, 1.0, "", frozenset())), {})[0] == CONTRADICTS


def test_a_value_with_room_for_a_lost_digit_is_misread():
    reading = reading_of([habit(PITCH, "total", "0.02")])
    assert misread(screen(fact("total", "amount", "999.99")), reading, ("amount",))  # 200 pixels hold ten digits
    assert not misread(screen(fact("total", "amount", "999999999.9")), reading, ("amount",))
    assert not misread(screen(fact("total", "amount", "999.99")), reading, ("date",))


def test_times_and_amounts_are_those_that_could_be_read():
    shown = screen(
        fact("date", "date", "", "day:5"), fact("total", "amount", "9"), fact("fee", "amount", "9", "worth:0")
    )
    assert moments_of(shown) == {"date": {"day": "5"}}
    assert set(amounts_of(shown)) == {"fee"}


def test_an_identifier_with_signs_erased_may_be_read_as_a_text_and_a_cut_one_is_not_judged():
    length = habit("length", "reference", "16", other="identifier")
    assert said_to(length, screen(fact("reference", "text", "AAA-999")), {})[0] == CONTRADICTS
    assert said_to(length, screen(fact("reference", "identifier", "999999999...")), {}) is None


def test_a_form_with_more_beside_it_is_no_other_form():
    form = habit("format", "date", "99/99/9999", other="moment")
    assert agrees(form, fact("date", "moment", "99/99/9999 AAA+9:99")) == UNSURE
    assert agrees(form, fact("date", "moment", "9999-99-99")) == CONTRADICTS
    whole = habit("format", "date", "99/99/9999 99:99", other="moment")
    assert agrees(whole, fact("date", "moment", "99/99/9999")) == UNSURE  # the rest of it stands elsewhere
    hours = habit("format", "date", "99A9999 9:99", other="moment")
    assert agrees(hours, fact("date", "moment", "9A9999 99:99")) == UNSURE


def test_a_date_is_not_held_against_a_clock_alone():
    rule = habit("time", "reference", "1:yymmdd", other="date", within=("8",))
    told = fact("reference", "identifier", "A9999999", "2:ddmmyy:0:date")
    assert said_to(rule, screen(fact("date", "time", "99:99", "minute:5"), told), {}) is None


def test_a_lost_point_is_no_other_form():
    form = habit("format", "total", "9,99", other="amount")
    assert agrees(form, fact("total", "amount", "€99999")) == UNSURE
    assert agrees(form, fact("total", "amount", "€9.99")) == UNSURE
    assert agrees(habit("format", "total", "9.99", other="amount"), fact("total", "amount", "9")) == CONTRADICTS
