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
        told = [one[group] for one in (found.at(0), found.middle, found.highest, found.quantile(0.2))]
        truth = [f(alone) for f in (np.min, np.median, np.max)] if len(alone) else [np.nan] * 3
        truth.append(np.quantile(alone, 0.2) if len(alone) else np.nan)
        np.testing.assert_allclose(told, truth, rtol=1e-15)


def test_groups_of_nothing_have_no_ranks():
    assert np.isnan(ranked([], [], 2).middle).all() and len(ranked([], [], 0).highest) == 0
