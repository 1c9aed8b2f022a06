"""Many images measured by watched worker processes, yielded in order while memory stays bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from operator import attrgetter

from realfake.data.manifest import printable
from realfake.forensics.limited import Limits, Outcome, attempt, limited
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.tables.table import Row

Work = Callable[[str], list[Row]]


def measured(
    items: Iterable[Item],
    work: Work,
    *,
    jobs: int = 1,
    limits: Limits = Limits(),
    known: Callable[[Item], list[Row] | None] | None = None,
) -> Iterator[tuple[Item, list[Row]]]:
    """Measure images in worker processes and yield their rows in the order of `items`.

    A failure of any kind becomes one row with the columns `path` and `error`; see `realfake.forensics.limited`.

    Parameters
    ----------
    items : Iterable of Item
    work : from a path to the image's rows; must be picklable
    jobs : worker processes; one job without limits runs in this process
    limits : Limits
    known : rows that need not be measured again, or None for an image that must be
    """
    if jobs == 1 and limits == Limits(None, None):
        for item in items:
            yield item, (known and known(item)) or _rows(item, attempt(work, item.path, item.path))
        return
    on_item, path = partial(_on_item, work=work), attrgetter("path")
    for item, outcome in limited(items, on_item, name=path, jobs=jobs, limits=limits, known=known):
        yield item, _rows(item, outcome)


def _on_item(item: Item, work: Work) -> list[Row]:
    return work(item.path)


def _rows(item: Item, outcome: Outcome[list[Row]]) -> list[Row]:
    return outcome.result or [{"path": item.path, "error": printable(outcome.failure)}]
