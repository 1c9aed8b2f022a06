"""The archive's tables in SQLite, one file, or in PostgreSQL: images with their signatures, inverted lists, links.

Everything that an image brings is written in one transaction with a batch of others, by one writer at a time, so that a
process that is killed leaves whole batches, and adding again doubles nothing.
"""

from __future__ import annotations

import calendar
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import sqlalchemy as sql
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from realfake.forensics.errors import BadArchive, MissingExtra
from realfake.forensics.text.signature import VERSION, Signature, from_bytes, to_bytes, words_from_bytes
from realfake.pipeline.archive.keys import word_keys
from realfake.pipeline.archive.template import Statics

FORMAT = 4  # of the tables
CHANGES = "changes"  # what counts them
FULL = 256  # images in a list, from which on none is added: what so many screens show tells nothing of one
WAIT = 600  # seconds for which a writer waits for another
READ = 4096  # entries of lists that are read, the shortest lists first: the longest tell nothing of one image
AT_ONCE = 10_000  # keys in one question; SQLite allows 32,766
POSTGRES = "postgresql"
SOME: sql.BindParameter[Any] = sql.bindparam("some", expanding=True)  # a list that is not looked at one by one

T = TypeVar("T")
SCHEMA = sql.MetaData()
NUMBER = sql.BigInteger().with_variant(sql.Integer, "sqlite")  # SQLite counts up only what it calls INTEGER
META = sql.Table(
    "realfake_archive", SCHEMA, sql.Column("key", sql.Text, primary_key=True), sql.Column("value", sql.Text)
)
IMAGES = sql.Table(
    "images",
    SCHEMA,
    sql.Column("id", NUMBER, primary_key=True, autoincrement=True),
    sql.Column("path", sql.Text, nullable=False),
    sql.Column("sha256", sql.Text, nullable=False, index=True),
    sql.Column("received", sql.Text, nullable=False, server_default=""),
    sql.Column("sender", sql.Text, nullable=False, server_default=""),
    sql.Column("template", NUMBER),
    sql.Column("signature", sql.LargeBinary, nullable=False),
    sql.Column("picture", sql.LargeBinary),
    sql.UniqueConstraint("path", "sha256"),
    sql.Index("of_template", "template", "received", "id"),
    sqlite_autoincrement=True,
)
LISTS = sql.Table(
    "lists",
    SCHEMA,
    sql.Column("key", sql.BigInteger, primary_key=True, autoincrement=False),
    sql.Column("image", NUMBER, primary_key=True, autoincrement=False),
    sql.Column("received", sql.BigInteger, nullable=False, server_default="0"),  # of the image, as `seconds` tells it
    sqlite_with_rowid=False,
)
TEMPLATES = sql.Table(
    "templates",
    SCHEMA,
    sql.Column("id", NUMBER, primary_key=True, autoincrement=True),
    sql.Column("first", NUMBER, nullable=False),  # the image that it is known by
    sqlite_autoincrement=True,
)
TEMPLATE_LISTS = sql.Table(
    "template_lists",
    SCHEMA,
    sql.Column("key", sql.BigInteger, primary_key=True, autoincrement=False),
    sql.Column("template", NUMBER, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
LINKS = sql.Table(
    "links",
    SCHEMA,
    sql.Column("one", NUMBER, primary_key=True, autoincrement=False),
    sql.Column("other", NUMBER, primary_key=True, autoincrement=False, index=True),
    sql.Column("kind", sql.Text, nullable=False),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True)
class Entry:
    """One archived image without its signature; `received` as `YYYY-MM-DDTHH:MM:SS`, "" where it is not known."""

    id: int
    path: str
    sha256: str
    received: str
    sender: str
    template: int | None

    def before(self, other: Entry) -> bool:
        """Whether it was received earlier: by what is known of that, else in the order of adding."""
        if self.received and other.received and self.received != other.received:
            return self.received < other.received
        return self.id < other.id


@dataclass(frozen=True)
class Before:
    """Which archived images count as received before another, and all others as if they were not there.

    Attributes
    ----------
    own : the image itself where it is in the archive: those before it count
    received : else, when it came: those that came earlier count, and those of which that is not known; all where ""
    """

    own: Entry | None = None
    received: str = ""

    def __call__(self, entry: Entry) -> bool:
        """Whether an image counts."""
        if self.own is not None:
            return entry.id != self.own.id and entry.before(self.own)
        return not (self.received and entry.received) or entry.received < self.received

    @property
    def clause(self) -> sql.ColumnElement[bool] | None:
        """The same of the rows of `IMAGES`; None where all count."""
        return self._of(IMAGES.c.received, IMAGES.c.id, str)

    @property
    def among_lists(self) -> sql.ColumnElement[bool] | None:
        """The same of the rows of `LISTS`, which need not lead to their images for it."""
        return self._of(LISTS.c.received, LISTS.c.image, seconds)

    def _of(
        self, here: sql.Column[Any], number: sql.Column[int], kept: Callable[[str], Any]
    ) -> sql.ColumnElement[bool] | None:
        if self.own is not None:
            if not self.own.received:
                return number < self.own.id
            unknown = here.in_([kept(""), kept(self.own.received)]) & (number < self.own.id)
            known: sql.ColumnElement[bool] = (here != kept("")) & (here < kept(self.own.received))
            return unknown | known
        if not self.received:
            return None
        came: sql.ColumnElement[bool] = (here == kept("")) | (here < kept(self.received))
        return came


def seconds(received: str) -> int:
    """When an image was received, as `Entry` tells it, in seconds since 1970; 0 where that is not known.

    Raises
    ------
    BadArchive
        If it is no date, which only damage makes of one.
    """
    try:
        return calendar.timegm(time.strptime(received, "%Y-%m-%dT%H:%M:%S")) if received else 0
    except ValueError:
        raise BadArchive(
            f"the archive is damaged: it has an image of the date {received!r}; realfake archive check names it"
        ) from None


ALL = Before()


class Store:
    """An archive that is open.

    Parameters
    ----------
    place : file of an SQLite archive, or URL of a PostgreSQL database
    create : make it where there is none

    Raises
    ------
    BadArchive
        If there is none, or what is there is damaged, of a newer version, or no archive.
    """

    def __init__(self, place: str | os.PathLike[str], create: bool = False) -> None:
        self.place = os.fspath(place)
        self.name = _without_password(self.place)
        self.statics: dict[tuple[int, ...], Statics | None] = {}  # of templates, by the images that tell
        self.engine = _engine(os.fspath(place), create)
        try:
            with self._said():
                if create:
                    self._make()
                self._check_versions()
        except BaseException:
            self.close()
            raise

    def _make(self) -> None:
        """Make the tables that are not there."""
        with self.writing() as connection:
            others = sql.inspect(connection).get_table_names()
            if others and META.name not in others:
                raise BadArchive(f"{self.name} is a database of something else; name one of its own for the archive")
            SCHEMA.create_all(connection)
            if not connection.execute(sql.select(META.c.key)).first():
                made = {"format": FORMAT, "signature": VERSION, CHANGES: 0}
                connection.execute(META.insert(), [{"key": key, "value": str(value)} for key, value in made.items()])

    def close(self) -> None:
        """Let go of the file or the server."""
        self.engine.dispose()

    @cached_property
    def on_server(self) -> bool:
        """Whether it is a PostgreSQL database."""
        return bool(self.engine.dialect.name == POSTGRES)

    @contextmanager
    def reading(self) -> Iterator[sql.Connection]:
        """A connection that sees one state of the archive."""
        with self._said(), self.engine.connect() as connection:
            if self.on_server:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            else:
                connection.exec_driver_sql("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sql.Connection]:
        """A transaction of the only writer; whole or not at all."""
        with self._said(), self.engine.connect() as connection:
            if self.on_server:
                connection.execute(
                    sql.text("SELECT pg_advisory_xact_lock(7262657)")
                )  # one for all archives of a database
            else:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()

    @contextmanager
    def _said(self) -> Iterator[None]:
        """What goes wrong with the database, in one sentence."""
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise BadArchive(
                f"{self.name} cannot be used as an archive ({_first_line(error)}); {_advice(error)}"
            ) from None

    def _check_versions(self) -> None:
        with self.engine.connect() as connection:
            if not sql.inspect(connection).has_table(META.name):
                raise BadArchive(
                    f"{self.name} is no archive; make one with: realfake archive add PATHS --archive {self.name}"
                )
            known = dict(connection.execute(sql.select(META.c.key, META.c.value)).all())
        for key, mine in (("format", FORMAT), ("signature", VERSION)):
            theirs = self._number(known.get(key, "0"))
            if theirs > mine:
                raise BadArchive(f"{self.name} was made by a newer version of realfake; install that version to use it")
            if theirs < mine:
                raise BadArchive(
                    f"{self.name} was made by an older version of realfake; add its images to a new archive"
                )

    def _number(self, value: str | None) -> int:
        if value is None or not value.isdecimal():
            raise BadArchive(f"{self.name} is damaged: what it says of itself is no number; restore a copy")
        return int(value)

    def changes(self, connection: sql.Connection) -> int:
        """How often images were added or forgotten."""
        return self._number(connection.execute(sql.select(META.c.value).where(META.c.key == CHANGES)).scalar())

    def changed(self, connection: sql.Connection) -> None:
        """Count one more change."""
        more = str(self.changes(connection) + 1)
        connection.execute(sql.update(META).where(META.c.key == CHANGES).values(value=more))

    def insert(self, connection: sql.Connection, row: Mapping[str, Any], signature: Signature) -> int:
        """Add an image and its words to the lists; its number."""
        values = {**row, "signature": to_bytes(signature)}
        found = connection.execute(IMAGES.insert().values(values).returning(IMAGES.c.id)).scalar_one()
        self.changed(connection)
        keys = sorted({key for key, _ in word_keys(signature)})
        counts = self.counts(connection, LISTS, keys)
        came = seconds(row.get("received", ""))
        rows = [{"key": key, "image": found, "received": came} for key in keys if counts.get(key, 0) < FULL]
        if rows:
            connection.execute(LISTS.insert(), rows)
        return int(found)

    def new_template(self, connection: sql.Connection, image: int, signature: Signature) -> int:
        """Begin a template that is known by an image."""
        found = connection.execute(TEMPLATES.insert().values(first=image).returning(TEMPLATES.c.id)).scalar_one()
        keys = sorted({key for key, _ in word_keys(signature)})
        counts = self.counts(connection, TEMPLATE_LISTS, keys)
        rows = [{"key": key, "template": found} for key in keys if counts.get(key, 0) < FULL]
        if rows:
            connection.execute(TEMPLATE_LISTS.insert(), rows)
        return int(found)

    @staticmethod
    def counts(
        connection: sql.Connection, lists: sql.Table, keys: Sequence[int], before: Before = ALL
    ) -> dict[int, int]:
        """How many entries that count the list of each key has; keys without any are left out."""
        found: dict[int, int] = {}
        for some in _parts(keys):
            question = _counting(sql.select(lists.c.key, sql.func.count()), lists, before)
            question = question.where(lists.c.key.in_(SOME)).group_by(lists.c.key)
            found.update(connection.execute(question, {"some": some}).all())
        return found

    @staticmethod
    def nearest(
        connection: sql.Connection, lists: sql.Table, counts: Mapping[int, int], most: int, before: Before = ALL
    ) -> list[int]:
        """Images, or templates, that stand in the shortest of lists, those in most of them first.

        Parameters
        ----------
        connection, lists : where
        counts : the keys of a screen with how many entries of each list count
        most : that are named
        before : which images count
        """
        shortest = sorted(counts, key=lambda key: (counts[key], key))
        entries = np.cumsum([counts[key] for key in shortest])
        keys = shortest[: int(np.searchsorted(entries, READ, side="right"))]
        if not keys:
            return []
        member = lists.c.image if "image" in lists.c else lists.c.template
        found: dict[int, float] = {}
        for some in _parts(keys):
            question = _counting(sql.select(lists.c.key, member), lists, before).where(lists.c.key.in_(SOME))
            for key, one in connection.execute(question.order_by(lists.c.key, member), {"some": some}).all():
                found[int(one)] = found.get(int(one), 0.0) + 1.0 / counts[key]
        return sorted(found, key=lambda one: (-found[one], one))[:most]

    def entries(self, connection: sql.Connection, numbers: Iterable[int] | None = None) -> list[Entry]:
        """Archived images by number, or all, in the order of adding."""
        columns = [IMAGES.c[name] for name in Entry.__dataclass_fields__]
        question = sql.select(*columns).order_by(IMAGES.c.id)
        if numbers is None:
            return [Entry(*row) for row in connection.execute(question)]
        rows = connection.execute(question.where(IMAGES.c.id.in_(SOME)), {"some": list(numbers)})
        return [Entry(*row) for row in rows]

    def of_template(self, connection: sql.Connection, template: int, most: int, before: Before = ALL) -> list[Entry]:
        """The archived images of a template that count, those received last first."""
        columns = [IMAGES.c[name] for name in Entry.__dataclass_fields__]
        question = sql.select(*columns).where(IMAGES.c.template == template)
        if before.clause is not None:
            question = question.where(before.clause)
        rows = connection.execute(question.order_by(IMAGES.c.received.desc(), IMAGES.c.id.desc()).limit(most))
        return [Entry(*row) for row in rows]

    def signatures(self, connection: sql.Connection, numbers: Iterable[int]) -> dict[int, Signature]:
        """The signatures of images.

        Raises
        ------
        BadArchive
            If one is damaged.
        """
        question = sql.select(IMAGES.c.id, IMAGES.c.signature).where(IMAGES.c.id.in_(SOME))
        rows = connection.execute(question, {"some": list(numbers)})
        return {int(number): self.decoded(int(number), data) for number, data in rows}

    def words(self, connection: sql.Connection, numbers: Iterable[int]) -> dict[int, np.ndarray]:
        """The `words` of the signatures of images; errors as in `signatures`."""
        question = sql.select(IMAGES.c.id, IMAGES.c.signature).where(IMAGES.c.id.in_(SOME))
        return {
            int(number): self._read(int(number), data, words_from_bytes)
            for number, data in connection.execute(question, {"some": list(numbers)})
        }

    def decoded(self, number: int, data: bytes) -> Signature:
        """A signature from its bytes."""
        return self._read(number, data, _decoded)

    def _read(self, number: int, data: bytes, how: Callable[[bytes], T]) -> T:
        try:
            return how(bytes(data))
        except (TypeError, ValueError):
            raise BadArchive(
                f"{self.name} is damaged: the signature of image {number} cannot be read; restore a copy, "
                "or forget the image and add it again"
            ) from None


@lru_cache(maxsize=256)
def _decoded(data: bytes) -> Signature:
    return from_bytes(data)


def _counting(question: Any, lists: sql.Table, before: Before) -> Any:
    """A question of lists that sees the entries of images that count alone, and the templates that begin with one."""
    if before.clause is None:
        return question.select_from(lists)
    if "image" in lists.c:
        return question.select_from(lists).where(before.among_lists)
    joined = lists.join(TEMPLATES, TEMPLATES.c.id == lists.c.template).join(IMAGES, IMAGES.c.id == TEMPLATES.c.first)
    return question.select_from(joined).where(before.clause)


def _engine(place: str, create: bool) -> sql.Engine:
    if place.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        try:
            import psycopg  # noqa: F401  (said before the work where it is missing)
        except ImportError:
            raise MissingExtra(
                "an archive in PostgreSQL needs psycopg; run: pip install 'realfake[postgres]'"
            ) from None
        try:
            return sql.create_engine("postgresql+psycopg://" + place.partition("://")[2])
        except ValueError:
            raise BadArchive("the address of the archive is not understood; give postgresql://USER@HOST/NAME") from None
    if "://" in place:
        raise BadArchive(
            f"{_without_password(place)} is no archive; name a file, or a URL that begins with postgresql://"
        )
    path = Path(place)
    if path.is_dir():
        raise BadArchive(f"{place} is a folder; an archive is one file, such as {path / 'archive.db'}")
    if not create and not path.is_file():
        raise BadArchive(f"there is no archive {place}; make one with: realfake archive add PATHS --archive {place}")
    if not path.parent.is_dir():
        raise BadArchive(f"the archive {place} cannot be made: there is no folder {path.parent}")
    engine = sql.create_engine(sql.URL.create("sqlite", database=str(path)), connect_args={"timeout": WAIT})
    sql.event.listen(engine, "connect", _on_connect)
    return engine


def _on_connect(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # transactions begin where `writing` says so
    for setting in ("journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON", "cache_size = -65536"):
        connection.execute(f"PRAGMA {setting}")


def _parts(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]


def _without_password(place: str) -> str:
    if "://" not in place:
        return place
    try:
        url = sql.make_url(place)
    except (ArgumentError, ValueError):
        return f"{place.partition('://')[0]}://"
    return url.difference_update_query(["password"]).set(password=None).render_as_string()


def _first_line(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return (str(cause).strip().splitlines() or ["no reason given"])[0]


def _advice(error: Exception) -> str:
    said = str(error)
    if "malformed" in said or "not a database" in said:
        return "it is damaged or no archive: restore a copy, or add the images to a new one"
    if "locked" in said:
        return "another process holds it: try again when that is done"
    return "check the address, the permissions and the room on the disk"
