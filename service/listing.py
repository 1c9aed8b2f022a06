"""Images as they are listed: which ones, in which order, and all that is known of one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from realfake.service.database import Database
from realfake.service.decisions import needs_two, said_of
from realfake.service.errors import NotFound
from realfake.service.intake import SAID
from realfake.service.queue import DONE, FAILED
from realfake.service.schema import BATCHES, IMAGES, MEMBERS, SCORES

ORDERS = {
    "score": (IMAGES.c.score.desc().nulls_last(), IMAGES.c.submitted),
    "loss": (IMAGES.c.expected_loss.desc().nulls_last(), IMAGES.c.score.desc().nulls_last()),
    "age": (IMAGES.c.submitted,),
    "newest": (IMAGES.c.submitted.desc(),),
}
ALARM = "fake"  # the verdict; the label of a person may say the same
LOOKED_AT = (ALARM, "review")  # verdicts of which people are shown each image
OPEN = IMAGES.c.label.is_(None) & (IMAGES.c.status == DONE)
SHOWN = {
    "open": OPEN & (IMAGES.c.verdict.in_(LOOKED_AT) | IMAGES.c.drawn),
    "alarms": OPEN & IMAGES.c.verdict.in_(LOOKED_AT),
    "drawn": OPEN & IMAGES.c.drawn,
    "second opinion": OPEN & (IMAGES.c.opinions > 0),
    "undecided": OPEN,
    "decided": IMAGES.c.label.is_not(None),
    "failed": IMAGES.c.status == FAILED,
    "all": sa.true(),
}
MOST = 200
ON_PAGE = 25
LOOKED_THROUGH = 1000  # images of a list among which the following one is looked for


@dataclass(frozen=True)
class Wanted:
    """Which images, and in which order.

    Attributes
    ----------
    show : a name of `SHOWN`
    order : a name of `ORDERS`
    sender, reference : exactly these
    least_amount : expected amount from which on
    limit, skip : how many, after how many
    """

    show: str = "open"
    order: str = "score"
    sender: str | None = None
    reference: str | None = None
    least_amount: float | None = None
    limit: int = ON_PAGE
    skip: int = 0


def listed(database: Database, wanted: Wanted) -> tuple[list[dict[str, Any]], int]:
    """The images, and how many there are in all."""
    where = _where(wanted)
    chosen = sa.select(IMAGES).where(*where).order_by(*ORDERS[wanted.order], IMAGES.c.id)
    with database.read() as connection:
        count = connection.execute(sa.select(sa.func.count()).select_from(IMAGES).where(*where)).scalar_one()
        rows = connection.execute(chosen.limit(wanted.limit).offset(wanted.skip)).mappings().all()
    return [dict(row) for row in rows], int(count)


def after(database: Database, wanted: Wanted, image: str) -> str | None:
    """The image that follows one in a list, and after the last one the first; None where it is the only one."""
    chosen = sa.select(IMAGES.c.id).where(*_where(wanted)).order_by(*ORDERS[wanted.order], IMAGES.c.id)
    with database.read() as connection:
        ids = list(connection.execute(chosen.limit(LOOKED_THROUGH)).scalars())
    following = ids[ids.index(image) + 1 :] if image in ids else []
    return next((one for one in (*following, *ids) if one != image), None)


def _where(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    where = [SHOWN[wanted.show]]
    for name in ("sender", "reference"):
        if value := getattr(wanted, name):
            where.append(IMAGES.c[name] == value)
    if wanted.least_amount is not None:
        where.append(IMAGES.c.expected_amount >= wanted.least_amount)
    return where


def one_row(connection: sa.Connection, image: str) -> dict[str, Any]:
    """The row of an image.

    Raises
    ------
    NotFound
        If there is none.
    """
    row = connection.execute(sa.select(IMAGES).where(IMAGES.c.id == image)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"there is no image {image}")
    return dict(row)


def found(database: Database, image: str, second_opinion: float | None = None) -> dict[str, Any]:
    """All that is known of an image, as the API tells it; errors as in `one_row`."""
    with database.read() as connection:
        row = one_row(connection, image)
        said = said_of(connection, image)
        shadows = connection.execute(sa.select(SCORES).where(SCORES.c.image == image, SCORES.c.shadow)).mappings().all()
    return told(row, second_opinion) | {
        "opinions": [
            {name: one[name] for name in ("label", "who", "why", "field", "at")} for one in said if not one["undone"]
        ],
        "shadow": [
            {name: one[name] for name in ("model", "score", "probability", "verdict", "threshold")} for one in shadows
        ],
    }


def told(row: dict[str, Any], second_opinion: float | None = None) -> dict[str, Any]:
    """A row of an image as the API tells it."""
    result = row["result"] or {}
    known = {name: result.get(name) for name in ("threshold", "review_threshold", "reasons", "width", "height", "note")}
    return {
        "id": row["id"],
        "status": row["status"],
        "error": row["error"],
        "name": row["name"],
        "sha256": row["sha256"],
        "submitted": row["submitted"],
        "scored": row["scored"],
        **{name: row[name] for name in SAID},
        **{name: row[name] for name in ("score", "probability", "verdict", "expected_loss")},
        **known,
        "suspects": result.get("suspects") or [],
        "model_sha256": row["model"],
        "content": result.get("content"),
        "archive": result.get("archive"),
        "expected_stands": stands(result.get("content"), row),
        "label": row["label"],
        "labelled": row["labelled"],
        "needs_two": needs_two(row["expected_amount"], second_opinion),
        "stored": row["stored"],
    }


def stands(content: list[dict[str, Any]] | None, said: dict[str, Any]) -> dict[str, bool] | None:
    """Whether what the client expects stands on the receipt; None where it was not read or nothing is expected.

    Parameters
    ----------
    content : values that were read
    said : what the client said
    """
    if content is None:
        return None
    texts = [_letters(one["text"]) for one in content]
    found = {
        name: any(_letters(said[name]) in text for text in texts)
        for name in ("expected_receiver", "reference")
        if said.get(name)
    }
    if said.get("expected_amount") is not None:
        found["expected_amount"] = any(one["amount"] == said["expected_amount"] for one in content)
    return found or None


def _letters(text: str) -> str:
    """A text without what readers and writers differ in: spaces, signs, capitals."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def batch_of(database: Database, batch: str) -> dict[str, Any]:
    """How far a batch is.

    Raises
    ------
    NotFound
        If there is none of this id.
    """
    joined = sa.select(IMAGES.c.id, IMAGES.c.status).join(MEMBERS, MEMBERS.c.image == IMAGES.c.id)
    members = joined.where(MEMBERS.c.batch == batch).order_by(MEMBERS.c.place)
    with database.read() as connection:
        if connection.execute(sa.select(BATCHES.c.id).where(BATCHES.c.id == batch)).first() is None:
            raise NotFound(f"there is no batch {batch}")
        rows = connection.execute(members).all()
    counts = Counter(row.status for row in rows)
    done = counts[DONE] + counts[FAILED]
    return {
        "id": batch,
        "images": [row.id for row in rows],
        "total": len(rows),
        "done": done,
        "failed": counts[FAILED],
        "finished": done == len(rows),
    }
