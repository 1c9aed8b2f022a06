"""The version of the program stands beside every row."""

from importlib.metadata import version

from realfake.forensics.names import program_version


def test_the_version_is_the_installed_one():
    assert program_version() == version("realfake")
