"""Images are listed as asked for, and one tells all that is known of it."""

import pytest

from realfake.service import listing
from realfake.service.errors import NotFound
from realfake.service.listing import Wanted
from tests.desks import add_image


@pytest.fixture
def images(database):
    return {
        "sure": add_image(database, score=0.9, expected_loss=5.0, submitted=3.0, sender="ann", expected_amount=10.0),
        "dear": add_image(
            database, score=0.7, expected_loss=900.0, submitted=2.0, verdict="review", expected_amount=1e4
        ),
        "drawn": add_image(database, score=0.1, submitted=1.0, verdict="no sign of editing", drawn=True),
        "dull": add_image(database, score=0.2, submitted=0.0, verdict="no sign of editing", reference="T-1"),
        "done": add_image(database, score=0.8, submitted=4.0, label="fake", opinions=1),
        "queued": add_image(database, status="queued", score=None, verdict=None, submitted=5.0),
        "failed": add_image(database, status="failed", score=None, verdict="error", submitted=6.0),
        "second": add_image(database, score=0.6, submitted=7.0, opinions=1),
    }


def shown(database, images, **wanted):
    rows, total = listing.listed(database, Wanted(**wanted))
    assert total >= len(rows)
    return [name for row in rows for name, image in images.items() if image == row["id"]]


@pytest.mark.parametrize(
    "wanted, expected",
    [
        ({}, ["sure", "dear", "second", "drawn"]),
        ({"order": "loss"}, ["dear", "sure", "second", "drawn"]),
        ({"order": "age"}, ["drawn", "dear", "sure", "second"]),
        ({"show": "alarms", "order": "newest"}, ["second", "sure", "dear"]),
        ({"show": "drawn"}, ["drawn"]),
        ({"show": "second opinion"}, ["second"]),
        ({"show": "decided"}, ["done"]),
        ({"show": "failed"}, ["failed"]),
        ({"show": "undecided", "order": "age"}, ["dull", "drawn", "dear", "sure", "second"]),
        ({"show": "all", "sender": "ann"}, ["sure"]),
        ({"show": "all", "reference": "T-1"}, ["dull"]),
        ({"show": "all", "least_amount": 11.0}, ["dear"]),
        ({"limit": 2, "skip": 1}, ["dear", "second"]),
    ],
)
def test_images_are_listed_as_asked_for(database, images, wanted, expected):
    assert shown(database, images, **wanted) == expected


def test_one_follows_the_other_and_the_first_the_last(database, images):
    for here, there in (("sure", "dear"), ("second", "drawn"), ("drawn", "sure"), ("done", "sure")):
        assert listing.after(database, Wanted(), images[here]) == images[there]
    assert listing.after(database, Wanted(show="drawn"), images["drawn"]) is None


def test_all_that_is_known_of_an_image_is_told(database):
    image = add_image(
        database, expected_amount=50.0, label="genuine", result={"threshold": 0.8, "suspects": [], "note": ""}
    )
    told = listing.found(database, image, second_opinion=10.0)
    assert (told["status"], told["threshold"], told["label"], told["needs_two"]) == ("done", 0.8, "genuine", True)
    assert [one["label"] for one in told["opinions"]] == ["genuine"]
    with pytest.raises(NotFound):
        listing.found(database, "0" * 32)
    with pytest.raises(NotFound):
        listing.batch_of(database, "0" * 32)
