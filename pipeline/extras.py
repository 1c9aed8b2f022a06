"""Packages that only some commands need, each installed by an extra."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from realfake.forensics.errors import MissingExtra


def import_extra(module: str, needed: str, extra: str) -> Any:
    """An optional package, if it is there; to be asked before a long run.

    Parameters
    ----------
    module : to import
    needed : what needs which package, as the error begins
    extra : of realfake, that installs it

    Raises
    ------
    MissingExtra
        If it is not installed.
    """
    try:
        return import_module(module)
    except ImportError:
        raise MissingExtra(f"{needed}; install it with: pip install 'realfake[{extra}]'") from None
