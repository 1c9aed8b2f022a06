"""Choosing a typeface as a forger does: by height, width and weight of the letters that are to be imitated."""

from __future__ import annotations

import zlib
from dataclasses import replace
from functools import cache

import numpy as np

from realfake.data.drawing.fonts import Font, catalogue, families, fonts, nearest_weight
from realfake.data.drawing.rasterisers import TextStyle, coverage, measure_text
from realfake.data.forgeries.look import Look

Generator = np.random.Generator

SAMPLE = "Hamburgefonstiv 0123456789"
SAMPLE_SIZE = 64.0  # pixels per em at which faces are measured
SIZES = (16.0, 24.0, 36.0, SAMPLE_SIZE)  # pixels per em at which a line of unknown face is compared
USUAL_CAP = 0.71  # ems
USUAL = ("Roboto", "Open Sans", "Noto Sans", "Arimo", "Inter", "DejaVu Sans", "Lato", "Montserrat", "Poppins")
INSTALLED = 28  # faces among which a forger looks for a likeness
SPREAD = np.array([0.02, 0.06, 0.04])  # small differences of stroke, advance and x-height, capital heights


@cache
def proportions(font: Font, size: float = SAMPLE_SIZE) -> tuple[float, float, float, float]:
    """Capital height in ems; stroke width, mean advance and x-height in capital heights; as measured at a size."""
    style = TextStyle(font, size, rasteriser="freetype", hinting="none")
    cap, ex = (coverage(letter, 0, 0, style)[0].shape[0] for letter in "Hx")
    mask = coverage(SAMPLE, 0, 0, style)[0].astype(np.float32) / 255
    stroke = 2 * mask.sum() / np.hypot(*np.gradient(mask)).sum()
    advance = measure_text(SAMPLE, style).width / len(SAMPLE)
    return cap / size, float(stroke) / cap, advance / cap, ex / cap


def cap_height(style: TextStyle) -> float:
    """Height of a capital letter, pixels."""
    return proportions(style.font)[0] * style.size


def same_cap_size(old: TextStyle, font: Font) -> float:
    """Pixels per em at which another face has capitals as high as `old`."""
    return cap_height(old) / proportions(font)[0]


def near_font(font: Font, text: str, rng: Generator) -> Font:
    """A face of another family that looks much like `font` and covers `text`; `font` itself if there is none."""
    wanted = np.array(proportions(font)[1:])
    others = [face for face in fonts(covering=text, category=font.category) if face.family != font.family]
    others = others or [face for face in fonts(covering=text) if face.family != font.family]
    others = [face for face in others if abs(face.weight - font.weight) <= 150] or others
    return _nearest(others, wanted, rng, among=3) if others else font


def other_weight(font: Font, rng: Generator) -> Font:
    """The same family one step lighter or bolder; `font` itself if it has one weight only."""
    family = families(catalogue())[font.family]
    others = sorted({face.weight for face in family} - {font.weight}, key=lambda weight: abs(weight - font.weight))
    return nearest_weight(family, int(rng.choice(others[:2]))) if others else font


def usual_font(font: Font, text: str, rng: Generator) -> Font:
    """A face that every machine has, in about the same weight or the regular one; `font` itself if none has `text`."""
    groups = families(face for face in fonts(covering=text) if face.family in USUAL)
    if not groups:
        return font
    group = groups[str(rng.choice(list(groups)))]
    return nearest_weight(group, font.weight if rng.random() < 0.6 else 400)


def other_font(font: Font, text: str, rng: Generator) -> Font:
    """A face taken with little thought: any family, a usual one more often, in about the same weight."""
    groups = families(face for face in fonts(covering=text) if face.family != font.family)
    if not groups:
        return font
    usual = [name for name in USUAL if name in groups]
    name = str(rng.choice(usual if usual and rng.random() < 0.6 else list(groups)))
    return min(groups[name], key=lambda face: abs(face.weight - font.weight) + 100 * rng.random())


def installed_style(style: TextStyle, text: str) -> TextStyle:
    """The style in a face that a program finds installed: one of the usual families, the same for the same face."""
    if style.font.family in USUAL:
        return style
    groups = families(face for face in fonts(covering=text) if face.family in USUAL)
    if not groups:
        return style
    name = sorted(groups)[zlib.crc32(style.font.family.encode()) % len(groups)]
    font = nearest_weight(groups[name], style.font.weight)
    return replace(style, font=font, size=same_cap_size(style, font))


def matching_style(look: Look, text: str, rng: Generator) -> TextStyle:
    """A style for a line of which nothing is known but its pixels: nearest in height, stroke width and letter width."""
    gaps = sum(right.x - left.right for left, right in zip(look.glyphs, look.glyphs[1:]))
    advance = (sum(glyph.width for glyph in look.glyphs) + gaps) / max(len(look.glyphs), 1)
    wanted = np.array([look.stroke / look.cap, np.clip(advance / look.cap, 0.55, 1.1), 0.74])
    faces = fonts(covering=text, category="sans") or fonts(covering=text) or catalogue()
    usual = [face for face in faces if face.family in USUAL]
    size = min(SIZES, key=lambda size: abs(size - look.cap / USUAL_CAP))  # small strokes measure wider than they are
    font = _nearest(usual if usual and rng.random() < 0.5 else list(faces), wanted, rng, among=3, size=size)
    return TextStyle(font, look.cap / proportions(font)[0], ink=rounded_colour(look.ink), hinting="none")


def rounded_colour(levels: np.ndarray) -> tuple[int, int, int]:
    """Red, green and blue as whole levels of 0..255."""
    red, green, blue = (int(level) for level in np.rint(np.clip(levels, 0, 255)))
    return red, green, blue


def _nearest(faces: list[Font], wanted: np.ndarray, rng: Generator, among: int, size: float = SAMPLE_SIZE) -> Font:
    if len(faces) > INSTALLED:
        faces = [faces[i] for i in rng.choice(len(faces), INSTALLED, replace=False)]
    distances = np.array([np.abs((np.array(proportions(face, size)[1:]) - wanted) / SPREAD).sum() for face in faces])
    closest = np.argsort(distances, kind="stable")[:among]
    return faces[int(closest[int(rng.integers(len(closest)))])]
