"""Taking images in: checked, stored and queued in one step; the same image said twice is one image."""

from __future__ import annotations

import hashlib
import json
import math
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import sqlalchemy as sa

from realfake.service import audit
from realfake.service.database import Database
from realfake.service.errors import Conflict, TooLarge, Unprocessable
from realfake.service.queue import QUEUED
from realfake.service.schema import BATCHES, IMAGES, MEMBERS
from realfake.service.store import ImageStore

LONGEST = 500  # characters of what is said of an image
LONGEST_KEY = 200
CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
MOST_AMOUNT = 1e15
IN_ARCHIVE = "desk:"  # begins the name of an image of the desk in an archive


@dataclass(frozen=True)
class Said:
    """What a client says of an image."""

    sender: str | None = None
    expected_amount: float | None = None
    expected_receiver: str | None = None
    received: str | None = None
    reference: str | None = None


SAID = tuple(field.name for field in fields(Said))


@dataclass(frozen=True)
class File:
    """A file as it came in."""

    name: str
    data: bytes
    said: Said = Said()
    idempotency_key: str | None = None


def said(given: dict[str, Any]) -> Said:
    """What a client says, checked.

    Raises
    ------
    Unprocessable
        If a field is not known, too long, or the amount is no number.
    """
    strange = sorted(set(given) - set(SAID))
    if strange:
        raise Unprocessable(f"there is no field {strange[0][:40]!r}; say any of {', '.join(SAID)}")
    known = {name: value for name, value in given.items() if value not in (None, "")}
    if "expected_amount" in known:
        known["expected_amount"] = _amount(known["expected_amount"])
    for name, value in known.items():
        if name != "expected_amount":
            known[name] = text(name, value)
    return Said(**known)


def text(name: str, value: object, longest: int = LONGEST) -> str:
    """A text of a client: no control characters and not too long.

    Raises
    ------
    Unprocessable
        If it is something else.
    """
    if not isinstance(value, str) or len(value) > longest or CONTROL.search(value):
        raise Unprocessable(f"{name} must be text of at most {longest} characters on one line")
    return value


def take(
    database: Database, store: ImageStore, files: Sequence[File], who: str, most_bytes: int, batch: bool = False
) -> tuple[list[str], list[bool], str | None]:
    """Store and queue files; what is returned as accepted is there to stay.

    Returns
    -------
    list of str
        The id of each.
    list of bool
        Whether each is new; the same file with the same words, or under the same idempotency key, is not.
    str or None
        The id of the batch, where they came as one.

    Raises
    ------
    Conflict
        If an idempotency key was used for something else.
    TooLarge, Unprocessable
        If a file cannot be taken; then none is.
    """
    rows = [_row(file, who, most_bytes) for file in files]
    for file in files:
        store.put(file.data)  # before anybody is told that it was accepted
    number = secrets.token_hex(16) if batch else None
    with database.write() as connection:
        for digest in sorted({row["sha256"] for row in rows}):
            database.alone(connection, lock_of(digest))
        if number:
            connection.execute(sa.insert(BATCHES).values(id=number, at=time.time(), who=who))
        taken = [_insert(connection, row) for row in rows]
        if number:
            members = [{"batch": number, "place": place, "image": id} for place, (id, _) in enumerate(taken)]
            connection.execute(sa.insert(MEMBERS), members)
        new = [row["id"] for row, (_, fresh) in zip(rows, taken, strict=True) if fresh]
        if new:
            audit.append(database, connection, who, "submit", number or new[0], images=len(new))
    for file in files:
        store.put(file.data)  # again, where the last image of the same file was removed in between
    return [id for id, _ in taken], [fresh for _, fresh in taken], number


def discard(database: Database, store: ImageStore, digest: str, still_needed: sa.ColumnElement[bool]) -> None:
    """Remove a stored file, unless an image of it is there for which the condition holds."""
    of_file = IMAGES.c.sha256 == digest
    with database.write() as connection:
        database.alone(connection, lock_of(digest))
        if connection.execute(sa.select(IMAGES.c.id).where(of_file & still_needed).limit(1)).first() is None:
            store.delete(digest)
            connection.execute(sa.update(IMAGES).where(of_file).values(stored=False))


def archived(image: str) -> str:
    """The name under which an archive keeps an image of the desk."""
    return f"{IN_ARCHIVE}{image}"


def lock_of(digest: str) -> int:
    """The key under which a file is stored or removed by one at a time."""
    return int(digest[:15], 16)


def _row(file: File, who: str, most_bytes: int) -> dict[str, Any]:
    if not file.data:
        raise Unprocessable("the file is empty; send the image itself")
    if len(file.data) > most_bytes:
        raise TooLarge(f"the file has {len(file.data):,} bytes, more than the limit of {most_bytes:,}")
    key = file.idempotency_key
    if key is not None and (not 0 < len(key) <= LONGEST_KEY or CONTROL.search(key)):
        raise Unprocessable(f"an idempotency key has 1 to {LONGEST_KEY} characters on one line")
    digest = hashlib.sha256(file.data).hexdigest()
    told = asdict(file.said)
    content = json.dumps([digest, told], sort_keys=True)
    return {
        "id": secrets.token_hex(16),
        "sha256": digest,
        "content_key": hashlib.sha256(content.encode()).hexdigest(),
        "idempotency_key": f"{who}:{key}" if key else None,
        "name": CONTROL.sub("", re.split(r"[\\/]", file.name)[-1])[:LONGEST] or "image",
        "bytes": len(file.data),
        "submitted": time.time(),
        "submitted_by": who,
        "status": QUEUED,
        "stored": True,
        **told,
    }


def _insert(connection: sa.Connection, row: dict[str, Any]) -> tuple[str, bool]:
    """The id of a row, and whether it had to be added; two that come at once are one."""
    for _ in range(2):
        if key := row["idempotency_key"]:
            before = connection.execute(sa.select(IMAGES).where(IMAGES.c.idempotency_key == key)).one_or_none()
            if before is not None and before.content_key != row["content_key"]:
                raise Conflict("this idempotency key was used for another image or other words; use a new key")
            if before is not None:
                return before.id, False
        same = sa.select(IMAGES.c.id).where(IMAGES.c.content_key == row["content_key"])
        if (known := connection.execute(same).scalar_one_or_none()) is not None:
            return known, False
        try:
            with connection.begin_nested():
                connection.execute(sa.insert(IMAGES).values(**row))
            return row["id"], True
        except sa.exc.IntegrityError:  # the same, taken in by another one in this moment
            continue
    raise Conflict("the same image came in twice at once; send it again")


def _amount(given: object) -> float:
    try:
        amount = float(given) if isinstance(given, (str, int, float)) and not isinstance(given, bool) else math.nan
    except (ValueError, OverflowError):
        amount = math.nan
    if not 0 <= amount <= MOST_AMOUNT:
        raise Unprocessable(f"expected_amount must be a number from 0 to {MOST_AMOUNT:.0e}, such as 1234.50")
    return amount
