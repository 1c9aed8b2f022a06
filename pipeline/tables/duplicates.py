"""Near-duplicate images: which rows show the same picture, told from their perceptual hashes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

HASH_BITS = 64
HASH_DIGITS = HASH_BITS // 4
SAME_CAPTURE = 4  # bits; copies of one receipt differ by 0..8 bits, other receipts of one app by 4 and more
SAME_PICTURE = 2  # bits; at this distance two different receipts are hardly ever taken for one
MAX_DISTANCE = 15  # bits; beyond it the bands are so narrow that every pair would be compared
PENDING_PAIRS = 2_000_000  # pairs held in memory before they are merged into components


def near_duplicate_groups(phashes: Iterable[object], max_distance: int = SAME_CAPTURE) -> np.ndarray:
    """Group rows whose perceptual hashes differ in few bits, directly or through other rows.

    Two hashes that differ in at most `max_distance` bits agree wholly in one of `max_distance + 1` bands of the 64
    bits, so only rows that share a band are compared.

    Parameters
    ----------
    phashes : n strings of 16 hexadecimal digits
        Anything else (NaN, None, "") counts as unknown; such a row stands alone.
    max_distance : 0..15 bits

    Returns
    -------
    (n,) int64
        Group numbers from 0 in order of first appearance.
    """
    if not 0 <= max_distance <= MAX_DISTANCE:
        raise ValueError(f"max_distance must be 0..{MAX_DISTANCE} bits, not {max_distance}")
    hashes, known = _parse(phashes)
    unique, which = np.unique(hashes[known], return_inverse=True)
    component = _components(unique, max_distance)
    label = np.arange(len(hashes)) + len(unique)  # an unknown hash is a component of its own
    label[known] = component[which]
    return pd.factorize(label)[0].astype(np.int64)


def join_groups(*partitions: np.ndarray) -> np.ndarray:
    """Merge partitions of the same rows: two rows that any of them joins share a group.

    Parameters
    ----------
    partitions : each (n,) of group ids

    Returns
    -------
    (n,) int64, group numbers from 0 in order of first appearance
    """
    joined = pd.factorize(np.asarray(partitions[0]))[0]
    for partition in partitions[1:]:
        other = pd.factorize(np.asarray(partition))[0]
        size = joined.max(initial=-1) + 1
        joined = _merge(np.arange(size + other.max(initial=-1) + 1), joined, size + other)[joined]
    return pd.factorize(joined)[0].astype(np.int64)


def _parse(phashes: Iterable[object]) -> tuple[np.ndarray, np.ndarray]:
    """Return (n,) uint64 hashes and (n,) bool, whether each is known."""
    numbers = [_number(cell) for cell in phashes]
    known = np.array([number is not None for number in numbers], dtype=bool)
    return np.array([number or 0 for number in numbers], dtype=np.uint64), known


def _number(cell: object) -> int | None:
    if not isinstance(cell, str) or len(cell) != HASH_DIGITS:
        return None
    try:
        return int(cell, 16)
    except ValueError:
        return None


def _components(hashes: np.ndarray, max_distance: int) -> np.ndarray:
    """Label (n,) distinct uint64 hashes by connected component of "at most max_distance bits apart"."""
    label = np.arange(len(hashes))
    pending: list[tuple[np.ndarray, np.ndarray]] = []
    size = 0
    for first, second in _candidates(hashes, max_distance + 1):
        apart = label[first] != label[second]
        first, second = first[apart], second[apart]
        near = np.bitwise_count(hashes[first] ^ hashes[second]) <= max_distance
        pending.append((first[near], second[near]))
        size += int(near.sum())
        if size > PENDING_PAIRS:
            label, pending, size = _merge_all(label, pending), [], 0
    return _merge_all(label, pending)


def _candidates(hashes: np.ndarray, bands: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield pairs of positions whose hashes agree in a band, a vector of pairs at a time."""
    edges = np.arange(bands + 1) * HASH_BITS // bands
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        mask = np.uint64((1 << int(high)) - (1 << int(low)))
        key = hashes & mask
        order = np.argsort(key, kind="stable")
        key = key[order]
        start = np.arange(len(key))
        for step in range(1, len(key)):
            start = start[start + step < len(key)]
            start = start[key[start] == key[start + step]]
            if not len(start):
                break
            yield order[start], order[start + step]


def _merge_all(label: np.ndarray, pairs: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    if not pairs:
        return label
    return _merge(label, np.concatenate([a for a, _ in pairs]), np.concatenate([b for _, b in pairs]))


def _merge(label: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Relabel (n,) nodes so that the labels of each pair of nodes become one."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(first), bool), (label[first], label[second])), shape=(len(label), len(label)))
    component: np.ndarray = connected_components(graph, directed=False)[1][label]
    return component
