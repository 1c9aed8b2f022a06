"""Contrast: how far a word's measurements lie from those of its peers, in robust deviations that few peers widen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.text.measurement import snapped
from realfake.forensics.text.ranked import ranked
from realfake.forensics.text.words import ScreenText, middle

MOST_PEERS = 24  # words
STYLE_FIELDS = 6  # fields of the nearest style that serve as peers
STYLE_REACH = 1.0  # style distance beyond which a field is no peer
COLUMN_FIELDS = 6
ALIGNED = 0.6  # of the height: edges nearer than this belong to one column
KINDS = {
    "line": "the other words of its field",
    "style": "words of the fields most like it in size, weight and colour",
    "column": "words of the nearest fields aligned with it",
}


@dataclass(frozen=True)
class Peers:
    """Whom a word is compared with.

    Attributes
    ----------
    indices : dict of kind to ndarray, (n, MOST_PEERS) int32
        Peers of each word, -1 where there are no more.
    style_distance : ndarray, (n,) float
        Mean distance to the fields that serve as peers of style; NaN where there is none.
    """

    indices: dict[str, np.ndarray]
    style_distance: np.ndarray

    def count(self, kind: str) -> np.ndarray:
        """(n,) float: how many peers each word has."""
        count: np.ndarray = (self.indices[kind] >= 0).sum(axis=1).astype(float)
        return count


def find_peers(screen: ScreenText) -> Peers:
    """Peers of every word of a screen."""
    styles = _styles(screen)
    boxes = np.array([line.box for line in screen.lines], float).reshape(-1, 4)
    n = len(screen.words)
    indices = {kind: np.full((n, MOST_PEERS), -1, np.int32) for kind in KINDS}
    nearest = np.full(n, np.nan)
    for part, around in screen.stretches(len(screen.lines)):
        members = screen.members[around]
        distances = _style_distances(styles[part], styles[around], part.start - around.start)
        for field, distance in enumerate(distances, part.start - around.start):
            mine = members[field]
            if len(mine) == 0:
                continue
            alike = np.argsort(distance, kind="stable")[:STYLE_FIELDS]
            alike = alike[distance[alike] < STYLE_REACH]
            if len(alike):
                nearest[mine] = distance[alike].mean()
            _fill(indices["style"], mine, [i for other in alike for i in members[other]])
            _fill(indices["column"], mine, [i for other in _column(boxes[around], field) for i in members[other]])
            for word in mine:
                _fill(indices["line"], [word], mine[mine != word])
    return Peers(indices, nearest)


def contrast(values: np.ndarray, floors: np.ndarray, peers: np.ndarray) -> np.ndarray:
    """Robust deviations of each word from its peers.

    Parameters
    ----------
    values : ndarray, (n, f) float
        Measurements; NaN where one does not apply.
    floors : ndarray, (f,) float
        Spread below which a difference means nothing.
    peers : ndarray, (n, k) int
        Peers of each word, padded with -1.

    Returns
    -------
    ndarray, (n, f) float
        `(x - median) / sqrt((1.4826 MAD)^2 + floor^2) / (1 + 2 / peers)`; NaN without a peer that has the measurement.
    """
    result = np.full(values.shape, np.nan)
    features = values.shape[1]
    ordered = np.empty((peers.shape[1], features))  # of each measurement those that the peers have, then infinities
    counts, middles = np.empty(features, np.int64), np.empty(features)
    known, least = np.ascontiguousarray(values, np.float64), np.asarray(floors, np.float64)
    _deviations(known, least, peers, ordered, counts, middles, result)
    return result


@compiled
@no_type_check
def _deviations(values, floors, peers, ordered, counts, middles, result):
    features = values.shape[1]
    for i in range(values.shape[0]):
        for f in range(features):
            counts[f] = 0
        number = 0
        while number < peers.shape[1] and peers[i, number] >= 0:
            theirs, out = values[peers[i, number]], ordered[number]
            for f in range(features):
                known = theirs[f] == theirs[f]
                counts[f] += np.int64(known)
                out[f] = theirs[f] if known else np.inf
            number += 1
        for step in range(2):  # the median, then that of the distances from it
            for one in range(1, number):
                for place in range(one, 0, -1):  # all measurements at once: the loop below is vectorised
                    low, high = ordered[place - 1], ordered[place]
                    for f in range(features):
                        a, b = low[f], high[f]
                        low[f] = b if b < a else a
                        high[f] = a if b < a else b
            if step == 1:
                break
            for f in range(features):
                last = max(counts[f] - 1, 0)
                middles[f] = (ordered[last // 2, f] + ordered[(last + 1) // 2, f]) / 2 if number > 0 else 0.0
            for place in range(number):
                line = ordered[place]
                for f in range(features):
                    line[f] = abs(line[f] - middles[f])
        for f in range(features):
            if counts[f] == 0 or np.isnan(values[i, f]):
                continue
            last = counts[f] - 1
            spread = 1.4826 * ((ordered[last // 2, f] + ordered[(last + 1) // 2, f]) / 2)
            scale = np.sqrt(spread * spread + floors[f] * floors[f]) * (1.0 + 2.0 / counts[f])
            result[i, f] = (values[i, f] - middles[f]) / scale


def _fill(table: np.ndarray, rows: Any, peers: Any) -> None:
    chosen = np.asarray(peers, np.int32)[:MOST_PEERS]
    table[np.asarray(rows)[:, None], np.arange(len(chosen))] = chosen


def _styles(screen: ScreenText) -> np.ndarray:
    """(fields, 8): size, weight, ink and background of each field in the steps of a style; NaN where it has no word.

    They are `snapped`, so that fields of one style are equally far from a third on every processor.
    """
    styles = np.full((len(screen.lines), 8), np.nan)
    owner, _, tops, bottoms = screen.glyphs
    letters = np.log(np.maximum(ranked(bottoms - tops, owner, len(screen.words)).middle, 1.0))
    heights = ranked(letters, screen.line_of, len(screen.lines)).middle
    for field, mine in enumerate(screen.members):
        if len(mine) == 0:
            continue
        words = [screen.words[i] for i in mine]
        solid = [np.log(np.clip(w.coverage[w.inner], 0, 1).mean(dtype=np.float64) + 0.02) for w in words]
        colours = np.sort([[*(w.ink / 48), *(w.background / 32)] for w in words], axis=0)
        colours = (colours[(len(words) - 1) // 2] + colours[len(words) // 2]) / 2
        if np.isfinite(heights[field]):
            styles[field] = 3 * heights[field], 0.7 * middle(np.array(solid)), *colours
    return snapped(styles)


def _style_distances(mine: np.ndarray, around: np.ndarray, first: int) -> np.ndarray:
    """(mine, around): how unlike fields are in size, weight and colours; infinite with itself, from `first` on."""
    shape = np.abs(mine[:, None, :2] - around[None, :, :2]).sum(axis=2)
    colour = np.maximum(
        np.abs(mine[:, None, 2:5] - around[None, :, 2:5]).max(axis=2),
        np.abs(mine[:, None, 5:] - around[None, :, 5:]).max(axis=2),
    )
    distance = np.where(np.isfinite(shape + colour), shape + colour, np.inf)
    np.fill_diagonal(distance[:, first:], np.inf)
    return distance


def _column(boxes: np.ndarray, field: int) -> np.ndarray:
    """Fields aligned with one at the left, the right or the centre, nearest rows first."""
    x, y, w, h = boxes.T
    aligned = np.zeros(len(boxes), bool)
    for edge in (x, x + w, x + w / 2):
        aligned |= np.abs(edge - edge[field]) < ALIGNED * h[field]
    aligned &= np.maximum(h, h[field]) < 2.5 * np.minimum(h, h[field])
    aligned[field] = False
    found = np.flatnonzero(aligned)
    return found[np.argsort(np.abs(y[found] - y[field]), kind="stable")][:COLUMN_FIELDS]
