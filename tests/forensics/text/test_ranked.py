"""Ranks of the values of many groups against those of each group alone."""

import numpy as np

from realfake.forensics.text.ranked import ranked


def test_ranks_of_groups_are_those_of_each_group_alone():
    random = np.random.default_rng(3)
    values, groups = random.normal(size=80), random.integers(0, 9, 80)
    values[::7] = np.nan
    values[groups == 4] = np.nan
    found = ranked(values, groups, 11)
    for group in range(11):
        alone = values[(groups == group) & np.isfinite(values)]
        assert found.counts[group] == len(alone)
        told = found.at(0)[group], found.middle[group], found.highest[group]
        truth = (alone.min(), np.median(alone), alone.max()) if len(alone) else (np.nan,) * 3
        np.testing.assert_array_equal(told, truth)


def test_groups_of_nothing_have_no_ranks():
    assert np.isnan(ranked([], [], 2).middle).all() and len(ranked([], [], 0).highest) == 0
