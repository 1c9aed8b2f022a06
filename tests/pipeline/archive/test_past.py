"""What the archive adds to a prediction."""

import json
from dataclasses import replace

from realfake.forensics.box import Box
from realfake.forensics.text.signature import to_bytes
from realfake.pipeline.archive.adding import Screen, add
from realfake.pipeline.archive.finding import Finding
from realfake.pipeline.archive.past import found_of, pasts_of, with_past
from realfake.pipeline.archive.store import Entry
from tests.payments import payment, receipt, sent, signed

PREDICTION = {"path": "a.png", "verdict": "no sign of editing", "reasons": "ela", "suspects": ""}
EARLIER = Entry(1, "/in/1.png", "0" * 64, "", "", 1)


def test_an_altered_copy_is_worth_a_look_and_names_the_earlier_image():
    past = Finding("altered", EARLIER, changed=(Box(1, 2, 3, 4),), sentence="two words differ")
    told = with_past(PREDICTION, past)
    assert (told["verdict"], told["case"], told["earlier"]) == ("review", "altered", "/in/1.png")
    assert told["reasons"] == "two words differ; ela"
    assert json.loads(told["suspects"])[0]["box"] == [1, 2, 3, 4]
    assert with_past(PREDICTION | {"verdict": "fake"}, past)["verdict"] == "fake"


def test_other_cases_leave_the_verdict():
    assert with_past(PREDICTION, Finding("template"))["reasons"] == "ela"
    duplicate = with_past(PREDICTION, Finding("duplicate", EARLIER, sentence="sent again"))
    assert (duplicate["verdict"], duplicate["reasons"]) == ("no sign of editing", "sent again; ela")
    assert with_past(PREDICTION, None)["case"] == ""


def test_an_image_is_compared_with_those_before_it_alone(filled, signatures):
    assert found_of(Screen("/in/4.png", f"{4:064x}", signatures[4]), filled).case == "template"
    assert found_of(Screen("/new.png", "f" * 64, signatures[4]), filled).case == "duplicate"
    early = Screen("/new.png", "f" * 64, signatures[4], "2020-01-01T00:00:00")
    assert found_of(early, filled).case == "duplicate"  # when the others came is not known


def test_images_of_one_run_see_each_other_where_they_are_added(filled):
    new = payment(60)
    rows = [
        {"path": f"/{i}.png", "sha256": f"{i + 900:064x}", "signature": to_bytes(signed(picture))}
        for i, picture in enumerate((receipt(new), sent(receipt(replace(new, name="NINA HALT 31")), 85)))
    ]
    rows.insert(1, {"path": "/bad.png", "error": "bad"})
    assert [past and past.case for past in pasts_of(rows, filled, adding=False)] == ["template", None, "template"]
    assert [past and past.case for past in pasts_of(rows, filled, adding=True)] == ["template", None, "altered"]


def test_an_image_is_looked_up_once_unless_the_archive_or_what_is_compared_is_another(filled, signatures):
    new = signed(sent(receipt(payment(4)), 85))
    past = found_of(Screen("/a.png", "a" * 64, new), filled)
    row = {"path": "/a.png", "sha256": "a" * 64, "signature": to_bytes(new), "past": past}
    assert pasts_of([row], filled, adding=False)[0] is past
    blanks = ("",) * len(new)
    read = replace(new, texts=("FT1", *blanks[1:]), kinds=blanks)
    (asked,) = pasts_of([row | {"signature": to_bytes(read)}], filled, adding=False)
    assert asked is not past and asked.case == past.case
    add(filled, [Screen("/b.png", "b" * 64, new)])
    (later,) = pasts_of([row], filled, adding=False)
    assert later is not past and len(later.copies) == 2
    of_earlier = replace(past, changes=None)  # as where only images received before some moment were asked
    assert pasts_of([row | {"past": of_earlier}], filled, adding=False)[0] is not of_earlier
