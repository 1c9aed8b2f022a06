"""An image file, checked and decoded once, with the views of its pixels that several families share."""

from __future__ import annotations

import hashlib
import io
import os
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar, no_type_check

import cv2
import numpy as np
import PIL
from PIL import Image, UnidentifiedImageError
from PIL.TiffImagePlugin import COMPRESSION_INFO
from skimage.util import view_as_blocks

from realfake.forensics.arrays.blocks import block_means
from realfake.forensics.arrays.dwt import Bands, decompose
from realfake.forensics.arrays.jit import compiled
from realfake.forensics.arrays.repeats import repeated_rows
from realfake.forensics.errors import BadImage
from realfake.forensics.formats.documents import is_document, pictures_of
from realfake.forensics.formats.frames import Shown, shown_pictures
from realfake.forensics.formats.jpeg import JpegFile, undecodable
from realfake.forensics.formats.kinds import EMPTY, JPEG, TIFF, UNKNOWN, kind_of, tiff_tags
from realfake.forensics.formats.mend import Mended, mend

MAX_BYTES = 64 * 2**20
MAX_PIXELS = 50_000_000
MAX_SIDE = 30_000  # pixels
MIN_SIDE = 16  # pixels; two JPEG blocks
DECODER = "pillow"
DECODER_VERSION = PIL.__version__
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF")  # a multi-picture JPEG opens as JPEG
UNSUPPORTED = re.compile(r"(?i)unsupported|unknown|not supported|unrecogni[sz]ed|not implemented|cannot handle")
COMPRESSION_TAG = 259
ORIENTATION_TAG = 0x0112
WAVELET_LEVELS = 4
GRADIENT_BLOCK = 16  # pixels
GRADIENT_ROWS = 128  # of the gradient at a time, which stay in the cache

Result = TypeVar("Result")


class ForensicImage:
    """One decoded image and its shared views.

    Views are computed on first use and kept; callers must not write into them. The EXIF orientation is recorded and
    never applied, since turning the picture would break the 8x8 grid of its compression.

    Attributes
    ----------
    name : str
        Where the image came from, for error messages.
    data : bytes
        The file as it stands; empty for an image made from an array.
    stream : bytes
        What the decoder read: `data`, or a copy that was mended where every viewer shows the file and a strict decoder
        refuses it; see `realfake.forensics.formats.mend`.
    format : str
        `PNG`, `JPEG`, `WEBP`, `BMP`, `TIFF`, `GIF`, `PDF` (a page that was rendered), `PDF image` (one that is embedded
        in a page and no JPEG), `HEIC`, `HEIF` or `ARRAY`.
    mode : str
        Pillow's mode of the stored pixels: `RGB`, `RGBA`, `P`, `L`, `I;16`, `CMYK`, ...
    rgb : ndarray, shape (H, W, 3), uint8
        Pixels; transparency is laid over white, 16-bit is cut to its high byte, CMYK is converted.
    orientation : int
        EXIF orientation, 1..8; 1 where none is stored.
    frame, frames : int
        Which picture of the file this is, from 1, and how many the file holds.
    note : str
        What a reader should know of how the file was read: which of several pictures this is, what was mended.

    Examples
    --------
    >>> import realfake
    >>> from skimage.data import page
    >>> image = realfake.ForensicImage.from_array(page(), "page")
    >>> image.rgb.shape, image.luma.dtype.name, image.format, image.orientation
    ((191, 384, 3), 'float32', 'ARRAY', 1)
    """

    def __init__(
        self,
        rgb: np.ndarray,
        *,
        name: str,
        data: bytes = b"",
        format: str = "ARRAY",
        mode: str = "RGB",
        orientation: int = 1,
        info: dict[Any, Any] | None = None,
        mended: Mended | None = None,
        frame: int = 1,
        frames: int = 1,
        note: str = "",
    ) -> None:
        self.rgb = rgb
        self.name = name
        self.data = data
        self.format = format
        self.mode = mode
        self.orientation = orientation
        self.info = info or {}
        self.mended = mended
        self.stream = mended.stream if mended else data
        self.frame, self.frames = frame, frames
        self.note = note
        self._kept: dict[Callable[[ForensicImage], Any], Any] = {}

    def shared(self, compute: Callable[[ForensicImage], Result]) -> Result:
        """What `compute` says of this image, computed once: for a view that one module defines and several read."""
        if compute not in self._kept:
            self._kept[compute] = compute(self)
        kept: Result = self._kept[compute]
        return kept

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> ForensicImage:
        """Read, check and decode a file; of an animation, the picture that is shown most of the time.

        Raises
        ------
        BadImage
            If the file is missing, unreadable, empty, too large, truncated or not an image of a known format, or shows
            several pictures alike.
        """
        return cls.from_bytes(read_bytes(path), name=str(path))

    @classmethod
    def open_all(cls, path: str | Path) -> Iterator[ForensicImage]:
        """Every picture that a viewer shows for long, see `realfake.forensics.formats.frames`; errors as in `open`."""
        return cls.all_from_bytes(read_bytes(path), name=str(path))

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "<bytes>") -> ForensicImage:
        """Check and decode the bytes of a file; errors as in `open`."""
        if is_document(data):
            pictures = list(cls.all_from_bytes(data, name))
            if len(pictures) > 1:
                what = f"has {len(pictures)} pages or images"
                raise BadImage(f"{name} {what}, of which a row can hold one; save each as a file of its own")
            return pictures[0]
        shown, mended, read = _prepared(data, name)
        if shown.main is None:
            what = f"has {len(shown.chosen)} pages" if shown.what == "page" else "shows several pictures for long"
            raise BadImage(f"{name} {what}, of which a row can hold one; save each as a file of its own")
        return cls._decode(data, name, read, shown, mended, shown.main)

    @classmethod
    def all_from_bytes(cls, data: bytes, name: str = "<bytes>") -> Iterator[ForensicImage]:
        """Every picture of the bytes of a file that a viewer shows for long; errors as in `open`."""
        if is_document(data):
            yield from cls._all_of_document(data, name)
            return
        shown, mended, read = _prepared(data, name)
        for number in shown.chosen:
            yield cls._decode(data, name, read, shown, mended, number)

    @classmethod
    def _all_of_document(cls, data: bytes, name: str) -> Iterator[ForensicImage]:
        """The pictures of a PDF or HEIC; an embedded file is measured as if it had been sent by itself."""
        if len(data) > MAX_BYTES:
            raise BadImage(f"{name} has {len(data):,} bytes, more than the limit of {MAX_BYTES:,}; send a smaller file")
        taken = list(pictures_of(data, name, MAX_PIXELS))
        for number, one in enumerate(taken, 1):
            if one.rgb is None:
                image = cls.from_bytes(one.stream, name)
            else:
                _check_size(one.rgb.shape[1], one.rgb.shape[0], name)
                image = cls(np.ascontiguousarray(one.rgb), name=name, data=data, format=one.format)
            image.note = "; ".join(filter(None, (one.note, image.note)))
            image.frame, image.frames = number, len(taken)
            image.sha256 = hashlib.sha256(data).hexdigest()  # of what was sent
            yield image

    @classmethod
    def from_array(cls, rgb: np.ndarray, name: str = "<array>") -> ForensicImage:
        """Wrap pixels without a file.

        Parameters
        ----------
        rgb : (H, W, 3) or (H, W) uint8
        name : for error messages

        Raises
        ------
        BadImage
            If it has another shape or type, masked pixels, or is too small or too large.
        """
        if np.ma.is_masked(rgb):
            raise BadImage(f"{name} has masked pixels, which would be measured like others; fill or crop them first")
        rgb = np.asarray(rgb)
        if rgb.dtype != np.uint8 or rgb.ndim not in (2, 3):
            raise BadImage(f"{name} must be an (H, W, 3) or (H, W) array of uint8, not {rgb.dtype} {rgb.shape}")
        if rgb.ndim == 2:
            rgb = np.repeat(rgb[:, :, None], 3, axis=2)
        _check_size(rgb.shape[1], rgb.shape[0], name)
        return cls(np.ascontiguousarray(rgb[:, :, :3]), name=name)

    @classmethod
    def _decode(
        cls, data: bytes, name: str, read: Image.Image | None, shown: Shown, mended: Mended | None, number: int
    ) -> ForensicImage:
        stream = mended.stream if mended else data
        notes = [shown.note(number), mended.note if mended else ""]
        with (
            _sentences(data, name),
            Image.open(io.BytesIO(stream), formats=FORMATS) if read is None else read as picture,
        ):
            if number:
                picture.seek(number)
            _check_size(picture.width, picture.height, name)
            picture.load()
            return cls(
                _to_rgb(picture),
                name=name,
                data=data,
                format="JPEG" if picture.format == "MPO" else str(picture.format),
                mode=picture.mode,
                orientation=_orientation(picture),
                info=dict(picture.info) | (mended.info if mended else {}),
                mended=mended,
                frame=number + 1,
                frames=shown.count,
                note="; ".join(note for note in notes if note),
            )

    @property
    def height(self) -> int:
        """Rows."""
        height: int = self.rgb.shape[0]
        return height

    @property
    def width(self) -> int:
        """Columns."""
        width: int = self.rgb.shape[1]
        return width

    @cached_property
    def sha256(self) -> str:
        """Hex digest of the file, or of the pixels where there is no file."""
        return hashlib.sha256(self.data or self.rgb.tobytes()).hexdigest()

    @cached_property
    def jpeg(self) -> JpegFile | None:
        """The parsed stream of a JPEG file; None for every other format."""
        if self.format != "JPEG":
            return None
        try:
            return JpegFile.parse(self.stream)
        except BadImage as error:
            raise BadImage(f"{self.name}: {error}; ask for the file again") from error

    @cached_property
    def luma(self) -> np.ndarray:
        """(H, W) float32, BT.601 luma, 0..255: whole 65,536ths of a gray level, exact."""
        return self._lumas[0]

    @cached_property
    def luma8(self) -> np.ndarray:
        """(H, W) uint8, luma rounded to whole gray levels, halves to even ones."""
        return self._lumas[1]

    @cached_property
    def _lumas(self) -> tuple[np.ndarray, np.ndarray]:
        luma, rounded = np.empty(self.rgb.shape[:2], np.float32), np.empty(self.rgb.shape[:2], np.uint8)
        _weigh(self.rgb.reshape(self.height, -1), luma, rounded)
        return luma, rounded

    @cached_property
    def luma8_turned(self) -> np.ndarray:
        """(W, H) uint8, `luma8` with rows and columns exchanged."""
        return np.asarray(cv2.transpose(self.luma8))

    @cached_property
    def chroma_half(self) -> tuple[np.ndarray, np.ndarray]:
        """Cb and Cr at half the size, each (H // 2, W // 2) uint8: the mean of each 2x2 pixels, 128 without colour.

        Nearly every JPEG stores chroma so; finer chroma is its decoder's interpolation. Full-range BT.601, rounded to
        whole levels at full size and again at half, in integers: as OpenCV's `cvtColor` and `resize`, which take
        twice as long (measured on 1080x2400).
        """
        blue, red = np.empty((2, self.height // 2, self.width // 2), np.uint8)
        lines = np.empty((5, self.width), np.int32)
        _halve_chroma(self.rgb.reshape(self.height, -1), self.repeated_rows, lines, blue, red)
        return blue, red

    @cached_property
    def repeated_rows(self) -> np.ndarray:
        """(H,) bool: rows of the picture that equal the one above."""
        return repeated_rows(self.rgb.reshape(self.height, -1))

    @cached_property
    def gradient_blocks(self) -> np.ndarray:
        """(H // 16, W // 16) float32, length of the luma's Sobel gradient, mean of 16x16 blocks: gray levels per pixel.

        `skimage.filters.sobel` scales and sums otherwise and takes fourteen times as long (measured on 1080x2400).
        """
        rows = self.height // GRADIENT_BLOCK * GRADIENT_BLOCK
        return np.concatenate(
            [
                block_means(gradient_magnitude(self.luma, self.repeated_rows, top, bottom), GRADIENT_BLOCK)
                for top, bottom in pairwise([*range(0, rows, GRADIENT_ROWS), rows])
            ]
        )

    @cached_property
    def wavelet(self) -> list[Bands]:
        """Four levels of wavelet detail of the luma, finest first; see `realfake.forensics.arrays.dwt.decompose`."""
        return decompose(self.luma, WAVELET_LEVELS, self.repeated_rows)

    @cached_property
    def dct_plane(self) -> np.ndarray:
        """(8 * rows, 8 * columns) float32: `dct8` with each coefficient in the place of its block; see `dct_plane`."""
        return dct_plane(self.luma, level=128)

    @cached_property
    def dct8(self) -> np.ndarray:
        """(rows, columns, 8, 8) float32: orthonormal DCT-II of the luma - 128 in 8x8 blocks from the corner (0, 0)."""
        return as_blocks(self.dct_plane)


def gradient_magnitude(luma: np.ndarray, repeated: np.ndarray, top: int, bottom: int) -> np.ndarray:
    """(bottom - top, W) float32: length of the Sobel gradient in these rows of a plane, (H, W) float32.

    `repeated`, (H,) bool, marks rows that equal the one above: between such rows it is the same.
    """
    magnitude = np.empty((bottom - top, luma.shape[1]), np.float32)
    _sobel_magnitude(luma, repeated, top, magnitude)
    return magnitude


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a file of at most `MAX_BYTES`.

    Raises
    ------
    BadImage
        If it is missing, unreadable or larger, or what is given is no path.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise BadImage(
            f"an image is named by its path, not by {type(path).__name__}; "
            "ForensicImage.from_array takes pixels, ForensicImage.from_bytes the bytes of a file"
        )
    try:
        size = Path(path).stat().st_size
        if size > MAX_BYTES:
            raise BadImage(f"{path} has {size:,} bytes, more than the limit of {MAX_BYTES:,}; send a smaller file")
        return Path(path).read_bytes()
    except OSError as error:
        raise BadImage(f"{path} cannot be read ({error.strerror}); check the path and its permissions") from error


def _prepared(data: bytes, name: str) -> tuple[Shown, Mended | None, Image.Image | None]:
    """Which pictures of a file are looked at, how it was mended, and the file opened where its one picture is read."""
    kind = kind_of(data)
    if kind is EMPTY:
        raise BadImage(f"{name} is empty; export the image again")
    if len(data) > MAX_BYTES:
        raise BadImage(f"{name} has {len(data):,} bytes, more than the limit of {MAX_BYTES:,}; send a smaller file")
    if kind.picture and not kind.decoded:
        raise BadImage(f"{name} is {kind.with_article} picture, which is not decoded; convert it to PNG")
    if not kind.decoded and kind is not UNKNOWN:
        raise BadImage(f"{name} is {kind.with_article} and not an image; check what the file is")
    with _sentences(data, name):
        try:
            shown, picture = _looked_at(data, name)
            return shown, None, picture
        except (BadImage, MemoryError, Image.DecompressionBombError):
            raise
        except Exception:  # decoders raise anything on broken data
            mended = mend(data)
            if mended is None:
                raise
            shown, picture = _looked_at(mended.stream, name)
            return shown, mended, picture


def _orientation(picture: Image.Image) -> int:
    try:
        stated = picture.getexif().get(ORIENTATION_TAG, 1)
    except Exception:  # the directories are foreign bytes and Pillow raises anything on them
        return 1
    return stated if isinstance(stated, int) and 1 <= stated <= 8 else 1


def _looked_at(stream: bytes, name: str) -> tuple[Shown, Image.Image | None]:
    picture = Image.open(io.BytesIO(stream), formats=FORMATS)
    _check_size(picture.width, picture.height, name)
    shown = shown_pictures(picture, name, MIN_SIDE)
    if shown.count == 1 or picture.format == "MPO":
        picture.load()  # here, where a failure is met by mending
        return shown, picture
    picture.close()
    return shown, None


@contextmanager
def _sentences(data: bytes, name: str) -> Iterator[None]:
    """Whatever a decoder raises becomes one sentence."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except MemoryError:
            raise
        except BadImage as error:
            if name in str(error):
                raise
            raise BadImage(f"{name} is damaged ({error}); ask for the file again") from error
        except Image.DecompressionBombError:
            raise BadImage(f"{name} declares more than {MAX_PIXELS:,} pixels; crop it first") from None
        except Exception as error:
            raise BadImage(_why_unread(data, name, error)) from error


def _why_unread(data: bytes, name: str, error: Exception) -> str:
    kind = kind_of(data)
    if kind is UNKNOWN:
        return f"{name} is not a PNG, JPEG, WebP, BMP, TIFF or GIF image; check what the file is"
    reason = str(error).split("\n")[0] or type(error).__name__
    if isinstance(error, UnidentifiedImageError):
        reason = _reason_of_plugin(data, kind.name.upper())
    rare = undecodable(data) if kind is JPEG else reason if UNSUPPORTED.search(reason) else ""
    if kind is TIFF and tiff_tags(data).get(COMPRESSION_TAG, 1) not in COMPRESSION_INFO:
        rare = f"compression {tiff_tags(data)[COMPRESSION_TAG]}"
    if rare:
        return f"{name} is {kind.with_article} of a kind that cannot be read ({rare}); convert it to PNG"
    return f"{name} is damaged or truncated ({reason}); ask for the file again"


def _reason_of_plugin(data: bytes, format: str) -> str:
    """Why Pillow does not take a file for its kind, which `Image.open` keeps to itself."""
    try:
        with Image.OPEN[format][0](io.BytesIO(data), ""):
            return f"no {format} that can be read"
    except Exception as error:
        return str(error).split("\n")[0] or type(error).__name__


def block_dct(plane: np.ndarray) -> np.ndarray:
    """Orthonormal 8x8 DCT-II of a plane, as JPEG scales it.

    Parameters
    ----------
    plane : ndarray, shape (H, W), float32
        Rows and columns beyond the last whole block are left out.

    Returns
    -------
    ndarray, shape (H // 8, W // 8, 8, 8), float32
        Coefficients, vertical frequency before horizontal; within 1e-4 of the transform for values within +-255, and
        exact for whole values in the modes of frequency 0 and 4, which lie on eighths and tie when they are rounded.
    """
    return as_blocks(dct_plane(plane))


def dct_plane(plane: np.ndarray, grid: tuple[int, int] = (0, 0), level: float = 0) -> np.ndarray:
    """The same coefficients as `block_dct`, each block's where the block stands.

    Parameters
    ----------
    plane : ndarray, shape (H, W), float32
    grid : tuple of int
        Row and column at which the blocks start.
    level : float
        Taken from all values beforehand.

    Returns
    -------
    ndarray, shape (8 * rows, 8 * columns), float32
    """
    rows, columns = ((side - offset) // 8 for side, offset in zip(plane.shape, grid, strict=True))
    result = np.empty((8 * rows, 8 * columns), np.float32)
    plane, lines = np.ascontiguousarray(plane), np.empty((2, 512), np.float32)
    down, across = lines[0].reshape(8, 64), lines[1]
    _transform_blocks(plane, plane.view(np.int32), *grid, np.float32(level), DCT_BASIS, down, lines[0], across, result)
    return result


def rounded_modes(plane: np.ndarray, modes: np.ndarray) -> np.ndarray:
    """Some coefficients of every block of a `dct_plane`, rounded to whole gray levels, halves to even ones.

    Parameters
    ----------
    plane : ndarray, shape (8 * rows, 8 * columns), float32
    modes : ndarray of int
        Row-major positions 0..63 in the block.

    Returns
    -------
    ndarray, shape (len(modes), rows, columns), int32
        `numpy.rint` of each mode's slice gives the same in twice the time (measured on 1080x2400).
    """
    values = np.empty((len(modes), plane.shape[0] // 8, plane.shape[1] // 8), np.int32)
    _round_modes(plane, np.asarray(modes), values)
    return values


def as_blocks(plane: np.ndarray) -> np.ndarray:
    """(H // 8, W // 8, 8, 8) copy of the blocks of a plane whose sides are multiples of eight."""
    return np.ascontiguousarray(view_as_blocks(plane, (8, 8)))


@compiled
@no_type_check
def _transform_blocks(plane, bits, first_row, first_column, level, basis, down, lines, across, result):
    wide = 64  # columns at a time: they stay in the first cache, and flat ones, frequent on screens, are passed over
    cos1, cos2, cos3 = basis[1, 0], basis[2, 0], basis[3, 0]
    cos5, cos6, cos7 = basis[5, 0], basis[6, 0], basis[7, 0]
    for top in range(0, result.shape[0], 8):
        for left in range(0, result.shape[1], wide):
            width = min(wide, result.shape[1] - left)
            first = bits[first_row + top, first_column + left]
            change = np.int32(0)
            for row in range(8):
                line = bits[first_row + top + row, first_column + left : first_column + left + width]
                for x in range(width):
                    change = np.int32(change | np.int32(line[x] ^ first))
            if change == 0:
                for row in range(8):
                    out = result[top + row, left : left + width]
                    for x in range(width):
                        out[x] = 0
                for x in range(left, left + width, 8):
                    result[top, x] = np.float32(8) * (plane[first_row + top, first_column + left] - level)
                continue
            part = plane[first_row + top : first_row + top + 8, first_column + left : first_column + left + width]
            for x in range(width):
                a, b, c, d = part[0, x] - level, part[1, x] - level, part[2, x] - level, part[3, x] - level
                e, f, g, h = part[4, x] - level, part[5, x] - level, part[6, x] - level, part[7, x] - level
                s0, d0, s1, d1, s2, d2, s3, d3 = a + h, a - h, b + g, b - g, c + f, c - f, d + e, d - e
                down[0, x] = (s0 + s3) + (s1 + s2)
                down[1, x] = (cos1 * d0 + cos3 * d1) + (cos5 * d2 + cos7 * d3)
                down[2, x] = cos2 * (s0 - s3) + cos6 * (s1 - s2)
                down[3, x] = (cos3 * d0 - cos7 * d1) - (cos1 * d2 + cos5 * d3)
                down[4, x] = (s0 + s3) - (s1 + s2)
                down[5, x] = (cos5 * d0 - cos1 * d1) + (cos7 * d2 + cos3 * d3)
                down[6, x] = cos6 * (s0 - s3) - cos2 * (s1 - s2)
                down[7, x] = (cos7 * d0 - cos5 * d1) + (cos3 * d2 - cos1 * d3)
            for i in range(64):  # rows of blocks, eight after eight, and columns beyond the last block as they come
                a, b, c, d = lines[8 * i], lines[8 * i + 1], lines[8 * i + 2], lines[8 * i + 3]
                e, f, g, h = lines[8 * i + 4], lines[8 * i + 5], lines[8 * i + 6], lines[8 * i + 7]
                s0, d0, s1, d1, s2, d2, s3, d3 = a + h, a - h, b + g, b - g, c + f, c - f, d + e, d - e
                across[8 * i] = (s0 + s3) + (s1 + s2)
                across[8 * i + 1] = (cos1 * d0 + cos3 * d1) + (cos5 * d2 + cos7 * d3)
                across[8 * i + 2] = cos2 * (s0 - s3) + cos6 * (s1 - s2)
                across[8 * i + 3] = (cos3 * d0 - cos7 * d1) - (cos1 * d2 + cos5 * d3)
                across[8 * i + 4] = (s0 + s3) - (s1 + s2)
                across[8 * i + 5] = (cos5 * d0 - cos1 * d1) + (cos7 * d2 + cos3 * d3)
                across[8 * i + 6] = cos6 * (s0 - s3) - cos2 * (s1 - s2)
                across[8 * i + 7] = (cos7 * d0 - cos5 * d1) + (cos3 * d2 - cos1 * d3)
            for row in range(8):
                out, line = result[top + row, left : left + width], across[64 * row : 64 * row + width]
                for x in range(width):
                    out[x] = line[x] * np.float32(0.125)


@compiled
@no_type_check
def _round_modes(plane, modes, values):
    for row in range(values.shape[1]):
        for m in range(modes.size):
            line, out = plane[8 * row + modes[m] // 8, modes[m] % 8 :], values[m, row]
            for column in range(out.size):
                out[column] = np.int32(np.rint(line[8 * column]))


@compiled
@no_type_check
def _weigh(rows, luma, rounded):
    # As libjpeg weighs them; every product and sum is a whole 65,536th below 256, which float32 holds exactly.
    red, green, blue = np.float32(19595 / 65536), np.float32(38470 / 65536), np.float32(7471 / 65536)
    ones = np.float32(2**23)  # what is added to it keeps whole levels alone, halves even; `rint` crashes plain x86
    height, width = luma.shape
    for y in range(height):
        row, out, whole = rows[y], luma[y], rounded[y]
        for x in range(width):
            out[x] = red * row[3 * x] + green * row[3 * x + 1] + blue * row[3 * x + 2]
        for x in range(width):
            whole[x] = np.uint8(np.int32((out[x] + ones) - ones))


@compiled
@no_type_check
def _halve_chroma(rows, repeated, lines, blue, red):
    reds, greens, blues, first, second = lines[0], lines[1], lines[2], lines[3], lines[4]
    least, most, middle, shift = np.int32(0), np.int32(255), np.int32((128 << 14) + 8192), np.int32(14)
    for y in range(blue.shape[0]):
        out, other = blue[y], red[y]
        if y > 0 and repeated[2 * y - 1] and repeated[2 * y] and repeated[2 * y + 1]:
            above, beside = blue[y - 1], red[y - 1]
            for x in range(out.size):
                out[x] = above[x]
                other[x] = beside[x]
            continue
        lines[:] = 0
        for k in range(2):
            row = rows[2 * y + k]
            for x in range(2 * out.size):
                reds[x] = row[3 * x]
                greens[x] = row[3 * x + 1]
                blues[x] = row[3 * x + 2]
            for x in range(2 * out.size):  # weights in 16,384ths
                r, g, b = reds[x], greens[x], blues[x]
                gray = np.int32(np.int32(4899 * r + 9617 * g + 1868 * b + 8192) >> shift)
                first[x] += min(max(np.int32(np.int32(9241 * (b - gray) + middle) >> shift), least), most)
                second[x] += min(max(np.int32(np.int32(11682 * (r - gray) + middle) >> shift), least), most)
        for x in range(out.size):
            out[x] = (first[2 * x] + first[2 * x + 1] + 2) >> 2
            other[x] = (second[2 * x] + second[2 * x + 1] + 2) >> 2


@compiled
@no_type_check
def _sobel_magnitude(plane, repeated, top, magnitude):
    height, width = plane.shape
    for y in range(top, top + magnitude.shape[0]):
        above, here, below = plane[y - 1 if y else 1], plane[y], plane[y + 1 if y < height - 1 else y - 1]
        out = magnitude[y - top]
        if top < y < height - 1 and repeated[y - 1] and repeated[y] and repeated[y + 1]:
            before = magnitude[y - top - 1]
            for x in range(width):
                out[x] = before[x]
            continue
        for x in range(1, width - 1):
            across = above[x + 1] - above[x - 1] + 2 * (here[x + 1] - here[x - 1]) + below[x + 1] - below[x - 1]
            down = below[x - 1] - above[x - 1] + 2 * (below[x] - above[x]) + below[x + 1] - above[x + 1]
            out[x] = np.sqrt(across * across + down * down) * np.float32(0.125)
        # Mirrored at the border, the picture has no gradient across it.
        first, last = below[0] - above[0], below[width - 1] - above[width - 1]
        out[0] = abs(first + (below[1] - above[1])) * np.float32(0.25)
        out[width - 1] = abs((below[width - 2] - above[width - 2]) + last) * np.float32(0.25)


def _dct_matrix() -> np.ndarray:
    k, n = np.mgrid[0:8, 0:8]
    matrix: np.ndarray = np.cos(np.pi * (2 * n + 1) * k / 16) * 0.5
    matrix[0] /= np.sqrt(2)
    return matrix


DCT_MATRIX = _dct_matrix().astype(np.float32)
DCT_BASIS = (np.sqrt(8) * _dct_matrix()).astype(np.float32)  # of 1 in frequencies 0 and 4: sums of integers stay exact


def _check_size(width: int, height: int, name: str) -> None:
    if min(width, height) < MIN_SIDE:
        raise BadImage(f"{name} is {width}x{height} pixels, too small to measure; send at least {MIN_SIDE}x{MIN_SIDE}")
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise BadImage(
            f"{name} is {width}x{height} pixels, more than {MAX_SIDE:,} a side or {MAX_PIXELS:,} in all; crop it first"
        )


def _to_rgb(picture: Image.Image) -> np.ndarray:
    if picture.mode.startswith(("I", "F")):
        gray = np.asarray(picture)
        if gray.dtype.kind == "f":
            gray = np.nan_to_num(gray, nan=0.0, posinf=255.0, neginf=0.0)
            gray = gray * 255.0 if gray.max(initial=0.0) <= 1.0 else gray
        else:
            gray = gray >> 8
        return np.repeat(np.clip(gray, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)
    if picture.has_transparency_data:
        layered = picture.convert("RGBA")
        if layered.getchannel("A").getextrema() != (255, 255):
            white = Image.new("RGBA", layered.size, (255, 255, 255, 255))
            layered = Image.alpha_composite(white, layered)
        return np.array(layered.convert("RGB"))
    return np.array(picture if picture.mode == "RGB" else picture.convert("RGB"))
