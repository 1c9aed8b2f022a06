"""Receipts of made-up apps as lists of values, without pixels."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd

from realfake.forensics.box import Box
from realfake.forensics.content.receipt import Line, Receipt, Value
from realfake.forensics.content.relations import facts

SIZE = (1080, 2160)
REFERENCES = {  # a time inside an identifier, in several dialects
    "yymmddHHMM": lambda when, rng: f"T{when:%y%m%d%H%M}{rng.integers(10**6):06d}",
    "unixhex": lambda when, rng: f"{seconds(when) - 7 * 3600:08x}" + "".join(rng.choice(list("0123456789abcdef"), 16)),
    "hhMM": lambda when, rng: f"{rng.integers(10**4):04d}{when:%I%M}{rng.integers(10**8):08d}",
    "ddd": lambda when, rng: f"FT{when:%j}{rng.integers(10**9):09d}",
    "none": lambda when, rng: "".join(rng.choice(list("0123456789"), 16)),
}


def seconds(when: datetime, since: datetime = datetime(1970, 1, 1)) -> int:
    return int((when - since).total_seconds())


def moments(rng, count, days=200):
    """Times spread over many days, in order."""
    first = datetime(2026, 1, 5)
    found = [first + timedelta(days=int(rng.integers(days)), seconds=int(rng.integers(86400))) for _ in range(count)]
    return sorted(found)


def receipt(when: datetime, reference: str, amount: float = 100.0, fee: float = 1.5, labels: str = "") -> Receipt:
    """A receipt with a moment, a reference, an amount, a fee and a total."""
    money = [Decimal(f"{part:.2f}") for part in (amount, fee, amount + fee)]
    told = {"day": when.date(), "clock": minute(when)}
    values = [
        Value(
            "date", "Date" + labels, f"{when:%d %b %Y %H:%M}", "moment", row(0, f"{when:%d %b %Y %H:%M}"), 0.99, **told
        ),
        Value("reference", "Reference" + labels, reference, "identifier", row(1, reference), 0.99),
        *(
            Value(key, key + labels, f"${one:,}", "amount", row(2 + i, f"${one:,}"), 0.99, one, "USD")
            for i, (key, one) in enumerate(zip(("amount", "fee", "total"), money, strict=True))
        ),
    ]
    lines = [Line(Box(60, value.box.y, 200, 40), value.label, 0.99) for value in values]
    lines.append(Line(Box(400, 60, 300, 60), "Transfer receipt" + labels, 0.99))
    return Receipt(tuple(lines), tuple(values), None, SIZE, "made")


def row(number: int, text: str) -> Box:
    """The box of a value: a digit is 20 pixels wide, a point 10."""
    return Box(400, 300 + 120 * number, width(text), 40)


def width(text: str) -> int:
    return sum(20 if sign.isalnum() else 10 for sign in text)


def minute(when: datetime):
    return when.time().replace(second=0)


def changed(told: Receipt, key: str, **parts) -> Receipt:
    """The receipt with parts of one value replaced; its box fits its text."""
    text = parts.get("text")
    values = tuple(
        replace(value, **{"box": value.box._replace(width=width(text or value.text))} | parts)
        if value.key == key
        else value
        for value in told.values
    )
    return replace(told, values=values)


def retimed(told: Receipt, when: datetime) -> Receipt:
    return changed(told, "date", text=f"{when:%d %b %Y %H:%M}", day=when.date(), clock=minute(when))


def table(receipts: dict[str, Receipt], label: int = 0, app: str = "bank") -> pd.DataFrame:
    """The facts of receipts by their paths."""
    parts = [facts(one).assign(path=path, width=SIZE[0], label=label, app=app) for path, one in receipts.items()]
    return pd.concat(parts, ignore_index=True)


def receipts_of(dialect: str, count: int = 12, seed: int = 0, days: int = 200) -> dict[str, Receipt]:
    """Genuine receipts of an app whose references hold a time in one dialect."""
    rng = np.random.default_rng(seed)
    found = {}
    for i, when in enumerate(moments(rng, count, days)):
        reference = REFERENCES[dialect](when, rng)
        amount, fee = (float(rng.integers(100, most)) / 100 for most in (99999, 500))
        found[f"{dialect}{i}.png"] = receipt(when, reference, amount, fee)
    return found
