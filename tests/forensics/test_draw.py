"""Maps drawn over their image."""

import io

import numpy as np
import pytest
from PIL import Image

from realfake.forensics.draw import draw_map
from realfake.forensics.errors import UnknownName
from realfake.forensics.files import OutputIsInput
from realfake.forensics.image import ForensicImage
from tests.pictures import draw_photo, encode, jpeg

PATCH = np.s_[64:128, 160:240]


def colours(data: bytes) -> np.ndarray:
    """The pixels of a drawing, without its alpha."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)


def test_the_map_is_in_colour_where_evidence_stands_out(tmp_path):
    photo = draw_photo(192, 256)
    forged = jpeg(photo, 60)
    forged[PATCH] = photo[PATCH]
    image = ForensicImage.from_array(forged)
    drawn = draw_map(image, "ela", tmp_path / "map.png")
    assert (tmp_path / "map.png").read_bytes() == drawn
    assert np.ptp(colours(drawn), axis=2).max() > 60
    assert draw_map(image, "ela") == drawn, "the same image gives the same bytes"
    whole = draw_map(ForensicImage.from_array(jpeg(photo, 60)), "ela")
    assert whole != drawn


def test_a_turned_map_is_as_wide_as_the_image_is_high():
    image = ForensicImage.from_array(draw_photo(96, 192))
    upright, turned = (colours(draw_map(image, "ela", turned=turn)).shape for turn in (np.asarray, np.transpose))
    assert upright[1] == turned[1]  # both as wide as the page
    assert turned[0] > 2 * upright[0]


@pytest.mark.parametrize("size", [(96, 48), (80, 400), (300, 40)])
def test_title_and_bar_stand_whole_on_the_page(size):
    drawn = colours(draw_map(ForensicImage.from_array(draw_photo(*size)), "ela"))
    assert (drawn[0] == 255).all() and (drawn[-1] == 255).all()  # no letter touches the edge
    assert (drawn[:24] < 128).any()  # the title is there


def test_a_map_that_is_not_there_or_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(encode(draw_photo(64, 64)))
    with pytest.raises(UnknownName, match="family container has no map; choose from .*ela"):
        draw_map(path, "container")
    with pytest.raises(UnknownName, match=r"\.png"):
        draw_map(path, "ela", tmp_path / "map.jpg")
    with pytest.raises(OutputIsInput):
        draw_map(path, "ela", path)
    assert not (tmp_path / "map.jpg").exists()
