"""Pictures with words baked in: set by a designer with other fonts, then compressed and scaled with the picture."""

from __future__ import annotations

import numpy as np

from realfake.data.drawing.fonts import nearest_weight
from realfake.data.drawing.rasterisers import TextStyle, draw_text
from realfake.data.screenshots.app import all_families
from realfake.data.screenshots.canvas import drawable, wrap
from realfake.data.screenshots.content import pick
from realfake.data.screenshots.pictures import Picture, compressed
from realfake.data.screenshots.screen import TextField

RASTERISERS = ("skia", "freetype", "freetype")


def artwork(rng: np.random.Generator, ground: Picture, title: str, line: str) -> tuple[Picture, list[TextField]]:
    """Set a title and a line of small print on a picture of (h, w, 3), which is changed; return it and its text lines.

    The lines have no style: compression and scaling have changed what was drawn.
    """
    height, width = ground.shape[:2]
    family = pick(rng, sorted(all_families()))
    faces = all_families()[family]
    ink = (255, 255, 255) if ground.mean() < 140 else (20, 20, 30)
    engine = pick(rng, RASTERISERS)
    left, top = width * rng.uniform(0.04, 0.1), height * rng.uniform(0.1, 0.3)
    lines = []
    for text, size, weight in ((title, 0.19, 700), (line, 0.1, 400)):
        style = TextStyle(
            nearest_weight(faces, weight), max(height * size, 6.0), ink, rasteriser=engine, hinting="none"
        )
        for row in wrap(drawable(text, style), style, width * 0.85)[:2]:
            top += style.size * 1.3
            box = draw_text(ground, row, left, top, style)
            inside = box.x > 0 and box.y > 0 and box.right < width and box.bottom < height
            if box.area and inside:
                lines.append(TextField(box, "body", row))
    return (compressed(rng, ground) if rng.random() < 0.8 else ground), lines
