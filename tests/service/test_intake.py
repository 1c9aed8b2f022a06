"""What is accepted is there to stay; the same said twice is one image."""

import threading

import pytest
import sqlalchemy as sa

from realfake.service import audit, intake
from realfake.service.errors import Conflict, TooLarge, Unprocessable
from realfake.service.intake import File, Said
from realfake.service.schema import IMAGES, MEMBERS
from tests.desks import add_image

MOST = 100  # bytes


def take(database, store, *files, **more):
    return intake.take(database, store, files, "shop", MOST, **more)


def rows(database):
    with database.read() as connection:
        return connection.execute(sa.select(IMAGES)).all()


def test_an_accepted_image_is_stored_queued_and_in_the_log(either, store):
    (image,), (new,), batch = take(either, store, File("C:\\bills\\slip.png", b"slip", Said("ann", 12.5)))
    (row,) = rows(either)
    assert new and batch is None and row.id == image
    assert (row.name, row.status, row.sender, row.expected_amount) == ("slip.png", "queued", "ann", 12.5)
    assert store.get(row.sha256) == b"slip"
    assert audit.check(either).rows == 1


def test_the_same_file_with_the_same_words_is_the_same_image(database, store):
    first, again, other = (File("a.png", b"slip", Said(sender)) for sender in ("ann", "ann", "bob"))
    ids = [take(database, store, file)[0][0] for file in (first, again, other)]
    assert ids[0] == ids[1] != ids[2]
    assert len(rows(database)) == 2


def test_an_idempotency_key_stands_for_one_image_of_one_caller(database, store):
    (image,), _, _ = take(database, store, File("a.png", b"slip", idempotency_key="k"))
    assert take(database, store, File("a.png", b"slip", idempotency_key="k"))[:2] == ([image], [False])
    with pytest.raises(Conflict, match="use a new key"):
        take(database, store, File("a.png", b"slop", idempotency_key="k"))
    (other,), _, _ = intake.take(database, store, [File("a.png", b"slop", idempotency_key="k")], "till", MOST)
    assert other != image


def test_the_same_image_sent_by_many_at_once_is_one(either, store):
    found = []
    threads = [
        threading.Thread(target=lambda: found.extend(take(either, store, File("a.png", b"slip"))[0])) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and len(set(found)) == 1


def test_a_batch_is_taken_whole_or_not_at_all(database, store):
    with pytest.raises(TooLarge, match="101 bytes, more than the limit of 100"):
        take(database, store, File("a.png", b"slip"), File("b.png", bytes(101)), batch=True)
    assert rows(database) == []
    ids, _, batch = take(database, store, File("a.png", b"slip"), File("b.png", b"slop"), batch=True)
    with database.read() as connection:
        members = connection.execute(sa.select(MEMBERS.c.image).where(MEMBERS.c.batch == batch)).scalars().all()
    assert sorted(members) == sorted(ids)


@pytest.mark.parametrize(
    "given, sentence",
    [
        ({"password": "x"}, "there is no field 'password'"),
        ({"expected_amount": "much"}, "must be a number from 0"),
        ({"expected_amount": "nan"}, "must be a number from 0"),
        ({"expected_amount": -1}, "must be a number from 0"),
        ({"expected_amount": True}, "must be a number from 0"),
        ({"sender": "a\0b"}, "sender must be text of at most 500 characters on one line"),
        ({"sender": "a" * 501}, "sender must be text"),
        ({"reference": ["a"]}, "reference must be text"),
    ],
)
def test_words_that_will_not_do_are_refused_in_a_sentence(given, sentence):
    with pytest.raises(Unprocessable, match=sentence):
        intake.said(given)


def test_what_is_left_empty_is_not_said():
    assert intake.said({"sender": "", "expected_amount": "1e3", "received": None}) == Said(expected_amount=1000.0)


@pytest.mark.parametrize(
    "file", [File("a", b""), File("a", b"x", idempotency_key=""), File("a", b"x", Said(), "k" * 201)]
)
def test_a_file_that_will_not_do_is_refused(database, store, file):
    with pytest.raises(Unprocessable):
        take(database, store, file)
    assert rows(database) == []


def test_a_file_stays_while_an_image_needs_it(database, store):
    digest = store.put(b"slip")
    add_image(database, sha256=digest, stored=True, verdict="fake")
    add_image(database, sha256=digest, stored=True, verdict="review")
    intake.discard(database, store, digest, IMAGES.c.verdict == "fake")
    assert store.get(digest) == b"slip"
    intake.discard(database, store, digest, IMAGES.c.verdict == "error")
    assert not any(row.stored for row in rows(database))
