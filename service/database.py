"""The database: SQLite in a file, or PostgreSQL by its address; brought to the newest tables when it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError

from realfake.forensics.errors import RealfakeError

MIGRATIONS = Path(__file__).parent / "migrations"
PATIENCE = 30  # seconds that a writer waits for another one
POOL = 20  # connections of one instance
MIGRATING = 0x7265616C  # key of the lock under which one instance at a time changes tables


class Database:
    """Connections in two kinds of transaction: `read`, and `write`, which on SQLite waits for its turn when it begins.

    Parameters
    ----------
    address : such as `sqlite:///desk.sqlite` or `postgresql://user@host/desk`
    new : whether a file that is not there is made

    Raises
    ------
    RealfakeError
        If the address is none, or the database does not answer.
    """

    def __init__(self, address: str, new: bool = True) -> None:
        url = _url(address)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        if self.is_sqlite and not new and not Path(url.database or "").is_file():
            raise RealfakeError(f"there is no database {url.database or 'without a name'}; name that of a desk")
        common: dict[str, Any] = {"pool_size": POOL, "max_overflow": POOL, "hide_parameters": True}  # none in a log
        if self.is_sqlite:
            self.engine = sa.create_engine(url, connect_args={"timeout": PATIENCE}, **common)
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            sa.event.listen(self.engine, "begin", _begin_sqlite)
        else:
            self.engine = sa.create_engine(url, pool_pre_ping=True, **common)
        self._writing = self.engine.execution_options(immediate=True)
        try:
            self._migrate()
        except DatabaseError as error:
            cause = str(error.orig).strip().split("\n")[0]
            shown = url.difference_update_query(["password"]).render_as_string(hide_password=True)
            raise RealfakeError(
                f"the database {shown} does not answer as one of a desk ({cause}); check its address and that it runs"
            ) from None

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A transaction that only looks."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that changes something, whole or not at all."""
        with self._writing.begin() as connection:
            yield connection

    def alone(self, connection: sa.Connection, key: int) -> None:
        """Hold other writers that ask for the same key until this transaction ends; on SQLite they wait anyhow."""
        if not self.is_sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))

    def close(self) -> None:
        """Give up all connections."""
        self.engine.dispose()

    def _migrate(self) -> None:
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.write() as connection:
            self.alone(connection, MIGRATING)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _url(address: str) -> URL:
    try:
        url = make_url(address)
        if url.drivername in ("postgres", "postgresql"):
            url = url.set(drivername="postgresql+psycopg")
        if url.drivername not in ("sqlite", "postgresql+psycopg"):
            raise ArgumentError
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise RealfakeError(
            "the address of the database is not understood; give sqlite:///FILE or postgresql://USER@HOST/NAME"
        ) from None
    return url


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # transactions begin where `_begin_sqlite` says
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
