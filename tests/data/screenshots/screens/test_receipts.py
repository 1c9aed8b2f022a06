"""Receipts show the transfer that they were drawn from, and it adds up."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
import zxingcpp

from realfake.data.screenshots.app import App
from realfake.data.screenshots.chrome import header
from realfake.data.screenshots.codes import code_text
from realfake.data.screenshots.content import fold, in_words, written_number
from realfake.data.screenshots.page import Page
from realfake.data.screenshots.screen import KEYS
from realfake.data.screenshots.screens import receipts
from realfake.data.screenshots.screens.receipts import draw_transfer, payment, receipt
from tests.phones import narrow_page

MANY = 120


def letters(text: str) -> str:
    """What is compared: letters and digits, whatever their case."""
    return "".join(filter(str.isalnum, text.casefold()))


def drawn(seed, monkeypatch):
    """Page, pixels, lines and transfer of a receipt."""
    told = []
    monkeypatch.setattr(receipts, "draw_transfer", lambda page: told.append(draw_transfer(page)) or told[-1])
    page = narrow_page(seed)
    receipt(page)
    rgb, fields = page.canvas.paint()
    return page, rgb, fields, told[0]


@pytest.fixture(scope="module")
def transfers():
    """Pages of many apps and what their receipts tell."""
    pages = [Page(app, app.devices[0], np.random.default_rng(app.seed)) for app in map(App, range(MANY))]
    return [(page, draw_transfer(page)) for page in pages]


@pytest.mark.parametrize("seed", range(10))
def test_a_receipt_shows_labels_and_values_of_its_transfer(seed, monkeypatch):
    _, _, fields, transfer = drawn(seed, monkeypatch)
    shown = letters("".join(field.text for field in fields))
    top = transfer.rows[0]
    assert letters(top.label)[:6] in shown and letters(top.value)[:6] in shown
    assert {row.role for row in transfer.rows} <= {*receipts.ROW_ROLES.values(), "date", "time"}
    assert {field.key for field in fields} <= {"", *KEYS}


def test_what_was_scrolled_lies_beneath_the_title_bar(monkeypatch):
    bars = []

    def told(page, *asked):
        bottom = header(page, *asked)
        bars.append((bottom, page.canvas.paint()[1]))
        return bottom

    monkeypatch.setattr(receipts, "header", told)
    hidden = 0
    for seed in range(12):
        page = narrow_page(seed)
        monkeypatch.setattr(page, "happens", lambda share, page=page: share == 0.1 or type(page).happens(page, share))
        before = len(bars)
        receipt(page)
        if len(bars) > before:
            bottom, bar = bars[-1]
            fields = page.canvas.paint()[1]
            assert [field for field in fields if field.box.bottom < bottom] == bar
            hidden += any(bottom <= field.box.y < bottom + 40 for field in fields)
    assert hidden


def test_an_app_keeps_its_rows_and_each_receipt_has_its_own_values():
    one, two = (draw_transfer(narrow_page(5)) for _ in range(2))
    assert one == two
    page = narrow_page(5)
    transfers = [draw_transfer(page) for _ in range(6)]
    most = max((transfer.rows for transfer in transfers), key=len)
    for transfer in transfers:  # a note may be left out
        assert {row.label for row in transfer.rows} <= {row.label for row in most}
    assert len({transfer.to for transfer in transfers}) > 1 and len({transfer.amount for transfer in transfers}) == 6


def test_totals_add_up_as_they_are_written(transfers):
    for page, transfer in transfers:
        assert transfer.total == transfer.amount + transfer.fee - transfer.discount > 0
        assert transfer.headline in (transfer.amount, transfer.total)
        for row in transfer.rows:
            if row.key in ("amount", "total"):
                assert written_number(page.app.formats, getattr(transfer, row.key)) in row.value
            if row.key == "words":
                assert row.value == in_words(page.app.formats, transfer.amount)
    assert sum(transfer.fee > 0 for _, transfer in transfers) >= 15
    assert sum(transfer.discount > 0 for _, transfer in transfers) >= 5


def test_only_an_iban_is_called_one():
    named = 0
    for app in [app for app in map(App, range(1000)) if app.locale in ("de_DE", "fr_FR", "it_IT", "tr_TR", "es_MX")]:
        page = Page(app, app.devices[0], np.random.default_rng(1))
        labels = [row.label.rstrip(":") for row in draw_transfer(page).rows]
        named += "IBAN" in labels
        assert "IBAN" not in labels or app.formats.account.startswith("iban")
        assert "CLABE" not in labels or app.formats.account == "clabe"
    assert named


def test_most_receipts_are_captured_at_once_and_some_days_later(transfers):
    waits = [page.content.now - transfer.paid for page, transfer in transfers]
    assert min(waits) >= timedelta(0)
    assert 0.6 < np.mean([wait < timedelta(minutes=10) for wait in waits]) < 0.9
    assert any(wait > timedelta(days=1) for wait in waits)


def test_the_number_tells_the_moment_that_is_printed(transfers):
    told = 0
    for page, transfer in transfers:
        form = page.app.formats.reference
        if form.startswith(("T{%y%m%d%H%M}", "{%Y%m%d")):
            told += 1
            year = "%Y" if form.startswith("{%Y") else "%y"
            moments = [transfer.paid - timedelta(seconds=early) for early in range(page.app.formats.early + 1)]
            dates = {moment.strftime(f"{year}%m%d") for moment in moments}
            assert transfer.reference.removeprefix("T")[: 8 if year == "%Y" else 6] in dates
    assert told >= 5


def test_a_few_apps_write_the_headline_shorter_than_the_amount(transfers):
    forms = [transfer.form for _, transfer in transfers]
    assert 0 < sum(form != "" for form in forms) < 0.2 * len(forms)
    formats = transfers[0][0].app.formats
    assert written_number(formats, Decimal(1500), "short").endswith("5K")


def test_the_code_says_what_the_receipt_says(monkeypatch):
    monkeypatch.setattr(receipts, "QR_SHARE", 1.0)
    read = 0
    for seed in range(16):
        page, rgb, _, transfer = drawn(seed, monkeypatch)
        codes = [code.text for code in zxingcpp.read_barcodes(rgb)]
        if codes:
            read += 1
            assert codes == [code_text(page.app.formats.code, payment(page, transfer))]
            assert payment(page, transfer).to == fold(transfer.to).upper()
    assert read >= 6


def test_what_is_said_twice_is_the_same(monkeypatch):
    twice = 0
    for seed in range(30):
        _, _, fields, transfer = drawn(seed, monkeypatch)
        shown = [field.text for field in fields if field.key == "account" and field.text[-1] not in ".…"]
        whole = [text for text in shown if letters(text) == letters(transfer.account.shown)]
        twice += len(whole) > 1
        assert all(letters(text) in letters(transfer.account.shown) for text in shown)
    assert twice >= 1
