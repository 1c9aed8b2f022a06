"""Places for archives: an SQLite file, and a database of a real PostgreSQL."""

from collections.abc import Iterator
from contextlib import closing
from uuid import uuid4

import pytest
import sqlalchemy as sql

from realfake.pipeline.archive.adding import Screen, add
from realfake.pipeline.archive.store import Store
from tests import postgres
from tests.payments import payment, receipt, signed


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path) -> str:
    """Where an archive may be made."""
    if request.param == "sqlite":
        return str(tmp_path / "archive.db")
    url = request.getfixturevalue("server")
    name = f"archive_{uuid4().hex}"
    engine = sql.create_engine(url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return url.removesuffix("postgres") + name


@pytest.fixture
def store(place) -> Iterator[Store]:
    with closing(Store(place, create=True)) as opened:
        yield opened


@pytest.fixture(scope="session")
def signatures():
    """Of thirty payments."""
    return [signed(receipt(payment(number))) for number in range(30)]


@pytest.fixture
def filled(store, signatures) -> Store:
    """An archive of thirty payments."""
    screens = [Screen(f"/in/{i}.png", f"{i:064x}", each) for i, each in enumerate(signatures)]
    assert add(store, screens) == list(range(1, 31))
    return store
