"""What interfaces say, in fourteen languages: labels, titles and sentences that an app picks its wording from.

The words stand in `vocabulary.json`: a list of wordings for each language and part of a screen.
"""

from __future__ import annotations

import json
from importlib.resources import files

_FILE = json.loads(files(__package__).joinpath("vocabulary.json").read_text(encoding="utf-8"))

WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    language: {part: tuple(wordings) for part, wordings in parts.items()} for language, parts in _FILE["words"].items()
}
BANK_HEADS, BANK_TAILS = tuple(_FILE["bank_heads"]), tuple(_FILE["bank_tails"])
"""Fictional names: a head and a tail. None is meant to be an existing institution."""


def letters(language: str) -> str:
    """Every character that a language's words use, with the digits and signs of receipts."""
    words = "".join(word for group in WORDS[language].values() for word in group)
    extra = _FILE["extra_letters"].get(language, "")
    return "".join(sorted(set(words + words.upper() + "0123456789.,:;-+*/#()&%@ •" + extra)))
