"""A forger whose hand does what a test says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from realfake.data.forgeries.hand import Hand, draw_hand
from realfake.data.screenshots.screen import TextField


def steady(seed: int = 0, **habits: Any) -> Hand:
    """A hand that makes no mistakes, with the habits given."""
    exact = {
        "care": "subtle",
        "font": "same",
        "raster": "same",
        "colour_off": 0.0,
        "padding": 0.15,
        "gamma": 1.0,
        "whole_pixels": False,
        "soften": 0.0,
        "baseline": 0.0,
        "anchor": 0.0,
        "size": 1.0,
        "spacing": 0.0,
        "picks_ink": False,
        "plain_ink": False,
        "paleness": 0.0,
        "eraser": "flat",
        "edge": "hard",
    }
    return replace(draw_hand(np.random.default_rng(seed)), **{**exact, **habits})


def field_of(fields: Sequence[TextField], role: str) -> TextField:
    """The first line that says this."""
    return next(field for field in fields if field.field == role)
