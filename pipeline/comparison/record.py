"""The record of a run, written and read: a folder with configuration, versions, fingerprint, scores and figures."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from realfake.forensics.errors import BadTable, RealfakeError
from realfake.forensics.files import write_whole
from realfake.pipeline.extras import import_extra
from realfake.pipeline.learning.training_set import fingerprint
from realfake.pipeline.metrics.bootstrap import Scores
from realfake.pipeline.models.folder import FACTS
from realfake.pipeline.models.model import versions
from realfake.pipeline.tables.present import to_latex, to_markdown, with_figures
from realfake.pipeline.tables.table import Labelled, holds_words, labelled, read_table, write_table
from realfake.pipeline.verdicts import Verdict

RUN = ".run"  # ending of the folder, beside the metric table
SETTINGS = "settings.json"
EXPERIMENT = "realfake"  # in MLflow
LONGEST_PARAMETER = 500  # characters that every MLflow store takes
MLFLOW_FORBIDS = re.compile(r"[^\w\-./ ]")  # in names of figures


def write_record(
    folder: str | os.PathLike[str],
    settings: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    shown: Mapping[str, pd.DataFrame],
) -> None:
    """Write a run's settings with the versions of the libraries, and its tables.

    Parameters
    ----------
    folder : made where it does not exist; files of an earlier run are replaced
    settings : whatever JSON can hold
    tables : file name to table
    shown : name to a table of text, which is written as Markdown and as LaTeX

    Raises
    ------
    CannotWrite
        If the folder cannot be written.
    """
    folder = Path(folder)
    for name, table in tables.items():
        write_table(table, folder / name)
    texts = {SETTINGS: json.dumps(dict(settings) | {"versions": versions()}, indent=1, sort_keys=True, default=str)}
    for name, table in shown.items():
        texts |= {f"{name}.md": to_markdown(table), f"{name}.tex": to_latex(table)}
    for name, text in texts.items():
        write_whole(folder / name, (text.rstrip("\n") + "\n").encode())


def import_mlflow() -> Any:
    """MLflow, as `import_extra` finds it."""
    return import_extra("mlflow", "--mlflow needs MLflow", "mlflow")


def log_to_mlflow(folder: str | os.PathLike[str]) -> None:
    """Log a run's folder to MLflow: settings as parameters, figures by strategy, every file as an artifact.

    Where MLflow keeps it is MLflow's to know, or what MLFLOW_TRACKING_URI says.

    Raises
    ------
    MissingExtra
        If MLflow is not installed.
    RealfakeError
        If MLflow cannot keep the record.
    """
    mlflow = import_mlflow()
    folder = Path(folder)
    settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
    figures = pd.read_csv(folder / "metrics.csv")
    try:
        mlflow.set_experiment(EXPERIMENT)
        with mlflow.start_run(run_name=folder.stem):
            mlflow.log_params({name: str(value)[:LONGEST_PARAMETER] for name, value in settings.items()})
            mlflow.log_metrics(dict(_named_figures(figures)))
            mlflow.log_artifacts(str(folder))
    except mlflow.MlflowException as error:
        raise RealfakeError(
            f"MLflow did not take the record in {folder} ({error.message}); check MLFLOW_TRACKING_URI"
        ) from None


def _named_figures(figures: pd.DataFrame) -> Iterator[tuple[str, float]]:
    numbers = figures.select_dtypes("number")
    names = figures.drop(columns=[*numbers, "to_best"], errors="ignore").astype(str).agg(" ".join, axis=1)
    for name, row in zip(names, numbers.to_dict("records")):
        for figure, value in row.items():
            if value == value:
                yield MLFLOW_FORBIDS.sub("-", f"{name}/{figure}"), float(value)


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
        alarm=scores["verdict"] == Verdict.FAKE,
    )
    settings = facts["facts"] | facts["facts"]["data"] | {"decision": facts["decision"]}
    return Record(MODEL, folder, settings, metrics, scores, pd.DataFrame(), pd.DataFrame(), metrics)


def _json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise BadTable(f"{path} cannot be read ({error}); run the command that wrote it again") from None


def _table(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, encoding_errors="surrogateescape")
    except pd.errors.EmptyDataError:  # of a comparison of one strategy, which has no pairs
        return pd.DataFrame()
    except (OSError, ValueError) as error:
        raise BadTable(f"{path} cannot be read ({error}); run the command that wrote it again") from None
