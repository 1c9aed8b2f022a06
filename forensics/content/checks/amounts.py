"""Sums: the headline, the amount, the fee and the total, the words that spell one, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cache
from itertools import pairwise

from realfake.forensics.content.checks.scene import (
    MISREAD,
    NAN,
    SUMS,
    Scene,
    Told,
    amount_of,
    check,
    decimal_mark,
    digits_of,
    field_name,
    lost_sign,
)
from realfake.forensics.content.receipt import Value
from realfake.forensics.content.relations import HIDDEN
from realfake.forensics.content.values import folded, money, one_less

LANGUAGES = ("en", "vi", "th", "id", "pt_BR", "es", "en_IN", "tr", "ru", "ar", "fr", "de", "it")  # of num2words
KNOWN, CLOSE = 0.5, 0.75  # share of an amount's words that are found where the language is known; likeness of words
UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u9fff]")  # letters of Thai, Lao, Chinese and Japanese
CUT = re.compile(r"\S*(?:\.\.\.?|…)$")  # the last word of a text that was cut


def step_of(value: Value) -> Decimal:
    """What the last digit of an amount counts; of a word such as `free`, nothing."""
    found = money(value.text, bare=True)
    return found.step if found else Decimal(0)


def share_off(one: Decimal, other: Decimal) -> float:
    """Difference as a share of the larger."""
    return float(abs(one - other) / max(abs(one), abs(other), Decimal(1)))


@check("headline__off", "share", "how far the headline is from the nearest of all other amounts")
def _headline(scene: Scene) -> Told:
    headlines, others = scene.amounts("headline"), [value for value in scene.sure if value.amount is not None]
    sums = scene.amounts("amount", "total")
    if not headlines or not sums:
        return Told()
    headline = headlines[0]
    extras = scene.extras(headline)
    for other in others:
        if other is headline:
            continue
        gaps = [abs(amount_of(headline) - amount_of(other) - extra) for extra in _reach(extras, other)]
        if any(gap <= max(step_of(headline), step_of(other)) and _coarser(headline, other, gap) for gap in gaps):
            return Told(0.0)
    closest = nearest(sums, amount_of(headline))
    if not scene.amounts_read or _misread(headline, closest, scene):
        return Told()
    off = share_off(amount_of(headline), amount_of(closest))
    hidden = off <= HIDDEN and not _explained(scene, headline)
    sentence = f"the headline says {headline.text}, the {field_name(closest)} says {closest.text}"
    return Told(off, "" if hidden else sentence, (headline, closest))


def _explained(scene: Scene, headline: Value) -> bool:
    """Whether the rows of a receipt make its total, so that nothing is left that only the headline would show."""
    totals, parts = scene.amounts("total"), scene.amounts("amount")
    if len(totals) != 1 or len(parts) != 1:
        return False
    sums = _reach(scene.extras(totals[0], parts[0], headline), parts[0])
    return any(amount_of(totals[0]) == amount_of(parts[0]) + extra for extra in sums)


def nearest(values: Sequence[Value], amount: Decimal) -> Value:
    """The value whose amount is nearest."""
    return min(values, key=lambda value: abs(amount_of(value) - amount))


def _coarser(one: Value, other: Value, gap: Decimal) -> bool:
    """Whether a gap is none, or comes of the one of two amounts that is rounded."""
    return gap == 0 or step_of(one) != step_of(other)


def paid(scene: Scene, without: Value | None = None) -> set[Decimal]:
    """What the sums of a receipt are with and without its fees and discounts."""
    sums = scene.amounts(*SUMS)
    extras = scene.extras(*sums)
    return {amount_of(value) + extra for value in sums for extra in _reach(extras, without)}


def _reach(extras: Sequence[Value], without: Value | None) -> set[Decimal]:
    """What fees, discounts and the like may add, all or some of them."""
    sums = {Decimal(0)}
    for extra in extras:
        if extra is not without:
            sums |= {one + sign * amount_of(extra) for one in sums for sign in (1, -1)}
    return sums


def _misread(one: Value, other: Value, scene: Scene) -> bool:
    """Whether two amounts may differ by a digit, a point or a comma that the reader lost."""
    digits = [digits_of(one), digits_of(other)]
    shorter = one if len(digits[0]) < len(digits[1]) else other
    return digits[0] == digits[1] or (one_less(*digits) and (not scene.pitches or lost_sign(shorter, scene)))


@check("total__off", "share", "how far the total is from what amount, fee, tax and discount make")
def _total(scene: Scene) -> Told:
    totals, parts = scene.amounts("total"), scene.amounts("amount") or scene.amounts("headline")
    named = scene.amounts("fee", "tax", "discount")
    if not totals or not parts or not named:
        return Told()
    total, part = totals[0], parts[0]
    extras = scene.extras(total, part)
    sums = {amount_of(part) + extra for extra in _reach(extras, part)}
    slack = sum((step_of(one) for one in (total, part, *extras) if step_of(one) > step_of(total)), Decimal(0))
    made = min(sums, key=lambda one: (abs(amount_of(total) - one), one))
    if abs(amount_of(total) - made) <= slack:
        return Told(0.0)
    shown = (total, part, *named)
    unread = any(_misread(total, one, scene) for one in scene.amounts(*SUMS) if one is not total)
    if not scene.amounts_read or len(totals) > 1 or unread or any(lost_sign(value, scene) for value in shown):
        return Told()
    off, more = share_off(amount_of(total), amount_of(part)), amount_of(total) > made
    if share_off(amount_of(total), made) <= HIDDEN and not scene.amounts(*(("fee", "tax") if more else ("discount",))):
        return Told(off)
    told = " and ".join(f"{field_name(one)} {one.text}" for one in (part, *named))
    return Told(off, f"{told} do not make the total {total.text}", shown)


@check("words__off", "share", "of the amount in words, that no amount in digits would spell")
def _words(scene: Scene) -> Told:
    spelt = [value for value in scene.sure if value.key == "words"]
    amounts = scene.amounts(*SUMS)
    if not spelt or not amounts:
        return Told()
    found = [_likeness(spelt[0].text, amount) for amount in sorted(paid(scene, spelt[0])) if amount >= 0]
    if 1.0 in found:
        return Told(0.0)
    known = [likeness for likeness in found if likeness == likeness]
    if not known or not scene.amounts_read or any(value.amount and not value.key for value in scene.sure):
        return Told()
    sentence = f"{spelt[0].text!r} does not spell {amounts[0].text}"
    return Told(1 - max(known), sentence, (spelt[0], amounts[0]))


def _likeness(words: str, amount: Decimal) -> float:
    """Share of the words of an amount, spelt in the language that is nearest, that a text has.

    NaN where few are and the text begins with no number in any language. A text that says some of it and no other
    number, in the language in which most of its words are numbers, was cut, and says it all.
    """
    from num2words import num2words

    said, best = _spelt(CUT.sub("", words)), (0.0, 0)
    known = {language: [word for word in said if word in _numerals(language)] for language in LANGUAGES}
    most = max(map(len, known.values()))
    for language in LANGUAGES:
        try:
            wanted = _spelt(str(num2words(int(amount), lang=language)))
        except (NotImplementedError, OverflowError, ValueError, KeyError, IndexError):
            continue
        found = sum(any(_same_word(word, one) for one in said) for word in wanted)
        numbers = known[language] or said
        meant = len(known[language]) == most and len(numbers) < len(wanted)
        cut = meant and all(any(_same_word(word, one) for word in wanted) for one in numbers)
        best = max(best, (1.0 if cut else found / max(len(wanted), 1), len(wanted)))
    spelt = any(numbers[:1] == said[:1] for numbers in known.values() if numbers)
    return best[0] if best[0] >= KNOWN or spelt else NAN


@cache
def _numerals(language: str) -> frozenset[str]:
    """The words of which numbers are made in a language, those of scripts without spaces left out."""
    from num2words import num2words

    words: set[str] = set()
    for number in (*range(1, 21), *range(30, 100, 10), *range(100, 1000, 100), 1000, 10**6):
        try:
            words |= {word for word in _spelt(str(num2words(number, lang=language))) if len(word) > 2}
        except (NotImplementedError, OverflowError, ValueError, KeyError, IndexError):
            continue
    return frozenset(words)


def _same_word(word: str, read: str) -> bool:
    """Whether a word may have been read so: most of it alike, or with letters left out that the reader lacks."""
    rest = iter(word)
    if 2 * len(read) >= len(word) and all(sign in rest for sign in read):
        return True
    return SequenceMatcher(None, word, read, autojunk=False).ratio() >= CLOSE


def _spelt(text: str) -> list[str]:
    """Words without accents; of scripts without spaces, pairs of letters."""
    words = [form for word in re.split(r"[\s,.-]+", text) if (form := folded(word).translate(MISREAD))]
    if len(words) > 1 or not UNSPACED.search(text):
        return words
    return ["".join(pair) for pair in pairwise(folded(text))]


@check("separators__mixed", "0 or 1", "whether one amount has a decimal comma and another a decimal point")
def _separators(scene: Scene) -> Told:
    amounts = [value for value in scene.sure if value.kind == "amount"]
    commas, points = ([value for value in amounts if decimal_mark(value.text) == mark] for mark in ",.")
    if not commas and not points:
        return Told()
    if not (commas and points):
        return Told(0.0)
    few, many = sorted((commas, points), key=len)
    sentence = f"{few[0].text} and {many[0].text} are written in two ways"
    return Told(1.0, sentence if len(few) < len(many) else "", (few[0], many[0]))


AMOUNTS = (_headline, _total, _words, _separators)
