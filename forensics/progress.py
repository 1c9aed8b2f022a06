"""How far a long job is: one protocol for all of them, a function of the steps done and the steps in all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

Progress = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """The progress of a job that nobody watches."""


def shares(progress: Progress, parts: int) -> list[Progress]:
    """One progress for each of so many equal parts of a job, which together fill one bar."""
    return [partial(_share, progress, part, parts) for part in range(parts)]


def _share(progress: Progress, part: int, parts: int, done: int, total: int) -> None:
    progress(part * total + done, parts * total)
