"""Habits of an app."""

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from realfake.forensics.errors import BadTable, UnknownName
from realfake.pipeline.habits.habit import HOLE, KINDS, PITCH
from realfake.pipeline.habits.habits import (
    FAMILY,
    cross_fitted_habits,
    habit_features,
    habits_from_json,
    learn_from,
    learn_habits,
    with_habits,
)
from realfake.pipeline.habits.screens import screens_of
from tests.habitual import changed, receipts_of, retimed, table

NOON = datetime(2026, 3, 3, 12, 30)


@pytest.fixture(scope="module")
def genuine():
    return receipts_of("yymmddHHMM")


@pytest.fixture(scope="module")
def habits(genuine):
    return learn_habits(table(genuine))


def contradicted(habits, receipt, app="bank"):
    """The kinds that a receipt contradicts, by how often."""
    row = habits.columns(table({"new.png": receipt}, 1, app)).iloc[0]
    return {kind: int(count) for kind in KINDS if (count := row[f"{FAMILY}__{kind}__contradicted"]) > 0}


def fresh():
    return next(iter(receipts_of("yymmddHHMM", 1, seed=99).values()))


def test_what_is_always_so_is_learnt(habits):
    told = habits.table().set_index("id")
    assert told.loc["bank/reference/time@1", "rule"] == "reference holds date: yymmdd at 1"
    assert told.loc["bank/reference/time@7", "rule"] == "reference holds date: HHMM at 7"
    assert told.loc["bank/reference/length", "rule"] == "reference has 17 letters and digits"
    assert told.loc["bank/reference/alphabet", "rule"] == "reference is made of digits and capitals"
    assert "=amount+fee" in told.loc["bank/total/sum", "rule"]
    assert (told["p_value"].dropna() < 0.01).all()
    assert set(told["kind"]) == {"time", "sum", "length", "alphabet", "format", "place", HOLE, PITCH}


def test_a_genuine_receipt_contradicts_nothing(habits):
    row = habits.columns(table({"new.png": fresh()})).iloc[0]
    assert row[f"{FAMILY}__contradicted__count"] == row[f"{FAMILY}__unsure__count"] == 0
    assert row[f"{FAMILY}__surprise__largest"] == 0
    assert row[f"{FAMILY}__known__count"] == sum(habit.kind in KINDS for habit in habits.habits)


def test_another_time_contradicts_the_reference(habits):
    assert contradicted(habits, retimed(fresh(), NOON)) == {"time": 2}


def test_another_amount_contradicts_the_sum(habits):
    fake = changed(fresh(), "total", text="$9,120.00", amount=Decimal("9120.00"))
    assert contradicted(habits, fake) == {"sum": 3}


@pytest.mark.parametrize(
    ("reference", "kind"),
    [
        (lambda told: told[:8], "length"),
        (lambda told: told + "12", "length"),
        (lambda told: told[:11] + "abcdef", "alphabet"),
        (lambda told: told[:5] + "--" + told[5:], "format"),
    ],
)
def test_another_identifier_contradicts_its_grammar(habits, reference, kind):
    told = fresh()
    text = next(value.text for value in told.values if value.key == "reference")
    assert contradicted(habits, changed(told, "reference", text=reference(text))) == {kind: 1}


@pytest.mark.parametrize("text", ["25/11/2026 12:30", "2026-11-25T12:30:00", "25.11.26"])
def test_another_form_of_a_date_contradicts_the_format(habits, text):
    assert contradicted(habits, changed(fresh(), "date", text=text)) == {"format": 1}


def test_one_misread_sign_is_no_contradiction(habits):
    told = fresh()
    text = next(value.text for value in told.values if value.key == "reference")
    alike = text.replace("0", "O"), text.replace("5", "S")
    for misread in (text[:-1], text[:3] + text[4:], text[:9] + "-" + text[9:], *alike):
        assert contradicted(habits, changed(told, "reference", text=misread)) == {}
    short = habits.columns(table({"new.png": changed(told, "reference", text=text[:-1])})).iloc[0]
    assert short[f"{FAMILY}__unsure__count"] == 1
    assert short[f"{FAMILY}__time__known"] == 0
    assert short[f"{FAMILY}__surprise__largest"] > 0


def test_an_amount_that_lost_a_digit_to_the_reader_is_not_judged(habits):
    told = fresh()
    (total,) = [value for value in told.values if value.key == "total"]
    shorter = {"text": total.text[:2] + total.text[3:], "amount": Decimal(total.text[1] + total.text[3:])}
    assert contradicted(habits, changed(told, "total", **shorter)) == {"sum": 3}
    assert contradicted(habits, changed(told, "total", **shorter, box=total.box)) == {}


def test_a_value_that_was_hardly_read_is_not_judged(habits):
    assert contradicted(habits, changed(retimed(fresh(), NOON), "date", confidence=0.4)) == {}
    assert contradicted(habits, changed(fresh(), "reference", text="x", confidence=0.4)) == {}


def test_a_text_that_is_moved_contradicts_its_place(habits):
    told = fresh()
    for by, found in ((10, {}), (72, {"place": 1})):
        lines = [replace(one, box=one.box._replace(x=one.box.x + by * (one.text == "Reference"))) for one in told.lines]
        assert contradicted(habits, replace(told, lines=tuple(lines))) == found


def test_a_code_of_another_dialect_contradicts(genuine):
    from realfake.forensics.content.relations import facts

    def coded(receipts, dialect):
        parts = [facts(r, [dialect]).assign(path=p, width=1080, label=0, app="bank") for p, r in receipts.items()]
        return pd.concat(parts, ignore_index=True)

    habits = learn_habits(coded(genuine, "promptpay"))
    assert "bank/code" in set(habits.table()["id"])
    row = habits.columns(coded({"new.png": fresh()}, "pix")).iloc[0]
    assert row[f"{FAMILY}__code__contradicted"] == 1
    assert habits.columns(coded({"new.png": fresh()}, "promptpay")).iloc[0][f"{FAMILY}__code__contradicted"] == 0


def test_a_habit_that_was_seen_too_rarely_is_broken_but_contradicts_nothing(habits):
    """Twelve receipts show how a date is written; that a thirteenth is written otherwise says little."""
    row = habits.columns(table({"new.png": changed(fresh(), "date", text="25.11.26")})).iloc[0]
    assert row[f"{FAMILY}__format__contradicted"] == row[f"{FAMILY}__doubtful__count"] == 1
    assert row[f"{FAMILY}__contradicted__count"] == 0
    assert 0 < row[f"{FAMILY}__surprise__largest"] < 1.5
    surely = habits.columns(table({"new.png": retimed(fresh(), NOON)})).iloc[0]
    assert surely[f"{FAMILY}__contradicted__count"] == 2
    assert surely[f"{FAMILY}__doubtful__count"] == 0
    assert surely[f"{FAMILY}__surprise__largest"] > 1.7


def test_doubts_do_not_add_up(habits):
    """Two values in another form have one cause more often than two."""
    told = changed(fresh(), "date", text="25.11.26")
    both = changed(told, "fee", text="$1")
    one, two = (habits.columns(table({"new.png": shown})).iloc[0] for shown in (told, both))
    assert two[f"{FAMILY}__doubtful__count"] > one[f"{FAMILY}__doubtful__count"] == 1
    assert two[f"{FAMILY}__surprise__sum"] == one[f"{FAMILY}__surprise__sum"]


def test_signs_erased_inside_a_number_leave_a_hole(habits):
    told = fresh()
    (reference,) = [value for value in told.values if value.key == "reference"]
    erased = reference.text[:5] + " " + reference.text[9:]
    assert contradicted(habits, changed(told, "reference", text=erased, box=reference.box)) == {"length": 1, "hole": 1}
    assert contradicted(habits, changed(told, "reference", text=erased)) == {"length": 1}


def test_an_app_that_was_never_seen_has_no_habits(habits):
    from tests.habitual import receipt

    told = receipt(NOON, "T1", labels=" elsewhere")
    row = habits.columns(table({"new.png": told}, app="other")).iloc[0]
    assert row[f"{FAMILY}__template__near"] == row[f"{FAMILY}__known__count"] == 0
    assert np.isnan(row[f"{FAMILY}__contradicted__count"])


def test_fakes_are_never_learnt_from(genuine, habits):
    fakes = {f"fake{i}.png": retimed(told, NOON) for i, told in enumerate(list(genuine.values()) * 3)}
    both = pd.concat([table(genuine), table(fakes, 1)], ignore_index=True)
    assert learn_habits(both).to_json() == habits.to_json()


def test_too_few_receipts_teach_nothing(genuine):
    few = dict(list(genuine.items())[:4])
    assert learn_habits(table(few)) is None
    copies = {f"{copy}{path}": told for path, told in few.items() for copy in range(3)}
    facts = table(copies)
    captures = facts["path"].str[1:].factorize()[0]
    assert learn_habits(facts, captures) is None
    assert learn_habits(table(few, 1)) is None


def test_order_of_rows_and_names_of_files_do_not_matter(genuine, habits):
    backwards = table(dict(reversed(list(genuine.items()))))
    assert [h.id for h in learn_habits(backwards).habits] == [h.id for h in habits.habits]


def test_habits_come_back_from_json_as_they_were(habits):
    stored = json.loads(json.dumps(habits.to_json(), allow_nan=False))
    again = habits_from_json(stored)
    assert again.to_json() == habits.to_json()
    assert contradicted(again, retimed(fresh(), NOON)) == {"time": 2}


def test_a_habit_can_be_switched_off(habits):
    fake = retimed(fresh(), NOON)
    assert contradicted(habits.without(["bank/reference/time@7"]), fake) == {"time": 1}
    with pytest.raises(UnknownName, match="no habit 'nothing'"):
        habits.without(["nothing"])


def test_receipts_of_one_capture_are_judged_by_habits_learnt_without_them(genuine):
    """The app of one capture changes its references: its own copies must not teach that."""
    odd = {f"odd{i}.png": retimed(told, NOON) for i, told in enumerate(list(genuine.values())[:1] * 12)}
    facts = pd.concat([table(genuine), table(odd)], ignore_index=True)
    groups = facts["path"].where(~facts["path"].str.startswith("odd"), "odd").factorize()[0]
    columns, habits = cross_fitted_habits(facts, groups)
    mine = columns.set_index("path").loc[list(odd), f"{FAMILY}__time__contradicted"]
    assert (mine == 2).all()
    assert set(columns["path"]) == set(facts["path"])
    assert habits is not None


def test_a_group_teaches_nothing_to_itself(genuine):
    """Of two apps, all receipts of one are one capture: no habit of that app may reach its own receipts."""
    other = receipts_of("unixhex")
    facts = pd.concat([table(genuine), table(other, app="second")], ignore_index=True)
    groups = facts["path"].where(facts["app"] == "bank", "one").factorize()[0]
    columns, _ = cross_fitted_habits(facts, groups)
    near = columns.set_index("path")[f"{FAMILY}__known__count"]
    assert (near[list(genuine)] > 0).all()
    assert not (near[list(other)] > 0).any()


def test_how_surprising_a_contradiction_is_was_measured(genuine):
    many = {**genuine, **{f"more{path}": told for path, told in receipts_of("yymmddHHMM", 60, seed=3).items()}}
    sure, few = learn_habits(table(many)), learn_habits(table(genuine))
    fake = table({"new.png": retimed(fresh(), NOON)})
    largest = f"{FAMILY}__surprise__largest"
    assert sure.columns(fake)[largest].iloc[0] > few.columns(fake)[largest].iloc[0] > 1
    assert sure.rates["time:contradicts"][0] == 0


def test_a_contradiction_surprises_less_where_habits_are_expected_to_break(genuine):
    usual, loose = learn_habits(table(genuine)), learn_habits(table(genuine), broken=0.1)
    fake = table({"new.png": retimed(fresh(), NOON)})
    largest = f"{FAMILY}__surprise__largest"
    assert usual.columns(fake)[largest].iloc[0] > loose.columns(fake)[largest].iloc[0]
    assert habits_from_json(loose.to_json()).broken == 0.1


def test_every_column_has_unit_and_meaning():
    columns = [entry.column for entry in habit_features()]
    assert len(set(columns)) == len(columns) == 7 + 2 * len(KINDS)
    assert all(entry.unit and entry.meaning and entry.family == FAMILY for entry in habit_features())


def test_screens_keep_their_order(genuine, habits):
    facts = table(genuine)
    assert habits.columns(facts)["path"].tolist() == [screen.path for screen in screens_of(facts)] == list(genuine)


def images(facts):
    """A feature table of the images of a table of facts, whose labels only habits can tell."""
    known = facts.drop_duplicates("path")[["path", "label", "app"]].reset_index(drop=True)
    noise = np.random.default_rng(0).normal(size=len(known))
    return known.assign(group=known["path"].str.removeprefix("fake"), error="", ela__q75__mean=noise)


@pytest.fixture(scope="module")
def both():
    """Genuine receipts, and forgeries of some whose time was changed, in the group of their source."""
    shown = receipts_of("yymmddHHMM", 40)
    fakes = {f"fake{path}": retimed(told, NOON) for path, told in list(shown.items())[:12]}
    return pd.concat([table(shown), table(fakes, 1)], ignore_index=True)


def test_columns_are_joined_to_a_feature_table_by_path(both):
    joined, habits = with_habits(images(both), both.drop(columns=["label", "app"]))
    assert joined["path"].tolist() == images(both)["path"].tolist()
    wrong = joined.groupby("label")[f"{FAMILY}__contradicted__count"].mean()
    assert wrong[0] == 0
    assert wrong[1] == 2
    again, _ = with_habits(joined, both)
    pd.testing.assert_frame_equal(again, joined)
    assert habits.to_json() == learn_habits(both).to_json()


def test_tables_of_other_images_and_of_too_few_are_refused(both):
    with pytest.raises(BadTable, match="facts of 12 images that the table lacks, the first fake"):
        with_habits(images(both[both["label"] == 0]), both)
    few = both[both["path"].isin(both["path"].unique()[-15:])]
    with pytest.raises(BadTable, match="teaches no habits"):
        with_habits(images(few), few)
    with pytest.raises(BadTable, match="teaches no habits"):
        learn_from(few)


def test_shuffled_labels_are_not_told_by_habits(both):
    """Columns that are learnt from the labels of others must not tell one's own."""
    told = []
    for seed in range(10):
        shuffled = images(both)
        shuffled["label"] = np.random.default_rng(seed).permutation(shuffled["label"])
        try:
            joined, _ = with_habits(shuffled, both)
        except BadTable:
            continue
        count = joined[f"{FAMILY}__contradicted__count"].fillna(0)
        told.append(count[joined["label"] == 1].mean() - count[joined["label"] == 0].mean())
    assert len(told) > 5
    assert abs(np.mean(told)) < 0.25
