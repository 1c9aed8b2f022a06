"""Template memory: what the lines of the apps that a company sees look like, learnt from its genuine screenshots.

Genuine screens are abundant. Screens of like sizes, fonts and colours make a template; within a template, words of
like height and colour make a style; of each style the memory keeps the habits: how soft its edges are, how thick its
strokes, where its baselines fall within a pixel, where its words begin and end. A word of a new screen is then told how
far it is from the habits of its style. A screen without a near template gets NaN, and a column that says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, no_type_check

import numpy as np
import pandas as pd

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.box import Box
from realfake.forensics.measurement import Feature, column_name
from realfake.forensics.text.direction import SIDEWAYS, UPRIGHT, Direction
from realfake.forensics.text.measurement import snapped

FAMILY = "memory"
NEAR = 0.5  # root mean square of a screen's distance from its template, in the steps of `SIGNATURE`
FEWEST_SCREENS, FEWEST_WORDS = 3, 6  # of other captures in a template, and of a style in it
STYLE_NEAR = 1.5  # root mean square of a word's distance from its style, in the steps of `STYLE`
FOLDS = 5  # memories that leave a capture's own screens out
LEAST_NEAR = 0.1  # share of words with a near template, below which a memory is not kept
EDGES = 64  # places where words begin or end that a style may have

SIGNATURE = (  # measurement of words, quantile over the screen, and the difference that makes another template
    ("height", 0.15, 0.06), ("height", 0.5, 0.06), ("height", 0.85, 0.06), ("aspect", 0.5, 0.06),
    ("stroke", 0.5, 0.1), ("layout__spacing__glyph_gap", 0.5, 0.03), ("ink__background__luma", 0.5, 12.0),
    ("ink__background__blue_red", 0.5, 8.0), ("ink__colour__red", 0.5, 16.0), ("ink__colour__green", 0.5, 16.0),
    ("ink__colour__blue", 0.5, 16.0), ("left", 0.15, 0.02),
)  # fmt: skip
STYLE = (  # measurement and the difference that makes another style
    ("height", 0.06), ("ink__colour__red", 16.0), ("ink__colour__green", 16.0), ("ink__colour__blue", 16.0),
    ("ink__background__luma", 12.0), ("ink__background__blue_red", 8.0),
)  # fmt: skip
HABITS = (  # measurement and the deviation that is noise whatever the habit
    ("height", 0.01), ("aspect", 0.05), ("stroke", 0.03), ("ink__stroke__weight", 0.01),
    ("ink__edge__softness", 0.05), ("ink__edge__softness_y", 0.05), ("ink__edge__anisotropy", 0.05),
    ("ink__coverage__mean", 0.02), ("ink__contrast__luma", 2.0), ("layout__spacing__glyph_gap", 0.02),
    ("layout__baseline__phase_sine", 0.1), ("layout__baseline__phase_cosine", 0.1), ("layout__baseline__spread", 0.05),
)  # fmt: skip
NEEDED = {"path", "label", "width", "region", "x", "region_width"}  # of a region table, besides measurements
SOURCE = "this program: template memory"


def memory_features() -> tuple[Feature, ...]:
    """The columns that a memory adds to a region table."""
    rows = [
        ("template__near", "0/1", "1 where the screen looks like screens that were seen before"),
        ("template__distance", "1", "distance of the screen from its nearest template"),
        ("style__distance", "1", "distance of the word's height and colours from the nearest style of the template"),
        ("edge__distance", "share of width", "distance of the word's nearer end from where words of its style end"),
        ("habit__largest", "deviations", "largest departure from a habit of the style"),
        ("habit__mean", "deviations", "root mean square departure from the habits of the style"),
        *(
            (f"habit__{_short(name)}", "deviations", f"departure of {_short(name)} from the style's habit")
            for name, _ in HABITS
        ),
    ]
    return tuple(Feature(column_name(FAMILY, name), FAMILY, unit, text, SOURCE, "full") for name, unit, text in rows)


@cache
def memory_columns() -> tuple[str, ...]:
    """Their names."""
    return tuple(entry.column for entry in memory_features())


@dataclass(frozen=True)
class StyleHabits:
    """A style of a template.

    Attributes
    ----------
    centre : (len(STYLE),) in steps
    median, spread : (len(HABITS),) of its words; the spread is 1.4826 times the median deviation, plus what is noise
    edges : where its words begin and end, as shares of the width, sorted
    """

    centre: np.ndarray
    median: np.ndarray
    spread: np.ndarray
    edges: np.ndarray


@dataclass(frozen=True)
class TemplateMemory:
    """Templates by their centres, (len(SIGNATURE),) in steps, with the styles of each."""

    centres: np.ndarray
    styles: tuple[tuple[StyleHabits, ...], ...]

    def columns(self, words: pd.DataFrame) -> pd.DataFrame:
        """The columns of `memory_features` for each row of a region table, NaN where no template is near."""
        told = self.told(seen_screens(words), np.ones(len(words), bool))
        return pd.DataFrame(told, words.index, list(memory_columns()))

    def told(self, seen: Screens, taken: np.ndarray) -> np.ndarray:
        """The columns of `memory_features` for words that are `taken`, (n,) bool: (taken words, columns) float64."""
        place = np.cumsum(taken) - 1
        found = np.full((int(taken.sum()), len(memory_columns())), np.nan)
        for screen in seen.among(taken):
            rows = seen.rows[screen]
            at = place[rows]
            distance = np.sqrt(np.mean((self.centres - seen.signatures[screen]) ** 2, axis=1))
            nearest = int(distance.argmin())
            found[at, 0] = float(distance[nearest] <= NEAR)
            found[at, 1] = distance[nearest]
            if distance[nearest] <= NEAR:
                found[at, 2:] = _departures(seen, rows, self.styles[nearest])
        return snapped(found)

    def joined(self, other: TemplateMemory | None) -> TemplateMemory:
        """The templates of both."""
        if other is None:
            return self
        return TemplateMemory(np.concatenate([self.centres, other.centres]), (*self.styles, *other.styles))

    def to_json(self) -> list[dict[str, object]]:
        """What `memory_from_json` reads back."""
        return [
            {"centre": centre.tolist(), "styles": [{k: v.tolist() for k, v in vars(s).items()} for s in styles]}
            for centre, styles in zip(self.centres, self.styles, strict=True)
        ]


def memory_from_json(values: list[dict[str, Any]]) -> TemplateMemory:
    """The inverse of `TemplateMemory.to_json`."""
    styles = tuple(tuple(StyleHabits(**{k: np.asarray(v) for k, v in s.items()}) for s in t["styles"]) for t in values)
    return TemplateMemory(np.array([t["centre"] for t in values], float), styles)


@dataclass(frozen=True)
class Screens:
    """What a memory looks at of the words of many screens: measured once, however many memories learn from parts of it.

    Attributes
    ----------
    rows : of each screen that has words, their numbers in the table
    signatures : (screens, len(SIGNATURE)) in steps
    points : (n, len(STYLE)) of each word, in steps
    facts : (n, len(HABITS)) of each word
    ends : (n, 2), where each word begins and ends, as shares of the width
    genuine : (n,) bool, words of screens that are known to be genuine
    """

    rows: tuple[np.ndarray, ...]
    signatures: np.ndarray
    points: np.ndarray
    facts: np.ndarray
    ends: np.ndarray
    genuine: np.ndarray

    def among(self, taken: np.ndarray) -> list[int]:
        """Numbers of the screens whose words are taken, (n,) bool."""
        return [i for i, rows in enumerate(self.rows) if taken[rows[0]]]


def seen_screens(words: pd.DataFrame) -> Screens:
    """The screens of a region table, which must hold them whole; none is genuine where it has no `label`."""
    seen = _seen(words)
    screens = list(_screens(words, seen))
    signatures = np.array([signature for _, signature in screens]).reshape(len(screens), len(SIGNATURE))
    genuine = words["label"].to_numpy(float) == 0 if "label" in words else np.zeros(len(words), bool)
    facts = seen[[name for name, _ in HABITS]].to_numpy(float)
    ends = seen[["left", "right"]].to_numpy(float)
    return Screens(tuple(rows for rows, _ in screens), signatures, _points(seen), facts, ends, genuine)


def learn_memory(seen: Screens, groups: np.ndarray, taken: np.ndarray) -> TemplateMemory | None:
    """Learn the templates of genuine screens.

    Parameters
    ----------
    seen : n words of screens
    groups : (n,) capture of each word: what several files of one capture show is one habit, not several
    taken : (n,) bool, the words to learn from; of these, those of genuine screens are

    Returns
    -------
    TemplateMemory or None
        None where no app was seen in `FEWEST_SCREENS` captures.
    """
    screens = seen.among(taken & seen.genuine)
    if len(screens) < FEWEST_SCREENS:
        return None
    signatures = seen.signatures[screens]
    template_of = _clusters(signatures, NEAR)
    centres, styles = [], []
    for template in range(template_of.max() + 1):
        mine = np.flatnonzero(template_of == template)
        if len(mine) >= FEWEST_SCREENS:  # a screen is of one capture
            rows = np.concatenate([seen.rows[screens[i]] for i in mine])
            found = tuple(_habits(seen, rows)) if len(np.unique(groups[rows])) >= FEWEST_SCREENS else ()
            if found:
                centres.append(np.median(signatures[mine], axis=0))
                styles.append(found)
    return TemplateMemory(np.array(centres), tuple(styles)) if centres else None


def cross_fitted_memory(
    seen: Screens, groups: np.ndarray, taken: np.ndarray
) -> tuple[np.ndarray | None, TemplateMemory | None]:
    """The memory columns of words to learn from, each by a memory without its own capture, and the memory of all.

    Parameters
    ----------
    seen, groups, taken : as in `learn_memory`

    Returns
    -------
    (taken words, columns) float64 and TemplateMemory, or None and None
        None where hardly any screen has a near template among the other captures: nothing could be learnt from it.
    """
    own = groups[taken]
    memory = learn_memory(seen, groups, taken) if len(np.unique(own)) >= FOLDS else None
    if memory is None:
        return None, None
    told = np.full((len(own), len(memory_columns())), np.nan)
    for tested, other in _left_out(seen, groups, taken, FOLDS):
        if other is not None:
            told[tested[taken]] = other.told(seen, tested)
    return (told, memory) if np.nan_to_num(told[:, 0]).mean() >= LEAST_NEAR else (None, None)


def _left_out(
    seen: Screens, groups: np.ndarray, taken: np.ndarray, folds: int
) -> Iterator[tuple[np.ndarray, TemplateMemory | None]]:
    """Words of each fold of captures, (n,) bool, and the memory of the other taken ones."""
    from sklearn.model_selection import GroupKFold

    at = np.flatnonzero(taken)
    for _, test in GroupKFold(folds).split(at, groups=groups[at]):
        tested = np.zeros(len(taken), bool)
        tested[at[test]] = True
        yield tested, learn_memory(seen, groups, taken & ~tested)


def remembering_too(
    memory: TemplateMemory, words: pd.DataFrame, groups: np.ndarray
) -> tuple[pd.DataFrame, TemplateMemory]:
    """A memory that has learnt the templates of further genuine screens, and what it says of these.

    Parameters
    ----------
    words : region table with `label`, genuine screens of which it knows none
    groups : (n,) capture of each row

    Returns
    -------
    DataFrame
        The columns of `memory_features` for each row, by a memory that has not learnt from its capture.
    TemplateMemory
        Which has learnt from all.
    """
    seen, groups, everything = seen_screens(words), np.asarray(groups), np.ones(len(words), bool)
    told = np.full((len(words), len(memory_columns())), np.nan)
    for tested, other in _left_out(seen, groups, everything, min(FOLDS, len(np.unique(groups)))):
        told[tested] = memory.joined(other).told(seen, tested)
    columns = pd.DataFrame(told, words.index, list(memory_columns()))
    return columns, memory.joined(learn_memory(seen, groups, everything))


def _habits(seen: Screens, rows: np.ndarray) -> Iterator[StyleHabits]:
    points, facts, ends = seen.points[rows], seen.facts[rows], seen.ends[rows]
    style_of = _clusters(points, STYLE_NEAR)
    counts = np.bincount(style_of)
    for style in np.flatnonzero(counts >= FEWEST_WORDS):
        mine = style_of == style
        median = _medians(facts[mine])
        spread = 1.4826 * _medians(np.abs(facts[mine] - median))
        edges = np.unique(np.round(ends[mine].ravel(), 3))
        every = max(1, len(edges) // EDGES)
        yield StyleHabits(np.median(points[mine], axis=0), median, spread + [n for _, n in HABITS], edges[::every])


def _medians(values: np.ndarray) -> np.ndarray:
    """Of the finite values of each column, (n, d) to (d,), as `_quantile` takes them; 0 where there are none."""
    ordered = np.sort(np.where(np.isfinite(values), values, np.nan), axis=0)  # what is missing stands last
    known = np.sum(np.isfinite(ordered), axis=0)
    column = np.arange(values.shape[1])
    low, high = ordered[np.maximum(known - 1, 0) // 2, column], ordered[known // 2, column]
    return np.where(known == 0, 0.0, high - (high - low) * 0.5)


def _departures(seen: Screens, at: np.ndarray, styles: tuple[StyleHabits, ...]) -> np.ndarray:
    """(len(at), columns after the template's) of words of a screen that has a near template."""
    points, facts, ends = seen.points[at], seen.facts[at], seen.ends[at]
    centres = np.array([style.centre for style in styles])
    distances = np.sqrt(np.mean((points[:, None] - centres) ** 2, axis=2))
    nearest = distances.argmin(axis=1)
    found = np.full((len(at), 4 + len(HABITS)), np.nan)
    found[:, 0] = distances.min(axis=1)
    near = found[:, 0] <= STYLE_NEAR
    for number in np.unique(nearest[near]):
        style, mine = styles[number], np.flatnonzero(near & (nearest == number))
        found[mine, 1] = np.abs(style.edges[:, None, None] - ends[mine]).min(axis=(0, 2))
        departures = (facts[mine] - style.median) / style.spread
        found[mine, 4:] = departures
        known = np.isfinite(departures)
        some = mine[known.any(axis=1)]
        sizes = np.where(known, departures, 0.0)[known.any(axis=1)]
        count = known.sum(axis=1)[known.any(axis=1)]
        found[some, 2] = np.abs(sizes).max(axis=1)
        found[some, 3] = np.sqrt(np.minimum(sizes**2, 100.0).sum(axis=1) / count)
    return found


def _screens(words: pd.DataFrame, seen: pd.DataFrame) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Row numbers and signature of each screen that has words."""
    real = words["region"].to_numpy() >= 0
    values = seen[[name for name, _, _ in SIGNATURE]].to_numpy(float)
    steps = np.array([step for _, _, step in SIGNATURE])
    for rows in words.groupby("path", sort=False).indices.values():
        at = np.asarray(rows)[real[rows]]
        if len(at):
            signature = [_quantile(values[at, i], q) for i, (_, q, _) in enumerate(SIGNATURE)]
            yield at, snapped(np.array(signature) / steps)


def _quantile(values: np.ndarray, share: float) -> float:
    """Of the finite values; 0 where there are none."""
    known = values[np.isfinite(values)]
    return float(np.quantile(known, share)) if len(known) else 0.0


def _seen(words: pd.DataFrame) -> pd.DataFrame:
    """The measurements of words that a memory looks at, sizes as shares of the screen's width."""
    left, right, width = _places(words)
    height = words["layout__glyph_height__log_median"].to_numpy(float)
    names = {name for name, *_ in (*SIGNATURE, *STYLE, *HABITS) if "__" in name}
    facts = words[sorted(names)].astype(float)
    with np.errstate(all="ignore"):
        stroke = np.log(np.maximum(words["ink__stroke__width"].to_numpy(float), 0.5))
    return facts.assign(
        height=height - np.log(width),
        aspect=words["layout__glyph_width__log_median"].to_numpy(float) - height,
        stroke=stroke - height,
        left=left / width,
        right=right / width,
    )


def _places(words: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Left and right edge of each word and width of its screen, in pixels of the screen as it is read."""
    left, right = (words["x"] + part for part in (0, words["region_width"]))
    found = np.array([left, right, words["width"]], float)
    if "direction" not in words:  # of an earlier version, whose screens were read as they are stored
        return found[0], found[1], found[2]
    for turn in np.unique(words["direction"][words["direction"] > UPRIGHT]):
        mine = (words["direction"] == turn).to_numpy()
        facts = words.loc[mine, ["x", "y", "region_width", "region_height", "width", "height"]].to_numpy(int)
        boxes = [Direction(int(turn)).read(Box(*fact[:4]), fact[4], fact[5]) for fact in facts]
        found[0, mine], found[1, mine] = [box.x for box in boxes], [box.right for box in boxes]
        found[2, mine] = facts[:, 5 if turn in SIDEWAYS else 4]
    return found[0], found[1], found[2]


def _points(seen: pd.DataFrame) -> np.ndarray:
    steps = np.array([step for _, step in STYLE])
    return snapped(np.nan_to_num(seen[[name for name, _ in STYLE]].to_numpy(float) / steps))


def _clusters(points: np.ndarray, near: float) -> np.ndarray:
    """Clusters whose members are about `near` (root mean square) apart: the number of each point, (n,) int, no gaps.

    Each point in turn joins the nearest centre, the first of equally near ones, where the cluster then stays that
    narrow, and else begins one: the leaves of BIRCH (Zhang, Ramakrishnan and Livny 1996) without the tree above them.
    scikit-learn's takes distances from matrix products, whose last bits differ between processors; so do its clusters.
    """
    nearest = _nearest_centres(np.ascontiguousarray(points, np.float64), near * near * points.shape[1])
    return np.unique(nearest, return_inverse=True)[1]  # a centre that moved may have lost all its points


@compiled
@no_type_check
def _nearest_centres(points, widest):
    """(n,) int: the centre nearest to each point, (n, d), of clusters of a mean squared distance up to `widest`."""
    n, d = points.shape
    centres, counts, squares = np.empty((n, d)), np.zeros(n), np.zeros(n)
    found, nearest = 0, np.zeros(n, np.intp)
    for settled in range(2):  # the centres move while clusters form, and stand still when points are given to them
        for i in range(n):
            best, least = 0, np.inf
            for k in range(found):
                distance = 0.0
                for j in range(d):
                    distance += (points[i, j] - centres[k, j]) ** 2
                if distance < least:
                    best, least = k, distance
            if settled:
                nearest[i] = best
                continue
            wider = squares[best] + least * counts[best] / (counts[best] + 1) if found else np.inf
            if wider > widest * (counts[best] + 1):
                best, wider = found, 0.0
                centres[best] = points[i]
                found += 1
            squares[best] = wider
            counts[best] += 1
            for j in range(d):
                centres[best, j] += (points[i, j] - centres[best, j]) / counts[best]
    return nearest


def _short(column: str) -> str:
    return "_".join(column.split("__")[1:]) if "__" in column else column
