"""Kinds of files by their content, and what is said of those that are not decoded."""

import struct

import numpy as np
import pytest

from realfake.forensics.errors import BadImage
from realfake.forensics.formats.kinds import SUFFIXES, kind_of, why_skipped
from realfake.forensics.image import ForensicImage
from tests.pictures import draw_photo, draw_screen, encode


def media(brand: bytes, *others: bytes) -> bytes:
    brands = b"".join(others)
    return (16 + len(brands)).to_bytes(4, "big") + b"ftyp" + brand + bytes(4) + brands + bytes(400)


def tiff(**tags: int) -> bytes:
    entries = sorted((int(tag[1:]), value) for tag, value in tags.items())
    body = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + body + bytes(400)


PICTURES = {
    "HEIC": media(b"heic", b"mif1"), "AVIF": media(b"avif", b"mif1"), "JPEG XL": b"\xff\x0a" + bytes(90),
    "JPEG 2000": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(90), "Photoshop document": b"8BPS\0\1" + bytes(90),
    "camera raw": tiff(_254=1, _330=99, _256=160, _257=120), "icon": b"\0\0\1\0\1\0" + bytes(90),
    "SVG": b"<?xml version='1.0'?>\n<!-- x -->\n<svg xmlns='http://www.w3.org/2000/svg'/>", "QOI": b"qoif" + bytes(90),
}  # fmt: skip
OTHERS = {
    "PDF": b"%PDF-1.7\n", "video": media(b"isom", b"mp42"), "HTML page": b"\n<!DOCTYPE html><html>404</html>",
    "JSON": b'{"error": "expired"}', "text": b"404 not found", "AppleDouble": b"\0\5\x16\7\0\2\0\0Mac OS X",
    "gzip archive": b"\x1f\x8b\x08" + bytes(90), "ZIP archive or Office document": b"PK\3\4" + bytes(90),
}  # fmt: skip


DOCUMENTS = {"HEIC", "PDF"}  # that are read where the extra is installed


@pytest.mark.parametrize("name", sorted(set(PICTURES) - DOCUMENTS))
def test_a_picture_that_is_not_decoded_is_named(name):
    with pytest.raises(BadImage, match=f"is an? {name} picture, which is not decoded; convert it to PNG"):
        ForensicImage.from_bytes(PICTURES[name], name="a.png")


@pytest.mark.parametrize("name", sorted(set(OTHERS) - DOCUMENTS))
def test_a_file_that_is_no_picture_is_named(name):
    with pytest.raises(BadImage, match=f"is an? {name} and not an image; check what the file is"):
        ForensicImage.from_bytes(OTHERS[name], name="a.png")


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_document_that_holds_nothing_is_damaged(name):
    with pytest.raises(BadImage, match=f"is a damaged {name} .*; ask for the file again"):
        ForensicImage.from_bytes((PICTURES | OTHERS)[name], name="a.png")


def with_frame(data: bytes, marker: int = 0xC0, bits: int = 8) -> bytes:
    at = data.index(b"\xff\xc0")
    return data[: at + 1] + bytes((marker,)) + data[at + 2 : at + 4] + bytes((bits,)) + data[at + 5 :]


@pytest.mark.parametrize(
    "marker, bits, said", [(0xC3, 8, "lossless"), (0xC1, 12, "12 bits a sample"), (0xC5, 8, "hierarchical")]
)
def test_a_rare_jpeg_is_named_and_not_called_damaged(marker, bits, said):
    data = with_frame(encode(draw_photo(), "JPEG"), marker, bits)
    with pytest.raises(BadImage, match=rf"is a JPEG of a kind that cannot be read \({said}\); convert it to PNG"):
        ForensicImage.from_bytes(data)


def test_a_rare_bitmap_and_a_rare_tiff_are_named():
    bitmap = bytearray(encode(draw_screen(), "BMP"))
    bitmap[30:34] = (4).to_bytes(4, "little")  # a JPEG inside
    with pytest.raises(BadImage, match="is a BMP of a kind that cannot be read .*ompression"):
        ForensicImage.from_bytes(bytes(bitmap))
    with pytest.raises(BadImage, match=r"is a TIFF of a kind that cannot be read \(compression 34887\)"):
        ForensicImage.from_bytes(tiff(_256=64, _257=64, _258=8, _259=34887, _262=1, _273=8, _277=1, _278=64, _279=400))


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF"])
def test_what_is_decoded_is_an_image_whatever_its_name_says(format):
    data = encode(draw_screen(), format)
    assert kind_of(data).decoded
    assert why_skipped("photo.jpg_large", lambda: data) == "" == why_skipped("no_ending", lambda: data)


@pytest.mark.parametrize(
    "name, why",
    [
        ("._a.png", "AppleDouble"),
        (".a.png", "hidden file"),
        ("Thumbs.db", "system file"),
        ("a.png.crdownload", "unfinished download"),
        ("a.jpg.part", "unfinished download"),
    ],
)
def test_files_that_only_look_like_images_are_skipped(name, why):
    assert why_skipped(f"folder/{name}", lambda: encode(np.zeros((16, 16, 3), np.uint8))) == why


def test_the_ending_of_an_image_is_enough_so_that_damage_is_told():
    assert all(why_skipped(f"a{suffix}", lambda: b"") == "" for suffix in SUFFIXES)


def test_a_picture_inside_another_kind_is_not_taken_for_the_file():
    with pytest.raises(BadImage, match="is a damaged HEIC"):
        ForensicImage.from_bytes(media(b"heic") + encode(draw_photo(64, 64), "JPEG"))
