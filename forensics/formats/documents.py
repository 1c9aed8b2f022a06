"""Files whose pictures another package takes out: pages of a PDF, and HEIC photos.

A page that is made of images alone gives each as it is embedded, a JPEG byte for byte, since that is what was sent. Any
other page is rendered, and the picture then tells of the renderer and not of what was drawn.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import cv2
import numpy as np

from realfake.forensics.errors import BadImage
from realfake.forensics.formats.kinds import DOCUMENTS, kind_of

DPI = 144  # at which pages are rendered
POINTS = 72  # of a PDF to the inch
MOST_PAGES = 32
LEAST = 16  # pixels of a side; smaller images of a page are ornaments


@dataclass(frozen=True)
class Taken:
    """A picture that was taken out of a document.

    Attributes
    ----------
    stream : the image file as it stands in the document; empty where there is none
    rgb : (H, W, 3) uint8 where there is no such file
    format : `PDF` for a page that was rendered, `PDF image` for an image embedded in one, `HEIC` or `HEIF`; of a
        stream its own counts
    note : which picture it is, and whether it was embedded or rendered
    """

    stream: bytes
    rgb: np.ndarray | None
    format: str
    note: str


def is_document(data: bytes) -> bool:
    """Whether a file is of a kind that is opened here."""
    return kind_of(data).name in DOCUMENTS


def pictures_of(data: bytes, name: str, most_pixels: int) -> Iterator[Taken]:
    """The pictures of a document in order.

    Parameters
    ----------
    data : for which `is_document` holds
    most_pixels : of one picture

    Raises
    ------
    BadImage
        If it cannot be opened, has too many pages or pixels, or the package for it is not installed.
    """
    kind = kind_of(data)
    try:
        package = import_module(DOCUMENTS[kind.name])
    except ImportError:
        raise BadImage(f"{name} is {kind.with_article}; to open it: pip install 'realfake[documents]'") from None
    try:
        yield from (_pages if kind.name == "PDF" else _photos)(package, data, name, most_pixels)
    except (BadImage, MemoryError):
        raise
    except Exception as error:  # the packages raise anything on broken data
        raise BadImage(f"{name} is a damaged {kind.name} ({str(error)[:200]}); ask for the file again") from error


def _photos(heif: Any, data: bytes, name: str, most_pixels: int) -> Iterator[Taken]:
    opened = heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
    _check(opened.size, most_pixels, name)
    picture = opened.to_pillow()
    told = "decoded by libheif, whose 8x8 grid is not that of a JPEG"
    yield Taken(b"", np.asarray(picture.convert("RGB")), kind_of(data).name, told)


def _pages(pdfium: Any, data: bytes, name: str, most_pixels: int) -> Iterator[Taken]:
    document = pdfium.PdfDocument(data)
    try:
        if not 1 <= len(document) <= MOST_PAGES:
            raise BadImage(f"{name} has {len(document)} pages, and 1 to {MOST_PAGES} are looked at; split the file")
        for number, page in enumerate(document, 1):
            where = f"page {number} of {len(document)}"
            objects = list(page.get_objects())
            images = [one for one in objects if isinstance(one, pdfium.PdfImage) and min(one.get_px_size()) >= LEAST]
            if images and all(isinstance(one, pdfium.PdfImage) for one in objects):
                for image in images:
                    _check(image.get_px_size(), most_pixels, name)
                    yield _embedded(image, where)
            else:
                width, height = (round(side * DPI / POINTS) for side in page.get_size())
                _check((width, height), most_pixels, name)
                pixels = page.render(scale=DPI / POINTS).to_numpy()
                yield Taken(b"", _rgb(pixels), "PDF", f"{where}, rendered at {DPI} dpi")
    finally:
        document.close()


def _embedded(image: Any, where: str) -> Taken:
    if image.get_filters()[-1:] == ["DCTDecode"]:
        return Taken(bytes(image.get_data(decode_simple=True)), None, "", f"{where}, the JPEG embedded in it")
    return Taken(b"", _rgb(image.get_bitmap().to_numpy()), "PDF image", f"{where}, the image embedded in it")


def _rgb(pixels: np.ndarray) -> np.ndarray:
    """Pixels as pdfium gives them, gray, BGR or BGRx."""
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        return np.repeat(pixels.reshape(*pixels.shape[:2], 1), 3, axis=2)
    return cv2.cvtColor(np.ascontiguousarray(pixels[:, :, :3]), cv2.COLOR_BGR2RGB)


def _check(size: tuple[int, int], most_pixels: int, name: str) -> None:
    width, height = size
    if width * height > most_pixels:
        raise BadImage(f"{name} holds a picture of {width}x{height} pixels, too large to measure; send a smaller one")
