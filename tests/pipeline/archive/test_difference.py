"""Word by word: what was changed is found, and what was only saved anew is the same."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from realfake.forensics.text.signature import ROWS, Signature
from realfake.pipeline.archive.difference import CALM, CLEAR, PLAIN, difference, tell_time
from tests.lettering import write
from tests.payments import Payment, payment, receipt, repeated, sent, signed

ONE = payment(1)


def told(later, earlier=None):
    found = difference(signed(later), signed(earlier or receipt(ONE)))
    return len(found.same), len(found.changed), len(found.new), len(found.gone)


@pytest.mark.parametrize(
    ("quality", "scale", "crop"), [(95, 1, 0), (70, 1, 0), (80, 0.75, 0), (80, 1.5, 0), (85, 1, 60), (75, 0.8, 100)]
)
def test_a_capture_saved_anew_scaled_or_cropped_is_the_same(quality, scale, crop):
    same, *others = told(sent(receipt(ONE), quality, scale, crop))
    assert same > 20
    assert others == [0, 0, 0]


@pytest.mark.parametrize(
    "change",
    [
        {"name": "NINA HALT 89"},
        {"amount": "2,873.58"},
        {"account": "2384 2824 6560"},
        {"reference": "FT3471374913"},
        {"clock": "21:49"},
    ],
)
def test_one_changed_value_is_found_and_all_else_is_the_same(change):
    altered = receipt(replace(ONE, **change))
    found = difference(signed(sent(altered, 80)), signed(receipt(ONE)))
    (name,) = change
    words = 3 if name == "name" else 1
    assert 1 <= found.differing <= words
    assert len(found.same) >= 28


def read_otherwise(signature, word, **fields):
    """A signature that a reading of the same screen gave, in which one word is another."""
    words = signature.words.copy()
    rasters = list(signature.rasters)
    for name, value in fields.items():
        if name == "rows":  # of the raster, which are all that was found
            top, bottom = value
            words["y"][word] += round(words["height"][word] * top / ROWS)
            words["height"][word] = round(words["height"][word] * (bottom - top) / ROWS)
            rasters[word] = np.repeat(rasters[word][top:bottom], ROWS // (bottom - top), axis=0)
        else:
            words[name][word] = value
    return Signature(signature.size, words, tuple(rasters))


def value_of(signature, other):
    """The number of the one word that differs."""
    (word,) = difference(signature, other).changed
    return word


def test_a_word_of_which_a_stroke_or_a_hole_was_found_is_not_said_to_have_changed():
    earlier, later = signed(receipt(ONE)), signed(receipt(replace(ONE, reference="FT3471374913")))
    word = value_of(later, earlier)
    assert value_of(earlier, later) == word  # both screens have the same words
    ink, ground = earlier.words["ink"][word].copy(), earlier.words["ground"][word].copy()
    stroke = read_otherwise(earlier, word, rows=(4, 12))
    narrow = int(earlier.words["height"][word]) // 2
    hole = read_otherwise(earlier, word, ink=ground, ground=ink, width=narrow)
    photograph = read_otherwise(earlier, word, clear=CLEAR - 1)
    for read in (stroke, hole, photograph):
        found = difference(later, read)
        assert found.differing == 0
        assert word not in found.same


def test_a_word_that_stands_half_a_line_lower_has_changed():
    earlier = signed(receipt(ONE))
    word = value_of(signed(receipt(replace(ONE, reference="FT3471374913"))), earlier)
    y, height = (int(earlier.words[name][word]) for name in ("y", "height"))
    assert difference(earlier, read_otherwise(earlier, word, y=y + height // 2)).changed.tolist() == [word]


def test_a_changed_word_on_a_screen_of_other_colours_has_changed():
    earlier, later = signed(receipt(ONE)), signed(receipt(replace(ONE, reference="FT3471374913")))
    word, dark = value_of(later, earlier), earlier
    for one in range(len(earlier)):
        dark = read_otherwise(dark, one, ink=earlier.words["ground"][one], ground=earlier.words["ink"][one])
    assert difference(later, dark).changed.tolist() == [word]


def test_nothing_is_said_where_most_words_cannot_be_judged():
    earlier = read = signed(receipt(ONE))
    for word in range(len(earlier)):
        read = read_otherwise(read, word, clear=CLEAR - 1)
    assert difference(earlier, read) is None


def test_a_patch_under_a_changed_word_hides_it_not():
    earlier, later = signed(receipt(ONE)), signed(receipt(replace(ONE, amount="2,873.58")))
    word = value_of(later, earlier)
    patched = read_otherwise(later, word, plain=PLAIN)
    assert difference(patched, earlier).changed.tolist() == [word]
    on_photograph = read_otherwise(earlier, word, plain=PLAIN - 1, clear=CALM - 1)
    assert difference(patched, on_photograph).differing == 0


ALIKE = ("3568", "0689", "17")  # digits that differ by a short stroke


def one_digit_off(text, seed):
    """A text with one digit that is another, of another shape."""
    rng = np.random.default_rng(seed)
    at = int(rng.choice([i for i, sign in enumerate(text) if sign.isdigit()]))
    alike = set(text[at]).union(*(group for group in ALIKE if text[at] in group))
    return text[:at] + rng.choice(sorted(set("0123456789") - alike)) + text[at + 1 :]


@pytest.mark.parametrize(("quality", "scale"), [(95, 1), (70, 1), (80, 0.75), (80, 1.4)])
@pytest.mark.parametrize(("field", "line"), [("amount", 210), ("account", 430), ("reference", 570), ("moment", 640)])
def test_one_changed_digit_is_found_in_its_word_alone(field, line, quality, scale):
    changed = replace(ONE, **{field: one_digit_off(getattr(ONE, field), line)})
    earlier, later = signed(receipt(ONE)), signed(sent(receipt(changed), quality, scale))
    found = difference(later, earlier)
    assert len(found.changed) == 1 and len(found.new) == len(found.gone) == 0
    _, top, _, bottom = later.boxes[found.changed[0]] / scale
    assert abs((top + bottom) / 2 - line) < 30


@pytest.mark.parametrize("scale", [1, 0.75])
@pytest.mark.parametrize("at", [2, 6, 11])
def test_the_place_of_a_changed_digit_is_named(at, scale):
    text = ONE.reference
    other = text[:at] + ("4" if text[at] != "4" else "7") + text[at + 1 :]
    later = signed(sent(receipt(replace(ONE, reference=other)), 85, scale))
    found = difference(later, signed(receipt(ONE)))
    left, top, right, bottom = later.boxes[found.changed[0]]
    place = left + (at + 0.5) / len(text) * (right - left)
    assert found.spots.shape == (1, 2)
    assert abs(found.spots.mean() - place) < 0.7 * (bottom - top)


def erased(picture, word, share):
    """A picture from which a share of a word, from here to there of its length, was painted over."""
    box = word[0] + np.array(share) * (word[2] - word[0])
    pixels = np.asarray(picture).copy()
    pixels[int(word[1]) - 2 : int(word[3]) + 3, round(box[0]) : round(box[1])] = pixels[0, 0]
    return Image.fromarray(pixels)


@pytest.mark.parametrize("quality", [95, 75])
@pytest.mark.parametrize("share", [(0.35, 0.65), (0.45, 0.56), (0.7, 1.02), (-0.02, 0.3)])
def test_characters_that_were_erased_are_a_change(share, quality):
    earlier = signed(receipt(ONE))
    value = int(np.flatnonzero(earlier.words["columns"] > 130)[-1])
    word = earlier.boxes[value]
    later = signed(sent(erased(receipt(ONE), word, share), quality))
    found = difference(later, earlier)
    boxes = later.boxes[found.changed]
    assert len(boxes) in (1, 2) and len(found.new) == len(found.gone) == 0
    assert (np.abs(boxes[:, 1] - word[1]) < 5).all() and (boxes[:, 0] > word[0] - 5).all()
    hole = word[0] + np.array(share) * (word[2] - word[0])
    assert (found.spots[:, 0] < hole[1] + 5).all() and (found.spots[:, 1] > hole[0] - 5).all()
    unerased = difference(earlier, later)  # and the other way round, written into a gap
    assert unerased.changed.tolist() == [value]


@pytest.mark.parametrize(("share", "differing"), [((0.45, 0.57), False), ((0.35, 0.65), True)])
def test_letters_that_were_not_read_are_no_erasure_but_as_many_as_a_word_has_are(share, differing):
    earlier = signed(receipt(ONE))
    value = int(np.flatnonzero(earlier.words["columns"] > 130)[-1])
    word = earlier.boxes[value]
    later = signed(erased(receipt(ONE), word, share))
    parts = np.flatnonzero(np.abs(later.boxes[:, 1] - word[1]) < 5)
    parts = [part for part in parts if later.boxes[part, 0] > word[0] - 5]
    words = later.words.copy()
    words["blank"][parts] = 0  # as where ink stands next to them that no word is of
    found = difference(replace(later, words=words), earlier)
    assert (found.differing > 0) == differing
    assert set(found.changed) <= set(parts) and len(found.new) == len(found.gone) == 0


def test_a_faint_pattern_that_was_not_found_everywhere_is_no_change():
    patterned = receipt(ONE)
    for row in range(6):
        write(patterned, "~~~ ~~~~~", 300, 60 + 40 * row, 20, (225, 225, 232))
    one, other = signed(patterned), signed(receipt(ONE))
    assert len(one) > len(other)
    assert difference(one, other).differing == difference(other, one).differing == 0


def test_a_changed_word_on_a_gradient_has_changed_and_one_on_a_photograph_is_not_judged():
    earlier, later = signed(receipt(ONE)), signed(receipt(replace(ONE, reference="FT3471374913")))
    word = value_of(later, earlier)
    gradient, photograph = (
        [read_otherwise(one, word, plain=5, clear=clear) for one in (later, earlier)] for clear in (CALM, CALM - 1)
    )
    assert difference(*gradient).changed.tolist() == [word]
    assert difference(*photograph).differing == 0


@pytest.mark.parametrize(("text", "told"), [("21:49", True), ("9:05:37", True), ("21.49", False), ("21 49", False)])
def test_a_time_of_day_is_known_by_its_colon(text, told):
    bar = signed(receipt(replace(ONE, clock=text)))
    word = int(np.lexsort((bar.boxes[:, 0], bar.boxes[:, 1].round(-1)))[0])
    assert tell_time(bar)[word] == told


BROKEN_F = (  # "Fo" of a blurred screen: two strokes of the first letter stand above each other as a colon's dots do
    "..............................",
    "..............................",
    "o####o###.....................",
    ".o#o...oo.....................",
    ".o#o....oo....................",
    ".o#o........ooooo.............",
    ".o#o..oo...###o###............",
    ".o##oooo..o#o...o##...........",
    ".o##oo#o..##....o##...........",
    ".o#o..oo..##.....##o..........",
    ".o#o......##.....##...........",
    ".o#o......##....o##...........",
    ".o#o......##o...o#o...........",
    "o###o......##o.o##............",
    "oo#oo.......o###..............",
    "..............................",
)


@pytest.mark.parametrize(("upper", "told"), [(2, False), (4, True)])
def test_strokes_of_a_letter_are_no_colon_and_what_digits_rise_above_is_one(upper, told):
    raster = np.array([[".o#".index(cell) for cell in row] for row in BROKEN_F], np.uint8)
    raster[2:5, 6:9] = 0
    raster[upper : upper + 2, 6:8] = 2
    raster[2:14, 10:12] = 2
    words = signed(receipt(ONE)).words[:1].copy()
    words["columns"] = raster.shape[1]
    assert tell_time(Signature((540, 960), words, (raster,))).tolist() == [told]


def in_pieces(signature, word, at):
    """A signature of the same screen in which a word was found as two, cut at some column of its raster."""
    words = np.concatenate([signature.words[: word + 1], signature.words[word:]])
    raster, cut = signature.rasters[word], round(signature.words["width"][word] * at / signature.words["columns"][word])
    pieces = raster[:, :at], raster[:, at:]
    words["columns"][[word, word + 1]] = [piece.shape[1] for piece in pieces]
    words["width"][word], words["width"][word + 1] = cut, words["width"][word] - cut
    words["x"][word + 1] += cut
    words["blank"][word, 2] = words["blank"][word + 1, 0] = 0
    return replace(signature, words=words, rasters=(*signature.rasters[:word], *pieces, *signature.rasters[word + 1 :]))


@pytest.mark.parametrize(("clock", "same"), [("21:49", True), ("21:47", False)])
def test_a_time_of_day_that_was_found_whole_on_the_earlier_screen_alone_is_one(clock, same):
    earlier, later = (signed(receipt(replace(ONE, clock=one))) for one in ("21:49", clock))
    (word,) = np.flatnonzero(tell_time(later) & (later.boxes[:, 1] < 40))
    found = difference(in_pieces(later, word, 23), earlier)
    told = found.times & found.status
    assert bool(told[found.same].any()) == same and bool(told[found.changed].any()) != same


def parted(one: Payment, gap: int = 6):
    """A receipt whose clock was found as two words, the hour and the minutes with their colon."""
    picture = receipt(replace(one, clock=""))
    write(picture, one.clock[:2], 20, 32, 20)
    write(picture, one.clock[2:], 20 + 26 + gap, 32, 20)
    return signed(picture)


@pytest.mark.parametrize("later", ["21:49", "21:47", "20:49"])
def test_an_hour_and_minutes_that_were_found_apart_are_one_time_of_day(later):
    clocks = ["21:49", later]
    earlier, other = (parted(replace(ONE, clock=clock)) for clock in clocks)
    bar = np.flatnonzero((other.boxes[:, 1] < 40) & (other.boxes[:, 0] < 120))
    assert len(bar) == 2 and not tell_time(other)[bar].any()
    found = difference(other, earlier)
    told = found.times & found.status
    if later == clocks[0]:
        assert told.sum() == 1 and told[found.same].sum() == 1
    else:
        assert told[found.same].sum() == 0 and told[found.changed].sum() == 1


def test_erased_words_are_gone_and_added_words_are_new():
    erased = told(receipt(replace(ONE, name="")))
    assert erased[3] >= 2 and erased[1:3] == (0, 0)
    added = told(receipt(ONE), receipt(replace(ONE, name="")))
    assert added[2] >= 2 and (added[1], added[3]) == (0, 0)


def test_what_is_gone_is_not_asked_of_another_receipt_and_is_of_a_copy():
    earlier, third = signed(receipt(replace(ONE, name="NINA HALT 89"))), signed(receipt(payment(5)))
    gone = {}
    for one in (ONE, payment(3)):
        later = signed(receipt(replace(one, name="")))
        rare = np.zeros(len(later), bool)
        rare[difference(later, third).changed] = True
        whole, glanced = difference(later, earlier), difference(later, earlier, rare)
        assert len(whole.gone) == 3 and np.array_equal(whole.same, glanced.same)
        gone[one] = len(glanced.gone)
    assert gone == {ONE: 3, payment(3): 0}


def test_the_phones_own_bar_is_known_unless_it_was_cropped_away():
    earlier = signed(receipt(ONE))
    assert difference(signed(receipt(ONE)), earlier).status.sum() == 2
    assert difference(signed(sent(receipt(ONE), 90, crop=60)), earlier).status.sum() == 0


def test_a_repeated_payment_differs_in_reference_minute_and_clock():
    found = difference(signed(receipt(repeated(ONE, 9))), signed(receipt(ONE)))
    assert len(found.changed) == 3
    assert found.status[found.changed].sum() == 1


def test_a_crop_leaves_out_what_it_does_not_show():
    found = difference(signed(sent(receipt(ONE), 90, crop=300)), signed(receipt(ONE)))
    assert len(found.gone) == 0
    assert found.cover == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(("crop", "changed"), [(22, 0), (90, 0), (80, 1)])
def test_a_word_that_is_cut_by_the_screens_edge_is_not_judged_whatever_was_found_of_it(crop, changed):
    later = signed(sent(receipt(ONE), 90, crop=crop))
    at = int(later.words["y"].argmin())
    assert (later.words["y"][at] == 0) == (changed == 0)
    rasters = list(later.rasters)
    rasters[at] = np.random.default_rng(0).integers(0, 3, rasters[at].shape).astype(np.uint8)
    assert difference(replace(later, rasters=tuple(rasters)), signed(receipt(ONE))).differing == changed
