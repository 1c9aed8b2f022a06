"""Phones with few pixels, and pages on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from realfake.data.screenshots import app as apps
from realfake.data.screenshots.app import App, Device
from realfake.data.screenshots.page import Page

SMALL_ANDROIDS = (
    Device("android", 360, 640, 1.0),
    Device("android", 400, 800, 1.25),
    Device("android", 480, 800, 1.5),
    Device("android", 480, 1040, 1.5),
)
SMALL_SET = {"genuine": 8, "fake": 5, "apps": 3, "seed": 7}
SMALL_IPHONES = (Device("ios", 375, 812, 1.0), Device("ios", 414, 736, 1.0))


@contextmanager
def small_phones() -> Iterator[None]:
    """Phones with few pixels, so that a set is drawn quickly; only in this process, not in its workers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apps, "ANDROIDS", SMALL_ANDROIDS)
        patch.setattr(apps, "IPHONES", SMALL_IPHONES)
        yield


def narrow_page(seed: int) -> Page:
    """A page of an app on the narrowest of its phones."""
    app = App(seed)
    return Page(app, min(app.devices, key=lambda device: device.width), np.random.default_rng(seed))
