"""What was decided as a feature table, ready to be learnt from."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from typing import Any

import pandas as pd
import sqlalchemy as sa

from realfake.pipeline import archive as past
from realfake.pipeline import group_images
from realfake.service import models
from realfake.service.database import Database
from realfake.service.decisions import FAKE, GENUINE
from realfake.service.errors import NotFound
from realfake.service.intake import archived
from realfake.service.schema import FEATURES, IMAGES

ABOUT = ("path", "label", "group", "app", "decided", "drawn")
WORDS = ("regions__", "words_model")  # columns of the scorer of words
DROPPED = ("note", "abstain")  # for whoever looks at one image


def read_labels(address: str, archive: str | None = None) -> pd.DataFrame:
    """The labelled feature table of the database of a desk.

    Parameters
    ----------
    archive : file or URL of its archive, whose families are groups

    Raises
    ------
    RealfakeError
        If the database does not answer or nothing is decided.
    """
    database = Database(address, new=False)
    try:
        return labelled_table(database, archive)
    finally:
        database.close()


def labelled_table(database: Database, archive: str | None = None) -> pd.DataFrame:
    """The feature table of the images whose label counts and is fake or genuine.

    Groups are images that look alike, come from one sender, or are of one family of the archive, since they were likely
    made from one capture or by one hand. What a scorer of words said is kept of the model in use alone, since another
    one's scores mean something else.

    Raises
    ------
    NotFound
        If nothing is decided.
    """
    live = models.in_use(database)
    rows = list(_rows(database, live[0].sha256 if live else ""))
    if not rows:
        raise NotFound("nothing was decided yet; label images as fake or genuine first")
    frame = pd.DataFrame([row for row, _ in rows])
    families = _families(archive) if archive else {}
    senders = [sender for _, sender in rows]
    frame["group"] = group_images(frame, senders, [families.get(archived(image)) for image in frame["path"]])
    first = [name for name in ABOUT if name in frame]
    return frame[[*first, *(name for name in frame if name not in first)]]


def _families(archive: str) -> dict[str, str]:
    """The family of each archived image that has one."""
    found = past.families(archive)
    return dict(zip(found["path"], found["family"].astype(str), strict=True))


def _rows(database: Database, live: str) -> Iterator[tuple[dict[str, Any], str | None]]:
    decided = IMAGES.c.label.in_((FAKE, GENUINE))
    joined = sa.select(IMAGES, FEATURES.c.row, FEATURES.c.model.label("by")).join(
        FEATURES, FEATURES.c.image == IMAGES.c.id
    )
    with database.read() as connection:
        stream = connection.execution_options(yield_per=200).execute(
            joined.where(decided).order_by(IMAGES.c.submitted, IMAGES.c.id)
        )
        for one in stream:
            measured = features_of(one.row)
            if one.by != live:
                measured = {name: value for name, value in measured.items() if not name.startswith(WORDS)}
            kept = {name: value for name, value in measured.items() if name not in DROPPED}
            about = {"path": one.id, "label": int(one.label == FAKE), "decided": one.labelled, "drawn": int(one.drawn)}
            about |= {"app": one.app} if one.app else {}
            yield about | kept, one.sender


def features_of(packed: bytes) -> dict[str, Any]:
    """The row of a feature table as it is kept."""
    row: dict[str, Any] = json.loads(zlib.decompress(packed))
    return row
