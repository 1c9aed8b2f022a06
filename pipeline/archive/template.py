"""What the screens of a template have in common, word by word, and how far a further screen departs from it.

The labels of an app are drawn by one engine in one font at one place. A screen that was rebuilt elsewhere bears the
same labels, but their strokes, lengths, inks and gaps are others. Nothing is learnt but what earlier screens show: a
screen is held against those nearest to it, so that phones, text sizes and ways of travelling that were seen before are
no departure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.text.signature import PRINT, ROWS, Signature
from realfake.pipeline.archive.alignment import ALIKE, ASPECT, LIKE, NUDGES
from realfake.pipeline.archive.difference import READABLE

ENOUGH = 10  # earlier screens of a template from which on it is known
MEMBERS = 30  # of them that are looked at, the last received
PLAIN, MASSIVE = 100, 140  # of 255: plain ground around a word at least, and coverage of its box at most
SHARED = 0.3  # of them that a word stands on which is the app's own
FEWEST = 4  # such words that a screen must show
TRIED = 12  # of them that are held against the others, to know what is usual
LIKEST = 5  # of those, the most like a screen in size and sharpness
LOOK = {"width": 0.1, "soft": 10.0, "touched": 0.05}  # size and sharpness: the step that counts as much in each
JUDGED = {"shape": 0.03, "mass": 0.003}  # kinds that tell, with what is nothing
SIZE = 0.008  # of the logarithm of text size: screens of one phone and setting differ less
NEAREST = 3  # earlier screens that a screen is held against: those that it departs from least
LONGEST = 2.0  # cells of length over height from which on a word's length tells scale
KINDS = {  # of departure: unit and meaning
    "shape": ("share", "cells of a static word's raster whose ink is other than on earlier screens"),
    "mass": ("share", "difference of its mean coverage"),
    "soft": ("share", "difference of its share of half covered pixels"),
    "width": ("log ratio", "difference of its length, beyond one scale for all"),
    "height": ("log ratio", "difference of its height, beyond one scale for all"),
    "ink": ("share", "difference of its colour"),
    "left": ("heights", "how far its left edge stands from where it should"),
    "gap": ("heights", "how far it stands above or below its neighbour beyond what it should"),
    "size": ("log ratio", "difference of the size of text, against the width of the screen"),
}


@dataclass(frozen=True)
class Statics:
    """The words that many screens of a template show.

    Attributes
    ----------
    screens : how many were looked at
    prints, aspects : ndarray, (k, PRINT) float32 and (k,) float64; of each such word as it was first seen
    common : ndarray, (k,) float64; share of the screens that show it
    owner, screen : ndarray, (n,) int; of each occurrence the word, and the screen
    words : ndarray, (n,) of `SHAPE`
    cells, starts : ndarray, uint8 and (n + 1,) int; rasters of the occurrences one after the other
    sizes : ndarray, (screens,) float64; widths of the screens
    usual : ndarray, (m, len(KINDS)) float64; how far some of the screens depart from the others
    looks : ndarray, (m, len(LOOK)) float64; size and sharpness of those
    """

    screens: int
    prints: np.ndarray
    aspects: np.ndarray
    common: np.ndarray
    owner: np.ndarray
    screen: np.ndarray
    words: np.ndarray
    cells: np.ndarray
    starts: np.ndarray
    sizes: np.ndarray
    usual: np.ndarray
    looks: np.ndarray


@dataclass(frozen=True)
class Departure:
    """How far a screen departs from earlier ones of its template.

    Attributes
    ----------
    screens : earlier ones
    words : ndarray of int; numbers of its words that many of them show
    absent : share of the words on nearly all of them that it lacks
    values : ndarray, (len(KINDS),) float64; NaN where too few words tell
    each : ndarray, (len(words),) float64; how far each word's strokes are those of no earlier one
    look : ndarray, (len(LOOK),) float64; its size and sharpness
    beyond : how many times farther it departs than earlier ones of like size and sharpness do from each other; the
        mean over `JUDGED`
    """

    screens: int
    words: np.ndarray
    absent: float
    values: np.ndarray
    each: np.ndarray
    look: np.ndarray
    beyond: float = float("nan")


def statics_of(signatures: Sequence[Signature]) -> Statics | None:
    """What screens of a template have in common; None where they are too few or share too little."""
    if len(signatures) < ENOUGH:
        return None
    prints, aspects = np.empty((0, PRINT), np.float32), np.empty(0)
    owners, screens, words, rasters = [], [], [], []
    for number, signature in enumerate(signatures):
        chosen = np.flatnonzero(_steady(signature))
        mine, lengths = signature.prints[chosen].astype(np.float32), _aspects(signature.words[chosen])
        nearest, distance = _nearest(mine, lengths, prints, aspects)
        fresh = np.flatnonzero(distance > LIKE)
        nearest[fresh] = len(prints) + np.arange(len(fresh))
        prints, aspects = np.concatenate([prints, mine[fresh]]), np.concatenate([aspects, lengths[fresh]])
        owners.append(nearest)
        screens.append(np.full(len(chosen), number))
        words.append(signature.words[chosen])
        rasters += [signature.rasters[i] for i in chosen]
    owner, screen = np.concatenate(owners), np.concatenate(screens)
    seen = np.unique(np.stack([owner, screen]), axis=1)[0]
    common = np.bincount(seen, minlength=len(prints)) / len(signatures)
    own = np.flatnonzero(common >= SHARED)
    kept = np.flatnonzero(np.isin(owner, own))
    if len(own) < FEWEST:
        return None
    chosen_rasters = [rasters[i] for i in kept]
    starts = np.concatenate([[0], np.cumsum([raster.size for raster in chosen_rasters])])
    known = Statics(
        len(signatures),
        prints[own],
        aspects[own],
        common[own],
        np.searchsorted(own, owner[kept]),
        screen[kept],
        np.concatenate(words)[kept],
        np.concatenate([raster.ravel() for raster in chosen_rasters]),
        starts,
        np.array([signature.size[0] for signature in signatures], float),
        np.empty((0, len(KINDS))),
        np.empty((0, len(LOOK))),
    )
    tried = np.unique(np.linspace(0, len(signatures) - 1, TRIED).astype(int)).tolist()
    held = [one for number in tried if (one := departure(signatures[number], known, [number])) is not None]
    if not held:
        return None
    return replace(known, usual=np.array([one.values for one in held]), looks=np.array([one.look for one in held]))


def departure(signature: Signature, known: Statics, without: Sequence[int] = ()) -> Departure | None:
    """Hold a screen against the earlier ones of its template, but for those of some numbers.

    None where it shows too few of their words.
    """
    chosen = np.flatnonzero(_steady(signature))
    mine, lengths = signature.prints[chosen].astype(np.float32), _aspects(signature.words[chosen])
    nearest, distance = _nearest(mine, lengths, known.prints, known.aspects)
    best = np.full(len(known.prints), -1)  # the word of the screen that shows each
    for at in np.argsort(-distance, kind="stable"):
        if distance[at] <= ALIKE:
            best[nearest[at]] = at
    shown = np.flatnonzero(best >= 0)
    if len(shown) < FEWEST:
        return None
    usual = known.common >= 0.9
    absent = float(np.mean(best[usual] < 0)) if usual.any() else 0.0
    here = chosen[best[shown]]
    table = np.full((len(shown), known.screens, len(KINDS)), np.nan)
    place = np.full(len(known.prints), -1)
    place[shown] = np.arange(len(shown))
    occurrences = np.flatnonzero((place[known.owner] >= 0) & ~np.isin(known.screen, without))
    rows, columns = place[known.owner[occurrences]], known.screen[occurrences]
    ours, theirs = signature.words[here[rows]], known.words[occurrences]
    cells = np.concatenate([signature.rasters[word].ravel() for word in here])
    starts = np.concatenate([[0], np.cumsum([signature.rasters[word].size for word in here])])
    apart = np.empty(len(occurrences))
    _apart(cells, starts, rows, known.cells, known.starts, occurrences, NUDGES, apart)
    table[rows, columns, 0] = apart
    for kind, name in ((1, "mass"), (2, "soft")):
        table[rows, columns, kind] = np.abs(ours[name].astype(float) - theirs[name]) / 255
    table[rows, columns, 5] = np.abs(ours["ink"].astype(float) - theirs["ink"]).max(axis=1) / 255
    for kind, name in ((3, "width"), (4, "height")):
        table[rows, columns, kind] = np.log(ours[name] / theirs[name])
    left = np.full((len(shown), known.screens), np.nan)
    top = left.copy()
    left[rows, columns], top[rows, columns] = theirs["x"], theirs["y"]
    enough = np.sum(~np.isnan(table[..., 0]), axis=0) >= FEWEST
    if not enough.any():
        return None
    table, left, top = table[:, enough], left[:, enough], top[:, enough]
    size = np.abs(_middles(table[..., 3]) - np.log(signature.size[0] / known.sizes[enough]))
    alike = size <= max(SIZE, 1 / float(np.median(signature.words["width"][here])))  # a pixel either way
    if np.sum(alike) < NEAREST:
        return None
    table, left, top = table[:, alike], left[:, alike], top[:, alike]
    values = _by_screen(table, signature.words[here], left, top)
    values[:, 8] = size[alike]
    near = _means(np.sort(values, axis=0)[:NEAREST])
    each = _means(np.sort(table[..., 0], axis=1)[:, :NEAREST].T)
    look = _look(signature, here)
    return Departure(known.screens - len(without), here, absent, near, each, look, _beyond(near, look, known))


def _means(values: np.ndarray) -> np.ndarray:
    """Mean over the first axis of what is known; NaN where nothing is."""
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    return np.where(count > 0, np.where(known, values, 0).sum(axis=0) / np.maximum(count, 1), np.nan)


def _middles(values: np.ndarray) -> np.ndarray:
    """Median over the first axis of what is known; NaN where nothing is."""
    count = np.sum(~np.isnan(values), axis=0)
    ordered = np.sort(values, axis=0)  # what is not known stands last
    low, high = np.maximum(count - 1, 0) // 2, np.maximum(count, 1) // 2
    columns = np.arange(values.shape[1])
    return np.asarray((ordered[low, columns] + ordered[np.minimum(high, len(ordered) - 1), columns]) / 2)


def _look(signature: Signature, words: np.ndarray) -> np.ndarray:
    """How large a screen is and how sharp its words are: what journeys change."""
    touched = [np.mean(signature.rasters[i] == 1) / np.mean(signature.rasters[i] > 0) for i in words]
    return np.array([np.log(signature.size[0]), np.median(signature.words["soft"][words]), np.mean(touched)])


def _beyond(values: np.ndarray, look: np.ndarray, known: Statics) -> float:
    if not len(known.usual):
        return float("nan")
    unlike = (np.abs(known.looks - look) / np.array(list(LOOK.values()))).sum(axis=1)
    usual = known.usual[np.argsort(unlike, kind="stable")[:LIKEST]].mean(axis=0)
    kinds = list(KINDS)
    return float(
        np.mean([values[kinds.index(kind)] / (usual[kinds.index(kind)] + nothing) for kind, nothing in JUDGED.items()])
    )


def _by_screen(table: np.ndarray, words: np.ndarray, left: np.ndarray, top: np.ndarray) -> np.ndarray:
    """(screens, len(KINDS)): how far a screen departs from each earlier one, over the words that both show."""
    kinds = list(KINDS)
    width, height = kinds.index("width"), kinds.index("height")
    wide, tall = _middles(table[..., width]), _middles(table[..., height])
    values = _means(table)
    values[:, width] = _means(np.abs(table[..., width] - wide))
    values[:, height] = _means(np.abs(table[..., height] - tall))
    scale, lines = np.exp(wide), words["height"].astype(float)[:, None]
    off = words["x"].astype(float)[:, None] - scale * left
    values[:, kinds.index("left")] = _middles(np.abs(off - _middles(off)) / lines)
    order = np.argsort(words["y"], kind="stable")
    down = (words["y"].astype(float)[:, None] - scale * top)[order]
    values[:, kinds.index("gap")] = _middles(np.abs(np.diff(down, axis=0)) / lines[order][1:])
    return values


def _steady(signature: Signature) -> np.ndarray:
    """Words large and plain enough for their strokes to tell."""
    words = signature.words
    return np.asarray(
        (words["height"] >= READABLE)
        & (words["plain"] >= PLAIN)
        & (words["mass"] <= MASSIVE)
        & (words["columns"] >= LONGEST * ROWS)
    )


def _aspects(words: np.ndarray) -> np.ndarray:
    return np.asarray(np.log(words["width"] / words["height"]))


def _nearest(
    mine: np.ndarray, lengths: np.ndarray, prints: np.ndarray, aspects: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Of each word the likest of others, and in how many bits they differ; more than all where lengths do."""
    if not len(prints) or not len(mine):
        return np.zeros(len(mine), np.intp), np.full(len(mine), PRINT + 1.0)
    distance = mine.sum(axis=1)[:, None] + prints.sum(axis=1)[None] - 2 * (mine @ prints.T)
    distance = np.where(np.abs(lengths[:, None] - aspects[None]) <= ASPECT, distance, PRINT + 1.0)
    nearest = distance.argmin(axis=1)
    return nearest, distance[np.arange(len(mine)), nearest]


@compiled
@no_type_check
def _apart(cells, starts, rows, others, other_starts, occurrences, nudges, apart):
    """Of pairs of rasters, the mean step between their cells per cell that either inks, at the best of small shifts.

    The second is stretched to the first.
    """
    high = 16
    for pair in range(len(rows)):
        first, second = starts[rows[pair]], other_starts[occurrences[pair]]
        wide = (starts[rows[pair] + 1] - first) // high
        other = (other_starts[occurrences[pair] + 1] - second) // high
        one = cells[first : first + high * wide].reshape(high, wide)
        two = np.zeros((high + 2, wide + 2), np.uint8)  # nothing around it
        for j in range(wide + 2):
            l = (2 * j - 1) * other // (2 * wide)
            if 0 <= l < other:
                for i in range(high):
                    two[i + 1, j] = others[second + i * other + l]
        apart[pair] = np.inf
        for nudge in range(len(nudges)):
            down, across = nudges[nudge, 0] + 1, nudges[nudge, 1] + 1
            steps, inked = 0, 0
            for i in range(high):
                here, there = one[i], two[i + down, across : across + wide]
                for j in range(wide):
                    steps += abs(np.int64(here[j]) - np.int64(there[j]))
                    inked += (here[j] | there[j]) > 0
            apart[pair] = min(apart[pair], steps / max(inked, 1))
