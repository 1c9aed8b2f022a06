"""The numbers that a learner sees of a table."""

import numpy as np
import pytest

from realfake.forensics.errors import BadTable
from realfake.pipeline.tables.design import design_matrix, shortcut_columns


def test_the_container_control_sees_no_pixel(make_table):
    frame = make_table().assign(quantization__luma__quality=90.0, quantization__coefficients__zeros=0.5)
    assert shortcut_columns(frame) == [
        "format:JPEG",
        "format:PNG",
        "width",
        "height",
        "bytes_per_pixel",
        "container__bytes__trailing",
        "quantization__luma__quality",
    ]
    X = design_matrix(frame, shortcut_columns(frame))
    np.testing.assert_array_equal(X[:, 0], frame["format"] == "JPEG")
    np.testing.assert_allclose(X[:, 4], frame["bytes"] / (frame["width"] * frame["height"]))


def test_a_lacking_column_is_named_with_its_family(make_table):
    with pytest.raises(BadTable, match="'wavelet__a__b'; extract with the families wavelet"):
        design_matrix(make_table(), ["ela__f0__mean", "wavelet__a__b"])
