"""A model tells what one image costs with it, where its images are still there."""

import re

import pandas as pd
from PIL import Image

from realfake.pipeline.models.cost import cost_of
from realfake.pipeline.models.model import load_model
from tests.pictures import draw_screen


def test_the_cost_of_an_image_is_told_in_cpu_time_and_size(tmp_path):
    for i in range(4):
        Image.fromarray(draw_screen()).save(tmp_path / f"{i}.png")
    table = pd.DataFrame({"path": [str(tmp_path / f"{i}.png") for i in range(4)]})
    told = cost_of(load_model(), table)
    found = re.match(r"Costs (\d+) CPU ms for an image of [\d.]+ megapixels, the median of 3 training images", told)
    assert found and 0 < int(found[1]) < 60_000


def test_nothing_is_told_of_images_that_are_gone(tmp_path):
    assert cost_of(load_model(), pd.DataFrame({"path": ["a.png", "b.png"]})) == ""
    assert cost_of(load_model(), pd.DataFrame({"label": [0, 1]})) == ""
