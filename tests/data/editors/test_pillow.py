"""A script's text is drawn on whole pixels."""

import numpy as np

from realfake.data.drawing.fonts import catalogue
from realfake.data.drawing.rasterisers import TextStyle
from realfake.data.editors.pillow import Pillow


def test_a_fraction_of_a_pixel_makes_no_difference():
    paper, style = np.full((60, 200, 3), 255, np.uint8), TextStyle(catalogue()[0], 20.3)
    one, other = (Pillow().write(paper, "4.50", x, 40.0, style) for x in (20.0, 20.4))
    assert np.array_equal(one, other) and (one != paper).any()
