"""The audit log: who did what, in rows that are only appended, each of which holds the hash of the one before it.

A row that is changed, left out or moved breaks the chain. That rows are missing at its end shows only to someone who
noted the hash of the last row elsewhere: `realfake service-check` prints it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from realfake.service.database import Database
from realfake.service.schema import AUDIT

BEGINNING = "0" * 64
APPENDING = 0x61756469  # key of the lock under which one row at a time is appended


def append(database: Database, connection: sa.Connection, who: str, action: str, subject: str, **detail: Any) -> None:
    """Add a row in the transaction of what it tells.

    Parameters
    ----------
    subject : id of an image, or name of a user, key or model; no personal data, which could not be erased
    detail : the same
    """
    database.alone(connection, APPENDING)
    last = connection.execute(sa.select(AUDIT).order_by(AUDIT.c.number.desc()).limit(1)).one_or_none()
    number, before = (last.number + 1, last.hash) if last else (1, BEGINNING)
    row = {
        "number": number,
        "at": datetime.now(UTC).isoformat(timespec="microseconds"),
        "who": who,
        "action": action,
        "subject": subject,
        "detail": json.dumps(detail, sort_keys=True),
    }
    connection.execute(sa.insert(AUDIT).values(**row, hash=chained(before, row)))


def chained(before: str, row: dict[str, Any]) -> str:
    """The hash of a row after that of the row before it."""
    told = json.dumps([before, *(row[name] for name in ("number", "at", "who", "action", "subject", "detail"))])
    return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True)
class Checked:
    """Whether the log is whole.

    Attributes
    ----------
    rows : in the log
    head : hash of the last one
    broken : number of the first row that does not follow from the one before it; None where all do
    """

    rows: int
    head: str
    broken: int | None


def check(database: Database) -> Checked:
    """Follow the chain from its beginning."""
    before, rows, broken = BEGINNING, 0, None
    with database.read() as connection:
        stream = connection.execution_options(yield_per=1000).execute(sa.select(AUDIT).order_by(AUDIT.c.number))
        for rows, row in enumerate(stream.mappings(), 1):
            follows = row["number"] == rows and row["hash"] == chained(before, dict(row))
            if not follows and broken is None:
                broken = rows
            before = row["hash"]
    return Checked(rows, before, broken)


def holds(database: Database, head: str) -> bool:
    """Whether a hash that was noted earlier still stands in the log."""
    with database.read() as connection:
        return connection.execute(sa.select(AUDIT.c.number).where(AUDIT.c.hash == head)).first() is not None
