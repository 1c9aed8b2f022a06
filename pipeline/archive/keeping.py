"""Keeping an archive: erasing what a person asks to be forgotten, and checking that all is whole."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sql

from realfake.forensics.errors import BadArchive, NotArchived
from realfake.pipeline.archive.keys import word_keys
from realfake.pipeline.archive.store import FULL, IMAGES, LINKS, LISTS, TEMPLATE_LISTS, TEMPLATES, Store, seconds

READ = 500  # images read at a time


def forget_images(store: Store, names: Sequence[str]) -> int:
    """Erase the images of these paths or hashes, all that came of them, and the free space where they stood.

    Raises
    ------
    NotArchived
        If there is none.
    """
    with store.writing() as connection:
        question = sql.select(IMAGES.c.id).where(IMAGES.c.path.in_(names) | IMAGES.c.sha256.in_(names))
        numbers = [int(number) for number in connection.execute(question).scalars()]
        if not numbers:
            raise NotArchived(
                f"{store.name} holds no image {names[0]}; name it as `archive find` does, or by its SHA-256"
            )
        for number in numbers:
            _forget(store, connection, number)
        store.changed(connection)
    if store.on_server:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in (IMAGES, LISTS, LINKS, TEMPLATES, TEMPLATE_LISTS):
                connection.exec_driver_sql(f"VACUUM FULL {table.name}")
    else:
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return len(numbers)


def _forget(store: Store, connection: sql.Connection, number: int) -> None:
    entries = sql.delete(LISTS).where(LISTS.c.image == number)
    try:
        signature = store.signatures(connection, [number])[number]
    except BadArchive:  # which words it had is not known: each list is looked at
        connection.execute(entries)
    else:
        connection.execute(entries.where(LISTS.c.key.in_({key for key, _ in word_keys(signature)})))
    connection.execute(sql.delete(LINKS).where((LINKS.c.one == number) | (LINKS.c.other == number)))
    template = connection.execute(sql.select(IMAGES.c.template).where(IMAGES.c.id == number)).scalar()
    connection.execute(sql.delete(IMAGES).where(IMAGES.c.id == number))
    known_by = sql.select(TEMPLATES.c.id).where(TEMPLATES.c.id == template, TEMPLATES.c.first == number)
    if connection.execute(known_by).scalar() is None:
        return
    connection.execute(sql.delete(TEMPLATE_LISTS).where(TEMPLATE_LISTS.c.template == template))
    heir = connection.execute(
        sql.select(IMAGES.c.id).where(IMAGES.c.template == template).order_by(IMAGES.c.id).limit(1)
    ).scalar()
    if heir is None:
        connection.execute(sql.delete(TEMPLATES).where(TEMPLATES.c.id == template))
        return
    connection.execute(sql.update(TEMPLATES).where(TEMPLATES.c.id == template).values(first=heir))
    inherited = {key for key, _ in word_keys(store.signatures(connection, [heir])[heir])}
    connection.execute(TEMPLATE_LISTS.insert(), [{"key": key, "template": template} for key in sorted(inherited)])


def check_store(store: Store) -> list[str]:
    """What is wrong with an archive, a sentence each."""
    found = []
    with store.reading() as connection:
        if not store.on_server:
            said = connection.exec_driver_sql("PRAGMA integrity_check(5)").scalars().all()
            found += [f"{store.name} is damaged: {what}" for what in said if what != "ok"]
        if found:
            return found
        store.changes(connection)
        found += _unread(store, connection)
        lost = {
            "list entries": sql.select(sql.func.count()).where(LISTS.c.image.not_in(sql.select(IMAGES.c.id))),
            "links": sql.select(sql.func.count()).where(
                LINKS.c.one.not_in(sql.select(IMAGES.c.id)) | LINKS.c.other.not_in(sql.select(IMAGES.c.id))
            ),
            "images without a template": sql.select(sql.func.count()).where(
                IMAGES.c.template.is_(None) | IMAGES.c.template.not_in(sql.select(TEMPLATES.c.id))
            ),
        }
        for what, question in lost.items():
            if number := connection.execute(question).scalar_one():
                found.append(f"{store.name} has {number} {what} that lead nowhere; add its images to a new archive")
    return found


def _unread(store: Store, connection: sql.Connection) -> list[str]:
    """Images whose signature or date cannot be read, and words that are not in their lists."""
    found: list[str] = []
    last = 0
    while True:
        columns = (IMAGES.c.id, IMAGES.c.path, IMAGES.c.received, IMAGES.c.signature)
        question = sql.select(*columns).where(IMAGES.c.id > last)
        rows = connection.execute(question.order_by(IMAGES.c.id).limit(READ)).all()
        if not rows:
            return found
        for number, path, received, data in rows:
            last = int(number)
            try:
                seconds(received)
            except BadArchive:
                found.append(f"the date of {path} cannot be read; forget the image and add it again")
            try:
                keys = {key for key, _ in word_keys(store.decoded(last, data))}
            except BadArchive:
                found.append(f"the signature of {path} cannot be read; forget the image and add it again")
                continue
            question = sql.select(LISTS.c.key).where(LISTS.c.image == last, LISTS.c.key.in_(keys))
            missing = keys - set(connection.execute(question).scalars())
            if missing:
                counts = store.counts(connection, LISTS, sorted(missing))
                if any(counts.get(key, 0) < FULL / 2 for key in missing):
                    found.append(f"words of {path} are not in the lists; forget the image and add it again")
