"""The record of a run as it stands on disk, read back for a report."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from realfake.forensics.errors import BadTable
from realfake.pipeline.comparison.compare import RUN
from realfake.pipeline.comparison.experiment import SETTINGS
from realfake.pipeline.learning.training_set import fingerprint
from realfake.pipeline.metrics import Scores
from realfake.pipeline.models.model import FACTS
from realfake.pipeline.tables.present import with_figures
from realfake.pipeline.tables.table import Labelled, holds_words, labelled, read_table

COMPARISON, MODEL, TRANSFER = "comparison", "model", "transfer"
AXES = ("imbalance", "laundering")


@dataclass(frozen=True)
class Record:
    """What a run left behind.

    Attributes
    ----------
    kind : "comparison", "model", "transfer", "imbalance" or "laundering"
    path : folder
    settings : configuration, seeds and the facts of the data
    metrics : one row per strategy that could be fitted, and per rung where there are several
    table : as `metrics`, with the strategies that could not
    scores : one row per strategy, repeat and image; empty for kinds that have none of their own
    pairs, decisions : as in a Comparison; empty where there are none
    """

    kind: str
    path: Path
    settings: dict[str, Any]
    metrics: pd.DataFrame
    scores: pd.DataFrame
    pairs: pd.DataFrame
    decisions: pd.DataFrame
    table: pd.DataFrame

    def runs(self, strategy: str) -> list[Scores]:
        """The scores of a strategy, one entry per repeat."""
        mine = self.scores[self.scores["strategy"] == strategy]
        return [
            Scores(*(part[column].to_numpy() for column in ("label", "score", "alarm", "probability")))
            for _, part in mine.groupby("repeat")
        ]

    def data(self) -> Labelled | None:
        """The feature table behind the run, or None where it is not there any more or has changed."""
        path = Path(str(self.settings.get("table", "")))
        if not path.is_file():
            return None
        table = read_table(path)
        if holds_words(table):  # of which a page shows no images
            return None
        data = labelled(table)
        return data if fingerprint(data) == self.settings.get("sha256") else None


def read_record(path: str | os.PathLike[str]) -> Record:
    """Read what `realfake compare` or `realfake train` left.

    Parameters
    ----------
    path : metric table of a comparison, its folder `.run`, or the folder of a model

    Raises
    ------
    BadTable
        If there is no record.
    """
    folder = Path(path).with_suffix(RUN) if Path(path).is_file() else Path(path)
    if (folder / FACTS).is_file():
        return _model_record(folder)
    if not (folder / SETTINGS).is_file():
        raise BadTable(f"{path} has no record in {folder}; give what `realfake compare -o` or `realfake train` wrote")
    settings = _json(folder / SETTINGS)
    metrics = _table(folder / "metrics.csv")
    kind = next((axis for axis in AXES if axis in metrics.columns), TRANSFER if "tested" in settings else COMPARISON)
    scores, pairs, decisions = (
        _table(folder / name) if (folder / name).is_file() else pd.DataFrame()
        for name in ("scores.csv", "pairs.csv", "decisions.csv")
    )
    return Record(kind, folder, settings, with_figures(metrics), scores, pairs, decisions, metrics)


def _model_record(folder: Path) -> Record:
    facts = _json(folder / FACTS)
    metrics, scores = _table(folder / "metrics.csv"), _table(folder / "out_of_fold.csv")
    scores = scores.assign(
        strategy=facts["strategy"],
        repeat=0,
        fold=0,
        row=np.arange(len(scores)),
        alarm=scores["verdict"] == "fake",
    )
    settings = facts["facts"] | facts["facts"]["data"] | {"decision": facts["decision"]}
    return Record(MODEL, folder, settings, metrics, scores, pd.DataFrame(), pd.DataFrame(), metrics)


def _json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise BadTable(f"{path} cannot be read ({error}); run the command that wrote it again") from None


def _table(path: Path, nrows: int | None = None) -> pd.DataFrame:
    try:
        return pd.read_csv(path, nrows=nrows, float_precision="round_trip", encoding_errors="surrogateescape")
    except pd.errors.EmptyDataError:  # of a comparison of one strategy, which has no pairs
        return pd.DataFrame()
    except (OSError, ValueError) as error:
        raise BadTable(f"{path} cannot be read ({error}); run the command that wrote it again") from None
