"""What a JPEG file says of itself."""

import numpy as np
import pytest

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
