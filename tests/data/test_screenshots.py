import numpy as np
import pytest

from realfake.data.drawing.fonts import families, fonts, nearest_weight
from realfake.data.drawing.rasterisers import TextStyle, measure_text
from realfake.data.screenshots.app import App
from realfake.data.screenshots.canvas import Canvas, drawable, fit, wrap
from realfake.data.screenshots.content import LOCALES, Content, draw_formats, fold
from realfake.data.screenshots.draw import draw_screen, scaled
from realfake.data.screenshots.page import Page
from realfake.data.screenshots.screen import ROLES, TextField
from realfake.data.screenshots.screens.ordinary import ORDINARY
from realfake.data.screenshots.screens.receipts import receipt
from realfake.data.screenshots.vocabulary import WORDS, letters
from realfake.forensics.box import Box

KINDS = {"receipt": receipt, **ORDINARY}


def painted(kind, seed):
    app = App(seed)
    page = Page(app, min(app.devices, key=lambda device: device.width), np.random.default_rng(seed))
    KINDS[kind](page)
    return (*page.canvas.paint(), app)


@pytest.fixture(scope="module")
def screens():
    return [draw_screen(App(seed), np.random.default_rng(seed)) for seed in range(12)]


@pytest.fixture
def style():
    return TextStyle(nearest_weight(families(fonts())["Roboto"], 400), 20.0)


def test_the_same_app_and_seed_draw_the_same_pixels():
    once, again = (draw_screen(App(3), np.random.default_rng(9)) for _ in range(2))
    assert np.array_equal(once.rgb, again.rgb)
    assert once.fields == again.fields


def test_screens_of_one_app_differ_in_content_and_share_their_fonts():
    app = App(4)
    one, two = (draw_screen(app, np.random.default_rng(seed)) for seed in (1, 2))
    assert [field.text for field in one.fields] != [field.text for field in two.fields]
    main = app.faces["main"][0].family
    for screen in (one, two):
        assert main in {field.style.font.family for field in screen.fields if field.style}


def test_apps_differ_in_fonts_engines_languages_and_phones():
    apps = [App(seed) for seed in range(60)]
    assert len({app.faces["main"][0].family for app in apps}) >= 12
    assert len({app.engine for app in apps}) >= 6
    assert len({app.formats.language for app in apps}) >= 6
    assert len({device.width for app in apps for device in app.devices}) >= 8
    assert {device.platform for app in apps for device in app.devices} == {"android", "ios"}


def test_one_colour_is_several_greys_in_some_apps_and_the_same_on_each_screen_of_an_app():
    grey, apps = (110, 110, 110), [App(seed) for seed in range(40)]
    shades = [{app.shade(kind, grey) for kind in app.types} for app in apps]
    assert sum(found == {grey} for found in shades) >= 10
    assert sum(len(found) >= 4 for found in shades) >= 10
    steps = [abs(value - 110) for found in shades for shade in found - {grey} for value in shade]
    assert np.median(steps) <= 8
    app = next(app for app, found in zip(apps, shades) if len(found) >= 4)
    assert all(App(app.seed).shade(kind, grey) == app.shade(kind, grey) for kind in app.types)


def test_some_styles_of_text_stand_inside_their_column():
    app = next(app for app in map(App, range(40)) if app.inset("section") > 1)
    page = Page(app, app.devices[0], np.random.default_rng(0))
    lefts = []
    for y, kind in ((200, "item_amount"), (300, "section")):  # amounts never do
        page.text(kind, "HHH", 100, y)
        lefts.append(page.canvas.paint()[1][-1].x)
    assert lefts[1] - lefts[0] == page.px(app.inset("section")) > 0


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_screen_has_text_lines_where_it_says(kind):
    rgb, fields, _ = painted(kind, 21)
    height, width = rgb.shape[:2]
    assert fields
    for field in fields:
        assert field.box.area and field.field in ROLES and field.text.strip()
        assert field.box.x >= 0 and field.box.y >= 0 and field.box.right <= width and field.box.bottom <= height
        assert np.ptp(rgb[field.box.slices].reshape(-1, 3), axis=0).max() > 0


def test_the_ink_of_a_line_is_found_in_its_box(screens):
    for screen in screens:
        for field in screen.fields:
            if field.style is not None and field.style.size > 24 and field.style.opacity == 1:
                pixels = screen.rgb[field.box.slices].reshape(-1, 3).astype(int)
                assert np.abs(pixels - field.style.ink).max(axis=1).min() <= 45


def test_no_empty_boxes_are_drawn_for_letters_that_a_font_lacks(screens):
    for screen in screens:
        assert all(field.style.font.covers(field.text) for field in screen.fields if field.style)


def test_letters_that_a_font_lacks_are_simplified_or_left_out():
    lato = TextStyle(nearest_weight(families(fonts())["Poppins"], 400), 20.0)
    assert drawable("Nguyễn 漢", lato) == "Nguyen "


def test_text_stands_on_whole_pixels_where_the_engine_snaps_it():
    snapping = [App(seed) for seed in range(60) if App(seed).engine.snap == "both"]
    for app in snapping[:4]:
        page = Page(app, app.devices[0], np.random.default_rng(1))
        receipt(page)
        for field in page.canvas.paint()[1]:
            assert field.baseline == int(field.baseline) and field.x == int(field.x)


def test_some_apps_place_text_between_pixels():
    apps = [App(seed) for seed in range(80)]
    free = next(app for app in apps if app.engine.snap == "none")
    page = Page(free, free.devices[0], np.random.default_rng(1))
    receipt(page)
    assert any(field.baseline % 1 for field in page.canvas.paint()[1])


def test_every_language_has_every_word_and_enough_fonts():
    for language, words in WORDS.items():
        assert set(words) == set(WORDS["en"])
        assert all(words.values())
        assert len(families(fonts(covering=letters(language)))) >= 8


@pytest.mark.parametrize("locale", sorted(LOCALES))
def test_content_of_every_locale_can_be_drawn(locale, style):
    rng = np.random.default_rng(5)
    content = Content(draw_formats(rng, locale), rng)
    for text in (content.name(), content.money(content.amount()), content.moment(), content.note(), content.title()):
        assert text and fold(text)
        assert drawable(text, style)


def test_amounts_are_written_as_the_locale_does():
    rng = np.random.default_rng(1)
    written = {
        locale: Content(draw_formats(rng, locale), rng).money_parts(1234567)[1]
        for locale in ("vi_VN", "en_US", "en_IN")
    }
    assert written["vi_VN"] == "1.234.567"
    assert written["en_US"].startswith("1,234,567")
    assert written["en_IN"].startswith("12,34,567")


def test_a_card_is_laid_under_rows_recorded_before_it(style):
    canvas = Canvas(100, 60, (255, 255, 255))
    with canvas.under() as below:
        canvas.text("Hi", 20, 40, style, "body")
        below(lambda: canvas.rect(0, 0, 100, 60, (200, 0, 0)))
    rgb, fields = canvas.paint()
    assert tuple(rgb[0, 0]) == (200, 0, 0)
    assert rgb[fields[0].box.slices].min(axis=(0, 1))[0] < 60


def test_covered_text_is_forgotten_and_veiled_text_changes_its_ink(style):
    canvas = Canvas(300, 100, (255, 255, 255))
    canvas.text("above", 10, 30, style, "body")
    canvas.text("below", 10, 80, style, "body")
    canvas.scrim((0, 0, 0), 0.5)
    canvas.rect(0, 50, 300, 50, (255, 255, 255))
    canvas.cover(Box(0, 50, 300, 50))
    rgb, fields = canvas.paint()
    assert [field.text for field in fields] == ["above"]
    assert tuple(rgb[0, 0]) == pytest.approx((128, 128, 128), abs=1)


def test_long_text_is_cut_or_wrapped_to_the_room_it_has(style):
    words = "a rather long description of a payment"
    assert measure_text(fit(words, style, 120), style).width <= 120
    assert fit(words, style, 120).endswith("…")
    lines = wrap(words, style, 120)
    assert " ".join(lines) == words and all(measure_text(line, style).width <= 120 for line in lines)


def test_scaling_a_screen_carries_its_lines():
    rgb = np.zeros((100, 80, 3), np.uint8)
    smaller, fields = scaled(rgb, [TextField(Box(10, 20, 30, 40), "body", "x")], 0.5)
    assert smaller.shape == (50, 40, 3)
    assert fields[0].box == Box(5, 10, 15, 20)
