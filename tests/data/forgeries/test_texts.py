"""New texts keep the form of the old."""

from __future__ import annotations

import re

import numpy as np
import pytest

from realfake.data.forgeries.texts import (
    guessed,
    other_amount,
    other_characters,
    other_date,
    plain,
    replacement,
    respelt,
)


@pytest.mark.parametrize("amount", ["1,250.00 USD", "Rp 1.250.000", "-$48.20", "12 500,75 €", "₫77.316", "5"])
def test_amounts_keep_currency_and_separators(amount):
    rng = np.random.default_rng(0)
    shape = re.sub(r"[0-9]+", "", amount)
    for _ in range(20):
        other = other_amount(amount, rng)
        assert set(re.sub(r"[0-9]+", "", other)) <= set(shape) | {",", "."}
        assert abs(len(other) - len(amount)) <= 2
        decimals = re.search(r"[.,]([0-9]{2})\b(?![.,])", amount)
        assert not decimals or re.search(r"[.,][0-9]{2}\b", other)


def test_dates_keep_their_format_and_stay_dates():
    rng = np.random.default_rng(0)
    for _ in range(30):
        day, clock = other_date("12/03/2026 14:07", rng).split()
        assert re.fullmatch(r"[0-9]{2}/03/2026", day) and 1 <= int(day[:2]) <= 28
        assert re.fullmatch(r"[0-9]{2}:[0-9]{2}", clock) and int(clock[:2]) < 24 and int(clock[3:]) < 60


def test_codes_keep_letters_where_letters_are():
    rng = np.random.default_rng(0)
    for _ in range(20):
        assert re.fullmatch(r"[A-Z]{2}[0-9]{4}[A-Z]{2}[0-9]{2}", other_characters("TF8841QZ20", rng))
        assert re.fullmatch(r"\*\*\*\* [0-9]{4}", other_characters("**** 1234", rng))


@pytest.mark.parametrize(
    "role,text", [("to_name", "MARIA SANTOS"), ("date", "12 Aug 2026"), ("status", "Hoàn thành"), ("note", "?")]
)
def test_a_replacement_is_never_the_same(role, text):
    for seed in range(20):
        other = replacement(text, role, np.random.default_rng(seed))
        assert other != text and other.strip()
        assert not text.isupper() or other.isupper()


def test_one_word_of_a_sentence_changes():
    old = "Thanks for the dinner"
    new = replacement(old, "note", np.random.default_rng(3))
    assert sum(a != b for a, b in zip(old.split(), new.split(), strict=True)) == 1


def test_a_plain_name_has_no_marks():
    assert plain("Đặng Thị Ánh ı") == "Dang Thi Anh i"


def test_a_guess_is_about_as_long():
    for seed in range(20):
        assert 8 <= len(guessed(12, True, np.random.default_rng(seed)).replace(" ", "")) <= 17


def test_letters_make_way_for_letters_and_signs_stay():
    for seed in range(10):
        new = respelt("Order No. 12", np.random.default_rng(seed))
        assert [a.isupper() for a in new] == [a.isupper() for a in "Order No. 12"]
        assert new[5] == new[9] == " " and new[8] == "." and new[10:] == "12"
    assert new != "Order No. 12"
