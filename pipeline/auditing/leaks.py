"""Leaks: what of a file, other than its picture, tells fakes from genuine images."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm, rankdata
from sklearn.tree import DecisionTreeClassifier

from realfake.data.manifest import printable
from realfake.pipeline.learning.cross_validation import (
    LearningSet,
    Split,
    derived_seed,
    grouped_folds,
    most_folds,
    out_of_fold_scores,
)
from realfake.pipeline.learning.strategies import STRATEGIES
from realfake.pipeline.metrics.intervals import Interval
from realfake.pipeline.tables.design import design_matrix, shortcut_columns

CONTAINER = "container-only"
CHANNEL_COLUMNS = ("app", "device", "received", "delivered")  # of a manifest; text, compared by value
FOLDS = 5
REPEATS = 3  # draws of folds whose scores are averaged, so that one draw does not decide
LEVEL = 0.99  # of the interval; it leaves out the noise of fitting, at 0.95 one warning in ten would be false
FAMILY_ERROR = 0.05  # chance that any of all columns is named without cause
DEPTH = 3  # of the tree that one column is judged by
LEAF_SHARE = 0.02  # of the rows; smaller leaves learn single images
PRIOR_ROWS = 5.0  # a rare value of a text column is held to the share of fakes by so many rows
FEW_VALUES = 12  # a column with no more distinct values is described by "= value"
AUC_SLACK = 0.05  # columns this close to the best of their kind may stand for it
CUTS = 32  # thresholds tried to describe any other column
KINDS = {  # by the beginning of a column's name, the first that fits
    "quantization__": "JPEG quantization tables",
    "format:": "file format",
    "container__file__is_": "file format",
    "container__size__": "size in pixels",
    "width": "size in pixels",
    "height": "size in pixels",
    "container__file__": "file size or pixel type",
    "bytes_per_pixel": "file size or pixel type",
    "container__metadata__": "metadata",
    "container__thumbnail__": "metadata",
    "container__jpeg__": "way the JPEG was written",
    "container__png__": "way the PNG was written",
    "container__webp__": "way the WebP was written",
}


@dataclass(frozen=True)
class LeakingColumn:
    """A column that predicts the label.

    Attributes
    ----------
    kind : what the column speaks of
    auc : of the column alone, in grouped cross-validation
    condition : what holds for one class more than for the other, such as "= 95"
    fakes, genuine : shares (0..1) of either class for which it holds
    """

    column: str
    kind: str
    auc: Interval
    condition: str
    fakes: float
    genuine: float


@dataclass(frozen=True)
class Column:
    """Numbers or, for text, codes of a column; NaN where there is no value."""

    name: str
    values: np.ndarray
    texts: Sequence[str] | None = None  # by code

    @property
    def kind(self) -> str:
        """What the column speaks of, in words."""
        return next((kind for start, kind in KINDS.items() if self.name.startswith(start)), f"column {self.name}")


def container_auc(frame: pd.DataFrame, y: np.ndarray, groups: np.ndarray, seed: int = 0) -> Interval | None:
    """How well the container alone ranks fakes above genuine images, in grouped cross-validation.

    Parameters
    ----------
    frame : n rows of a feature table
    y : (n,) 0 or 1
    groups : (n,)

    Returns
    -------
    99 % interval of the ROC-AUC over groups, or None where the table has no container columns.

    Raises
    ------
    TooFewFakes
        If there are too few groups of a class for two folds.
    """
    columns = shortcut_columns(frame)
    if not columns:
        return None
    known = LearningSet(design_matrix(frame, columns), y, groups)
    seeds = [derived_seed(seed, repeat) for repeat in range(REPEATS)]
    scores = [
        out_of_fold_scores(known, STRATEGIES[CONTAINER], most_folds(y, groups, FOLDS, each), each) for each in seeds
    ]
    return auc_interval(y, np.mean(scores, axis=0), groups)


def leaking_columns(frame: pd.DataFrame, y: np.ndarray, groups: np.ndarray, seed: int = 0) -> list[LeakingColumn]:
    """The best column of each kind that predicts the label by itself, beyond what chance gives among so many columns.

    Parameters and errors as in `container_auc`.

    Returns
    -------
    list of LeakingColumn, strongest first
    """
    columns = [column for column in _columns(frame) if len(np.unique(column.values)) > 1]
    folds = grouped_folds(y, groups, most_folds(y, groups, FOLDS, seed), seed)
    told: dict[str, list[LeakingColumn]] = {}
    for column in columns:
        auc = auc_interval(y, _scores(column, y, folds), groups, level=1 - FAMILY_ERROR / len(columns))
        if auc.low > 0.5:
            told.setdefault(column.kind, []).append(
                LeakingColumn(column.name, column.kind, auc, *_condition(column, y))
            )
    return sorted(map(_plainest, told.values()), key=lambda one: -one.auc.value)


def _plainest(told: list[LeakingColumn]) -> LeakingColumn:
    """Return the column whose condition parts the classes most clearly, among those that predict about as well."""
    enough = max(one.auc.value for one in told) - AUC_SLACK
    return max((one for one in told if one.auc.value >= enough), key=lambda one: abs(one.fakes - one.genuine))


def _columns(frame: pd.DataFrame) -> Iterator[Column]:
    for name in shortcut_columns(frame):
        yield Column(name, design_matrix(frame, [name])[:, 0])
    for name in CHANNEL_COLUMNS:
        if name in frame:
            text = [printable(str(cell)) if pd.notna(cell) else "" for cell in frame[name]]
            texts, codes = np.unique(text, return_inverse=True)
            yield Column(name, codes.astype(np.float64), texts.tolist())


def _scores(column: Column, y: np.ndarray, folds: Sequence[Split]) -> np.ndarray:
    score = np.empty(len(y))
    for split in folds:
        learn = _value_shares if column.texts else _tree
        score[split.test] = learn(column.values[split.train], y[split.train], column.values[split.test])
    return score


def _tree(train: np.ndarray, y: np.ndarray, test: np.ndarray) -> np.ndarray:
    leaf = max(2, int(LEAF_SHARE * len(y)))
    tree = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=leaf, random_state=0)
    scores: np.ndarray = tree.fit(train[:, None], y).predict_proba(test[:, None])[:, 1]
    return scores


def _value_shares(train: np.ndarray, y: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Share of fakes among training rows of the same value; that of all rows for a value not seen."""
    size = int(max(train.max(), test.max())) + 1
    rows = np.bincount(train.astype(int), minlength=size)
    fakes = np.bincount(train.astype(int), y, minlength=size)
    shares: np.ndarray = ((fakes + PRIOR_ROWS * y.mean()) / (rows + PRIOR_ROWS))[test.astype(int)]
    return shares


def auc_interval(y: np.ndarray, score: np.ndarray, groups: np.ndarray, level: float = LEVEL) -> Interval:
    """ROC-AUC with its interval where the rows of a group are not independent.

    Parameters
    ----------
    y : (n,) 0 or 1, both at least once
    score : (n,) higher for likelier fakes
    groups : (n,) int, equal for rows that belong together
    level : of the interval, 0..1

    Notes
    -----
    Source: Obuchowski 1997, doi:10.2307/2533958, eq. 2: DeLong's structural components, summed within groups.
    """
    fake = y == 1
    fakes, genuine = int(fake.sum()), int((~fake).sum())
    among_all, within = rankdata(score), np.empty(len(y))
    within[fake], within[~fake] = rankdata(score[fake]), rankdata(score[~fake])
    beaten = among_all - within  # rows of the other class below, ties by half
    share = np.where(fake, beaten / genuine, 1 - beaten / fakes)
    value = float(share[fake].mean())
    member = pd.factorize(groups)[0]
    by_fakes, by_genuine = (np.bincount(member, np.where(rows, share - value, 0.0)) for rows in (fake, ~fake))
    holding = [len(np.unique(member[rows])) for rows in (fake, ~fake)]
    correct_fakes, correct_genuine, correct_both = (_unbiased(count) for count in (*holding, member.max() + 1))
    variance = (
        correct_fakes * np.sum(by_fakes**2) / fakes**2
        + correct_genuine * np.sum(by_genuine**2) / genuine**2
        + 2 * correct_both * np.sum(by_fakes * by_genuine) / (fakes * genuine)
    )
    reach = float(norm.ppf((1 + level) / 2) * np.sqrt(max(variance, 0.0)))
    return Interval(value, max(0.0, value - reach), min(1.0, value + reach))


def _unbiased(count: int) -> float:
    return count / (count - 1) if count > 1 else 1.0


def _condition(column: Column, y: np.ndarray) -> tuple[str, float, float]:
    """Return the condition that parts the classes most, and its share of fakes and of genuine images."""
    told = [(text, *_shares(holds, y)) for text, holds in _conditions(column)]
    return max(told, key=lambda one: (round(abs(one[1] - one[2]), 9), one[1] - one[2]))


def _conditions(column: Column) -> Iterator[tuple[str, np.ndarray]]:
    values = column.values
    known = values[~np.isnan(values)]
    distinct = np.unique(known)
    if column.texts or len(distinct) <= FEW_VALUES:
        for value in distinct:
            text = repr(column.texts[int(value)]) if column.texts else f"{value:g}"
            yield f"= {text}", values == value
    else:
        for cut in np.unique(np.quantile(known, np.linspace(0, 1, CUTS + 2)[1:-1])):
            yield f"> {cut:.4g}", values > cut
    yield "missing", np.isnan(values)


def _shares(holds: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    return float(holds[y == 1].mean()), float(holds[y == 0].mean())
