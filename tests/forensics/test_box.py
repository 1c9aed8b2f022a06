"""Rectangles of whole pixels, against the pixels that they stand for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realfake.forensics.box import Box

BOXES = st.builds(Box, *[st.integers(0, 12)] * 4)


def painted(box: Box) -> np.ndarray:
    plane = np.zeros((24, 24), bool)
    plane[box.slices] = True
    return plane


@given(BOXES, BOXES)
def test_areas_and_overlaps_are_those_of_the_pixels(one, other):
    first, second = painted(one), painted(other)
    assert one.area == first.sum()
    assert np.array_equal(painted(one.intersection(other)), first & second)
    either = (first | second).sum()
    assert one.iou(other) == pytest.approx((first & second).sum() / either if either else 0.0)


@given(BOXES, BOXES)
def test_the_union_is_the_smallest_box_around_both(one, other):
    both = one.union(other)
    assert both.intersection(one) == one and both.intersection(other) == other
    assert (both.x, both.y) == (min(one.x, other.x), min(one.y, other.y))
    assert (both.right, both.bottom) == (max(one.right, other.right), max(one.bottom, other.bottom))


def test_a_box_grows_on_each_side_but_not_out_of_its_image():
    assert Box(5, 6, 3, 2).grown(2, 100, 100) == Box(3, 4, 7, 6)
    assert Box(1, 0, 8, 9).grown(4, 10, 10) == Box(0, 0, 10, 10)


def test_edges_are_the_first_pixels_outside():
    assert Box.from_edges(2, 3, 7, 4) == Box(2, 3, 5, 1)
    assert (Box(2, 3, 5, 1).right, Box(2, 3, 5, 1).bottom) == (7, 4)
