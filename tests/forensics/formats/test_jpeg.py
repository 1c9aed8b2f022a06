"""What a JPEG file says of itself."""

import numpy as np
import pytest

from realfake.forensics.errors import BadImage
from realfake.forensics.formats.jpeg import JpegFile
from realfake.forensics.image import ForensicImage
from tests.pictures import draw_photo, encode


def test_pixels_of_a_jpeg_whose_coefficients_cannot_be_read_are_measured(monkeypatch):
    from realfake.forensics.extract import extract_features
    from realfake.forensics.formats import jpeg

    data = encode(draw_photo(), "JPEG", quality=85)
    own = extract_features(ForensicImage.from_bytes(data), ["dct", "quantization", "ghosts"])

    def refuse(*_):
        raise jpeg.Unsupported

    monkeypatch.setattr(jpeg, "decode_coefficients", refuse)
    monkeypatch.setattr(jpeg.jpeglib, "read_dct", lambda name: (_ for _ in ()).throw(OSError("arithmetic")))
    row = extract_features(ForensicImage.from_bytes(data), ["dct", "quantization", "ghosts"])
    assert row["quantization__luma__quality"] == 85 and np.isnan(row["quantization__coefficients__zeros"])
    assert row["dct__digits__d1"] == pytest.approx(own["dct__digits__d1"], abs=0.02)


@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:2", "4:2:0"])
def test_sampling_and_tables_are_those_that_were_written(sampling):
    tables = [list(range(1, 65)), list(range(65, 129))]
    file = JpegFile.parse(encode(draw_photo(40, 56), "JPEG", qtables=tables, subsampling=sampling))
    assert file.sampling == sampling
    for table, written in zip((file.luma_table, file.chroma_table), tables, strict=True):
        assert sorted(table.ravel()) == written
        assert table[0, 0] == written[0]


def test_a_gray_jpeg_has_one_table_and_no_chroma():
    file = JpegFile.parse(encode(draw_photo(40, 56)[:, :, 0], "JPEG", quality=80))
    assert file.sampling == "gray" and file.chroma_table is None


def test_a_segment_that_runs_over_the_end_is_named():
    data = encode(draw_photo(40, 56), "JPEG")
    with pytest.raises(BadImage, match=r"JPEG segment 0xDB at byte \d+ runs over the end of the file"):
        JpegFile.parse(data[: data.index(b"\xff\xdb") + 30])
    with pytest.raises(BadImage, match="without a frame header"):
        JpegFile.parse(b"\xff\xd8\xff\xd9")


def test_what_follows_the_end_is_not_part_of_the_stream():
    data = encode(draw_photo(40, 56), "JPEG")
    whole, cut = JpegFile.parse(data + b"trailing"), JpegFile.parse(data[:-2])
    assert whole.end == len(data) and whole.ended
    assert not cut.ended
