"""Packages that only some commands need."""

import json

import pytest

from realfake.forensics.errors import MissingExtra
from realfake.pipeline.extras import import_extra


def test_a_package_that_is_there_is_handed_over():
    assert import_extra("json", "writing needs json", "json") is json


def test_a_package_that_is_missing_is_one_sentence_with_the_command_that_installs_it():
    with pytest.raises(MissingExtra) as told:
        import_extra("no_such_package", "searching needs no_such_package", "search")
    assert str(told.value) == ("searching needs no_such_package; install it with: pip install 'realfake[search]'")
