"""What an archive adds to the verdict on an image: which case it is of, of which earlier image, and by which words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sql

from realfake.data.manifest import printable
from realfake.forensics.text.signature import from_bytes
from realfake.pipeline.archive.adding import Screen, add
from realfake.pipeline.archive.finding import ALTERED, DUPLICATE, Finding, find
from realfake.pipeline.archive.screens import kept_path
from realfake.pipeline.archive.store import IMAGES, Before, Entry, Store
from realfake.pipeline.tables.cells import Row
from realfake.pipeline.verdicts import PAST, Verdict


def found_of(screen: Screen, store: Store) -> Finding:
    """What an archive says of an image from what was received before it.

    An image that is in the archive itself is compared with those before it, another with those received before, or
    with all where that is not known.
    """
    with store.reading() as connection:
        question = sql.select(*(IMAGES.c[name] for name in Entry.__dataclass_fields__)).where(
            IMAGES.c.sha256 == screen.sha256, IMAGES.c.path == screen.path
        )
        own = next((Entry(*row) for row in connection.execute(question)), None)
        return find(store, connection, screen.signature, Before(own, screen.received))


def still_holds(found: Finding, store: Store) -> bool:
    """Whether an archive is as it was when all of it was asked."""
    with store.reading() as connection:
        return found.changes is not None and found.changes == store.changes(connection)


def pasts_of(rows: Sequence[Row], store: Store, adding: bool) -> list[Finding | None]:
    """What an archive says of measured images one after the other, each added to it then if asked for.

    Parameters
    ----------
    rows : with `path`, `sha256` and the bytes of the `signature`, and `past`, what the archive said of it without what
        was read on it, where that was asked; those of files that could not be read are passed over
    store : the archive
    adding : add each image, so that the next is compared with it too
    """
    found: list[Finding | None] = []
    for row in rows:
        data = row.get("signature")
        if not isinstance(data, bytes):
            found.append(None)
            continue
        path = printable(kept_path(str(row["path"])))
        screen = Screen(path, str(row["sha256"]), from_bytes(data), picture=row.get("picture"))
        past = row.get("past")
        if not isinstance(past, Finding) or screen.signature.texts or not still_holds(past, store):
            past = found_of(screen, store)
        found.append(past)
        if adding:
            add(store, [screen], [past])
    return found


def with_past(prediction: dict[str, Any], past: Finding | None) -> dict[str, Any]:
    """A prediction that knows what was received before: an altered copy is at least worth a look."""
    if past is None:
        return prediction | dict.fromkeys(PAST, "")
    told = prediction | {"case": past.case, "earlier": past.earlier.path if past.earlier else ""}
    if past.case in (DUPLICATE, ALTERED):
        told["reasons"] = "; ".join(filter(None, (past.sentence, prediction["reasons"])))
    elif past.unlike:
        told["reasons"] = "; ".join(filter(None, (past.said_of_template, told["reasons"])))
    if past.case == ALTERED:
        told["verdict"] = Verdict(prediction["verdict"]).worth_a_look
    marked = [(box, f"differs from {told['earlier']}") for box in past.changed if past.case == ALTERED]
    marked += [(box, "drawn otherwise than on earlier screens of the app") for box in past.unlike]
    if marked:
        shown = json.loads(prediction["suspects"] or "[]")
        shown += [{"box": [int(side) for side in box], "score": 1.0, "reasons": [why]} for box, why in marked]
        told["suspects"] = json.dumps(shown)
    return told
