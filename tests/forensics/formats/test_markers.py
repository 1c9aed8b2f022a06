"""The marker segments of JPEG streams that libjpeg wrote."""

import numpy as np
import pytest

from realfake.forensics.errors import BadImage
from realfake.forensics.formats.jpeg import JpegFile
from realfake.forensics.formats.markers import DQT, SOS, ZIGZAG, Segment, Stream
from tests.pictures import draw_photo, encode


def stream(subsampling: str = "4:2:0", **options) -> Stream:
    return JpegFile.parse(encode(draw_photo(75, 93), "JPEG", subsampling=subsampling, **options))


def test_the_zigzag_walks_diagonals_in_turn_and_meets_every_frequency_once():
    rows, columns = ZIGZAG // 8, ZIGZAG % 8
    assert ZIGZAG[:6].tolist() == [0, 1, 8, 16, 9, 2] and ZIGZAG[-1] == 63
    assert sorted(ZIGZAG) == list(range(64))
    assert np.abs(np.diff(rows)).max() == np.abs(np.diff(columns)).max() == 1
    assert (np.diff(rows + columns) >= 0).all()


def test_segments_are_told_by_their_kind_in_file_order():
    found = stream()
    assert len(found.all(DQT)) == 2 and len(found.all(SOS)) == 1
    offsets = [segment.offset for segment in found.segments]
    assert offsets == sorted(offsets)
    for segment in found.segments:
        assert found.data[segment.offset : segment.offset + 2] == bytes((0xFF, segment.marker))


@pytest.mark.parametrize("progressive", [False, True])
def test_a_progressive_frame_is_known(progressive):
    assert stream(progressive=progressive).progressive is progressive


@pytest.mark.parametrize(
    ("subsampling", "factors", "together", "chroma"),
    [("4:2:0", (2, 2), 5 * 6, 5 * 6), ("4:2:2", (2, 1), 10 * 6, 10 * 6), ("4:4:4", (1, 1), 10 * 12, 10 * 12)],
)
def test_units_of_a_scan_follow_from_the_factors(subsampling, factors, together, chroma):
    found = stream(subsampling)
    luma, *others = found.components
    assert (luma.horizontal, luma.vertical) == factors
    names = [one.identifier for one in found.components]
    assert found.units(names) == together
    assert found.units(names[:1]) == 10 * 12, "alone, the luma has a unit a block: 75 and 93 pixels are 10 and 12"
    assert found.units([others[0].identifier]) == chroma


def test_a_stream_without_a_frame_is_no_image():
    with pytest.raises(BadImage, match="JPEG without a frame header"):
        _ = Stream(b"", (Segment(DQT, 2, bytes(65)),), 0).frame
