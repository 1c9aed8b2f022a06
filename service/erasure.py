"""Erasing: an image and all about it, by its id or because it is old; the audit log keeps that it was."""

from __future__ import annotations

import time

import sqlalchemy as sa

from realfake.service import audit
from realfake.service.database import Database
from realfake.service.errors import Conflict
from realfake.service.intake import discard
from realfake.service.listing import one_row
from realfake.service.queue import RUNNING
from realfake.service.schema import IMAGES
from realfake.service.store import ImageStore

DAY = 86400.0  # seconds
AT_ONCE = 50


def erase(database: Database, store: ImageStore, image: str, who: str) -> None:
    """Erase an image with its scores, features, labels and deliveries, and its file where no other image has it.

    Raises
    ------
    NotFound
        If there is no such image.
    Conflict
        If it is being scored.
    """
    with database.write() as connection:
        row = one_row(connection, image)
        idle = (IMAGES.c.id == image) & (IMAGES.c.status != RUNNING)
        if not connection.execute(sa.delete(IMAGES).where(idle)).rowcount:  # the rest goes with it
            raise Conflict("the image is being scored; try again in a moment")
        audit.append(database, connection, who, "erase", image)
    discard(database, store, row["sha256"], sa.true())


def erase_old(database: Database, store: ImageStore, days: float | None) -> None:
    """Erase some of the images that came in more than so many days ago."""
    if days is None:
        return
    old = (IMAGES.c.submitted < time.time() - days * DAY) & (IMAGES.c.status != RUNNING)
    with database.read() as connection:
        images = connection.execute(sa.select(IMAGES.c.id).where(old).limit(AT_ONCE)).scalars().all()
    for image in images:
        erase(database, store, image, "retention")
