"""Files that viewers show and a strict decoder refuses are measured; what is truly broken stays an error."""

import io
import zlib

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from realfake.forensics.catalog import FAMILIES, measure
from realfake.forensics.errors import BadImage
from realfake.forensics.image import ForensicImage
from tests.pictures import decode, draw_photo, draw_screen, encode

SCREEN = draw_screen()


def container(data: bytes) -> dict[str, float]:
    return measure(ForensicImage.from_bytes(data), FAMILIES["container"])


def chunk(kind: bytes, payload: bytes, wrong: bool = False) -> bytes:
    checksum = zlib.crc32(kind + payload) ^ wrong
    return len(payload).to_bytes(4, "big") + kind + payload + checksum.to_bytes(4, "big")


def png_with(*chunks: bytes, at_end: bool = False) -> bytes:
    whole = encode(SCREEN)
    at = len(whole) - 12 if at_end else 33  # before IEND, or behind IHDR
    return whole[:at] + b"".join(chunks) + whole[at:]


def with_wrong_checksum(data: bytes, kind: bytes) -> bytes:
    start = data.index(kind) - 4
    end = start + 8 + int.from_bytes(data[start : start + 4], "big")
    return data[:end] + bytes([data[end] ^ 1]) + data[end + 1 :]


@pytest.mark.parametrize("kind", [b"pHYs", b"tEXt", b"iCCP", b"eXIf", b"gAMA", b"zTXt", b"iTXt", b"prVt"])
@pytest.mark.parametrize("at_end", [False, True])
def test_a_wrong_checksum_beside_the_pixels_is_counted_and_the_pixels_measured(kind, at_end):
    data = png_with(chunk(kind, b"Key\0\0\0\0\0\1", wrong=True), at_end=at_end)
    np.testing.assert_array_equal(ForensicImage.from_bytes(data).rgb, SCREEN)
    assert container(data)["container__png__bad_checksums"] == 1
    assert container(encode(SCREEN))["container__png__bad_checksums"] == 0


def test_a_wrong_checksum_of_whole_pixels_is_measured_and_of_broken_ones_is_not():
    data = with_wrong_checksum(encode(SCREEN), b"IDAT")
    np.testing.assert_array_equal(ForensicImage.from_bytes(data).rgb, SCREEN)
    broken = bytearray(png_with(chunk(b"tEXt", b"a\0b", wrong=True)))
    broken[broken.index(b"IDAT") + 60] ^= 0x55
    with pytest.raises(BadImage, match="damaged"):
        ForensicImage.from_bytes(bytes(broken))
    with pytest.raises(BadImage, match=r"damaged \(wrong checksum of IHDR\)"):
        ForensicImage.from_bytes(with_wrong_checksum(encode(SCREEN), b"IHDR"))


def test_large_profiles_and_texts_are_read_and_counted():
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "made with GIMP " * 200_000, zip=True)
    file = io.BytesIO()
    Image.fromarray(SCREEN).save(file, "PNG", pnginfo=info, icc_profile=bytes(3_000_000))
    values = container(file.getvalue())
    assert values["container__png__large_texts"] == 2
    assert values["container__metadata__icc_bytes"] == 3_000_000
    assert values["container__metadata__editor_named"] == 1
    assert container(encode(SCREEN))["container__png__large_texts"] == 0


def test_texts_that_unpack_without_end_take_bounded_memory_and_the_picture_is_measured():
    bombs = [chunk(b"zTXt", b"k%d\0\0" % i + zlib.compress(bytes(40 * 2**20), 9)) for i in range(6)]
    image = ForensicImage.from_bytes(png_with(*bombs))
    np.testing.assert_array_equal(image.rgb, SCREEN)
    assert sum(len(text) for text in image.info.values() if isinstance(text, str)) <= 16 * 2**20


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 5}, {"subsampling": 0}])
@pytest.mark.parametrize("ending", [b"", b"\xff", b"\0\0"])
def test_a_jpeg_that_lacks_only_its_end_is_measured_whole(options, ending):
    data = encode(draw_photo(120, 168), "JPEG", quality=88, **options)
    image = ForensicImage.from_bytes(data[:-2] + ending)
    np.testing.assert_array_equal(image.rgb, decode(data))
    assert image.note == "the JPEG lacks its end marker" or ending == b"\0\0"  # which some decoders take for an end
    assert container(data[:-2] + ending)["container__file__end_missing"] == 1
    assert container(data)["container__file__end_missing"] == 0


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 5}])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
def test_a_scan_that_breaks_off_stays_an_error(options, share):
    data = encode(draw_photo(120, 168), "JPEG", quality=88, **options)
    with pytest.raises(BadImage, match="damaged or truncated"):
        ForensicImage.from_bytes(data[: int(share * len(data))])


def test_a_progressive_jpeg_cut_between_two_scans_stays_an_error():
    data = encode(draw_photo(120, 168), "JPEG", quality=88, progressive=True)
    with pytest.raises(BadImage, match="damaged or truncated"):
        ForensicImage.from_bytes(data[: data.rindex(b"\xff\xda")])


def test_a_jpeg_cut_before_a_restart_marker_stays_an_error():
    data = encode(draw_photo(120, 168), "JPEG", quality=88, restart_marker_blocks=5)
    for code in range(0xD0, 0xD4):
        with pytest.raises(BadImage, match="damaged or truncated"):
            ForensicImage.from_bytes(data[: data.rindex(bytes((0xFF, code)))])


@pytest.mark.parametrize("leading", [b"\r\n", b"\n", b"\xef\xbb\xbf", b"HTTP/1.1 200 OK\r\n\r\n", bytes(100)])
def test_bytes_before_the_start_of_a_jpeg_are_cut_and_counted(leading):
    data = encode(draw_photo(120, 168), "JPEG", quality=88)
    image = ForensicImage.from_bytes(leading + data)
    np.testing.assert_array_equal(image.rgb, decode(data))
    values = container(leading + data)
    assert values["container__file__leading_bytes"] == pytest.approx(np.log10(1 + len(leading)))
    assert values["container__file__trailing_bytes"] == 0
    assert len(image.data) == len(leading) + len(data)
