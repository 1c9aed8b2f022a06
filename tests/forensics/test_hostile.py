"""Whatever the bytes and whatever the picture: a row, or a sentence."""

import io
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from realfake.forensics.catalog import FAMILIES, catalogue
from realfake.forensics.errors import RealfakeError
from realfake.forensics.extract import extract_features
from realfake.forensics.image import ForensicImage

KEPT = sorted((Path(__file__).parent / "hostile").iterdir())  # cases that broke an earlier version
COLUMNS = [entry.column for entry in catalogue(FAMILIES)]


def extracted(data: bytes, families: Iterable[str] = FAMILIES) -> dict:
    """The row of these families, checked for what holds of any image."""
    row = extract_features(ForensicImage.from_bytes(data), families)
    columns = [entry.column for entry in catalogue(families)]
    assert [column for column in row if "__" in column] == columns
    assert not np.isinf([row[column] for column in columns]).any()
    return row


def scene(height: int = 72, width: int = 88) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    noise = np.random.default_rng(1).normal(0, 12, (height, width, 3))
    return np.clip((x + y)[:, :, None] + noise, 0, 255).astype(np.uint8)


def saved(image: Image.Image, kind: str, **options) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def seeds() -> list[bytes]:
    image = Image.fromarray(scene())
    tag = Image.Exif()
    tag[0x0131], tag[0x0112] = "GIMP", 6
    return [
        saved(image, "JPEG", exif=tag),
        saved(image, "JPEG", progressive=True),
        saved(image.convert("L"), "JPEG"),
        saved(image.convert("CMYK"), "JPEG"),
        saved(image, "JPEG", subsampling=0, restart_marker_blocks=3),
        saved(image, "PNG", exif=tag),
        saved(image.convert("P"), "PNG", transparency=3),
        saved(image, "WEBP"),
        saved(image.convert("RGBA"), "WEBP", lossless=True),
        saved(image, "TIFF", compression="tiff_lzw"),
        saved(image, "TIFF", save_all=True, append_images=[image]),
        saved(image, "TIFF", compression="jpeg"),
        saved(image.convert("P"), "BMP"),
    ]


SEEDS = seeds()
CHANGE = st.tuples(
    st.floats(0, 1),  # where in the file
    st.sampled_from(["set", "cut", "repeat", "insert", "end"]),
    st.binary(min_size=1, max_size=16) | st.sampled_from([bytes(4), b"\xff" * 4, b"\xff\xd9", b"\xff\xda"]),
)


def changed(data: bytes, changes: list[tuple[float, str, bytes]]) -> bytes:
    for where, kind, value in changes:
        at = int(where**2 * len(data))  # headers more often than pixels
        tail = {
            "set": value + data[at + len(value) :],
            "cut": data[at + len(value) :],
            "end": b"",
            "repeat": data[at : at + len(value)] + data[at:],
            "insert": value + data[at:],
        }
        data = data[:at] + tail[kind]
    return data


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(SEEDS), st.lists(CHANGE, min_size=1, max_size=4))
def test_a_damaged_file_gives_a_row_or_a_sentence(data, changes):
    try:
        extracted(changed(data, changes))
    except RealfakeError as error:
        assert "; " in str(error)


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_a_file_that_once_broke_a_version_gives_a_row_or_a_sentence(path):
    try:
        extracted(path.read_bytes())
    except RealfakeError as error:
        assert "; " in str(error)


def contents() -> dict[str, np.ndarray]:
    y, x = np.mgrid[0:96, 0:80]
    noise = np.random.default_rng(2).integers(0, 256, (96, 80, 3), dtype=np.uint8)
    planes = {
        "black": x * 0,
        "white": x * 0 + 255,
        "gray": x * 0 + 128,
        "checkers": (x + y) % 2 * 255,
        "checkers of 8": (x // 8 + y // 8) % 2 * 255,
        "lines": y % 2 * 255,
        "one pixel": (x + y == 0) * 255,
        "half": (x < 40) * 255,
    }
    return {name: np.repeat(plane[:, :, None], 3, axis=2).astype(np.uint8) for name, plane in planes.items()} | {
        "noise": noise,
        "noise of two": (noise > 127).astype(np.uint8) * 255,
        "red": np.full((96, 80, 3), (255, 0, 0), np.uint8),
        "narrow": noise[:, :16],
        "low": noise[:16],
        "smallest": noise[:16, :16],
        "odd": noise[:17, :23],
    }


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("name", contents())
def test_empty_and_extreme_pictures_have_finite_numbers(name, kind):
    row = extracted(saved(Image.fromarray(contents()[name]), kind))
    assert np.isfinite([row[column] for column in COLUMNS]).any()


def test_giant_text_profiles_and_exif_do_not_stop_an_image():
    image, info = Image.fromarray(scene()), PngImagePlugin.PngInfo()
    info.add_text("Comment", "x" * 900_000, zip=True)
    info.add_itxt("XML:com.adobe.xmp", "<x/>" * 50_000)
    assert extracted(saved(image, "PNG", pnginfo=info, icc_profile=bytes(900_000)))["format"] == "PNG"
    exif = Image.Exif()
    exif[0x9286] = b"c" * 60_000
    assert extracted(saved(image, "JPEG", exif=exif, icc_profile=bytes(900_000)))["format"] == "JPEG"


def test_text_that_unpacks_without_end_is_refused_or_skipped():
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    whole = saved(Image.fromarray(scene()), "PNG")
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(64 * 2**20), 9))
    try:
        extracted(whole[:33] + bomb + whole[33:])
    except RealfakeError as error:
        assert "; " in str(error)
