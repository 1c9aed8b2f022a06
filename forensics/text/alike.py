"""Alike: the glyphs of a word, and of its field, against all like glyphs of the screen, over the spread of those."""

from __future__ import annotations

from collections.abc import Iterator
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.text.glyphs import Likes, compare
from realfake.forensics.text.measurement import RegionMeasurement, region_family, region_feature, snapped
from realfake.forensics.text.words import ScreenText

SAME_INK = 0.15  # ratio of contrasts within which glyphs have the ink of one style


@region_family(
    "alike",
    source="this program, after van Beusekom, Shafait and Breuel, IJDAR 2013: a test of each letter against its like",
)
def alike(screen: ScreenText) -> Iterator[RegionMeasurement]:
    """How a word's glyphs, and its field's, depart from all like glyphs in the same ink, in deviations of those."""
    _, likes = screen.shared(compare)
    found = np.full((len(screen.words), len(DEPARTURES) + len(FIELD)), np.nan)
    if likes is not None:
        found[:] = _against_likes(screen, likes)
    for i, (name, unit, floor, meaning) in enumerate((*DEPARTURES, *FIELD)):
        yield region_feature(name, found[:, i], unit, floor, meaning)


FACTS = (  # of a glyph, and how far the like glyphs of one renderer may be apart
    ("height", 0.01, "height"),
    ("width", 0.02, "width"),
    ("area", 0.02, "inked area"),
    ("edge", 0.03, "share of half-covered pixels"),
    ("phase", 0.05, "vertical sub-pixel phase"),
    ("ink", 0.02, "area times contrast"),
    ("soft_x", 0.03, "softness across upright strokes"),
    ("soft_y", 0.03, "softness across level strokes"),
    ("gamma", 0.01, "mean coverage of half-covered pixels"),
    ("drop", 0.1, "foot below the word's baseline"),
)
PHASE = 4  # which of them goes around
USUAL = 4  # glyphs whose spread is that of the whole screen count beside those that are like one
FLOORS = np.array([floor for _, floor, _ in FACTS])
DEPARTURES = (
    *(
        (
            f"word__{name}",
            "deviations",
            0.3,
            f"{meaning} against all like glyphs of other fields, over their own spread",
        )
        for name, _, meaning in FACTS
    ),
    ("word__largest", "deviations", 0.3, "largest of these departures"),
    ("word__together", "deviations", 0.3, "root mean square of these departures"),
    ("word__worst", "deviations", 0.3, "the same of the glyph that departs most"),
    ("word__unlike", "log", 0.05, "how unlike they are over how unlike they are to each other"),
    ("word__count", "glyphs", 2.0, "like glyphs of other fields that a glyph is compared with, mean"),
)
OF_FIELD = tuple(i for i, (name, *_) in enumerate(DEPARTURES) if name in ("word__area", "word__edge", "word__together"))
FIELD = tuple(
    (name.replace("word", "field"), unit, floor, f"{meaning}; of all glyphs of the field")
    for name, unit, floor, meaning in (DEPARTURES[i] for i in OF_FIELD)
)


def _against_likes(screen: ScreenText, likes: Likes) -> np.ndarray:
    """`DEPARTURES` of each word, and those of its field in `OF_FIELD`."""
    inks = snapped(np.array([word.contrast for word in screen.words]))[likes.owner]
    mine, theirs = inks[likes.mine], inks[likes.theirs]
    one, other = np.abs(mine), np.abs(theirs)
    near = (mine * theirs > 0) & (one < (1 + SAME_INK) * other) & (other < (1 + SAME_INK) * one)
    known = snapped(likes.facts), likes.mine[near], likes.theirs[near], likes.unlike[near], FLOORS
    of_words = _departures(len(screen.words), likes.owner, *known)
    of_fields = _departures(len(screen.lines), screen.line_of[likes.owner], *known)[screen.line_of]
    return np.concatenate([of_words, of_fields[:, list(OF_FIELD)]], axis=1)


@compiled
@no_type_check
def _departures(words, owner, facts, mine, theirs, unlike, floors):
    """(words, 15) float64: what `DEPARTURES` says of each word (or field) that owns glyphs; NaN where no glyph has two
    that are like it.

    Of each glyph the departure from the mean of the glyphs that are like it, over their own spread; of a word the sum
    of its glyphs' departures over the root of the sum of their squared spreads.
    """
    glyphs, kinds = facts.shape
    counts = np.zeros(glyphs)
    sums, squares = np.zeros((glyphs, kinds)), np.zeros((glyphs, kinds))
    apart = np.zeros(glyphs)
    for k in range(len(mine)):
        i, j = mine[k], theirs[k]
        counts[i] += 1
        apart[i] += unlike[k]
        for f in range(kinds):
            step = facts[j, f] - facts[i, f]
            if f == PHASE:
                step -= np.floor(step + 0.5)
            sums[i, f] += step
            squares[i, f] += step * step
    others = np.zeros(glyphs)  # how unlike those are that each is compared with, to those that they are compared with
    for k in range(len(mine)):
        i, j = mine[k], theirs[k]
        others[i] += apart[j] / max(counts[j], 1)
    usual, freedom = np.zeros(kinds), 0.0  # squared spread of like glyphs, of all glyphs of the screen
    for i in range(glyphs):
        if counts[i] >= 2:
            freedom += counts[i] - 1
            for f in range(kinds):
                squares[i, f] = max(squares[i, f] - sums[i, f] * sums[i, f] / counts[i], 0.0)
                usual[f] += squares[i, f]
    told = np.full((words, kinds + 5), np.nan)
    total, spread = np.zeros((words, kinds)), np.zeros((words, kinds))
    likeness, number = np.zeros((words, 2)), np.zeros((words, 2))
    for i in range(glyphs):
        word = owner[i]
        number[word, 1] += 1
        told[word, kinds + 4] = 0.0
        n = counts[i]
        if n < 2:
            continue
        number[word, 0] += 1
        likeness[word, 0] += apart[i] / n
        likeness[word, 1] += others[i] / n
        departure = 0.0
        for f in range(kinds):
            mean = sums[i, f] / n
            variance = (squares[i, f] + USUAL * usual[f] / freedom) / (n - 1 + USUAL)
            variance = (variance + floors[f] * floors[f]) * (1 + 1 / n)
            total[word, f] -= mean
            spread[word, f] += variance
            departure += mean * mean / variance
        departure = np.sqrt(departure / kinds)
        if not departure <= told[word, kinds + 2]:
            told[word, kinds + 2] = departure
    for i in range(glyphs):
        told[owner[i], kinds + 4] += counts[i]
    for word in range(words):
        if number[word, 1] > 0:
            told[word, kinds + 4] /= number[word, 1]
        if number[word, 0] == 0:
            continue
        whole = largest = 0.0
        for f in range(kinds):
            told[word, f] = total[word, f] / np.sqrt(spread[word, f])
            whole += told[word, f] * told[word, f]
            largest = max(largest, abs(told[word, f]))
        told[word, kinds] = largest
        told[word, kinds + 1] = np.sqrt(whole / kinds)
        told[word, kinds + 3] = np.log((likeness[word, 0] + 1e-4) / (likeness[word, 1] + 1e-4))
    return told
