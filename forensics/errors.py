"""Errors and warnings that a user can meet: one sentence each, saying what, where and what to do."""

from __future__ import annotations

from collections.abc import Iterable


class RealfakeError(Exception):
    """Base of every error that is the input's fault and not the program's: one sentence, what, where and what to do.

    Examples
    --------
    >>> import realfake
    >>> try:
    ...     realfake.extract_features("nowhere.png")
    ... except realfake.RealfakeError as error:
    ...     print(error)
    nowhere.png cannot be read (No such file or directory); check the path and its permissions
    """


class RealfakeWarning(UserWarning):
    """Base of every warning of the program: it went on, and the result needs a second look."""


class ModelWarning(RealfakeWarning):
    """A model runs under other circumstances than it was trained in."""


class BadImage(RealfakeError):
    """The file cannot be measured: unreadable, truncated, too large, too small or not an image."""


class BadManifest(RealfakeError):
    """The manifest lacks a column, names missing files or has labels other than 0 and 1."""


class BadTable(RealfakeError):
    """The feature table cannot be used: wrong columns, wrong type or nothing in it."""


class BadModel(RealfakeError):
    """The model folder is broken, unsafe, or was made from other columns."""


class TooFewFakes(RealfakeError, ValueError):  # a ValueError too, as scikit-learn asks of `fit`
    """There are fewer labelled images of a class than the request needs."""


class TooFewGenuine(RealfakeError):
    """Too few genuine images to promise a rate of false alarms."""


class CannotFit(RealfakeError):
    """A strategy cannot be fitted on these rows."""


class UnknownName(RealfakeError, ValueError):
    """A family, strategy or layout that does not exist was asked for."""


class MissingExtra(RealfakeError):
    """An optional package is needed and not installed."""


def needs_one_of(what: str, given: object, known: Iterable[str]) -> None:
    """Refuse a name that does not exist, with those that do.

    Raises
    ------
    UnknownName
        If `given` is not among `known`.
    """
    known = tuple(known)
    if given not in known:
        raise UnknownName(f"there is no {what} {given!r}; choose from {', '.join(known)}")


def counted(number: int, thing: str) -> str:
    """A number with its noun: `1 fake`, `2 fakes`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


class MissingLibrary(RealfakeError):
    """A compiled package cannot be loaded, as libraries of the system are missing or its files are not whole."""


class BadArchive(RealfakeError):
    """The archive cannot be used: it is not there, damaged, or of another version."""


class NotArchived(BadArchive):
    """The archive holds no such image."""
