"""An image is worked on by one instance at a time, outlives its instance, and counts once."""

import threading

import sqlalchemy as sa

from realfake.service import queue
from realfake.service.schema import IMAGES
from tests.desks import add_image

NOW = 1_000_000.0


def queued(database, count=1):
    return [add_image(database, status="queued", submitted=NOW + number) for number in range(count)]


def state(database, image):
    with database.read() as connection:
        return connection.execute(sa.select(IMAGES).where(IMAGES.c.id == image)).one()


def finished(database, image, instance):
    with database.write() as connection:
        return queue.finish(connection, image, instance, {"status": "done", "verdict": "review"})


def test_the_oldest_comes_first_and_each_once(either):
    images = queued(either, 3)
    claimed = [queue.claim(either, "one", NOW) for _ in range(4)]
    assert [one and one.id for one in claimed] == [*images, None]
    assert queue.waiting(either) == 3


def test_instances_that_claim_at_once_share_without_taking_one_twice(either):
    images, taken = queued(either, 20), []

    def claim(instance):
        while (one := queue.claim(either, instance, NOW)) is not None:
            taken.append(one.id)

    threads = [threading.Thread(target=claim, args=(name,)) for name in ("one", "two", "three")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(images)


def test_what_a_dead_instance_left_is_taken_by_another_when_its_lease_ends(database):
    (image,) = queued(database)
    queue.claim(database, "dead", NOW)
    assert queue.claim(database, "alive", NOW + queue.LEASE - 1) is None
    assert queue.claim(database, "alive", NOW + queue.LEASE + 1).id == image
    assert not finished(database, image, "dead"), "its result came too late"
    assert finished(database, image, "alive")
    assert state(database, image).status == "done"
    assert not finished(database, image, "alive"), "once"


def test_a_lease_that_is_kept_does_not_end_and_one_that_is_let_go_does(database):
    kept, let_go = queued(database, 2)
    for _ in range(2):
        queue.claim(database, "slow", NOW)
    queue.renew(database, "slow", [kept], NOW + 20)
    assert queue.claim(database, "other", NOW + queue.LEASE + 10).id == let_go
    assert queue.claim(database, "other", NOW + queue.LEASE + 10) is None


def test_what_is_given_back_may_be_taken_at_once_and_does_not_count_as_a_try(database):
    (image,) = queued(database)
    queue.claim(database, "one", NOW)
    queue.release(database, "one")
    assert state(database, image).attempts == 0
    assert queue.claim(database, "two", NOW).id == image


def test_an_image_that_never_ends_is_given_up(database):
    (image,) = queued(database)
    for number in range(queue.MOST_ATTEMPTS):
        assert queue.claim(database, "one", NOW + number * 2 * queue.LEASE) is not None
    assert queue.claim(database, "one", NOW + queue.MOST_ATTEMPTS * 2 * queue.LEASE) is None
    assert (state(database, image).status, state(database, image).error) == ("failed", queue.GIVEN_UP)
