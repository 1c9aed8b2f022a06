"""Tables that survive: versions are told, damage is a sentence, nothing is there twice."""

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sql

from realfake.forensics.errors import BadArchive
from realfake.pipeline.archive.adding import Screen, add
from realfake.pipeline.archive.keys import asked_keys
from realfake.pipeline.archive.store import FULL, IMAGES, LISTS, META, Before, Entry, Store, seconds
from tests.payments import unlike


def test_an_archive_is_made_once_and_opened_again(place, signatures):
    with closing(Store(place, create=True)) as store:
        assert add(store, [Screen("/a", "1" * 64, signatures[0])]) == [1]
    with closing(Store(place, create=True)) as store:
        known, new = add(store, [Screen(name, "1" * 64, signatures[0]) for name in ("/a", "/b")])
        assert known is None and new > 1
    with closing(Store(place)) as store, store.reading() as connection:
        assert [entry.path for entry in store.entries(connection)] == ["/a", "/b"]
        assert len(store.signatures(connection, [1])[1]) == len(signatures[0])


def test_a_newer_and_an_older_archive_get_a_sentence(store, place):
    for version, said in ((99, "newer"), (0, "older")):
        with store.writing() as connection:
            connection.execute(sql.update(META).where(META.c.key == "format").values(value=str(version)))
        with pytest.raises(BadArchive, match=said):
            Store(place)


def test_what_is_no_archive_gets_a_sentence(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing " * 500)
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE t (x)")
    places = {
        "notes.txt": "not a database",
        "other.db": "is no archive",
        "gone.db": "there is no archive",
        "": "is a folder",
        "no/folder.db": "there is no archive",
    }
    for name, said in places.items():
        with pytest.raises(BadArchive, match=said):
            Store(tmp_path / name)
    with pytest.raises(BadArchive, match="no folder"):
        Store(tmp_path / "no" / "folder.db", create=True)
    with pytest.raises(BadArchive, match="begins with postgresql://"):
        Store("mysql://host/name")


def test_a_server_that_is_not_there_gets_a_sentence_without_the_password():
    with pytest.raises(BadArchive, match="cannot be used") as caught:
        Store("postgresql://me:secret@127.0.0.1:1/none?password=secret")
    assert "secret" not in str(caught.value)


def test_an_address_that_is_not_understood_gets_a_sentence_without_the_password():
    with pytest.raises(BadArchive, match="not understood; give postgresql://USER@HOST/NAME") as caught:
        Store("postgresql://me:secret@host:port/name")
    assert "secret" not in str(caught.value)


def test_a_database_of_something_else_is_left_as_it_is(tmp_path):
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE t (x)")
        with pytest.raises(BadArchive, match="of something else"):
            Store(tmp_path / "other.db", create=True)
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("t",)]


@pytest.mark.parametrize("key", ["format", "changes"])
def test_what_an_archive_says_of_itself_must_be_a_number(store, key):
    with store.writing() as connection:
        connection.execute(sql.update(META).where(META.c.key == key).values(value="x"))
    with (
        pytest.raises(BadArchive, match="damaged"),
        closing(Store(store.place)) as again,
        again.reading() as connection,
    ):
        again.changes(connection)


def test_a_date_that_is_none_gets_a_sentence():
    with pytest.raises(BadArchive, match="of the date '03/04/26'"):
        seconds("03/04/26")


def test_a_torn_file_gets_a_sentence(tmp_path, signatures):
    path = tmp_path / "archive.db"
    with closing(Store(path, create=True)) as store:
        add(store, [Screen(f"/{i}", f"{i:064x}", each) for i, each in enumerate(signatures)])
    whole = path.read_bytes()
    path.write_bytes(whole[:5000] + bytes(len(whole) - 5000))
    with pytest.raises(BadArchive, match="archive"), closing(Store(path)) as store, store.reading() as connection:
        store.signatures(connection, [entry.id for entry in store.entries(connection)])


def test_a_damaged_signature_gets_a_sentence(filled):
    with filled.writing() as connection:
        data = bytearray(connection.execute(sql.select(IMAGES.c.signature).where(IMAGES.c.id == 3)).scalar_one())
        data[len(data) // 2] ^= 8
        connection.execute(sql.update(IMAGES).where(IMAGES.c.id == 3).values(signature=bytes(data)))
    with filled.reading() as connection, pytest.raises(BadArchive, match="image 3 cannot be read"):
        filled.signatures(connection, [3])


def test_a_list_takes_no_more_than_tell_something(store, signatures, monkeypatch):
    monkeypatch.setattr("realfake.pipeline.archive.store.FULL", 5)
    add(store, [Screen(f"/{i}", f"{i:064x}", each) for i, each in enumerate(signatures[:12])])
    with store.reading() as connection:
        sizes = (
            connection.execute(sql.select(sql.func.count()).select_from(LISTS).group_by(LISTS.c.key)).scalars().all()
        )
    assert max(sizes) == 5 < FULL


def nearest(store, connection, signature):
    counts = store.counts(connection, LISTS, sorted({key for key, _ in asked_keys(signature)}))
    return store.nearest(connection, LISTS, counts, 3)


def test_rare_words_lead_to_their_image(filled, signatures):
    with filled.reading() as connection:
        for number in (0, 7, 29):
            assert nearest(filled, connection, signatures[number])[0] == number + 1
        assert nearest(filled, connection, unlike(signatures[0], 1)) == []


def test_the_longest_lists_are_not_read_where_shorter_ones_tell(filled, signatures, monkeypatch):
    with filled.reading() as connection:
        counts = filled.counts(connection, LISTS, sorted({key for key, _ in asked_keys(signatures[7])}))
        own = sum(count == 1 for count in counts.values())
        assert own > 5 and max(counts.values()) == 30
        for read in (own, 10**6):
            monkeypatch.setattr("realfake.pipeline.archive.store.READ", read)
            assert filled.nearest(connection, LISTS, counts, 30)[0] == 8
        assert len(filled.nearest(connection, LISTS, counts, 30)) == 30
        monkeypatch.setattr("realfake.pipeline.archive.store.READ", own)
        assert filled.nearest(connection, LISTS, counts, 30) == [8]


def test_what_fails_half_way_leaves_nothing(filled, signatures):
    class Stop(Exception):
        pass

    with pytest.raises(Stop), filled.writing() as connection:
        filled.insert(connection, {"path": "/new", "sha256": "f" * 64}, unlike(signatures[0], 5))
        raise Stop
    with filled.reading() as connection:
        assert len(filled.entries(connection)) == 30


def test_what_is_added_meanwhile_is_not_seen(filled, place, signatures):
    with filled.reading() as connection:
        assert len(filled.entries(connection)) == 30
        with closing(Store(place)) as other:
            add(other, [Screen("/late", "f" * 64, signatures[0])])
        assert len(filled.entries(connection)) == 30
    with filled.reading() as connection:
        assert len(filled.entries(connection)) == 31


def test_candidates_are_read_by_their_words(filled, signatures):
    with filled.reading() as connection:
        words = filled.words(connection, [3, 9, 99])
    assert {number: each.tobytes() for number, each in words.items()} == {
        number: signatures[number - 1].words.tobytes() for number in (3, 9)
    }


def test_earlier_is_by_receipt_where_both_know_it_and_else_by_number():
    first, second = (Entry(i, f"/{i}", "", "", "", None) for i in (1, 2))
    assert first.before(second) and not second.before(first)
    late, early = Entry(1, "", "", "2026-04-23T10:00:00", "", None), Entry(2, "", "", "2026-04-22T10:00:00", "", None)
    assert early.before(late) and not late.before(early)
    assert late.before(second)


def test_lists_tell_by_themselves_which_images_came_earlier(store, signatures):
    days = ["2026-04-23T10:00:00", "", "2026-04-22T10:00:00", "2026-04-22T10:00:00", ""]
    screens = [Screen(f"/{i}", f"{i:064x}", signatures[i], day) for i, day in enumerate(days)]
    numbers = add(store, screens)
    with store.reading() as connection:
        entries = store.entries(connection)
        for before in (*(Before(entry) for entry in entries), *(Before(received=day) for day in days)):
            known = sql.select(LISTS.c.image).distinct()
            if before.among_lists is not None:
                known = known.where(before.among_lists)
            counted = {entry.id for entry in entries if before(entry)}
            assert set(connection.execute(known).scalars()) == counted
            rows = sql.select(IMAGES.c.id) if before.clause is None else sql.select(IMAGES.c.id).where(before.clause)
            assert set(connection.execute(rows).scalars()) == counted
    assert numbers == [entry.id for entry in entries]
    assert [seconds(day) for day in ("", "1970-01-02T00:00:01")] == [0, 86401]
