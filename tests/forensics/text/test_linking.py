"""Which boxes belong together, on rows of boxes drawn by hand."""

import numpy as np

from realfake.forensics.text.linking import frames, hosts, letters_in_rows

LETTER, STEP, HEIGHT = 10, 14, 20  # pixels


def letters(x: int, y: int, count: int, height: int = HEIGHT) -> list[list[int]]:
    return [[x + STEP * i, y, LETTER, height] for i in range(count)]


def rows_of(*boxes: list[list[int]]) -> list[list[int]]:
    """The rows of each group of boxes."""
    found = iter(letters_in_rows(np.array(sum(boxes, []))).tolist())
    return [[next(found) for _ in group] for group in boxes]


def test_letters_side_by_side_are_a_row_and_those_far_apart_or_below_are_others():
    one, far, below = rows_of(letters(0, 0, 4), letters(200, 0, 3), letters(0, 40, 4))
    assert [len(set(group)) for group in (one, far, below)] == [1, 1, 1]
    assert len({one[0], far[0], below[0]}) == 3


def test_small_letters_join_capitals_and_letters_of_more_than_twice_the_height_do_not():
    capital, small, huge = rows_of(letters(0, 0, 1), letters(STEP, 8, 3, height=12), letters(60, 0, 1, height=60))
    assert capital[0] == small[0] != huge[0]


def test_an_icon_beside_two_lines_joins_neither():
    icon, upper, lower = rows_of([[0, 0, 30, 40]], letters(36, 0, 5), letters(36, 22, 5))
    assert len({icon[0], upper[0], lower[0]}) == 3
    assert len(set(upper)) == len(set(lower)) == 1


def test_the_order_of_boxes_does_not_matter():
    boxes = np.array(letters(0, 0, 6) + letters(0, 40, 6))
    order = np.random.default_rng(0).permutation(12)
    rows = letters_in_rows(boxes[order])
    assert len(set(rows[order < 6])) == len(set(rows[order >= 6])) == 1
    assert len(set(rows)) == 2


def test_marks_belong_to_the_nearest_line_and_what_is_far_off_to_itself():
    line, other = [0, 100, 200, HEIGHT], [0, 160, 200, HEIGHT]
    comma, accent, speck = [202, 114, 3, 8], [50, 94, 6, 5], [400, 100, 4, 4]
    boxes = np.array([line, other, comma, accent, speck])
    assert hosts(boxes, np.array([True, True, False, False, False])).tolist() == [0, 1, 0, 0, 4]


def test_a_line_of_small_print_is_no_accent():
    line, print_below = [0, 100, 200, HEIGHT], [20, 123, 160, 9]
    assert hosts(np.array([line, print_below]), np.array([True, False])).tolist() == [0, 1]


def test_a_frame_holds_letters_side_by_side_and_a_ring_holds_none():
    badge = [[0, 0, 120, 40], *letters(8, 10, 8)]
    hollow = np.array([True] + [False] * 8)
    assert frames(np.array(badge), hollow).tolist() == [1] + [0] * 8
    assert frames(np.array(badge), ~hollow).tolist()[0] == 0, "what is not hollow is no frame"
    ring = np.array([[0, 0, 40, 40], [100, 100, 10, 20]])
    assert frames(ring, np.array([True, False])).tolist() == [0, 0]


def test_letters_that_are_joined_may_as_well_be_a_frame_of_their_few_high_counters():
    joined = np.array([[0, 0, 60, 40], [8, 10, 8, 20], [40, 10, 8, 20]])
    assert frames(joined, np.array([True, False, False])).tolist() == [2, 0, 0]
