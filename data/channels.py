"""Channels: how a screenshot reached the editor, what the editor's own save does to it, and how the file reached us.

Every draw here is made for genuine and forged images alike, from one distribution, so that neither the format, nor the
size, nor the number of compressions tells the label.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import cv2
import numpy as np
from PIL import Image, PngImagePlugin

from realfake.data.quantization import Table, found_tables, own_tables
from realfake.forensics.box import Box

Generator = np.random.Generator
Key = TypeVar("Key")

SMALLEST_SIDE = 320  # pixels; nothing is cropped or scaled below it
MESSENGER_SIDES = {960: 0.04, 1280: 0.26, 1600: 0.24, 2048: 0.24, 2560: 0.1, 4096: 0.12}  # longest side in pixels
SCREENS = {  # width, height in pixels of the phone on which an image is shown and captured again
    (720, 1280): 0.08, (720, 1600): 0.16, (828, 1792): 0.08, (1080, 1920): 0.12, (1080, 2340): 0.18,
    (1080, 2400): 0.18, (1170, 2532): 0.1, (1440, 3120): 0.1,
}  # fmt: skip
BARS = ((0, 0, 0), (255, 255, 255), (18, 18, 18), (250, 250, 250))  # what a gallery shows around an image
DOWNSCALERS = {cv2.INTER_AREA: 0.35, cv2.INTER_LINEAR: 0.35, cv2.INTER_CUBIC: 0.15, cv2.INTER_LANCZOS4: 0.15}
SAMPLINGS = {"4:2:0": 0.55, "4:4:4": 0.35, "4:2:2": 0.1}
TABLE_SHARES = {"ijg": 0.55, "found": 0.33, "own": 0.12}  # of JPEG files
PNG_HABITS = {  # (zlib level, row filter of libpng)
    (2, cv2.IMWRITE_PNG_FILTER_NONE): 0.3, (3, cv2.IMWRITE_PNG_FILTER_NONE): 0.31, (3, cv2.IMWRITE_PNG_FILTER_UP): 0.15,
    (3, cv2.IMWRITE_PNG_FILTER_SUB): 0.15, (4, cv2.IMWRITE_PNG_FILTER_NONE): 0.05,
    (6, cv2.IMWRITE_PNG_ALL_FILTERS): 0.04
}  # fmt: skip
SOFTWARE = ("Android", "Screenshot", "Photos", "Gallery", "Paint", "GIMP 2.10", "Preview")


@dataclass(frozen=True)
class Transform:
    """Where a pixel went: `x * scale_x + dx`, `y * scale_y + dy`, in a frame of `width` x `height` pixels."""

    width: int
    height: int
    scale_x: float = 1.0
    scale_y: float = 1.0
    dx: float = 0.0
    dy: float = 0.0

    @classmethod
    def identity(cls, rgb: np.ndarray) -> Transform:
        """The transform that leaves an (H, W, 3) image as it is."""
        return cls(rgb.shape[1], rgb.shape[0])

    @property
    def moves(self) -> bool:
        """Whether any pixel changes its place."""
        return (self.scale_x, self.scale_y, self.dx, self.dy) != (1.0, 1.0, 0.0, 0.0)

    def then(self, after: Transform) -> Transform:
        """This transform followed by another."""
        return Transform(
            after.width,
            after.height,
            self.scale_x * after.scale_x,
            self.scale_y * after.scale_y,
            self.dx * after.scale_x + after.dx,
            self.dy * after.scale_y + after.dy,
        )

    def box(self, box: Box) -> Box:
        """The box carried along and cut to the frame; its area is 0 where it left the frame."""
        left, right = (np.array([box.x, box.right]) * self.scale_x + self.dx).clip(0, self.width)
        top, bottom = (np.array([box.y, box.bottom]) * self.scale_y + self.dy).clip(0, self.height)
        return Box.from_edges(int(np.floor(left)), int(np.floor(top)), int(np.ceil(right)), int(np.ceil(bottom)))

    def mask(self, mask: np.ndarray) -> np.ndarray:
        """An (H, W) bool mask carried along: true where a marked pixel contributes."""
        if not self.moves and mask.shape == (self.height, self.width):
            return mask
        size = max(1, round(mask.shape[1] * self.scale_x)), max(1, round(mask.shape[0] * self.scale_y))
        scaled = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        shift = np.array([[1, 0, self.dx], [0, 1, self.dy]], dtype=np.float64)
        return cv2.warpAffine(scaled, shift, (self.width, self.height)) > 0.02


@dataclass(frozen=True)
class Received:
    """What an editor opens: pixels (H, W, 3) uint8, where they came from, and the channel's name."""

    rgb: np.ndarray
    transform: Transform
    name: str


@dataclass(frozen=True)
class Delivered:
    """The file that reached us, its ending with the dot, where its pixels came from, and the channel's name."""

    data: bytes
    suffix: str
    transform: Transform
    name: str


@dataclass(frozen=True)
class JpegHabit:
    """How an encoder writes JPEG: an IJG quality or other tables, chroma sampling, and entropy coding."""

    quality: int
    sampling: str
    tables: tuple[Table, Table] | None = None
    optimize: bool = False
    progressive: bool = False

    def encode(self, rgb: np.ndarray, exif: bytes = b"") -> bytes:
        """Bytes of a JPEG file of the (H, W, 3) image."""
        stream = io.BytesIO()
        how: dict[str, Any] = {"subsampling": self.sampling, "optimize": self.optimize, "progressive": self.progressive}
        how |= {"qtables": [list(table) for table in self.tables]} if self.tables else {"quality": self.quality}
        Image.fromarray(rgb).save(stream, "JPEG", **how, **({"exif": exif} if exif else {}))
        return stream.getvalue()

    def pixels(self, rgb: np.ndarray) -> np.ndarray:
        """The (H, W, 3) image as it is read back; entropy coding does not touch pixels, so the quickest is taken."""
        return decode(replace(self, optimize=False, progressive=False).encode(rgb))


def receive(rgb: np.ndarray, rng: Generator) -> Received:
    """Draw how a screenshot reached the editor.

    Parameters
    ----------
    rgb : ndarray, shape (H, W, 3), uint8
        The capture.

    Returns
    -------
    Received
        Its name is one of `none`, `png`, `jpeg`, `messenger`, `webp`, `palette`, `screenshot`, or several joined with
        `+` in the order in which they happened.
    """
    names = [choice(rng, RECEIVED)]
    if names[0] not in ("none", "png") and rng.random() < 0.12:
        names.append(choice(rng, {"jpeg": 0.5, "messenger": 0.5}))
    if rng.random() < 0.06:
        names.insert(int(rng.integers(len(names) + 1)), "crop")
    pixels, transform = _travel(rgb, names, rng)
    return Received(pixels, transform, _joined(names))


def noop(rgb: np.ndarray, rng: Generator) -> Received:
    """Draw what opening and saving in an editor does to every pixel when nothing is edited.

    The same pass is made on edited images, as the editor's save: most editors keep pixels (`noop`), some save JPEG
    (`noop-jpeg`), some convert to a working colour space and back (`noop-profile`).
    """
    name = choice(rng, {"noop": 0.62, "noop-jpeg": 0.28, "noop-profile": 0.1})
    if name == "noop-jpeg":
        rgb = draw_habit(rng, editor=True).pixels(rgb)
    elif name == "noop-profile":
        rgb = _colour_round_trip(rgb, rng)
    return Received(rgb, Transform.identity(rgb), name)


def deliver(rgb: np.ndarray, rng: Generator) -> Delivered:
    """Draw how the file reached us: up to three passes, the last of which is the file that is returned.

    Parameters
    ----------
    rgb : ndarray, shape (H, W, 3), uint8
        Pixels as saved by the editor or the phone.

    Returns
    -------
    Delivered
        Its name ends with the kind of the file: `png`, `palette`, `jpeg`, `messenger` or `webp`; what happened before
        stands in front, joined with `+`.
    """
    last = choice(rng, DELIVERED)
    passes = int(rng.choice([0, 1, 2], p=[0.72, 0.22, 0.06]))
    names = [choice(rng, BEFORE) for _ in range(passes)]
    if rng.random() < 0.05:
        names.append("crop")
    pixels, transform = _travel(rgb, names, rng)
    if last == "messenger":
        pixels, shrunk = _shrink(pixels, rng)
        transform = transform.then(shrunk)
    data, suffix = FILES[last](pixels, rng)
    return Delivered(data, suffix, transform, _joined([*names, last]))


def draw_habit(rng: Generator, *, editor: bool = False, messenger: bool = False) -> JpegHabit:
    """Draw an encoder's habit: editors save finely, messengers coarsely and mostly 4:2:0."""
    if editor:
        low, high = (86, 100) if rng.random() < 0.85 else (70, 86)
    elif messenger:
        low, high = (66, 91)
    else:
        low, high = (72, 98) if rng.random() < 0.9 else (55, 101)
    quality = int(rng.integers(low, high))
    sampling = "4:2:0" if messenger and rng.random() < 0.85 else choice(rng, SAMPLINGS)
    tables = TABLES[choice(rng, TABLE_SHARES)](quality, rng)
    optimize, progressive = ((False, False), (True, False), (True, True))[int(rng.choice(3, p=[0.55, 0.25, 0.2]))]
    return JpegHabit(quality, sampling, tables, optimize, progressive)


def decode(data: bytes) -> np.ndarray:
    """Pixels (H, W, 3) uint8 of an encoded image."""
    with Image.open(io.BytesIO(data)) as picture:
        return np.array(picture.convert("RGB"))


def _travel(rgb: np.ndarray, names: list[str], rng: Generator) -> tuple[np.ndarray, Transform]:
    transform = Transform.identity(rgb)
    for name in names:
        rgb, moved = PASSES[name](rgb, rng)
        transform = transform.then(moved)
    return rgb, transform


def _as_it_is(rgb: np.ndarray, rng: Generator) -> tuple[np.ndarray, Transform]:
    return rgb, Transform.identity(rgb)


def _through_jpeg(rgb: np.ndarray, rng: Generator) -> tuple[np.ndarray, Transform]:
    return draw_habit(rng).pixels(rgb), Transform.identity(rgb)


def _through_messenger(rgb: np.ndarray, rng: Generator) -> tuple[np.ndarray, Transform]:
    rgb, shrunk = _shrink(rgb, rng)
    return draw_habit(rng, messenger=True).pixels(rgb), shrunk


def _through_webp(rgb: np.ndarray, rng: Generator) -> tuple[np.ndarray, Transform]:
    return decode(_webp(rgb, int(rng.integers(60, 96)))), Transform.identity(rgb)


def _through_palette(rgb: np.ndarray, rng: Generator) -> tuple[np.ndarray, Transform]:
    return np.array(_palette(rgb, rng).convert("RGB")), Transform.identity(rgb)


def _through_screen(rgb: np.ndarray, rng: Generator) -> tuple[np.ndarray, Transform]:
    """Show the image on a phone, fitted to its width or at 1:1, and capture the screen."""
    height, width = rgb.shape[:2]
    screen_width, screen_height = choice(rng, SCREENS)
    if rng.random() < 0.5:
        screen_height = max(round(screen_height * width / screen_width), height)
        screen_width = width
    scale = min(screen_width / width, screen_height / height)
    size = round(width * scale), round(height * scale)
    if min(size) < SMALLEST_SIDE:
        return _as_it_is(rgb, rng)
    shown = rgb if size == (width, height) else cv2.resize(rgb, size, interpolation=_shown_with(scale, rng))
    dx, dy = (screen_width - size[0]) // 2, (screen_height - size[1]) // 2
    canvas = np.empty((screen_height, screen_width, 3), np.uint8)
    canvas[:] = BARS[int(rng.integers(len(BARS)))]
    canvas[dy : dy + size[1], dx : dx + size[0]] = shown
    return canvas, Transform(screen_width, screen_height, size[0] / width, size[1] / height, dx, dy)


def _shown_with(scale: float, rng: Generator) -> int:
    return cv2.INTER_AREA if scale < 0.7 else int(rng.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC]))


def _crop(rgb: np.ndarray, rng: Generator) -> tuple[np.ndarray, Transform]:
    """Cut away bands that hold the phone's bars, now and then a margin at a side."""
    height, width = rgb.shape[:2]
    top, bottom = (rng.uniform(0, 0.05, 2) * height * (rng.random(2) < 0.7)).astype(int)
    left, right = (rng.uniform(0, 0.02, 2) * width * (rng.random(2) < 0.25)).astype(int)
    if height - top - bottom < SMALLEST_SIDE or width - left - right < SMALLEST_SIDE:
        return _as_it_is(rgb, rng)
    cut = np.ascontiguousarray(rgb[top : height - bottom, left : width - right])
    return cut, Transform(cut.shape[1], cut.shape[0], dx=-float(left), dy=-float(top))


def _shrink(rgb: np.ndarray, rng: Generator) -> tuple[np.ndarray, Transform]:
    """Scale an image down to the longest side that a messenger allows."""
    height, width = rgb.shape[:2]
    scale = choice(rng, MESSENGER_SIDES) / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if scale >= 1 or min(size) < SMALLEST_SIDE:
        return _as_it_is(rgb, rng)
    small = cv2.resize(rgb, size, interpolation=choice(rng, DOWNSCALERS))
    return small, Transform(*size, size[0] / width, size[1] / height)


def _colour_round_trip(rgb: np.ndarray, rng: Generator) -> np.ndarray:
    """Convert to a working space with another gamma and back in 8 bits: some levels move by one or two."""
    gamma = rng.uniform(0.85, 1.2)
    levels = np.arange(256) / 255.0
    there = np.rint(255 * levels**gamma) / 255.0
    return cv2.LUT(rgb, np.rint(255 * there ** (1 / gamma)).astype(np.uint8))


def _png_file(rgb: np.ndarray, rng: Generator) -> tuple[bytes, str]:
    level, row_filter = choice(rng, PNG_HABITS)
    how = [cv2.IMWRITE_PNG_COMPRESSION, level, cv2.IMWRITE_PNG_FILTER, row_filter]
    data = cv2.imencode(".png", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), how)[1].tobytes()
    return (_with_text(data, rng) if rng.random() < 0.2 else data), ".png"


def _palette_file(rgb: np.ndarray, rng: Generator) -> tuple[bytes, str]:
    stream = io.BytesIO()
    _palette(rgb, rng).save(stream, "PNG", compress_level=int(rng.integers(3, 7)))
    return stream.getvalue(), ".png"


def _jpeg_file(rgb: np.ndarray, rng: Generator) -> tuple[bytes, str]:
    exif = _exif(rng) if rng.random() < 0.25 else b""
    return draw_habit(rng).encode(rgb, exif), ".jpg"


def _messenger_file(rgb: np.ndarray, rng: Generator) -> tuple[bytes, str]:
    return draw_habit(rng, messenger=True).encode(rgb), ".jpg"


def _webp_file(rgb: np.ndarray, rng: Generator) -> tuple[bytes, str]:
    return _webp(rgb, int(rng.integers(60, 96)), lossless=rng.random() < 0.15), ".webp"


def _webp(rgb: np.ndarray, quality: int, lossless: bool = False) -> bytes:
    stream = io.BytesIO()
    effort = {"quality": 0, "lossless": True} if lossless else {"quality": quality}
    Image.fromarray(rgb).save(stream, "WEBP", method=0, **effort)
    return stream.getvalue()


def _palette(rgb: np.ndarray, rng: Generator) -> Image.Image:
    dither = Image.Dither.FLOYDSTEINBERG if rng.random() < 0.3 else Image.Dither.NONE
    colours = int(rng.choice([128, 192, 256], p=[0.1, 0.1, 0.8]))
    return Image.fromarray(rgb).quantize(colours, method=Image.Quantize.FASTOCTREE, dither=dither)


def _with_text(png: bytes, rng: Generator) -> bytes:
    """A PNG with a text chunk that names the program, between its header and its first data."""
    text = b"Software\0" + str(rng.choice(SOFTWARE)).encode("latin-1")
    stream = io.BytesIO()
    PngImagePlugin.putchunk(stream, b"tEXt", text)
    end_of_header = 8 + 25  # signature and IHDR with its length, type and checksum
    return png[:end_of_header] + stream.getvalue() + png[end_of_header:]


def _exif(rng: Generator) -> bytes:
    exif = Image.Exif()
    exif[0x0131] = str(rng.choice(SOFTWARE))  # Software
    if rng.random() < 0.5:
        exif[0x0112] = 1  # Orientation: upright
    return exif.tobytes()


def _joined(names: list[str]) -> str:
    kept = [name for name in names if name != "none"]
    return "+".join(kept) or "none"


def choice(rng: Generator, weights: Mapping[Key, float]) -> Key:
    """Draw a key by its weight."""
    edges = np.cumsum(list(weights.values()))
    return list(weights)[int(np.searchsorted(edges, rng.random() * edges[-1], side="right"))]


PASSES: dict[str, Callable[[np.ndarray, Generator], tuple[np.ndarray, Transform]]] = {
    "none": _as_it_is,
    "png": _as_it_is,
    "jpeg": _through_jpeg,
    "messenger": _through_messenger,
    "webp": _through_webp,
    "palette": _through_palette,
    "screenshot": _through_screen,
    "crop": _crop,
}
TABLES: dict[str, Callable[[int, Generator], tuple[Table, Table] | None]] = {
    "ijg": lambda quality, rng: None,
    "found": found_tables,
    "own": own_tables,
}
FILES: dict[str, Callable[[np.ndarray, Generator], tuple[bytes, str]]] = {
    "png": _png_file,
    "palette": _palette_file,
    "jpeg": _jpeg_file,
    "messenger": _messenger_file,
    "webp": _webp_file,
}
RECEIVED = {
    "none": 0.32, "png": 0.14, "jpeg": 0.24, "messenger": 0.22, "screenshot": 0.04, "webp": 0.02, "palette": 0.02
}  # fmt: skip
BEFORE = {"png": 0.2, "jpeg": 0.35, "messenger": 0.3, "screenshot": 0.1, "webp": 0.05}
DELIVERED = {"png": 0.34, "jpeg": 0.3, "messenger": 0.28, "webp": 0.04, "palette": 0.04}
