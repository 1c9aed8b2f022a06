"""Habits: what the genuine receipts of each template always do, and what of it a receipt contradicts.

Learnt from genuine screens alone. A habit is a length, an alphabet, a form of writing, a sum, a time inside an
identifier, the width of its signs, the place of a text or the dialect of a code. What one misread sign explains is no
contradiction, and neither is what breaks a habit that was seen too rarely. How much a contradiction surprises is
measured, not believed: as often as genuine receipts contradicted habits of its kind that were learnt without them.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from realfake.forensics.errors import BadTable, UnknownName
from realfake.forensics.measurement import Feature, column_name
from realfake.forensics.text.measurement import snapped
from realfake.pipeline.habits.grammar import FEWEST
from realfake.pipeline.habits.habit import (
    AGREES,
    CONTRADICTS,
    DOUBTFUL,
    KINDS,
    SUPPORT,
    UNSURE,
    Finding,
    Habit,
    in_words,
)
from realfake.pipeline.habits.judging import reading_of, said_to
from realfake.pipeline.habits.learning import habits_of
from realfake.pipeline.habits.screens import Fact, Screen, once_a_capture, screens_of
from realfake.pipeline.habits.templates import Template, find_templates, nearest_template
from realfake.pipeline.settings import HABITS as FAMILY
from realfake.pipeline.tables.table import groups, labels, table_name

SOURCE = "this program: habits of an app"
MOST_UNSURE = 0.25  # -log10 p
BROKEN = 0.002  # share of judgements in which genuine receipts contradict a habit, as long as the table does not tell
PRIOR, OWN = 100, 20  # judgements that this counts for beside those of all habits of a kind, and these beside its own
RARE_ENOUGH = 0.025  # of genuine receipts that do the same: a contradiction is no rarer
FOLDS = 5  # habits that leave a capture's own receipts out


@dataclass(frozen=True)
class Habits:
    """The habits of templates.

    Attributes
    ----------
    templates : by their texts
    habits : of all of them
    rates : kind and status to how often genuine receipts had it towards habits learnt without them, and trials
    broken : share of judgements in which genuine receipts are expected to contradict a habit, 0..1; beside the rates it
        counts as `PRIOR` judgements
    """

    templates: tuple[Template, ...]
    habits: tuple[Habit, ...]
    rates: dict[str, tuple[int, int]]
    broken: float = BROKEN

    def judge(self, screen: Screen) -> tuple[int, list[Finding]]:
        """The template of a screen, -1 where it has none, and what the screen says to each habit that it could have."""
        template, _ = nearest_template(screen, self.templates)
        mine = [habit for habit in self.habits if habit.template == template]
        reading = reading_of(mine)
        judged = [habit for habit in mine if habit.kind in KINDS]
        known = [(habit, *said) for habit in judged if (said := said_to(habit, screen, reading))]
        return template, [self._graded(habit, status, facts) for habit, status, facts in known]

    def _graded(self, habit: Habit, status: str, facts: tuple[Fact, ...]) -> Finding:
        """A finding with its surprise; one that contradicts is doubtful where the habit is too weak for that."""
        surprise = self.surprise(habit, CONTRADICTS if status == DOUBTFUL else status)
        weak = habit.support < SUPPORT[habit.kind] or surprise < -math.log10(RARE_ENOUGH)
        if status == DOUBTFUL or (status == CONTRADICTS and weak):
            return Finding(habit, DOUBTFUL, facts, min(surprise, math.log10(habit.support + 2)))
        return Finding(habit, status, facts, surprise)

    def surprise(self, habit: Habit, status: str) -> float:
        """-log10 of how often genuine receipts have this status towards such a habit; 0 where it agrees.

        That is the mean of a Beta distribution: how often habits of its kind were broken in folds, beside `broken`, is
        what is expected before its own support and exceptions are counted. It is not below the p-value of the habit
        itself. What a misread sign explains is no more than `MOST_UNSURE`, however rarely the reader erred before.
        """
        if status == AGREES:
            return 0.0
        count, trials = self.rates.get(f"{habit.kind}:{status}", (0, 0))
        usual = (count + PRIOR * self.broken) / (trials + PRIOR)
        rate = (habit.exceptions + OWN * usual) / (habit.support + habit.exceptions + OWN)
        rarity = -math.log10(max(rate, habit.p_value) if habit.p_value == habit.p_value else rate)
        return min(rarity, MOST_UNSURE) if status == UNSURE else rarity

    def columns(self, table: pd.DataFrame) -> pd.DataFrame:
        """The columns of `habit_features` for each image of a table of facts, with its `path`."""
        rows = [{"path": screen.path} | self.summary(screen) for screen in screens_of(table)]
        return pd.DataFrame(rows, columns=["path", *(entry.column for entry in habit_features())])

    def summary(self, screen: Screen) -> dict[str, float]:
        """The columns of `habit_features` for one screen."""
        template, findings = self.judge(screen)
        return summary_of(template, findings)

    def without(self, ids: Collection[str]) -> Habits:
        """The same without some habits.

        Raises
        ------
        UnknownName
            If there is none of such an id.
        """
        known = {habit.id for habit in self.habits}
        strange = sorted(set(ids) - known)
        if strange:
            raise UnknownName(f"there is no habit {strange[0]!r}; `realfake habits` lists them with their ids")
        return replace(self, habits=tuple(habit for habit in self.habits if habit.id not in ids))

    def table(self) -> pd.DataFrame:
        """One row a habit: id, kind, rule in words, support, exceptions and p-value."""
        rows = [
            (habit.id, habit.kind, in_words(habit), habit.support, habit.exceptions, habit.p_value)
            for habit in self.habits
        ]
        return pd.DataFrame(rows, columns=["id", "kind", "rule", "support", "exceptions", "p_value"])

    def to_json(self) -> dict[str, Any]:
        """What `habits_from_json` reads back."""
        habits = [asdict(habit) | {"p_value": _json_number(habit.p_value)} for habit in self.habits]
        rates = {name: list(counts) for name, counts in self.rates.items()}
        templates = [asdict(template) for template in self.templates]
        return {"templates": templates, "habits": habits, "rates": rates, "broken": self.broken}


def habits_from_json(values: Mapping[str, Any]) -> Habits:
    """The inverse of `Habits.to_json`."""
    habits = []
    for stored in values["habits"]:
        p_value = math.nan if stored["p_value"] is None else float(stored["p_value"])
        texts = {name: tuple(map(str, stored[name])) for name in ("what", "within")}
        lines = tuple(map(float, stored.get("first_lines", ())))
        habits.append(Habit(**{**stored, **texts, "first_lines": lines, "p_value": p_value}))
    rates = {str(name): (int(count), int(trials)) for name, (count, trials) in values["rates"].items()}
    templates = tuple(Template(**template) for template in values["templates"])
    return Habits(templates, tuple(habits), rates, float(values.get("broken", BROKEN)))


def habit_features() -> tuple[Feature, ...]:
    """The columns that habits add to an image."""
    rows = [
        ("template__near", "0/1", "1 where the screen is of a template whose genuine receipts were seen"),
        ("known__count", "count", "habits that the receipt could have"),
        ("contradicted__count", "count", "habits that it contradicts"),
        ("doubtful__count", "count", "habits that it lacks and that were seen too rarely to contradict it"),
        ("unsure__count", "count", "habits that it lacks as one misread sign explains"),
        ("surprise__largest", "-log10 p", "rarest contradiction among genuine receipts"),
        (
            "surprise__sum",
            "-log10 p",
            "sum over the values that contradict a habit, each with its rarest, and the rarest doubt",
        ),
    ]
    for kind, meaning in KINDS.items():
        rows.append((f"{kind}__known", "count", f"habits of the kind {kind} that the receipt could have"))
        rows.append((f"{kind}__contradicted", "count", f"habits contradicted, doubtfully or not, by {meaning}"))
    return tuple(Feature(column_name(FAMILY, name), FAMILY, unit, text, SOURCE, "full") for name, unit, text in rows)


def summary_of(template: int, findings: Sequence[Finding]) -> dict[str, float]:
    """The columns of `habit_features` of one screen; counts of contradictions are NaN where no habit is known."""
    statuses = Counter(finding.status for finding in findings)
    worst: dict[object, float] = defaultdict(float)
    weak = 0.0  # what is unsure or doubtful on one screen has one cause more often than many: it does not add up
    for finding in findings:
        if finding.status == CONTRADICTS:
            owner = "" if finding.habit.kind == "sum" else finding.habit.name  # a sum is told by each of its amounts
            worst[owner] = max(worst[owner], finding.surprise)
        else:
            weak = max(weak, finding.surprise)
    known = bool(findings)
    values = [
        float(template >= 0),
        float(len(findings)),
        float(statuses[CONTRADICTS]) if known else math.nan,
        float(statuses[DOUBTFUL]) if known else math.nan,
        float(statuses[UNSURE]) if known else math.nan,
        max([*worst.values(), weak]) if known else math.nan,
        sum(worst.values()) + weak if known else math.nan,
    ]
    for kind in KINDS:
        mine = [finding.status in (DOUBTFUL, CONTRADICTS) for finding in findings if finding.habit.kind == kind]
        values += [float(len(mine)), float(sum(mine)) if mine else math.nan]
    names = [entry.column for entry in habit_features()]
    return dict(zip(names, map(float, snapped(np.array(values))), strict=True))


def learn_habits(table: pd.DataFrame, captures: np.ndarray | None = None, broken: float = BROKEN) -> Habits | None:
    """Learn the habits of genuine receipts.

    Parameters
    ----------
    table : facts with `path` and `label`, perhaps `app`; only genuine images are looked at
    captures : (n,) of each row: copies of one receipt count once; the paths where None
    broken : share of judgements in which genuine receipts are expected to contradict a habit, until the table tells;
        the larger it is, the less a contradiction surprises

    Returns
    -------
    Habits or None
        None where no template was seen in `FEWEST` captures.
    """
    from sklearn.model_selection import GroupKFold

    screens = genuine_screens(table, captures)
    learnt = _learnt(screens)
    if learnt is None:
        return None
    owners = np.array([screen.capture for screen in screens])
    rates: Counter[str] = Counter()
    trials: Counter[str] = Counter()
    if len(np.unique(owners)) >= FOLDS:
        for train, test in GroupKFold(FOLDS).split(owners, groups=owners):
            other = _learnt([screens[i] for i in train])
            for screen in once_a_capture(screens[i] for i in test) if other else ():
                for finding in other.judge(screen)[1] if other else ():
                    trials[finding.habit.kind] += 1
                    status = CONTRADICTS if finding.status == DOUBTFUL else finding.status
                    rates[f"{finding.habit.kind}:{status}"] += 1
    counted = {f"{k}:{s}": (rates[f"{k}:{s}"], trials[k]) for k in KINDS for s in (UNSURE, CONTRADICTS) if trials[k]}
    return replace(learnt, rates=counted, broken=broken)


def learn_from(table: pd.DataFrame) -> Habits:
    """Learn the habits of the genuine images of a table, by its groups where it has them.

    Raises
    ------
    BadTable
        If it has no labels or facts, or no app has enough genuine receipts.
    """
    known = table.assign(label=labels(table))
    grouped = "group" in table and table["group"].notna().any()
    habits = learn_habits(known, groups(table) if grouped else None)
    if habits is None:
        raise _too_few(table)
    return habits


def _too_few(table: pd.DataFrame) -> BadTable:
    few = f"no app has {FEWEST} genuine receipts of different captures with the same texts"
    return BadTable(f"{table_name(table)} teaches no habits: {few}; read more of them or leave the table out")


def genuine_screens(table: pd.DataFrame, captures: np.ndarray | None = None) -> list[Screen]:
    """The screens of a table that are labelled genuine."""
    genuine = np.flatnonzero(table["label"].to_numpy(float) == 0)
    every = pd.factorize(table["path"])[0] if captures is None else np.asarray(captures)
    return screens_of(table.iloc[genuine], every[genuine])


def cross_fitted_habits(table: pd.DataFrame, captures: np.ndarray) -> tuple[pd.DataFrame | None, Habits | None]:
    """The habit columns of images to learn from, each by habits without its own capture, and the habits of all.

    Returns
    -------
    DataFrame and Habits, or None and None
        None where no template was seen often enough.
    """
    from sklearn.model_selection import GroupKFold

    if len(np.unique(captures)) < FOLDS:
        return None, None
    habits = learn_habits(table, captures)
    if habits is None:
        return None, None
    names = ["path", *(entry.column for entry in habit_features())]
    parts = []
    for train, test in GroupKFold(FOLDS).split(table, groups=captures):
        other = learn_habits(table.iloc[train], captures[train])
        judged = other.columns(table.iloc[test]) if other else pd.DataFrame({"path": table["path"].iloc[test].unique()})
        parts.append(judged.reindex(columns=names))
    return pd.concat(parts, ignore_index=True), habits


def with_habits(images: pd.DataFrame, table: pd.DataFrame) -> tuple[pd.DataFrame, Habits]:
    """Join the habit columns to a feature table, each image judged by habits that its group did not teach.

    Parameters
    ----------
    images : feature table with labels, one row an image
    table : facts of the same images; labels, groups and apps are those of `images`

    Returns
    -------
    DataFrame
        `images` with the columns of `habit_features`, NaN where nothing was read.
    Habits
        Learnt from all genuine images, for new ones.

    Raises
    ------
    BadTable
        If the tables do not name the same images, or no app has enough genuine receipts.
    """
    known = images.assign(group=groups(images))[["path", "label", "group", *(["app"] if "app" in images else [])]]
    strange = [path for path in table["path"].unique() if path not in set(known["path"])]
    if strange:
        what = f"{table_name(table)} has facts of {len(strange)} images that {table_name(images)} lacks"
        raise BadTable(f"{what}, the first {strange[0]}; extract both from the same manifest")
    told = table.drop(columns=["label", "group", "app"], errors="ignore").merge(known, on="path", validate="m:1")
    told.attrs |= table.attrs
    columns, habits = cross_fitted_habits(told.assign(label=labels(told)), told["group"].to_numpy())
    if columns is None or habits is None:
        raise _too_few(table)
    kept = images[[name for name in images.columns if not str(name).startswith(f"{FAMILY}__")]]
    joined = kept.merge(columns, on="path", how="left", validate="m:1")
    joined.attrs |= images.attrs
    return joined, habits


def _learnt(screens: Sequence[Screen]) -> Habits | None:
    """Templates and habits of genuine screens, without rates."""
    chosen = once_a_capture(screens)
    templates, owner = find_templates(chosen)
    habits: list[Habit] = []
    kept: list[Template] = []
    for number, template in enumerate(templates):
        mine = [chosen[i] for i in np.flatnonzero(owner == number)]
        if len(mine) >= FEWEST:
            found = habits_of(mine, len(kept))
            habits += [replace(habit, id=f"{template.name}/{habit.id}") for habit in found]
            kept.append(template)
    return Habits(tuple(kept), tuple(habits), {}) if kept else None


def _json_number(value: float) -> float | None:
    return None if math.isnan(value) else value
