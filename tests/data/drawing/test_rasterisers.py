from dataclasses import replace

import numpy as np
import pytest

from realfake.data.drawing import fonts as catalogue_module
from realfake.data.drawing.fonts import FEWEST_FAMILIES, families, fonts, licences, nearest_weight
from realfake.data.drawing.rasterisers import RASTERISERS, TextStyle, directed, draw_text, measure_text, shape
from realfake.forensics.errors import MissingExtra

VIETNAMESE = "Chuyển khoản đến Nguyễn Thị Hường 1.234.567 VND"


@pytest.fixture(scope="module")
def roboto():
    return families(fonts())["Roboto"]


@pytest.fixture(params=RASTERISERS)
def style(request, roboto):
    return TextStyle(nearest_weight(roboto, 400), 32.0, (20, 40, 120), rasteriser=request.param)


def paper():
    return np.full((80, 400, 3), 255, np.uint8)


def drawn(text, style, x=20.0, baseline=50.0):
    rgb = paper()
    box = draw_text(rgb, text, x, baseline, style)
    return rgb, box


def test_the_catalogue_has_many_families_and_a_licence_for_each():
    assert len(families(fonts())) >= FEWEST_FAMILIES
    assert set(licences()) == set(families(fonts()))
    assert all(licences().values())


def test_fonts_that_cover_vietnamese_have_all_its_letters():
    covering = fonts(VIETNAMESE)
    assert len(families(covering)) >= FEWEST_FAMILIES
    assert all(face.covers(VIETNAMESE) for face in covering)
    assert "Barlow" in families(fonts()) and not any(face.covers("漢") for face in fonts())


def test_missing_font_packages_give_a_sentence(monkeypatch):
    monkeypatch.setattr(catalogue_module, "SLUGS", ())
    catalogue_module._catalogue.cache_clear()
    try:
        with pytest.raises(MissingExtra, match=r"realfake\[synth\]"):
            catalogue_module.catalogue()
    finally:
        monkeypatch.undo()
        catalogue_module._catalogue.cache_clear()


def test_the_box_holds_all_ink_and_no_blank_edge(style):
    rgb, box = drawn("Hxg 123", style)
    inked = (rgb != 255).any(axis=2)
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    assert (box.y, box.bottom) == (rows[0], rows[-1] + 1)
    assert (box.x, box.right) == (columns[0], columns[-1] + 1)


def test_a_capital_stands_on_the_baseline(style):
    _, box = drawn("H", style)
    assert abs(box.bottom - 50) <= 1
    assert box.height == pytest.approx(0.71 * style.size, abs=1.5)


def test_solid_strokes_have_the_ink_asked_for(roboto):
    for rasteriser in RASTERISERS:
        rgb, box = drawn("IIII", TextStyle(nearest_weight(roboto, 700), 60.0, (20, 40, 120), rasteriser=rasteriser))
        assert (rgb[box.slices] == (20, 40, 120)).all(axis=2).any()


def test_half_opaque_ink_is_half_way_to_the_paper(roboto):
    faint = TextStyle(nearest_weight(roboto, 700), 60.0, (0, 0, 0), opacity=0.5)
    rgb, _ = drawn("I", faint)
    assert rgb.min() in (127, 128)


def test_moving_by_whole_pixels_moves_the_same_pixels(style):
    here, box = drawn("Amount 42", style)
    there, moved = drawn("Amount 42", style, x=27.0, baseline=53.0)
    assert np.array_equal(here[box.slices], there[moved.slices])
    assert (moved.x - box.x, moved.y - box.y) == (7, 3)


def test_part_of_a_pixel_changes_the_glyphs_only_with_sub_pixel_positions(roboto):
    for rasteriser in ("skia", "freetype"):
        base = TextStyle(nearest_weight(roboto, 400), 32.0, rasteriser=rasteriser)
        assert not np.array_equal(drawn("l", base)[0], drawn("l", base, x=20.25)[0])
        snapped = replace(base, positioning="snapped")
        assert np.array_equal(drawn("l", snapped)[0], drawn("l", snapped, x=20.25)[0])


def test_a_baseline_between_pixels_blurs_the_foot_of_letters(roboto):
    plain = TextStyle(nearest_weight(roboto, 400), 32.0, hinting="none")
    assert not np.array_equal(drawn("H", plain)[0], drawn("H", plain, baseline=50.5)[0])


def test_rasterisers_draw_the_same_words_differently(roboto):
    pictures = [
        drawn("Total 1,234.56", TextStyle(nearest_weight(roboto, 400), 32.0, rasteriser=r))[0] for r in RASTERISERS
    ]
    for i, one in enumerate(pictures):
        for other in pictures[i + 1 :]:
            assert not np.array_equal(one, other)
            assert np.abs(one.astype(float) - other).mean() < 12


def test_weights_of_a_variable_font_differ_in_every_rasteriser(roboto):
    for rasteriser in RASTERISERS:
        light, bold = (
            255 - drawn("HHHH", TextStyle(nearest_weight(roboto, weight), 40.0, rasteriser=rasteriser))[0].mean()
            for weight in (300, 700)
        )
        assert bold > 1.3 * light


@pytest.mark.parametrize("family", ["Noto Sans", "Roboto", "Source Sans 3"])
def test_a_letter_is_as_bold_whatever_was_drawn_before_it(family):
    """Skia's ink against FreeType's: of one letter the same before and after others, at sizes that were never drawn."""
    face = nearest_weight(families(fonts())[family], 600)
    bold = []
    for number, letter in enumerate("TVTATnT3T"):
        looks = [TextStyle(face, 40.37 + number / 64, rasteriser=name, hinting="none") for name in ("skia", "freetype")]
        skia, freetype = (255.0 * paper().size - drawn(letter, look)[0].sum() for look in looks)
        if letter == "T":
            bold.append(skia / freetype)
    assert np.ptp(bold) < 0.02


def test_lcd_anti_aliasing_has_coloured_edges_and_gray_has_none(roboto):
    for rasteriser in ("skia", "freetype"):
        black = TextStyle(nearest_weight(roboto, 400), 32.0, rasteriser=rasteriser)
        gray, coloured = (
            np.ptp(drawn("WAV", replace(black, antialias=kind))[0], axis=2).max() for kind in ("gray", "lcd")
        )
        assert gray == 0 and coloured > 40


def test_letter_spacing_widens_by_its_amount_for_each_glyph(style):
    spaced = replace(style, letter_spacing=3.0, kerning=False)
    plain = replace(style, kerning=False)
    assert measure_text("ABCD", spaced).width == pytest.approx(measure_text("ABCD", plain).width + 12)


def test_tabular_digits_have_one_width():
    inter = TextStyle(nearest_weight(families(fonts())["Inter"], 400), 32.0, kerning=False)
    widths = {round(measure_text(digit, replace(inter, tabular=True)).width, 3) for digit in "0123456789"}
    assert len(widths) == 1
    assert len({round(measure_text(digit, inter).width, 3) for digit in "0123456789"}) > 1


def test_whole_advances_are_whole(roboto):
    style = TextStyle(nearest_weight(roboto, 400), 31.3, positioning="whole")
    assert measure_text("Reference", style).width == int(measure_text("Reference", style).width)


def test_fake_bold_and_slant_change_what_is_drawn(style):
    plain, _ = drawn("Hill", style)
    assert drawn("Hill", replace(style, embolden=True))[0].mean() < plain.mean()
    assert drawn("Hill", replace(style, slant=0.25))[1].right > drawn("Hill", style)[1].right


def test_a_lower_gamma_is_bolder(style):
    assert drawn("Hill", replace(style, gamma=0.6))[0].mean() < drawn("Hill", style)[0].mean()


def test_text_beyond_the_frame_is_cut_and_blank_text_has_no_box(style):
    rgb, box = drawn("A long line that runs out of the frame at the right side", style)
    assert box.right == rgb.shape[1]
    for nothing in ("", "   "):
        assert drawn(nothing, style)[1].area == 0
    assert drawn("gone", style, x=5000)[1].area == 0


def test_letters_of_arabic_join_and_run_from_the_right():
    face = families(fonts(covering="المبلغ"))["DejaVu Sans"][0]
    style = TextStyle(face, 40.0, rtl=True)
    apart = sum(measure_text(sign, style).width for sign in "المبلغ")
    assert measure_text("المبلغ", style).width < 0.9 * apart
    rgb = np.full((120, 400, 3), 255, np.uint8)
    whole = draw_text(rgb, "ا١٢", 20, 80, style)
    first = np.full((120, 400, 3), 255, np.uint8)
    assert draw_text(first, "ا", 20, 80, style).width < whole.width / 2
    alone = first[draw_text(first, "ا", 20, 80, style).slices]
    assert (rgb[whole.y : whole.bottom, whole.right - alone.shape[1] : whole.right][: alone.shape[0]] < 255).any()


def test_numbers_keep_their_order_in_a_text_from_the_right():
    assert directed("المبلغ 12.50", rtl=True) == [("12.50", "ltr"), ("المبلغ ", "rtl")]
    assert directed("\u200e-5 EGP", rtl=True) == [("-5 EGP", "ltr")]
    assert directed("a-b", rtl=False) == [("a-b", "ltr")]
    persian = shape("۱۲", TextStyle(families(fonts(covering="۱۲"))["DejaVu Sans"][0], 40.0))
    assert persian.strings == ("۱", "۲")
