"""One screen in the making: an app on a phone in a theme, with a canvas and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from realfake.data.drawing.fonts import nearest_weight
from realfake.data.drawing.rasterisers import Colour, TextStyle, measure_text
from realfake.data.screenshots.app import App, Device, Palette, Type
from realfake.data.screenshots.canvas import Canvas, Rgba
from realfake.data.screenshots.content import USUAL, Content, pick

FONT_SCALES = (0.85, 1.0, 1.0, 1.0, 1.0, 1.0, 1.15, 1.3)  # the phone's own text size setting
LEFT_TO_RIGHT = ("account", "reference", "number", "time")  # roles that stand so in any paragraph
BOLDER = 150  # steps of weight that a family lacks, from which on its heaviest face is made bold
SYSTEM = {  # text of the phone itself, the same in every app
    "system": Type(12.5, 500, "ink"),
    "system_bold": Type(15.5, 600, "ink"),
    "key": Type(21.0, 400, "ink"),
    "key_small": Type(13.0, 400, "soft"),
}


class Page:
    """What blocks draw on. Lengths given in dp go through `px`."""

    def __init__(self, app: App, device: Device, rng: np.random.Generator) -> None:
        self.app, self.device, self.rng = app, device, rng
        self.palette: Palette = app.themes[int(rng.random() < app.dark_share)]
        self.content = Content(app.formats, rng)
        self.canvas = Canvas(device.width, device.height, self.palette.ground, app.engine.snap, app.formats.rtl)
        user_scale = float(pick(rng, FONT_SCALES)) if rng.random() < 0.35 else 1.0
        narrow = min(device.width / device.density / 340, 1.0)  # small phones get smaller text, not overflowing rows
        self.font_scale = user_scale * narrow
        self.margin = self.px(app.between("margin", 12, 26))
        self.width, self.height = device.width, device.height
        self._styles: dict[tuple[str | Type, Colour | None], TextStyle] = {}

    def px(self, dp: float) -> int:
        """Whole pixels of a length in dp."""
        return round(dp * self.device.density)

    def style(self, kind: str | Type, ink: Colour | None = None) -> TextStyle:
        """The text style of a kind, such as "label"; in another ink if given."""
        if (kind, ink) not in self._styles:
            shape, system = self.shape(kind), kind in SYSTEM
            own = self.tone(shape.tone)
            if isinstance(kind, str) and not system:
                own = self.app.shade(kind, own)
            self._styles[kind, ink] = self._make_style(shape, ink or own, system)
        return self._styles[kind, ink]

    def text(
        self,
        kind: str | Type,
        text: str,
        x: float,
        baseline: float,
        role: str = "body",
        align: str = "left",
        limit: float = 1e9,
        ink: Colour | None = None,
        key: str = "",
    ) -> float:
        """Record a line in one of the app's styles, inside its column by that style's inset; return its width."""
        words = text.upper() if self.shape(kind).upper else text
        x += self.inset(kind) * {"left": 1, "right": -1}.get(align, 0)
        style = self.style(kind, ink)
        if style.rtl and role in LEFT_TO_RIGHT:
            style = replace(style, rtl=False)
        return self.canvas.text(words, x, baseline, style, role, align, limit, key)

    def paragraph(
        self, kind: str, text: str, x: float, top: float, width: float, role: str = "body", align: str = "left"
    ) -> float:
        """Record wrapped lines; return their height."""
        pitch = self.app.between(f"pitch.{kind}", 1.25, 1.6)
        x += self.inset(kind) if align == "left" else 0
        return self.canvas.paragraph(text, x, top, self.style(kind), role, width, pitch, align)

    def inset(self, kind: str | Type) -> int:
        """Whole pixels by which the app's text of a style stands inside its column."""
        return self.px(self.app.inset(kind)) if isinstance(kind, str) else 0

    def link(self, text: str, x: float, baseline: float, limit: float = 1e9) -> float:
        """Record a link within a text, underlined where the app does so; return its width."""
        width = self.text("link", text, x, baseline, limit=limit)
        if self.app.chance("link.underlined", 0.4):
            thick = max(round(self.size("link") * 0.06), 1)
            self.canvas.rect(x, round(baseline + self.size("link") * 0.1), width, thick, self.tone("link"))
        return width

    def width_of(self, kind: str | Type, text: str) -> float:
        """Width in pixels of a line in one of the app's styles."""
        return measure_text(text.upper() if self.shape(kind).upper else text, self.style(kind)).width

    def size(self, kind: str) -> float:
        """Pixels per em of a style."""
        return self.style(kind).size

    def shape(self, kind: str | Type) -> Type:
        """The app's definition of a style."""
        return kind if isinstance(kind, Type) else SYSTEM.get(kind) or self.app.types[kind]

    def tone(self, name: str) -> Colour:
        """A colour of the theme."""
        return self.palette.tone(name)

    def mixed(self, a: str, b: str, share: float) -> Colour:
        """A colour ``share`` of the way from tone ``a`` to tone ``b``."""
        return mix(self.tone(a), self.tone(b), share)

    def word(self, key: str) -> str:
        """The app's own word for a thing: always the same one."""
        return str(self.app.pick(f"word.{key}", self.content.words[key]))

    def choose(self, options: Sequence[Any]) -> Any:
        """A choice that differs from screen to screen."""
        return pick(self.rng, options)

    def happens(self, probability: float) -> bool:
        """Something that differs from screen to screen."""
        return bool(self.rng.random() < probability)

    def card(self, x: float, y: float, width: float, height: float, colour: Rgba | None = None) -> None:
        """Record the ground of a card, in the app's manner."""
        radius = self.px(self.app.pick("card.radius", (0, 4, 8, 12, 16, 20, 28)))
        kind = self.app.pick("card.edge", ("flat", "shadow", "shadow", "line", "line"))
        if kind == "shadow" and not self.palette.dark:
            blur = self.px(self.app.between("card.blur", 3, 20))
            self.canvas.shadow(x, y, width, height, radius, blur, round(self.app.between("card.shade", 16, 60)))
        self.canvas.rect(x, y, width, height, colour or self.tone("card"), radius)
        if kind == "line":
            stroke = max(self.px(self.app.pick("card.stroke", (0.5, 1, 1, 1.5))), 1)
            inset = stroke / 2
            self.canvas.rect(x + inset, y + inset, width - stroke, height - stroke, self.tone("line"), radius, stroke)

    def divider(self, x0: float, x1: float, y: float) -> None:
        """Record a line between rows, in the app's manner."""
        stroke = max(self.px(self.app.pick("divider.stroke", (0.5, 1, 1))), 1)
        kind = self.app.pick("divider.kind", ("line", "line", "line", "dash", "dots"))
        if kind == "line":
            self.canvas.rect(x0, round(y), x1 - x0, stroke, self.tone("line"))
        else:
            dash = (self.px(4), self.px(3)) if kind == "dash" else (max(self.px(0.2), 1), self.px(3.5))
            self.canvas.line(x0, round(y) + 0.5, x1, round(y) + 0.5, self.tone("line"), stroke, dash)

    def _make_style(self, shape: Type, ink: Colour, system: bool) -> TextStyle:
        if system:
            face, scale = self.app.system_face(self.device.platform), 1.0
            ios = self.device.platform == "ios"
            look: dict[str, Any] = {"hinting": "none", "positioning": "subpixel" if ios else "whole"}
        else:
            face, scale = self.app.faces[shape.face], self.font_scale
            look = self.app.engine.look
            if self.app.formats.rtl and look["rasteriser"] == "stb":
                look["rasteriser"] = "skia"  # stb draws letters one by one, which joins none
        size = shape.size * self.device.density * scale
        return TextStyle(
            font=nearest_weight(face, shape.weight),
            size=size,
            ink=ink,
            letter_spacing=shape.spacing * size,
            tabular=shape.tabular,
            slant=0.0 if self.app.formats.locale not in USUAL else shape.slant,
            embolden=self.app.formats.locale not in USUAL and shape.weight - face[-1].weight >= BOLDER,
            rtl=self.app.formats.rtl,
            **look,
        )


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """A colour ``share`` of the way from ``a`` to ``b``."""
    red, green, blue = (round(p + (q - p) * share) for p, q in zip(a, b, strict=True))
    return red, green, blue
