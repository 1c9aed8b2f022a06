"""The queue of images to score, under leases: a dead instance loses none, and none counts twice.

On PostgreSQL an instance passes over what another one has locked (SKIP LOCKED); on SQLite claims wait for each other.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from realfake.service.database import Database
from realfake.service.schema import IMAGES

LEASE = 30.0  # seconds until a silent instance is taken for dead; its clock may differ by less
MOST_ATTEMPTS = 5  # leases that may run out over one image
GIVEN_UP = f"scoring was begun {MOST_ATTEMPTS} times and never ended; look at the image and at the log of the service"

QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"


@dataclass(frozen=True)
class Claimed:
    """An image to score."""

    id: str
    sha256: str
    name: str
    sender: str | None = None
    received: str | None = None


def claim(database: Database, instance: str, now: float) -> Claimed | None:
    """Take the oldest image that nobody works on; None where there is none."""
    free = (IMAGES.c.status == QUEUED) | ((IMAGES.c.status == RUNNING) & (IMAGES.c.leased_until < now))
    oldest = sa.select(IMAGES).where(free).order_by(IMAGES.c.submitted).limit(1).with_for_update(skip_locked=True)
    with database.write() as connection:
        row = connection.execute(oldest).one_or_none()
        if row is None:
            return None
        change = sa.update(IMAGES).where(IMAGES.c.id == row.id)
        if row.attempts >= MOST_ATTEMPTS:
            connection.execute(change.values(status=FAILED, error=GIVEN_UP, lease=None, scored=now))
            return None
        leased = {"status": RUNNING, "lease": instance, "leased_until": now + LEASE, "attempts": row.attempts + 1}
        connection.execute(change.values(**leased))
    return Claimed(row.id, row.sha256, row.name, row.sender, row.received)


def renew(database: Database, instance: str, images: Collection[str], now: float) -> None:
    """Keep the images that an instance works on."""
    mine = (IMAGES.c.lease == instance) & (IMAGES.c.status == RUNNING) & IMAGES.c.id.in_(images)
    with database.write() as connection:
        connection.execute(sa.update(IMAGES).where(mine).values(leased_until=now + LEASE))


def release(database: Database, instance: str) -> None:
    """Give back what an instance has begun, so that another one need not wait for its lease to end."""
    mine = (IMAGES.c.lease == instance) & (IMAGES.c.status == RUNNING)
    with database.write() as connection:
        given_back = {"status": QUEUED, "lease": None, "attempts": IMAGES.c.attempts - 1}
        connection.execute(sa.update(IMAGES).where(mine).values(**given_back))


def finish(connection: sa.Connection, image: str, instance: str, values: dict[str, Any]) -> bool:
    """Write what came of an image; False where the lease has passed to another instance, whose result counts.

    Parameters
    ----------
    values : columns of the image, `status` among them
    """
    mine = (IMAGES.c.id == image) & (IMAGES.c.lease == instance) & (IMAGES.c.status == RUNNING)
    changed = connection.execute(sa.update(IMAGES).where(mine).values(lease=None, leased_until=None, **values))
    return changed.rowcount == 1


def waiting(database: Database) -> int:
    """Images that are not yet scored."""
    count = sa.select(sa.func.count()).where(IMAGES.c.status.in_((QUEUED, RUNNING)))
    with database.read() as connection:
        return int(connection.execute(count).scalar_one())
