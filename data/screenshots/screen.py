"""What a drawn screen is: its pixels and every line of text on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from realfake.data.drawing.rasterisers import TextStyle
from realfake.data.screenshots.content import Formats
from realfake.forensics.box import Box

ROLES = (
    "label", "amount", "to_name", "from_name", "account", "date", "time", "reference", "note", "title", "status",
    "button", "body", "number",
)  # fmt: skip
EDITABLE = (
    "amount", "to_name", "from_name", "account", "date", "time", "reference", "note", "status", "number", "title",
    "body",
)  # fmt: skip
KEYS = (
    "label", "headline", "currency", "amount", "fee", "discount", "total", "words", "reference", "date", "time",
    "clock", "recipient", "account", "bank", "sender", "sender_account", "status", "note", "method", "balance",
)  # fmt: skip


@dataclass(frozen=True)
class TextField:
    """One line of text of one style.

    Attributes
    ----------
    box : its ink, pixels of the image it is listed for
    field : what it says, one of ``ROLES``
    text : the characters drawn; "" if the line was found in a picture and not read
    style : how it was drawn, None if not known
    x, baseline : where it was drawn from, pixels, as `draw_text` takes them; None if not known
    key : which value of a receipt it is, one of ``KEYS``; "" for all else
    """

    box: Box
    field: str
    text: str
    style: TextStyle | None = None
    x: float | None = None
    baseline: float | None = None
    key: str = ""


@dataclass(frozen=True)
class Screen:
    """A screenshot before any editor or channel.

    Attributes
    ----------
    rgb : (H, W, 3) uint8 array
    fields : its text lines, in the order drawn
    app : name of the app's fixed draw
    device : name of the phone, such as "1080x2400@2.75"
    formats : how the app writes amounts and dates; None if not known
    """

    rgb: NDArray[np.uint8]
    fields: tuple[TextField, ...]
    app: str
    device: str
    formats: Formats | None = None
