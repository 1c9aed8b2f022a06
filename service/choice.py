"""What to label next: what chance drew, so that rates can be told, then what would teach a model most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa

from realfake.pipeline import choose_to_label
from realfake.service import models
from realfake.service.database import Database
from realfake.service.export import features_of
from realfake.service.listing import OPEN
from realfake.service.schema import FEATURES, IMAGES, SCORES

CHANCE, UNSURE = "drawn by chance", "unsure, and unlike what is known"
CANDIDATES = 10  # times as many as are asked for
KNOWN = 200  # decided images that the chosen ones should differ from


def next_to_label(database: Database, count: int) -> list[tuple[dict[str, Any], str]]:
    """Undecided images, most useful first, and why each.

    Parameters
    ----------
    count : how many at most
    """
    live = models.in_use(database)[0].sha256
    drawn = sa.select(IMAGES).where(OPEN, IMAGES.c.drawn).order_by(IMAGES.c.submitted).limit(count)
    mine = (SCORES.c.image == IMAGES.c.id) & (SCORES.c.model == live)
    joined = (
        sa.select(IMAGES, SCORES.c.threshold, FEATURES.c.row.label("packed"))
        .join(SCORES, mine)
        .join(FEATURES, FEATURES.c.image == IMAGES.c.id)
        .where(IMAGES.c.score.is_not(None))
    )
    nearest = sa.func.abs(IMAGES.c.score - SCORES.c.threshold)
    with database.read() as connection:
        first = [dict(row) for row in connection.execute(drawn).mappings()]
        unsure = joined.where(OPEN, ~IMAGES.c.drawn).order_by(nearest, IMAGES.c.id).limit(CANDIDATES * count)
        rows = [dict(row) for row in connection.execute(unsure).mappings()]
        decided = joined.where(IMAGES.c.label.is_not(None)).order_by(IMAGES.c.labelled.desc()).limit(KNOWN)
        known = [dict(row) for row in connection.execute(decided).mappings()]
    found = [(row, CHANCE) for row in first]
    if rows and len(found) < count:
        columns = [name for name in features_of(rows[0]["packed"]) if "__" in name]
        scores = np.array([row["score"] for row in rows], float)
        X, beside = _matrix(rows, columns), _matrix(known, columns)
        chosen = choose_to_label(scores, float(rows[0]["threshold"]), X, count - len(found), beside)
        found += [(rows[at], UNSURE) for at in chosen]
    return found


def _matrix(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> np.ndarray:
    measured = [features_of(row["packed"]) for row in rows]
    return np.array([[one.get(name) for name in columns] for one in measured], float).reshape(len(rows), len(columns))
