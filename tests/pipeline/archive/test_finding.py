"""The four cases: a capture sent again, one that was altered, another receipt of the app, and nothing known."""

from dataclasses import replace

import pytest

from realfake.pipeline.archive.finding import find, matches_of, template_of
from tests.payments import payment, receipt, repeated, sent, signed, unlike


def told(store, picture, **more):
    with store.reading() as connection:
        return find(store, connection, signed(picture), **more)


@pytest.mark.parametrize(("quality", "scale", "crop"), [(90, 1, 0), (75, 0.75, 0), (85, 1, 60)])
def test_a_capture_that_was_sent_again_is_a_duplicate(filled, quality, scale, crop):
    found = told(filled, sent(receipt(payment(7)), quality, scale, crop))
    assert (found.case, found.earlier.path) == ("duplicate", "/in/7.png")
    assert found.changed == () and found.similarity == 1
    assert "sent again" in found.sentence


@pytest.mark.parametrize("change", [{"name": "ALMA KENT 41"}, {"amount": "9,999.58"}, {"account": "1111 2222 3333"}])
def test_a_capture_with_changed_words_names_the_earlier_image_and_the_words(filled, change):
    altered = receipt(replace(payment(7), **change))
    for picture in (altered, sent(altered, 80), sent(altered, 85, 0.8)):
        found = told(filled, picture)
        assert (found.case, found.earlier.path) == ("altered", "/in/7.png")
        assert 1 <= len(found.changed) <= 5
        assert len(found.before) == len(found.changed)
        assert "differ" in found.sentence


def test_boxes_of_changed_words_stand_where_they_were_changed(filled):
    altered = receipt(replace(payment(7), amount="9,999.58"))
    found = told(filled, sent(altered, 90, 0.8))
    (box,), (before,) = found.changed, found.before
    assert (box.y + box.height / 2) / 0.8 == pytest.approx(195, abs=5)
    assert before.y + before.height / 2 == pytest.approx(195, abs=5)


@pytest.mark.parametrize("number", range(100, 106))
def test_a_payment_that_is_made_again_is_another_receipt(filled, number):
    found = told(filled, sent(receipt(repeated(payment(number - 100), number)), 85))
    assert (found.case, found.earlier) == ("template", None)
    assert found.template == 1


def test_another_receipt_of_the_app_is_normal_and_another_app_is_unknown(filled, signatures):
    assert told(filled, receipt(payment(55))).case == "template"
    with filled.reading() as connection:
        assert find(filled, connection, unlike(signatures[0], 8)).case == "unknown"


def test_a_receipt_captured_again_later_is_the_same_receipt(filled):
    found = told(filled, receipt(replace(payment(7), clock="05:58", battery="97%")))
    assert found.case == "duplicate"
    assert "captured again" in found.sentence


def test_only_earlier_images_count(filled):
    found = told(filled, receipt(payment(7)), earlier=lambda entry: entry.path != "/in/7.png")
    assert (found.case, found.earlier) == ("template", None)


def test_values_that_were_read_say_what_no_two_payments_share(filled):
    cut = sent(receipt(repeated(payment(7), 200)), 90, crop=60)
    signature = signed(cut)
    with filled.reading() as connection:
        plain = {match.case for match in matches_of(filled, connection, signature)}
        rows = signature.boxes[:, 1]
        kinds = tuple("identifier" if 480 < y < 520 else "moment" if 550 < y < 590 else "" for y in rows)
        read = replace(signature, texts=("",) * len(signature), kinds=kinds)
        told_by = {match.case for match in matches_of(filled, connection, read)}
    assert told_by == {"template"}
    assert plain <= {"template", "altered"}


def test_a_template_is_known_by_its_first_screen(filled, signatures):
    with filled.reading() as connection:
        assert template_of(filled, connection, signed(receipt(payment(77)))) == 1
        assert template_of(filled, connection, unlike(signatures[0], 9)) is None
