"""Grouped, stratified splits, and scores of rows by models that have seen neither them nor their group."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from realfake.forensics.errors import CannotFit, RealfakeError, TooFewFakes, counted
from realfake.pipeline.learning.calibration import shift_prior
from realfake.pipeline.learning.knobs import FEWEST, Knobs
from realfake.pipeline.learning.plain import PlainPipeline

if TYPE_CHECKING:
    from imblearn.pipeline import Pipeline

    from realfake.pipeline.learning.boosting import Bins
    from realfake.pipeline.learning.classifier import StrategyClassifier
    from realfake.pipeline.learning.strategies import Strategy

INNER_FOLDS = 3  # inside each training part: thresholds, calibration and hyper-parameters
SPLIT_ATTEMPTS = 20  # shuffles tried until both classes stand in every part
ENOUGH_GROUPS = 3  # of a class: whatever their sizes, each of so many folds leaves `FEWEST` rows to learn from
CLASSES = ((1, "fake"), (0, "genuine image"))


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
    """Stratified folds in which no group stands on both sides and every training part can teach any strategy.

    Parameters
    ----------
    y : (n,) 0 or 1
    groups : (n,) equal for rows that must stay together
    folds : at least 2

    Raises
    ------
    TooFewFakes
        If no shuffle leaves both classes in every test part and `FEWEST` rows of both in every training part.
    """
    return repeated_folds(y, groups, folds, [seed], split_again=False)[0]


def repeated_folds(
    y: np.ndarray, groups: np.ndarray, folds: int, seeds: Sequence[int], split_again: bool = True
) -> list[list[Split]]:
    """`grouped_folds` for each of these seeds, the outer folds of a comparison.

    Parameters
    ----------
    split_again : whether every training part must have folds of its own too, for thresholds and calibration

    Raises
    ------
    TooFewFakes
        If there are no such folds; it says how many folds there could be, or how many groups it takes.
    """
    found = [_try_folds(y, groups, folds, seed, split_again) for seed in seeds]
    made = [splits for splits in found if splits]
    if len(made) < len(seeds):
        raise TooFewFakes(_too_few(y, groups, folds, seeds, split_again))
    return made


def most_folds(y: np.ndarray, groups: np.ndarray, most: int, seed: int) -> int:
    """The largest number of folds up to `most` that `grouped_folds` can make; errors as `most_splits`."""
    return len(most_splits(y, groups, most, seed))


def most_splits(y: np.ndarray, groups: np.ndarray, most: int, seed: int) -> list[Split]:
    """`grouped_folds` of the largest number of folds up to `most` that can be made with this seed.

    Raises
    ------
    TooFewFakes
        If there cannot be even two.
    """
    for folds in range(max(2, min(most, *_group_counts(y, groups))), 1, -1):
        if splits := _try_folds(y, groups, folds, seed, split_again=False):
            return splits
    raise TooFewFakes(_shortage(y, groups, split_again=False))


def _try_folds(y: np.ndarray, groups: np.ndarray, folds: int, seed: int, split_again: bool) -> list[Split] | None:
    """The first shuffle that leaves enough in every part, or None."""
    if min(_group_counts(y, groups)) < folds:
        return None
    from sklearn.model_selection import StratifiedGroupKFold

    for attempt in range(SPLIT_ATTEMPTS):
        splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=derived_seed(seed, attempt))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that a class has fewer rows than folds is checked above
            splits = [Split(train, test) for train, test in splitter.split(y, y, groups)]
        tested = all(0 < y[split.test].mean() < 1 for split in splits if len(split.test))
        if tested and all(_teaches(y[s.train], groups[s.train], split_again) for s in splits):
            return splits
    return None


def _teaches(y: np.ndarray, groups: np.ndarray, split_again: bool) -> bool:
    """Whether a training part has enough rows of both classes, in its own training parts too if it is split again."""
    for value, _ in CLASSES:
        rows = np.unique(groups[y == value], return_counts=True)[1]
        least = rows.min() if split_again and len(rows) == 2 else rows.sum()
        if least < FEWEST or (split_again and len(rows) < 2):
            return False
    return True


def _group_counts(y: np.ndarray, groups: np.ndarray) -> list[int]:
    return [len(np.unique(groups[y == value])) for value, _ in CLASSES]


def _too_few(y: np.ndarray, groups: np.ndarray, folds: int, seeds: Sequence[int], split_again: bool) -> str:
    """Why there are not so many folds, and a number of folds that there are, the nearest to the one asked for."""
    count, (value, name) = min(zip(_group_counts(y, groups), CLASSES, strict=True))
    others = sorted(range(2, min(count, 2 * folds) + 1), key=lambda other: (abs(other - folds), -other))
    for other in others:
        if all(_try_folds(y, groups, other, seed, split_again) for seed in seeds):
            few = f"fewer than the {folds} folds asked for"
            short = few if count < folds else f"of which {folds} folds leave too few to learn from"
            remedy = f"use --folds {other} or label more {name}s from other captures"
            return f"{_holding(int(np.sum(y == value)), name, count)}, {short}; {remedy}"
    return _shortage(y, groups, split_again)


def _shortage(y: np.ndarray, groups: np.ndarray, split_again: bool) -> str:
    needed = ENOUGH_GROUPS + split_again
    for count, (value, name) in zip(_group_counts(y, groups), CLASSES, strict=True):
        if count < needed:
            return (
                f"{_holding(int(np.sum(y == value)), name, count)}, too few to learn from some and test on others; it "
                f"takes {needed} groups: label more {name}s from other captures"
            )
    return (
        "no split keeps fakes and genuine images on both sides because a few groups hold most of a class; label more "
        "images of both classes from other captures"
    )


def _holding(rows: int, name: str, groups: int) -> str:
    return f"there {'is' if rows == 1 else 'are'} {counted(rows, name)} in {counted(groups, 'group')}"


def fit(strategy: Strategy, X: np.ndarray, y: np.ndarray, seed: int, knobs: Knobs | None = None) -> StrategyClassifier:
    """A strategy fitted on rows, on one thread.

    Raises
    ------
    CannotFit
        If no column varies, so that there is nothing to learn (which a control may be shown), or the learner gives up.
    TooFewFakes
        If there are fewer than `FEWEST` rows of a class.
    """
    from realfake.pipeline.learning.classifier import StrategyClassifier

    if not X.shape[1]:
        raise CannotFit(f"strategy {strategy.name} finds no column that it could learn from; extract other families")
    if not strategy.control and not varying(X).any():
        raise CannotFit(
            f"strategy {strategy.name} was given {counted(len(X), 'image')} in which no feature varies; "
            "extract other families or label other images"
        )
    classifier = StrategyClassifier(strategy.name, seed, knobs)
    try:
        with threadpool_limits(1), warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of imbalanced-learn and scikit-learn about constant columns
            return classifier.fit(X, y)
    except RealfakeError:
        raise
    except Exception as error:  # libraries raise anything on data that they were not made for
        cause = f"{type(error).__name__}: {error}".split("\n")[0]
        raise CannotFit(
            f"strategy {strategy.name} cannot be fitted on {counted(int(np.sum(y)), 'fake')} and "
            f"{counted(int(np.sum(y == 0)), 'genuine image')} ({cause}); choose another or label more"
        ) from error


def shared_bins(strategy: Strategy, X: np.ndarray, y: np.ndarray, knobs: Knobs) -> Bins | None:
    """Bins of the rows with a label, (n,) with NaN for those without; None where a strategy resamples or takes none."""
    from realfake.pipeline.learning.boosting import BoostedTrees, bins_of
    from realfake.pipeline.learning.strategies import Training

    rows = np.flatnonzero(np.isfinite(y))
    pipeline = strategy.build(Training.of(y[rows].astype(int), 0), knobs)
    return bins_of(X, rows, pipeline[-1]) if len(pipeline) == 1 and isinstance(pipeline[-1], BoostedTrees) else None


def fit_bins(strategy: Strategy, bins: Bins, rows: np.ndarray, y: np.ndarray, seed: int, knobs: Knobs) -> Pipeline:
    """A strategy fitted as by `fit` on some rows of a matrix of which there are bins, ready for scoring.

    Raises
    ------
    TooFewFakes
        If there are fewer than `FEWEST` rows of a class.
    """
    from realfake.pipeline.learning.classifier import check_counts
    from realfake.pipeline.learning.strategies import Training

    check_counts(strategy.name, y)
    pipeline = strategy.build(Training.of(y, seed), knobs)
    pipeline[-1].fit_bins(bins, rows, y)
    return pipeline


def varying(X: np.ndarray) -> np.ndarray:
    """Columns in which not every row is the same, (n, d) to (d,) bool; being missing is a value like any other."""
    if not len(X):
        return np.zeros(X.shape[1], bool)
    varies: np.ndarray = ~np.all((X[0] == X) | (np.isnan(X) & np.isnan(X[0])), axis=0)
    return varies


def score(model: StrategyClassifier | Pipeline | PlainPipeline, X: np.ndarray) -> np.ndarray:
    """Scores in 0..1, higher for likelier fakes, (n,) float64."""
    if not len(X):
        return np.empty(0)
    if isinstance(model, PlainPipeline):  # has no threads to hold back, and no warnings
        return model.predict_proba(X)[:, 1]
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return np.asarray(model.predict_proba(X)[:, 1], np.float64)


def at_equal_priors(scores: np.ndarray, strategy: Strategy, y_train: np.ndarray) -> np.ndarray:
    """Scores as if both classes had been as frequent in training, so that models of several folds share one scale.

    Without it a fold with more fakes to test has fewer to learn from and scores all its rows lower, which pushes pooled
    figures below chance.
    """
    return shift_prior(scores, strategy.seen_prior(y_train), 0.5)


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
    usable: np.ndarray = np.all(np.isin(made_of, groups), axis=1)
    return usable


@dataclass(frozen=True)
class LearningSet:
    """Rows to learn from, and to be tested on by a model that has not seen their group.

    Attributes
    ----------
    X : (n, d) float64, NaN allowed
    y : (n,) 0 or 1
    groups : (n,)
    further : rows that only teach
    """

    X: np.ndarray
    y: np.ndarray
    groups: np.ndarray
    further: Further | None = None

    def part(self, rows: np.ndarray) -> LearningSet:
        """Some of the rows, with all further ones."""
        return LearningSet(self.X[rows], self.y[rows], self.groups[rows], self.further)

    def taught(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows and labels that teach: with those further rows that were made of these groups alone."""
        if self.further is None:
            return self.X, self.y
        own = made_of_these(self.further.groups, self.groups)
        return np.concatenate([self.X, self.further.X[own]]), np.concatenate([self.y, self.further.y[own]])


def out_of_fold_scores(
    known: LearningSet,
    strategy: Strategy,
    folds: int | Sequence[Split] = INNER_FOLDS,
    seed: int = 0,
    knobs: Knobs | None = None,
) -> np.ndarray:
    """A score for every row, further ones aside, by a model that has not seen its group.

    Parameters
    ----------
    folds : how many, or the splits themselves where several strategies are tried on the same

    Returns
    -------
    (n,) float64 in 0..1, at even odds

    Raises
    ------
    TooFewFakes
        If the fakes do not suffice for so many folds.
    """
    splits = grouped_folds(known.y, known.groups, folds, seed) if isinstance(folds, int) else folds
    scores = np.full(len(known.y), np.nan)
    for number, split in enumerate(splits):
        X_train, y_train = known.part(split.train).taught()
        model = fit(strategy, X_train, y_train, derived_seed(seed, number), knobs)
        scores[split.test] = at_equal_priors(score(model, known.X[split.test]), strategy, y_train)
    return scores
