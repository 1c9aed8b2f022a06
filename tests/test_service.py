"""What the desk lacks is said when something of it is wanted, and not before."""

import sys
from importlib import reload
from importlib.resources import files

import pytest

import realfake.service
from realfake.forensics.errors import MissingExtra


def test_a_missing_package_is_told_with_what_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "alembic", None)
    reload(realfake.service)
    assert files("realfake.service").joinpath("templates").is_dir()
    with pytest.raises(MissingExtra, match=r"realfake\[serve\]"):
        _ = realfake.service.serve


def test_what_it_does_not_have_is_no_question_of_packages(monkeypatch):
    monkeypatch.setitem(sys.modules, "alembic", None)
    with pytest.raises(AttributeError):
        _ = realfake.service.nothing
