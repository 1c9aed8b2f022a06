"""A frozen model on labelled images: its figures, whole and by slice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from forensics.errors import BadTable
from pipeline import metrics
from pipeline.model import ERROR, Model
from pipeline.table import groups, labels, table_name
from pipeline.thresholds import FAKE, REVIEW
from pipeline.train import figures_with_intervals

ALL = "all"


def evaluate(model: Model, table: pd.DataFrame, by: Sequence[str] = (), seed: int = 0) -> pd.DataFrame:
    """The figures of a model at its stored thresholds.

    A slice holds the rows with one value of a column. Where no genuine image has that value (the tool of a forgery),
    its fakes stand against the genuine images without a value. A value that only genuine images have (an editor that
    saved without an edit) is a slice of false alarms alone.

    Parameters
    ----------
    table : feature table with labels
    by : columns to slice by
    seed : of the group bootstrap

    Returns
    -------
    DataFrame
        One row for all images and one per slice: `slice`, `value`, counts (`abstained`: images that could not be
        measured, which are in no figure), figures with `_low` and `_high` bounds; NaN where a class is missing or too
        small for the figure.

    Raises
    ------
    BadTable
        If a column or the labels are missing.
    BadModel
        If the table lacks a column of the model.
    """
    unknown = [column for column in by if column not in table]
    if unknown:
        raise BadTable(f"{table_name(table)} has no column {unknown[0]!r} to slice by; add it to the manifest")
    model.warn_of_other_circumstances(table)
    y, group = labels(table), groups(table)
    scores = model.scores(table)
    slices = [(ALL, "", np.ones(len(y), bool)), *(s for column in by for s in _slices(column, table[column], y))]
    named = [({"slice": name, "value": value}, rows) for name, value, rows in slices]
    return pd.DataFrame([name | _figures(model, y[rows], group[rows], scores[rows], seed) for name, rows in named])


def _slices(column: str, values: pd.Series, y: np.ndarray) -> list[tuple[str, str, np.ndarray]]:
    text = values.fillna("").astype(str).to_numpy()
    return [(column, value, _slice(text, value, y)) for value in sorted(set(text) - {""})]


def _slice(text: np.ndarray, value: str, y: np.ndarray) -> np.ndarray:
    rows = text == value
    return rows if np.any(rows & (y == 0)) else rows | ((text == "") & (y == 0))


def _figures(model: Model, y: np.ndarray, group: np.ndarray, scores: np.ndarray, seed: int) -> dict[str, object]:
    verdicts = model.verdicts(scores)
    read = verdicts != ERROR
    counts: dict[str, object] = {
        "images": len(y), "fakes": int((y == 1).sum()), "genuine": int((y == 0).sum()), "abstained": int((~read).sum()),
        "review_fakes": int(((verdicts == REVIEW) & (y == 1)).sum()),
        "review_genuine": int(((verdicts == REVIEW) & (y == 0)).sum()),
        "prevalence": float(np.mean(y[read])) if read.any() else np.nan,
    }  # fmt: skip
    if not read.any():
        return counts
    run = metrics.Scores(y[read], scores[read], verdicts[read] == FAKE, model.probabilities(scores[read]))
    figures = figures_with_intervals(run, group[read], seed)
    if 0 < run.y.mean() < 1:
        return counts | figures
    meaningful = "recall" if run.y.all() else "fpr"  # of one class alone, only the share of alarms means something
    known = {name for name in figures if name.startswith(meaningful) and "_at_" not in name}
    return counts | {name: figures[name] if name in known else np.nan for name in figures}
