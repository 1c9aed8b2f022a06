"""The archive from outside, in Python and as commands."""

import json
import os
import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sql
from click.testing import CliRunner

import realfake
from realfake.cli import main
from realfake.forensics.limited import Limits
from realfake.pipeline.archive.store import LISTS, Store, seconds
from realfake.pipeline.settings import Workers
from realfake.pipeline.tables.cells import unguard
from tests.payments import payment, receipt, repeated, sent

HERE = Workers(limits=Limits(None, None))
ALTERED = replace(payment(2), name="ALMA KENT 41")


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    for number in range(6):
        receipt(payment(number)).save(folder / f"{number}.png")
    sent(receipt(ALTERED), 85).save(tmp_path / "altered.jpg", quality=90)
    sent(receipt(payment(3)), 85, 0.8).save(tmp_path / "copy.jpg", quality=85)
    receipt(repeated(payment(4), 44)).save(tmp_path / "again.png")
    rows = [(f"inbox/{i}.png", f"2026-04-{10 + i}", f"s{i}") for i in range(6)]
    rows += [("altered.jpg", "2026-04-20", "s9"), ("copy.jpg", "2026-04-21", "s8"), ("again.png", "2026-04-22", "s7")]
    pd.DataFrame(rows, columns=["path", "came", "who"]).to_csv(tmp_path / "all.csv", index=False)
    return folder


def test_what_was_added_is_found_by_case(inbox, tmp_path, place):
    assert realfake.archive.add(inbox, place, workers=HERE).images == 6
    again = realfake.archive.add([inbox, tmp_path / "nowhere.png"], place, workers=HERE)
    assert (again.images, again.kept, again.failed) == (7, 6, 1)
    asked = [tmp_path / name for name in ("altered.jpg", "copy.jpg", "again.png", "nowhere.png")]
    found = realfake.archive.find(asked, place, workers=HERE).set_index("path")
    assert found["case"].tolist() == ["altered", "duplicate", "template", "error"]
    assert found["earlier"].tolist() == [str(inbox / "2.png"), str(inbox / "3.png"), "", ""]
    assert 1 <= len(json.loads(found["changed"].iloc[0])) <= 3
    assert "No such file" in found["reason"].iloc[3]
    assert realfake.archive.check(place) == []


def test_only_what_came_earlier_counts(inbox, tmp_path, place):
    shown = {"manifest": tmp_path / "all.csv", "received": "came", "workers": HERE}
    realfake.archive.add((), place, sender="who", **shown)
    found = realfake.archive.find((), place, **shown)
    cases = dict(zip(found["path"].str.rpartition("/")[2], found["case"]))
    assert cases == {f"{i}.png": "unknown" if i == 0 else "template" for i in range(6)} | {
        "altered.jpg": "altered",
        "copy.jpg": "duplicate",
        "again.png": "template",
    }
    assert found["earlier_received"].tolist()[6:8] == ["2026-04-12T00:00:00", "2026-04-13T00:00:00"]
    families = realfake.archive.families(place)
    assert families.groupby("family")["path"].apply(len).tolist() == [2, 2]
    assert families["senders"].tolist() == [2] * 4
    assert families[families["origin"]]["path"].tolist() == [str(inbox / "2.png"), str(inbox / "3.png")]


def test_before_anything_came_nothing_is_known(inbox, tmp_path, place):
    realfake.archive.add((), place, manifest=tmp_path / "all.csv", received="came", workers=HERE)
    sent(receipt(ALTERED), 70).save(tmp_path / "later.png")
    pd.DataFrame([("later.png", "2026-04-01")], columns=["path", "came"]).to_csv(tmp_path / "early.csv", index=False)
    found = realfake.archive.find((), place, manifest=tmp_path / "early.csv", received="came", workers=HERE)
    assert found["earlier"].tolist() == [""]


def table(folder, name, rows):
    pd.DataFrame(rows, columns=["path", "came", "who"]).to_csv(folder / name, index=False)
    return folder / name


def test_a_date_or_sender_that_was_not_known_is_added_and_another_one_stays(inbox, tmp_path, place):
    told = {"received": "came", "sender": "who", "workers": HERE}
    first = table(tmp_path, "first.csv", [("inbox/0.png", "2026-04-10", "s0"), ("copy.jpg", "", "s1")])
    realfake.archive.add((), place, manifest=first, **told)
    rows = [("inbox/0.png", "2026-05-01", "s0"), ("copy.jpg", "2026-04-21", ""), ("inbox/3.png", "2026-04-30", "s3")]
    again = realfake.archive.add((), place, manifest=table(tmp_path, "again.csv", rows), **told)
    assert (again.images, again.kept, again.differing) == (3, 2, 1)
    with closing(Store(place)) as store, store.reading() as connection:
        known = {entry.path.rpartition("/")[2]: (entry.received, entry.sender) for entry in store.entries(connection)}
    assert known == {
        "0.png": ("2026-04-10T00:00:00", "s0"),
        "copy.jpg": ("2026-04-21T00:00:00", "s1"),
        "3.png": ("2026-04-30T00:00:00", "s3"),
    }
    asked = table(tmp_path, "asked.csv", [("inbox/3.png", "2026-04-20", "s"), ("again.png", "2026-04-22", "s")])
    found = realfake.archive.find((), place, manifest=asked, received="came", workers=HERE)
    earlier = [Path(path).name for path in found["earlier"]]
    assert earlier == ["copy.jpg", ""]


def test_a_date_that_is_added_counts_in_the_lists_too(inbox, tmp_path, place):
    realfake.archive.add(inbox / "3.png", place, workers=HERE)
    rows = [("inbox/3.png", "2026-04-13", "s3")]
    shown = {"received": "came", "workers": HERE}
    added = realfake.archive.add((), place, manifest=table(tmp_path, "dated.csv", rows), **shown)
    assert added.differing == 0
    early = table(tmp_path, "early.csv", [("copy.jpg", "2026-04-01", "s")])
    assert realfake.archive.find((), place, manifest=early, **shown)["case"].tolist() == ["unknown"]
    late = table(tmp_path, "late.csv", [("copy.jpg", "2026-04-14", "s")])
    assert realfake.archive.find((), place, manifest=late, **shown)["case"].tolist() == ["duplicate"]
    with closing(Store(place)) as store, store.reading() as connection:
        assert set(connection.execute(sql.select(LISTS.c.received)).scalars()) == {seconds("2026-04-13T00:00:00")}


def test_a_command_tells_of_other_dates_and_no_password(inbox, tmp_path, server):
    place = server.replace("tests@", "tests:secret@")
    one = ("-A", place, "--received", "came", "-m")
    realfake_says("archive", "add", *one, table(tmp_path, "one.csv", [("inbox/3.png", "2026-04-13", "s3")]))
    other = table(tmp_path, "other.csv", [("inbox/3.png", "2026-04-14", "s3")])
    said = realfake_says("archive", "add", *one, other).output
    assert "1 image, 1 of them in it already" in said
    assert "1 image came at another time or from another sender by what the archive has, which stays" in said
    said += realfake_says("archive", "check", "-A", place).output
    said += realfake_says("archive", "forget", inbox / "3.png", "-A", place).output
    assert "secret" not in said


def realfake_says(*arguments, code=0):
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    assert result.exit_code == code, result.output
    return result


def test_the_commands_do_the_same(inbox, tmp_path):
    place = tmp_path / "received.db"
    assert "6 images" in realfake_says("archive", "add", inbox, "-A", place).stderr
    links = tmp_path / "links.csv"
    realfake_says("archive", "find", tmp_path / "altered.jpg", tmp_path / "again.png", "-A", place, "-o", links)
    assert pd.read_csv(links)["case"].tolist() == ["altered", "template"]
    said = realfake_says("archive", "find", tmp_path / "copy.jpg", "--archive", place, "--json").stdout
    row = json.loads(said)
    assert (row["case"], row["changed"], row["earlier"]) == ("duplicate", [], str(inbox / "3.png"))
    assert "inbox/2.png" not in realfake_says("archive", "families", "-A", place, "--csv").stdout
    realfake_says("archive", "add", tmp_path / "altered.jpg", "-A", place, "--no-thumbnails")
    assert "2.png" in realfake_says("archive", "families", "-A", place).stdout
    assert "1 image erased" in realfake_says("archive", "forget", inbox / "2.png", "-A", place).stderr
    assert "nothing is wrong" in realfake_says("archive", "check", "-A", place).stderr


def test_wrong_use_gets_a_sentence(inbox, tmp_path):
    said = realfake_says("archive", "check", "-A", tmp_path / "gone.db", code=1).stderr
    assert said.startswith("Error: there is no archive")
    (tmp_path / "bad.csv").write_text("path,came\ninbox/1.png,03/04/2026\n")
    arguments = ["--manifest", tmp_path / "bad.csv", "-A", tmp_path / "a.db", "--received"]
    assert "no date" in realfake_says("archive", "add", *arguments, "came", code=1).stderr
    assert "no column 'sent'" in realfake_says("archive", "add", *arguments, "sent", code=2).stderr
    assert not (tmp_path / "a.db").exists()


def test_names_and_senders_that_are_not_utf8_reach_an_archive_and_its_tables(inbox, tmp_path):
    name = os.fsdecode(b"caf\xe9.png")
    shutil.copy(inbox / "3.png", tmp_path / name)
    (tmp_path / "m.csv").write_bytes(b"path,who\ncaf\xe9.png,Z\xfcrich\ncopy.jpg,s\n")
    place, links = tmp_path / "a.db", tmp_path / "links.csv"
    realfake.archive.add((), place, manifest=tmp_path / "m.csv", sender="who", workers=HERE)
    with closing(Store(place)) as store, store.reading() as connection:
        assert [entry.sender for entry in store.entries(connection)] == [r"Z\udcfcrich", "s"]
    realfake.archive.find(tmp_path / name, place, links, workers=HERE)
    written = pd.read_csv(links)["path"].tolist()
    assert written == [str(tmp_path / r"caf\xe9.png")]
    assert [unguard(cell) for cell in written] == [str(tmp_path / name)]
