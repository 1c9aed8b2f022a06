"""Medians and other ranks of many small groups at once, as of the glyphs of each word."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Ranked(NamedTuple):
    """The known values of groups, each in order.

    Attributes
    ----------
    values : ndarray, (m,) float64
        Group by group.
    starts, counts : ndarray, (n,) int
        Where the values of each group begin, and how many it has.

    Examples
    --------
    >>> groups = ranked([5.0, 3.0, 1.0, float("nan")], [0, 2, 0, 1], 3)
    >>> groups.counts.tolist(), groups.middle.tolist(), groups.at(0).tolist()
    ([2, 0, 1], [3.0, nan, 3.0], [1.0, nan, 3.0])
    """

    values: np.ndarray
    starts: np.ndarray
    counts: np.ndarray

    def at(self, rank: np.ndarray | int) -> np.ndarray:
        """(n,) float64: the value of this rank, from 0 up, in each group; NaN of an empty one."""
        place = np.where(self.counts > 0, self.starts + rank, len(self.values))
        found: np.ndarray = np.append(self.values, np.nan)[place]
        return found

    def quantile(self, share: float) -> np.ndarray:
        """(n,) float64: the value that `share` of each group lies below, between the two nearest in proportion."""
        rank = share * (self.counts - 1)
        below = np.maximum(rank.astype(np.intp), 0)
        lower, higher = self.at(below), self.at(np.minimum(below + 1, self.counts - 1))
        return np.asarray(lower + (higher - lower) * (rank - below))

    @property
    def middle(self) -> np.ndarray:
        """(n,) float64: the median of each group."""
        lower, higher = self.at((self.counts - 1) // 2), self.at(self.counts // 2)
        return np.asarray((lower + higher) / 2)

    @property
    def highest(self) -> np.ndarray:
        """(n,) float64."""
        return self.at(self.counts - 1)


def ranked(values: np.ndarray, groups: np.ndarray, number: int) -> Ranked:
    """Put the values of each of a number of groups in order; those that are NaN are not known and left out."""
    values, groups = np.asarray(values, np.float64), np.asarray(groups, np.intp)
    known = ~np.isnan(values)
    values, groups = values[known], groups[known]
    counts = np.bincount(groups, minlength=number)
    return Ranked(values[np.lexsort((values, groups))], np.cumsum(counts) - counts, counts)
