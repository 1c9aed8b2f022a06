"""Errors that a user can meet are caught by one name, and speak of numbers as people do."""

import inspect

import pytest

from realfake.forensics import errors
from realfake.forensics.errors import RealfakeError, counted

KINDS = [one for _, one in inspect.getmembers(errors, inspect.isclass)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_caught_as_one_of_this_program(kind):
    with pytest.raises(RealfakeError, match="a.png is empty"):
        raise kind("a.png is empty")


@pytest.mark.parametrize(("number", "said"), [(0, "0 fakes"), (1, "1 fake"), (2, "2 fakes"), (12345, "12,345 fakes")])
def test_a_noun_follows_its_number(number, said):
    assert counted(number, "fake") == said
