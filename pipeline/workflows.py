"""The public workflows: what a command does, a notebook does with one call and the same words."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import pandas as pd

from realfake.pipeline.progress import Progress, silent
from realfake.pipeline.settings import (
    Workers,
)

if TYPE_CHECKING:
    from realfake.pipeline.extraction.bulk import Summary

PathLike = str | os.PathLike[str]
Paths = PathLike | Sequence[PathLike]
STDOUT = "-"


def extract(
    paths: Paths = (),
    output: PathLike | None = None,
    *,
    manifest: PathLike | None = None,
    families: str | Sequence[str] = "full",
    level: Literal["image", "region"] = "image",
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> pd.DataFrame | Summary:
    """Measure images into a feature table, one row an image or one row a word."""
