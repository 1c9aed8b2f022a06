"""Every public name says what it takes, gives and raises, and shows it in an example that runs."""

import doctest
import inspect
import tempfile

import pytest
from numpydoc.docscrape import NumpyDocString

import realfake

WRITTEN = {name: getattr(realfake, name) for name in realfake.__all__ if callable(getattr(realfake, name))}
WRITTEN |= {f"metrics.{name}": getattr(realfake.metrics, name) for name in realfake.metrics.__all__}
WRITTEN |= {f"archive.{name}": getattr(realfake.archive, name) for name in realfake.archive.__all__}
MEMBERS = {  # the methods that the reference shows
    "ForensicImage": ("open", "from_bytes", "from_array"),
    "StrategyClassifier": ("fit", "predict", "predict_proba"),
    "ForensicFeatures": ("fit", "transform", "get_feature_names_out"),
}


def taken(one):
    """The names of the parameters, but for those of errors."""
    if isinstance(one, type) and issubclass(one, Exception):
        return set()
    return set(inspect.signature(one).parameters)


def told(text, *sections):
    """The names that sections of a docstring describe."""
    found = [name for section in sections for name, _, _ in NumpyDocString(inspect.cleandoc(text))[section]]
    return {name.strip("* ") for names in found for name in names.partition(" : ")[0].split(",")}


def test_everything_public_is_written_about():
    other = set(realfake.__all__) - set(WRITTEN)
    assert other == {"metrics", "archive", "STRATEGIES"}
    assert "`y_true`" in realfake.metrics.__doc__


@pytest.mark.parametrize("name", WRITTEN)
def test_a_public_name_tells_all_that_it_takes(name):
    one = WRITTEN[name]
    if name == "ForensicImage":  # made by open, from_bytes and from_array
        one = one.from_array
    assert taken(one) <= told(one.__doc__, "Parameters", "Attributes")


@pytest.mark.parametrize("name, member", [(name, member) for name, members in MEMBERS.items() for member in members])
def test_a_method_of_the_reference_is_written_about(name, member):
    assert len(inspect.getdoc(getattr(WRITTEN[name], member)).splitlines()[0]) > 10


@pytest.mark.parametrize("name", WRITTEN)
def test_the_example_of_a_public_name_runs_as_it_stands(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    examples = doctest.DocTestParser().get_doctest(inspect.getdoc(WRITTEN[name]), {}, name, None, 0)
    assert examples.examples, f"{name} has no example"
    said = []
    result = doctest.DocTestRunner(verbose=False).run(examples, out=said.append)
    assert result.failed == 0, "".join(said)
