"""The rows that a run learns from: whether they can teach anything, what they are, and what forging adds to them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from realfake.forensics.errors import BadTable, UnknownName, counted
from realfake.pipeline.learning.cross_validation import Further, varying
from realfake.pipeline.learning.forged import Forged
from realfake.pipeline.learning.strategies import Strategy
from realfake.pipeline.tables.design import design_matrix
from realfake.pipeline.tables.table import Labelled, families_in, feature_columns

IDENTITY = ("path", "group", "app", "device", "editor", "tool", "received", "delivered")


def check_variation(data: Labelled) -> None:
    """Refuse a table from which nothing can be learnt.

    Raises
    ------
    BadTable
        If every feature is empty or the same in all rows.
    """
    columns = feature_columns(data.frame)
    if not varying(design_matrix(data.frame, columns)).any():
        raise BadTable(
            f"{data.name}: {_all_of(len(columns))} empty or the same in all {counted(len(data.y), 'row')} (families "
            f"{', '.join(families_in(columns))}), so nothing can be learnt; extract other families, or check the images"
        )


def _all_of(columns: int) -> str:
    return "its one feature is" if columns == 1 else f"all {columns} features are"


def further_rows(forged: Forged | None, strategies: Sequence[Strategy], data: Labelled) -> Further | None:
    """The forged rows as the strategies that forge learn from them.

    Raises
    ------
    UnknownName
        If a strategy forges and there is nothing forged.
    """
    forging = [strategy for strategy in strategies if strategy.forged]
    if not forging:
        return None
    if forged is None:
        raise UnknownName(f"strategy {forging[0].name} forges images, which cannot be done here; choose another")
    X = design_matrix(forged.frame, forging[0].columns(data.frame))
    return Further(X, forged.y, forged.made_of)


def data_facts(data: Labelled) -> dict[str, object]:
    """Counts that stand beside every figure, and the fingerprint of the data."""
    fake_groups, genuine_groups = (len(np.unique(data.groups[data.y == value])) for value in (1, 0))
    return {
        "rows": len(data.y),
        "fakes": int(data.y.sum()),
        "genuine": int((data.y == 0).sum()),
        "prevalence": float(np.mean(data.y)),
        "groups": len(np.unique(data.groups)),
        "fake_groups": fake_groups,
        "genuine_groups": genuine_groups,
        "sha256": fingerprint(data),
        "table": data.name,
    }


def fingerprint(data: Labelled) -> str:
    """SHA-256 of the features, labels and groups that a run learns from."""
    columns = feature_columns(data.frame)
    digest = hashlib.sha256("\n".join(columns).encode())
    for part in (design_matrix(data.frame, columns), data.y, data.groups):
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()
