"""One channel for all: what it writes, and grids that read."""

import io

import numpy as np
import pytest
from PIL import Image

from realfake.data.quantization import found_tables
from realfake.data.resave import Resave, resave_grid
from realfake.forensics.errors import UnknownName


def test_an_image_leaves_as_a_smaller_jpeg():
    rgb = np.random.default_rng(0).integers(0, 255, (60, 41, 3), dtype=np.uint8)
    with Image.open(io.BytesIO(Resave(80, 0.5)(rgb))) as picture:
        assert (picture.format, picture.size) == ("JPEG", (20, 30))
        assert picture.quantization[0][0] == 6  # 16 of Annex K at quality 80
    with Image.open(io.BytesIO(Resave(90)(rgb))) as picture:
        assert picture.size == (41, 60)


def test_a_grid_is_every_quality_at_every_scale():
    assert [cell.name for cell in resave_grid("95,60x1,0.5")] == ["q95 x1", "q60 x1", "q95 x0.5", "q60 x0.5"]


def test_a_quality_may_ask_for_the_tables_of_a_real_file():
    ijg, real = resave_grid("80,80tx1")
    assert (ijg.name, real.name) == ("q80 x1", "q80t x1")
    rgb = np.full((32, 32, 3), 100, np.uint8)
    with Image.open(io.BytesIO(real(rgb))) as picture:
        assert tuple(picture.quantization[0]) == found_tables(80)[0]
    with Image.open(io.BytesIO(ijg(rgb))) as picture:
        assert tuple(picture.quantization[0]) != found_tables(80)[0]


@pytest.mark.parametrize("text", ["90t", "tx1", "90", "x1", "90x", "0x1", "101x1", "90x1.5", "90x0", "axb"])
def test_a_grid_that_does_not_read_is_refused(text):
    with pytest.raises(UnknownName, match="is no grid"):
        resave_grid(text)
