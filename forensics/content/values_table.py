"""The table of values: a row for each value and code of a screen, with its form, and its text only on request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from realfake.forensics.box import Box
from realfake.forensics.content.codes import Code
from realfake.forensics.content.receipt import Receipt
from realfake.forensics.content.relations import CODE, STATIC, facts

LONGEST = 500  # characters of a text that is written to a table
MASKED = "masked"
DOT, KEPT = "•", 4  # what masks a sign; signs of a number that are left
PLAIN = ("amount", "date", "time", "moment", "status")  # kinds that name nobody
NUMBERS = ("identifier", "account", "phone")
VALUE_PLACE = (
    "field", "key", "kind", "x", "y", "region_width", "region_height", "confidence", "shape", "called", "pattern",
    "relations",
)  # fmt: skip


def value_rows(
    receipt: Receipt | None, codes: Sequence[Code] = (), with_text: bool | str = False
) -> list[dict[str, Any]]:
    """One row a value, then one a code, then one a static text.

    Parameters
    ----------
    receipt : what was read; None where nothing was
    codes : of the same screen
    with_text : write what was read too, in a column `text`, where "masked" as `masked` says

    Returns
    -------
    list of dict
        `field` is the number of the row from 0; `key` what the value means (or, for a code, its dialect); `kind` one of
        `realfake.forensics.content.receipt.KINDS`, or `code`; a box in pixels of the stored picture; `confidence` 0..1;
        `shape` the text with every letter and digit masked. `called`, `pattern` and `relations` are what habits are
        learnt from, as `realfake.forensics.content.relations.facts` says; of static texts (kind `static`) that is all.
    """
    known = facts(receipt or Receipt(), [code.dialect for code in codes])
    names = ("called", "pattern", "relations")
    learnt: list[dict[str, Any]] = [dict(zip(names, cells)) for cells in known[list(names)].itertuples(index=False)]
    places = known[["x", "y", "region_width", "region_height"]].to_numpy(int).tolist()
    found = [
        (value.key, value.kind, value.box, value.confidence, value.text)
        for value in (receipt.values if receipt else ())
    ]
    patterns = learnt[: len(found)] + [{"called": code.dialect, "pattern": "", "relations": ""} for code in codes]
    found += [(code.dialect, CODE, code.box, 1.0, code.text) for code in codes]
    for i in (known["kind"] == STATIC).to_numpy().nonzero()[0]:
        found.append(("", STATIC, Box(*places[i]), float(known["confidence"].iloc[i]), ""))
        patterns.append(learnt[i])
    rows = []
    for number, ((key, kind, box, confidence, text), more) in enumerate(zip(found, patterns, strict=True)):
        row = dict(zip(VALUE_PLACE, (number, key, kind, *box, confidence, flat(shape_of(text)))))
        told = masked(text, kind) if with_text == MASKED else text
        rows.append(row | more | ({"text": flat(told)} if with_text else {}))
    return rows


def masked(text: str, kind: str) -> str:
    """A text with what names somebody masked: amounts and moments whole, names by initials, numbers by their ends.

    Of numbers with fewer than eight signs, of codes and of notes nothing is left.

    Examples
    --------
    >>> from realfake.forensics.content.values_table import masked
    >>> masked("Lena Ktle", "name"), masked("DE89 3704 0044", "account"), masked("Rp 50.000", "amount")
    ('L••• K•••', '•••• •••• 0044', 'Rp 50.000')
    """
    if kind in PLAIN:
        return text
    signs = [i for i, sign in enumerate(text) if sign.isalnum()]
    kept: set[int] = set()
    if kind == "name":
        kept = {i for i in signs if i == 0 or not text[i - 1].isalnum()}
    elif kind in NUMBERS and len(signs) >= 2 * KEPT:
        kept = set(signs[-KEPT:])
    return "".join(DOT if i in set(signs) - kept else sign for i, sign in enumerate(text[:LONGEST]))


def no_row() -> dict[str, Any]:
    """The row of an image without values."""
    return dict(zip(VALUE_PLACE, (-1, "", "", 0, 0, 0, 0, float("nan"), "", "", "", ""), strict=True))


def shape_of(text: str) -> str:
    """The form of a text without what it says: digits as 9, small letters as a, others as A, all else as it is.

    Examples
    --------
    >>> from realfake.forensics.content.values_table import shape_of
    >>> shape_of("Rp 50.000, TX-40b")
    'Aa 99.999, AA-99a'
    """
    return "".join(
        "9" if sign.isdigit() else ("a" if sign.islower() else "A") if sign.isalpha() else sign
        for sign in text[:LONGEST]
    )


def flat(text: str) -> str:
    """A text on one line, without what does not print; a table's writer keeps spreadsheets from running it.

    Examples
    --------
    >>> from realfake.forensics.content.values_table import flat
    >>> flat("Lena\\x00\\n Ktle")
    'Lena Ktle'
    """
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text[:LONGEST]).split())
