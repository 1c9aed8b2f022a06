"""A screenshot of an app: which screen, on which phone, and what scaling does to it."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from realfake.data.screenshots.app import App
from realfake.data.screenshots.markup import marked
from realfake.data.screenshots.page import Page
from realfake.data.screenshots.screen import Screen, TextField
from realfake.data.screenshots.screens.ordinary import ORDINARY
from realfake.data.screenshots.screens.receipts import receipt
from realfake.forensics.box import Box

MARKED = 0.04  # share of captures that their owner marked before sending them: the label stays genuine
SCALED_APPS = 0.06  # share of apps whose pictures are scaled after drawing, as by a phone below its own resolution
SCALES = (0.6667, 0.75, 0.8, 1.2, 1.25, 1.3333)


def draw_screen(app: App, rng: np.random.Generator, receipts_only: bool = False) -> Screen:
    """Draw one screenshot of an app, a receipt if asked for; the same app and generator state give the same pixels."""
    device = app.devices[int(rng.integers(len(app.devices)))]
    page = Page(app, device, rng)
    if rng.random() < app.between("receipts", 0.3, 1.0) or receipts_only:
        receipt(page)
    else:
        ORDINARY[
            app.pick("ordinary", tuple(ORDINARY))
            if rng.random() < 0.5
            else tuple(ORDINARY)[int(rng.integers(len(ORDINARY)))]
        ](page)
    rgb, fields = page.canvas.paint()
    if app.chance("scaled", SCALED_APPS):
        rgb, fields = scaled(rgb, fields, app.pick("scaled.by", SCALES))
    if rng.random() < MARKED:
        rgb, fields = marked(rgb, fields, rng)
    return Screen(rgb, tuple(fields), app.key, device.name, app.formats)


def scaled(rgb: NDArray[np.uint8], fields: list[TextField], by: float) -> tuple[NDArray[np.uint8], list[TextField]]:
    """A screen and its text lines at another size; lines keep no style, for none draws what scaling made."""
    height, width = rgb.shape[:2]
    size = round(width * by), round(height * by)
    smaller = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if by < 1 else cv2.INTER_CUBIC)
    moved = [
        replace(
            field,
            box=Box.from_edges(
                int(field.box.x * by),
                int(field.box.y * by),
                -int(-field.box.right * by // 1),
                -int(-field.box.bottom * by // 1),
            ),
            style=None,
            x=None,
            baseline=None,
        )
        for field in fields
    ]
    return np.asarray(smaller, np.uint8), moved
