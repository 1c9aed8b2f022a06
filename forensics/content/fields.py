"""Labels and their values: which line names which, by where they stand, and what kind of value it is."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import time
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any

from realfake.forensics.box import Box
from realfake.forensics.content.eastern import LETTER
from realfake.forensics.content.reading import Reader, read_lines
from realfake.forensics.content.receipt import Line, Receipt, Value
from realfake.forensics.content.values import (
    IDENTIFIER,
    MASKED,
    OWN_LETTERS,
    PHONE,
    SERIAL,
    SIGNS,
    currency_codes,
    folded,
    moment,
    money,
    nearest_name,
    plain,
)
from realfake.forensics.image import ForensicImage

VOCABULARY = Path(__file__).with_name("labels.json")
KIND_OF = {  # what stands beside a label
    "amount": "amount", "total": "amount", "fee": "amount", "discount": "amount", "balance": "amount", "tax": "amount",
    "moment": "moment", "date": "moment", "time": "moment", "reference": "identifier", "recipient": "name",
    "sender": "name", "account": "account", "recipient_account": "account", "sender_account": "account",
    "bank": "name", "recipient_bank": "name", "sender_bank": "name", "phone": "phone", "status": "status",
    "note": "text", "method": "text", "words": "text",
}  # fmt: skip
ALTERNATIVES = {"name": ("account", "phone"), "account": ("identifier", "phone", "name"), "phone": ("account",)}
LEFT_OVER = 0.6  # of a label's letters that a reader must be able to give
TYPOS = 5  # letters of a label from which on one may be misread
LABEL_WORDS = 4  # of a label with its value in one line
SAME_ROW = 0.5  # of the lower line's height: lines that share so much stand in one row
BELOW = 2.2  # of a label's height: how far below it its value may begin
ALIGNED = 0.6  # of a label's height: how far their left edges, right edges or middles may differ
ABOVE = 0.5  # of the narrower one's width that stands above or below the other, where a mark was read into either
SHORTEST_NAME = 3  # letters of an unknown label
SURE = 0.5  # confidence below which a line without a label is no value
STATUS_BAR = 0.05  # of the height of the screen
HEADLINE = 1.25  # of the height of a common line: a headline's letters are larger
NAIRA = re.compile(  # of which readers see the letter, or its strokes
    r"^([-+]?\s?)(?:N(?=\d[\d,]*\.?\d*$)|#(?=\d{1,3}(?:,\d{3})+(?:\.\d\d)?$|\d+\.\d\d$))"
    r"|(?:(?<=\.\d\d)|(?<=,\d{3}))[#N]$"
)
DONG = re.compile(  # which is written so too, or seen as a small round letter beside thousands
    r"^([-+]?\s?)(?:[đĐ](?=\s?\d)|[adgoq](?=\s?\d{1,3}(?:\.\d{3})+$))|(?<=\d)\s?[đĐ]$|(?<=\.\d{3})[adgoq]$"
)
RUBLE = re.compile(  # behind a decimal comma, which no pesos and no naira are written with, or behind whole ones
    r"(?<=\d,\d\d)\s?[pPрР₱₦]$|(?<=\d)\s[PРр]$"
)
RUBLE_BEFORE = re.compile(r"^([-+]?\s?)[pPрР](?=\s?\d[\d. ]*,\d\d$)")
PESO = re.compile(r"^([-+]?\s?)P(?=\s?(?:\d+\.\d\d|\d{1,3}(?:,\d{3})+(?:\.\d\d)?)$)")
ZERO = re.compile(r"^[oO](?=\s?[^\W\d_]{3}$)")  # before a currency
CUT_SIGN = re.compile(r"(?<=\d)\s?[A-Z]{1,2}(?:\.\.\.?|…)$")  # a currency's letters that had no room behind a number
RUPEE = re.compile(r"¥(?=\s?\d{1,2}(?:,\d\d)+,\d{3})")  # beside lakhs, which no yen are written in
OCTOBER = re.compile(r"0(?=ct|kt|tt|ut(?!c)|CT|KT|TT)")
HOUR = re.compile(  # or day of which the first digit was read for a letter
    r"(?<!\S)[OoQDIlíì|!Zz](?=\d:\d\d)|(?<=\d[-/.])[OoQDIlíì|!Zz](?=\d(?!\d))|(?<!\S)[OoQDIlíì|!Zz](?=\d[-/.]\d\d[-/.])"
)
CROSSES = re.compile(r"[xX]{3,}")  # of a mask, large or small
LOST_MINUS = re.compile(  # a minus before a currency's sign, or before a number
    r"^[1Il|](?=(?:N|[$€£¥₫฿₱₹₺₽]|R\$|Rp)\s?\d)|^[=~](?=\s?\d)"
)
PARTED = re.compile(  # what parts a day from a time
    r"(?:(?<=\d[/.-]\d{4})|(?<=\d{4}[/.-]\d\d[/.-]\d\d))\s?[-•▪■|=]?\s?(?=\d{1,2}:\d{2})"
    r"|(?<=\d)\s?[•▪■|=]\s?(?=\d{1,2}:\d{2})|(?<=[.\s]\d\d)-(?=\d\d:\d\d)"
    r"|(?<=\d:\d\d)(?=\d{4}[/.-]\d\d[/.-]\d\d(?!\d)|\d\d[/.-]\d\d[/.-]\d{4}(?!\d))"
)
PIECE = re.compile(r"(?=.*\d|[A-Z./-]+$)[A-Za-z0-9][A-Za-z0-9 ./-]*")  # of a number that was torn
CAPITALS = re.compile(r"[A-Z0-9][A-Z0-9./-]+")  # a number of which the digits are gone
LEVEL, TORN = 0.4, 7  # of the height: how far pieces of a number differ in level, and stand apart
FEWEST_DIGITS = 4  # of a number of which signs are gone
NUMBER = re.compile(r"[-+]?\d(?:[\d.,' ]*\d)?")
HALF = 5  # signs of what says the half of the day
NEXT_LINE = 0.9  # of the height: how far below the next line of a value stands
CUT = re.compile(r"(?:\.\.\.?|…):?$")  # the end of a text that had no room
TALLER = 1.1  # times the tallest amount with a label
UNREAD = 4  # signs of what was read where a currency stands
CURRENCY_OF = {"fa": "IRR", "zh": "CNY", "vi": "VND", "th": "THB", "id": "IDR", "tr": "TRY"}  # languages of one country
LETTERS_FOR = str.maketrans("OoQDIlíì|!BSZz", "00001111118522")


@dataclass(frozen=True)
class Label:
    """A line that is a label in some language; `inline` is what follows it in the same line."""

    line: Line
    key: str
    language: str
    inline: str = ""


@cache
def vocabulary() -> dict[str, Any]:
    """What labels are called in each language: `labels` by key and language, and words for `free`."""
    known: dict[str, Any] = json.loads(VOCABULARY.read_text(encoding="utf-8"))
    return known


@cache
def _index(letters: frozenset[str] | None) -> tuple[dict[str, tuple[str, str]], dict[str, tuple[str, str]]]:
    """Key and language of each folded label, and of each with one letter left out.

    A reader that lacks letters leaves them out: its labels are known in that form too.
    """
    exact: dict[str, tuple[str, str]] = {}
    near: dict[str, tuple[str, str]] = {}
    letters = None if letters is None else letters.union(" ")
    for key, languages in vocabulary()["labels"].items():
        for language, labels in languages.items():
            for label in labels:
                forms = {label, label.upper()} if letters is None else {label, *_as_read(label, letters)}
                for form in map(folded, sorted(forms)):
                    if form:
                        exact.setdefault(form, (key, language))
    for form, meant in exact.items():
        if len(form) >= TYPOS:
            near.setdefault(form, meant)
            for place in range(len(form)):
                near.setdefault(form[:place] + form[place + 1 :], meant)
    return exact, near


def _as_read(label: str, letters: frozenset[str]) -> list[str]:
    """A label, small and large, without the signs that a reader cannot give; none where little would be left."""
    forms = ("".join(filter(letters.__contains__, form)) for form in (label, label.upper()))
    return [form for form in forms if len(form) >= max(3, LEFT_OVER * len(label))]


def label_of(text: str, letters: frozenset[str] | None = None) -> tuple[str, str] | None:
    """Key and language of a label, accents and one misread letter aside; None where the text is none.

    A label that was cut is known where all that begin so ask for one kind of value.

    Examples
    --------
    >>> from realfake.forensics.content.fields import label_of
    >>> label_of("Comision:"), label_of("Transact1on ID"), label_of("Maria")
    (('fee', 'es'), ('reference', 'en'), None)
    """
    form = folded(plain(text))
    exact, near = _index(letters)
    if form in exact:
        return exact[form]
    if CUT.search(plain(text)) and len(form) >= TYPOS:
        begun = [meant for whole, meant in exact.items() if whole.startswith(form)]
        return begun[0] if len({KIND_OF[key] for key, _ in begun}) == 1 else None
    if len(form) < TYPOS or sum(sign.isdigit() for sign in form) > 1:
        return None
    if form in near:
        return near[form]
    return next((near[cut] for i in range(len(form)) if (cut := form[:i] + form[i + 1 :]) in near), None)


def receipt_of(
    lines: Sequence[Line], size: tuple[int, int], reader: str = "", letters: frozenset[str] | None = None
) -> Receipt:
    """The receipt that lines make.

    Parameters
    ----------
    lines : as read, boxes in pixels of the picture as it is read
    size : width and height of that picture
    reader : its name
    letters : every character that the reader can give, None where that is not known

    Returns
    -------
    Receipt
        Values from the top down.
    """
    told = [replace(line, text=plain(line.text)) for line in lines]
    status = [line for line in told if line.box.bottom <= STATUS_BAR * size[1]]
    body = _with_signs(_whole_labels([line for line in told if line.text and line not in status], letters))
    labels = _labels(body, letters)
    values = [_inline(label) for label in labels if label.inline]
    taken: set[int] = {id(label.line) for label in labels}
    pairs = _paired([label for label in labels if not label.inline], body, taken)
    taken |= {id(line) for _, line in pairs}
    pairs = [(label, _whole(label, line, body, taken)) for label, line in pairs]
    values += [value_of(line, label.line.text, label.key) for label, line in pairs]
    values += _others(body, taken, values)
    ordered = sorted(_of_one_currency(values, labels), key=lambda value: (value.box.y, value.box.x))
    return Receipt(tuple(told), tuple(ordered), _status_clock(status), size, reader)


def read_receipt(image: ForensicImage, reader: Reader) -> Receipt:
    """Read a screen and pair its labels with their values.

    Parameters
    ----------
    image : ForensicImage
    reader : Reader

    Returns
    -------
    Receipt
        Boxes in pixels of the stored picture.
    """
    upright, lines = read_lines(image, reader)
    size = upright.image.width, upright.image.height
    receipt = receipt_of(lines, size, reader.name, reader.letters)
    stored = partial(upright.direction.stored, width=image.width, height=image.height)
    return replace(
        receipt,
        lines=tuple(replace(line, box=stored(line.box)) for line in receipt.lines),
        values=tuple(replace(value, box=stored(value.box)) for value in receipt.values),
        size=(image.width, image.height),
    )


def _labels(lines: Sequence[Line], letters: frozenset[str] | None) -> list[Label]:
    found = []
    for line in lines:
        meant = label_of(line.text, letters)
        if meant:
            found.append(Label(line, *meant))
            continue
        head, rest = _parted(line.text, letters)
        if rest and (meant := label_of(head, letters)):
            found.append(Label(line, *meant, rest))
    return found


def _whole_labels(lines: Sequence[Line], letters: frozenset[str] | None) -> list[Line]:
    """Lines of which two that make one label are one."""
    found: list[Line] = []
    used: set[int] = set()
    for line in lines:
        rest = None
        if not any(map(str.isdigit, line.text)) and label_of(line.text, letters) is None:
            below = (other for other in lines if other is not line and _next_line(line.box, other.box))
            rest = next((other for other in below if label_of(f"{line.text} {other.text}", letters)), None)
        found.append(line if rest is None else _together(line, rest))
        used |= set() if rest is None else {id(rest)}
    return [line for line in found if id(line) not in used]


def _with_signs(lines: Sequence[Line]) -> list[Line]:
    """Lines of which a currency's sign and the number right beside it are one."""
    found, used = list(lines), set[int]()
    for sign in lines:
        if sign.text.strip("+- ") not in SIGNS and sign.text.strip("+- ") not in currency_codes():
            continue
        numbers = (one for one in lines if id(one) not in used and NUMBER.fullmatch(one.text))
        number = next((one for one in numbers if _beside(sign.box, one.box)), None)
        if number is not None:
            used |= {id(sign), id(number)}
            found.append(_together(*sorted((sign, number), key=lambda one: one.box.x)))
    return [line for line in found if id(line) not in used]


def _beside(sign: Box, number: Box) -> bool:
    """Whether a sign, which may be raised and smaller, stands right beside a number."""
    gap = max(sign.x, number.x) - min(sign.right, number.right)
    level = number.y - number.height // 2 <= sign.y and sign.bottom <= number.bottom + number.height // 2
    return level and -number.height // 4 <= gap <= number.height


def _parted(text: str, letters: frozenset[str] | None) -> tuple[str, str]:
    """A label and the value behind it in one line: at a colon, or after the most words that are a label."""
    head, colon, rest = text.partition(":")
    if colon and label_of(head, letters):
        return head, rest.strip()
    words = text.split(" ")
    for count in range(min(len(words) - 1, LABEL_WORDS), 0, -1):
        head, rest = " ".join(words[:count]), " ".join(words[count:])
        meant = label_of(head, letters) if count > 1 or len(head) >= SHORTEST_NAME else None
        if meant and (count > 1 or KIND_OF[meant[0]] not in ("name", "text", "status")) and fits(meant[0], rest):
            return head, rest
    return text, ""


def _inline(label: Label) -> Value:
    """A value in the same line as its label; its box is the share of the line that its letters take."""
    line = label.line
    head = line.text[: len(line.text) - len(label.inline)].strip()
    begun = round(line.box.width * (len(line.text) - len(label.inline)) / max(len(line.text), 1))
    x, right = line.box.x, line.box.right
    x, right = (x, right - begun) if LETTER.search(head) else (x + begun, right)
    box = Box.from_edges(x, line.box.y, right, line.box.bottom)
    return value_of(Line(box, label.inline, line.confidence), head, label.key)


def _paired(labels: Sequence[Label], lines: Sequence[Line], taken: Iterable[int]) -> list[tuple[Label, Line]]:
    """Each label with the value right of it, or else below it; those that fit their label are given away first."""
    blocked, used = set(taken), set()
    free = [line for line in lines if id(line) not in blocked]
    pairs = []
    for beside in (True, False):
        for fitting in (True, False):
            for label in labels:
                if id(label.line) in used:
                    continue
                standing = [line for line in free if id(line) not in used and _stands(label.line, line.box, beside)]
                if KIND_OF[label.key] == "identifier" and len(standing) > 1:  # a letter that was left of a number
                    standing = [line for line in standing if len(line.text) > 1] or standing
                if beside and not standing:
                    continue
                nearest = min(standing, key=lambda line: _distance(label.line.box, line.box), default=None)
                if nearest is None or (fitting and not fits(label.key, nearest.text)):
                    continue
                if not fitting and not _may_be(label, nearest, beside):
                    continue
                pairs.append((label, nearest))
                used |= {id(label.line), id(nearest)}
    return pairs


def _whole(label: Label, line: Line, lines: Sequence[Line], taken: set[int]) -> Line:
    """A value with what else of it stands apart: the rest of a number in its row, or of a moment in the next line.

    What is joined is entered into `taken`.
    """
    kind = KIND_OF[label.key]
    if kind == "identifier":
        line = _with_pieces(line, lines, taken)
    return _with_next(line, lines, taken) if kind == "moment" else line


def _with_pieces(line: Line, lines: Sequence[Line], taken: set[int]) -> Line:
    """A number with other pieces of it in its row; those are entered into `taken`."""
    for piece in sorted(lines, key=lambda one: abs(one.box.x - line.box.x)):
        if id(piece) not in taken and PIECE.fullmatch(piece.text) and _torn_off(piece.box, line.box):
            taken.add(id(piece))
            line = _together(*sorted((line, piece), key=lambda one: one.box.x))
    return line


def _with_next(line: Line, lines: Sequence[Line], taken: set[int]) -> Line:
    """A moment with the next line, where the rest of it stands there; that is entered into `taken`."""
    below = [one for one in lines if id(one) not in taken and _next_line(line.box, one.box)]
    for rest in below[:1]:
        joined = _together(line, rest)
        told, before = moment(joined.text), moment(line.text)
        rest_only = len(rest.text) <= HALF and not any(map(str.isdigit, rest.text))  # am, pm
        if told and told.clock and told.days and (rest_only or told != before):
            taken.add(id(rest))
            return joined
    return line


def _together(one: Line, other: Line) -> Line:
    between = "" if one.text[-1:] in "-./" and one.box.y == other.box.y else " "
    return Line(one.box.union(other.box), one.text + between + other.text, min(one.confidence, other.confidence))


def _torn_off(piece: Box, line: Box) -> bool:
    """Whether two pieces of text stand in one row, as high as each other, with some blank ground between."""
    high = min(piece.height, line.height)
    gap = max(piece.x, line.x) - min(piece.right, line.right)
    return abs(piece.y - line.y) + abs(piece.bottom - line.bottom) <= LEVEL * high and 0 < gap <= TORN * high


def _next_line(line: Box, below: Box) -> bool:
    """Whether a text stands in the next line of a value, at the same left or right edge or in the same middle."""
    high = max(line.height, below.height)
    aligned = min(
        abs(line.x - below.x), abs(line.right - below.right), abs(line.x + line.right - below.x - below.right)
    )
    return -0.3 * high <= below.y - line.bottom <= NEXT_LINE * high and aligned <= ALIGNED * high


def _may_be(label: Label, line: Line, beside: bool) -> bool:
    """Whether a text that is not of the label's kind may be its value: words for none, or a number misread."""
    kind = KIND_OF[label.key]
    if kind in ("name", "text", "status", "account"):
        return True
    if kind == "identifier" and (
        (beside and CAPITALS.fullmatch(line.text))
        or (PIECE.fullmatch(line.text) and sum(map(str.isdigit, line.text)) >= FEWEST_DIGITS)
    ):
        return True  # a number of which signs are gone
    return is_free(line.text) or (beside and any(sign.isdigit() for sign in line.text))


def _stands(label: Line, value: Box, beside: bool) -> bool:
    """Whether a value stands where that of a label does: in the row behind it, or below."""
    return _behind(label, value) if beside else _below(label.box, value)


def _behind(label: Line, value: Box) -> bool:
    """Whether a value stands in the row of a label where its text goes on: left of it where it runs so."""
    return _right_of(value, label.box) if LETTER.search(label.text) else _right_of(label.box, value)


def _right_of(label: Box, value: Box) -> bool:
    common = min(label.bottom, value.bottom) - max(label.y, value.y)
    return value.x >= label.right - label.height // 2 and common >= SAME_ROW * min(label.height, value.height)


def _below(label: Box, value: Box) -> bool:
    if not 0 <= value.y - label.bottom + label.height // 3 <= (BELOW + 1 / 3) * label.height:
        return False
    middles = abs(label.x + label.right - value.x - value.right) / 2
    aligned = min(abs(label.x - value.x), abs(label.right - value.right), middles) <= ALIGNED * label.height
    common = min(label.right, value.right) - max(label.x, value.x)
    return aligned or common >= ABOVE * min(label.width, value.width)


def _distance(label: Box, value: Box) -> int:
    return max(value.x - label.right, label.x - value.right, 0) + 4 * max(value.y - label.bottom, 0)


def fits(key: str, text: str) -> bool:
    """Whether a text is of the kind that a label asks for."""
    wanted = KIND_OF[key]
    kind = kind_of(text, wanted)
    return kind == wanted or kind in ALTERNATIVES.get(wanted, ()) or (wanted == "amount" and is_free(text))


def is_free(text: str) -> bool:
    """Whether a text says in some language that nothing is charged, one letter aside."""
    return folded(plain(text)) in _free()


@cache
def _free() -> frozenset[str]:
    whole = {folded(word) for words in vocabulary()["free"].values() for word in words}
    return frozenset(
        whole | {form[:i] + form[i + 1 :] for form in whole if len(form) > TYPOS for i in range(len(form))}
    )


def kind_of(text: str, wanted: str = "") -> str:
    """The kind of a value by its form; `wanted` is what its label asks for, "" where it has none."""
    if wanted in ("name", "text", "status") and not MASKED.fullmatch(text):
        return wanted if any(sign.isalpha() for sign in text) or wanted != "name" else _kind(text, wanted)
    return _kind(text, wanted)


def _kind(text: str, wanted: str) -> str:
    if money(text, wanted == "amount"):
        return "amount"
    if wanted in ("", "moment") and moment(text):
        return "moment"
    if wanted == "account" and (MASKED.fullmatch(text) or IDENTIFIER.fullmatch(text)):
        return "account"
    if wanted == "phone" and PHONE.fullmatch(text):
        return "phone"
    named = wanted == "identifier" and IDENTIFIER.fullmatch(text)  # its letters may be two x beside each other
    if not named and MASKED.fullmatch(text) and (wanted != "name" or not text[:1].isalpha()):
        return "account"
    if not wanted and PHONE.fullmatch(text) and text.startswith("+"):
        return "phone"
    if IDENTIFIER.fullmatch(text) or (wanted == "identifier" and SERIAL.fullmatch(text)):
        return "identifier"
    return "text"


def value_of(line: Line, label: str = "", key: str = "") -> Value:
    """A line as a value, its text repaired by what its kind can hold and parsed as far as it goes.

    Parameters
    ----------
    line : what stands there
    label : as read
    key : what the label means, "" where there is none
    """
    wanted = KIND_OF.get(key, "")
    text = repaired(plain(line.text), wanted)
    if not wanted:
        tried = ((repaired(text, "amount"), money), (repaired(text, "moment"), moment))
        text = next((form for form, understood in tried if understood(form)), text)
    if wanted == "amount" and not money(text, bare=True):
        text = _without_unread(text)
    kind = kind_of(text, wanted)
    if wanted == "amount" and is_free(text):
        return Value(key, label.strip(" :"), text, "amount", line.box, line.confidence, Decimal(0))
    found = money(text, wanted == "amount") if kind == "amount" else None
    told = moment(text) if kind == "moment" else None
    if told:
        kind = "moment" if told.clock and told.days else "time" if told.clock or ":" in told.wrong else "date"
    return Value(
        key,
        label.strip(" :"),
        text,
        kind,
        line.box,
        line.confidence,
        found.amount if found else None,
        found.currency if found else "",
        told.days[0] if told and told.days else None,
        told.clock if told else None,
    )


def _without_unread(text: str) -> str:
    """An amount without the few signs beside it that are no currency's: what was read of one in another script."""
    words = text.split()
    numbers = [word for word in words if any(map(str.isdigit, word))]
    rest = "".join(word for word in words if word not in numbers)
    return " ".join(numbers) if len(numbers) == 1 and 0 < len(rest) <= UNREAD else text


def repaired(text: str, kind: str) -> str:
    """A text whose look-alikes are those that its kind can hold.

    In amounts and moments letters between digits are the digits that they look like, what stands before a currency's
    sign is a minus, letters that the signs of naira, dong and rouble look like are those, a currency that had no room
    is left out, and a dot or a dash that parts a day from a time is a space, as where it was not seen; in accounts
    zeros within a mask are its dots, its crosses are all as large as the first, and an underscore is a dash.

    Examples
    --------
    >>> from realfake.forensics.content.fields import repaired
    >>> repaired("RpO", "amount"), repaired("1N25.50", "amount"), repaired("1O:4S", "moment")
    ('Rp0', '-₦25.50', '10:45')
    >>> repaired("••0-0••-1234", "account"), repaired("23/09/2025•05:18", "moment")
    ('•••-•••-1234', '23/09/2025 05:18')
    """
    if kind == "amount":
        text = LOST_MINUS.sub("-", CUT_SIGN.sub("", _digits_beside_digits(text)))
        text = NAIRA.sub(lambda found: (found[1] or "") + "₦", text)
        text = DONG.sub(lambda found: (found[1] or "") + "₫", text)
        text = PESO.sub(r"\1₱", ZERO.sub("0", text) if text[-3:] in currency_codes() else text)
        return RUPEE.sub("₹", RUBLE.sub("₽", RUBLE_BEFORE.sub(r"\1₽", text)))
    if kind == "moment":
        text = HOUR.sub(lambda found: found[0].translate(LETTERS_FOR), _digits_beside_digits(text))
        text = OWN_LETTERS.sub(lambda word: nearest_name(word[0]), text)
        return PARTED.sub(" ", OCTOBER.sub("O", text).rstrip(" •▪■-"))
    if kind in ("account", "phone"):
        return CROSSES.sub(lambda run: run[0][0] * len(run[0]), _whole_masks(text.replace("_", "-")))
    return text


def _digits_beside_digits(text: str) -> str:
    """Letters that look like digits, where they stand beside digits or end a currency's sign, as digits."""
    signs = list(text)
    for i, sign in enumerate(signs):
        digit = sign.translate(LETTERS_FOR)
        if digit == sign:
            continue
        before, after = (signs[i - 1] if i else ""), (signs[i + 1] if i + 1 < len(signs) else "")
        between = before.isdigit() and (not after or after in " -" or after.translate(LETTERS_FOR).isdigit())
        marked = (before in (".", ",", ":") and i > 1 and signs[i - 2].isdigit()) or (
            after in (".", ",", ":") and i + 2 < len(signs) and signs[i + 2].isdigit()
        )
        alone = sign in "Oo" and not after and text[:i].strip() in {*SIGNS, *currency_codes()}
        if between or (marked and not after.isalpha()) or alone:
            signs[i] = digit
    return "".join(signs)


def _whole_masks(text: str) -> str:
    """Groups in which some signs are masked, with the round signs among them masked too."""
    if "•" not in text:
        return text
    groups = []
    for group in text.split("-"):
        round_ones = set(group) <= set("•0Oo.")
        masked = group and round_ones and ("•" in group or "." in group or len(group) == 3)
        groups.append("•" * len(group) if masked else group)
    return "-".join(groups)


def _others(lines: Sequence[Line], taken: set[int], labelled: Sequence[Value]) -> list[Value]:
    """Values without a known label: those of a kind that tells itself, and what faces an unknown label in its row."""
    common = sorted(line.box.height for line in lines)[len(lines) // 2] if lines else 0
    tallest = max((value.box.height for value in labelled if value.amount is not None), default=0)
    found = []
    free = [line for line in lines if id(line) not in taken and not line.confidence < SURE]
    joined: set[int] = set()
    for line in free:
        value = value_of(line)
        if id(line) in joined:
            continue
        if value.kind == "date":
            value = value_of(_with_next(line, free, joined))
        if value.kind == "identifier":
            line = _with_pieces(line, [one for one in free if value_of(one).kind == value.kind], joined)
            value = value_of(line)
        facing = [other for other in free if other is not line and _behind(other, line.box)]
        label = facing[0].text if len(facing) == 1 else ""
        named = label if _is_name_of(label) else ""
        if value.kind in ("text", "name", "status"):
            if named and not any(_behind(line, other.box) for other in free if other is not line):
                found.append(replace(value, label=named.strip(" :")))
            continue
        key = _key_by_place(value, labelled)
        if value.kind == "amount" and not named and line.box.height >= max(HEADLINE * common, TALLER * tallest):
            key = "headline"
        found.append(replace(value, label=named.strip(" :"), key=key))
    headlines = [value for value in found if value.key == "headline"]
    largest = max(headlines, key=lambda value: value.box.height, default=None)
    return [replace(value, key="") if value.key == "headline" and value is not largest else value for value in found]


def _of_one_currency(values: Sequence[Value], labels: Sequence[Label]) -> list[Value]:
    """Amounts without a sign in the currency of all that have one on the same screen, where that is a single one.

    Where none has a sign, in that of the country whose language most labels are in, where it is of one country.
    """
    currencies = {value.currency for value in values if value.amount is not None and _is_signed(value.text)}
    languages = Counter(label.language for label in labels).most_common(1)
    if not currencies and languages:
        currencies = {CURRENCY_OF.get(languages[0][0], "")}
    if len(currencies) != 1:
        return list(values)
    (currency,) = currencies
    return [
        replace(value, currency=currency) if value.amount is not None and not _is_signed(value.text) else value
        for value in values
    ]


def _is_signed(text: str) -> bool:
    """Whether a sign or letters of a currency stand beside a number."""
    return any(sign.isalpha() or unicodedata.category(sign) == "Sc" for sign in text)


def _is_name_of(label: str) -> bool:
    if label.strip(" :") in SIGNS or label.strip(" :") in currency_codes():
        return False
    return sum(sign.isdigit() for sign in label) == 0 and sum(sign.isalpha() for sign in label) >= SHORTEST_NAME


def _key_by_place(value: Value, labelled: Sequence[Value]) -> str:
    """An account right below a person's name is theirs, and a time below a day belongs to it."""
    above = [other for other in labelled if other.key and _below(other.box, value.box)]
    if value.kind in ("account", "identifier", "phone"):
        return next((f"{other.key}_account" for other in above if other.key in ("recipient", "sender")), "")
    if value.kind in ("date", "time"):
        return next((other.key for other in above if {value.kind, other.kind} == {"date", "time"}), "")
    return ""


def _status_clock(lines: Sequence[Line]) -> time | None:
    """The clock of the status bar: the first time of day in it."""
    for line in sorted(lines, key=lambda line: line.box.x):
        told = moment(_digits_beside_digits(line.text))
        if told and told.clock:
            return told.clock
    return None
