"""A desk that is whole is told from one that was tampered with."""

from click.testing import CliRunner

from realfake.cli import main
from realfake.service import audit
from tests.desks import add_image


def run(tmp_path, *more):
    options = ["--database", f"sqlite:///{tmp_path / 'desk.sqlite'}", "--images", str(tmp_path / "images"), *more]
    return CliRunner().invoke(main, ["service-check", *options])


def test_a_whole_desk_is_said_to_be_whole_and_a_damaged_one_what_is_wrong(database, store, tmp_path):
    digest = store.put(b"slip")
    add_image(database, sha256=digest, stored=True)
    with database.write() as connection:
        audit.append(database, connection, "anna", "label", "x")
    head = audit.check(database).head
    whole = run(tmp_path, "--head", head)
    assert whole.exit_code == 0
    assert whole.stdout == f"1 rows in the audit log, 1 images kept; the last row has the hash {head}\n"
    next(path for path in (tmp_path / "images").rglob("*") if path.is_file()).write_bytes(b"slop")
    damaged = run(tmp_path, "--head", "0" * 64)
    assert damaged.exit_code == 1
    assert "the noted hash no longer stands" in damaged.stderr and "was changed or damaged" in damaged.stderr
