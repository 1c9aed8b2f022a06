"""What counts follows from what people said, and can be taken back."""

import pytest
import sqlalchemy as sa

from realfake.service import audit, decisions
from realfake.service.access import Caller
from realfake.service.errors import Conflict, NotFound, Unprocessable
from realfake.service.schema import IMAGES
from tests.desks import add_image

ANNA, BOB, EVE = (Caller(name, frozenset({"review"})) for name in ("anna", "bob", "eve"))
SAID_IN_TURN = (  # who, what, and what counts then
    (ANNA, "fake", None), (ANNA, "fake", None), (BOB, "genuine", None), (EVE, "fake", "fake"),
    (ANNA, "genuine", "genuine"),
)  # fmt: skip
KEY = Caller("till", frozenset({"review"}), is_person=False)


def label(database, image):
    with database.read() as connection:
        return connection.execute(sa.select(IMAGES.c.label).where(IMAGES.c.id == image)).scalar_one()


def said(database, image):
    with database.read() as connection:
        return [(one["who"], one["label"], one["undone"] is None) for one in decisions.said_of(connection, image)]


def test_a_label_counts_and_stands_in_the_log_without_what_was_written(database):
    image = add_image(database)
    decisions.decide(database, ANNA, image, "fake", why="the total of Mr Jones", field="amount")
    assert label(database, image) == "fake"
    with database.read() as connection:
        (row,) = connection.execute(sa.text("SELECT who, action, subject, detail FROM audit")).all()
    assert row[:3] == ("anna", "label", image) and "Jones" not in row.detail


def test_undo_goes_back_step_by_step(database):
    image = add_image(database)
    for name in ("fake", "genuine"):
        decisions.decide(database, ANNA, image, name)
    for expected in ("fake", None):
        decisions.undo(database, ANNA, image)
        assert label(database, image) == expected
    with pytest.raises(Conflict, match="has said nothing"):
        decisions.undo(database, ANNA, image)
    assert len(said(database, image)) == 2, "nothing that was said is lost"


def test_nobody_takes_back_what_another_said(database):
    image = add_image(database)
    decisions.decide(database, ANNA, image, "fake")
    with pytest.raises(Conflict):
        decisions.undo(database, BOB, image)


def test_above_an_amount_two_people_must_agree(database):
    image, limit = add_image(database, expected_amount=5000.0), 1000.0
    for caller, name, counts in SAID_IN_TURN:
        decisions.decide(database, caller, image, name, second_opinion=limit)
        assert label(database, image) == counts, (caller.name, name)


def test_at_the_amount_one_is_enough(database):
    image = add_image(database, expected_amount=1000.0)
    decisions.decide(database, ANNA, image, "genuine", second_opinion=1000.0)
    assert label(database, image) == "genuine"


def test_a_key_may_speak_for_people_and_a_person_only_for_themselves(database):
    image = add_image(database)
    decisions.decide(database, KEY, image, "fake", who="carla")
    decisions.decide(database, ANNA, image, "fake", who="bob")
    assert [who for who, _, _ in said(database, image)] == ["till/carla", "anna"]


@pytest.mark.parametrize(
    "given", [{"label": "odd"}, {"label": "fake", "why": "x" * 2001}, {"label": "fake", "field": "a\nb"}]
)
def test_what_will_not_do_is_refused(database, given):
    with pytest.raises(Unprocessable):
        decisions.decide(database, ANNA, add_image(database), **given)
    assert audit.check(database).rows == 0


def test_only_what_is_there_and_scored_is_decided(database):
    with pytest.raises(NotFound):
        decisions.decide(database, ANNA, "0" * 32, "fake")
    with pytest.raises(Conflict, match="not scored yet"):
        decisions.decide(database, ANNA, add_image(database, status="queued"), "fake")
