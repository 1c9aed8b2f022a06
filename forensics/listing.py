"""The catalogue of features as text for readers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from operator import itemgetter

import pandas as pd

from realfake.forensics.catalog import FAMILIES, catalogue
from realfake.forensics.content.checks.scene import FAMILY as CONTENT
from realfake.forensics.content.consistency import content_features
from realfake.forensics.errors import UnknownName
from realfake.forensics.measurement import SEPARATOR, Feature
from realfake.forensics.text.contrast import KINDS
from realfake.forensics.text.measurement import REGION_FAMILIES
from realfake.forensics.text.regions import PEERS, region_catalogue

FEW = 8  # bins; from so many on they share a row
PAGE = """# Features

What the families measure on an image, what is read on it (`content`, with `--read`), and behind them what the families
of the text level measure on each word (`--level region`). Columns read `family__feature__statistic`; what does not
apply is empty.
This page is written by `python -m realfake.forensics.listing > docs/features.md`.

"""


def list_features(families: Iterable[str] | None = None) -> pd.DataFrame:
    """What can be measured.

    Parameters
    ----------
    families : names of families of images or of words; all of both where None

    Returns
    -------
    DataFrame
        One row a feature: its `column`, `family`, `unit`, `meaning`, `source` and `cost`.

    Raises
    ------
    UnknownName
        If a family is neither one of images nor one of words.

    Examples
    --------
    >>> import realfake
    >>> realfake.list_features(["ela"]).set_index("column").loc["ela__q90__mean", "unit"]
    'gray levels'
    """
    words = [*REGION_FAMILIES, PEERS]
    names = [*FAMILIES, CONTENT, *words] if families is None else list(families)
    unknown = [name for name in names if name not in FAMILIES and name not in (CONTENT, *words)]
    if unknown:
        of_images = ", ".join(sorted([*FAMILIES, CONTENT]))
        raise UnknownName(
            f"there is no family {', '.join(unknown)}; choose from {of_images}; of words: {', '.join(words)}"
        )
    entries = [
        *catalogue(name for name in names if name in FAMILIES),
        *(entry for entry in (*content_features(), *region_catalogue()) if entry.family in names),
    ]
    return pd.DataFrame([asdict(entry) for entry in entries], columns=list(Feature.__dataclass_fields__))


def feature_markdown(families: Iterable[str] | None = None) -> str:
    """A section per family with its summary, source and cost, and a table of its features.

    Bins of one histogram or co-occurrence share a row, `family__feature__*`, and so do a measurement of words and its
    contrasts with peers.
    """
    return "\n\n".join(
        _section(str(name), features) for name, features in list_features(families).groupby("family", sort=False)
    )


def _section(name: str, features: pd.DataFrame) -> str:
    if name in FAMILIES:
        family = FAMILIES[name]
        optional = "; computed only when asked for by name" if family.optional else ""
        about, end = f"{family.summary}\n\nSource: {family.source}. Cost: {family.cost}{optional}.", ""
    elif name in REGION_FAMILIES:
        of_words = REGION_FAMILIES[name]
        contrasts = [f"`{SEPARATOR}z_{kind}` ({whom})" for kind, whom in KINDS.items()]
        about = f"Of each word: {of_words.summary}\n\nSource: {of_words.source}."
        end = f" Each also in robust deviations from its peers, with the endings {', '.join(contrasts)}."
        features = features[~features["column"].str.contains(f"{SEPARATOR}z_")]
    elif name == CONTENT:
        about, end = "What a receipt says, held against itself and its codes; read only with `--read`.", ""
    else:
        about, end = "Of each word: whom it was compared with.", ""
    rows = _merged(features)
    return f"## {name}\n\n{about} {len(features)} features.{end}\n\n" + _table(["column", "unit", "meaning"], rows)


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
