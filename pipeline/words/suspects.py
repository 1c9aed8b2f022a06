"""The words that weigh most against an image: where they stand, how they score, and why in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from realfake.forensics.box import Box
from realfake.forensics.measurement import SEPARATOR, Feature
from realfake.forensics.text.contrast import KINDS
from realfake.forensics.text.regions import PEERS, Regions, region_catalogue
from realfake.pipeline.words.memory import memory_features
from realfake.pipeline.words.scorer import Looks, RegionScorer

MOST = 5  # words named for one image
REASONS = 3  # measurements named for one word
NOTHING = 1e-6  # what rounding leaves of zero
LEAST = 0.05  # score below which a word is not named unless it is the largest


@dataclass(frozen=True)
class Suspect:
    """One word that the scorer holds against an image.

    Attributes
    ----------
    region : its number in the region table
    box : of the word, pixels
    score : 0..1
    reasons : sentences on the measurements that weighed most
    """

    region: int
    box: Box
    score: float
    reasons: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return {"box": [int(side) for side in self.box], "score": round(self.score, 4), "reasons": list(self.reasons)}


def suspects(
    regions: Regions, words: pd.DataFrame, looks: Looks, scorer: RegionScorer, most: int = MOST
) -> list[Suspect]:
    """The highest-scoring words, highest first.

    Parameters
    ----------
    regions : the words of one image
    words : their `remembered` table
    looks : what `scorer` gave each; only words that a second look was taken at are named after it
    """
    scores = looks.final
    order = np.argsort(-scores, kind="stable")[:most]
    chosen = [int(i) for rank, i in enumerate(order) if rank == 0 or scores[i] >= LEAST]
    if not chosen:
        return []
    rows = words.iloc[chosen]
    weights = scorer.weights(words, looks, chosen)
    found = []
    for i, (_, row), weight in zip(chosen, rows.iterrows(), weights, strict=True):
        named: dict[str, str] = {}  # one sentence a measurement, the heaviest of its forms
        for column in np.argsort(-weight, kind="stable"):
            name = scorer.columns[column]
            if weight[column] <= 0 or len(named) == REASONS:
                break
            if name.startswith(PEERS + SEPARATOR) or not np.isfinite(row[name]):
                continue
            named.setdefault(_raw(name), sentence(name, row, scorer.typical[column]))
        found.append(Suspect(i, regions.boxes[i], float(scores[i]), tuple(named.values())))
    return found


def peers_of(regions: Regions, suspect: Suspect) -> list[Box]:
    """The fields whose text is most like that of a suspect, its own left out."""
    field, peers = regions.fields[suspect.region], list[Box]()
    for other in regions.peers.indices["style"][suspect.region]:
        box = regions.fields[other] if other >= 0 else field
        if box != field and box not in peers:
            peers.append(box)
    return peers


def sentence(column: str, row: pd.Series | Mapping[str, Any], typical: float = np.nan) -> str:
    """One measurement of a word in plain words.

    Parameters
    ----------
    column : of the region table
    row : mapping of region columns to values
    typical : of untouched words, where known
    """
    raw = _raw(column)
    entry = _entries()[raw]
    unit = "" if entry.unit == "1" else f" {entry.unit}"
    value = f"{entry.meaning}: {_number(row[raw])}{unit}"
    kind = column.rsplit(f"{SEPARATOR}z_", 1)[1] if column != raw else ""
    if not kind:
        return value if np.isnan(typical) else f"{value}, typically {_number(typical)}"
    peers = int(row[f"{PEERS}{SEPARATOR}{kind}{SEPARATOR}count"])
    side = "above" if row[column] > 0 else "below"
    return f"{value}, {abs(row[column]):.1f} deviations {side} {KINDS[kind]} ({peers})"


def _number(value: float) -> str:
    return f"{0.0 if abs(value) < NOTHING else value:.3g}"


def _raw(column: str) -> str:
    return column.rsplit(f"{SEPARATOR}z_", 1)[0]


@cache
def _entries() -> dict[str, Feature]:
    return {entry.column: entry for entry in (*region_catalogue(), *memory_features())}
