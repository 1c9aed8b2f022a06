"""Grouped, stratified splits, and scores of rows by models that have seen neither them nor their group."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from imblearn.pipeline import Pipeline
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits

from realfake.forensics.errors import TooFewFakes
from realfake.pipeline.learning.calibration import shift_prior
from realfake.pipeline.learning.strategies import Knobs, Strategy

INNER_FOLDS = 3  # inside each training part: thresholds, calibration and hyper-parameters
SPLIT_ATTEMPTS = 20  # shuffles tried until both classes stand in every part


@dataclass(frozen=True)
class Split:
    """Row numbers of one training part and its test part, and what the test part stands for where it has a name."""

    train: np.ndarray
    test: np.ndarray
    held_out: str = ""


def derived_seed(seed: int, *path: int) -> int:
    """A seed of its own for each place in a tree of random decisions, in 0..2**31-1."""
    return int(np.random.SeedSequence(seed, spawn_key=path).generate_state(1)[0] >> 1)


def grouped_folds(y: np.ndarray, groups: np.ndarray, folds: int, seed: int) -> list[Split]:
    """Stratified folds in which no group stands on both sides.

    Parameters
    ----------
    y : (n,) 0 or 1
    groups : (n,) equal for rows that must stay together
    folds : at least 2

    Raises
    ------
    TooFewFakes
        If there are fewer groups of a class than folds, or no shuffle puts both classes in every part.
    """
    for value, name in ((1, "fakes"), (0, "genuine images")):
        count = len(np.unique(groups[y == value]))
        if count < folds:
            remedy = f"use --folds {count} or label" if count > 1 else "label"
            raise TooFewFakes(
                f"there are {int(np.sum(y == value))} {name} in {count} groups, fewer than the {folds} folds asked "
                f"for; {remedy} more {name} from other captures"
            )
    for attempt in range(SPLIT_ATTEMPTS):
        splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=derived_seed(seed, attempt))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that a class has fewer rows than folds is checked above
            splits = [Split(train, test) for train, test in splitter.split(y, y, groups)]
        if all(0 < y[part].mean() < 1 for split in splits for part in (split.train, split.test) if len(part)):
            return splits
    raise TooFewFakes(
        f"no split into {folds} folds keeps fakes and genuine images on both sides because a few groups hold most of a "
        "class; use fewer folds or label images from other captures"
    )


def fit(strategy: Strategy, X: np.ndarray, y: np.ndarray, seed: int, knobs: Knobs | None = None) -> Pipeline:
    """A strategy fitted on rows, on one thread."""
    pipeline = strategy.make(y, seed, knobs)
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of imbalanced-learn and scikit-learn about constant columns
        return pipeline.fit(X, y)


def for_scoring(pipeline: Pipeline) -> Pipeline:
    """The fitted pipeline without the steps that only act in training."""
    return Pipeline([(name, step) for name, step in pipeline.steps if not hasattr(step, "fit_resample")])


def score(pipeline: Pipeline, X: np.ndarray) -> np.ndarray:
    """Scores in 0..1, higher for likelier fakes, (n,) float64."""
    if not len(X):
        return np.empty(0)
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return np.asarray(pipeline.predict_proba(X)[:, 1], np.float64)


def at_even_odds(scores: np.ndarray, strategy: Strategy, y_train: np.ndarray) -> np.ndarray:
    """Scores as if both classes had been as frequent in training, so that models of several folds share one scale.

    Without it a fold with more fakes to test has fewer to learn from and scores all its rows lower, which pushes pooled
    figures below chance.
    """
    return shift_prior(scores, strategy.seen_prior(y_train), 0.5)


def inner_folds(y: np.ndarray, groups: np.ndarray) -> int:
    """As many inner folds as the groups of fakes allow, up to `INNER_FOLDS`."""
    return max(2, min(INNER_FOLDS, len(np.unique(groups[y == 1])), len(np.unique(groups[y == 0]))))


@dataclass(frozen=True)
class Further:
    """Rows that teach where their own groups teach, and are never tested on.

    Attributes
    ----------
    X, y : (n, d) float64 and (n,) 0 or 1
    groups : (n, k), all groups that a row was made of
    """

    X: np.ndarray
    y: np.ndarray
    groups: np.ndarray


def made_of_these(made_of: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """(n,) bool: rows of `made_of`, (n, k), that hold none but these groups."""
    return np.all(np.isin(made_of, groups), axis=1)


def with_further(
    X: np.ndarray, y: np.ndarray, groups: np.ndarray, further: Further | None
) -> tuple[np.ndarray, np.ndarray]:
    """Training rows and labels, with those further rows that were made of groups of the training rows alone."""
    if further is None:
        return X, y
    own = made_of_these(further.groups, groups)
    return np.concatenate([X, further.X[own]]), np.concatenate([y, further.y[own]])


def out_of_fold_scores(
    X: np.ndarray,
    y: np.ndarray,
    groups: np.ndarray,
    strategy: Strategy,
    folds: int = INNER_FOLDS,
    seed: int = 0,
    knobs: Knobs | None = None,
    further: Further | None = None,
) -> np.ndarray:
    """A score for every row by a model that has not seen its group.

    Parameters
    ----------
    X : (n, d) float64, NaN allowed
    y : (n,) 0 or 1
    groups : (n,)
    further : rows that only teach

    Returns
    -------
    (n,) float64 in 0..1, at even odds

    Raises
    ------
    TooFewFakes
        If the fakes do not suffice for so many folds.
    """
    scores = np.full(len(y), np.nan)
    for number, split in enumerate(grouped_folds(y, groups, folds, seed)):
        X_train, y_train = with_further(X[split.train], y[split.train], groups[split.train], further)
        model = fit(strategy, X_train, y_train, derived_seed(seed, number), knobs)
        scores[split.test] = at_even_odds(score(model, X[split.test]), strategy, y_train)
    return scores
