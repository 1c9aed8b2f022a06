"""One database a test, and one desk and one PostgreSQL for all that need a running one."""

import io
from dataclasses import replace
from itertools import count

import httpx2 as httpx
import pytest

from realfake.service.database import Database
from realfake.service.settings import Settings
from realfake.service.store import ImageStore
from tests import desks
from tests.payments import payment, receipt


@pytest.fixture
def database(tmp_path):
    opened = Database(f"sqlite:///{tmp_path / 'desk.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def store(tmp_path):
    return ImageStore(str(tmp_path / "images"))


@pytest.fixture(scope="session")
def postgres():
    with desks.postgres() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request, tmp_path):
    """A database of each kind."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path / 'desk.sqlite'}"
    else:
        address = desks.new_database(request.getfixturevalue("postgres"))
    opened = Database(address)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """A desk that runs, and its address."""
    place = tmp_path_factory.mktemp("desk")
    settings = Settings(
        database=f"sqlite:///{place / 'desk.sqlite'}",
        images=str(place / "images"),
        archive=str(place / "archive.db"),
        models=place / "models",
        second_opinion=1000.0,
        random_share=0.5,
        families=("ela",),
        requests_per_minute=100_000,
    )
    with desks.running(settings) as (desk, address):
        yield desk, address


@pytest.fixture(scope="session")
def desk(served):
    return served[0]


@pytest.fixture(scope="session")
def client(served):
    """A client with a key that may do everything."""
    desk, address = served
    key = desk.access.make_key("tests", frozenset({"submit", "review", "admin"}), "test")
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=desks.PATIENCE) as found:
        yield found


PAYMENTS = count(7)


@pytest.fixture
def copied(client):
    """A receipt that came in, and a copy of it with another amount; each time of another payment."""
    one = payment(next(PAYMENTS))
    found = []
    for told in (one, replace(one, amount="9,999.99")):
        file = io.BytesIO()
        receipt(told).save(file, "PNG")
        files = {"file": ("r.png", file.getvalue())}
        found.append(client.post("/v1/images?wait=60", files=files, data={"sender": told.name}).json())
    return found


@pytest.fixture(scope="session")
def submit(client):
    """Send a screen in and wait for what comes of it."""

    def send(number: int, **said: object) -> dict:
        answer = client.post("/v1/images", files={"file": (f"{number}.png", desks.screen(number))}, data=said)
        assert answer.status_code in (200, 202), answer.text
        image = f"/v1/images/{answer.json()['id']}"
        desks.until(lambda: client.get(image).json()["status"] not in ("queued", "running"))
        return client.get(image).json()

    return send
