"""Many images measured by watched worker processes, yielded in order while memory stays bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from operator import attrgetter

from realfake.data.manifest import printable
from realfake.forensics.limited import LimitedPool, Limits, Outcome, attempt, limited
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.tables.cells import Row

Work = Callable[[str], list[Row]]


def unmeasured(path: str, why: str) -> Row:
    """The row of an image of which nothing could be measured."""
    return {"path": path, "error": why}


def measured(
    items: Iterable[Item],
    work: Work,
    *,
    jobs: int = 1,
    limits: Limits = Limits(),
    known: Callable[[Item], list[Row] | None] | None = None,
    failed: Callable[[str, str], Row] = unmeasured,
    fatal: tuple[type[Exception], ...] = (),
    preload: tuple[str, ...] = (),
    pool: LimitedPool[Item, list[Row]] | None = None,
) -> Iterator[tuple[Item, list[Row]]]:
    """Measure images in worker processes and yield their rows in the order of `items`.

    A failure of any kind becomes one row; see `realfake.forensics.limited`.

    Parameters
    ----------
    items : Iterable of Item
    work : from a path to the image's rows; must be picklable
    jobs : worker processes; one job without limits runs in this process
    limits : Limits
    known : rows that need not be measured again, or None for an image that must be
    failed : from a path and a sentence to the row of an image that could not be measured
    fatal, preload : as in `limited`
    pool : workers that are there already, made by `pool_of`; the arguments that make some are not used then
    """
    if jobs == 1 and limits == Limits(None, None):
        for item in items:
            rows = known(item) if known else None
            yield item, rows or _rows(item, attempt(work, item.path, item.path, fatal), failed)
        return
    on_item, path = partial(_on_item, work=work), attrgetter("path")
    if pool:
        done = pool.each(items, path, known)
    else:
        done = limited(items, on_item, name=path, jobs=jobs, limits=limits, known=known, fatal=fatal, preload=preload)
    for item, outcome in done:
        yield item, _rows(item, outcome, failed)


def pool_of(work: Work, limits: Limits) -> LimitedPool[Item, list[Row]]:
    """A worker process that stays for many calls of `measured`."""
    return LimitedPool(partial(_on_item, work=work), limits=limits)


def _on_item(item: Item, work: Work) -> list[Row]:
    return work(item.path)


def _rows(item: Item, outcome: Outcome[list[Row]], failed: Callable[[str, str], Row]) -> list[Row]:
    return outcome.result or [failed(item.path, printable(outcome.failure))]
