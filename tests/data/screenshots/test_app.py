"""Apps differ from each other and stay as they are."""

import numpy as np
import pytest

from realfake.data.screenshots import app as app_module
from realfake.data.screenshots.app import App, drawable_locales
from realfake.data.screenshots.content import USUAL
from realfake.forensics.errors import MissingExtra, UnknownName


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


def test_an_app_is_of_the_locales_named_and_others_stay_as_they_were():
    arabic = [App(seed, ("ar_EG", "fa_IR")) for seed in range(6)]
    assert {app.locale for app in arabic} == {"ar_EG", "fa_IR"} and all(app.formats.rtl for app in arabic)
    assert all(face.covers("المبلغ٣") for app in arabic for faces in app.faces.values() for face in faces)
    assert not {App(seed).locale for seed in range(80)} - set(USUAL)


def test_locales_without_a_font_are_left_out_and_none_left_is_said(monkeypatch):
    monkeypatch.setattr(app_module, "fonts", lambda covering, category: () if "金" in covering else ("some",))
    assert drawable_locales(("zh_CN", "ar_EG")) == ("ar_EG",) and drawable_locales(()) == ()
    with pytest.raises(MissingExtra, match="no font here has the letters of zh_CN; on Debian apt-get install"):
        drawable_locales(("zh_CN",))
    with pytest.raises(UnknownName, match="there is no locale 'xx'"):
        drawable_locales(("xx",))
