"""The audit log is followed from its beginning; what was changed, left out or cut off shows."""

import pytest
import sqlalchemy as sa

from realfake.service import audit


def filled(database, rows=5):
    for number in range(rows):
        with database.write() as connection:
            audit.append(database, connection, "anna", "label", f"image{number}", label="fake")
    return audit.check(database)


def test_a_log_that_nobody_touched_is_whole(either):
    checked = filled(either)
    assert (checked.rows, checked.broken) == (5, None)
    assert audit.holds(either, checked.head)
    assert audit.check(either) == checked


@pytest.mark.parametrize(
    "change", ["UPDATE audit SET who = 'bob' WHERE number = 3", "DELETE FROM audit WHERE number = 3"]
)
def test_the_database_itself_refuses_to_change_it(either, change):
    filled(either)
    with pytest.raises(sa.exc.DatabaseError, match="only ever appended"), either.write() as connection:
        connection.execute(sa.text(change))
    assert audit.check(either).broken is None


@pytest.mark.parametrize(
    "change, broken",
    [
        ("UPDATE audit SET who = 'bob' WHERE number = 3", 3),
        ("UPDATE audit SET detail = '{}' WHERE number = 5", 5),
        ("DELETE FROM audit WHERE number = 3", 3),
        ("DELETE FROM audit WHERE number = 1", 1),
    ],
)
def test_whoever_takes_the_guard_away_is_found_out(database, change, broken):
    filled(database)
    with database.write() as connection:
        for what in ("update", "delete"):
            connection.execute(sa.text(f"DROP TRIGGER audit_no_{what}"))
        connection.execute(sa.text(change))
    assert audit.check(database).broken == broken


def test_rows_that_were_cut_off_the_end_show_by_the_hash_that_was_noted(database):
    noted = filled(database).head
    with database.write() as connection:
        connection.execute(sa.text("DROP TRIGGER audit_no_delete"))
        connection.execute(sa.text("DELETE FROM audit WHERE number > 3"))
    assert audit.check(database).broken is None
    assert not audit.holds(database, noted)
