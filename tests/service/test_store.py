"""A file is kept once, under its hash, whole or not at all."""

import hashlib
from pathlib import Path

import pytest

from realfake.forensics.errors import RealfakeError
from realfake.service.store import ImageStore


def files(folder):
    return [path for path in Path(folder).rglob("*") if path.is_file()]


def test_what_is_put_comes_back_and_stands_once(store, tmp_path):
    digest = store.put(b"slip")
    assert digest == store.put(b"slip") == hashlib.sha256(b"slip").hexdigest()
    assert store.get(digest) == b"slip"
    assert [path.name for path in files(tmp_path / "images")] == [digest]


def test_what_is_deleted_is_gone_and_may_be_deleted_again(store, tmp_path):
    digest = store.put(b"slip")
    store.delete(digest)
    store.delete(digest)
    assert files(tmp_path / "images") == []
    with pytest.raises(RealfakeError, match="cannot be read"):
        store.get(digest)


def test_a_file_that_was_changed_is_not_given_out(store, tmp_path):
    digest = store.put(b"slip")
    files(tmp_path / "images")[0].write_bytes(b"slop")
    with pytest.raises(RealfakeError, match="was changed or damaged"):
        store.get(digest)


def test_any_store_of_fsspec_will_do():
    store = ImageStore("memory://desk")
    assert store.get(store.put(b"slip")) == b"slip"


def test_an_address_that_nothing_opens_is_told():
    with pytest.raises(RealfakeError, match="cannot be opened"):
        ImageStore("nothing://desk")
