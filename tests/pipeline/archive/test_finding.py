"""The four cases: a capture sent again, one that was altered, another receipt of the app, and nothing known."""

from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from realfake.forensics.text.signature import ROWS, SHAPE
from realfake.pipeline.archive.adding import Screen, add
from realfake.pipeline.archive.columns import past_numbers
from realfake.pipeline.archive.difference import SURE
from realfake.pipeline.archive.finding import find, looked_up, template_of, template_sizes
from realfake.pipeline.archive.keys import keyed, word_keys
from realfake.pipeline.archive.past import found_of
from realfake.pipeline.archive.store import Before, Store
from tests.lettering import write
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


def test_a_message_that_is_gone_from_the_phones_bar_is_no_change_of_the_receipt(filled):
    noted = receipt(payment(41))
    write(noted, "MESSAGE", 150, 32, 20)
    add(filled, [Screen("/in/noted.png", "d" * 64, signed(noted))])
    found = told(filled, receipt(payment(41)))
    assert (found.case, found.earlier.path) == ("duplicate", "/in/noted.png")
    assert len(found.gone) == 1


def test_a_receipt_captured_again_later_is_the_same_receipt(filled):
    found = told(filled, receipt(replace(payment(7), clock="05:58", battery="97%")))
    assert found.case == "duplicate"
    assert "captured again" in found.sentence


def test_a_copy_whose_clock_was_changed_too_is_told_by_the_minute_that_is_printed(filled):
    altered = replace(payment(7), clock="05:58", amount="9,999.58")
    assert told(filled, receipt(altered)).case == "altered"
    assert told(filled, receipt(replace(altered, moment=payment(8).moment))).case == "template"


def test_only_earlier_images_count(filled):
    with filled.reading() as connection:
        own = filled.entries(connection)[7]
    found = told(filled, receipt(payment(7)), before=Before(own))
    assert (found.case, found.earlier) == ("template", None)
    assert told(filled, receipt(payment(5)), before=Before(own)).earlier.path == "/in/5.png"


@pytest.mark.parametrize("received", [False, True])
def test_what_came_later_does_not_touch_what_is_told(store, signatures, received):
    screens = [
        Screen(f"/in/{i}.png", f"{i:064x}", one, f"2026-04-{i + 1:02}T00:00:00" if received else "")
        for i, one in enumerate(signatures)
    ]
    copy = Screen("/in/copy.png", "c" * 64, signed(sent(receipt(replace(payment(7), name="NINA HALT 31")), 85)))
    add(store, [*screens[:14], replace(copy, received="2026-04-14T12:00:00" if received else "")])
    asked = [*screens[10:14], copy]

    def numbers():
        return [repr(past_numbers(found_of(screen, store))) for screen in asked]

    first = numbers()
    add(store, [*screens[14:], *(replace(copy, path=f"/in/late{i}.png", sha256=f"{i:064d}") for i in range(3))])
    assert numbers() == first
    assert "'archive__copy__altered': 1.0" in first[-1]


def test_values_that_were_read_say_what_no_two_payments_share(filled):
    cut = sent(receipt(repeated(payment(7), 200)), 90, crop=60)
    signature = signed(cut)
    with filled.reading() as connection:
        plain = {match.case for match in looked_up(filled, connection, signature)[0]}
        rows = signature.boxes[:, 1]
        kinds = tuple("identifier" if 480 < y < 520 else "moment" if 550 < y < 590 else "" for y in rows)
        read = replace(signature, texts=("",) * len(signature), kinds=kinds)
        told_by = {match.case for match in looked_up(filled, connection, read)[0]}
        kept = signed(sent(receipt(replace(payment(7), amount="9,999.58", moment="today")), 90, crop=60))
        unread = [match.case for match in looked_up(filled, connection, kept)[0]]
        same = tuple("identifier" if 480 < y < 520 else "" for y in kept.boxes[:, 1])
        kept = replace(kept, texts=("",) * len(kept), kinds=same)
        by_reference = [match.case for match in looked_up(filled, connection, kept)[0]]
    assert plain == told_by == {"template"}
    assert "altered" not in unread and "altered" in by_reference


def test_a_template_is_known_by_its_first_screen(filled, signatures):
    with filled.reading() as connection:
        assert template_of(filled, connection, signed(receipt(payment(77)))) == 1
        assert template_of(filled, connection, unlike(signatures[0], 9)) is None


def test_screens_of_a_template_are_counted_as_far_as_that_decides(filled, monkeypatch):
    with filled.reading() as connection:
        assert template_sizes(connection, {1, 7}) == {1: 30, 7: 0}
        monkeypatch.setattr("realfake.pipeline.archive.finding.MANY", 12)
        assert template_sizes(connection, {1}) == {1: 12}
        assert template_sizes(connection, {1}, Before(filled.entries(connection, [8])[0])) == {1: 7}


def speckled(signature, number):
    """A screen on ground with a pattern, of which dots were found as words: the same on every other screen."""
    rng = np.random.default_rng(number % 2)
    dots = np.zeros(300, SHAPE)
    dots["x"], dots["y"] = 4 + 18 * (np.arange(300) % 30), 340 + 60 * (np.arange(300) // 30)
    dots["width"], dots["height"], dots["columns"] = 8, 8, ROWS
    dots["plain"], dots["mass"], dots["print"] = 200, 120, rng.integers(0, 256, dots["print"].shape)
    rasters = tuple(np.ascontiguousarray(one) for one in rng.integers(0, 3, (300, ROWS, ROWS)).astype(np.uint8))
    return replace(signature, words=np.concatenate([signature.words, dots]), rasters=signature.rasters + rasters)


def test_a_pattern_does_not_hide_the_original(tmp_path, signatures):
    with closing(Store(tmp_path / "archive.db", create=True)) as store:
        add(store, [Screen(f"/{i}", f"{i:064x}", speckled(signatures[i], i)) for i in range(12)])
        altered = speckled(signed(receipt(replace(payment(7), amount="9,999.58"))), 98)
        with store.reading() as connection:
            found = find(store, connection, altered)
    assert (found.case, found.earlier.path) == ("altered", "/7")


def without(signature, words):
    """A screen of which some words were not found."""
    kept = np.setdiff1d(np.arange(len(signature)), words)
    return replace(signature, words=signature.words[kept], rasters=tuple(signature.rasters[i] for i in kept))


def shared(signature, other):
    """Which long words of a screen another shows too, cell by cell, and which it does not."""
    there = {one.tobytes() for one in other.rasters}
    common = np.array([one.tobytes() in there for one in signature.rasters])
    long = keyed(signature.words) & (signature.words["columns"] >= SURE["columns"])
    return np.flatnonzero(common & long), np.flatnonzero(~common & long)


def compared_among(folder, signatures, signature):
    """What an archive of screens says of one, and the paths of those that were compared with it."""
    with closing(Store(folder / "archive.db", create=True)) as store:
        add(store, [Screen(f"/{i}", f"{i:064x}", one) for i, one in enumerate(signatures)])
        with store.reading() as connection:
            matches, _ = looked_up(store, connection, signature)
            return find(store, connection, signature), [match.entry.path for match in matches]


@pytest.mark.parametrize(("own", "case"), [(True, "duplicate"), (False, "altered")])
def test_words_that_every_screen_shows_were_not_found_earlier_and_others_were_added(tmp_path, signatures, own, case):
    lacking = shared(signatures[7], signatures[8])[0 if own else 1][-1:]
    earlier = [*signatures[:7], without(signatures[7], lacking), *signatures[8:12]]
    found, _ = compared_among(tmp_path, earlier, signatures[7])
    assert (found.case, found.earlier.path, len(found.changed)) == (case, "/7", 1)


def test_an_original_is_found_among_screens_that_show_more_of_what_all_show(tmp_path, signatures):
    common, _ = shared(signatures[7], signatures[8])
    words = signatures[7].words.copy()
    words["print"][common, 5] ^= 0x20  # a bit of every band: as like as they were, by other keys
    later = replace(signatures[7], words=words)
    keys = [{key for key, word in word_keys(one) if word in common} for one in (signatures[7], later)]
    assert keys[1] and not keys[0] & keys[1]
    earlier = [*signatures[:7], without(signatures[7], common[3:]), *signatures[8:]]
    assert "/7" in compared_among(tmp_path, earlier, later)[1]
