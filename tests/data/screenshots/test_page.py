"""Pages place text as their app does."""

import numpy as np

from realfake.data.screenshots.app import App
from realfake.data.screenshots.page import Page
from realfake.data.screenshots.screens.receipts import receipt


def test_some_styles_of_text_stand_inside_their_column():
    app = next(app for app in map(App, range(40)) if app.inset("section") > 1)
    page = Page(app, app.devices[0], np.random.default_rng(0))
    lefts = []
    for y, kind in ((200, "item_amount"), (300, "section")):  # amounts never do
        page.text(kind, "HHH", 100, y)
        lefts.append(page.canvas.paint()[1][-1].x)
    assert lefts[1] - lefts[0] == page.px(app.inset("section")) > 0


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
