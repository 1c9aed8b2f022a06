import io

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from realfake.forensics.catalog import FAMILIES, measure
from realfake.forensics.image import ForensicImage
from tests.pictures import encode


@pytest.fixture(scope="module")
def scene():
    y, x = np.mgrid[0:96, 0:128]
    return np.stack([x + y, 2 * y, x], axis=2).astype(np.uint8)


def written(pixels, format="JPEG", **options):
    return encode(pixels, format, **options)


def row(data):
    values = measure(ForensicImage.from_bytes(data), FAMILIES["container"])
    return {name.removeprefix("container__"): value for name, value in values.items()}


def with_segment(jpeg, marker, payload):
    """The JPEG with one more segment behind SOI and APP0."""
    at = 4 + int.from_bytes(jpeg[4:6], "big")
    return jpeg[:at] + bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2, "big") + payload + jpeg[at:]


def test_progressive_scans_and_optimised_huffman_tables_are_seen(scene):
    plain, progressive = row(written(scene)), row(written(scene, progressive=True, optimize=True))
    assert (plain["jpeg__progressive"], plain["jpeg__scans"], plain["jpeg__huffman_standard"]) == (0, 1, 1)
    assert progressive["jpeg__progressive"] == 1 and progressive["jpeg__scans"] > 1
    assert progressive["jpeg__huffman_standard"] == 0


@pytest.mark.parametrize(
    ("marker", "payload", "cue"),
    [
        (0xEC, b"Ducky\0\1\0\4\0\0\0\x50\0\0", "jpeg__ducky"),
        (0xED, b"Photoshop 3.0\x008BIM\4\4\0\0\0\0\0\0", "jpeg__photoshop"),
        (0xEE, b"Adobe\0d\0\0\0\0\1", "jpeg__adobe"),
        (0xFE, b"hello", "jpeg__comment"),
    ],
)
def test_segments_of_editors_raise_their_own_flag_only(scene, marker, payload, cue):
    before, after = row(written(scene)), row(with_segment(written(scene), marker, payload))
    assert (before[cue], after[cue]) == (0, 1)
    flags = ("jpeg__ducky", "jpeg__photoshop", "jpeg__adobe", "jpeg__comment")
    assert sum(after[flag] for flag in flags) == 1
    assert after["metadata__editor_named"] == 0  # the segment alone names nobody


def test_the_editor_named_in_exif_in_png_text_and_in_a_comment_is_found(scene):
    exif = Image.Exif()
    exif[0x0131] = "Adobe Photoshop 25.1 (Windows)"
    text = PngImagePlugin.PngInfo()
    text.add_text("Software", "GIMP 2.10", zip=True)
    for data in (
        written(scene, exif=exif),
        written(scene, "PNG", pnginfo=text),
        written(scene, "WEBP", exif=exif),
        written(scene, "TIFF", tiffinfo={305: "Adobe Photoshop 25.1"}),
        written(scene, comment=b"Edited with Snapseed"),
    ):
        assert row(data)["metadata__editor_named"] == 1


def test_a_camera_and_its_orientation_are_read_from_exif(scene):
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Canon", 6
    values = row(written(scene, exif=exif))
    assert values["metadata__camera_named"] == 1
    assert values["metadata__orientation"] == 6
    assert values["metadata__editor_named"] == 0
    assert values["size__width"] == 128  # the orientation is recorded, not applied


def test_a_thumbnail_of_another_picture_differs(scene):
    def with_thumbnail(pixels):
        small = written(pixels)
        tiff = b"II*\0\x08\0\0\0" + b"\0\0" + (14).to_bytes(4, "little") + (2).to_bytes(2, "little")
        start = len(tiff) + 2 * 12 + 4
        for tag, value in ((0x0201, start), (0x0202, len(small))):
            tiff += tag.to_bytes(2, "little") + b"\x04\0\x01\0\0\0" + value.to_bytes(4, "little")
        return row(with_segment(written(scene), 0xE1, b"Exif\0\0" + tiff + b"\0\0\0\0" + small))

    same, other = with_thumbnail(scene[::2, ::2]), with_thumbnail(255 - scene[::2, ::4])
    assert same["thumbnail__present"] == other["thumbnail__present"] == 1
    assert same["thumbnail__difference"] < 6 < 60 < other["thumbnail__difference"]
    assert same["thumbnail__aspect_change"] == pytest.approx(0)
    assert other["thumbnail__aspect_change"] == pytest.approx(np.log(2))


def test_bytes_behind_the_end_are_counted(scene):
    for format in ("JPEG", "PNG"):
        data = written(scene, format)
        assert row(data)["file__trailing_bytes"] == 0
        assert row(data + b"x" * 99)["file__trailing_bytes"] == pytest.approx(2)


def test_a_telephone_screen_is_known_in_both_orientations():
    assert row(written(np.zeros((2400, 1080, 3), np.uint8)))["size__device_screen"] == 1
    assert row(written(np.zeros((1080, 2400, 3), np.uint8)))["size__device_screen"] == 1
    assert row(written(np.zeros((2399, 1080, 3), np.uint8)))["size__device_screen"] == 0


def test_depth_palette_gray_and_alpha_are_as_stored(scene):
    assert row(written(scene[:, :, 0].astype(np.uint16) * 256, "PNG"))["file__bits_per_sample"] == 16
    assert row(written(np.dstack([scene, scene[:, :, 0]]), "PNG"))["file__alpha"] == 1
    assert row(written(scene[:, :, 0], "PNG"))["file__gray"] == 1
    file = io.BytesIO()
    Image.fromarray(scene).convert("P").save(file, "PNG")
    assert row(file.getvalue())["file__palette"] == 1


def test_every_format_gives_the_same_names_and_no_infinite_number(scene):
    names = row(written(scene)).keys()
    for format in ("PNG", "WEBP", "BMP", "TIFF"):
        values = row(written(scene, format))
        assert values.keys() == names
        assert not any(np.isinf(value) for value in values.values())
    pixels_only = measure(ForensicImage.from_array(scene), FAMILIES["container"])
    assert np.isnan(pixels_only["container__file__bytes_per_pixel"])
    assert pixels_only["container__size__width"] == 128


def test_damaged_exif_counts_as_none(scene):
    data = with_segment(written(scene), 0xE1, b"Exif\0\0II*\0\xff\xff\xff\x7f" + b"\xff" * 40)
    assert row(data)["metadata__exif_tags"] == 0
