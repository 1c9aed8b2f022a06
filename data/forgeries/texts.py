"""Plausible replacement texts: other digits in the same format, other amounts, names, dates and words."""

from __future__ import annotations

import re
import unicodedata

import numpy as np

Generator = np.random.Generator

GIVEN = (
    "Anna", "Maria", "Jose", "Carlos", "Lucía", "João", "Ana Paula", "Minh", "Thị Hương", "Văn Nam", "Quốc Bảo",
    "Siti", "Budi", "Dewi", "Ayşe", "Mehmet", "Emre", "Chloé", "Julien", "Élodie", "Amara", "Kofi", "Rahul", "Priya",
    "Wei", "Mei", "Dmitri", "Elena", "Juan Miguel", "Maricel", "David", "Sarah", "James", "Olivia", "Thomas",
    "Fatima", "Yusuf", "Linh",
)  # fmt: skip
FAMILY = (
    "Nguyễn", "Trần", "Lê", "Phạm", "García", "Martínez", "Silva", "Oliveira", "Santos", "Reyes", "Cruz", "Wijaya",
    "Hartono", "Yılmaz", "Demir", "Dubois", "Lefèvre", "Okafor", "Mensah", "Sharma", "Patel", "Chen", "Zhang", "Ivanov",
    "Petrova", "Smith", "Johnson", "Brown", "Rahman", "Wongsa", "Tanaka", "Keller", "Rossi", "Kowalska", "Haddad",
    "Tan",
)  # fmt: skip
WORDS = (
    "Completed", "Successful", "Rent", "Invoice", "Deposit", "Payment", "Salary", "Gift", "Refund", "Received", "Paid",
    "Order", "Booking", "Tuition", "Savings", "Groceries", "Confirmed", "Approved", "Balance", "Loan",
)  # fmt: skip
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
CURRENCIES = ("$", "€", "£", "₫", "Rp", "R$", "₱", "₺", "USD", "EUR", "VND")
LETTERS = "eeeeeettttaaaaooooiiinnnnsssshhhrrrddllccummwfgypbvk"  # as frequent as in English
NUMBER = re.compile(r"[0-9](?:[0-9.,' \u00a0\u202f]*[0-9])?")
CLOCK = re.compile(r"(?<![0-9:])[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![0-9:])")
DAY = re.compile(r"(?<![0-9])(0?[1-9]|[12][0-9]|3[01])(?=[ ./-])")
MONTH = re.compile("|".join(rf"\b{month}\b" for month in MONTHS))
TRIES = 8


def replacement(text: str, role: str, rng: Generator) -> str:
    """Another text of the same kind and, where digits count, in the same format; never `text` itself.

    Parameters
    ----------
    text : what stands there
    role : one of `realfake.data.screenshots.screen.ROLES`
    """
    make = MAKERS.get(role, other_characters if any(letter.isdigit() for letter in text) else other_words)
    for _ in range(TRIES):
        made = make(text, rng)
        if made != text and made.strip():
            return made
    return other_name(text, rng)


def other_amount(text: str, rng: Generator) -> str:
    """Another amount: same currency, grouping and decimals, now and then a digit more or fewer."""
    found = NUMBER.search(text)
    if found is None:
        return other_words(text, rng)
    return text[: found.start()] + _number(found.group(), rng) + text[found.end() :]


def other_date(text: str, rng: Generator) -> str:
    """Another day, month or time in the same format; the year mostly stays."""
    text = CLOCK.sub(lambda found: _clock(found.group(), rng), text)
    text = DAY.sub(lambda found: _padded(int(rng.integers(1, 29)), found.group()), text, count=1)
    return MONTH.sub(lambda found: str(rng.choice(MONTHS)), text) if rng.random() < 0.5 else text


def other_characters(text: str, rng: Generator) -> str:
    """Other digits, all of them or a few; in codes other capitals too."""
    share = float(rng.choice([0.3, 1.0]))
    code = any(letter.isdigit() for letter in text) and text.upper() == text and " " not in text.strip()
    return "".join(_other_character(letter, code, rng) if rng.random() < share else letter for letter in text)


def other_name(text: str, rng: Generator) -> str:
    """Another person's name in the same case, with diacritics only where the old one had some."""
    name = f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}"
    if text.isascii():
        name = plain(name)
    return name.upper() if text.isupper() else name


def other_words(text: str, rng: Generator) -> str:
    """Another word about as long; in a sentence, one word of it changed."""
    parts = text.split()
    if len(parts) > 2:
        changed = int(rng.integers(len(parts)))
        parts[changed] = other_words(parts[changed], rng) if changed == 0 else other_words(parts[changed], rng).lower()
        return " ".join(parts)
    words = [str(word) for word in rng.choice(WORDS, size=4, replace=False)]
    word = min(words, key=lambda word: abs(len(word) - len(text)))
    return word.upper() if text.isupper() else word


def respelt(text: str, rng: Generator) -> str:
    """Letters of the alphabet in the place of letters, as frequent as in English; capitals stay capitals."""
    made = [LETTERS[int(rng.integers(len(LETTERS)))] if letter.isalpha() else letter for letter in text]
    return "".join(new.upper() if old.isupper() else new for new, old in zip(made, text))


def guessed(glyphs: int, numeric: bool, rng: Generator) -> str:
    """A text for a line that nobody has read: about as many glyphs, numbers where it looks like numbers."""
    if numeric:
        kind = rng.random()
        if kind < 0.4:
            digits = _number("1" + "0" * max(glyphs - 1, 2), rng) if glyphs < 5 else _grouped(glyphs, rng)
            return f"{rng.choice(CURRENCIES)} {digits}" if rng.random() < 0.4 else digits
        if kind < 0.6 and 8 <= glyphs <= 17:
            return f"{rng.integers(1, 29):02d}/{rng.integers(1, 13):02d}/20{rng.integers(22, 27)}" + (
                f" {rng.integers(24):02d}:{rng.integers(60):02d}" if glyphs > 12 else ""
            )
        return "".join(str(digit) for digit in rng.integers(0, 10, max(glyphs, 3)))
    names = [other_name("a" if rng.random() < 0.7 else "A", rng) for _ in range(4)]
    names += [str(word) for word in rng.choice(WORDS, 3, replace=False)]
    return min(names, key=lambda name: abs(len(name) - glyphs) + rng.random())


def other_digit(digit: str, rng: Generator) -> str:
    """A digit that is not `digit`."""
    return str(rng.choice([other for other in "0123456789" if other != digit]))


def plain(text: str) -> str:
    """The text without diacritics."""
    text = text.replace("ı", "i").replace("đ", "d").replace("Đ", "D")
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def _number(text: str, rng: Generator) -> str:
    """Another number with the separators of `text`."""
    decimals = re.search(r"([.,])([0-9]{1,2})$", text)
    whole = text[: decimals.start()] if decimals else text
    digits = re.sub(r"[^0-9]", "", whole)
    separator = next((letter for letter in whole if not letter.isdigit()), "")
    count = max(1, len(digits) + int(rng.choice([-1, 0, 1], p=[0.12, 0.6, 0.28])))
    other = str(rng.integers(1, 10)) + "".join(str(digit) for digit in rng.integers(0, 10, count - 1))
    rounded = len(digits) - len(digits.rstrip("0"))
    if 2 <= rounded < count:
        other = other[: count - rounded] + "0" * rounded
    if separator:
        other = f"{int(other):,}".replace(",", separator)
    tail = "".join(str(digit) for digit in rng.integers(0, 10, len(decimals.group(2)))) if decimals else ""
    kept = decimals and (set(decimals.group(2)) == {"0"} or rng.random() < 0.4)
    return other + (decimals.group(1) + (decimals.group(2) if kept else tail) if decimals else "")


def _grouped(glyphs: int, rng: Generator) -> str:
    separator = str(rng.choice([",", "."]))
    number = int(rng.integers(10 ** min(glyphs - 2, 8), 10 ** min(glyphs - 1, 9)))
    return f"{number:,}".replace(",", separator)


def _clock(text: str, rng: Generator) -> str:
    hour = _padded(int(rng.integers(24 if len(text.split(":")[0]) == 2 else 10)), text.split(":")[0])
    return ":".join([hour] + [f"{rng.integers(60):02d}" for _ in text.split(":")[1:]])


def _padded(number: int, like: str) -> str:
    return f"{number:02d}" if len(like) == 2 else str(number % 10 or 1)


def _other_character(letter: str, code: bool, rng: Generator) -> str:
    if letter in "0123456789":
        return str(rng.integers(0, 10))
    if code and "A" <= letter <= "Z":
        return chr(ord("A") + int(rng.integers(26)))
    return letter


MAKERS = {
    "amount": other_amount,
    "to_name": other_name,
    "from_name": other_name,
    "account": other_characters,
    "number": other_characters,
    "date": other_date,
    "time": other_date,
}
