import io

import numpy as np
import pytest
from PIL import Image

from realfake.forensics.formats.huffman import Unsupported, decode_coefficients
from realfake.forensics.formats.jpeg import JpegFile


@pytest.fixture(scope="module")
def scene():
    y, x = np.mgrid[0:75, 0:93]
    noise = np.random.default_rng(7).integers(0, 90, (75, 93, 3))
    return np.clip(np.stack([x + y, 2 * y, x], axis=2) + noise, 0, 255).astype(np.uint8)


def written(pixels, mode="RGB", **options):
    file = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(file, "JPEG", **options)
    return JpegFile.parse(file.getvalue())


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("sampling", [0, 1, 2])
@pytest.mark.parametrize("quality", [10, 75, 100])
@pytest.mark.parametrize("options", [{}, {"optimize": True}, {"restart_marker_blocks": 3}], ids=str)
def test_coefficients_are_those_of_libjpeg(scene, mode, sampling, quality, options):
    jpeg = written(scene, mode, subsampling=sampling, quality=quality, **options)
    decoded = decode_coefficients(jpeg)
    reference = [plane for plane in jpeg._read_by_libjpeg() if plane is not None]
    assert len(decoded) == {"L": 1, "RGB": 3, "CMYK": 4}[mode]
    for ours, theirs in zip(decoded[:3], reference, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_progressive_stream_is_left_to_libjpeg(scene):
    jpeg = written(scene, progressive=True, quality=80)
    with pytest.raises(Unsupported):
        decode_coefficients(jpeg)
    plain = written(scene, quality=80)
    np.testing.assert_array_equal(jpeg.luma_coefficients, plain.luma_coefficients)


def test_components_in_scans_of_their_own_are_decoded(scene):
    """Three gray streams with the same tables, put together as one picture of three scans."""
    grays = [written(scene[:, :, channel], "L", quality=70) for channel in range(3)]
    first = grays[0]
    parts = [b"\xff\xd8"]
    for segment in first.segments[:-1]:
        payload = segment.payload
        if segment.marker == 0xC0:
            payload = payload[:5] + b"\x03" + b"".join(bytes((i, 0x11, 0)) for i in (1, 2, 3))
        parts.append(bytes((0xFF, segment.marker)) + (len(payload) + 2).to_bytes(2, "big") + payload)
    for i, gray in enumerate(grays, start=1):
        scan = gray.segments[-1]
        parts.append(b"\xff\xda\0\x08\x01" + bytes((i, 0)) + b"\0\x3f\0")
        parts.append(gray.data[scan.offset + 4 + len(scan.payload) : gray.end - 2])
    together = JpegFile.parse(b"".join(parts) + b"\xff\xd9")
    planes = decode_coefficients(together)
    for plane, gray in zip(planes, grays, strict=True):
        np.testing.assert_array_equal(plane, gray.luma_coefficients)
    for plane, theirs in zip(planes, together._read_by_libjpeg(), strict=True):
        np.testing.assert_array_equal(plane, theirs)


def test_a_stream_that_breaks_its_own_code_is_not_decoded(scene):
    jpeg = written(scene, quality=90)
    start = jpeg.segments[-1].offset + 20
    broken = bytearray(jpeg.data)
    broken[start : start + 400] = b"\xfe" * 400
    with pytest.raises(Unsupported):
        decode_coefficients(JpegFile.parse(bytes(broken)))
