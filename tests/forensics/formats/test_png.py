"""What a PNG file says of itself."""

import zlib

from realfake.forensics.catalog import FAMILIES, measure
from realfake.forensics.formats.png import PngFile
from realfake.forensics.image import ForensicImage


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
