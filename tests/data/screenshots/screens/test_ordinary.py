"""Every kind of screen has lines of text where it says."""

import numpy as np
import pytest

from realfake.data.screenshots.screen import ROLES
from realfake.data.screenshots.screens.ordinary import ORDINARY
from realfake.data.screenshots.screens.receipts import receipt
from tests.phones import narrow_page

KINDS = {"receipt": receipt, **ORDINARY}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_screen_has_text_lines_where_it_says(kind):
    page = narrow_page(21)
    KINDS[kind](page)
    rgb, fields = page.canvas.paint()
    height, width = rgb.shape[:2]
    assert fields
    for field in fields:
        assert field.box.area and field.field in ROLES and field.text.strip()
        assert field.box.x >= 0 and field.box.y >= 0 and field.box.right <= width and field.box.bottom <= height
        assert np.ptp(rgb[field.box.slices].reshape(-1, 3), axis=0).max() > 0
