"""The record of a run: a folder with configuration, seeds, versions, the data's fingerprint, scores and figures."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from realfake.forensics.errors import RealfakeError
from realfake.forensics.files import write_whole
from realfake.pipeline.extras import import_extra
from realfake.pipeline.models.model import versions
from realfake.pipeline.tables.present import to_latex, to_markdown
from realfake.pipeline.tables.table import write_table

SETTINGS = "settings.json"
EXPERIMENT = "realfake"  # in MLflow
LONGEST_PARAMETER = 500  # characters that every MLflow store takes
MLFLOW_FORBIDS = re.compile(r"[^\w\-./ ]")  # in names of figures


def write_experiment(
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
