"""Forgers of content change what a receipt says as their kind does, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from realfake.data.drawing.fonts import fonts
from realfake.data.drawing.rasterisers import TextStyle, draw_text, measure_text
from realfake.data.forgeries.content import CONTENT, careful, careless, partial
from realfake.data.forgeries.edit import Edit
from realfake.data.forgeries.forger import Means, forge
from realfake.data.forgeries.hand import draw_hand
from realfake.data.forgeries.values import read_amount
from realfake.data.screenshots.content import draw_formats, in_words
from realfake.data.screenshots.screen import TextField

FORMATS = replace(draw_formats(np.random.default_rng(1), "en_US"), decimals=2, sign="$", sign_first=True)
WIDTH, HEIGHT, MARGIN, PITCH = 560, 760, 24, 56
ROWS = (
    ("amount", "headline", "$1,200.00"),
    ("amount", "amount", "$1,200.00"),
    ("amount", "fee", "$5.00"),
    ("amount", "total", "$1,205.00"),
    ("body", "words", in_words(FORMATS, Decimal(1200))),
    ("date", "date", "12/03/2026"),
    ("time", "time", "14:07"),
    ("reference", "reference", "T2603121407"),
    ("to_name", "recipient", "Maria Santos"),
)


@pytest.fixture(scope="module")
def receipt():
    """A receipt of known values at the right edge, each in a row of its own."""
    rgb = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    style = TextStyle(next(face for face in fonts(category="sans") if face.weight == 400), 20.0, hinting="none")
    fields = []
    for i, (role, key, text) in enumerate(ROWS):
        x, baseline = WIDTH - MARGIN - measure_text(text, style).width, 120.0 + PITCH * i
        fields.append(TextField(draw_text(rgb, text, x, baseline, style), role, text, style, x, baseline, key))
    return rgb, tuple(fields)


def changed(kind, receipt, seed):
    """What a forger of one kind makes of the receipt, and what all of its lines say then, by key."""
    rgb, fields = receipt
    edit, rng = Edit(rgb), np.random.default_rng(seed)
    says = kind(edit, fields, draw_hand(rng), rng, FORMATS)
    return edit, says, {field.key: says.get(i, field.text) for i, field in enumerate(fields)}


@pytest.mark.parametrize("name", CONTENT)
@pytest.mark.parametrize("seed", range(6))
def test_only_the_lines_that_say_something_else_are_touched(receipt, name, seed):
    edit, says, _ = changed(CONTENT[name], receipt, seed)
    rgb, fields = receipt
    assert says
    for i, field in enumerate(fields):
        band = edit.mask[field.box.y : field.box.bottom]
        assert band.any() == (i in says)
        assert (i in says) == (says.get(i, field.text) != field.text)
    assert np.array_equal(edit.rgb[~edit.mask], rgb[~edit.mask])


def test_a_careless_forger_changes_one_place(receipt):
    keys = set()
    for seed in range(30):
        _, says, now = changed(careless, receipt, seed)
        (line,) = says
        keys.add(ROWS[line][1])
        assert len(says) == 1 and [key for _, key, text in ROWS if now[key] != text] == [ROWS[line][1]]
    assert {"reference"} < keys <= {"headline", "amount", "total", "date", "time", "reference"}


def test_a_careful_forger_changes_amount_total_and_words_alike(receipt):
    sums = 0
    for seed in range(20):
        _, says, now = changed(careful, receipt, seed)
        if now["amount"] != "$1,200.00":
            sums += 1
            amount, headline, total = (read_amount(FORMATS, now[key])[0] for key in ("amount", "headline", "total"))
            assert amount == headline == total - 5 and now["fee"] == "$5.00"
            assert now["words"] == in_words(FORMATS, amount)
            assert now["date"] == "12/03/2026"
    assert 6 <= sums <= 19


def test_a_partial_forger_leaves_gaps_or_other_signs_inside_a_number(receipt):
    gaps = 0
    for seed in range(20):
        _, says, now = changed(partial, receipt, seed)
        old, new = "T2603121407", now["reference"]
        places = [i for i, (one, other) in enumerate(zip(old, new)) if one != other]
        assert len(new) == len(old) and 2 <= len(places) <= 5 and places[0] >= 1
        gaps += " " in new
        assert (" " in new) == all(new[i] == " " for i in places)
    assert 5 <= gaps <= 18


def test_an_unread_number_is_partly_erased_too(receipt):
    rgb, fields = receipt
    unread = [replace(field, field="body", text="", style=None, x=None, baseline=None, key="") for field in fields]
    made = [forge(rgb, unread, np.random.default_rng(seed), Means(forger="partial")) for seed in range(6)]
    for forgery in made:
        assert forgery.forger == "partial" and forgery.mask.any()
        (line,) = forgery.edited
        assert ROWS[line][1] in ("reference", "headline", "amount", "total", "date")
        assert dict(forgery.says) == {line: ""}
    assert forge(rgb, unread, np.random.default_rng(0), Means(forger="careful")) is None


def test_the_forger_tells_its_kind(receipt):
    rgb, fields = receipt
    forgery = forge(rgb, fields, np.random.default_rng(4), Means(forger="careless", formats=FORMATS))
    again = forge(rgb, fields, np.random.default_rng(4), Means(forger="careless", formats=FORMATS))
    assert forgery.forger == "careless" and len(forgery.edited) == 1 and np.array_equal(forgery.rgb, again.rgb)
    assert dict(forgery.says)[forgery.edited[0]] != fields[forgery.edited[0]].text
