"""What a screen says: people, accounts, amounts, dates and references in one app's local formats."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

import numpy as np

from realfake.data.drawing.rasterisers import LRM
from realfake.data.screenshots.codes import dialects
from realfake.data.screenshots.identifiers import (
    Account,
    draw_account,
    draw_account_form,
    draw_reference,
    draw_reference_form,
    filled,
    tells_seconds,
)
from realfake.data.screenshots.vocabulary import WORDS
from realfake.forensics.errors import MissingExtra

try:
    import babel
    import babel.dates
    import babel.numbers
    import cn2an
    import num2words
    from faker import Faker
    from persiantools.jdatetime import JalaliDate
except ModuleNotFoundError as error:
    raise MissingExtra(f"drawing screenshots needs {error.name}; run: pip install 'realfake[synth]'") from None

LOCALES = {  # locale: language of the words, currency
    "vi_VN": ("vi", "VND"), "en_US": ("en", "USD"), "en_GB": ("en", "GBP"), "en_IN": ("en", "INR"),
    "en_PH": ("en", "PHP"), "en_NG": ("en", "NGN"), "en_KE": ("en", "KES"), "en_AU": ("en", "AUD"),
    "en_TH": ("en", "THB"), "en_PK": ("en", "PKR"), "es_ES": ("es", "EUR"), "es_MX": ("es", "MXN"),
    "es_CO": ("es", "COP"), "es_AR": ("es", "ARS"), "es_CL": ("es", "CLP"), "pt_BR": ("pt", "BRL"),
    "pt_PT": ("pt", "EUR"), "id_ID": ("id", "IDR"), "fil_PH": ("fil", "PHP"), "tr_TR": ("tr", "TRY"),
    "fr_FR": ("fr", "EUR"), "fr_CH": ("fr", "CHF"), "de_DE": ("de", "EUR"), "de_CH": ("de", "CHF"),
    "it_IT": ("it", "EUR"), "th_TH": ("th", "THB"), "ru_RU": ("ru", "RUB"), "hi_Latn": ("hi", "INR"),
    "ur_Latn": ("ur", "PKR"),
}  # fmt: skip
USUAL = tuple(LOCALES)  # those in which apps are drawn where none is named
OWN_SCRIPTS = {  # and those of scripts with fonts of their own
    "zh_CN": ("zh", "CNY"), "ar_EG": ("ar", "EGP"), "ar_SA": ("ar", "SAR"), "ar_AE": ("ar", "AED"),
    "fa_IR": ("fa", "IRR"),
}  # fmt: skip
LOCALES |= OWN_SCRIPTS
RIGHT_TO_LEFT = ("ar", "fa")  # languages
DIGITS = {"ar": "٠١٢٣٤٥٦٧٨٩", "fa": "۰۱۲۳۴۵۶۷۸۹"}  # beside those of the West
NATIVE_DIGITS = {"ar_EG": 0.65, "ar_SA": 0.5, "ar_AE": 0.1, "fa_IR": 0.85}  # shares of the apps that write them
JALALI = 0.8  # share of Iranian apps whose years are those of the Persian calendar
BABEL = {  # locales that Babel does not have, or has in another script
    "en_TH": "en_US", "hi_Latn": "en_IN", "ur_Latn": "en_PK",
}  # fmt: skip
FAKER = {"en_TH": "en_US", "hi_Latn": "en_IN", "ur_Latn": "en_PK"} | dict.fromkeys(
    ("ar_EG", "ar_SA", "ar_AE"), "ar_AA"
)  # and so for Faker's names
ZONES = {  # hours by which a country's clocks are ahead of Greenwich, in winter
    "VN": 7.0, "US": -5.0, "GB": 0.0, "IN": 5.5, "PH": 8.0, "NG": 1.0, "KE": 3.0, "AU": 10.0, "TH": 7.0, "PK": 5.0,
    "ES": 1.0, "MX": -6.0, "CO": -5.0, "AR": -3.0, "CL": -4.0, "BR": -3.0, "PT": 0.0, "ID": 7.0, "TR": 3.0, "FR": 1.0,
    "CH": 1.0, "DE": 1.0, "IT": 1.0, "RU": 3.0, "CN": 8.0, "EG": 2.0, "SA": 3.0, "AE": 4.0, "IR": 3.5,
}  # fmt: skip
ZONE_FORMS = (" (GMT{0})", " UTC{0}", " GMT{0}")
TWELVE_HOURS = (
    "US",
    "IN",
    "PH",
    "AU",
    "PK",
    "NG",
    "KE",
    "EG",
    "SA",
    "AE",
)  # countries where many phones count twelve hours
SPOKEN = {  # the language of `num2words`, the currency's name or "", and what ends an amount without cents
    "en": ("en", "", " only"), "vi": ("vi", "đồng", ""), "es": ("es", "", ""), "pt": ("pt_BR", "reais", ""),
    "id": ("id", "rupiah", ""), "fil": ("en", "pesos", " only"), "tr": ("tr", "Türk lirası", ""),
    "fr": ("fr", "", ""), "de": ("de", "", ""), "it": ("it", "", ""), "th": ("th", "บาท", "ถ้วน"),
    "ru": ("ru", "рублей", ""),
    "ar": ("ar", "", " فقط"), "fa": ("fa", "ریال", ""), "zh": ("zh", "元", ""),
    "hi": ("en_IN", "rupees", " only"), "ur": ("en_IN", "rupees", " only"),
}  # fmt: skip
NOUNS = {
    "USD": "dollars", "EUR": "euros", "GBP": "pounds", "INR": "rupees", "PKR": "rupees", "MXN": "pesos",
    "COP": "pesos", "ARS": "pesos", "CLP": "pesos", "BRL": "reais", "THB": "baht", "PHP": "pesos",
    "EGP": "جنيه مصري", "SAR": "ريال سعودي", "AED": "درهم إماراتي",
}  # fmt: skip
OWN_SIGNS = {  # of currencies in their country's script, and which of them stand before a number
    "CNY": ("¥", "¥", "￥", "元", "CNY"), "EGP": ("ج.م", "جنيه", "EGP"), "SAR": ("ر.س", "ريال", "SAR"),
    "AED": ("د.إ", "درهم", "AED"), "IRR": ("ریال", "ریال", "تومان"),
}  # fmt: skip
FIRST_SIGNS = ("¥", "￥", "CNY")
FIRST_DAY = datetime.datetime(2021, 1, 1)
DAYS = 2200
DATE_PATTERNS = (
    "dd/MM/yyyy", "dd/MM/yyyy", "dd-MM-yyyy", "dd.MM.yyyy", "yyyy-MM-dd", "d MMM yyyy", "d MMMM y", "MMM d, yyyy",
    "EEE, d MMM yyyy", "EEEE, dd/MM/yyyy", "dd MMM yy",
)  # fmt: skip
TIME_PATTERNS = ("HH:mm", "HH:mm", "HH:mm:ss", "h:mm a", "hh:mm a")
OWN_DATES = {  # patterns of days and of times in other languages
    "zh": (
        ("yyyy年M月d日", "yyyy年MM月dd日", "yyyy-MM-dd", "yyyy-MM-dd", "yyyy/MM/dd", "yyyy.MM.dd"),
        ("HH:mm", "HH:mm:ss", "HH:mm:ss", "ah:mm"),
    ),
    "ar": (
        ("dd/MM/yyyy", "yyyy/MM/dd", "dd-MM-yyyy", "d MMMM yyyy", "EEEE d MMMM yyyy", "yyyy-MM-dd"),
        ("HH:mm", "HH:mm:ss", "h:mm a", "hh:mm a"),
    ),
    "fa": (
        ("yyyy/MM/dd", "yyyy/MM/dd", "d MMMM yyyy", "EEEE d MMMM yyyy", "yyyy-MM-dd"),
        ("HH:mm", "HH:mm", "HH:mm:ss"),
    ),
}
PERSIAN = {  # the same patterns of days as `strftime` takes them
    "yyyy/MM/dd": "%Y/%m/%d", "yyyy-MM-dd": "%Y-%m-%d", "d MMMM yyyy": "%d %B %Y", "EEEE d MMMM yyyy": "%A %d %B %Y",
}  # fmt: skip
JOINS = (
    "{date} {time}", "{date} {time}", "{time} - {date}", "{date}, {time}", "{date} - {time}", "{time} {date}",
    "{date} • {time}",
)  # fmt: skip
VIETNAMESE_MIDDLES = ("Thị", "Văn", "Đức", "Minh", "Ngọc", "Thanh", "Hoàng", "Thu", "Quốc", "Hữu")


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
    account: str  # as `draw_account` takes it
    mask: str
    reference: str  # as `draw_reference` takes it
    check: str  # what ends a transaction number: "luhn", "mod97" or ""
    early: int  # seconds by which a transaction number may be older than the moment that is printed
    zone_form: str  # what names the time zone after a time, "" in most apps
    code: str  # dialect of its QR codes
    scale: float  # log10 of a usual amount in cents or smallest units
    digits: str = ""  # the ten digits of amounts and moments, "" for those of the West
    own_marks: bool = False  # whether such digits have their own decimal and thousands marks
    digits_everywhere: bool = False  # whether accounts and references have them too
    grouped: bool = True  # whether thousands are parted
    jalali: bool = False  # whether days are of the Persian calendar

    @property
    def rtl(self) -> bool:
        """Whether its screens run from right to left."""
        return self.language in RIGHT_TO_LEFT

    @property
    def country(self) -> str:
        """ISO 3166 letters."""
        return {"hi_Latn": "IN", "ur_Latn": "PK"}.get(self.locale, self.locale[-2:])

    @property
    def zone(self) -> float:
        """Hours by which its clocks are ahead of Greenwich."""
        return ZONES[self.country]

    @property
    def language(self) -> str:
        """Key of `WORDS`."""
        return LOCALES[self.locale][0]


def draw_formats(rng: np.random.Generator, locale: str) -> Formats:
    """Choose how an app of one locale writes amounts, dates, names, accounts and references."""
    language, currency = LOCALES[locale]
    precision = babel.numbers.get_currency_precision(currency)
    symbol = clean(babel.numbers.get_currency_symbol(currency, BABEL.get(locale, locale)))
    pattern = babel.numbers.format_currency(1, currency, locale=BABEL.get(locale, locale))
    coded = rng.random() < (0.6 if currency in {"VND", "THB", "PHP", "IDR"} else 0.25)
    native_first = not pattern[0].isdigit()
    decimals = 0 if currency in {"VND", "IDR", "COP", "CLP"} else int(precision if rng.random() < 0.93 else 0)
    country = {"hi_Latn": "IN", "ur_Latn": "PK"}.get(locale, locale[-2:])
    account, reference = draw_account_form(rng, country), draw_reference_form(rng, country)
    checked = reference.replace("{count}", "#").strip("#") == "" or rng.random() < 0.1
    codes = dialects(country, currency)
    code = pick(rng, codes if account.startswith("iban") else [code for code in codes if code != "epc"])
    dates, times = OWN_DATES.get(language, (DATE_PATTERNS, TIME_PATTERNS))
    usual = {
        "IRR": 6.6,
        "VND": 6.0,
        "IDR": 5.5,
        "COP": 5.2,
        "CLP": 4.7,
        "NGN": 4.3,
        "ARS": 4.6,
        "KES": 3.5,
        "PKR": 3.9,
        "INR": 3.5,
    }
    formats = Formats(
        locale=locale,
        currency=currency,
        sign=currency if coded else symbol,
        sign_first=native_first if rng.random() < 0.8 else not native_first,
        sign_spaced=bool(coded or rng.random() < 0.4),
        decimals=decimals,
        date=pick(rng, dates),
        time=pick(rng, times),
        join=pick(rng, JOINS),
        names=pick(rng, ("ascii", "ascii", "upper", "plain") if locale == "vi_VN" else ("plain", "plain", "upper")),
        masked_names=bool(rng.random() < 0.12),
        account=account,
        mask=pick(rng, ("•", "*", "x", "X")),
        reference=reference,
        check=pick(rng, ("luhn", "luhn", "mod97", "")) if checked else "",
        early=int(rng.integers(2, 7)) if tells_seconds(reference) and rng.random() < 0.5 else 0,
        zone_form=pick(rng, ZONE_FORMS) if rng.random() < 0.07 else "",
        code=code,
        scale=usual.get(currency, 2.2) + rng.normal(0, 0.3),
    )
    return formats if locale in USUAL else _of_own_script(rng, formats)


def _of_own_script(rng: np.random.Generator, formats: Formats) -> Formats:
    """Formats of a locale whose script is its own: signs of money, digits, calendar."""
    sign = pick(rng, OWN_SIGNS[formats.currency])
    native = rng.random() < NATIVE_DIGITS.get(formats.locale, 0.0)
    return replace(
        formats,
        sign=sign,
        sign_first=sign in FIRST_SIGNS,
        sign_spaced=bool(formats.rtl or sign == "CNY" or (sign == "¥" and rng.random() < 0.2)),
        decimals=0 if formats.currency == "IRR" else 2,
        digits=DIGITS[formats.language] if native else "",
        own_marks=bool(rng.random() < 0.5),
        digits_everywhere=bool(rng.random() < 0.25),
        grouped=bool(formats.language != "zh" or rng.random() < 0.6),
        jalali=bool(formats.language == "fa" and rng.random() < JALALI),
    )


class Content:
    """Draws what one screen says. The same generator state gives the same words."""

    def __init__(self, formats: Formats, rng: np.random.Generator) -> None:
        self.formats = formats
        self.rng = rng
        self.words = WORDS[formats.language]
        self.faker = _faker(FAKER.get(formats.locale, formats.locale))
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
        if self.formats.language == "zh":
            name = f"{parts[1]}{parts[0]}"
            return "*" + name[1:] if self.formats.masked_names else name
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

    def exact(self, value: float) -> Decimal:
        """An amount to the last place that the app writes."""
        return Decimal(value).quantize(Decimal(1).scaleb(-self.formats.decimals), ROUND_HALF_UP)

    def money(self, value: float | Decimal, sign: str = "", form: str = "") -> str:
        """Write an amount as the app does; ``sign`` is "", "+" or "-", ``form`` as in `written_number`."""
        mark = LRM if sign and self.formats.rtl else ""
        return mark + sign + joined_money(self.formats, written_number(self.formats, value, form))

    def money_parts(self, value: float | Decimal, form: str = "") -> tuple[str, str]:
        """The currency sign, with the space that parts it from the number, and the number."""
        formats = self.formats
        gap = " " if formats.sign_spaced else ""
        number = written_number(formats, value, form)
        return (formats.sign + gap if formats.sign_first else gap + formats.sign), number

    def account(self) -> str:
        """An account number as the app shows it."""
        return self.holder().shown

    def holder(self) -> Account:
        """An account: its number and how the app shows it."""
        account = draw_account(self.formats.account, self.formats.mask, self.rng)
        return replace(account, shown=self._own(account.shown))

    def reference(self, moment: datetime.datetime | None = None) -> str:
        """A transaction number, of a moment or of a little before; without one, of some time before the screen."""
        if moment is None:
            moment = self.now - datetime.timedelta(days=float(self.rng.uniform(0, 30)))
        early = int(self.rng.integers(0, self.formats.early + 1)) if self.formats.early else 0
        moment -= datetime.timedelta(seconds=early)
        return self._own(
            draw_reference(self.formats.reference, self.formats.check, moment, self.formats.zone, self.rng)
        )

    def phone(self) -> str:
        """A telephone number."""
        return filled(pick(self.rng, ("0### ### ###", "+## ### ### ####", "(###) ###-####", "0#########")), self.rng)

    def digits(self, count: int) -> str:
        """A string of digits."""
        return "".join(str(digit) for digit in self.rng.integers(0, 10, count))

    def bank(self, names: Sequence[str]) -> str:
        """One of the fictional banks."""
        name: str = pick(self.rng, names)
        return name

    def date(self, days_ago: float = 0.0, at: datetime.datetime | None = None) -> str:
        """A day as the app writes it, some time before the screen was taken or at a moment."""
        return self._time(self.formats.date, days_ago, at)

    def time(self, days_ago: float = 0.0, at: datetime.datetime | None = None) -> str:
        """A time of day as the app writes it."""
        return self._time(self.formats.time, days_ago, at)

    def moment(self, days_ago: float = 0.0, at: datetime.datetime | None = None) -> str:
        """A day and time as the app writes them."""
        return self.formats.join.format(date=self.date(days_ago, at), time=self.time(days_ago, at))

    def zone_name(self) -> str:
        """What names the time zone after a time; "" in most apps."""
        hours = self.formats.zone
        whole, rest = divmod(round(abs(hours) * 60), 60)
        told = f"{'-' if hours < 0 else '+'}{whole}" + (f":{rest:02d}" if rest else "")
        return self.formats.zone_form.format(told)

    def clock(self, twelve: bool = False, abroad: float = 0.0) -> str:
        """The time in the status bar, of ``twelve`` hours or 24; ``abroad`` is how many hours ahead the phone is."""
        now = self.now + datetime.timedelta(hours=abroad)
        return in_digits(self.formats, f"{(now.hour - 1) % 12 + 1 if twelve else now.hour}:{now.minute:02d}")

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

    def _time(self, pattern: str, days_ago: float, at: datetime.datetime | None) -> str:
        moment = at or self.now - datetime.timedelta(days=days_ago)
        locale = BABEL.get(self.formats.locale, self.formats.locale)
        if self.formats.jalali and pattern in PERSIAN:
            told = JalaliDate(moment.date()).strftime(
                PERSIAN[pattern], locale="en" if "/" in pattern or "-" in pattern else "fa"
            )
            return in_digits(self.formats, plain_digits(told))
        return in_digits(self.formats, clean(babel.dates.format_datetime(moment, pattern, locale=locale)))

    def _own(self, number: str) -> str:
        """An account or a reference in the digits that the app writes it in."""
        everywhere = self.formats.digits_everywhere and not any(map(str.isalpha, number))
        return in_digits(self.formats, number) if everywhere else number


def in_digits(formats: Formats, text: str) -> str:
    """A text in the digits that an app writes amounts and moments in."""
    return text.translate(str.maketrans("0123456789", formats.digits)) if formats.digits else text


def plain_digits(text: str) -> str:
    """A text with decimal digits of any script as 0 to 9."""
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


def written_number(formats: Formats, value: float | Decimal, form: str = "") -> str:
    """A number with the separators of an app's locale; ``form`` is "", "rounded" (no decimals) or "short" (1.5K)."""
    locale = babel.Locale.parse(BABEL.get(formats.locale, formats.locale))
    whole = locale.decimal_formats[None].pattern.split(".")[0] if formats.grouped else "0"  # "#,##0", "#,##,##0"
    if form == "short":
        return clean(babel.numbers.format_decimal(Decimal(value) / 1000, whole + ".##", locale=locale)) + "K"
    decimals = 0 if form == "rounded" else formats.decimals
    pattern = whole + ("." + "0" * decimals if decimals else "")
    number = clean(babel.numbers.format_decimal(value, pattern, locale=locale))
    if formats.digits and formats.own_marks:
        number = number.translate(str.maketrans(",.", "٬٫"))
    return in_digits(formats, number)


def joined_money(formats: Formats, number: str) -> str:
    """A written number and the currency's sign, as an app puts them together."""
    gap = " " if formats.sign_spaced else ""
    return formats.sign + gap + number if formats.sign_first else number + gap + formats.sign


def in_words(formats: Formats, amount: Decimal) -> str:
    """An amount as a receipt spells it."""
    language, noun, end = SPOKEN[formats.language]
    if language == "zh":
        return str(cn2an.an2cn(str(amount.quantize(Decimal("0.01"))), "rmb"))
    noun = noun or NOUNS.get(formats.currency, formats.currency)
    spoken = clean(num2words.num2words(int(amount), lang=language)).strip()
    cents = int(amount % 1 * 100)
    gap = "" if formats.language == "th" else " "
    told = f"{spoken}{gap}{noun}" + (f" {cents:02d}/100" if cents else end)
    return told[:1].upper() + told[1:]


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
