"""What is worth labelling lies near the threshold and apart from what is known."""

import numpy as np

from realfake.pipeline.learning.choice import choose_to_label


def test_images_near_the_threshold_are_chosen_before_certain_ones():
    scores = np.linspace(0, 1, 1001)
    X = np.random.default_rng(0).normal(size=(1001, 4))
    chosen = choose_to_label(scores, 0.7, X, count=5)
    assert np.all(np.abs(scores[chosen] - 0.7) < 0.03)


def test_among_unsure_images_one_of_each_kind_is_chosen():
    kinds = np.repeat([0.0, 5.0, 10.0], [20, 5, 5])
    X = np.stack([kinds, np.full(30, np.nan)], axis=1)
    chosen = choose_to_label(np.full(30, 0.5), 0.5, X, count=3)
    assert sorted(kinds[chosen]) == [0.0, 5.0, 10.0]


def test_what_is_like_a_labelled_image_waits():
    X = np.array([[0.0], [10.0]])
    assert choose_to_label(np.array([0.5, 0.5]), 0.5, X, 1, known=np.array([[0.1]])).tolist() == [1]
    assert choose_to_label(np.array([0.5, 0.5]), 0.5, X, 1, known=np.array([[9.9]])).tolist() == [0]


def test_no_more_is_chosen_than_there_is():
    assert len(choose_to_label(np.zeros(3), 0.5, np.zeros((3, 2)), 10)) == 3
    assert len(choose_to_label(np.zeros(0), 0.5, np.zeros((0, 2)), 10)) == 0
