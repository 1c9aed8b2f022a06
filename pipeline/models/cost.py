"""What a model costs for one image, measured on some of the images that it learnt from."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pandas as pd

from realfake.forensics.limited import Limits
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.extraction.workers import measured
from realfake.pipeline.models.judged import Judge
from realfake.pipeline.models.model import Model
from realfake.pipeline.tables.cells import Row

IMAGES = 8  # that are measured, after one that is not counted: it loads what all need
LIMITS = Limits(timeout=60.0)
MEGAPIXEL = 1e6


@dataclass(frozen=True)
class Timed:
    """The work of scoring a file, with the CPU time that it takes; picklable."""

    model: Model

    def __call__(self, path: str) -> list[Row]:
        judge = Judge(self.model, None, None, None)
        begun = time.process_time()
        told = judge.prediction(path)
        return [told | {"error": "", "seconds": time.process_time() - begun}]


def cost_of(model: Model, table: pd.DataFrame) -> str:
    """CPU time to measure, score and explain one image with this model, in one sentence.

    Parameters
    ----------
    table : that it learnt from; its images are measured as far as they are still there

    Returns
    -------
    str
        "" where hardly any is.
    """
    paths = [path for path in table.get("path", ()) if isinstance(path, str)]
    there = [path for path in paths[:: max(1, len(paths) // (4 * IMAGES))] if Path(path).is_file()][: IMAGES + 1]
    done = [rows[0] for _, rows in measured(map(Item, there), Timed(model), limits=LIMITS)][1:]
    known = [row for row in done if not row["error"] and row["width"]]
    if len(known) < 2:
        return ""
    seconds = median(row["seconds"] for row in known)
    pixels = median(row["width"] * row["height"] for row in known) / MEGAPIXEL
    cost = f"Costs {1000 * seconds:.0f} CPU ms for an image of {pixels:.2g} megapixels"
    return f"{cost}, the median of {len(known)} training images on one core of the machine that trained it"
