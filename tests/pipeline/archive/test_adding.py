"""Adding: whole batches, one of each, whoever else adds at the same time and whenever a process is killed."""

import multiprocessing
import time
from contextlib import closing

import pytest
import sqlalchemy as sql

from realfake.pipeline.archive.adding import BATCH, Screen, add
from realfake.pipeline.archive.keeping import check_store, forget_images
from realfake.pipeline.archive.past import found_of
from realfake.pipeline.archive.store import IMAGES, LINKS, Store
from tests.payments import payment, receipt, repeated, sent, signed, unlike

SCREENS = 96


def fill(place: str, first: int, signature) -> None:
    """Add screens from a number on, batch by batch; to be run in a process of its own."""
    with closing(Store(place)) as store:
        numbers = range(first, first + SCREENS)
        screens = [Screen(f"/{i}", f"{i:064x}", unlike(signature, i)) for i in numbers]
        for start in range(0, SCREENS, BATCH):
            add(store, screens[start : start + BATCH])


def count(store: Store) -> int:
    with store.reading() as connection:
        return connection.execute(sql.select(sql.func.count()).select_from(IMAGES)).scalar_one()


@pytest.fixture
def process():
    return multiprocessing.get_context("spawn").Process


def test_a_killed_process_leaves_whole_batches_and_the_next_doubles_nothing(store, place, signatures, process):
    filling = process(target=fill, args=(place, 0, signatures[0]))
    filling.start()
    while count(store) < 3 * BATCH and filling.is_alive():
        time.sleep(0.002)
    filling.kill()
    filling.join()
    assert 0 < count(store) < SCREENS
    assert count(store) % BATCH == 0
    assert check_store(store) == []
    fill(place, 0, signatures[0])
    assert count(store) == SCREENS
    assert check_store(store) == []


def test_two_processes_add_at_once(store, place, signatures, process):
    both = [process(target=fill, args=(place, first, signatures[0])) for first in (0, SCREENS // 2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
        assert one.exitcode == 0
    assert count(store) == SCREENS + SCREENS // 2
    assert check_store(store) == []


def test_copies_are_linked_and_repeated_payments_are_not(filled, signatures):
    copy = Screen("/copy", "a" * 64, signed(sent(receipt(payment(4)), 75)))
    other = Screen("/again", "b" * 64, signed(receipt(repeated(payment(5), 99))))
    one, two = add(filled, [copy, other])
    with filled.reading() as connection:
        links = connection.execute(sql.select(LINKS.c.one, LINKS.c.other, LINKS.c.kind)).all()
        templates = {entry.template for entry in filled.entries(connection)}
    assert links == [(one, 5, "duplicate")]
    assert two is not None
    assert templates == {1}


def links(store: Store) -> list[tuple[int, int, str]]:
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(sql.select(LINKS.c.one, LINKS.c.other, LINKS.c.kind))]


def test_what_was_found_is_not_looked_up_again(filled, signatures, monkeypatch):
    copy = Screen("/copy", "a" * 64, signed(sent(receipt(payment(4)), 75)))
    found = found_of(copy, filled)
    monkeypatch.setattr("realfake.pipeline.archive.adding.looked_up", None)
    (number,) = add(filled, [copy], [found])
    assert links(filled) == [(number, 5, "duplicate")]
    with filled.reading() as connection:
        assert filled.entries(connection, [number])[0].template == 1
    assert add(filled, [copy], [found]) == [None]


def test_what_was_found_is_looked_up_again_after_a_change(filled, signatures):
    one, two = (Screen(f"/{i}", i * 64, signed(sent(receipt(payment(4)), 75))) for i in "ab")
    found = found_of(one, filled), found_of(two, filled)
    first, second = add(filled, [one, two], found)
    assert sorted(links(filled)) == [(first, 5, "duplicate"), (second, 5, "duplicate"), (second, first, "duplicate")]
    three = Screen("/c", "c" * 64, one.signature)
    found = found_of(three, filled)
    forget_images(filled, ["/a"])
    (third,) = add(filled, [three], [found])
    assert sorted(other for number, other, _ in links(filled) if number == third) == [5, second]


def test_another_app_is_another_template(filled, signatures):
    (number,) = add(filled, [Screen("/other", "c" * 64, unlike(signatures[0], 3))])
    with filled.reading() as connection:
        assert filled.entries(connection, [number])[0].template == 2
