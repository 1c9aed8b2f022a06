"""A page of text drawn in memory, on which a service tries itself before it says that it is ready."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

LINES = ("Transfer completed", "Amount 1,250.00", "To A. Sample", "From B. Sample", "Reference 20260101", "Fee 0.00")


def drawn() -> bytes:
    """A PNG of 360 x 420 pixels."""
    page = Image.new("RGB", (360, 420), "white")
    for row, line in enumerate(LINES):
        ImageDraw.Draw(page).text((20, 20 + 60 * row), line, "black", font_size=24)
    file = io.BytesIO()
    page.save(file, "PNG")
    return file.getvalue()
