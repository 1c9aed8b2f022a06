"""A display list: blocks measure and record, then everything is painted in order and the text lines are known.

Recording first lets a card be laid under rows whose height is known only afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import skia
from numpy.typing import NDArray

from realfake.data.drawing.rasterisers import MARKS, Colour, TextStyle, draw_text, measure_text
from realfake.data.screenshots.content import clean, fold
from realfake.data.screenshots.screen import TextField
from realfake.forensics.box import Box

Rgba = tuple[int, int, int] | tuple[int, int, int, int]
ELLIPSIS = "…"
OTHER_SIDE = {"left": "right", "right": "left", "center": "center"}
WORDS = re.compile(r" ?[\u3400-\u9fff][\u3000-\u303f\uff00-\uffef]*| ?[^ \u3400-\u9fff]+")
HIDDEN = 0.15  # share of a line's ink box that may be covered before the line is no longer listed


@dataclass
class Painter:
    """The pixels being painted: (H, W, 4) uint8, a Skia canvas on them, and the text lines so far."""

    pixels: NDArray[np.uint8]
    skia: Any
    fields: list[TextField]


class Canvas:
    """Records what is to be painted on a screen of ``width`` x ``height`` pixels; ``snap`` as in `Engine`.

    Where ``mirrored``, as on screens that run from right to left, everything stands at the other side; what it shows is
    not turned round.
    """

    def __init__(self, width: int, height: int, ground: Colour, snap: str = "both", mirrored: bool = False) -> None:
        self.width, self.height, self.ground, self.snap, self.mirrored = width, height, ground, snap, mirrored
        self._operations: list[Callable[[Painter], None]] = []

    def paint(self) -> tuple[NDArray[np.uint8], list[TextField]]:
        """Paint everything; return (H, W, 3) uint8 pixels and the text lines that can be seen."""
        pixels = np.empty((self.height, self.width, 4), np.uint8)
        pixels.view(np.uint32)[...] = np.array([*self.ground, 255], np.uint8).view(np.uint32)
        info = skia.ImageInfo.Make(self.width, self.height, skia.kRGBA_8888_ColorType, skia.kOpaque_AlphaType)
        surface = skia.Surface.MakeRasterDirect(info, pixels, self.width * 4)
        painter = Painter(pixels, surface.getCanvas(), [])
        for operation in self._operations:
            operation(painter)
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGBA2RGB), np.uint8), painter.fields

    @contextmanager
    def under(self) -> Iterator[Callable[[Callable[[], None]], None]]:
        """Give a function that records its argument's drawing below all that is recorded inside the block."""
        start = len(self._operations)

        def insert(record: Callable[[], None]) -> None:
            above = self._operations[start:]
            del self._operations[start:]
            record()
            self._operations.extend(above)

        yield insert

    # Text

    def text(
        self,
        text: str,
        x: float,
        baseline: float,
        style: TextStyle,
        role: str,
        align: str = "left",
        limit: float = 1e9,
        key: str = "",
    ) -> float:
        """Record a line; return its width.

        Parameters
        ----------
        x : pixels; the line's left edge, centre or right edge, as ``align`` says
        limit : pixels; a longer line is cut and ends in an ellipsis
        key : as in `TextField`
        """
        text = fit(drawable(text, style), style, limit)
        width = measure_text(text, style).width
        x, align = self._left(x), OTHER_SIDE[align] if self.mirrored else align
        left = x - {"left": 0.0, "center": width / 2, "right": width}[align]
        left = float(round(left)) if self.snap == "both" else left
        baseline = float(round(baseline)) if self.snap != "none" else baseline
        if text.strip():
            self._operations.append(lambda painter: _write(painter, text, left, baseline, style, role, key))
        return width

    def paragraph(
        self,
        text: str,
        x: float,
        top: float,
        style: TextStyle,
        role: str,
        width: float,
        pitch: float,
        align: str = "left",
    ) -> float:
        """Record wrapped lines; return the height they take. ``pitch`` is the line height in ems."""
        lines = wrap(drawable(text, style), style, width)
        step = pitch * style.size
        for i, line in enumerate(lines):
            self.text(line, x, top + (i + 0.5) * step + 0.35 * style.size, style, role, align)
        return step * len(lines)

    # Shapes

    def rect(
        self, x: float, y: float, width: float, height: float, colour: Rgba, radius: float = 0.0, stroke: float = 0.0
    ) -> None:
        """Record a filled rectangle, or its outline where ``stroke`` (pixels) is given."""
        x = self._left(x, width)
        shape = skia.Rect.MakeXYWH(x, y, width, height)
        paint = self._paint(colour, stroke)
        if radius:
            self._draw(lambda canvas: canvas.drawRoundRect(shape, radius, radius, paint))
        else:
            self._draw(lambda canvas: canvas.drawRect(shape, paint))
        if not stroke and len(colour) == 3:
            self._cover(Box.from_edges(round(x), round(y), round(x + width), round(y + height)))

    def shadow(self, x: float, y: float, width: float, height: float, radius: float, blur: float, alpha: int) -> None:
        """Record the soft shadow of a card."""
        paint = skia.Paint(
            Color=skia.Color(0, 0, 0, alpha),
            AntiAlias=True,
            MaskFilter=skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur / 2),
        )
        shape = skia.Rect.MakeXYWH(self._left(x, width), y + blur / 3, width, height)
        self._draw(lambda canvas: canvas.drawRoundRect(shape, radius, radius, paint))

    def gradient(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        colours: Sequence[Colour],
        angle: str = "down",
        radius: float = 0.0,
    ) -> None:
        """Record a rectangle whose colour runs "down", "across" or "corner" to corner."""
        x = self._left(x, width)
        ends = {"down": (x, y + height), "across": (x + width, y), "corner": (x + width, y + height)}[angle]
        shader = skia.GradientShader.MakeLinear(
            [skia.Point(x, y), skia.Point(*ends)], [skia.Color(*colour) for colour in colours]
        )
        paint, shape = skia.Paint(Shader=shader, AntiAlias=True), skia.Rect.MakeXYWH(x, y, width, height)
        self._draw(lambda canvas: canvas.drawRoundRect(shape, radius, radius, paint))
        self._cover(Box.from_edges(round(x), round(y), round(x + width), round(y + height)))

    def circle(self, x: float, y: float, radius: float, colour: Rgba, stroke: float = 0.0) -> None:
        """Record a disc, or a ring where ``stroke`` is given."""
        paint, middle = self._paint(colour, stroke), self._left(x)
        self._draw(lambda canvas: canvas.drawCircle(middle, y, radius, paint))

    def line(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        colour: Rgba,
        stroke: float,
        dash: tuple[float, float] | None = None,
    ) -> None:
        """Record a straight line, dashed if ``dash`` (drawn, left out; pixels) is given."""
        paint = self._paint(colour, stroke)
        x0, x1 = self._left(x0), self._left(x1)
        if dash is not None:
            paint.setPathEffect(skia.DashPathEffect.Make(list(dash), 0.0))
        self._draw(lambda canvas: canvas.drawLine(x0, y0, x1, y1, paint))

    def path(self, path: Any, colour: Rgba, stroke: float = 0.0) -> None:
        """Record a Skia path, filled or stroked."""
        paint = self._paint(colour, stroke)
        if self.mirrored:
            bounds, moved = path.getBounds(), skia.Path(path)
            moved.offset(self.width - bounds.left() - bounds.right(), 0)
            path = moved
        self._draw(lambda canvas: canvas.drawPath(path, paint))

    def image(
        self, pixels: NDArray[np.uint8], x: float, y: float, radius: float = 0.0, lines: Sequence[TextField] = ()
    ) -> None:
        """Record a picture of (h, w, 3); ``lines`` are the text lines on it, in its own coordinates."""
        height, width = pixels.shape[:2]
        left, top = round(self._left(x, width)), round(y)
        rgba = np.dstack([pixels, np.full((height, width), 255, np.uint8)])
        picture = skia.Image.fromarray(rgba, colorType=skia.kRGBA_8888_ColorType)
        area = Box(left, top, width, height)
        if radius:
            clip = skia.RRect.MakeRectXY(skia.Rect.MakeXYWH(left, top, width, height), radius, radius)
            self._draw(lambda canvas: _clipped(canvas, clip, picture, left, top))
        else:
            self._draw(lambda canvas: canvas.drawImage(picture, left, top))
        self._cover(area)
        screen = Box(0, 0, self.width, self.height)
        moved = [replace(line, box=Box(line.box.x + left, line.box.y + top, *line.box[2:])) for line in lines]
        shown = [line for line in moved if line.box.intersection(screen).area == line.box.area]
        self._operations.append(lambda painter: painter.fields.extend(shown))

    def cover(self, area: Box) -> None:
        """Record that what was just drawn hides all text below it in an area."""
        self._cover(Box(round(self._left(area.x, area.width)), *area[1:]))

    def _cover(self, area: Box) -> None:
        def forget(painter: Painter) -> None:
            painter.fields[:] = [
                field for field in painter.fields if field.box.intersection(area).area <= HIDDEN * field.box.area
            ]

        self._operations.append(forget)

    def scrim(self, colour: Colour, opacity: float) -> None:
        """Record a veil over everything so far, as behind a dialog."""
        self.rect(0, 0, self.width, self.height, (*colour, round(opacity * 255)))

        def veil(painter: Painter) -> None:
            painter.fields[:] = [_veiled(field, colour, opacity) for field in painter.fields]

        self._operations.append(veil)

    def _left(self, x: float, width: float = 0.0) -> float:
        """Where what is at ``x`` really begins."""
        return self.width - x - width if self.mirrored else x

    def _draw(self, draw: Callable[[Any], None]) -> None:
        self._operations.append(lambda painter: draw(painter.skia))

    @staticmethod
    def _paint(colour: Rgba, stroke: float) -> Any:
        paint = skia.Paint(Color=skia.Color(*colour), AntiAlias=True)
        if stroke:
            paint.setStyle(skia.Paint.kStroke_Style)
            paint.setStrokeWidth(stroke)
            paint.setStrokeCap(skia.Paint.kRound_Cap)
            paint.setStrokeJoin(skia.Paint.kRound_Join)
        return paint


def drawable(text: str, style: TextStyle) -> str:
    """The text with characters that the font lacks simplified or left out, so that no empty box is drawn."""
    text = clean(text)
    if style.font.covers(text):
        return text
    plain = "".join(sign if style.font.covers(sign) else fold(sign) for sign in text)
    return "".join(sign for sign in plain if sign in MARKS or style.font.covers(sign))


def fit(text: str, style: TextStyle, limit: float) -> str:
    """The text, cut to a width in pixels with an ellipsis if it is too long."""
    if measure_text(text, style).width <= limit:
        return text
    end = ELLIPSIS if style.font.covers(ELLIPSIS) else "..."
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure_text(text[:middle].rstrip() + end, style).width <= limit:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + end if low else ""


def wrap(text: str, style: TextStyle, width: float) -> list[str]:
    """Break a text into lines of at most ``width`` pixels, between words and Chinese signs."""
    lines, line = [], ""
    for word in words_of(text):
        longer = line + word
        if line and measure_text(longer, style).width > width:
            lines.append(line)
            line = word.lstrip()
        else:
            line = longer
    return [*lines, line] if line else lines


def words_of(text: str) -> list[str]:
    """What a line may end with: words, with the space before each, and each sign of Chinese."""
    return WORDS.findall(" ".join(text.split()))


def _write(painter: Painter, text: str, x: float, baseline: float, style: TextStyle, role: str, key: str) -> None:
    box = draw_text(painter.pixels[..., :3], text, x, baseline, style)
    height, width = painter.pixels.shape[:2]
    cut = box.x <= 0 or box.y <= 0 or box.right >= width or box.bottom >= height
    if box.area and not cut:
        painter.fields.append(TextField(box, role, text, style, x, baseline, key))


def _clipped(canvas: Any, clip: Any, picture: Any, left: int, top: int) -> None:
    canvas.save()
    canvas.clipRRect(clip, doAntiAlias=True)
    canvas.drawImage(picture, left, top)
    canvas.restore()


def _veiled(field: TextField, colour: Colour, opacity: float) -> TextField:
    if field.style is None:
        return field
    red, green, blue = (round(a + (b - a) * opacity) for a, b in zip(field.style.ink, colour, strict=True))
    return replace(field, style=replace(field.style, ink=(red, green, blue)))
