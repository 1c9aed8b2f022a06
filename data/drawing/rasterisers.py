"""Text drawing: one shaper, three rasterisers (Skia, FreeType, stb_truetype), and what text engines differ in.

HarfBuzz turns a string into placed glyphs, a rasteriser turns them into a coverage mask, `draw_text` blends ink.
Skia is what Android, Flutter and Chrome draw with; FreeType what desktop editors and scripts draw with; stb_truetype
(through OpenCV) what small tools draw with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from math import ceil, floor
from typing import Any
from unicodedata import bidirectional

import cv2
import numpy as np
from numpy.typing import NDArray

from realfake.data.drawing.fonts import Font
from realfake.forensics.box import Box
from realfake.forensics.errors import MissingExtra

try:
    import freetype
    import skia
    import uharfbuzz
    from bidi import algorithm as bidi
except ModuleNotFoundError as error:
    raise MissingExtra(f"drawing text needs {error.name}; run: pip install 'realfake[synth]'") from None

RASTERISERS = ("skia", "freetype", "stb")
SKIA_HINTINGS = {
    "none": skia.FontHinting.kNone,
    "slight": skia.FontHinting.kSlight,
    "full": skia.FontHinting.kFull,
}
PHASES = 4  # horizontal glyph positions per pixel, as Skia and Pango quantise them
LCD_FILTER = np.array([[8, 77, 86, 77, 8]], np.float32) / 256  # FreeType's, over neighbouring sub-pixels
BOLDER = 1 / 24  # strength of fake bold, ems
UNITS = 64  # FreeType's fixed point, per pixel
RIGHT_TO_LEFT = ("R", "AL", "AN")  # classes of UAX #9 of characters that ask for it
LRM = "\u200e"  # stands as a letter that runs from left to right and shows nothing
MARKS = (LRM, "\u200f", "\u061c")

Colour = tuple[int, int, int]
Coverage = NDArray[np.uint8]


@dataclass(frozen=True)
class TextStyle:
    """How one run of text is drawn.

    Attributes
    ----------
    font : face
    size : pixels per em
    ink : red, green, blue, 0..255
    letter_spacing : pixels added after each glyph
    rasteriser : "skia", "freetype" or "stb"; the last has neither hinting, sub-pixel positions nor LCD
    hinting : "none", "slight" (vertical only) or "full"
    positioning : "subpixel" (glyphs stand on quarter pixels), "snapped" (glyphs stand on the pixel nearest to their
        fractional place) or "whole" (every advance is a whole number of pixels)
    antialias : "gray" or "lcd" (a coverage for each of red, green and blue)
    gamma : exponent on coverage; below 1 is bolder, above 1 thinner
    tabular : True asks the font for digits of one width
    kerning : False leaves pairs unkerned, as simple editors do
    opacity : 0..1
    slant : horizontal shift per pixel of height; 0.25 is a usual fake italic
    embolden : fake bold
    rtl : True in a paragraph that runs from right to left
    """

    font: Font
    size: float
    ink: Colour = (0, 0, 0)
    letter_spacing: float = 0.0
    rasteriser: str = "skia"
    hinting: str = "slight"
    positioning: str = "subpixel"
    antialias: str = "gray"
    gamma: float = 1.0
    tabular: bool = False
    kerning: bool = True
    opacity: float = 1.0
    slant: float = 0.0
    embolden: bool = False
    rtl: bool = False


@dataclass(frozen=True)
class Run:
    """Shaped text: glyphs, where each stands from the origin (pixels right and down), their strings, the advance."""

    glyphs: tuple[int, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    strings: tuple[str, ...]
    advance: float


@dataclass(frozen=True)
class TextSize:
    """Extent of a line of text, pixels: advance width, and the font's ascent and descent (both positive)."""

    width: float
    ascent: float
    descent: float


def measure_text(text: str, style: TextStyle) -> TextSize:
    """Measure a line before drawing it."""
    ascent, descent = _vertical_metrics(style.font)
    return TextSize(shape(text, style).advance, ascent * style.size, descent * style.size)


def draw_text(rgb: NDArray[np.uint8], text: str, x: float, baseline: float, style: TextStyle) -> Box:
    """Draw a line of text in place.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 array, written to
    x, baseline : pixels; where the text's origin stands. Fractions move the glyphs by fractions of a pixel.

    Returns
    -------
    Box
        The pixels that have ink, cut to the image; of no area if there is none.
    """
    mask, left, top = coverage(text, x - floor(x), baseline - floor(baseline), style)
    left, top = left + floor(x), top + floor(baseline)
    box = Box(left, top, mask.shape[1], mask.shape[0])
    seen = box.intersection(Box(0, 0, rgb.shape[1], rgb.shape[0]))
    if not seen.area:
        return Box(max(left, 0), max(top, 0), 0, 0)
    part = mask[seen.y - top : seen.bottom - top, seen.x - left : seen.right - left]
    _blend(rgb[seen.slices], part, style)
    return seen


def coverage(text: str, dx: float, dy: float, style: TextStyle) -> tuple[Coverage, int, int]:
    """Rasterise a line of text.

    Parameters
    ----------
    dx, dy : the fractional part of the origin, 0..1 pixels

    Returns
    -------
    mask : (h, w) uint8 array, or (h, w, 3) for LCD anti-aliasing; 255 is full ink; cut to the ink
    left, top : where the mask stands from the origin's whole pixel
    """
    run = shape(text, style)
    margin = ceil(style.size * (0.6 + abs(style.slant)))
    ascent, descent = _vertical_metrics(style.font)
    height = ceil((max(ascent, 1.0) + max(descent, 0.3)) * style.size) + 2 * margin
    origin = (margin + dx, margin + ceil(max(ascent, 1.0) * style.size) + dy)
    mask = DRAW[style.rasteriser](run, origin, (height, ceil(run.advance) + 2 * margin), style)
    rows, columns = _ink_span(mask, 0), _ink_span(mask, 1)
    return mask[rows, columns], columns.start - margin, rows.start - (origin[1] - dy).__floor__()


@lru_cache(maxsize=4096)
def shape(text: str, style: TextStyle) -> Run:
    """Turn text into placed glyphs."""
    if style.rtl or any(bidirectional(sign) in RIGHT_TO_LEFT for sign in text):
        return _joined([_shaped(part, style, direction) for part, direction in directed(text, style.rtl)])
    return _shaped(text, style)


def directed(text: str, rtl: bool) -> list[tuple[str, str]]:
    """The parts of a text that each run in one direction, "ltr" or "rtl", as they stand from left to right.

    By the Unicode Bidirectional Algorithm (UAX #9), in a paragraph from right to left or, without ``rtl``, the reverse.
    Marks that only tell a direction are left out.

    Examples
    --------
    >>> from realfake.data.drawing.rasterisers import directed
    >>> directed("14:05 5/11", rtl=True)
    [('5/11', 'ltr'), (' ', 'rtl'), ('14:05', 'ltr')]
    """
    levels = _levels(text, int(rtl))
    parts: list[tuple[int, str]] = []
    for sign, level in zip(text, levels, strict=True):
        if parts and parts[-1][0] == level:
            parts[-1] = level, parts[-1][1] + sign
        else:
            parts.append((level, sign))
    for deep in range(max(levels, default=0), 0, -1):  # rule L2: what is at least so deep is turned round
        start = 0
        while start < len(parts):
            stop = start
            while stop < len(parts) and parts[stop][0] >= deep:
                stop += 1
            parts[start:stop] = parts[start:stop][::-1]
            start = stop + 1
    shown = [("".join(sign for sign in part if sign not in MARKS), level) for level, part in parts]
    return [(part, "rtl" if level % 2 else "ltr") for part, level in shown if part]


def _levels(text: str, base: int) -> list[int]:
    """The embedding level of each character; those that the algorithm leaves out have that of the one before."""
    storage: dict[str, Any] = bidi.get_empty_storage()
    storage |= {"base_level": base, "base_dir": "LR"[base]}
    bidi.get_embedding_levels(text, storage, False, False)
    for number, sign in enumerate(storage["chars"]):
        sign["place"] = number
    for step in (
        bidi.explicit_embed_and_overrides,
        bidi.resolve_weak_types,
        bidi.resolve_neutral_types,
        bidi.resolve_implicit_levels,
    ):
        step(storage, False)
    found = {sign["place"]: int(sign["level"]) for sign in storage["chars"]}
    levels: list[int] = []
    for place in range(len(text)):
        levels.append(found.get(place, levels[-1] if levels else base))
    return levels


def _joined(runs: list[Run]) -> Run:
    """Runs one after the other from left to right."""
    glyphs, xs, ys, strings = list[int](), list[float](), list[float](), list[str]()
    at = 0.0
    for run in runs:
        glyphs += run.glyphs
        xs += [at + x for x in run.xs]
        ys += run.ys
        strings += run.strings
        at += run.advance
    return Run(tuple(glyphs), tuple(xs), tuple(ys), tuple(strings), at)


def _shaped(text: str, style: TextStyle, direction: str = "ltr") -> Run:
    """A text of one direction as placed glyphs."""
    font = _harfbuzz(style.font)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = direction
    spaced = style.letter_spacing != 0
    features = {"kern": style.kerning, "tnum": style.tabular, "liga": style.kerning and not spaced}
    uharfbuzz.shape(font, buffer, features)
    scale = style.size / font.face.upem
    infos, places = buffer.glyph_infos, buffer.glyph_positions or []  # None for no text
    advances = np.array([place.x_advance for place in places], float) * scale
    if style.positioning == "whole":
        advances = np.rint(advances)
    advances += style.letter_spacing
    starts = np.concatenate([[0.0], np.cumsum(advances)])
    clusters = [info.cluster for info in infos] + [len(text)]
    if direction == "rtl":  # glyphs stand from the last character to the first
        clusters = clusters[:-1]
        ends = dict(zip(sorted(set(clusters)), [*sorted(set(clusters))[1:], len(text)]))
        strings = tuple(text[cluster : ends[cluster]] for cluster in clusters)
    else:
        strings = tuple(text[a:b] for a, b in zip(clusters, clusters[1:], strict=False))
    return Run(
        tuple(info.codepoint for info in infos),
        tuple(float(start + place.x_offset * scale) for start, place in zip(starts, places, strict=False)),
        tuple(float(-place.y_offset * scale) for place in places),
        strings,
        float(starts[-1]),
    )


def _blend(rgb: NDArray[np.uint8], mask: Coverage, style: TextStyle) -> None:
    alpha = _curve(style.gamma, style.opacity)[mask]
    alpha = alpha[..., None] if alpha.ndim == 2 else alpha
    paper = rgb.astype(np.float32)
    change = np.array(style.ink, np.float32) - paper
    change *= alpha
    paper += change
    paper += 0.5
    rgb[...] = paper  # cut to whole numbers, which the half just added rounds


@lru_cache(maxsize=256)
def _curve(gamma: float, opacity: float) -> NDArray[np.float32]:
    """Alpha 0..1 of each coverage 0..255."""
    return ((np.arange(256) / 255) ** gamma * opacity).astype(np.float32)


def _ink_span(mask: Coverage, axis: int) -> slice:
    """First to last row (axis 0) or column (axis 1) with ink; empty if there is none."""
    flat = mask if mask.ndim == 2 else mask[..., 0] | mask[..., 1] | mask[..., 2]
    inked = np.flatnonzero(flat.any(axis=1 - axis))
    return slice(int(inked[0]), int(inked[-1]) + 1) if inked.size else slice(0, 0)


def _placed(run: Run, origin: tuple[float, float], style: TextStyle) -> list[tuple[int, float, float]]:
    """Glyphs with their final places, on the grid that the positioning allows."""
    steps = PHASES if style.positioning == "subpixel" else 1
    places = zip(run.glyphs, run.xs, run.ys, strict=True)
    return [(glyph, floor((origin[0] + x) * steps + 0.5) / steps, origin[1] + y) for glyph, x, y in places]


# Skia


def _draw_skia(run: Run, origin: tuple[float, float], shape: tuple[int, int], style: TextStyle) -> Coverage:
    height, width = shape
    lcd = style.antialias == "lcd"
    stretch = 3 if lcd else 1  # a column for each of red, green and blue: this build of Skia has no LCD text of its own
    mask = np.zeros((height, width * stretch), np.uint8)
    if not run.glyphs:
        return mask
    builder = skia.TextBlobBuilder()
    for glyph, x, y in _placed(run, origin, style):
        builder.allocRunPos(_skia_font(style, stretch), [glyph], [skia.Point(x * stretch, y)])
    surface = skia.Surface.MakeRasterDirect(skia.ImageInfo.MakeA8(*mask.shape[::-1]), mask, mask.shape[1])
    paint = skia.Paint(Color=skia.Color(*style.ink), AntiAlias=True)
    surface.getCanvas().drawTextBlob(builder.make(), 0, 0, paint)
    return np.asarray(cv2.filter2D(mask, -1, LCD_FILTER), np.uint8).reshape(height, width, 3) if lcd else mask


def _skia_font(style: TextStyle, stretch: int) -> Any:
    font = skia.Font(_typeface(style.font), style.size)
    font.setHinting(SKIA_HINTINGS[style.hinting])
    font.setSubpixel(style.positioning == "subpixel")
    font.setLinearMetrics(style.hinting == "none")
    font.setBaselineSnap(False)
    font.setEmbolden(style.embolden)
    font.setSkewX(-style.slant * stretch)
    font.setScaleX(stretch)
    font.setEdging(skia.Font.Edging.kAntiAlias)
    return font


def _typeface(font: Font) -> Any:
    """The face at its weight: of a variable font a clone for every glyph.

    The FreeType in Skia 144 keeps what a glyph of such a font worked out for a region of the weight axis, and uses it
    for a region of the next glyph that shares its peak alone: Source Sans 3 and Noto Sans came out bolder or thinner,
    by what had been drawn before.
    """
    typeface = _file_face(font.path)
    if not font.variable:
        return typeface
    axes = skia.FontArguments.VariationPosition
    weight = axes.Coordinates([axes.Coordinate(int.from_bytes(b"wght", "big"), float(font.weight))])
    place = axes(weight)  # named, because Skia keeps pointers to both and copies neither
    arguments = skia.FontArguments()
    arguments.setVariationDesignPosition(place)
    return typeface.makeClone(arguments)


@cache
def _file_face(path: str) -> Any:
    return skia.Typeface.MakeFromFile(path)


# FreeType


def _draw_freetype(run: Run, origin: tuple[float, float], shape: tuple[int, int], style: TextStyle) -> Coverage:
    lcd = style.antialias == "lcd"
    mask = np.zeros((*shape, 3) if lcd else shape, np.uint8)
    look = (style.font, style.size, style.hinting, lcd, style.slant, style.embolden)
    for glyph, x, y in _placed(run, origin, style):
        row = floor(y) if style.hinting == "none" else floor(y + 0.5)
        bitmap, left, top = _glyph(glyph, x - floor(x), y - row if style.hinting == "none" else 0.0, *look)
        rows = slice(row - top, row - top + bitmap.shape[0])
        columns = slice(floor(x) + left, floor(x) + left + bitmap.shape[1])
        target = mask[rows, columns]
        if target.shape == bitmap.shape:
            np.maximum(target, bitmap, out=target)
    return mask


@lru_cache(maxsize=16384)
def _glyph(
    glyph: int, dx: float, dy: float, font: Font, size: float, hinting: str, lcd: bool, slant: float, embolden: bool
) -> tuple[Coverage, int, int]:
    """One glyph's coverage, and where its bitmap stands from the origin: columns to the right, rows above."""
    face = _face(font)
    face.set_char_size(round(size * UNITS))
    face.set_transform(freetype.Matrix(0x10000, round(slant * 0x10000), 0, 0x10000), freetype.Vector(0, 0))
    target = freetype.FT_LOAD_TARGET_LCD if lcd else freetype.FT_LOAD_TARGET_NORMAL
    flags = {
        "none": freetype.FT_LOAD_NO_HINTING,
        "slight": freetype.FT_LOAD_TARGET_LIGHT,
        "full": freetype.FT_LOAD_FORCE_AUTOHINT | target,
    }[hinting]
    face.load_glyph(glyph, flags | freetype.FT_LOAD_NO_BITMAP)
    outline = freetype.byref(face.glyph.outline._FT_Outline)  # freetype-py wraps neither of these two calls
    if embolden:
        freetype.FT_Outline_Embolden(outline, round(size * BOLDER * UNITS))
    freetype.FT_Outline_Translate(outline, round(dx * UNITS), round(-dy * UNITS))
    face.glyph.render(freetype.FT_RENDER_MODE_LCD if lcd else freetype.FT_RENDER_MODE_NORMAL)
    bitmap = face.glyph.bitmap
    rows, width = bitmap.rows, bitmap.width
    pixels = np.array(bitmap.buffer, np.uint8).reshape(rows, abs(bitmap.pitch))[:, :width]
    return (pixels.reshape(rows, width // 3, 3) if lcd else pixels), face.glyph.bitmap_left, face.glyph.bitmap_top


@cache
def _face(font: Font) -> Any:
    face = freetype.Face(font.path)
    if font.variable:
        axes = face.get_variation_info().axes
        face.set_var_design_coords([font.weight if axis.tag == "wght" else axis.default for axis in axes])
    return face


# stb_truetype, through OpenCV


def _draw_stb(run: Run, origin: tuple[float, float], shape: tuple[int, int], style: TextStyle) -> Coverage:
    face, scale = _stb_face(style.font)
    canvas = np.zeros((*shape, 3), np.uint8)
    size = max(round(style.size * scale), 1)
    weight = style.font.weight if style.font.variable else 0
    for string, x, y in zip(run.strings, run.xs, run.ys, strict=True):
        place = (floor(origin[0] + x + 0.5), floor(origin[1] + y + 0.5))
        if string.strip():
            cv2.putText(canvas, string, place, (255, 255, 255), face, size, weight)
    mask = canvas[..., 0].copy()
    if style.embolden:
        mask = np.maximum(mask, np.roll(mask, 1, axis=1))
    if style.slant:
        shear = np.array([[1, -style.slant, style.slant * origin[1]], [0, 1, 0]])
        mask = cv2.warpAffine(mask, shear, (shape[1], shape[0])).astype(np.uint8)
    return mask


@cache
def _stb_face(font: Font) -> tuple[Any, float]:
    """The face, and OpenCV's font size per pixel per em: it measures a font by other heights than the em square."""
    face = cv2.FontFace(font.path)
    blank = np.zeros((8, 8, 3), np.uint8)
    sample, size = "HHHHHHHHHH", 200
    end = cv2.putText(blank, sample, (0, 0), (0, 0, 0), face, size, font.weight if font.variable else 0)[0]
    return face, size / (end[0] / (shape(sample, TextStyle(font, 1.0)).advance))


DRAW: dict[str, Callable[[Run, tuple[float, float], tuple[int, int], TextStyle], Coverage]] = {
    "skia": _draw_skia,
    "freetype": _draw_freetype,
    "stb": _draw_stb,
}


@cache
def _harfbuzz(font: Font) -> Any:
    shaper = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(font.path)))
    if font.variable:
        shaper.set_variations({"wght": float(font.weight)})
    return shaper


@cache
def _vertical_metrics(font: Font) -> tuple[float, float]:
    """Ascent and descent, ems, both positive."""
    shaper = _harfbuzz(font)
    extents = shaper.get_font_extents("ltr")
    return extents.ascender / shaper.face.upem, -extents.descender / shaper.face.upem
