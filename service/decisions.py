"""What people decide on an image: labels, second opinions, undoing; what counts follows from what was said."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import sqlalchemy as sa

from realfake.service import audit
from realfake.service.access import Caller
from realfake.service.database import Database
from realfake.service.errors import Conflict, NotFound, Unprocessable
from realfake.service.intake import text
from realfake.service.queue import DONE, FAILED
from realfake.service.schema import IMAGES, LABELS

FAKE, GENUINE, UNSURE = LABEL_NAMES = ("fake", "genuine", "unsure")
LONGEST_WHY = 2000  # characters


def decide(
    database: Database,
    caller: Caller,
    image: str,
    label: str,
    *,
    who: str | None = None,
    why: str | None = None,
    field: str | None = None,
    second_opinion: float | None = None,
) -> None:
    """Say what an image is; what the same person said before no longer counts.

    Parameters
    ----------
    who : the person for whom a key speaks; a person speaks for themselves
    field : what was altered, such as `amount`
    second_opinion : amount above which two people must agree

    Raises
    ------
    NotFound
        If there is no such image.
    Conflict
        If it is not scored yet: who labels must not know less than the machine.
    Unprocessable
        If the label or a text will not do.
    """
    if label not in LABEL_NAMES:
        raise Unprocessable(f"a label is one of {', '.join(LABEL_NAMES)}")
    person = caller.name if caller.is_person or not who else f"{caller.name}/{text('who', who, 64)}"
    said = {
        "why": text("why", why, LONGEST_WHY) if why else None,
        "field": text("field", field, 64) if field else None,
    }
    now = time.time()
    with database.write() as connection:
        row = _locked(connection, image)
        if row.status not in (DONE, FAILED):
            raise Conflict("the image is not scored yet; wait for it")
        mine = (LABELS.c.image == image) & (LABELS.c.who == person) & LABELS.c.undone.is_(None)
        connection.execute(sa.update(LABELS).where(mine).values(undone=now))
        connection.execute(sa.insert(LABELS).values(image=image, at=now, who=person, label=label, **said))
        counts = _count(connection, row, second_opinion)
        audit.append(database, connection, person, "label", image, label=label, counts=counts)


def undo(database: Database, caller: Caller, image: str, second_opinion: float | None = None) -> None:
    """Take back what the caller said last of an image; what they had said before counts again.

    Raises
    ------
    NotFound
        If there is no such image.
    Conflict
        If there is nothing to take back.
    """
    mine = (LABELS.c.image == image) & (LABELS.c.who == caller.name)
    latest = sa.select(LABELS).where(mine).order_by(LABELS.c.number.desc())
    with database.write() as connection:
        row = _locked(connection, image)
        said = connection.execute(latest).all()
        last = next((one for one in said if one.undone is None), None)
        if last is None:
            raise Conflict(f"{caller.name} has said nothing of this image that could be taken back")
        connection.execute(sa.update(LABELS).where(LABELS.c.number == last.number).values(undone=time.time()))
        before = next((one for one in said if one.undone == last.at), None)  # what the last one replaced
        if before is not None:
            connection.execute(sa.update(LABELS).where(LABELS.c.number == before.number).values(undone=None))
        counts = _count(connection, row, second_opinion)
        audit.append(database, connection, caller.name, "undo", image, label=last.label, counts=counts)


def said_of(connection: sa.Connection, image: str) -> list[dict[str, Any]]:
    """Everything that was said of an image, oldest first."""
    rows = connection.execute(sa.select(LABELS).where(LABELS.c.image == image).order_by(LABELS.c.number)).mappings()
    return [dict(row) for row in rows]


def needs_two(amount: float | None, second_opinion: float | None) -> bool:
    """Whether two people must agree on an image."""
    return second_opinion is not None and amount is not None and amount > second_opinion


def agreed(opinions: list[str], two: bool) -> str | None:
    """The label that counts, of one opinion a person, oldest first; None while there is none.

    Parameters
    ----------
    two : whether two people must agree, and more than on anything else
    """
    if not opinions:
        return None
    if not two:
        return opinions[-1]
    (most, number), *others = Counter(opinions).most_common()
    return most if number > 1 and (not others or others[0][1] < number) else None


def _locked(connection: sa.Connection, image: str) -> Any:
    row = connection.execute(sa.select(IMAGES).where(IMAGES.c.id == image).with_for_update()).one_or_none()
    if row is None:
        raise NotFound(f"there is no image {image}")
    return row


def _count(connection: sa.Connection, row: Any, second_opinion: float | None) -> str | None:
    """Write what counts now, and return it."""
    opinions = [one["label"] for one in said_of(connection, row.id) if one["undone"] is None]
    counts = agreed(opinions, needs_two(row.expected_amount, second_opinion))
    values = {"label": counts, "labelled": time.time() if counts else None, "opinions": len(opinions)}
    connection.execute(sa.update(IMAGES).where(IMAGES.c.id == row.id).values(**values))
    return counts
