"""What was read on a screen: lines of text, and the labelled values that they make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from realfake.forensics.box import Box

KINDS = ("amount", "date", "time", "moment", "identifier", "account", "name", "phone", "status", "text")


@dataclass(frozen=True)
class Line:
    """One line of text as a reader read it.

    Attributes
    ----------
    box : pixels of the stored picture
    text : as read, "" where nothing could be read
    confidence : 0..1, NaN where the reader does not say
    """

    box: Box
    text: str
    confidence: float


@dataclass(frozen=True)
class Value:
    """A value of the receipt with the label that names it.

    Attributes
    ----------
    key : what the label means in any language, one of `realfake.forensics.content.fields.KIND_OF` (`amount`, `total`,
        `fee`, `reference`, `moment`, `recipient`, ...), "" where no label is known; the largest amount without a label
        is the `headline`
    label : the label as read, "" where there is none
    text : the value as read
    kind : one of `KINDS`
    box : of the value, pixels of the stored picture
    confidence : 0..1 of the reader
    amount, currency : of an amount; None and "" elsewhere. An amount without a sign has the currency that all others on
        the screen have, or where none has a sign that of the country of the labels' language; "" where neither tells
    day, clock : of dates, times and moments, as far as they are told
    """

    key: str
    label: str
    text: str
    kind: str
    box: Box
    confidence: float
    amount: Decimal | None = None
    currency: str = ""
    day: date | None = None
    clock: time | None = None


@dataclass(frozen=True)
class Receipt:
    """All that was read on one screen.

    Attributes
    ----------
    lines : in reading order
    values : labelled values among them, in reading order
    status_clock : the clock of the phone's status bar, None where there is none
    size : width and height of the stored picture, pixels
    reader : name of the reader, "" where nothing was read
    """

    lines: tuple[Line, ...] = ()
    values: tuple[Value, ...] = ()
    status_clock: time | None = None
    size: tuple[int, int] = (0, 0)
    reader: str = ""
