"""Both kinds of databases hold what is written, whole or not at all."""

import threading

import pytest
import sqlalchemy as sa

from realfake.forensics.errors import RealfakeError
from realfake.service.database import Database
from realfake.service.schema import IMAGES
from tests.desks import add_image


def count(database):
    with database.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(IMAGES)).scalar_one()


def test_what_fails_leaves_nothing_behind(either):
    image = add_image(either)
    with pytest.raises(ZeroDivisionError), either.write() as connection:
        connection.execute(sa.delete(IMAGES).where(IMAGES.c.id == image))
        raise ZeroDivisionError
    assert count(either) == 1


def test_many_may_write_at_once(either):
    threads = [threading.Thread(target=add_image, args=(either,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(either) == 20


def test_a_database_that_is_opened_again_keeps_what_it_holds(tmp_path):
    for expected in (0, 1):
        database = Database(f"sqlite:///{tmp_path / 'desk.sqlite'}")
        assert count(database) == expected
        add_image(database)
        database.close()


@pytest.mark.parametrize(
    "address", ["", "nonsense", "mysql://host/desk", "oracle://host/desk", "postgresql+asyncpg://host/desk"]
)
def test_an_address_that_is_not_understood_is_told(address):
    with pytest.raises(RealfakeError, match="is not understood; give sqlite:///FILE or postgresql://USER@HOST/NAME"):
        Database(address)


def test_a_database_that_does_not_answer_is_told_without_its_password():
    with pytest.raises(RealfakeError, match="does not answer") as told:
        Database("postgresql://desk:hunter2@127.0.0.1:9/desk?connect_timeout=2&password=hunter2")
    assert "hunter2" not in str(told.value)


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing " * 500)
    with pytest.raises(RealfakeError, match="notes.txt does not answer as one of a desk"):
        Database(f"sqlite:///{tmp_path / 'notes.txt'}")


def test_what_clients_say_is_not_in_errors(database):
    with pytest.raises(sa.exc.IntegrityError) as told:
        add_image(database, id=add_image(database), sender="secret person")
    assert "secret person" not in str(told.value)
