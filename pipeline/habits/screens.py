"""The facts of a table, screen by screen: what habits are learnt from and held against."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from realfake.forensics.box import Box
from realfake.forensics.content.receipt import Receipt
from realfake.forensics.content.relations import CODE, FACTS, STATIC, facts
from realfake.forensics.errors import BadTable
from realfake.pipeline.tables.table import table_name

TIMES = ("date", "time", "moment")  # kinds of values that tell when
SURE = 0.8  # confidence of the reader below which a value is not judged
PLACE = ("field", "x", "y", "region_width", "region_height", "confidence")
NEEDED = {"path", *FACTS}  # columns of a table of facts


@dataclass(frozen=True)
class Fact:
    """A value, a static text or a code on a screen, without what it says.

    Attributes
    ----------
    field : the number of the value on its receipt, -1 of what is no value
    name, kind, pattern : as `realfake.forensics.content.relations.facts` says
    box : pixels
    confidence : of the reader, 0..1, NaN where it does not say
    relations : that hold on this receipt
    """

    field: int
    name: str
    kind: str
    box: Box
    confidence: float
    pattern: str
    relations: frozenset[str]

    @property
    def sure(self) -> bool:
        """Whether the reader was sure enough for the value to be judged."""
        return not self.confidence < SURE


@dataclass(frozen=True)
class Screen:
    """One screen.

    Attributes
    ----------
    path, app : of the image; "" where the app is not known
    width : pixels
    capture : equal for files of one capture
    """

    path: str
    app: str
    width: float
    capture: int
    facts: tuple[Fact, ...]

    @cached_property
    def named(self) -> dict[str, Fact]:
        """The first value of each name."""
        found: dict[str, Fact] = {}
        for fact in self.facts:
            if fact.field >= 0 and fact.name and fact.kind not in (STATIC, CODE):
                found.setdefault(fact.name, fact)
        return found

    @cached_property
    def statics(self) -> dict[str, Fact]:
        """Texts that stand on the screen once."""
        names = [fact.name for fact in self.facts if fact.kind == STATIC]
        return {fact.name: fact for fact in self.facts if fact.kind == STATIC and names.count(fact.name) == 1}

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Dialects of the codes."""
        return tuple(sorted(fact.name for fact in self.facts if fact.kind == CODE))

    def place(self, fact: Fact) -> float:
        """The left edge as a share of the screen's width."""
        return fact.box.x / self.width


def screens_of(table: pd.DataFrame, groups: np.ndarray | None = None) -> list[Screen]:
    """The screens of a table of facts, in the order of its rows.

    Parameters
    ----------
    table : the columns of `facts` with `path` and `width`, perhaps `app`
    groups : (n,) capture of each row; each path is its own where None

    Raises
    ------
    BadTable
        If a column is lacking, or holds text in place of numbers.
    """
    lacking = sorted(NEEDED - set(table.columns))
    if lacking:
        raise BadTable(f"{table_name(table)} has no column {lacking[0]!r}; extract it with --level field")
    captures = pd.factorize(table["path"])[0] if groups is None else np.asarray(groups)
    apps = _texts(table["app"]) if "app" in table else [""] * len(table)
    widths = _numbers(table, "width") if "width" in table else np.full(len(table), np.nan)
    right = _numbers(table, "x") + _numbers(table, "region_width")
    every = list(_facts(table))
    found = []
    for path, rows in table.groupby("path", sort=False).indices.items():
        at = [int(row) for row in rows if every[row] is not None]
        known = tuple(fact for row in at if (fact := every[row]) is not None)
        width = float(widths[rows[0]])
        if not width > 0:
            width = max(1.0, float(np.nanmax(right[at], initial=0.0)))
        found.append(Screen(str(path), apps[rows[0]], width, int(captures[rows[0]]), known))
    return found


def screen_of(receipt: Receipt | None, dialects: Sequence[str] = ()) -> Screen:
    """The screen of a receipt that was read; empty where nothing was."""
    told = facts(receipt or Receipt(), dialects).assign(path="", width=receipt.size[0] if receipt else 0)
    return next(iter(screens_of(told)), Screen("", "", 1.0, 0, ()))


def once_a_capture(screens: Iterable[Screen]) -> list[Screen]:
    """Of the files of each capture the first, as several copies of one receipt tell no more than it does."""
    found: dict[int, Screen] = {}
    for screen in screens:
        found.setdefault(screen.capture, screen)
    return list(found.values())


def _facts(table: pd.DataFrame) -> Iterable[Fact | None]:
    """A fact for each row, None for rows without one, as of screens on which nothing was read."""
    columns = [_texts(table[name]) for name in ("called", "kind", "pattern", "relations")]
    numbers = np.stack([_numbers(table, name) for name in PLACE], axis=1)
    for (name, kind, shown, relations), (field, *box, confidence) in zip(zip(*columns), numbers, strict=True):
        if not kind or not np.isfinite([field, *box]).all():
            yield None
            continue
        yield Fact(int(field), name, kind, Box(*map(int, box)), float(confidence), shown, frozenset(relations.split()))


def _numbers(table: pd.DataFrame, name: str) -> np.ndarray:
    try:
        return table[name].to_numpy(float)
    except (ValueError, TypeError):
        raise BadTable(f"{table_name(table)} has text in the column {name!r}; extract the table again") from None


def _texts(cells: pd.Series) -> list[str]:
    return ["" if cell is None or cell != cell else str(cell) for cell in cells]
