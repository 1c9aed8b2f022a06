"""A second look at the few words of each screen that scored highest, by a learner that has seen no others.

The scorer of words learns from all words, of which nearly all are plain. Its mistakes are a handful of odd but innocent
words on each screen. A second learner is trained on those alone, so that its negatives are the hard ones, and is told
what the first could not know: how the word scored, among which scores, and on what kind of screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from realfake.forensics.measurement import Feature, column_name
from realfake.forensics.text.measurement import snapped
from realfake.pipeline.learning.cross_validation import fit, score
from realfake.pipeline.learning.explanations import contributions, typical_values
from realfake.pipeline.learning.knobs import Knobs
from realfake.pipeline.learning.plain import PlainPipeline
from realfake.pipeline.tables.labelled_words import scorer_columns, word_matrix

if TYPE_CHECKING:
    from imblearn.pipeline import Pipeline

    from realfake.pipeline.learning.strategies import Strategy

FAMILY = "look"  # of the columns that a second look is told besides the measurements of the word
COUNT = 4  # words of a screen that are looked at again
FEWEST = 2  # words of a class that a learner needs
STRATEGY = "plain"
KNOBS = Knobs(trees=200, learning_rate=0.04, leaves=8, column_share=0.1, l2=5.0, members=10, member_trees=80)
SIZE = ("width", "height", "bytes")
STYLE = {  # measurements of words, and the difference that makes another style
    "layout__glyph_height__log_median": 0.1,
    "ink__colour__red": 32.0,
    "ink__colour__green": 32.0,
    "ink__colour__blue": 32.0,
}
TYPICAL = {  # measurements of words whose median tells the kind of screen: its name, and what it means
    "surroundings__flat__out": ("flat", "share of flat ground around the typical word: pictures have none"),
    "ink__background__luma": ("ground", "luma behind the typical word"),
    "layout__glyph_height__log_median": ("height", "height of the typical letter"),
    "laundering__ghost__level": ("ghost", "requantization error of the typical word"),
    "laundering__ghost__own_quality": ("quality", "JPEG quality that the typical word's error dips at"),
}


def look_features() -> tuple[Feature, ...]:
    """What a second look is told of a word besides its measurements."""
    rows = [
        ("first__score", "log-odds", "score at first look"),
        ("first__rank", "words", "words of the screen that scored higher at first look"),
        ("first__over_next", "log-odds", "score at first look over the next lower one"),
        ("first__over_median", "log-odds", "score at first look over the screen's median"),
        ("first__deviations", "deviations", "the same in deviations of the screen's own scores"),
        ("screen__largest", "log-odds", "largest score of the screen at first look"),
        ("screen__spread", "log-odds", "deviation of the screen's scores at first look"),
        ("screen__words", "log", "words of the screen"),
        ("screen__styles", "log", "styles of text of the screen"),
        ("screen__width", "px", "width of the screen"),
        ("screen__shape", "1", "height of the screen over its width"),
        ("screen__jpeg", "0/1", "1 where the file is a JPEG"),
        ("screen__bytes", "log", "bytes of the file per pixel"),
        *((f"screen__{name}", "1", meaning) for name, meaning in TYPICAL.values()),
    ]
    source = "this program: the first look"
    return tuple(Feature(column_name(FAMILY, name), FAMILY, unit, text, source, "full") for name, unit, text in rows)


@dataclass(frozen=True)
class SecondLook:
    """A fitted strategy that scores the words of a screen that scored highest at first look.

    Attributes
    ----------
    strategy : name in the catalogue of strategies
    count : words of a screen that are looked at
    pipeline : fitted, without the steps that only resample
    columns : of a region table with the columns of `look_features`, in order
    typical : (len(columns),) medians of untouched words
    """

    strategy: str
    count: int
    pipeline: Pipeline | PlainPipeline
    columns: tuple[str, ...]
    typical: np.ndarray

    def scores(self, table: pd.DataFrame, first: np.ndarray) -> np.ndarray:
        """Score of each word that is looked at, NaN for the others, (n,) float64 in 0..1.

        Parameters
        ----------
        table : region table; it must hold whole screens
        first : (n,) log-odds at first look
        """
        return self.scores_of(candidates(table, first, self.count), len(table))

    def scores_of(self, looked: pd.DataFrame, size: int) -> np.ndarray:
        """The same from the `candidates` of a table of so many words."""
        found = np.full(size, np.nan)
        found[looked.index] = score(self.pipeline, word_matrix(looked, self.columns))
        return found

    def weights(self, looked: pd.DataFrame) -> pd.DataFrame:
        """What each column added to the scores of words that are looked at, numbered as these `candidates` are."""
        added = contributions(self.pipeline, word_matrix(looked, self.columns), self.typical)
        return pd.DataFrame(added, looked.index, list(self.columns))

    def to_json(self) -> dict[str, object]:
        """What `second_look_from_json` reads back, without the pipeline."""
        typical = [None if np.isnan(value) else float(value) for value in self.typical]
        return {"strategy": self.strategy, "count": self.count, "columns": list(self.columns), "typical": typical}


def second_look_from_json(values: dict[str, Any], pipeline: Pipeline | PlainPipeline) -> SecondLook:
    """The inverse of `SecondLook.to_json`."""
    typical = np.array([np.nan if value is None else value for value in values["typical"]], np.float64)
    return SecondLook(str(values["strategy"]), int(values["count"]), pipeline, tuple(values["columns"]), typical)


def candidates(table: pd.DataFrame, first: np.ndarray, count: int) -> pd.DataFrame:
    """The `count` highest words of each screen, with the columns of `look_features`.

    Parameters
    ----------
    table : region table; it must hold whole screens
    first : (n,) log-odds at first look, NaN for screens that are left out

    Returns
    -------
    DataFrame
        Rows of the table, numbered by their place in it.
    """
    chosen, told = [], []
    first = snapped(first)  # which words are looked at must not hang on the last bit of a score
    words, facts = (table["region"].to_numpy() >= 0) & ~np.isnan(first), _facts(table)
    owner, _ = pd.factorize(table["path"])
    for rows in np.split(np.argsort(owner, kind="stable"), np.cumsum(np.bincount(owner))[:-1]):
        mine = rows[words[rows]]
        if len(mine):
            order = mine[np.argsort(-first[mine], kind="stable")]
            chosen.append(order[:count])
            told.append(_of_scores(first[order], count, _of_screen(facts[mine])))
    names = [entry.column for entry in look_features()]
    at = np.concatenate(chosen) if chosen else np.empty(0, int)
    known = snapped(np.concatenate(told)) if told else np.empty((0, len(names)))
    return pd.concat([table.iloc[at].set_axis(at), pd.DataFrame(known, at, names)], axis=1)


def fit_second_look(
    table: pd.DataFrame,
    y: np.ndarray,
    first: np.ndarray,
    strategy: Strategy,
    count: int = COUNT,
    seed: int = 0,
    knobs: Knobs = KNOBS,
) -> SecondLook | None:
    """Learn which of the highest words were edited, None where too few of them were.

    Parameters
    ----------
    table : region table; it must hold whole screens
    y : (n,) 1 for edited words, 0 for untouched ones, NaN where nobody knows
    first : (n,) log-odds at first look, of each word by a scorer that had not seen its group; NaN for screens that do
        not teach
    """
    looked = candidates(table, first, count)
    label = y[looked.index]
    known = np.isfinite(label)
    if min(np.sum(label == 1), np.sum(label == 0)) < FEWEST:
        return None
    columns = [*scorer_columns(table), *(entry.column for entry in look_features())]
    X = word_matrix(looked[known], columns)
    pipeline = fit(strategy, X, label[known].astype(int), seed, knobs).for_scoring()
    return SecondLook(strategy.name, count, pipeline, tuple(columns), typical_values(X[label[known] == 0]))


def _of_scores(ordered: np.ndarray, count: int, screen: Sequence[float]) -> np.ndarray:
    """The columns of `look_features` of the highest words of a screen, from its scores, highest first."""
    middle = float(np.median(ordered))
    spread = 1.4826 * float(np.median(np.abs(ordered - middle)))
    high, below = ordered[:count], np.append(ordered[1 : count + 1], np.nan)[: min(count, len(ordered))]
    over = high - middle
    own = [high, np.arange(len(high)), high - below, over, over / (spread + 0.5)]
    return np.column_stack([*own, *(np.full(len(high), fact) for fact in (ordered[0], spread, *screen))])


def _facts(table: pd.DataFrame) -> np.ndarray:
    """(n, 4 + len(STYLE) + len(TYPICAL)) float64 of each word: width, height, bytes, JPEG or not; what follows.

    The file is unknown where words were not measured on one.
    """
    kind = table["format"] if "format" in table else pd.Series("", table.index)
    jpeg = np.where(kind == "", np.nan, kind == "JPEG")
    size = [table[name].to_numpy(float) if name in table else np.full(len(table), np.nan) for name in SIZE]
    return np.column_stack([*size, jpeg, *(table[name].to_numpy(float) for name in (*STYLE, *TYPICAL))])


def _of_screen(facts: np.ndarray) -> list[float]:
    """Facts of a screen from those of its words: words, styles, size, channel, and the medians of `TYPICAL`."""
    width, height, size, jpeg = facts[0, :4]
    steps = np.round(np.nan_to_num(facts[:, 4 : 4 + len(STYLE)]) / list(STYLE.values()))
    styles = len(np.unique(steps, axis=0))
    with np.errstate(all="ignore"):
        density = np.log(size / (width * height))
    medians = [_median(column) for column in facts[:, 4 + len(STYLE) :].T]
    return [np.log(len(facts)), np.log(styles), width, height / width, jpeg, density, *medians]


def _median(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else np.nan
