"""Tables of the IJG, against those that libjpeg writes."""

import numpy as np
import pytest

from realfake.forensics.formats.ijg import fit_ijg, ijg_table
from realfake.forensics.image import ForensicImage
from tests.pictures import encode


def saved(pixels, format="JPEG", **options):
    return ForensicImage.from_bytes(encode(pixels, format, **options))


@pytest.mark.parametrize("quality", range(1, 101))
def test_every_ijg_quality_that_libjpeg_wrote_is_found_exactly(quality):
    jpeg = saved(np.full((16, 16, 3), 90, np.uint8), quality=quality).jpeg
    luma, chroma = fit_ijg(jpeg.luma_table), fit_ijg(jpeg.chroma_table, chroma=True)
    assert luma.exact and luma.quality == quality
    assert chroma.exact and chroma.quality == (quality if quality > 3 else 1)  # chroma tables 1..3 are all 255


def test_a_custom_table_is_near_to_its_quality_but_not_exact():
    table = ijg_table(80).copy()
    table[3, 4] += 5
    fit = fit_ijg(table)
    assert fit.quality == 80 and not fit.exact and fit.residual == pytest.approx(5 / 64)
