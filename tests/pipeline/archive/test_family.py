"""Families: all that descends from one capture, with the one that came first as its origin."""

from dataclasses import replace

from realfake.pipeline.archive.adding import Screen, add
from realfake.pipeline.archive.family import family_rows
from tests.payments import payment, receipt, sent, signed


def test_a_serial_fraud_is_one_family_whose_origin_came_first(filled):
    base = payment(3)
    forged = [replace(base, name=name) for name in ("ALMA KENT 41", "TINA FELKE 52", "HANK ELTE 63")]
    screens = [
        Screen(f"/f{i}", f"{i + 100:064x}", signed(sent(receipt(each), 85)), f"2026-05-0{i + 2}T00:00:00", f"s{i}")
        for i, each in enumerate(forged)
    ]
    first = Screen("/origin", "e" * 64, signed(receipt(base)), "2026-05-01T00:00:00", "s9")
    add(filled, [*screens, first])
    rows = family_rows(filled)
    assert {row["family"] for row in rows} == {1}
    assert (rows[0]["images"], rows[0]["senders"]) == (5, 4)
    assert [row["path"] for row in rows if row["origin"]] == ["/in/3.png"]  # no date: the order of adding counts
    assert {row["path"] for row in rows} == {"/in/3.png", "/origin", "/f0", "/f1", "/f2"}
    assert rows[0]["altered"] == 3
    assert {row["case"] for row in rows if row["path"].startswith("/f")} == {"altered"}


def test_without_copies_there_are_no_families(filled):
    assert family_rows(filled) == []
