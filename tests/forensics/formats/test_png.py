"""What a PNG file says of itself."""

import zlib

from PIL import PngImagePlugin

from realfake.forensics.catalog import FAMILIES, measure
from realfake.forensics.formats.png import LARGE_TEXT, PngFile
from realfake.forensics.image import ForensicImage
from tests.pictures import draw_screen, encode


def encode_png(info: PngImagePlugin.PngInfo | None = None) -> bytes:
    return encode(draw_screen(64, 48), pnginfo=info)


def row(data):
    values = measure(ForensicImage.from_bytes(data), FAMILIES["container"])
    return {name.removeprefix("container__"): value for name, value in values.items()}


def test_png_row_filters_are_those_that_were_written():
    width, height = 20, 16
    rows = b"".join(bytes([2 if y < 12 else 1]) + bytes(width * 3) for y in range(height))

    def chunk(kind, payload):
        return len(payload).to_bytes(4, "big") + kind + payload + zlib.crc32(kind + payload).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    values = row(data)
    assert values["png__filter_up"] == 0.75 and values["png__filter_sub"] == 0.25 and values["png__filter_none"] == 0
    assert values["png__compression_level"] == 3
    assert PngFile.parse(data).bit_depth == 8


def test_chunks_are_walked_to_the_end_and_checked():
    text = PngImagePlugin.PngInfo()
    text.add_text("Software", "a" * 100, zip=True)
    data = encode_png(text)
    file = PngFile.parse(data + b"more")
    assert file.chunks[0].kind == "IHDR" and file.chunks[-1].kind == "IEND"
    assert (file.trailing, file.bad_checksums, file.pixels_whole, file.interlaced) == (4, 0, True, False)
    (chunk,) = file.all("zTXt")
    assert chunk.keyword == "Software" and chunk.ancillary and not file.chunks[0].ancillary
    assert chunk.inflated(7) == b"a" * 7 and chunk.inflated(1000) == b"a" * 100
    broken = bytearray(data)
    broken[data.index(b"zTXt") + 12] ^= 1
    assert PngFile.parse(bytes(broken)).bad_checksums == 1


def test_a_text_that_unpacks_beyond_the_limit_is_large():
    text = PngImagePlugin.PngInfo()
    text.add_text("small", "a" * LARGE_TEXT, zip=True)
    text.add_text("large", "a" * (LARGE_TEXT + 1), zip=True)
    assert [chunk.keyword for chunk in PngFile.parse(encode_png(text)).large_texts] == ["large"]


def test_pixels_that_fail_their_own_checksum_are_not_whole():
    data = encode_png()
    (pixels,) = PngFile.parse(data).all("IDAT")
    end = data.index(pixels.payload) + len(pixels.payload)
    assert not PngFile.parse(data[: end - 1] + bytes([data[end - 1] ^ 1]) + data[end:]).pixels_whole
