"""The catalogue of features as text for readers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from operator import itemgetter

import pandas as pd

import forensics.families  # noqa: F401  (enters every family into the catalogue)
from forensics.catalog import FAMILIES, SEPARATOR, Feature, catalogue

FEW = 8  # bins; from so many on they share a row
PAGE = """# Features

What the families measure on an image. Columns read `family__feature__statistic`; what does not apply is empty.
This page is written by `python -m forensics.listing > docs/features.md`.

"""


def feature_frame(families: Iterable[str] | None = None) -> pd.DataFrame:
    """One row per feature with its column, family, unit, meaning, source and cost; all families by default."""
    return pd.DataFrame([asdict(entry) for entry in catalogue(families)], columns=list(Feature.__dataclass_fields__))


def feature_markdown(families: Iterable[str] | None = None) -> str:
    """A section per family with its summary, source and cost, and a table of its features.

    Bins of one histogram or co-occurrence share a row: `family__feature__*`.
    """
    sections = []
    for name, features in feature_frame(families).groupby("family", sort=False):
        family = FAMILIES[str(name)]
        optional = "; computed only when asked for by name" if family.optional else ""
        rows = _merged(features)
        sections.append(
            f"## {name}\n\n{family.summary}\n\nSource: {family.source}. Cost: {family.cost}{optional}. "
            f"{len(features)} features.\n\n" + _table(["column", "unit", "meaning"], rows)
        )
    return "\n\n".join(sections)


def _merged(features: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    keys = zip(features["column"].str.rsplit(SEPARATOR, n=1).str[0], features["unit"], features["meaning"], strict=True)
    entries = zip(features["column"], keys, strict=True)
    for (stem, unit, meaning), run in groupby(entries, key=itemgetter(1)):
        columns = [column for column, _ in run]
        if len(columns) < FEW:
            yield from ((column, unit, meaning) for column in columns)
        else:
            yield f"{stem}{SEPARATOR}* ({len(columns)})", unit, meaning


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    print(PAGE + feature_markdown())
