"""Phones with few pixels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from realfake.data.screenshots import app as apps
from realfake.data.screenshots.app import Device

SMALL_ANDROIDS = (
    Device("android", 360, 640, 1.0),
    Device("android", 400, 800, 1.25),
    Device("android", 480, 800, 1.5),
    Device("android", 480, 1040, 1.5),
)
SMALL_IPHONES = (Device("ios", 375, 812, 1.0), Device("ios", 414, 736, 1.0))


@contextmanager
def small_phones() -> Iterator[None]:
    """Phones with few pixels, so that a set is drawn quickly; only in this process, not in its workers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apps, "ANDROIDS", SMALL_ANDROIDS)
        patch.setattr(apps, "IPHONES", SMALL_IPHONES)
        yield
