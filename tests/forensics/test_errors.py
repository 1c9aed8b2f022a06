"""Errors that a user can meet are caught by one name, and speak of numbers as people do."""

import inspect
import warnings

import pytest

from realfake.data.manifest import ManifestWarning
from realfake.forensics import errors
from realfake.forensics.errors import ModelWarning, RealfakeError, RealfakeWarning, UnknownName, counted, needs_one_of
from realfake.forensics.transformer import FailedImageWarning
from realfake.pipeline.learning.thresholds import ThresholdWarning
from realfake.pipeline.tables.table import TableWarning

OWN = [one for _, one in inspect.getmembers(errors, inspect.isclass) if one.__module__ == errors.__name__]
ERRORS = [one for one in OWN if not issubclass(one, Warning)]


@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_is_caught_as_one_of_this_program(kind):
    with pytest.raises(RealfakeError, match="a.png is empty"):
        raise kind("a.png is empty")


@pytest.mark.parametrize("kind", [FailedImageWarning, ManifestWarning, ModelWarning, TableWarning, ThresholdWarning])
def test_every_warning_is_caught_as_one_of_this_program(kind):
    with pytest.warns(RealfakeWarning, match="a.png is odd"):
        warnings.warn(kind("a.png is odd"), stacklevel=1)


@pytest.mark.parametrize(("number", "said"), [(0, "0 fakes"), (1, "1 fake"), (2, "2 fakes"), (12345, "12,345 fakes")])
def test_a_noun_follows_its_number(number, said):
    assert counted(number, "fake") == said


def test_a_name_that_does_not_exist_is_answered_with_those_that_do():
    needs_one_of("level", "image", ("image", "region"))
    with pytest.raises(UnknownName, match="there is no level 'page'; choose from image, region"):
        needs_one_of("level", "page", ("image", "region"))
