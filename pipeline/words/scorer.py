"""The region scorer: which word of a screen was edited, and what that says of the whole image."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from realfake.forensics.errors import TooFewFakes
from realfake.forensics.measurement import SEPARATOR, Feature, column_name
from realfake.forensics.text.measurement import snapped
from realfake.forensics.text.regions import Regions
from realfake.forensics.text.words import AROUND
from realfake.pipeline.learning.cross_validation import (
    derived_seed,
    fit,
    fit_bins,
    made_of_these,
    most_splits,
    score,
    shared_bins,
)
from realfake.pipeline.learning.explanations import contributions, typical_values
from realfake.pipeline.learning.knobs import Knobs
from realfake.pipeline.learning.odds import expit
from realfake.pipeline.learning.plain import PlainPipeline
from realfake.pipeline.settings import REGIONS
from realfake.pipeline.tables.labelled_words import check_edited, region_labels, scorer_columns, word_matrix
from realfake.pipeline.tables.table import TableWarning, table_name
from realfake.pipeline.words.memory import (
    NEEDED,
    Screens,
    TemplateMemory,
    cross_fitted_memory,
    memory_columns,
    memory_from_json,
    seen_screens,
)
from realfake.pipeline.words.second_look import COUNT, SecondLook, candidates, fit_second_look, second_look_from_json
from realfake.pipeline.words.second_look import KNOBS as AGAIN

if TYPE_CHECKING:
    from imblearn.pipeline import Pipeline

    from realfake.pipeline.learning.boosting import Bins
    from realfake.pipeline.learning.forged import Forged
    from realfake.pipeline.learning.strategies import Strategy

FAMILY = REGIONS
CONTRASTED = ("glyphs", "ink", "laundering", "layout", "surroundings")  # families of measurements of words
CONTRAST, MOST_DEVIATIONS = SEPARATOR + "z_", 10.0
LEVELS = (0.1, 0.3, 0.5, 0.8)  # scores above which words are counted
OF_FILE = ("format", "bytes")  # what a region table says of the file of a word
FEWEST_NESTED = 3  # folds: with one less, leaving out two leaves nothing
NO_FOLD = -1  # of words that only teach
STEP, FEW = 20_000, 64  # rows and columns that are copied at a time
KNOBS = Knobs(trees=500, learning_rate=0.05, leaves=31, column_share=0.06, l2=5.0, members=20, member_trees=120)


@dataclass(frozen=True)
class RegionScorer:
    """A fitted strategy that scores words.

    Attributes
    ----------
    strategy : name in the catalogue of strategies
    pipeline : fitted, without the steps that only resample
    columns : of the region table, in order
    typical : (len(columns),) medians of untouched words
    memory : of the apps in the training set, where they were seen often enough
    second : what looks again at the highest words of a screen, where there was enough to learn it from
    """

    strategy: str
    pipeline: Pipeline | PlainPipeline
    columns: tuple[str, ...]
    typical: np.ndarray
    memory: TemplateMemory | None = None
    second: SecondLook | None = None

    def remembered(self, table: pd.DataFrame) -> pd.DataFrame:
        """The region table with the columns of the scorer's memory; it must hold whole screens."""
        return table if self.memory is None else table.join(self.memory.columns(table))

    def scores(self, table: pd.DataFrame) -> np.ndarray:
        """Score of each word of a `remembered` table, (n,) float64 in 0..1, higher for likelier edits."""
        return score(self.pipeline, word_matrix(table, self.columns))

    def looks(self, table: pd.DataFrame) -> Looks:
        """Both scores of each word of a `remembered` table, which must hold whole screens."""
        first = self.scores(table)
        if self.second is None:
            return Looks(first)
        looked = candidates(table, log_odds(first), self.second.count)
        return Looks(first, self.second.scores_of(looked, len(table)), looked)

    def to_json(self) -> dict[str, object]:
        """What `scorer_from_json` reads back, without the pipelines."""
        typical = [None if np.isnan(value) else float(value) for value in self.typical]
        memory = self.memory.to_json() if self.memory else None
        known = {"strategy": self.strategy, "columns": list(self.columns), "typical": typical, "memory": memory}
        return known | {"second": self.second.to_json() if self.second else None}

    def weights(self, table: pd.DataFrame, looks: Looks, rows: Sequence[int]) -> np.ndarray:
        """What each column added to the scores of some words at both looks, (rows, columns) float64.

        Parameters
        ----------
        table : `remembered`; it must hold whole screens
        looks : its scores
        rows : numbers of words

        Returns
        -------
        (rows, columns) float64, in log-odds, positive towards an edit; what the second look made of the first one's
        score and of the screen belongs to no measurement and is left out.
        """
        added = contributions(self.pipeline, word_matrix(table.iloc[list(rows)], self.columns), self.typical)
        if self.second is None:
            return added
        assert looks.looked is not None  # there was a second look
        again = self.second.weights(looks.looked.loc[looks.looked.index.isin(rows)])
        again = again.reindex(index=list(rows), columns=list(self.columns)).fillna(0.0)
        return np.asarray(added + again.to_numpy(np.float64))


@dataclass(frozen=True)
class Looks:
    """Scores of words.

    Attributes
    ----------
    first : (n,) float64 in 0..1
    second : (n,) float64 in 0..1, NaN for words that were not looked at again; None where there is no second look
    looked : the words that were looked at again, as `candidates` gives them; None where a table is only scored
    """

    first: np.ndarray
    second: np.ndarray | None = None
    looked: pd.DataFrame | None = None

    @property
    def final(self) -> np.ndarray:
        """(n,) float64 in 0..1: of the second look, 0 for words that were not looked at again, where there is one."""
        return self.first if self.second is None else np.nan_to_num(self.second)


def scorer_from_json(
    values: dict[str, Any], pipeline: Pipeline | PlainPipeline, second: Pipeline | PlainPipeline | None = None
) -> RegionScorer:
    """The inverse of `RegionScorer.to_json`."""
    typical = np.array([np.nan if value is None else value for value in values["typical"]], np.float64)
    memory = memory_from_json(values["memory"]) if values.get("memory") else None
    look = second_look_from_json(values["second"], second) if second is not None else None
    return RegionScorer(str(values["strategy"]), pipeline, tuple(map(str, values["columns"])), typical, memory, look)


def words_of(regions: Regions, provenance: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """The region table of one image, with what a table of many images says of each word besides its measurements.

    Parameters
    ----------
    provenance : of the file, which tells its format and size
    """
    places = np.array(regions.boxes, np.int64).reshape(-1, 4)
    place = dict(zip(("x", "y", "region_width", "region_height"), places.T, strict=True))
    facts = {"width": regions.size[0], "height": regions.size[1], "direction": regions.direction.turn}
    words = regions.table.assign(path="", region=np.arange(len(places)), **place, **facts)
    return words.assign(**{name: provenance[name] for name in OF_FILE}) if provenance else words


def summary_features(second: bool = True) -> tuple[Feature, ...]:
    """The image columns that `summarise` fills, with or without those of a second look."""
    source = "this program: the region scorer"
    rows = [
        ("score__largest", "log-odds", "score of the most suspicious word"),
        ("score__second", "log-odds", "score of the second most suspicious word"),
        ("score__third", "log-odds", "score of the third most suspicious word"),
        ("score__median", "log-odds", "score of the typical word"),
        ("score__margin", "log-odds", "largest score over the median"),
        ("score__gap", "deviations", "largest score over the median, in deviations of the screen's own scores"),
        *(
            (f"count__above_{level:g}".replace(".", "_"), "words", f"words that score above {level:g}")
            for level in LEVELS
        ),
        ("count__words", "words", "words that were scored"),
        *(
            (f"contrast__{name}", "deviations", f"{name} of the word that departs most from peers, over the typical")
            for name in CONTRASTED
        ),
    ]
    if second:
        rows += [
            ("second__largest", "log-odds", "score of the most suspicious word at second look"),
            ("second__next", "log-odds", "score of the second most suspicious word at second look"),
            ("second__gap", "log-odds", "largest score over the next one at second look"),
        ]
    return tuple(
        Feature(column_name(FAMILY, name), FAMILY, unit, meaning, source, "full") for name, unit, meaning in rows
    )


def departures(words: pd.DataFrame) -> np.ndarray:
    """How far each word departs from its peers in each of `CONTRASTED`, (n, 5) float64, NaN without peers.

    The root mean square of the contrasts with the field, the style and the column, each held to `MOST_DEVIATIONS`.
    """
    found = np.full((len(words), len(CONTRASTED)), np.nan)
    for i, places in enumerate(_contrasts(tuple(words.columns))):
        for at in range(0, len(words), STEP):
            some = words.iloc[at : at + STEP, places].to_numpy(np.float64)
            squares = np.clip(some, -MOST_DEVIATIONS, MOST_DEVIATIONS) ** 2
            known = np.isfinite(squares)
            with np.errstate(invalid="ignore"):
                found[at : at + STEP, i] = np.sqrt(np.where(known, squares, 0.0).sum(axis=1) / known.sum(axis=1))
    return found


@lru_cache(maxsize=4)
def _contrasts(columns: tuple[str, ...]) -> list[list[int]]:
    """Where the contrasts of each of `CONTRASTED` stand among the columns of a table."""
    names = [(place, str(name)) for place, name in enumerate(columns) if CONTRAST in str(name)]
    return [[place for place, name in names if name.startswith(family + SEPARATOR)] for family in CONTRASTED]


def summarise(looks: Looks, strange: np.ndarray) -> dict[str, float]:
    """What the scores and contrasts of an image's words say of the image.

    A screen of more than `AROUND` words is told by the part of it, no longer than that, with the most suspicious word.
    Since an image is forged in few words however many it has, the odds of each fall in proportion to their number.

    Parameters
    ----------
    looks : Looks
        Of n words; n may be 0.
    strange : ndarray, (n, 5) float
        Their `departures`.

    Returns
    -------
    dict
        A number for each column of `summary_features`, `snapped`; NaN where there are too few words.
    """
    scores = looks.first
    if len(scores) > AROUND:
        scores = expit(log_odds(scores) - np.log(len(scores) / AROUND))
        parts = np.array_split(np.arange(len(scores)), -(-len(scores) // AROUND))
        worst = max(parts, key=lambda part: scores[part].max())
        scores, strange = scores[worst], strange[worst]
    odds = np.sort(log_odds(scores))[::-1]
    padded = np.concatenate([odds, np.full(3, np.nan)])
    middle = float(np.median(odds)) if len(odds) else np.nan
    spread = 1.4826 * float(np.median(np.abs(odds - middle))) + 0.5 if len(odds) else np.nan
    values = [
        *padded[:3],
        middle,
        padded[0] - middle,
        (padded[0] - middle) / spread,
        *(float((scores > level).sum()) for level in LEVELS),
        float(len(odds)),
        *map(_most_over_median, strange.T),
    ]
    if looks.second is not None:
        again = np.sort(log_odds(looks.second[np.isfinite(looks.second)]))[::-1]
        largest, following = np.append(again, [np.nan, np.nan])[:2]
        values += [largest, following, largest - following]
    entries = summary_features(looks.second is not None)
    return {entry.column: value for entry, value in zip(entries, snapped(np.array(values)).tolist(), strict=True)}


def summarise_table(table: pd.DataFrame, looks: Looks) -> pd.DataFrame:
    """One row an image: `path` and the columns of `summary_features`, in the table's order of images."""
    rows, strange = [], departures(table)
    words = table["region"].to_numpy() >= 0
    for path, at in table.groupby("path", sort=False).indices.items():
        mine = at[words[at]]
        second = None if looks.second is None else looks.second[mine]
        rows.append({"path": path} | summarise(Looks(looks.first[mine], second), strange[mine]))
    names = [entry.column for entry in summary_features(looks.second is not None)]
    return pd.DataFrame(rows, columns=["path", *names])


@dataclass(frozen=True)
class Lesson:
    """What words teach a strategy, in the forms that all fits share, however many leave some of the words out.

    Attributes
    ----------
    strategy : with its hyper-parameters, `knobs`
    X : (n, len(columns)) float32
    columns : of the region table
    y : (n,) 1 for edited words, 0 for untouched ones, NaN where nobody knows
    groups : (n,) capture of each word
    made_of : (n, 2) all captures that a word was made of
    own : (n,) bool, words of the table; the others are of forgeries, and only teach
    screens : what a memory sees of them; None where nothing is to be remembered
    bins : of the words of which it is known whether they were edited; None where the strategy takes none
    """

    strategy: Strategy
    knobs: Knobs
    X: np.ndarray
    columns: tuple[str, ...]
    y: np.ndarray
    groups: np.ndarray
    made_of: np.ndarray
    own: np.ndarray
    screens: Screens | None
    bins: Bins | None

    def teaching(self, without: np.ndarray | None = None) -> np.ndarray:
        """(n,) bool, words that may teach where these are left out: no forgery of theirs teaches either."""
        kept = self.own if without is None else self.own & ~without
        taught: np.ndarray = kept | (~self.own & made_of_these(self.made_of, np.unique(self.groups[kept])))
        return taught

    def learn(self, taught: np.ndarray, seed: int) -> Learnt:
        """Learn which words were edited from those that are `taught`, (n,) bool."""
        told, memory = None, None
        if self.screens is not None:
            told, memory = cross_fitted_memory(self.screens, self.groups, taught)
        known = np.isfinite(self.y)
        rows = np.flatnonzero(taught & known)
        y = self.y[rows].astype(int)
        if told is None and self.bins is not None:
            return Learnt(fit_bins(self.strategy, self.bins, rows, y, seed, self.knobs), memory, told)
        X = self.X[rows] if told is None else np.column_stack([self.X[rows], told[known[taught]].astype(np.float32)])
        return Learnt(fit(self.strategy, X, y, seed, self.knobs).for_scoring(), memory, told)

    def scores(self, learnt: Learnt, tested: np.ndarray) -> np.ndarray:
        """(tested words,) scores of words that did not teach, (n,) bool, a few thousand at a time."""
        told = None
        if learnt.memory is not None and self.screens is not None:
            told = learnt.memory.told(self.screens, tested).astype(np.float32)
        rows, found = np.flatnonzero(tested), []
        for at in range(0, len(rows), STEP):
            X = np.ascontiguousarray(self.X[rows[at : at + STEP]])
            found.append(score(learnt.pipeline, X if told is None else np.column_stack([X, told[at : at + STEP]])))
        return np.concatenate(found) if found else np.empty(0)

    def scorer(self, seed: int = 0) -> RegionScorer:
        """A scorer that has learnt from all."""
        taught = self.teaching()
        learnt = self.learn(taught, seed)
        plain = taught & (self.y == 0)
        parts = [self.X[plain, at : at + FEW] for at in range(0, self.X.shape[1], FEW)]
        columns = list(self.columns)
        if learnt.told is not None:
            parts.append(learnt.told[self.y[taught] == 0].astype(np.float32))
            columns += memory_columns()
        typical = np.concatenate([typical_values(part) for part in parts])
        return RegionScorer(self.strategy.name, learnt.pipeline, tuple(columns), typical, learnt.memory)


@dataclass(frozen=True)
class Learnt:
    """A fitted strategy, the memory that it goes with, and what that says of the words that taught."""

    pipeline: Pipeline
    memory: TemplateMemory | None
    told: np.ndarray | None


def lesson_of(
    table: pd.DataFrame,
    strategy: Strategy,
    knobs: Knobs = KNOBS,
    groups: np.ndarray | None = None,
    forged: Forged | None = None,
) -> Lesson:
    """The lesson of a region table for a strategy.

    Parameters
    ----------
    table : region table with `edited`
    groups : (n,) capture of each row; without it nothing is remembered
    forged : words of forged images, which teach where all that they were made of teaches

    Raises
    ------
    BadTable
        If fewer than `FEWEST_EDITED` words are known to be edited.
    """
    from realfake.pipeline.learning.forged import with_forged

    columns, size = scorer_columns(table), len(table)
    check_edited(table, region_labels(table))
    own = np.arange(size) if groups is None else np.asarray(groups)
    made_of = np.column_stack([own, own])
    if forged is not None:
        table, own = with_forged(table, own, forged)
        made_of = np.concatenate([made_of, forged.made_of])
    seen = None if groups is None or NEEDED - set(table.columns) else seen_screens(table)
    X, y = word_matrix(table, columns), region_labels(table)
    bins = shared_bins(strategy, X, y, knobs)
    return Lesson(strategy, knobs, X, tuple(columns), y, own, made_of, np.arange(len(table)) < size, seen, bins)


@dataclass(frozen=True)
class CrossFitted:
    """Scores of words by scorers that have not seen their group, and what a learner on top of them may be taught.

    Attributes
    ----------
    scores : (n,) float64, each word by a scorer that has not seen its group
    folds : (n,) int, the fold of each word; no group stands in two
    without : (folds, n) float64 or None; row f holds the score of each word outside fold f by a scorer that has seen
        neither fold f nor the word's own, NaN for the words of fold f: what a learner that scores fold f may be taught
    """

    scores: np.ndarray
    folds: np.ndarray
    without: np.ndarray | None = None


def cross_fitted(lesson: Lesson, folds: int = 5, seed: int = 0, *, nested: bool = True) -> CrossFitted:
    """Score every word by a scorer that has not seen its group, with `nested` also by those without a pair of folds.

    There are fewer folds where fewer groups hold an edit. Leaving out pairs takes half as many fits as folds within
    folds: the scorer that has seen neither of two folds serves both.
    """
    own = np.flatnonzero(lesson.own)
    y, groups = lesson.y[own], lesson.groups[own]
    # 1 for every row of a group that holds an edit
    carriers = pd.Series(np.nan_to_num(y)).groupby(pd.Series(groups)).transform("max").to_numpy()
    untouched = len(np.unique(groups[carriers == 0]))
    strata = carriers if untouched >= folds else np.nan_to_num(y)  # where nearly every capture was forged as well
    strata = strata.astype(int)
    fold_of = np.full(len(lesson.y), NO_FOLD)
    most = min(folds, len(np.unique(groups[carriers == 1])))
    for number, split in enumerate(most_splits(strata, groups, most, seed)):
        fold_of[own[split.test]] = number

    def score_without(*left_out: int) -> np.ndarray:
        """(n,) scores of the words of these folds, NaN for those that taught."""
        tested = np.isin(fold_of, left_out)
        learnt = lesson.learn(lesson.teaching(tested), derived_seed(seed, *left_out))
        found = np.full(len(fold_of), np.nan)
        found[tested] = lesson.scores(learnt, tested)
        return found[own]

    found, mine = np.full(len(own), np.nan), fold_of[own]
    for fold in range(mine.max() + 1):
        found = np.where(mine == fold, score_without(fold), found)
    return CrossFitted(found, mine, _without_pairs(mine, score_without) if nested else None)


def _without_pairs(fold_of: np.ndarray, score_without: Callable[[int, int], np.ndarray]) -> np.ndarray | None:
    """`CrossFitted.without`, or None where leaving two folds out leaves too little to learn from."""
    folds = fold_of.max() + 1
    if folds < FEWEST_NESTED:
        return None
    without = np.full((folds, len(fold_of)), np.nan)
    try:
        for one, other in combinations(range(folds), 2):
            found = score_without(one, other)
            without[one] = np.where(fold_of == other, found, without[one])
            without[other] = np.where(fold_of == one, found, without[other])
    except TooFewFakes:
        return None
    return without


def cross_fitted_looks(
    table: pd.DataFrame, first: CrossFitted, strategy: Strategy, count: int = COUNT, seed: int = 0, knobs: Knobs = AGAIN
) -> tuple[Looks, SecondLook | None]:
    """Both scores of every word by learners that have not seen its group, and the second look of all for new screens.

    The second look at a fold learns from the other folds, whose first scores are by scorers that had seen neither: no
    group teaches what scores it, nor what taught that.

    Returns
    -------
    Looks
    SecondLook or None
        None where there are too few edited words to learn it from, with a warning.
    """
    y, second = region_labels(table), np.full(len(table), np.nan)
    everything = fit_second_look(table, y, log_odds(first.scores), strategy, count, seed, knobs)
    looks = [everything]
    if first.without is not None:
        for fold, scores in enumerate(first.without):
            look = fit_second_look(table, y, log_odds(scores), strategy, count, derived_seed(seed, fold), knobs)
            looks.append(look)
            if look is not None:
                mine = first.folds == fold
                second[mine] = look.scores(table, log_odds(np.where(mine, first.scores, np.nan)))[mine]
    if first.without is None or None in looks:
        few = f"{table_name(table)} has too few captures with edited words to learn a second look from"
        warnings.warn(f"{few}; the scorer does without", TableWarning, stacklevel=2)
        return Looks(first.scores), None
    return Looks(first.scores, second), everything


def _most_over_median(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(known.max() - np.median(known)) if len(known) else np.nan


def log_odds(scores: np.ndarray) -> np.ndarray:
    """Of scores in 0..1, held to 1e-5 from either end."""
    clipped = np.clip(scores, 1e-5, 1 - 1e-5)
    odds: np.ndarray = np.log(clipped / (1 - clipped))
    return odds
