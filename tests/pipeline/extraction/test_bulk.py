"""Tables of many images."""

import numpy as np
import pytest
from PIL import Image

from realfake.pipeline.extraction.bulk import mark_edited
from realfake.pipeline.extraction.inputs import Item


@pytest.fixture
def mask(tmp_path):
    """White from column 50 on, of an image of 100 x 40."""
    altered = np.zeros((40, 100), np.uint8)
    altered[:, 50:] = 255
    Image.fromarray(altered).save(tmp_path / "mask.png")
    return str(tmp_path / "mask.png")


def rows_at(*left: int) -> list[dict]:
    """Words of 20 x 10 pixels that begin at these columns."""
    known = {"error": "", "width": 100, "height": 40, "y": 5, "region_width": 20, "region_height": 10}
    return [known | {"region": i, "x": x} for i, x in enumerate(left)]


def test_a_word_is_edited_as_far_as_the_mask_covers_it(mask):
    rows = rows_at(0, 40, 45, 60)
    mark_edited(rows, Item("a.png", {"label": 1, "mask": mask}))
    assert [row["edited"] for row in rows] == [0.0, 0.5, 0.75, 1.0]


def test_words_of_genuine_images_are_untouched_and_those_of_others_unknown(mask):
    for labels, expected in (
        ({"label": 0, "mask": ""}, 0.0),
        ({"label": 1, "mask": ""}, None),
        ({"label": ""}, None),
        ({}, None),
    ):
        rows = rows_at(60)
        mark_edited(rows, Item("a.png", labels))
        assert rows[0].get("edited") == expected
    failed = [{"path": "a.png", "error": "a.png is empty"}]
    mark_edited(failed, Item("a.png", {"label": 1, "mask": mask}))
    assert "edited" not in failed[0]
