"""Errors that a user can meet: one sentence each, saying what, where and what to do."""


class RealfakeError(Exception):
    """Base of every error that is the input's fault and not the program's."""


class BadImage(RealfakeError):
    """The file cannot be measured: unreadable, truncated, too large, too small or not an image."""


class BadManifest(RealfakeError):
    """The manifest lacks a column, names missing files or has labels other than 0 and 1."""


class BadTable(RealfakeError):
    """The feature table cannot be used: wrong columns, wrong type or nothing in it."""


class BadModel(RealfakeError):
    """The model folder is broken, unsafe, or was made from other columns."""


class TooFewFakes(RealfakeError):
    """There are fewer labelled images of a class than the request needs."""


class UnknownName(RealfakeError):
    """A family, strategy or layout that does not exist was asked for."""


class MissingExtra(RealfakeError):
    """An optional package is needed and not installed."""
