"""Forgeries change what their mask says and nothing else, and look like what they imitate."""

from __future__ import annotations

import re
from dataclasses import replace

import cv2
import numpy as np
import pytest

import realfake.data.forgeries.forger as forging
from realfake.data.channels import Transform
from realfake.data.drawing.fonts import fonts
from realfake.data.drawing.rasterisers import TextStyle, draw_text
from realfake.data.forgeries import forge
from realfake.data.forgeries.edit import Edit
from realfake.data.forgeries.erase import ERASERS, erase
from realfake.data.forgeries.hand import Errors, draw_hand
from realfake.data.forgeries.look import observe
from realfake.data.forgeries.move_rows import close_row, delete_row, grouped_rows, swap_rows
from realfake.data.forgeries.rearrange import rearrange_digits
from realfake.data.forgeries.retype import anchor, retype_digits, retype_line
from realfake.data.forgeries.splice import splice_line
from realfake.data.forgeries.target import readable, worth
from realfake.data.forgeries.texts import guessed, other_amount, other_characters, other_date, plain, replacement
from realfake.data.forgeries.typeface import cap_height, near_font, other_font, other_weight, proportions, same_cap_size
from realfake.data.history import carried, fake_life, genuine_life
from realfake.data.screenshots.screen import Screen, TextField
from realfake.forensics.box import Box

PLANS = [*forging.PLANS]


def steady(seed: int = 0, **habits):
    """A hand that makes no mistakes, with the habits given."""
    exact = {
        "care": "subtle",
        "font": "same",
        "raster": "same",
        "colour_off": 0.0,
        "padding": 0.15,
        "gamma": 1.0,
        "whole_pixels": False,
        "soften": 0.0,
        "baseline": 0.0,
        "anchor": 0.0,
        "size": 1.0,
        "spacing": 0.0,
        "picks_ink": False,
        "plain_ink": False,
        "paleness": 0.0,
        "eraser": "flat",
        "edge": "hard",
    }
    return replace(draw_hand(np.random.default_rng(seed)), **{**exact, **habits})


@pytest.fixture
def no_error(monkeypatch):
    """Hands that do not tremble."""
    still = dict.fromkeys(("subtle", "ordinary", "crude"), Errors(0, 0, 0, 0, 0, 0))
    monkeypatch.setattr("realfake.data.forgeries.hand.ERRORS", still)


@pytest.fixture
def receipt(drawn_screen):
    return drawn_screen(0)


def field_of(fields, role):
    return next(field for field in fields if field.field == role)


# The whole forgery


@pytest.mark.parametrize("plan", PLANS)
def test_nothing_changes_outside_the_mask(drawn_screen, monkeypatch, plan):
    monkeypatch.setattr(forging, "PLANS", {plan: 1.0})
    made = 0
    for seed in range(6):
        rgb, fields = drawn_screen(seed)
        donors = [Screen(*drawn_screen(seed + 6), "app", "phone")] if plan == "splice" else []
        before = rgb.copy()
        forgery = forge(rgb, fields, np.random.default_rng(seed), donors)
        assert np.array_equal(rgb, before)
        if forgery is not None:
            made += 1
            assert np.array_equal(forgery.rgb[~forgery.mask], rgb[~forgery.mask])
            assert (forgery.rgb != rgb).any()
            assert forgery.mask.mean() < 0.4
            assert forgery.fields == tuple(fields[i].field for i in forgery.edited)
    assert made >= 4


@pytest.mark.parametrize("plan", [plan for plan in PLANS if plan not in ("close-row",)])
def test_every_edited_line_is_touched(drawn_screen, monkeypatch, plan):
    monkeypatch.setattr(forging, "PLANS", {plan: 1.0})
    for seed in range(4):
        rgb, fields = drawn_screen(seed)
        donors = [Screen(*drawn_screen(seed + 6), "app", "phone")]
        forgery = forge(rgb, fields, np.random.default_rng(seed + 50), donors)
        if forgery is not None:
            assert all(forgery.mask[fields[i].box.slices].any() for i in forgery.edited)
            others = [i for i in range(len(fields)) if i not in forgery.edited and fields[i].field == "label"]
            assert not any(forgery.mask[fields[i].box.slices].any() for i in others)


def test_the_same_seed_makes_the_same_forgery(receipt):
    one, two = (forge(*receipt, np.random.default_rng(5)) for _ in range(2))
    assert one.editor == two.editor and one.edited == two.edited
    assert np.array_equal(one.rgb, two.rgb) and np.array_equal(one.mask, two.mask)


def test_many_ways_of_forging_are_drawn(receipt):
    rgb, fields = receipt
    donors = [Screen(rgb, fields, "app", "phone")]
    editors = {forge(rgb, fields, np.random.default_rng(seed), donors).editor for seed in range(60)}
    assert len(editors) >= 12
    assert any(name.startswith("inpaint") for name in editors) and "splice" in editors


def test_lines_that_nobody_has_read_are_forged_too(receipt):
    rgb, fields = receipt
    unread = [replace(field, field="body", text="", style=None, x=None, baseline=None) for field in fields]
    made = [forge(rgb, unread, np.random.default_rng(seed)) for seed in range(12)]
    assert all(forgery is not None and forgery.mask.any() for forgery in made)


def test_a_blank_screen_cannot_be_forged():
    blank = np.full((400, 300, 3), 255, np.uint8)
    assert forge(blank, (), np.random.default_rng(0)) is None


def test_a_line_without_contrast_is_left_alone(receipt):
    rgb, fields = receipt
    pale = (250 + (rgb.astype(int) - 250) // 40).astype(np.uint8)
    unread = [replace(fields[1], text="", style=None, field="body")]
    assert forge(pale, unread, np.random.default_rng(0)) is None


def test_labels_and_clipped_lines_are_worth_nothing(receipt):
    rgb, fields = receipt
    assert worth(fields[0], rgb.shape) == 0 < worth(fields[1], rgb.shape)
    assert worth(replace(fields[1], box=Box(-5, 100, 90, 20)), rgb.shape) == 0
    assert worth(replace(fields[1], box=Box(200, 2, 60, 14)), rgb.shape) < 0.1


# Looking


def test_a_look_measures_what_was_drawn(receipt):
    rgb, fields = receipt
    for field in fields:
        look = observe(rgb, field.box)
        assert abs(look.baseline - field.baseline) <= 1
        assert abs(look.cap - cap_height(field.style)) <= 2
        assert np.abs(look.paper - 255).max() < 1
        assert np.abs(look.ink - field.style.ink).max() < 20


def test_a_look_counts_separate_glyphs_and_words(receipt):
    account = field_of(receipt[1], "account")
    look = observe(receipt[0], account.box)
    assert len(look.glyphs) == len(account.text) and look.numeric
    name = field_of(receipt[1], "to_name")
    assert len(observe(receipt[0], name.box).words) == 2
    assert not observe(receipt[0], name.box).numeric


# Erasing


@pytest.mark.parametrize("eraser", [name for name in ERASERS if name != "blur"])
def test_an_eraser_leaves_no_text_on_plain_paper(receipt, eraser):
    rgb, fields = receipt
    look = observe(rgb, fields[3].box)
    edit = Edit(rgb)
    erase(edit, fields[3].box.grown(4, 420, 760), look, steady(eraser=eraser, feather=0.6), np.random.default_rng(0))
    assert np.abs(edit.rgb[fields[3].box.slices].astype(int) - 255).max() <= 8


def test_blur_leaves_less_contrast_and_no_strokes(receipt):
    rgb, fields = receipt
    edit = Edit(rgb)
    area = fields[3].box.grown(3, 420, 760)
    erase(edit, area, observe(rgb, fields[3].box), steady(eraser="blur"), np.random.default_rng(1))
    assert edit.rgb[area.slices].std() < 0.6 * rgb[area.slices].std()


def test_a_gradient_fill_restores_a_ramp():
    ramp = np.linspace(120, 240, 400)
    rgb = np.repeat(np.repeat(ramp[None, :, None], 100, axis=0), 3, axis=2).round().astype(np.uint8)
    clean = rgb.copy()
    style = TextStyle(fonts(category="sans")[0], 24, ink=(0, 0, 0))
    box = draw_text(rgb, "1,250.00", 150, 60, style)
    edit = Edit(rgb)
    erase(edit, box.grown(3, 400, 100), observe(rgb, box), steady(eraser="gradient"), np.random.default_rng(0))
    assert np.abs(edit.rgb.astype(int) - clean).max() <= 3


def test_a_soft_edge_fades_and_its_mask_holds_all_that_changed(receipt):
    rgb, fields = receipt
    edit = Edit(rgb)
    hand = steady(eraser="flat", edge="feather", feather=3.0, colour_off=1.0)
    erase(edit, fields[3].box.grown(8, 420, 760), observe(rgb, fields[3].box), hand, np.random.default_rng(2))
    assert np.array_equal(edit.rgb[~edit.mask], rgb[~edit.mask])
    assert 0 < edit.mask.sum() <= fields[3].box.grown(8, 420, 760).area


# Typing again


def test_a_steady_hand_keeps_baseline_height_and_right_edge(receipt, no_error):
    rgb, fields = receipt
    field = field_of(fields, "account")
    edit = Edit(rgb)
    assert retype_line(edit, field, fields, steady(), np.random.default_rng(0))
    ys, xs = np.nonzero((edit.rgb.max(axis=2) < 128) & edit.mask)
    assert abs(xs.max() + 1 - field.box.right) <= 1
    assert abs(ys.max() + 1 - field.box.bottom) <= 1 and abs(ys.min() - field.box.y) <= 1
    assert (edit.rgb[field.box.slices] != rgb[field.box.slices]).any()


def test_a_lower_baseline_shows(receipt, no_error):
    rgb, fields = receipt
    field = field_of(fields, "account")
    edit = Edit(rgb)
    assert retype_line(edit, field, fields, steady(baseline=9.0), np.random.default_rng(0))
    ys, _ = np.nonzero((edit.rgb.max(axis=2) < 128) & edit.mask)
    assert ys.max() + 1 - field.box.bottom >= 3


def test_a_changed_digit_leaves_the_rest_of_the_line_alone(receipt):
    rgb, fields = receipt
    field = field_of(fields, "account")
    for seed in range(5):
        edit = Edit(rgb)
        assert retype_digits(edit, field, steady(), np.random.default_rng(seed))
        columns = np.flatnonzero(edit.mask.any(axis=0))
        assert np.ptp(columns) < 0.55 * field.box.width
        assert (edit.rgb != rgb).any()


def test_one_forger_takes_one_font_for_all_lines_of_a_style(receipt):
    style = receipt[1][0].style
    for seed in range(6):
        hand = steady(seed, font="near")
        assert len({hand.typeface(style.font, text) for text in ("1,250.00", "Maria", "TF88")}) == 1
    assert len({steady(seed, font="near").typeface(style.font, "abc").family for seed in range(12)}) > 2


def test_values_are_anchored_where_their_column_is(receipt):
    _, fields = receipt
    assert anchor(fields[0], fields, 420) == "left"
    assert anchor(fields[1], fields, 420) == "right"


def test_another_font_is_near_and_has_every_letter():
    roboto = next(face for face in fonts() if face.family == "Roboto" and face.weight == 400)
    for seed in range(4):
        near = near_font(roboto, "Nguyễn 123", np.random.default_rng(seed))
        assert near.family != "Roboto" and near.covers("Nguyễn 123")
        assert np.abs(np.subtract(proportions(near), proportions(roboto))[1:]).max() < 0.15
        assert other_font(roboto, "abc", np.random.default_rng(seed)).family != "Roboto"


def test_another_weight_is_of_the_same_family():
    roboto = next(face for face in fonts() if face.family == "Roboto" and face.weight == 400)
    assert {other_weight(roboto, np.random.default_rng(seed)).weight for seed in range(12)} == {300, 500}
    assert other_weight(roboto, np.random.default_rng(0)).family == "Roboto"


def test_lines_of_a_picture_are_not_taken_for_text(receipt):
    rgb, fields = receipt
    unread = replace(fields[1], text="", field="body", style=None)
    busy = rgb.copy()
    noise = np.random.default_rng(0).integers(0, 256, (80, 420, 3))
    busy[110:160] = np.where(rgb[110:160] < 200, rgb[110:160], noise[:50])
    assert any(readable(rgb, unread, np.random.default_rng(seed)) for seed in range(9))
    assert not any(readable(busy, unread, np.random.default_rng(seed)) for seed in range(9))


def test_calm_spots_of_a_picture_are_not_taken_for_text():
    plain_ground = np.full((80, 260, 3), 230, np.uint8)
    box, seeds = Box.from_edges(30, 24, 212, 56), range(9)
    letters, spots = plain_ground.copy(), plain_ground.copy()
    for x, y in [(40, 30), (80, 44), (120, 33), (160, 48), (200, 38)]:
        cv2.rectangle(letters, (x - 8, 27), (x + 8, 52), (60, 80, 100), 3)
        cv2.circle(spots, (x, y), 5, (60, 80, 100), -1)

    def read(rgb):
        return any(readable(rgb, TextField(box, "body", ""), np.random.default_rng(seed)) for seed in seeds)

    assert read(letters)
    assert not read(spots), "they stand on no line"
    waves = np.sin(np.arange(260) / 8) ** 2 * (np.cos((np.arange(80)[:, None] - 40) / 10) ** 2)
    waves[:25], waves[55:] = 0, 0
    clouds = (plain_ground - 120 * waves[:, :, None]).astype(np.uint8)
    assert observe(clouds, box).standing > 0.9
    assert not read(clouds), "they are soft"


def test_another_face_is_set_as_high(receipt):
    style = receipt[1][0].style
    other = near_font(style.font, "abc", np.random.default_rng(1))
    assert cap_height(replace(style, font=other, size=same_cap_size(style, other))) == pytest.approx(cap_height(style))


# Texts


@pytest.mark.parametrize("amount", ["1,250.00 USD", "Rp 1.250.000", "-$48.20", "12 500,75 €", "₫77.316", "5"])
def test_amounts_keep_currency_and_separators(amount):
    rng = np.random.default_rng(0)
    shape = re.sub(r"[0-9]+", "", amount)
    for _ in range(20):
        other = other_amount(amount, rng)
        assert set(re.sub(r"[0-9]+", "", other)) <= set(shape) | {",", "."}
        assert abs(len(other) - len(amount)) <= 2
        decimals = re.search(r"[.,]([0-9]{2})\b(?![.,])", amount)
        assert not decimals or re.search(r"[.,][0-9]{2}\b", other)


def test_dates_keep_their_format_and_stay_dates():
    rng = np.random.default_rng(0)
    for _ in range(30):
        day, clock = other_date("12/03/2026 14:07", rng).split()
        assert re.fullmatch(r"[0-9]{2}/03/2026", day) and 1 <= int(day[:2]) <= 28
        assert re.fullmatch(r"[0-9]{2}:[0-9]{2}", clock) and int(clock[:2]) < 24 and int(clock[3:]) < 60


def test_codes_keep_letters_where_letters_are():
    rng = np.random.default_rng(0)
    for _ in range(20):
        assert re.fullmatch(r"[A-Z]{2}[0-9]{4}[A-Z]{2}[0-9]{2}", other_characters("TF8841QZ20", rng))
        assert re.fullmatch(r"\*\*\*\* [0-9]{4}", other_characters("**** 1234", rng))


@pytest.mark.parametrize(
    "role,text", [("to_name", "MARIA SANTOS"), ("date", "12 Aug 2026"), ("status", "Hoàn thành"), ("note", "?")]
)
def test_a_replacement_is_never_the_same(role, text):
    for seed in range(20):
        other = replacement(text, role, np.random.default_rng(seed))
        assert other != text and other.strip()
        assert not text.isupper() or other.isupper()


def test_one_word_of_a_sentence_changes():
    old = "Thanks for the dinner"
    new = replacement(old, "note", np.random.default_rng(3))
    assert sum(a != b for a, b in zip(old.split(), new.split(), strict=True)) == 1


def test_a_plain_name_has_no_marks():
    assert plain("Đặng Thị Ánh ı") == "Dang Thi Anh i"


def test_a_guess_is_about_as_long():
    for seed in range(20):
        assert 8 <= len(guessed(12, True, np.random.default_rng(seed)).replace(" ", "")) <= 17


# Splices, rearranged digits, rows


def test_a_spliced_line_shows_what_the_donor_says(drawn_screen, no_error, monkeypatch):
    monkeypatch.setattr("realfake.data.forgeries.splice.HISTORIES", {"none": 1.0})
    rgb, fields = drawn_screen(0)
    other, theirs = drawn_screen(0)[0].copy(), drawn_screen(0)[1]
    account = field_of(fields, "account")
    other[account.box.slices] = 255
    style = account.style
    box = draw_text(other, "1111111111", account.x, account.baseline, style)
    donor_fields = tuple(replace(f, text="1111111111", box=box) if f.field == "account" else f for f in theirs)
    edit = Edit(rgb)
    assert splice_line(edit, account, fields, Screen(other, donor_fields, "a", "p"), steady(), np.random.default_rng(0))
    shift = account.box.right - box.right
    found = edit.rgb[box.y : box.bottom, box.x + shift : box.right + shift]
    assert np.array_equal(found, other[box.slices])


def test_a_donor_without_a_like_line_gives_nothing(receipt):
    rgb, fields = receipt
    donor = Screen(rgb, tuple(field for field in fields if field.field == "label"), "a", "p")
    assert not splice_line(Edit(rgb), field_of(fields, "account"), fields, donor, steady(), np.random.default_rng(0))


def test_rearranged_digits_are_copies_of_digits_of_the_image(receipt, no_error):
    rgb, fields = receipt
    account = field_of(fields, "account")
    edit = Edit(rgb)
    assert rearrange_digits(edit, account, fields, steady(), np.random.default_rng(1))
    columns = np.flatnonzero((edit.rgb != rgb).any(axis=(0, 2)))
    look = observe(edit.rgb, account.box)
    pasted = next(glyph for glyph in look.glyphs if glyph.x - 3 <= columns[0] < glyph.right)
    patch = edit.rgb[pasted.slices]
    windows = np.lib.stride_tricks.sliding_window_view(rgb, patch.shape)[:, :, 0]
    assert (windows == patch).all(axis=(2, 3, 4)).any()


def test_a_deleted_row_is_bare(receipt, no_error):
    rgb, fields = receipt
    edit = Edit(rgb)
    gone = delete_row(edit, fields, steady(), np.random.default_rng(0))
    assert len(gone) == 2
    assert all(observe(edit.rgb, fields[i].box) is None for i in gone)


def test_closing_a_row_moves_the_next_one_up(receipt):
    rgb, fields = receipt
    edit = Edit(rgb)
    moved = close_row(edit, fields, steady(), np.random.default_rng(0))
    first, second = fields[moved[1]].box, fields[moved[3]].box
    pitch = round(fields[moved[3]].baseline - fields[moved[1]].baseline)
    there = Box(second.x, second.y - pitch, second.width, second.height)
    assert first.y < second.y and np.array_equal(edit.rgb[there.slices], rgb[second.slices])


def test_swapped_values_change_places(receipt, no_error):
    rgb, fields = receipt
    edit = Edit(rgb)
    one, two = swap_rows(edit, fields, steady(), np.random.default_rng(0))
    a, b = fields[one], fields[two]
    shift = round(b.baseline - a.baseline)
    there = Box(b.box.right - a.box.width, a.box.y + shift, a.box.width, a.box.height)
    assert np.abs(edit.rgb[there.slices].astype(int) - rgb[a.box.slices]).mean() < 4


def test_rows_hold_what_stands_side_by_side(receipt):
    rows = grouped_rows(receipt[1])
    assert rows == [[2 * i, 2 * i + 1] for i in range(6)]


# Lives


def test_a_fake_life_carries_mask_and_lines_to_the_file(drawn_screen):
    rgb, fields = drawn_screen(1)
    for seed in range(8):
        life = fake_life(rgb, fields, np.random.default_rng(seed))
        assert life.mask.shape == (life.transform.height, life.transform.width) and life.mask.any()
        assert len(life.fields) == len(fields)
        assert all(life.mask[life.fields[i].box.slices].any() for i in life.edited if life.fields[i].box.area)


def test_a_genuine_life_has_no_mask_and_names_its_editor(receipt):
    life = genuine_life(*receipt, np.random.default_rng(0))
    assert life.mask is None and life.edited == () and life.editor.startswith("noop")


def test_text_sizes_follow_the_scale(receipt):
    half = carried(receipt[1], Transform(210, 380, 0.5, 0.5))
    assert half[0].style.size == receipt[1][0].style.size / 2
    assert half[0].baseline == receipt[1][0].baseline / 2
