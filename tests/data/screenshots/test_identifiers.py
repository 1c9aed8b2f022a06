"""Numbers carry right check digits, and the moment that their dialect says."""

import datetime
import re

import numpy as np
import pytest

from realfake.data.screenshots.identifiers import (
    BBAN,
    DATED,
    EPOCH,
    PIX,
    PLAIN,
    clabe_digit,
    draw_account,
    draw_account_form,
    draw_reference,
    draw_reference_form,
    filled,
    iban,
    luhn_digit,
    mod97_digits,
    spanish_digit,
    tells_seconds,
)

MOMENT = datetime.datetime(2026, 3, 9, 15, 4, 5)


def written(form, check="", zone=7.0, seed=1):
    return draw_reference(form, check, MOMENT, zone, np.random.default_rng(seed))


def test_check_digits_are_those_of_published_examples():
    assert luhn_digit("7992739871") == "3"
    assert mod97_digits("370400440532013000DE") == "89"
    assert mod97_digits("NWBK60161331926819GB") == "29"
    assert clabe_digit("03218000011835971") == "9"
    assert spanish_digit("0021000418") + spanish_digit("0200051332") == "45"


@pytest.mark.parametrize("country", sorted(BBAN))
def test_ibans_leave_one_modulo_97(country):
    number = iban(country, np.random.default_rng(3))
    turned = "".join(str(int(sign, 36)) for sign in number[4:] + number[:4])
    assert number.startswith(country) and int(turned) % 97 == 1


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("T{%y%m%d%H%M}", "T2603091504"),
        ("{%Y%m%d%I%M%S}", "20260309030405"),
        ("FT{%y%j}AAAAA", "FT26068"),
        ("{%H%M}-####-####", "1504-"),
    ],
)
def test_a_number_tells_its_moment(form, told):
    assert form in DATED
    assert written(form).startswith(told)


def test_unix_time_is_that_of_greenwich_and_a_number_of_brazil_too():
    seconds = int((MOMENT - EPOCH).total_seconds()) - 7 * 3600
    assert written("{unix}") == str(seconds)
    number = written("{hex}hhhhhhhhhhhhhhhh")
    assert re.fullmatch("[0-9a-f]{24}", number) and int(number[:8], 16) == seconds
    assert written(PIX, zone=-3.0)[9:21] == "202603091804"


@pytest.mark.parametrize("form", sorted({form for form in PLAIN if "{" not in form}))
def test_plain_numbers_do_not_depend_on_the_moment(form):
    later = draw_reference(form, "", MOMENT + datetime.timedelta(days=9), 7.0, np.random.default_rng(1))
    assert written(form) == later and len(later) == len(form)


def test_a_counter_rises_and_is_no_date():
    later = draw_reference("{count}", "", MOMENT + datetime.timedelta(days=1), 7.0, np.random.default_rng(1))
    assert 12_000 < int(later) - int(written("{count}")) < 13_000


def test_numbers_end_in_the_check_digits_asked_for():
    number = written("############", "luhn")
    assert number[-1] == luhn_digit(number[:-1]) and len(number) == 13
    number = written("############", "mod97")
    assert int(number) % 97 == 1


def test_about_half_of_the_apps_tell_the_moment():
    forms = [draw_reference_form(np.random.default_rng(seed), "US") for seed in range(400)]
    assert 0.4 < np.mean([form in DATED for form in forms]) < 0.6
    assert tells_seconds("{unix}") and not tells_seconds("T{%y%m%d%H%M}")


def test_masked_accounts_keep_their_whole_number():
    account = draw_account("**** ####", "•", np.random.default_rng(2))
    assert re.fullmatch("•••• [0-9]{4}", account.shown) and len(account.full) == 8
    assert account.full.endswith(account.shown[-4:])
    card = draw_account("card", "•", np.random.default_rng(2))
    assert card.full[-1] == luhn_digit(card.full[:-1]) and card.shown.replace(" ", "") == card.full


def test_apps_write_accounts_as_their_country_does():
    forms = {draw_account_form(np.random.default_rng(seed), "DE") for seed in range(60)}
    assert "iban:DE" in forms and "iban:FR" not in forms
    assert re.fullmatch("[0-9]{4}-X[0-9a-f]", filled("####-Xh", np.random.default_rng(0)))
