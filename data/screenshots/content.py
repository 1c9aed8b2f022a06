"""What a screen says: people, accounts, amounts, dates and references in one app's local formats."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from realfake.data.screenshots.vocabulary import WORDS
from realfake.forensics.errors import MissingExtra

try:
    import babel
    import babel.dates
    import babel.numbers
    from faker import Faker
except ModuleNotFoundError as error:
    raise MissingExtra(f"drawing screenshots needs {error.name}; run: pip install 'realfake[synth]'") from None

LOCALES = {  # locale: language of the words, currency
    "vi_VN": ("vi", "VND"), "en_US": ("en", "USD"), "en_GB": ("en", "GBP"), "en_IN": ("en", "INR"),
    "en_PH": ("en", "PHP"), "en_NG": ("en", "NGN"), "en_KE": ("en", "KES"), "en_AU": ("en", "AUD"),
    "en_TH": ("en", "THB"), "en_PK": ("en", "PKR"), "es_ES": ("es", "EUR"), "es_MX": ("es", "MXN"),
    "es_CO": ("es", "COP"), "es_AR": ("es", "ARS"), "es_CL": ("es", "CLP"), "pt_BR": ("pt", "BRL"),
    "pt_PT": ("pt", "EUR"), "id_ID": ("id", "IDR"), "fil_PH": ("fil", "PHP"), "tr_TR": ("tr", "TRY"),
    "fr_FR": ("fr", "EUR"), "fr_CH": ("fr", "CHF"), "de_DE": ("de", "EUR"), "de_CH": ("de", "CHF"),
    "it_IT": ("it", "EUR"),
}  # fmt: skip
BABEL = {"en_TH": "en_US"}  # locales that Faker has and Babel does not
WITHOUT_LATIN = {"en_TH": "en_US"}  # and one whose Faker names are in another script
FIRST_DAY = datetime.datetime(2021, 1, 1)
DAYS = 2200
DATE_PATTERNS = (
    "dd/MM/yyyy", "dd/MM/yyyy", "dd-MM-yyyy", "dd.MM.yyyy", "yyyy-MM-dd", "d MMM yyyy", "d MMMM y", "MMM d, yyyy",
    "EEE, d MMM yyyy", "EEEE, dd/MM/yyyy", "dd MMM yy",
)  # fmt: skip
TIME_PATTERNS = ("HH:mm", "HH:mm", "HH:mm:ss", "h:mm a", "hh:mm a")
JOINS = (
    "{date} {time}", "{date} {time}", "{time} - {date}", "{date}, {time}", "{date} - {time}", "{time} {date}",
    "{date} • {time}",
)  # fmt: skip
VIETNAMESE_MIDDLES = ("Thị", "Văn", "Đức", "Minh", "Ngọc", "Thanh", "Hoàng", "Thu", "Quốc", "Hữu")
REFERENCES = (
    "############", "AAAAAAAAAA", "FT###########", "AA########AA", "TXN-########", "########-####", "AAAA-AAAA-AAAA",
    "#### #### ####", "E##################", "AAAAAAAAAAAAAAAAAAAA",
)  # fmt: skip
REFERENCE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


@dataclass(frozen=True)
class Formats:
    """How one app writes things; drawn once per app."""

    locale: str
    currency: str
    sign: str
    sign_first: bool
    sign_spaced: bool
    decimals: int
    date: str
    time: str
    join: str
    names: str  # "plain", "upper" or "ascii" (upper case without diacritics)
    masked_names: bool
    account: str  # "#" stands for a digit, "*" for a mask character kept as it is
    mask: str
    reference: str  # "#" a digit, "A" a letter or digit, the rest as it is
    scale: float  # log10 of a usual amount in cents or smallest units

    @property
    def language(self) -> str:
        """Key of `WORDS`."""
        return LOCALES[self.locale][0]


def draw_formats(rng: np.random.Generator, locale: str) -> Formats:
    """Choose how an app of one locale writes amounts, dates, names, accounts and references."""
    currency = LOCALES[locale][1]
    precision = babel.numbers.get_currency_precision(currency)
    symbol = clean(babel.numbers.get_currency_symbol(currency, BABEL.get(locale, locale)))
    pattern = babel.numbers.format_currency(1, currency, locale=BABEL.get(locale, locale))
    coded = rng.random() < (0.6 if currency in {"VND", "THB", "PHP", "IDR"} else 0.25)
    native_first = not pattern[0].isdigit()
    decimals = 0 if currency in {"VND", "IDR", "COP", "CLP"} else int(precision if rng.random() < 0.93 else 0)
    usual = {"VND": 6.0, "IDR": 5.5, "COP": 5.2, "CLP": 4.7, "NGN": 4.3, "ARS": 4.6, "KES": 3.5, "PKR": 3.9, "INR": 3.5}
    return Formats(
        locale=locale,
        currency=currency,
        sign=currency if coded else symbol,
        sign_first=native_first if rng.random() < 0.8 else not native_first,
        sign_spaced=bool(coded or rng.random() < 0.4),
        decimals=decimals,
        date=pick(rng, DATE_PATTERNS),
        time=pick(rng, TIME_PATTERNS),
        join=pick(rng, JOINS),
        names=pick(rng, ("ascii", "ascii", "upper", "plain") if locale == "vi_VN" else ("plain", "plain", "upper")),
        masked_names=bool(rng.random() < 0.12),
        account=pick(rng, _account_patterns(locale)),
        mask=pick(rng, ("•", "*", "x", "X")),
        reference=pick(rng, REFERENCES),
        scale=usual.get(currency, 2.2) + rng.normal(0, 0.3),
    )


def _account_patterns(locale: str) -> tuple[str, ...]:
    general = ("##########", "############", "#### #### ####", "**** ####", "****####", "***-***-####", "###-######-##")
    special = {
        "de": ("DE## #### #### #### #### ##",),
        "fr": ("FR## #### #### #### #### #### ###",),
        "it": ("IT## A### #### #### #### ###",),
        "tr": ("TR## #### #### #### #### #### ##",),
        "es": ("ES## #### #### #### #### ####", "##################"),
        "pt": ("#### / #####-#", "Ag #### Cc ######-#"),
    }
    return general + special.get(locale[:2], ())


class Content:
    """Draws what one screen says. The same generator state gives the same words."""

    def __init__(self, formats: Formats, rng: np.random.Generator) -> None:
        self.formats = formats
        self.rng = rng
        self.words = WORDS[formats.language]
        self.faker = _faker(WITHOUT_LATIN.get(formats.locale, formats.locale))
        self.faker.seed_instance(int(rng.integers(2**32)))
        minutes = int(rng.integers(DAYS * 1440))
        self.now = FIRST_DAY + datetime.timedelta(minutes=minutes, seconds=int(rng.integers(60)))

    def word(self, key: str) -> str:
        """One of the language's words for a thing."""
        word: str = pick(self.rng, self.words[key])
        return word

    def name(self) -> str:
        """A person, as the app writes names."""
        middle = pick(self.rng, VIETNAMESE_MIDDLES) if self.formats.language == "vi" else ""
        parts = (self.faker.first_name(), self.faker.last_name())
        name = clean(f"{parts[1]} {middle} {parts[0]}" if middle else " ".join(parts))
        if self.formats.masked_names:
            name = " ".join(part[0] + "***" + (part[-1] if len(part) > 3 else "") for part in name.split())
        if self.formats.names == "ascii":
            return fold(name).upper()
        return name.upper() if self.formats.names == "upper" else name

    def first_name(self) -> str:
        """A given name as chats and greetings write it."""
        return clean(self.faker.first_name())

    def company(self) -> str:
        """A shop or firm."""
        return clean(self.faker.company())

    def amount(self, spread: float = 0.7) -> float:
        """A plausible amount in the currency's units; often a round one."""
        value = 10 ** (self.formats.scale + self.rng.normal(0, spread))
        if self.rng.random() < 0.5:
            step = 10 ** max(np.floor(np.log10(value)) - 1, 0)
            return float(max(round(value / step), 1) * step)
        return float(round(value, self.formats.decimals))

    def money(self, value: float, sign: str = "") -> str:
        """Write an amount as the app does; ``sign`` is "", "+" or "-"."""
        parts = self.money_parts(value)
        return sign + (parts[0] + parts[1] if self.formats.sign_first else parts[1] + parts[0])

    def money_parts(self, value: float) -> tuple[str, str]:
        """The currency sign, with the space that parts it from the number, and the number."""
        formats = self.formats
        gap = " " if formats.sign_spaced else ""
        locale = babel.Locale.parse(BABEL.get(formats.locale, formats.locale))
        whole = locale.decimal_formats[None].pattern.split(".")[0]  # "#,##0", in India "#,##,##0"
        pattern = whole + ("." + "0" * formats.decimals if formats.decimals else "")
        number = clean(babel.numbers.format_decimal(value, pattern, locale=locale))
        return (formats.sign + gap if formats.sign_first else gap + formats.sign), number

    def account(self) -> str:
        """An account number as the app shows it."""
        return self._filled(self.formats.account.replace("*", self.formats.mask))

    def reference(self) -> str:
        """A transaction number."""
        return self._filled(self.formats.reference)

    def phone(self) -> str:
        """A telephone number."""
        return self._filled(pick(self.rng, ("0### ### ###", "+## ### ### ####", "(###) ###-####", "0#########")))

    def digits(self, count: int) -> str:
        """A string of digits."""
        return "".join(str(digit) for digit in self.rng.integers(0, 10, count))

    def bank(self, names: Sequence[str]) -> str:
        """One of the fictional banks."""
        name: str = pick(self.rng, names)
        return name

    def date(self, days_ago: float = 0.0) -> str:
        """A day as the app writes it."""
        return self._time(self.formats.date, days_ago)

    def time(self, days_ago: float = 0.0) -> str:
        """A time of day as the app writes it."""
        return self._time(self.formats.time, days_ago)

    def moment(self, days_ago: float = 0.0) -> str:
        """A day and time as the app writes them."""
        return self.formats.join.format(date=self.date(days_ago), time=self.time(days_ago))

    def clock(self) -> str:
        """The time in the status bar."""
        return f"{self.now.hour}:{self.now.minute:02d}"

    def note(self) -> str:
        """What somebody wrote beside a payment."""
        return self._numbered(self.word("notes"))

    def hint(self) -> str:
        """The small line below a setting."""
        return self._numbered(self.word("hints"))

    def sentence(self) -> str:
        """A sentence of an article, a chat or small print: a real one, or the local kind of lorem ipsum."""
        if self.rng.random() < 0.4:
            return self.word("sentences")
        return clean(self.faker.sentence(int(self.rng.integers(2, 16))))

    def paragraph(self, sentences: int) -> str:
        """Some sentences in a row."""
        return " ".join(self.sentence() for _ in range(sentences))

    def title(self) -> str:
        """A few words, as of an article, an event or a song."""
        words = [word for word in self.sentence().rstrip(".!?").split() if len(word) > 1]
        count = int(self.rng.integers(1, 6))
        start = int(self.rng.integers(max(len(words) - count, 0) + 1))
        title = " ".join(words[start : start + count])
        return title[:1].upper() + title[1:]

    def _numbered(self, text: str) -> str:
        return text.format(n=int(self.rng.integers(2, 9999)), m=int(self.rng.integers(1, 13)))

    def _time(self, pattern: str, days_ago: float) -> str:
        moment = self.now - datetime.timedelta(days=days_ago)
        locale = BABEL.get(self.formats.locale, self.formats.locale)
        return clean(babel.dates.format_datetime(moment, pattern, locale=locale))

    def _filled(self, pattern: str) -> str:
        digits = self.rng.integers(0, 10, len(pattern))
        signs = self.rng.integers(0, len(REFERENCE_LETTERS), len(pattern))
        fill = {"#": lambda i: str(digits[i]), "A": lambda i: REFERENCE_LETTERS[signs[i]]}
        return "".join(fill[sign](i) if sign in fill else sign for i, sign in enumerate(pattern))


def pick(rng: np.random.Generator, options: Sequence[Any]) -> Any:
    """One of some options, each as likely as it is often listed."""
    return options[int(rng.integers(len(options)))]


def clean(text: str) -> str:
    """Composed characters and plain spaces only: what every font can draw in one glyph each."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in composed if sign != "\u200f")


def fold(text: str) -> str:
    """Latin text without its diacritics."""
    apart = unicodedata.normalize("NFKD", text.translate(str.maketrans("đĐıßøØłŁ", "dDisoOlL")))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


@cache
def _faker(locale: str) -> Any:
    return Faker(locale)
