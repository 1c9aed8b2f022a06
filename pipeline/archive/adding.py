"""Adding screens to an archive: signatures into the lists, templates, and links to what was received before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sql

from realfake.forensics.text.signature import Signature
from realfake.pipeline.archive.finding import ALTERED, DUPLICATE, matches_of, template_of
from realfake.pipeline.archive.store import IMAGES, LINKS, Store

BATCH = 16  # screens of one transaction: what is lost when a process is killed, and added again by the next


@dataclass(frozen=True)
class Screen:
    """A screen to add: what is known of the file, its signature, and a small picture of it where one is kept."""

    path: str
    sha256: str
    signature: Signature
    received: str = ""
    sender: str = ""
    picture: bytes | None = None


def add(store: Store, screens: Sequence[Screen]) -> list[int | None]:
    """Add screens in one transaction; their numbers, None for files that were there already under the same path."""
    with store.writing() as connection:
        return [_add(store, connection, screen) for screen in screens]


def _add(store: Store, connection: sql.Connection, screen: Screen) -> int | None:
    matches = matches_of(store, connection, screen.signature)
    row = {name: getattr(screen, name) for name in ("path", "sha256", "received", "sender", "picture")}
    number = store.insert(connection, row, screen.signature)
    if number is None:
        return None
    links = [
        {"one": number, "other": match.entry.id, "kind": match.case}
        for match in matches
        if match.case in (DUPLICATE, ALTERED)
    ]
    if links:
        connection.execute(LINKS.insert(), links)
    template = next((match.entry.template for match in matches if match.entry.template is not None), None)
    if template is None:
        template = template_of(store, connection, screen.signature)
    if template is None:
        template = store.new_template(connection, number, screen.signature)
    connection.execute(sql.update(IMAGES).where(IMAGES.c.id == number).values(template=template))
    return number
