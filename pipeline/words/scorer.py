"""The region scorer: which word of a screen was edited, and what that says of the whole image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline
from scipy.special import expit

from realfake.forensics.measurement import SEPARATOR, Feature, column_name
from realfake.forensics.text.measurement import snapped
from realfake.forensics.text.regions import Regions
from realfake.forensics.text.words import AROUND
from realfake.pipeline.learning.cross_validation import derived_seed, fit, grouped_folds, most_folds, score
from realfake.pipeline.learning.explanations import contributions, typical_values
from realfake.pipeline.learning.forged import Forged, with_forged
from realfake.pipeline.learning.strategies import Knobs, Strategy
from realfake.pipeline.settings import REGIONS
from realfake.pipeline.tables.labelled_words import check_edited, region_labels, scorer_columns
from realfake.pipeline.words.memory import TemplateMemory, cross_fitted_memory, memory_from_json

FAMILY = REGIONS
CONTRASTED = ("glyphs", "ink", "laundering", "layout", "surroundings")  # families of measurements of words
CONTRAST, MOST_DEVIATIONS = SEPARATOR + "z_", 10.0
LEVELS = (0.1, 0.3, 0.5, 0.8)  # scores above which words are counted
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
    """

    strategy: str
    pipeline: Pipeline
    columns: tuple[str, ...]
    typical: np.ndarray
    memory: TemplateMemory | None = None

    def remembered(self, table: pd.DataFrame) -> pd.DataFrame:
        """The region table with the columns of the scorer's memory; it must hold whole screens."""
        return table if self.memory is None else table.join(self.memory.columns(table))

    def scores(self, table: pd.DataFrame) -> np.ndarray:
        """Score of each word of a `remembered` table, (n,) float64 in 0..1, higher for likelier edits."""
        return score(self.pipeline, _matrix(table, self.columns))

    def to_json(self) -> dict[str, object]:
        """What `scorer_from_json` reads back, without the pipeline."""
        typical = [None if np.isnan(value) else float(value) for value in self.typical]
        memory = self.memory.to_json() if self.memory else None
        return {"strategy": self.strategy, "columns": list(self.columns), "typical": typical, "memory": memory}

    def weights(self, table: pd.DataFrame) -> np.ndarray:
        """What each column added to the score of each word, (n, columns) float64, positive towards an edit."""
        return contributions(self.pipeline, _matrix(table, self.columns), self.typical)


def scorer_from_json(values: dict[str, Any], pipeline: Pipeline) -> RegionScorer:
    """The inverse of `RegionScorer.to_json`."""
    typical = np.array([np.nan if value is None else value for value in values["typical"]], np.float64)
    memory = memory_from_json(values["memory"]) if values.get("memory") else None
    return RegionScorer(str(values["strategy"]), pipeline, tuple(map(str, values["columns"])), typical, memory)


def words_of(regions: Regions) -> pd.DataFrame:
    """The region table of one image, with what a table of many images says of each word besides its measurements."""
    places = np.array(regions.boxes, np.int64).reshape(-1, 4)
    place = dict(zip(("x", "y", "region_width", "region_height"), places.T, strict=True))
    facts = {"width": regions.size[0], "height": regions.size[1], "direction": regions.direction.turn}
    return regions.table.assign(path="", region=np.arange(len(places)), **place, **facts)


def summary_features() -> tuple[Feature, ...]:
    """The image columns that `summarise` fills."""
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


def summarise(scores: np.ndarray, strange: np.ndarray) -> dict[str, float]:
    """What the scores and contrasts of an image's words say of the image.

    A screen of more than `AROUND` words is told by the part of it, no longer than that, with the most suspicious word.
    Since an image is forged in few words however many it has, the odds of each fall in proportion to their number.

    Parameters
    ----------
    scores : ndarray, (n,) float
        Region scores, 0..1; n may be 0.
    strange : ndarray, (n, 5) float
        Their `departures`.

    Returns
    -------
    dict
        A number for each column of `summary_features`, `snapped`; NaN where there are too few words.
    """
    scores = np.asarray(scores, float)
    if len(scores) > AROUND:
        scores = expit(_log_odds(scores) - np.log(len(scores) / AROUND))
        parts = np.array_split(np.arange(len(scores)), -(-len(scores) // AROUND))
        worst = max(parts, key=lambda part: scores[part].max())
        scores, strange = scores[worst], strange[worst]
    odds = np.sort(_log_odds(scores))[::-1]
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
    return {
        entry.column: value for entry, value in zip(summary_features(), snapped(np.array(values)).tolist(), strict=True)
    }


def summarise_table(table: pd.DataFrame, scores: np.ndarray) -> pd.DataFrame:
    """One row an image: `path` and the columns of `summary_features`, in the table's order of images."""
    rows, strange = [], departures(table)
    words = table["region"].to_numpy() >= 0
    for path, at in table.groupby("path", sort=False).indices.items():
        mine = at[words[at]]
        rows.append({"path": path} | summarise(scores[mine], strange[mine]))
    return pd.DataFrame(rows, columns=["path", *(entry.column for entry in summary_features())])


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
    X = _matrix(table[known], columns)
    pipeline = fit(strategy, X, y[known].astype(int), seed, knobs).for_scoring()
    typical = typical_values(X[y[known] == 0])
    return RegionScorer(strategy.name, pipeline, tuple(columns), typical, memory)


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
    y = region_labels(table)
    scorer_columns(table)  # all must be there
    check_edited(table, y)
    # 1 for every row of a group that holds an edit
    carriers = pd.Series(np.nan_to_num(y)).groupby(pd.Series(groups)).transform("max").to_numpy()
    untouched = len(np.unique(groups[carriers == 0]))
    strata = carriers if untouched >= folds else np.nan_to_num(y)  # where nearly every capture was forged as well
    strata = strata.astype(int)
    folds = most_folds(strata, groups, min(folds, len(np.unique(groups[carriers == 1]))), seed)
    scores = np.full(len(y), np.nan)
    for number, split in enumerate(grouped_folds(strata, groups, folds, seed)):
        train, test = table.iloc[split.train], table.iloc[split.test]
        taught, mine = with_forged(train, groups[split.train], forged)
        scorer = _learn(taught, strategy, derived_seed(seed, number), knobs, mine)
        scores[split.test] = scorer.scores(scorer.remembered(test))
    return scores


def _matrix(table: pd.DataFrame, columns: Sequence[str]) -> np.ndarray:
    """Measurements as (n, len(columns)) float32: most were taken in single precision, and words are many."""
    return table[list(columns)].to_numpy(np.float32)


def _most_over_median(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(known.max() - np.median(known)) if len(known) else np.nan


def _log_odds(scores: np.ndarray) -> np.ndarray:
    clipped = np.clip(scores, 1e-5, 1 - 1e-5)
    odds: np.ndarray = np.log(clipped / (1 - clipped))
    return odds
