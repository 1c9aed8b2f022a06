"""Receipts show the transfer that they were drawn from."""

import pytest

from realfake.data.screenshots.screens import receipts
from realfake.data.screenshots.screens.receipts import draw_transfer, receipt
from tests.phones import narrow_page


def letters(text: str) -> str:
    """What is compared: letters and digits, whatever their case."""
    return "".join(filter(str.isalnum, text.casefold()))


@pytest.mark.parametrize("seed", range(10))
def test_a_receipt_shows_labels_and_values_of_its_transfer(seed, monkeypatch):
    told = []
    monkeypatch.setattr(receipts, "draw_transfer", lambda page: told.append(draw_transfer(page)) or told[-1])
    page = narrow_page(seed)
    receipt(page)
    fields = page.canvas.paint()[1]
    shown = letters("".join(field.text for field in fields))
    (transfer,) = told
    top = transfer.rows[0]
    assert letters(top.label)[:6] in shown and letters(top.value)[:6] in shown
    assert {row.role for row in transfer.rows} <= {*receipts.ROW_ROLES.values(), "date", "time"}


def test_an_app_keeps_its_rows_and_each_receipt_has_its_own_values():
    one, two = (draw_transfer(narrow_page(5)) for _ in range(2))
    assert one == two
    page = narrow_page(5)
    transfers = [draw_transfer(page) for _ in range(6)]
    most = max((transfer.rows for transfer in transfers), key=len)
    for transfer in transfers:  # a note may be left out
        assert {row.label for row in transfer.rows} <= {row.label for row in most}
    assert len({transfer.to for transfer in transfers}) > 1 and len({transfer.amount for transfer in transfers}) == 6
