"""The desk to look at is filled with drawn cases."""

import socket

import pytest
import sqlalchemy as sa

from realfake.service import demo
from realfake.service.database import Database
from realfake.service.schema import IMAGES
from realfake.service.settings import Settings, address
from tests import desks
from tests.phones import small_phones


def test_drawn_cases_are_taken_in_and_nothing_of_them_stays(monkeypatch):
    monkeypatch.setattr(demo, "GENUINE", 2)
    monkeypatch.setattr(demo, "FAKE", 1)
    seen = []

    def serve(settings: Settings, bind: str) -> None:
        database = Database(settings.database)
        with database.read() as connection:
            seen.extend(connection.execute(sa.select(IMAGES.c.sender, IMAGES.c.expected_amount, IMAGES.c.name)).all())
        database.close()
        seen.append(settings)
        with socket.create_server(address(bind)):
            desks.until(lambda: len(said) == 2)

    monkeypatch.setattr(demo, "serve", serve)
    said, bind = [], f"127.0.0.1:{desks.free_port()}"
    with small_phones():
        demo.demo_desk(bind, said.append, browse=False)
    *rows, settings = seen
    assert len(rows) == 3 and all(sender and amount > 0 for sender, amount, _ in rows)
    assert not any("fake" in name or "genuine" in name for *_, name in rows), "names do not tell"
    assert said == [
        "drawing 3 cases; the page is there in about half a minute",
        f"3 drawn cases are at http://{bind}/review; Ctrl-C ends the desk and deletes them",
    ]
    from pathlib import Path

    assert not Path(settings.images).exists()


AMOUNTS = {
    "92.00": 92.0, "PHP 1,234.50": 1234.5, "1.234,50 €": 1234.5, "1 234,00 kr": 1234.0, "Rp 1.250.000": 1_250_000.0,
    "1,250": 1250.0, "": None,
}  # fmt: skip


@pytest.mark.parametrize("text", AMOUNTS)
def test_an_amount_is_read_however_it_is_written(text):
    assert demo.amount_of(text) == AMOUNTS[text]
