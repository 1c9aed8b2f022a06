"""Lines in Arabic and Persian, with digits of the East or of the West, as they are said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

from realfake.forensics.content.network import LATIN, Network
from realfake.forensics.content.numerals import EASTERN, NUMERIC

LETTERS = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگ"
MARKS = " .,:;/-+%()*•…؟،!_'\"@&#|٫٬"
NETWORK = Network(("", *EASTERN, *LETTERS, *LATIN, *MARKS), Path(__file__).with_name("eastern.npz"))
MOST, FEWEST = 16, 2  # lines that are looked at to know a screen, and those that must have such letters
SHORTEST, CERTAIN = 3, 0.9  # letters of such a line, and how sure they are
WESTERN = re.compile("[0-9]")
FOREIGN = re.compile(f"[{EASTERN}{LETTERS}]")
HALVES = "صم"  # of a day, before and after noon
WESTERN_LIKE = str.maketrans("٠١٥", "•10")  # what is seen of signs on a screen with digits of the West
PLAIN = re.compile(f"[{EASTERN.translate(dict.fromkeys(map(ord, '٠١٥')))}]")  # digits that look like none of these
WAW, NINE = "و", "9"  # a letter that stands alone nowhere, and what was taken for it
LETTER = re.compile(f"[{LETTERS}]")
DIGIT, LATIN_WORD = re.compile(f"[{EASTERN}]"), re.compile("[A-Za-z]")
WEST_LIKE, EAST_LIKE = (
    str.maketrans("Il|Oo", "11100"),
    str.maketrans("Il|اOoVF", "١١١١٥٥٧۴"),
)  # digits that they look like
CURRENCIES, NEAR = ("ريال", "درهم", "جنيه", "تومان", "دينار", "ر.س", "د.إ", "ج.م"), 0.74
PERSIAN, ARABIC = "پچژگ۴۵۶", "ةأإؤ٤٥٦"  # signs of one of both languages
ARTICLE = "لا"  # of Arabic, from left to right
AS_PERSIAN = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "هٔ"})
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


def is_eastern(read: Iterable[tuple[str, float]]) -> bool:
    """Whether a screen is in Arabic or Persian, by what the network reads of its lines and how surely.

    `FEWEST` of them surely have such letters; no more than `MOST` are looked at.
    """
    sure = (text for text, sure in islice(read, MOST) if sure >= CERTAIN and len(LETTER.findall(text)) >= SHORTEST)
    return len(list(islice(sure, FEWEST))) == FEWEST


def said(texts: Sequence[str]) -> list[str | None]:
    """What the lines of one screen say, by their signs from left to right.

    It is in the order in which it is said, with digits of the West and letters of the language that the screen is in;
    None for lines of Latin letters and digits of the West, which other readers know better.

    Examples
    --------
    >>> from realfake.forensics.content.eastern import said
    >>> said(["لاير ١٬٢٣٤٫٥٠", "م 4:11 • 2026 سرام 18", "SDZXرT12"])
    ['1,234.50 ريال', '18 مارس 2026 • 4:11 م', None]
    """
    persian = _is_persian(texts)
    own = [text if _is_own(text) else "" for text in texts]
    western = sum(len(WESTERN.findall(text)) - len(PLAIN.findall(text)) for text in own) > 0
    told = [_ordered(_western(text) if western else text) for text in own]
    told = [text.translate(AS_PERSIAN) for text in told] if persian else told
    return [text or None for text in told]


def _is_persian(texts: Sequence[str]) -> bool:
    """Whether lines are in Persian rather than Arabic, by the letters of their words, or else by all signs."""
    words = [word for text in texts for word in text.split() if len(LETTER.findall(word)) >= SHORTEST]
    leaning = _leaning("".join(words)) - sum(word.endswith(ARTICLE) for word in words)
    return (leaning or _leaning("".join(texts))) > 0


def _leaning(signs: str) -> int:
    """How many more signs are of Persian than of Arabic."""
    return sum(map(signs.count, PERSIAN)) - sum(map(signs.count, ARABIC))


def _western(text: str) -> str:
    """A line of a screen with digits of the West, with what its signs were taken for."""
    words = [word if PLAIN.search(word) else word.translate(WESTERN_LIKE) for word in text.split()]
    return " ".join(NINE if word == WAW else word for word in words)


def _is_own(text: str) -> bool:
    """Whether a line has words in such letters or digits, rather than some that others were taken for.

    Zeros beside digits of the West are the dots of a mask, and a single letter between them, but for those of the
    halves of a day, a mark.
    """
    western = len(WESTERN.findall(text))
    if western:
        text = text.replace(EASTERN[0], "")
    words = [word for word in text.split() if _is_mostly(LETTER, word)]
    if any(len(word) > 1 or not western or word in HALVES for word in words):
        return True
    return len(DIGIT.findall(text)) > western and any(_is_mostly(DIGIT, word) for word in text.split())


def _is_mostly(signs: re.Pattern[str], word: str) -> bool:
    """Whether more of a word's letters and digits are such signs than others."""
    return 2 * len(signs.findall(word)) > sum(map(str.isalnum, word))


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
    """A word of digits and marks, strokes and rings that were taken for letters as the digits that they look like."""
    if not NUMERIC.fullmatch(word) or not any(map(str.isdigit, word)):
        return word
    return word.translate(EAST_LIKE if DIGIT.search(word) else WEST_LIKE).replace("،", ",")


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
        return marked(word) if word.count(".") > 1 else word
    west = "".join(str(unicodedata.digit(sign)) if sign in EASTERN else sign for sign in word).translate(POINTS)
    return re.sub(r"\d[\d.,:/-]*\d", lambda number: marked(number[0]), west)
