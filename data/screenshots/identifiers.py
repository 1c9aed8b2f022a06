"""Account and transaction numbers: check digits, national forms, and what they tell of their moment."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

import numpy as np

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
HEX = "0123456789abcdef"
EPOCH = datetime.datetime(1970, 1, 1)
UTC = "utc:"  # before a pattern whose time is that of Greenwich
PLAIN = (  # patterns that tell nothing of the moment: "#" is a digit, "A" a letter or digit, "h" a hex digit
    "############", "AAAAAAAAAA", "FT###########", "AA########AA", "TXN-########", "########-####", "AAAA-AAAA-AAAA",
    "#### #### ####", "E##################", "AAAAAAAAAAAAAAAAAAAA", "{count}", "{count}", "00{count}", "TR{count}",
    "hhhhhhhhhhhhhhhhhhhhhhhh",
)  # fmt: skip
DATED = (  # patterns that do: in braces what `strftime` takes, Unix time (`unix`, or `hex` of it)
    "T{%y%m%d%H%M}", "T{%y%m%d%H%M}####", "{%Y%m%d%I%M%S}", "{%Y%m%d%I%M%S}", "{%Y%m%d%H%M%S}######",
    "{hex}hhhhhhhhhhhhhhhh", "{hex}hhhhhhhhhhhhhhhh", "####{%H%M}########", "AA{%H%M%S}AAAA", "FT{%y%j}AAAAA",
    "{%y%j}########", "{%j}{%H%M}#####", "{unix}", "P{unix}###", "{%d%m%y}-######", "{%Y%m%d}########",
    "{%y%m%d}AAAAAA", "{%H%M}-####-####",
)  # fmt: skip
PIX = UTC + "E########{%Y%m%d%H%M}AAAAAAAAAAA"  # end-to-end number of Brazil's instant payments
TO_THE_SECOND = ("%S", "unix", "hex")
TOKEN = re.compile(r"\{([^}]*)\}")
BBAN = {  # what follows country and check digits in an IBAN
    "DE": "##################", "FR": "#######################", "IT": "L######################",
    "TR": "#####0################", "ES": "####################", "PT": "#####################",
    "CH": "#################", "SA": "####################", "AE": "###################",
    "EG": "#########################", "IR": "######################",
}  # fmt: skip
PATTERNS = {  # other forms by country; "*" is a digit that is masked
    "BR": ("#### / #####-#", "Cc ######-#"), "TH": ("###-#-#####-#", "xxx-x-x####-x", "***-*-*####-*"),
    "MX": ("clabe",), "RU": ("4081781###########", "**** ####"), "IN": ("XXXXXX####", "###########"),
    "PK": ("03#########", "##############"), "CN": ("6222 #### #### #### ###", "6217***********####", "**** ####"),
}  # fmt: skip
GENERAL = ("##########", "############", "#### #### ####", "**** ####", "****####", "***-***-####", "###-######-##",
           "card", "**** **** **** ####")  # fmt: skip


@dataclass(frozen=True)
class Account:
    """An account number: all its letters and digits, and how the app shows it."""

    full: str
    shown: str


def draw_account_form(rng: np.random.Generator, country: str) -> str:
    """How an app of a country writes accounts: a pattern, "iban:XX", "clabe" or "card"."""
    own = PATTERNS.get(country, ()) + ((f"iban:{country}",) * 2 if country in BBAN else ())
    forms = GENERAL + own * 2
    return forms[int(rng.integers(len(forms)))]


def draw_account(form: str, mask: str, rng: np.random.Generator) -> Account:
    """An account number in an app's form, its check digits right."""
    if form.startswith("iban:"):
        full = iban(form[5:], rng)
        return Account(full, grouped(full))
    if form == "clabe":
        digits = filled("#" * 17, rng)
        full = digits + clabe_digit(digits)
        return Account(full, full)
    if form == "card":
        digits = "4" + filled("#" * 14, rng)
        full = digits + luhn_digit(digits)
        return Account(full, grouped(full))
    hidden = [i for i, sign in enumerate(form) if sign in "*xX"]
    number = filled("".join("#" if i in hidden else sign for i, sign in enumerate(form)), rng)
    shown = "".join((mask if form[i] == "*" else form[i]) if i in hidden else sign for i, sign in enumerate(number))
    return Account("".join(sign for sign in number if sign.isdigit()), shown)


def iban(country: str, rng: np.random.Generator) -> str:
    """An International Bank Account Number (ISO 13616) whose check digits are right, national ones included."""
    body = filled(BBAN[country], rng)
    if country == "ES":
        body = body[:8] + spanish_digit("00" + body[:8]) + spanish_digit(body[10:]) + body[10:]
    if country == "PT":
        body = body[:19] + mod97_digits(body[:19])
    return country + mod97_digits(body + country) + body


def luhn_digit(digits: str) -> str:
    """The digit that completes a number by Luhn's rule (ISO/IEC 7812-1)."""
    doubled = [int(digit) * (2 if i % 2 == 0 else 1) for i, digit in enumerate(reversed(digits))]
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def mod97_digits(text: str) -> str:
    """The two digits that complete letters and digits to 1 modulo 97 (ISO/IEC 7064, MOD 97-10)."""
    number = "".join(str(int(sign, 36)) for sign in text)
    return f"{98 - int(number + '00') % 97:02d}"


def clabe_digit(digits: str) -> str:
    """The last digit of a Mexican CLABE: weights 3, 7, 1."""
    return str(-sum(int(digit) * (3, 7, 1)[i % 3] % 10 for i, digit in enumerate(digits)) % 10)


def spanish_digit(digits: str) -> str:
    """One of the two check digits of a Spanish account: ten digits weighed by powers of 2, modulo 11."""
    rest = 11 - sum(int(digit) * 2**i % 11 for i, digit in enumerate(digits)) % 11
    return str({10: 1, 11: 0}.get(rest, rest))


def grouped(text: str) -> str:
    """Four signs at a time."""
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def draw_reference_form(rng: np.random.Generator, country: str) -> str:
    """How an app numbers its transactions: in about half of the apps the number tells the moment."""
    if rng.random() < 0.5:
        return PLAIN[int(rng.integers(len(PLAIN)))]
    if country == "BR" and rng.random() < 0.4:
        return PIX
    return DATED[int(rng.integers(len(DATED)))]


def tells_seconds(form: str) -> bool:
    """Whether a form of transaction numbers tells its moment to the second."""
    return any(token in form for token in TO_THE_SECOND)


def draw_reference(form: str, check: str, moment: datetime.datetime, zone: float, rng: np.random.Generator) -> str:
    """A transaction number.

    Parameters
    ----------
    form : one of `PLAIN` or `DATED`, or `PIX`
    check : what ends it: "luhn", "mod97" or ""
    moment : local time that the number tells, if it tells any
    zone : hours by which local time is ahead of Greenwich
    """
    told = moment - datetime.timedelta(hours=zone) if form.startswith(UTC) else moment
    parts = TOKEN.split(form.removeprefix(UTC))
    text = "".join(_told(part, told, moment, zone, rng) if i % 2 else filled(part, rng) for i, part in enumerate(parts))
    if check == "luhn":
        return text + luhn_digit("".join(filter(str.isdigit, text)))
    return text + mod97_digits("".join(filter(str.isalnum, text))) if check == "mod97" else text


def _told(token: str, told: datetime.datetime, moment: datetime.datetime, zone: float, rng: np.random.Generator) -> str:
    seconds = int((moment - EPOCH).total_seconds() - zone * 3600)
    if token == "count":  # rises by about one in seven seconds, as if others paid in between
        return str(40_000_000 + (seconds - 1_600_000_000) // 7 + int(rng.integers(1000)))
    if token == "unix":
        return str(seconds)
    return f"{seconds:08x}" if token == "hex" else told.strftime(token)


def filled(pattern: str, rng: np.random.Generator) -> str:
    """A pattern with its digits ("#"), letters or digits ("A"), letters ("L") and hex digits ("h") drawn."""
    digits = rng.integers(0, 10, len(pattern))
    signs = rng.integers(0, len(LETTERS), len(pattern))
    made = []
    for sign, digit, letter in zip(pattern, digits.tolist(), signs.tolist()):
        drawn = {"#": str(digit), "A": LETTERS[letter], "L": LETTERS[letter % 24], "h": HEX[letter % 16]}
        made.append(drawn.get(sign, sign))
    return "".join(made)
