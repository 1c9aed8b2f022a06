"""What is erased is gone from the database and the store, and the log says that it was."""

import time

import pytest
import sqlalchemy as sa

import realfake
from realfake.service import erasure
from realfake.service.errors import Conflict, NotFound
from realfake.service.schema import FEATURES, IMAGES, LABELS, SCORES
from tests.desks import add_image


def test_erasing_reaches_the_archive_and_what_is_said_of_copies(copied, client, desk):
    original, copy = copied
    archive = desk.settings.archive
    families = realfake.archive.families(archive).set_index("path")
    assert families.loc[f"desk:{original['id']}", "family"] == families.loc[f"desk:{copy['id']}", "family"]
    assert client.delete(f"/v1/images/{original['id']}").status_code == 200
    with pytest.raises(realfake.RealfakeError, match="holds no image"):
        realfake.archive.forget(f"desk:{original['id']}", archive)
    told = client.get(f"/v1/images/{copy['id']}").json()["archive"]
    assert (told["earlier"], told["image"], told["earlier_sender"]) == ("erased", None, "")
    assert realfake.archive.check(archive) == []


def counts(database):
    with database.read() as connection:
        tables = (IMAGES, SCORES, FEATURES, LABELS)
        return [connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in tables]


def test_an_erased_image_leaves_nothing_but_its_id_in_the_log(either, store, tmp_path):
    digest = store.put(b"slip of ann")
    image = add_image(either, {"a": 1}, sha256=digest, stored=True, sender="ann", label="fake")
    assert counts(either) == [1, 1, 1, 1]
    erasure.erase(either, store, image, "admin")
    assert counts(either) == [0, 0, 0, 0]
    assert [path for path in (tmp_path / "images").rglob("*") if path.is_file()] == []
    with either.read() as connection:
        assert connection.execute(sa.text("SELECT who, action, subject FROM audit")).all() == [
            ("admin", "erase", image)
        ]


def test_nothing_of_it_is_left_in_the_file_of_the_database(database, store, tmp_path):
    image = add_image(database, sender="Ann Erased-Person")
    erasure.erase(database, store, image, "admin")
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"Erased-Person" not in b"".join(file.read_bytes() for file in tmp_path.glob("desk.sqlite*"))


def test_a_file_that_another_image_shows_stays(database, store):
    digest = store.put(b"slip")
    first, second = (add_image(database, sha256=digest, stored=True) for _ in range(2))
    erasure.erase(database, store, first, "admin")
    assert store.get(digest) == b"slip"
    erasure.erase(database, store, second, "admin")
    with pytest.raises(Exception, match="cannot be read"):
        store.get(digest)


def test_what_is_not_there_or_being_scored_is_not_erased(database, store):
    with pytest.raises(NotFound):
        erasure.erase(database, store, "0" * 32, "admin")
    with pytest.raises(Conflict, match="is being scored"):
        erasure.erase(database, store, add_image(database, status="running"), "admin")


def test_old_images_go_by_themselves(database, store):
    now = time.time()
    add_image(database, submitted=now - 8 * erasure.DAY)
    young = add_image(database, submitted=now - 6 * erasure.DAY)
    erasure.erase_old(database, store, None)
    assert counts(database)[0] == 2
    erasure.erase_old(database, store, 7.0)
    with database.read() as connection:
        assert connection.execute(sa.select(IMAGES.c.id)).scalars().all() == [young]
