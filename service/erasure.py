"""Erasing: an image and all about it, by its id or because it is old; the audit log keeps that it was."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress

import sqlalchemy as sa

from realfake.forensics.errors import NotArchived
from realfake.pipeline import archive as past
from realfake.service import audit
from realfake.service.database import Database
from realfake.service.errors import Conflict
from realfake.service.intake import archived, discard
from realfake.service.listing import one_row
from realfake.service.queue import RUNNING
from realfake.service.schema import IMAGES
from realfake.service.store import ImageStore

DAY = 86400.0  # seconds
AT_ONCE = 50
ERASED = "erased"  # in the place of the name of an earlier image


def erase(database: Database, store: ImageStore, image: str, who: str, archive: str | None = None) -> None:
    """Erase an image with its scores, features, labels and deliveries, and its file where no other image has it.

    Parameters
    ----------
    archive : file or URL of the archive to which it was added

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
        _unlink(connection, image)
        _forget([image], archive)  # before anything is written: all is erased, or nothing
    discard(database, store, row["sha256"], sa.true())


def _unlink(connection: sa.Connection, image: str) -> None:
    """Erase an image from what is said of its copies."""
    of_copies = sa.select(IMAGES.c.id, IMAGES.c.result).where(IMAGES.c.earlier == image)
    for copy, result in connection.execute(of_copies).all():
        known = result["archive"] | {"earlier": ERASED, "image": None, "earlier_sender": "", "earlier_received": ""}
        values = {"result": result | {"archive": known}, "earlier": None}
        connection.execute(sa.update(IMAGES).where(IMAGES.c.id == copy).values(**values))


def _forget(images: Sequence[str], archive: str | None) -> None:
    """Erase images from the archive; they may have come in before there was one, or could not be measured."""
    if archive is not None:
        with suppress(NotArchived):
            past.forget([archived(image) for image in images], archive)


def erase_old(database: Database, store: ImageStore, days: float | None, archive: str | None = None) -> None:
    """Erase some of the images that came in more than so many days ago."""
    if days is None:
        return
    old = (IMAGES.c.submitted < time.time() - days * DAY) & (IMAGES.c.status != RUNNING)
    with database.read() as connection:
        images = connection.execute(sa.select(IMAGES.c.id).where(old).limit(AT_ONCE)).scalars().all()
    if images:
        _forget(images, archive)  # at once, since the archive is written anew
    for image in images:
        erase(database, store, image, "retention")
