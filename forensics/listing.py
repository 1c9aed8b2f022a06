"""The catalogue of features as text for readers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

import pandas as pd

import forensics.families  # noqa: F401  (enters every family into the catalogue)
from forensics.catalog import FAMILIES, Feature, catalogue


def feature_frame(families: Iterable[str] | None = None) -> pd.DataFrame:
    """One row per feature with its column, family, unit, meaning, source and cost; all families by default."""
    return pd.DataFrame([asdict(entry) for entry in catalogue(families)], columns=list(Feature.__dataclass_fields__))


def feature_markdown(families: Iterable[str] | None = None) -> str:
    """A section per family with its summary, source and cost, and a table of its features."""
    sections = []
    for name, features in feature_frame(families).groupby("family", sort=False):
        family = FAMILIES[str(name)]
        optional = "; computed only when asked for by name" if family.optional else ""
        rows = features[["column", "unit", "meaning"]].itertuples(index=False)
        sections.append(
            f"## {name}\n\n{family.summary}\n\nSource: {family.source}. Cost: {family.cost}{optional}. "
            f"{len(features)} features.\n\n" + _table(["column", "unit", "meaning"], rows)
        )
    return "\n\n".join(sections)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)
