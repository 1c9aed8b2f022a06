"""A forger's hand: the tools that one forger uses throughout an image, and how carefully."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from realfake.data.channels import choice
from realfake.data.drawing.fonts import Font
from realfake.data.drawing.rasterisers import TextStyle
from realfake.data.forgeries.look import Look
from realfake.data.forgeries.typeface import (
    near_font,
    other_font,
    other_weight,
    rounded_colour,
    same_cap_size,
    usual_font,
)
from realfake.forensics.box import Box

Generator = np.random.Generator

CARES = {"subtle": 0.4, "ordinary": 0.42, "crude": 0.18}
CLOSE_CARES = {"subtle": 0.62, "ordinary": 0.34, "crude": 0.04}  # where new letters stand next to old ones
ERASER_SHARES = {"flat": 0.4, "patch": 0.1, "gradient": 0.07, "clone": 0.08, "telea": 0.2, "ns": 0.1, "blur": 0.05}
EDGES = {"hard": 0.72, "feather": 0.16, "brush": 0.12}
LETTER = 30.0  # pixels: capital height for which the errors below are given


@dataclass(frozen=True)
class Errors:
    """Standard deviations of errors: pixels at a capital height of `LETTER`, shares of size and ink, gray levels."""

    baseline: float
    anchor: float
    size: float
    spacing: float
    paleness: float
    tint: float


ERRORS = {
    "subtle": Errors(baseline=0.6, anchor=0.9, size=0.01, spacing=0.05, paleness=0.01, tint=0.3),
    "ordinary": Errors(baseline=1.2, anchor=2.2, size=0.03, spacing=0.2, paleness=0.07, tint=2.0),
    "crude": Errors(baseline=2.2, anchor=6.0, size=0.08, spacing=0.6, paleness=0.15, tint=8.0),
}
FONTS = {
    "subtle": {"same": 0.6, "weight": 0.07, "near": 0.23, "usual": 0.1},
    "ordinary": {"same": 0.25, "weight": 0.12, "near": 0.28, "usual": 0.28, "other": 0.07},
    "crude": {"same": 0.08, "weight": 0.12, "near": 0.25, "usual": 0.3, "other": 0.25},
}
HEEDLESS = {"subtle": 0.04, "ordinary": 0.15, "crude": 0.35}  # chance that an erased area cuts into what is near
RASTERS: dict[str, dict[str, Any]] = {  # how editors draw text, as changes to a style
    "desktop": {"rasteriser": "freetype", "hinting": "none", "positioning": "subpixel"},
    "desktop-hinted": {"rasteriser": "freetype", "hinting": "slight", "positioning": "whole"},
    "script": {"rasteriser": "freetype", "hinting": "full", "positioning": "whole"},
    "script-unkerned": {"rasteriser": "freetype", "hinting": "slight", "positioning": "snapped", "kerning": False},
    "phone": {"rasteriser": "skia", "hinting": "none", "positioning": "subpixel"},
    "phone-hinted": {"rasteriser": "skia", "hinting": "slight", "positioning": "snapped"},
    "small": {"rasteriser": "stb", "hinting": "none", "positioning": "snapped"},
}
RASTER_SHARES = {
    "desktop": 0.14, "desktop-hinted": 0.22, "script": 0.24, "script-unkerned": 0.1, "phone": 0.1,
    "phone-hinted": 0.08, "small": 0.04, "same": 0.08,
}  # fmt: skip


@dataclass(frozen=True)
class Hand:
    """Habits of one forger.

    Attributes
    ----------
    care : "subtle", "ordinary" or "crude"
    eraser : name of one of the erasers
    edge : "hard", "feather" or "brush"
    feather : pixels over which a soft edge fades
    colour_off : probability that a flat fill misses the paper's colour
    inpaints_ink : inpaint only the dilated ink rather than a rectangle
    dilation, inpaint_radius : pixels
    padding : share of the capital height by which an erased area exceeds the ink; negative leaves fringes
    font : "same", "weight" (another weight of the family), "near", "usual" (one that every machine has) or "other"
    taste : seed of the choice among fonts
    raster : name of one of `RASTERS`, or "same" for that of the screen
    antialias : "gray" or "lcd"
    gamma : exponent on coverage
    tabular : knows how to ask for digits of one width
    whole_pixels : text lands on whole pixels
    soften : pixels of Gaussian blur on new text, to match a blurred screen
    baseline, anchor : errors in pixels at a capital height of `LETTER`, the same for every field of the image
    size : factor on the right size
    spacing : pixels added after each letter, at `LETTER`
    picks_ink : takes the colour from the image's pixels rather than knowing it
    true_ink : writes in just the colour that was picked
    plain_ink : writes in black or white whatever the ink was
    paleness : share by which the ink falls short towards the paper
    """

    care: str
    eraser: str
    edge: str
    feather: float
    colour_off: float
    inpaints_ink: bool
    dilation: int
    inpaint_radius: int
    padding: float
    font: str
    taste: int
    raster: str
    antialias: str
    gamma: float
    tabular: bool
    whole_pixels: bool
    soften: float
    baseline: float
    anchor: float
    size: float
    spacing: float
    picks_ink: bool
    true_ink: bool
    plain_ink: bool
    paleness: float

    @property
    def errors(self) -> Errors:
        """How far this hand errs."""
        return ERRORS[self.care]

    def scaled(self, pixels: float, cap: float) -> float:
        """An error given at `LETTER`, for letters `cap` pixels high."""
        return pixels * max(cap / LETTER, 0.5)

    def style(self, old: TextStyle, text: str, look: Look, rng: Generator) -> TextStyle:
        """The style in which this hand writes `text` where the screen has `old`."""
        font = self.typeface(old.font, text)
        size = same_cap_size(old, font) * self.size
        if self.whole_pixels and self.care != "subtle":
            size = max(round(size), 6)
        spacing = self.scaled(self.spacing, look.cap) + (old.letter_spacing if self.care == "subtle" else 0.0)
        ink = self._ink(np.array(old.ink, float), look, rng)
        drawn = replace(old, font=font, size=float(size), ink=ink, letter_spacing=spacing)
        if self.raster == "same":
            return drawn
        tabular = old.tabular and self.tabular
        return replace(drawn, antialias=self.antialias, gamma=self.gamma, tabular=tabular, **RASTERS[self.raster])

    def typeface(self, old: Font, text: str) -> Font:
        """The face that this hand takes for `old`: the same one wherever `old` stands."""
        taste = np.random.default_rng(self.taste)
        if self.font == "near" or not old.covers(text):
            return near_font(old, text, taste)
        if self.font == "weight":
            return other_weight(old, taste)
        if self.font == "usual":
            return usual_font(old, text, taste)
        return other_font(old, text, taste) if self.font == "other" else old

    def _ink(self, ink: np.ndarray, look: Look, rng: Generator) -> tuple[int, int, int]:
        """The right ink, one near it or a paler one as picked from a letter's edge, or plain black or white."""
        if self.plain_ink:
            return rounded_colour(np.full(3, 0.0 if ink.mean() < look.paper.mean() else 255.0))
        if self.true_ink:
            return rounded_colour(ink)
        paler = ink + (look.paper - ink) * abs(self.paleness)
        return rounded_colour(paler + rng.normal(0, self.errors.tint, 3))

    def place(self, x: float, baseline: float, cap: float, rng: Generator) -> tuple[float, float]:
        """Where this hand puts text that belongs at `x` and `baseline`."""
        x += self.scaled(self.anchor + rng.normal(0, self.errors.anchor / 3), cap)
        baseline += self.scaled(self.baseline + rng.normal(0, self.errors.baseline / 3), cap)
        return (float(round(x)), float(round(baseline))) if self.whole_pixels else (x, baseline)

    def area(self, box: Box, cap: int, margins: tuple[int, ...], rng: Generator) -> Box:
        """The area that this hand erases around ink, mostly within bare margins (left, above, right, below)."""
        pads = [round(cap * self.padding * rng.uniform(0.6, 1.6)) for _ in margins]
        heedless = rng.random() < HEEDLESS[self.care]
        left, top, right, bottom = pads if heedless else (min(pad, margin) for pad, margin in zip(pads, margins))
        return Box.from_edges(box.x - left, box.y - top, box.right + right, box.bottom + bottom)


def draw_hand(rng: Generator, *, close: bool = False) -> Hand:
    """Draw a forger; one who works close to letters that stay takes more care."""
    care = choice(rng, CLOSE_CARES if close else CARES)
    errors = ERRORS[care]
    edge = choice(rng, EDGES)
    return Hand(
        care=care,
        eraser=choice(rng, ERASER_SHARES),
        edge=edge,
        feather=float(rng.uniform(0.6, 3.5)),
        colour_off={"subtle": 0.05, "ordinary": 0.25, "crude": 0.6}[care],
        inpaints_ink=bool(rng.random() < (0.9 if close else 0.5)),
        dilation=int(rng.integers(2, 6)),
        inpaint_radius=int(rng.integers(2, 8)),
        padding=float(rng.uniform(0.05, 0.4) if rng.random() > 0.04 else rng.uniform(-0.05, 0.0)),
        font=choice(rng, FONTS[care]),
        taste=int(rng.integers(2**32)),
        raster=choice(rng, RASTER_SHARES),
        antialias="lcd" if rng.random() < 0.05 else "gray",
        gamma=float(rng.choice([1.0, rng.uniform(0.75, 1.3)], p=[0.7, 0.3])),
        tabular=bool(rng.random() < 0.4),
        whole_pixels=bool(rng.random() < 0.82),
        soften=float(rng.uniform(0.3, 0.8)) if rng.random() < 0.07 else 0.0,
        baseline=float(rng.normal(0, errors.baseline)),
        anchor=float(rng.normal(0, errors.anchor)),
        size=float(np.exp(rng.normal(0, errors.size))),
        spacing=float(rng.normal(0, errors.spacing)) if rng.random() < 0.6 else 0.0,
        picks_ink=bool(rng.random() < 0.6),
        true_ink=bool(rng.random() < {"subtle": 0.85, "ordinary": 0.65, "crude": 0.4}[care]),
        plain_ink=bool(rng.random() < {"subtle": 0.0, "ordinary": 0.05, "crude": 0.15}[care]),
        paleness=float(rng.normal(0, errors.paleness)),
    )
