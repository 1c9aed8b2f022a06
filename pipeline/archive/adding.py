"""Adding screens to an archive: signatures into the lists, templates, and links to what was received before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sql

from realfake.forensics.text.signature import Signature
from realfake.pipeline.archive.finding import Finding, copies_among, looked_up
from realfake.pipeline.archive.keys import word_keys
from realfake.pipeline.archive.store import IMAGES, LINKS, LISTS, Store, seconds

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

    @property
    def origin(self) -> Origin:
        """What is known of the file alone."""
        return Origin(self.path, self.sha256, self.received, self.sender)


@dataclass(frozen=True)
class Origin:
    """When a file came and from whom, "" where that is not known."""

    path: str
    sha256: str
    received: str
    sender: str


def add(store: Store, screens: Sequence[Screen], found: Sequence[Finding] = ()) -> list[int | None]:
    """Add screens in one transaction; their numbers, None for files that were there already under the same path.

    Parameters
    ----------
    store, screens : what to add where
    found : what the archive said of each, where it was asked; that is looked up once more if it has changed since
    """
    known: Sequence[Finding | None] = found or [None] * len(screens)
    with store.writing() as connection:
        return [_add(store, connection, screen, one) for screen, one in zip(screens, known, strict=True)]


def _add(store: Store, connection: sql.Connection, screen: Screen, found: Finding | None) -> int | None:
    there = sql.select(IMAGES.c.id).where(IMAGES.c.path == screen.path, IMAGES.c.sha256 == screen.sha256)
    if connection.execute(there).first():
        return None
    if found is not None and found.changes is not None and found.changes == store.changes(connection):
        copies, template = found.copies, found.template
    else:
        matches, template = looked_up(store, connection, screen.signature)
        copies = copies_among(matches)
    row = {name: getattr(screen, name) for name in ("path", "sha256", "received", "sender", "picture")}
    number = store.insert(connection, row | {"template": template}, screen.signature)
    if copies:
        connection.execute(LINKS.insert(), [{"one": number, "other": other, "kind": case} for other, case in copies])
    if template is None:
        template = store.new_template(connection, number, screen.signature)
        connection.execute(sql.update(IMAGES).where(IMAGES.c.id == number).values(template=template))
    return number


def complete(store: Store, origins: Sequence[Origin]) -> int:
    """Give archived images the date and sender that they lack, in one transaction; how many have another of them."""
    told = [one for one in origins if one.received or one.sender]
    if not told:
        return 0
    with store.writing() as connection:
        return sum(_completed(store, connection, one) for one in told)


def _completed(store: Store, connection: sql.Connection, told: Origin) -> bool:
    """Whether the image has another date or sender, which it keeps."""
    question = sql.select(IMAGES.c.id, IMAGES.c.received, IMAGES.c.sender).where(
        IMAGES.c.path == told.path, IMAGES.c.sha256 == told.sha256
    )
    row = connection.execute(question).first()
    if row is None:  # forgotten meanwhile
        return False
    known = row._asdict()
    named = {name: value for name in ("received", "sender") if (value := getattr(told, name))}
    lacking = {name: value for name, value in named.items() if not known[name]}
    if lacking:
        connection.execute(sql.update(IMAGES).where(IMAGES.c.id == row.id).values(lacking))
        store.changed(connection)
    if "received" in lacking:
        keys = {key for key, _ in word_keys(store.signatures(connection, [row.id])[row.id])}
        entries = sql.update(LISTS).where(LISTS.c.image == row.id, LISTS.c.key.in_(keys))
        connection.execute(entries.values(received=seconds(told.received)))
    return any(known[name] not in ("", value) for name, value in named.items())
