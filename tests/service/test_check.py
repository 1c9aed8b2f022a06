"""A desk that is whole is told from one that was tampered with."""

import shutil
import sqlite3
import subprocess

import sqlalchemy as sa

from realfake.service import audit
from realfake.service.check import check_desk
from realfake.service.database import Database
from realfake.service.schema import IMAGES
from realfake.service.settings import Settings
from tests.commands import realfake
from tests.desks import add_image, new_database


def run(tmp_path, *more, code=0):
    desk = "--database", f"sqlite:///{tmp_path / 'desk.sqlite'}", "--images", tmp_path / "images"
    return realfake("service-check", *desk, *more, code=code)


def test_a_whole_desk_is_said_to_be_whole_and_a_damaged_one_what_is_wrong(database, store, tmp_path):
    digest = store.put(b"slip")
    add_image(database, sha256=digest, stored=True)
    with database.write() as connection:
        audit.append(database, connection, "anna", "label", "x")
    head = audit.check(database).head
    whole = run(tmp_path, "--head", head)
    assert whole.stdout == f"1 rows in the audit log, 1 images kept; the last row has the hash {head}\n"
    next(path for path in (tmp_path / "images").rglob("*") if path.is_file()).write_bytes(b"slop")
    damaged = run(tmp_path, "--head", "0" * 64, code=1)
    assert "the noted hash no longer stands" in damaged.stderr and "was changed or damaged" in damaged.stderr


def test_a_desk_that_is_not_there_is_neither_whole_nor_made(tmp_path):
    assert "there is no database" in run(tmp_path, code=1).stderr
    assert not list(tmp_path.iterdir())


def worked_on(address, store):
    """A desk with an image, a decision and a log."""
    database = Database(address)
    add_image(database, sha256=store.put(b"slip"), stored=True, label="fake", sender="ann")
    with database.write() as connection:
        audit.append(database, connection, "anna", "label", "x")
    database.close()


def look(address, images):
    found = check_desk(Settings(database=address, images=str(images)))
    database = Database(address)
    with database.read() as connection:
        senders = connection.execute(sa.select(IMAGES.c.sender, IMAGES.c.label)).all()
    database.close()
    return found, senders


def test_a_desk_on_sqlite_comes_back_from_its_backup(store, tmp_path):
    worked_on(f"sqlite:///{tmp_path / 'desk.sqlite'}", store)
    with sqlite3.connect(tmp_path / "desk.sqlite") as here, sqlite3.connect(tmp_path / "kept.sqlite") as there:
        here.backup(there)  # what .backup of the command line calls
    here.close()
    there.close()
    shutil.copytree(tmp_path / "images", tmp_path / "kept")
    before = look(f"sqlite:///{tmp_path / 'desk.sqlite'}", tmp_path / "images")
    assert look(f"sqlite:///{tmp_path / 'kept.sqlite'}", tmp_path / "kept") == before
    assert before[0].problems == () and before[0].rows == before[0].images == 1


def test_a_desk_on_postgresql_comes_back_from_its_backup(postgres, store, tmp_path):
    first, second = new_database(postgres), new_database(postgres)
    worked_on(first, store)
    plain = [address.replace("postgresql+psycopg", "postgresql") for address in (first, second)]
    dump = subprocess.run(["pg_dump", "--format=custom", plain[0]], check=True, capture_output=True).stdout
    subprocess.run(["pg_restore", "--no-owner", "--dbname", plain[1]], check=True, input=dump)
    assert look(second, tmp_path / "images") == look(first, tmp_path / "images")
    assert look(second, tmp_path / "images")[0].problems == ()
