"""The desk to look at is filled with drawn cases."""

import sqlalchemy as sa

from realfake.service import demo
from realfake.service.database import Database
from realfake.service.schema import IMAGES
from realfake.service.settings import Settings
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

    monkeypatch.setattr(demo, "serve", serve)
    said = []
    with small_phones():
        demo.demo_desk("127.0.0.1:8000", said.append, browse=False)
    *rows, settings = seen
    assert len(rows) == 3 and all(sender and amount > 0 for sender, amount, _ in rows)
    assert not any("fake" in name or "genuine" in name for *_, name in rows), "names do not tell"
    assert said == ["3 drawn cases are at http://127.0.0.1:8000/review; Ctrl-C ends the desk and deletes them"]
    from pathlib import Path

    assert not Path(settings.images).exists()
