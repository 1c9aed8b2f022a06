"""Apps differ from each other and stay as they are."""

import numpy as np

from realfake.data.screenshots.app import App


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
