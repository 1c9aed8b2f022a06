"""Whether a desk is whole: its audit log follows from its beginning, and every image that is kept is what it was."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from realfake.forensics.errors import RealfakeError
from realfake.pipeline import archive
from realfake.service import audit
from realfake.service.database import Database
from realfake.service.schema import IMAGES
from realfake.service.server import with_secrets
from realfake.service.settings import Settings
from realfake.service.store import ImageStore


@dataclass(frozen=True)
class Health:
    """What a check found.

    Attributes
    ----------
    rows, head : of the audit log, and the hash of the last one, to be noted elsewhere
    images : files that are kept
    problems : a sentence each
    """

    rows: int
    head: str
    images: int
    problems: tuple[str, ...]


def check_desk(settings: Settings, head: str | None = None) -> Health:
    """Follow the audit log, and read every image that is kept and the archive.

    Parameters
    ----------
    head : hash that was noted at an earlier check and must still stand in the log
    """
    settings = with_secrets(settings)
    database, store = Database(settings.database, new=False), ImageStore(settings.images)
    problems = []
    log = audit.check(database)
    if log.broken is not None:
        problems.append(
            f"row {log.broken} of the audit log does not follow from the one before; it was changed or moved"
        )
    if head is not None and not audit.holds(database, head):
        problems.append("the noted hash no longer stands in the audit log; rows are missing, or the log is another one")
    kept = sa.select(IMAGES.c.sha256).where(IMAGES.c.stored).distinct()
    with database.read() as connection:
        digests = connection.execute(kept).scalars().all()
    for digest in digests:
        try:
            store.get(digest)
        except RealfakeError as error:
            problems.append(str(error))
    database.close()
    if settings.archive:
        problems += archive.check(settings.archive)
    return Health(log.rows, log.head, len(digests), tuple(problems))
