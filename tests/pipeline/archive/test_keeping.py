"""Erasing leaves no byte behind, and a check finds what is not whole."""

from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sql

from realfake.forensics.errors import BadArchive
from realfake.forensics.text.signature import to_bytes
from realfake.pipeline.archive.adding import Screen, add
from realfake.pipeline.archive.finding import find
from realfake.pipeline.archive.keeping import check_store, forget_images
from realfake.pipeline.archive.store import IMAGES, LISTS, Store
from tests.payments import payment, receipt, sent, signed


def test_what_is_forgotten_is_not_found_and_all_else_is(filled, signatures):
    add(filled, [Screen("/copy", "a" * 64, signed(sent(receipt(payment(0)), 85)))])
    assert forget_images(filled, ["/in/0.png"]) == 1  # the template was known by it
    assert check_store(filled) == []
    with filled.reading() as connection:
        assert find(filled, connection, signatures[0]).earlier.path == "/copy"
        assert find(filled, connection, signatures[1]).earlier.path == "/in/1.png"
        assert find(filled, connection, signed(receipt(payment(70)))).case == "template"


def test_an_image_is_forgotten_by_its_hash_and_an_unknown_one_gets_a_sentence(filled):
    assert forget_images(filled, [f"{4:064x}"]) == 1
    with pytest.raises(BadArchive, match="holds no image"):
        forget_images(filled, [f"{4:064x}"])


def test_the_last_image_of_a_template_takes_the_template_along(store, signatures):
    add(store, [Screen("/only", "a" * 64, signatures[0])])
    forget_images(store, ["/only"])
    assert check_store(store) == []
    with store.reading() as connection:
        assert find(store, connection, signatures[0]).case == "unknown"


def test_no_byte_of_what_is_forgotten_stays_in_the_file(tmp_path, signatures):
    path = tmp_path / "archive.db"
    traces = [b"/secret/Jane.png", b"5ec2e7" * 10, b"2026-02-03T04:05:06", b"sender Jane", b"picture of Jane"]
    data = to_bytes(signatures[9])
    with closing(Store(path, create=True)) as store:
        screens = [Screen(f"/in/{i}.png", f"{i:064x}", signatures[i]) for i in range(9)]
        secret = Screen(
            traces[0].decode(), traces[1].decode(), signatures[9], traces[2].decode(), traces[3].decode(), traces[4]
        )
        add(store, [*screens, secret])
        assert all(trace in stored(path) for trace in (*traces, data[100:140]))
        forget_images(store, [traces[0].decode()])
        assert not any(trace in stored(path) for trace in traces)
        assert not any(data[at : at + 24] in stored(path) for at in range(0, len(data) - 24, 24))
        assert check_store(store) == []


def test_an_image_whose_signature_is_damaged_is_forgotten_whole(filled):
    with filled.writing() as connection:
        connection.execute(sql.update(IMAGES).where(IMAGES.c.id == 3).values(signature=b"nothing"))
    assert forget_images(filled, ["/in/2.png"]) == 1
    assert check_store(filled) == []


def stored(path: Path) -> bytes:
    """All that stands on the disk."""
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


def test_a_check_finds_what_is_damaged_lost_or_leads_nowhere(filled):
    assert check_store(filled) == []
    with filled.writing() as connection:
        connection.execute(sql.update(IMAGES).where(IMAGES.c.id == 3).values(signature=b"nothing"))
        connection.execute(sql.delete(LISTS).where(LISTS.c.image == 5))
        connection.execute(LISTS.insert().values(key=1, image=999))
        connection.execute(sql.update(IMAGES).where(IMAGES.c.id == 7).values(template=99))
        connection.execute(sql.update(IMAGES).where(IMAGES.c.id == 9).values(received="03/04/26"))
    said = " ".join(check_store(filled))
    assert "signature of /in/2.png cannot be read" in said
    assert "date of /in/8.png cannot be read" in said
    assert "words of /in/4.png are not in the lists" in said
    assert "1 list entries" in said and "1 images without a template" in said
