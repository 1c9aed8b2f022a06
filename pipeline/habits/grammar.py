"""The grammar of a value: how long it is, of what signs, and what stands between them, from its patterns alone."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Sequence

import numpy as np

RARE = 0.05  # share of values that may differ from a habit, and need not be misread
MISREADINGS = 0.25  # share of values that one misread sign may explain
COMMONER = 4  # times that a value is seen more often than what a misread sign makes of it
FEWEST = 5  # captures from which a habit is learnt
WHOLE_NUMBERS = 30  # captures without decimals that show that an app prints none, and not that these sums are round
ONE = 1  # signs that a reader may lose, add or take for others without the value being another
WIDTHS = {"9": 1.0, "?": 1.0, "x": 1.0, "A": 1.15, "a": 0.95}  # of signs, in digits; half of one for all others
ROUNDS = 4  # of medians
FITS, ROOM = 0.3, 0.6  # digits by which a width may be off, and that make room for a lost sign
CLASSES = "9Aax"  # digits, capitals, small letters, letters without case
GROUPED = re.compile(r"9{1,3}(?:[.,]9{2,3})*[.,]999(?!9)|9+")
NO_NUMBER = re.compile(r"[^9.,]+")
MISREAD = re.compile(r"(?<![Aax?])\?+(?![Aax?])")  # digits, where no letter stands beside
LETTERS = re.compile(r"[Aax?][Aax?.]*")


def signature(pattern: str, kind: str) -> str:
    """What stays the same of a pattern whatever the value is.

    Examples
    --------
    >>> signature("$9,999.99", "amount"), signature("9Aaa9999 99:99", "moment"), signature("AA99-9a9?", "identifier")
    ('9.99', '9A9999 99:99', 'wwww-wwww')
    """
    if kind == "amount":
        number = NO_NUMBER.sub("", _with_digits(pattern.replace(" ", ""))).strip(".,")
        return GROUPED.sub(lambda found: "9", number, count=1) if number else ""
    if kind == "identifier":
        return "".join("w" if _counts(sign) else sign for sign in pattern.replace(" ", ""))
    return LETTERS.sub("A", _with_digits(pattern))


def distance(one: str, other: str) -> int:
    """Signs that must be put in, taken away or replaced to make one text of the other (Levenshtein, 1966)."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row = row, [i]
        for j, b in enumerate(other, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (a != b)))
    return row[-1]


def usual(seen: Sequence[str]) -> tuple[str, ...]:
    """What values of one name nearly always are, sorted; nothing where they are too few or too different.

    A variant stands where it was seen twice at least and in a twentieth of the values, and is not what one misread sign
    makes of a much commoner one. The rest must be rare, but for misread ones, which may be a quarter.
    """
    if len(seen) < FEWEST:
        return ()
    counts = Counter(seen)
    often = [one for one, count in counts.items() if count >= max(2, RARE * len(seen))]
    kept = [
        one
        for one in often
        if not any(counts[other] >= COMMONER * counts[one] and distance(one, other) <= ONE for other in often)
    ]
    others = [(count, min((distance(one, k) for k in kept), default=ONE + 1)) for one, count in counts.items()]
    misread = sum(count for count, off in others if 0 < off <= ONE)
    strange = sum(count for count, off in others if off > ONE)
    few = misread <= MISREADINGS * len(seen) and strange <= RARE * len(seen)
    return tuple(sorted(kept)) if kept and few else ()


def usual_lengths(patterns: Sequence[str]) -> tuple[str, ...]:
    """Numbers of letters and digits that identifiers of one name have, sorted."""
    return tuple(sorted((str(len(one)) for one in usual(["w" * length_of(pattern) for pattern in patterns])), key=int))


def weight(pattern: str) -> float:
    """About how wide a text of this pattern is, in digits."""
    return sum(WIDTHS.get(sign, 0.5) for sign in pattern)


def usual_pitches(sizes: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The width of a digit in values of each name, and how much larger than usual everything is on each screen.

    By the medians of either in turn, as two-way tables are polished (Tukey, 1977).

    Parameters
    ----------
    sizes : (names, screens), the width of a digit, NaN where a name does not stand on a screen
    weights : (names, screens), how many digits the values are wide

    Returns
    -------
    ndarray, ndarray
        (names,) NaN where a name's widths do not follow from its signs; (screens,)
    """
    larger = np.ones(sizes.shape[1])
    pitches = np.full(len(sizes), np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of rows and columns without a value
        for _ in range(ROUNDS):
            pitches = np.nanmedian(sizes / larger, axis=1)
            larger = np.nan_to_num(np.nanmedian(sizes / pitches[:, None], axis=0), nan=1.0)
        off = np.nanquantile(np.abs(sizes / pitches[:, None] / larger - 1) * weights, 0.8, axis=1)
    few = np.isfinite(sizes).sum(axis=1) < FEWEST
    pitches[few | ~(off <= FITS)] = np.nan
    return pitches, larger


def length_of(pattern: str) -> int:
    """Letters and digits of a value."""
    return sum(_counts(sign) for sign in pattern)


def usual_classes(patterns: Sequence[str]) -> tuple[str, ...]:
    """Kinds of signs that identifiers of one name are made of, of `CLASSES`."""
    if len(patterns) < FEWEST:
        return ()
    held = Counter(sign for pattern in patterns for sign in set(pattern) & set(CLASSES))
    return tuple(sign for sign in CLASSES if held[sign] > max(ONE, RARE * len(patterns)))


def strangers(pattern: str, classes: Sequence[str]) -> int:
    """Signs of a kind that values of this name do not have; a letter that looks like a digit is none."""
    return sum(sign in CLASSES and sign not in classes for sign in pattern)


def usual_signatures(patterns: Sequence[str], kind: str) -> tuple[str, ...]:
    """Signatures that values of one name have, sorted."""
    return usual([signature(pattern, kind) for pattern in patterns])


def is_whole(signatures: Sequence[str]) -> bool:
    """Whether amounts of these signatures were only seen without decimals."""
    return not any("." in one or "," in one for one in signatures)


def _with_digits(pattern: str) -> str:
    """A pattern in which letters that look like digits are digits where they stand among none but digits."""
    return MISREAD.sub(lambda found: "9" * len(found[0]), pattern)


def _counts(sign: str) -> bool:
    return sign.isalnum() or sign == "?"
