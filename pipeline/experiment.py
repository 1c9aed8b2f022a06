"""The record of a run: a folder with configuration, seeds, versions, the data's fingerprint, scores and figures."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from forensics.errors import BadTable
from pipeline.model import versions
from pipeline.table import write_table

SETTINGS = "settings.json"


def write_experiment(
    folder: str | os.PathLike[str], settings: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]
) -> None:
    """Write a run's settings with the versions of the libraries, and its tables.

    Parameters
    ----------
    folder : made where it does not exist; files of an earlier run are replaced
    settings : whatever JSON can hold
    tables : file name to table

    Raises
    ------
    BadTable
        If the folder cannot be written.
    """
    folder = Path(folder)
    for name, table in tables.items():
        write_table(table, folder / name)
    text = json.dumps(dict(settings) | {"versions": versions()}, indent=1, sort_keys=True, default=str) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        scratch = folder / f".{SETTINGS}.{os.getpid()}"
        scratch.write_text(text, encoding="utf-8")
        os.replace(scratch, folder / SETTINGS)
    except OSError as error:
        raise BadTable(f"{folder} cannot be written: {error.strerror}; choose a folder that is yours") from None
