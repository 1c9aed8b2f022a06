"""Region tables whose edited words are known, and the images that they are of."""

from __future__ import annotations

import numpy as np
import pandas as pd

from realfake.forensics.text.regions import region_catalogue
from realfake.pipeline.learning.knobs import Knobs

SMALL = Knobs(trees=20, learning_rate=0.3, leaves=4, column_share=0.5, members=2, member_trees=8)
TOLD = ("ink__colour__blue__z_line", "surroundings__ground__in_out", "layout__baseline__off_line")
IMAGES, WORDS = 32, 8  # every fourth image has two edited words


def region_table(gap: float = 4.0, seed: int = 0) -> pd.DataFrame:
    """Words whose measurements are noise, but for `gap` deviations in the columns `TOLD` of edited ones."""
    rng = np.random.default_rng(seed)
    edited = np.zeros((IMAGES, WORDS))
    edited[::4, :2] = 1
    edited = rng.permuted(edited, axis=1).ravel()
    columns = [entry.column for entry in region_catalogue()]
    values = pd.DataFrame(rng.normal(size=(IMAGES * WORDS, len(columns))), columns=columns)
    values[list(TOLD)] += gap * edited[:, None]
    counts = [column for column in columns if column.startswith("peers__")]
    values[counts] = rng.integers(1, 9, (len(values), len(counts)))
    place = {
        "path": np.repeat([f"image{i}.png" for i in range(IMAGES)], WORDS),
        "region": np.tile(np.arange(WORDS), IMAGES),
        "edited": edited,
    }
    return pd.concat([pd.DataFrame(place), values], axis=1)


def image_table() -> pd.DataFrame:
    """The images of `region_table`, two to a group."""
    return pd.DataFrame(
        {
            "path": [f"image{i}.png" for i in range(IMAGES)],
            "error": "",
            "label": (np.arange(IMAGES) % 4 == 0) * 1,
            "group": [f"g{i // 2}" for i in range(IMAGES)],
            "ela__q90__mean": np.random.default_rng(1).normal(size=IMAGES),
        }
    )
