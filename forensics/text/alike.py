"""Alike: the glyphs of a word, and of its field, against all like glyphs of the screen, over the spread of those."""

from __future__ import annotations

from collections.abc import Iterator
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.text.glyphs import Likes, compare
from realfake.forensics.text.measurement import RegionMeasurement, region_family, region_features, snapped
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
    yield from region_features((*DEPARTURES, *FIELD), found)


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
    ("word__largest", "deviations", 0.3, "largest departure of its glyphs from all like ones of other fields"),
    (
        "word__together",
        "deviations",
        0.3,
        "departure of its glyphs from all like ones of other fields, all facts together",
    ),
    ("word__worst", "deviations", 0.3, "departure of the glyph that departs most from all like ones of other fields"),
    (
        "word__unlike",
        "log",
        0.05,
        "how unlike like glyphs of other fields it is, over how unlike those are to each other",
    ),
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
    known = snapped(likes.facts), likes.mine[near], likes.theirs[near], likes.unlike[near]
    of_words = _departures(len(screen.words), likes.owner, *known)
    of_fields = _departures(len(screen.lines), screen.line_of[likes.owner], *known)[screen.line_of]
    return np.concatenate([of_words, of_fields[:, list(OF_FIELD)]], axis=1)


def _departures(words: int, owner: np.ndarray, facts: np.ndarray, *pairs: np.ndarray) -> np.ndarray:
    """(words, 15) float64: `DEPARTURES` of words, or of fields, that own glyphs."""
    told, kinds = np.full((words, len(DEPARTURES)), np.nan), len(FACTS)
    of_glyphs, of_facts = np.zeros((len(facts), 3)), np.zeros((2, len(facts), kinds))
    of_both, of_words = np.zeros((2, words, kinds)), np.zeros((words, 5))
    _depart(owner, facts, *pairs, FLOORS, of_glyphs, of_facts, of_both, of_words, np.zeros(kinds), told)
    return told


@compiled
@no_type_check
def _depart(owner, facts, mine, theirs, unlike, floors, of_glyphs, of_facts, of_both, of_words, usual, told):
    """What `DEPARTURES` says of each word (or field) that owns glyphs; NaN where no glyph has two that are like it.

    Of each glyph the departure from the mean of the glyphs that are like it, over their own spread; of a word the sum
    of its glyphs' departures over the root of the sum of their squared spreads.

    Sums: `of_glyphs` of those like each, how unlike they are, and how unlike those are to their own; `of_facts`
    of each glyph's steps to them and their squares; `of_both` of each word's departures and squared spreads; `of_words`
    glyphs, their like, the two unlikenesses, glyphs with two like ones; `usual` squared spreads on the screen.
    """
    glyphs, kinds = facts.shape
    sums, squares, total, spread = of_facts[0], of_facts[1], of_both[0], of_both[1]
    for k in range(mine.shape[0]):
        i, j = mine[k], theirs[k]
        of_glyphs[i, 0] += 1
        of_glyphs[i, 1] += unlike[k]
        for f in range(kinds):
            step = facts[j, f] - facts[i, f]
            if f == PHASE:
                step -= np.floor(step + 0.5)
            sums[i, f] += step
            squares[i, f] += step * step
    for k in range(mine.shape[0]):
        i, j = mine[k], theirs[k]
        of_glyphs[i, 2] += of_glyphs[j, 1] / max(of_glyphs[j, 0], 1.0)
    freedom = 0.0
    for i in range(glyphs):
        if of_glyphs[i, 0] >= 2:
            freedom += of_glyphs[i, 0] - 1
            for f in range(kinds):
                squares[i, f] = max(squares[i, f] - sums[i, f] * sums[i, f] / of_glyphs[i, 0], 0.0)
                usual[f] += squares[i, f]
    for i in range(glyphs):
        word = owner[i]
        n = of_glyphs[i, 0]
        of_words[word, 0] += 1
        of_words[word, 1] += n
        if n < 2:
            continue
        of_words[word, 2] += of_glyphs[i, 1] / n
        of_words[word, 3] += of_glyphs[i, 2] / n
        of_words[word, 4] += 1
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
    for word in range(told.shape[0]):
        if of_words[word, 0] > 0:
            told[word, kinds + 4] = of_words[word, 1] / of_words[word, 0]
        if of_words[word, 4] == 0:
            continue
        whole = largest = 0.0
        for f in range(kinds):
            told[word, f] = total[word, f] / np.sqrt(spread[word, f])
            whole += told[word, f] * told[word, f]
            largest = max(largest, abs(told[word, f]))
        told[word, kinds] = largest
        told[word, kinds + 1] = np.sqrt(whole / kinds)
        told[word, kinds + 3] = np.log((of_words[word, 2] + 1e-4) / (of_words[word, 3] + 1e-4))
