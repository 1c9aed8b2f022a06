"""Icons, avatars, badges and codes: the marks between the words."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import segno
import skia

from realfake.data.drawing.rasterisers import Colour
from realfake.data.screenshots.canvas import Canvas
from realfake.data.screenshots.page import Page, mix
from realfake.data.screenshots.pictures import picture

AVATARS = ((231, 76, 60), (52, 152, 219), (46, 160, 90), (155, 89, 182), (230, 126, 34))
QUIET = 4  # modules of white around a QR code
GRID = 24.0  # icons are drawn on a square of this many units
STROKES: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {  # poly-lines on the grid
    "check": (((5, 12.5), (10, 17.5), (19, 7)),),
    "close": (((6, 6), (18, 18)), ((18, 6), (6, 18))),
    "back": (((15, 5), (8, 12), (15, 19)),),
    "arrow": (((20, 12), (4, 12)), ((10, 6), (4, 12), (10, 18))),
    "next": (((9, 5), (16, 12), (9, 19)),),
    "down": (((5, 9), (12, 16), (19, 9)),),
    "menu": (((4, 7), (20, 7)), ((4, 12), (20, 12)), ((4, 17), (20, 17))),
    "plus": (((12, 5), (12, 19)), ((5, 12), (19, 12))),
    "share": (((12, 15), (12, 3)), ((7, 8), (12, 3), (17, 8)), ((5, 12), (5, 21), (19, 21), (19, 12))),
    "download": (((12, 3), (12, 15)), ((7, 10), (12, 15), (17, 10)), ((5, 20), (19, 20))),
    "home": (((3, 12), (12, 4), (21, 12)), ((6, 10), (6, 20), (18, 20), (18, 10))),
    "card": (((3, 6), (21, 6), (21, 18), (3, 18), (3, 6)), ((3, 10), (21, 10))),
    "bank": (((3, 9), (12, 4), (21, 9), (3, 9)), ((6, 10), (6, 18)), ((12, 10), (12, 18)), ((18, 10), (18, 18)),
             ((3, 20), (21, 20))),
    "swap": (((4, 8), (20, 8), (16, 4)), ((20, 16), (4, 16), (8, 20))),
    "mail": (((3, 6), (21, 6), (21, 18), (3, 18), (3, 6)), ((3, 7), (12, 13), (21, 7))),
    "file": (((6, 3), (14, 3), (19, 8), (19, 21), (6, 21), (6, 3)), ((14, 3), (14, 8), (19, 8)), ((9, 13), (16, 13)),
             ((9, 17), (16, 17))),
    "bars": (((5, 20), (5, 12)), ((12, 20), (12, 5)), ((19, 20), (19, 9))),
    "edit": (((4, 20), (5, 15), (16, 4), (20, 8), (9, 19), (4, 20)),),
    "lock": (((5, 11), (19, 11), (19, 21), (5, 21), (5, 11)), ((8, 11), (8, 7), (10, 4), (14, 4), (16, 7), (16, 11))),
    "bag": (((5, 8), (19, 8), (20, 21), (4, 21), (5, 8)), ((9, 11), (9, 6), (12, 4), (15, 6), (15, 11))),
    "bell": (((6, 17), (6, 11), (8, 7), (12, 5), (16, 7), (18, 11), (18, 17), (20, 18), (4, 18), (6, 17)),
             ((10, 21), (14, 21))),
    "chat": (((4, 5), (20, 5), (20, 16), (11, 16), (6, 20), (6, 16), (4, 16), (4, 5)),),
    "calendar": (((4, 6), (20, 6), (20, 20), (4, 20), (4, 6)), ((4, 10), (20, 10)), ((8, 3), (8, 7)),
                 ((16, 3), (16, 7))),
    "trash": (((5, 7), (19, 7)), ((7, 7), (8, 21), (16, 21), (17, 7)), ((10, 4), (14, 4))),
    "bolt": (((13, 3), (6, 13), (11, 13), (10, 21), (18, 10), (13, 10), (13, 3)),),
    "play": (((8, 5), (19, 12), (8, 19), (8, 5)),),
    "star": (((12, 3), (14.6, 9), (21, 9.5), (16, 13.8), (17.6, 20.2), (12, 16.7), (6.4, 20.2), (8, 13.8), (3, 9.5),
              (9.4, 9), (12, 3)),),
    "wallet": (((3, 6), (18, 6), (18, 9)), ((3, 6), (3, 19), (21, 19), (21, 9), (3, 9)), ((17, 14), (18, 14))),
}  # fmt: skip
ROUND: dict[str, tuple[tuple[float, float, float], ...]] = {  # circles: centre and radius
    "search": ((10.5, 10.5, 6.5),),
    "person": ((12, 8, 4),),
    "clock": ((12, 12, 9),),
    "info": ((12, 12, 9),),
    "dots": ((12, 5, 0.9), (12, 12, 0.9), (12, 19, 0.9)),
    "gear": ((12, 12, 3.5), (12, 12, 8)),
    "globe": ((12, 12, 9),),
    "heart": ((8.5, 9, 4), (15.5, 9, 4)),
    "pin": ((12, 10, 3),),
    "camera": ((12, 13, 4),),
}
EXTRA: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {  # lines that go with the circles
    "search": (((15.5, 15.5), (21, 21)),),
    "person": (((4, 21), (6, 16), (12, 14), (18, 16), (20, 21)),),
    "clock": (((12, 7), (12, 12), (16, 14)),),
    "info": (((12, 11), (12, 17)), ((12, 7.5), (12, 7.6))),
    "gear": (((12, 2), (12, 4)), ((12, 20), (12, 22)), ((2, 12), (4, 12)), ((20, 12), (22, 12))),
    "globe": (((3, 12), (21, 12)), ((12, 3), (8, 12), (12, 21)), ((12, 3), (16, 12), (12, 21))),
    "heart": (((5.6, 12), (12, 19.5), (18.4, 12)),),
    "pin": (((6, 10), (8, 5), (12, 3), (16, 5), (18, 10), (12, 21), (6, 10)),),
    "camera": (((3, 7), (8, 7), (10, 4), (14, 4), (16, 7), (21, 7), (21, 20), (3, 20), (3, 7)),),
}
ICONS = tuple(sorted(STROKES)) + tuple(sorted(ROUND))
SUBJECTS = (
    "card", "bank", "swap", "mail", "file", "bars", "lock", "bag", "bell", "chat", "calendar", "bolt", "star", "wallet",
    "person", "clock", "globe", "heart", "pin", "camera", "home", "gear",
)  # fmt: skip


def icon(page: Page, name: str, x: float, y: float, size: float, colour: Colour) -> None:
    """Record an icon centred on a point, in the app's stroke."""
    weight = page.app.between("icon.stroke", 1.2, 2.6)
    filled = page.app.chance("icon.filled", 0.3) and name in STROKES and len(STROKES[name]) == 1 and name != "check"
    scale = size / GRID
    outline = skia.Path(_outline(name))
    outline.transform(skia.Matrix.Translate(x - size / 2, y - size / 2).preScale(scale, scale))
    closed = filled and STROKES[name][0][0] == STROKES[name][0][-1]
    page.canvas.path(outline, colour, 0.0 if closed else weight * scale)


def disc_icon(page: Page, name: str, x: float, y: float, radius: float, ground: Colour, ink: Colour) -> None:
    """Record an icon on a round or squarish ground, as the app draws them."""
    if page.app.chance("icon.square", 0.3):
        corner = radius * page.app.between("icon.corner", 0.2, 0.7)
        page.canvas.rect(x - radius, y - radius, 2 * radius, 2 * radius, ground, corner)
    else:
        page.canvas.circle(x, y, radius, ground)
    icon(page, name, x, y, radius * page.app.between("icon.inside", 0.95, 1.3), ink)


def avatar(page: Page, name: str, x: float, y: float, radius: float) -> None:
    """Record a person's picture or initials in a circle."""
    if page.app.chance("avatar.photo", 0.3) and page.happens(0.8):
        side = max(round(2 * radius), 4)
        page.canvas.image(picture(page.rng, side, side), x - radius, y - radius, radius)
        return
    tint: Colour = page.mixed("brand", "card", 0.8) if page.app.chance("avatar.tint", 0.5) else page.choose(AVATARS)
    page.canvas.circle(x, y, radius, tint)
    letters = "".join(part[0] for part in name.split()[:2]).upper()
    ink = page.tone("brand") if page.app.chance("avatar.tint", 0.5) else (255, 255, 255)
    style = page.style("bold", ink)
    page.canvas.text(letters, x, y + 0.36 * style.size, style, "body", "center")


def logo(page: Page, x: float, y: float, size: float, colour: Colour, key: str = "own") -> None:
    """Record a made-up mark in shades of a colour: a few plain shapes, always the same for one app and key."""
    rng = page.app.rng(f"logo.{key}")
    canvas, second = page.canvas, mix(colour, page.tone("card"), 0.45)
    kind = int(rng.integers(5))
    if kind == 0:
        canvas.circle(x, y, size / 2, colour)
        canvas.circle(x + size * 0.14, y - size * 0.1, size * 0.24, second)
    elif kind == 1:
        canvas.rect(x - size / 2, y - size / 2, size, size, colour, size * float(rng.uniform(0, 0.4)))
        canvas.rect(x - size * 0.2, y - size * 0.2, size * 0.4, size * 0.4, second, size * 0.1)
    elif kind == 2:
        for i in range(3):
            canvas.rect(
                x - size / 2 + i * size * 0.36, y - size * (0.1 + 0.2 * i), size * 0.26, size * (0.6 + 0.2 * i), colour
            )
    elif kind == 3:
        canvas.circle(x, y, size * 0.4, colour, size * 0.18)
        canvas.circle(x, y, size * 0.12, second)
    else:
        corners = [(x, y - size / 2), (x + size / 2, y), (x, y + size / 2), (x - size / 2, y)]
        canvas.path(polygon(corners), colour)
        canvas.path(polygon([(x, y - size / 4), (x + size / 4, y), (x, y + size / 4), (x - size / 4, y)]), second)


def success(page: Page, x: float, y: float, radius: float) -> None:
    """Record the mark that says it went well."""
    kind = page.app.pick("success", ("disc", "disc", "ring", "soft", "plain", "logo", "square"))
    colour = page.tone(page.app.pick("success.tone", ("good", "good", "good", "brand", "accent")))
    ground = mix(colour, page.tone("card"), 0.82)
    if kind == "logo":
        logo(page, x, y, radius * 1.7, page.tone("brand"))
        return
    if kind == "disc":
        page.canvas.circle(x, y, radius, colour)
    elif kind == "ring":
        page.canvas.circle(x, y, radius * 0.92, colour, radius * 0.1)
    elif kind == "soft":
        page.canvas.circle(x, y, radius, ground)
        page.canvas.circle(x, y, radius * 0.7, colour)
    elif kind == "square":
        page.canvas.rect(x - radius, y - radius, 2 * radius, 2 * radius, colour, radius * 0.5)
    light = (255, 255, 255) if kind in ("disc", "soft", "square") else colour
    icon(page, "check", x, y, radius * (1.0 if kind == "soft" else 1.3), light)


def qr_code(page: Page, x: float, y: float, side: float, text: str) -> None:
    """Record a QR code whose modules are whole pixels, with a white border of four of them as ISO/IEC 18004 asks."""
    rows = [list(row) for row in segno.make(text, error="m").matrix]
    module = max(int(side // (len(rows) + 2 * QUIET)), 1)
    edge = module * (len(rows) + 2 * QUIET)
    left, top = round(x + (side - edge) / 2), round(y + (side - edge) / 2)
    page.canvas.rect(left, top, edge, edge, (255, 255, 255))
    modules = skia.Path()
    for i, row in enumerate(rows):
        for j, dark in enumerate(row):
            if dark:
                modules.addRect(
                    skia.Rect.MakeXYWH(left + (j + QUIET) * module, top + (i + QUIET) * module, module, module)
                )
    page.canvas.path(modules, (0, 0, 0))


def barcode(page: Page, x: float, y: float, width: float, height: float) -> None:
    """Record a bar code."""
    page.canvas.rect(x, y, width, height, (255, 255, 255))
    module = max(round(width / 120), 1)
    bars, at = skia.Path(), round(x + 4 * module)
    while at < x + width - 8 * module:
        thick = module * int(page.rng.integers(1, 4))
        bars.addRect(skia.Rect.MakeXYWH(at, round(y + height * 0.08), thick, round(height * 0.84)))
        at += thick + module * int(page.rng.integers(1, 4))
    page.canvas.path(bars, (0, 0, 0))


def smiley(canvas: Canvas, x: float, y: float, radius: float, kind: int) -> None:
    """Record a small coloured face or heart, as in chats."""
    if kind == 0:
        for side in (-1, 1):
            canvas.circle(x + side * radius * 0.4, y - radius * 0.2, radius * 0.5, (226, 45, 60))
        canvas.path(polygon([(x - radius * 0.83, y), (x + radius * 0.83, y), (x, y + radius)]), (226, 45, 60))
        return
    canvas.circle(x, y, radius, (255, 204, 64))
    for side in (-1, 1):
        canvas.circle(x + side * radius * 0.35, y - radius * 0.2, radius * 0.13, (80, 50, 10))
    mouth = skia.Path()
    mouth.moveTo(x - radius * 0.45, y + radius * 0.2)
    mouth.quadTo(x, y + radius * (0.85 if kind == 1 else 0.2), x + radius * 0.45, y + radius * 0.2)
    canvas.path(mouth, (80, 50, 10), radius * 0.13)


def pictogram(canvas: Canvas, x: float, y: float, size: float, kind: int) -> None:
    """Record a small coloured picture among words: a heart, a face, a flag, a sun, a coin, a leaf, by number 0..6."""
    radius = size / 2
    if kind < 3:
        smiley(canvas, x, y, radius, kind)
    elif kind == 3:
        for i, colour in enumerate(((200, 30, 50), (255, 255, 255), (30, 80, 170))):
            canvas.rect(x - radius, y - radius * 0.7 + i * radius * 0.47, size, radius * 0.47, (*colour, 255))
    elif kind == 4:
        canvas.circle(x, y, radius * 0.6, (250, 190, 40))
        for angle in np.linspace(0, 2 * np.pi, 8, endpoint=False):
            way = float(np.cos(angle)), float(np.sin(angle))
            ends = [part + radius * far * go for far in (0.75, 0.98) for part, go in zip((x, y), way)]
            canvas.line(ends[0], ends[1], ends[2], ends[3], (250, 190, 40), max(size * 0.06, 1.0))
    elif kind == 5:
        canvas.circle(x, y, radius, (230, 180, 50))
        canvas.circle(x, y, radius * 0.72, (200, 145, 30), max(size * 0.07, 1.0))
    else:
        canvas.path(
            polygon([(x, y - radius), (x + radius * 0.7, y), (x, y + radius), (x - radius * 0.7, y)]), (60, 170, 80)
        )
        canvas.line(x, y - radius * 0.6, x, y + radius, (30, 110, 50), max(size * 0.05, 1.0))


def polygon(corners: list[tuple[float, float]]) -> Any:
    """A closed Skia path."""
    path = skia.Path()
    path.addPoly([skia.Point(*corner) for corner in corners], True)
    return path


@cache
def _outline(name: str) -> Any:
    path = skia.Path()
    for line in STROKES.get(name, ()) + EXTRA.get(name, ()):
        path.moveTo(*line[0])
        for point in line[1:]:
            path.lineTo(*point)
    for x, y, radius in ROUND.get(name, ()):
        path.addCircle(x, y, radius)
    return path
