"""Families: images of an archive that all descend from one capture, with the likely origin of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cmp_to_key
from typing import Any

import numpy as np
import sqlalchemy as sql
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from realfake.pipeline.archive.finding import ALTERED
from realfake.pipeline.archive.store import LINKS, Entry, Store

FAMILY_COLUMNS = (
    "family", "images", "senders", "altered", "path", "received", "sender", "origin", "case", "earlier",
)  # fmt: skip


def family_rows(store: Store) -> list[dict[str, Any]]:
    """A row for each image of a family, largest families first, within one in the order of receipt."""
    with store.reading() as connection:
        links = [
            (int(one), int(other), str(kind))
            for one, other, kind in connection.execute(sql.select(LINKS.c.one, LINKS.c.other, LINKS.c.kind))
        ]
        numbers = sorted({number for one, other, _ in links for number in (one, other)})
        entries = [entry for part in _parts(numbers) for entry in store.entries(connection, part)]
    families = sorted(_connected(entries, links), key=lambda family: (-len(family), family[0].id))
    return [row for number, family in enumerate(families, 1) for row in _rows(number, family, links)]


def _connected(entries: Sequence[Entry], links: Sequence[tuple[int, int, str]]) -> list[list[Entry]]:
    """The connected components, each in the order of receipt."""
    place = {entry.id: at for at, entry in enumerate(entries)}
    pairs = np.array([(place[one], place[other]) for one, other, _ in links if one in place and other in place])
    if not len(pairs):
        return []
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(entries),) * 2)
    members: dict[int, list[Entry]] = defaultdict(list)
    for entry, family in zip(entries, connected_components(graph, directed=False)[1].tolist(), strict=True):
        members[family].append(entry)
    return [sorted(family, key=cmp_to_key(_order)) for family in members.values() if len(family) > 1]


def _rows(number: int, family: list[Entry], links: Sequence[tuple[int, int, str]]) -> list[dict[str, Any]]:
    known = {entry.id: entry for entry in family}
    found: dict[int, tuple[str, str]] = {}  # case and path of the earliest that an image is linked with
    for one, other, kind in links:
        if one in known and other in known:
            first, later = (known[other], known[one]) if known[other].before(known[one]) else (known[one], known[other])
            kept = found.get(later.id)
            if kept is None or (kept[0] == ALTERED and kind != ALTERED):
                found[later.id] = kind, first.path
    senders = len({entry.sender for entry in family if entry.sender})
    altered = sum(kind == ALTERED for kind, _ in found.values())
    return [
        {
            "family": number,
            "images": len(family),
            "senders": senders,
            "altered": altered,
            "path": entry.path,
            "received": entry.received,
            "sender": entry.sender,
            "origin": at == 0,
            "case": found.get(entry.id, ("", ""))[0],
            "earlier": found.get(entry.id, ("", ""))[1],
        }
        for at, entry in enumerate(family)
    ]


def _order(one: Entry, other: Entry) -> int:
    return -1 if one.before(other) else 1


def _parts(numbers: Sequence[int], size: int = 10_000) -> list[Sequence[int]]:
    return [numbers[start : start + size] for start in range(0, len(numbers), size)]
