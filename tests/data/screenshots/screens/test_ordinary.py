"""Every kind of screen has lines of text where it says."""

import numpy as np
import pytest

from realfake.data.screenshots.app import App
from realfake.data.screenshots.page import Page
from realfake.data.screenshots.screen import ROLES
from realfake.data.screenshots.screens.ordinary import ORDINARY
from realfake.data.screenshots.screens.receipts import receipt

KINDS = {"receipt": receipt, **ORDINARY}


def painted(kind, seed):
    app = App(seed)
    page = Page(app, min(app.devices, key=lambda device: device.width), np.random.default_rng(seed))
    KINDS[kind](page)
    return (*page.canvas.paint(), app)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_screen_has_text_lines_where_it_says(kind):
    rgb, fields, _ = painted(kind, 21)
    height, width = rgb.shape[:2]
    assert fields
    for field in fields:
        assert field.box.area and field.field in ROLES and field.text.strip()
        assert field.box.x >= 0 and field.box.y >= 0 and field.box.right <= width and field.box.bottom <= height
        assert np.ptp(rgb[field.box.slices].reshape(-1, 3), axis=0).max() > 0
