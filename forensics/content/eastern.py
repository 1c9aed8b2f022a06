"""Lines in Arabic and Persian, with digits of the East or of the West, as they are said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from realfake.forensics.content.network import LATIN, Network

EASTERN = "٠١٢٣٤٥٦٧٨٩۴۵۶"  # the last three are Persian; the others look alike
LETTERS = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگ"
MARKS = " .,:;/-+%()*•…؟،!_'\"@&#|٫٬"
NETWORK = Network(("", *EASTERN, *LETTERS, *LATIN, *MARKS), Path(__file__).with_name("eastern.npz"))
MOST, FEWEST = 16, 2  # lines that are looked at to know a screen, the widest, and those that must have such letters
SHORTEST, CERTAIN = 3, 0.9  # letters of such a line, and how sure they are
WESTERN = re.compile("[0-9]")
FOREIGN = re.compile(f"[{EASTERN}{LETTERS}]")  # what other readers do not know
LETTER = re.compile(f"[{LETTERS}]")
DIGIT, LATIN_WORD = re.compile(f"[{EASTERN}]"), re.compile("[A-Za-z]")
NUMERIC = re.compile(f"[-+]?[{EASTERN}0-9Il|Oo.,،٫٬:/-]+[-+]?")
STROKES, RINGS = str.maketrans("Il|", "111"), (str.maketrans("Oo", "00"), str.maketrans("Oo", "55"))
CURRENCIES, NEAR = ("ريال", "درهم", "جنيه", "تومان", "دينار", "ر.س", "د.إ", "ج.م"), 0.74
PERSIAN, ARABIC = "پچژگ۴۵۶", "ةأإؤ٤٥٦"  # signs of one of both languages
AS_PERSIAN = str.maketrans("يىك", "ییک")
MIRRORED, POINTS = str.maketrans("()", ")("), str.maketrans("٫٬", ".,")


def marked(text: str) -> str:
    """A number whose points and commas are those of the West.

    The marks of thousands and decimals look alike and unlike in every font: what they are is told by where they stand.

    Examples
    --------
    >>> from realfake.forensics.content.eastern import marked
    >>> marked("1.234,50"), marked("12,345"), marked("26.11.2026"), marked("7,5")
    ('1,234.50', '12,345', '26.11.2026', '7.5')
    """
    if set(text) - set("0123456789.,"):
        return text.replace(",", ".") if ":" not in text and "/" not in text and text.count("-") < 2 else text
    groups = text.replace(",", ".").split(".")
    if len(groups) == 1 or not all(groups):
        return text
    thousands = len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:-1])
    if len(groups) > 2 and not thousands:
        return ".".join(groups)
    if len(groups[-1]) == 3:
        return ",".join(groups) if len(groups[0]) <= 3 else ".".join(groups)
    if len(groups) > 2 and len(groups[-1]) > 2:
        return ".".join(groups)
    return ",".join(groups[:-1]) + "." + groups[-1]


def is_eastern(crops: Sequence[np.ndarray]) -> bool:
    """Whether a screen is in Arabic or Persian, by its lines' pictures: a few of them surely have such letters."""
    few = 0
    for crop in sorted(crops, key=lambda crop: -crop.shape[1])[:MOST]:
        text, sure = NETWORK.shown(crop)
        few += sure >= CERTAIN and len(LETTER.findall(text)) >= SHORTEST
        if few >= FEWEST:
            return True
    return False


def is_foreign(text: str) -> bool:
    """Whether a line has what other readers do not know; zeros beside digits of the West are the dots of a mask."""
    found = set(FOREIGN.findall(text))
    return bool(found) and (found != {EASTERN[0]} or not WESTERN.search(text))


def said(texts: Sequence[str]) -> list[str]:
    """What the lines of one screen say, by their signs from left to right.

    It is in the order in which it is said, with digits of the West and letters of the language that the screen is in.

    Examples
    --------
    >>> from realfake.forensics.content.eastern import said
    >>> said(["لاير ١٬٢٣٤٫٥٠", "م 4:11 • 2026 سرام 18"])
    ['1,234.50 ريال', '18 مارس 2026 • 4:11 م']
    """
    signs = "".join(texts)
    persian = sum(map(signs.count, PERSIAN)) > sum(map(signs.count, ARABIC))
    told = [_ordered(text) for text in texts]
    return [text.translate(AS_PERSIAN) for text in told] if persian else told


def _ordered(text: str) -> str:
    """A line in the order in which it is said: from the right where it has such letters, but for numbers and Latin."""
    words = [_signed(_number(_likely(word))) for word in text.split()]
    if any(map(str.isdigit, text)):
        words = [_money(word) for word in words]
    if not FOREIGN.search(text):
        return " ".join(words)
    runs: list[str] = []
    for word in words:
        latin = runs and LATIN_WORD.search(runs[-1]) and not LETTER.search(runs[-1]) and not runs[-1].endswith(")")
        if latin and not LETTER.search(word) and word.isalnum():
            runs[-1] += " " + word  # a number after a word in Latin letters, or another such word
        else:
            runs.append(word)
    return " ".join(_turned(run) for run in reversed(runs))


def _turned(run: str) -> str:
    """A word as it is said: turned round where it has letters from the right, less its numbers."""
    if not LETTER.search(run):
        return run
    parts = re.split(r"([\dA-Za-z](?:[\dA-Za-z.,:/]*[\dA-Za-z])?)", run.translate(MIRRORED))
    return "".join(part if i % 2 else part[::-1] for i, part in reversed(list(enumerate(parts))))


def _likely(word: str) -> str:
    """A word of digits and marks, strokes that were taken for letters as the digits that they look like."""
    if not NUMERIC.fullmatch(word) or not any(map(str.isdigit, word)):
        return word
    return word.translate(STROKES).translate(RINGS[bool(DIGIT.search(word))]).replace("،", ",")


def _money(word: str) -> str:
    """A word beside a number that is nearly the name of a currency, in signs from left to right, as that."""
    if not LETTER.search(word):
        return word
    near = get_close_matches(word[::-1], CURRENCIES, 1, NEAR)
    return near[0][::-1] if near else word


def _signed(word: str) -> str:
    """A number whose sign stands before it: from the right it stands behind."""
    return word[-1] + word[:-1] if word[-1:] in ("+", "-") and word[:1].isdigit() else word


def _number(word: str) -> str:
    """A word whose Eastern digits are those of the West, its marks too."""
    if not DIGIT.search(word):
        return word
    west = "".join(str(unicodedata.digit(sign)) if sign in EASTERN else sign for sign in word).translate(POINTS)
    return re.sub(r"\d[\d.,:/-]*\d", lambda number: marked(number[0]), west)
