"""The region scorer: which word of a screen was edited, and what that says of the whole image."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from realfake.forensics.errors import TooFewFakes
from realfake.forensics.measurement import SEPARATOR, Feature, column_name
from realfake.forensics.text.measurement import snapped
from realfake.forensics.text.regions import Regions
from realfake.forensics.text.words import AROUND
from realfake.pipeline.learning.cross_validation import derived_seed, fit, grouped_folds, most_folds, score
from realfake.pipeline.learning.explanations import contributions, typical_values
from realfake.pipeline.learning.knobs import Knobs
from realfake.pipeline.learning.odds import expit
from realfake.pipeline.learning.plain import PlainPipeline
from realfake.pipeline.settings import REGIONS
from realfake.pipeline.tables.labelled_words import check_edited, region_labels, scorer_columns, word_matrix
from realfake.pipeline.tables.table import TableWarning, table_name
from realfake.pipeline.words.memory import TemplateMemory, cross_fitted_memory, memory_from_json
from realfake.pipeline.words.second_look import COUNT, SecondLook, fit_second_look, second_look_from_json
from realfake.pipeline.words.second_look import KNOBS as AGAIN

if TYPE_CHECKING:
    from imblearn.pipeline import Pipeline

    from realfake.pipeline.learning.forged import Forged
    from realfake.pipeline.learning.strategies import Strategy

FAMILY = REGIONS
CONTRASTED = ("glyphs", "ink", "laundering", "layout", "surroundings")  # families of measurements of words
CONTRAST, MOST_DEVIATIONS = SEPARATOR + "z_", 10.0
LEVELS = (0.1, 0.3, 0.5, 0.8)  # scores above which words are counted
OF_FILE = ("format", "bytes")  # what a region table says of the file of a word
FEWEST_NESTED = 3  # folds: with one less, leaving out two leaves nothing
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
        return Looks(first, None if self.second is None else self.second.scores(table, log_odds(first)))

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
        again = self.second.weights(table, log_odds(looks.first))
        again = again.reindex(index=list(rows), columns=list(self.columns)).fillna(0.0)
        return np.asarray(added + again.to_numpy(np.float64))


@dataclass(frozen=True)
class Looks:
    """Scores of words.

    Attributes
    ----------
    first : (n,) float64 in 0..1
    second : (n,) float64 in 0..1, NaN for words that were not looked at again; None where there is no second look
    """

    first: np.ndarray
    second: np.ndarray | None = None

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
    for i, name in enumerate(CONTRASTED):
        columns = [c for c in words if str(c).startswith(name + SEPARATOR) and CONTRAST in str(c)]
        squares = np.clip(words[columns].to_numpy(np.float64), -MOST_DEVIATIONS, MOST_DEVIATIONS) ** 2
        known = np.isfinite(squares)
        with np.errstate(invalid="ignore"):
            found[:, i] = np.sqrt(np.where(known, squares, 0.0).sum(axis=1) / known.sum(axis=1))
    return found


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


def fit_scorer(
    table: pd.DataFrame,
    strategy: Strategy,
    seed: int = 0,
    knobs: Knobs = KNOBS,
    groups: np.ndarray | None = None,
) -> RegionScorer:
    """Learn which words were edited.

    Parameters
    ----------
    table : region table with `edited`
    strategy : any of the catalogue of strategies
    groups : (n,) capture of each row; with it the scorer also remembers how the apps of genuine images look

    Raises
    ------
    BadTable
        If fewer than `FEWEST_EDITED` words are known to be edited.
    """
    check_edited(table, region_labels(table))
    return _learn(table, strategy, seed, knobs, groups)


def _learn(table: pd.DataFrame, strategy: Strategy, seed: int, knobs: Knobs, groups: np.ndarray | None) -> RegionScorer:
    columns, y = scorer_columns(table), region_labels(table)
    known = np.isfinite(y)
    told, memory = (None, None) if groups is None else cross_fitted_memory(table, groups)
    if told is not None:
        table, columns = table.join(told), columns + list(told.columns)
    X = word_matrix(table[known], columns)
    pipeline = fit(strategy, X, y[known].astype(int), seed, knobs).for_scoring()
    typical = typical_values(X[y[known] == 0])
    return RegionScorer(strategy.name, pipeline, tuple(columns), typical, memory)


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


def cross_fitted_scores(
    table: pd.DataFrame,
    groups: np.ndarray,
    strategy: Strategy,
    folds: int = 5,
    seed: int = 0,
    knobs: Knobs = KNOBS,
    forged: Forged | None = None,
) -> np.ndarray:
    """Score every word by a scorer that has not seen its group, (n,) float64.

    Parameters
    ----------
    table : region table with `edited`
    groups : (n,) group of each row; rows of one group never teach the scorer that scores them
    folds : fewer where fewer groups hold an edit
    forged : words of forged images, which teach where all that they were made of teaches
    """
    return cross_fitted(table, groups, strategy, folds, seed, knobs, forged=forged, nested=False).scores


def cross_fitted(
    table: pd.DataFrame,
    groups: np.ndarray,
    strategy: Strategy,
    folds: int = 5,
    seed: int = 0,
    knobs: Knobs = KNOBS,
    *,
    forged: Forged | None = None,
    nested: bool = True,
) -> CrossFitted:
    """Scores as in `cross_fitted_scores`, and with `nested` those of scorers that leave out each pair of folds too.

    Leaving out pairs takes half as many fits as folds within folds: the scorer that has seen neither of two folds
    serves both.
    """
    from realfake.pipeline.learning.forged import with_forged

    y = region_labels(table)
    scorer_columns(table)  # all must be there
    check_edited(table, y)
    # 1 for every row of a group that holds an edit
    carriers = pd.Series(np.nan_to_num(y)).groupby(pd.Series(groups)).transform("max").to_numpy()
    untouched = len(np.unique(groups[carriers == 0]))
    strata = carriers if untouched >= folds else np.nan_to_num(y)  # where nearly every capture was forged as well
    strata = strata.astype(int)
    folds = most_folds(strata, groups, min(folds, len(np.unique(groups[carriers == 1]))), seed)
    fold_of = np.empty(len(y), int)
    for number, split in enumerate(grouped_folds(strata, groups, folds, seed)):
        fold_of[split.test] = number

    def score_without(*left_out: int) -> np.ndarray:
        """(n,) scores of the words of these folds, NaN for those that taught."""
        tested = np.isin(fold_of, left_out)
        taught, mine = with_forged(table.iloc[~tested], groups[~tested], forged)
        scorer = _learn(taught, strategy, derived_seed(seed, *left_out), knobs, mine)
        found = np.full(len(y), np.nan)
        found[tested] = scorer.scores(scorer.remembered(table.iloc[tested]))
        return found

    scores = np.full(len(y), np.nan)
    for fold in range(folds):
        scores = np.where(fold_of == fold, score_without(fold), scores)
    return CrossFitted(scores, fold_of, _without_pairs(fold_of, score_without) if nested else None)


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
            train, test = first.folds != fold, first.folds == fold
            odds = log_odds(scores[train])
            look = fit_second_look(table[train], y[train], odds, strategy, count, derived_seed(seed, fold), knobs)
            looks.append(look)
            if look is not None:
                second[test] = look.scores(table[test], log_odds(first.scores[test]))
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
