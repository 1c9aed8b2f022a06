"""Figures of a stream of images of which nobody knows the truth, or knows it of samples alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from realfake.pipeline.metrics.division import divide
from realfake.pipeline.metrics.intervals import LEVEL, Interval, percentile_interval

POSTERIOR = 4000  # draws


@dataclass(frozen=True)
class Stratum:
    """Images of a stream of which those whose truth is known were drawn by chance, or are all that there are.

    Attributes
    ----------
    images : in the stratum
    fakes, genuine : of the images whose truth is known
    alarm : whether the images of the stratum raised an alarm

    Examples
    --------
    >>> from realfake import metrics
    >>> metrics.Stratum(images=1000, fakes=1, genuine=99, alarm=False).genuine
    99
    """

    images: int
    fakes: int
    genuine: int
    alarm: bool


def sampled_rates(strata: Sequence[Stratum], seed: int = 0) -> dict[str, Interval]:
    """False-positive rate, recall and prevalence on a stream of which only samples were looked at.

    The share of fakes among the images of a stratum that nobody looked at has the posterior of those that were, from
    Jeffreys' prior; the interval holds what is uncertain about them, and nothing where all were looked at.

    Parameters
    ----------
    strata : whose images together are the stream
    seed : of the 95 % interval, which is drawn

    Returns
    -------
    dict
        `fpr`, `recall` and `prevalence`, 0..1; the value is NaN where a stratum was not looked at.

    References
    ----------
    Gelman et al., Bayesian Data Analysis, 3rd ed. 2013, chapters 2 and 8.

    Examples
    --------
    Of 1,000 images 20 raised an alarm, of which 15 were fakes; of the others 100 were drawn, and one was a fake:

    >>> from realfake import metrics
    >>> strata = [metrics.Stratum(20, 15, 5, alarm=True), metrics.Stratum(980, 1, 99, alarm=False)]
    >>> found = metrics.sampled_rates(strata)
    >>> round(found["recall"].value, 3), round(found["recall"].low, 1), round(found["recall"].high, 1)
    (0.605, 0.3, 0.9)
    """
    rng = np.random.default_rng(seed)
    counted: dict[bool, list[np.ndarray]] = {True: [], False: []}  # (1 + draws,) fakes, first the value
    images = {True: 0, False: 0}
    for one in strata:
        seen = one.fakes + one.genuine
        share = rng.beta(one.fakes + 0.5, one.genuine + 0.5, POSTERIOR)
        drawn = one.fakes + rng.binomial(one.images - seen, share)
        value = one.images * one.fakes / seen if seen else (np.nan if one.images else 0.0)
        counted[one.alarm].append(np.concatenate([[value], drawn]))
        images[one.alarm] += one.images
    caught, missed = (np.sum([np.zeros(POSTERIOR + 1), *counted[alarm]], axis=0) for alarm in (True, False))
    false_alarms, all_images = images[True] - caught, images[True] + images[False]
    rates = {
        "fpr": divide(false_alarms, all_images - caught - missed),
        "recall": divide(caught, caught + missed),
        "prevalence": divide(caught + missed, np.full(POSTERIOR + 1, float(all_images))),
    }
    return {name: percentile_interval(float(found[0]), found[1:]) for name, found in rates.items()}


@dataclass(frozen=True)
class Stability:
    """How far a stream has drifted.

    Attributes
    ----------
    psi : population stability index, 0 for none; 0.1 is commonly called some drift and 0.25 much
    chance : what as few images give in 1 of 20 cases without any drift

    Examples
    --------
    >>> from realfake import metrics
    >>> metrics.Stability(psi=0.3, chance=0.05).psi
    0.3
    """

    psi: float
    chance: float


def population_stability(
    expected: np.ndarray, actual: np.ndarray, weights: np.ndarray | None = None, bins: int = 10
) -> Stability:
    """Population stability index of what a stream brings against what there was in training.

    Parameters
    ----------
    expected : (n,) float, of training, or (n,) str, such as the kinds of files
    actual : (m,), the same of the stream
    weights : (n,) float, how many images of the stream each one of training stands for; all alike where None
    bins : parts of the range of `expected` that hold as many each

    References
    ----------
    Yurdakul, Statistical properties of population stability index, Western Michigan University 2018.

    Examples
    --------
    >>> import numpy as np
    >>> from realfake import metrics
    >>> rng = np.random.default_rng(0)
    >>> before, same, other = rng.normal(size=1000), rng.normal(size=1000), rng.normal(1, size=1000)
    >>> still, moved = (metrics.population_stability(before, now) for now in (same, other))
    >>> still.psi < still.chance, moved.psi > 0.25
    (True, True)
    """
    expected, actual = np.asarray(expected), np.asarray(actual)
    heavy = np.ones(len(expected)) if weights is None else np.asarray(weights, float)
    both = np.concatenate([expected, actual])
    if expected.dtype.kind in "OUS":
        names, part = np.unique(both, return_inverse=True)
        parts = len(names)
    else:
        edges = _quantiles(expected, heavy, bins)
        part, parts = np.searchsorted(edges, both), len(edges) + 1
    before = np.bincount(part[: len(expected)], heavy, parts) / heavy.sum()
    now = np.bincount(part[len(expected) :], minlength=parts) / len(actual)
    many = heavy.sum() ** 2 / (heavy**2).sum()  # as many as these weights are worth
    from scipy.stats import chi2

    chance = (1 / many + 1 / len(actual)) * chi2.ppf(LEVEL, max(1, parts - 1))
    before, now = np.maximum(before, 0.5 / many), np.maximum(now, 0.5 / len(actual))
    return Stability(float(((now - before) * np.log(now / before)).sum()), float(chance))


def _quantiles(values: np.ndarray, weights: np.ndarray, parts: int) -> np.ndarray:
    """The inner edges of parts that weigh as much each; fewer where values are the same."""
    order = np.argsort(values, kind="stable")
    passed = np.cumsum(weights[order]) / weights.sum()
    at = np.minimum(np.searchsorted(passed, np.arange(1, parts) / parts), len(order) - 1)
    return np.unique(values[order][at])
