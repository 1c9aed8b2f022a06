"""Columns of what was received before: made of earlier images alone, and of no label."""

import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import realfake
from realfake.forensics.errors import BadModel, UnknownName
from realfake.pipeline.archive.columns import Past, past_features, past_numbers
from realfake.pipeline.archive.finding import Finding
from tests.payments import payment, receipt, sent

NAMES = [entry.column for entry in past_features()]
CHANGED = {4: "ALMA KENT 41", 9: "OTTO FENK 73"}  # copies of the payments four before, with other names


@pytest.fixture(scope="module")
def received(tmp_path_factory):
    """Sixteen receipts in the order in which they came, two of them altered copies of earlier ones."""
    folder = tmp_path_factory.mktemp("received")
    rows = []
    for number in range(16):
        shown = payment(number)
        if number in CHANGED:
            shown = replace(payment(number - 4), name=CHANGED[number])
        sent(receipt(shown), 90).save(folder / f"{number}.png")
        group = number - 4 if number in CHANGED else number
        row = {"path": f"{number}.png", "label": int(number in CHANGED), "group": group}
        rows.append(row | {"came": f"2026-04-{number + 1:02}"})
    pd.DataFrame(rows).to_csv(folder / "manifest.csv", index=False)
    return folder


def table_of(folder, manifest="manifest.csv", **more):
    archive = folder / f"{manifest}.db"
    realfake.archive.add(archive=archive, manifest=folder / manifest, received="came")
    options = {"manifest": folder / manifest, "families": ["ela"], "archive": archive, "received": "came"}
    return realfake.extract(**options | more)


@pytest.fixture(scope="module")
def table(received):
    return table_of(received)


def test_a_table_tells_of_each_image_what_came_before_it(table):
    assert set(NAMES) <= set(table.columns)
    assert table["archive__copy__altered"].tolist() == [float(i in CHANGED) for i in range(16)]
    assert table["archive__copy__duplicate"].sum() == 0
    screens = table["archive__template__screens"]
    assert screens[:10].isna().all() and screens[12:].notna().all()


def test_labels_and_what_comes_later_are_not_in_them(received, table):
    known = pd.read_csv(received / "manifest.csv")
    other = known[:12].assign(label=1 - known["label"][:12])
    other.to_csv(received / "other.csv", index=False)
    again = table_of(received, "other.csv")
    pd.testing.assert_frame_equal(again[NAMES], table[NAMES][:12])


def test_an_image_is_told_nothing_of_copies_that_came_later(received, table):
    known = pd.read_csv(received / "manifest.csv")
    known["came"] = [f"2026-04-{16 - i:02}" for i in range(16)]  # the copies come before what they were made of
    known.to_csv(received / "backwards.csv", index=False)
    told = table_of(received, "backwards.csv").set_index(known["path"])
    assert not told.loc[[f"{i}.png" for i in CHANGED], "archive__copy__altered"].any()
    assert told.loc[[f"{i - 4}.png" for i in CHANGED], "archive__copy__altered"].all()


def test_shuffled_labels_score_at_chance_with_columns_of_an_archive(table):
    rng = np.random.default_rng(0)
    rows = table.loc[np.repeat(np.arange(16), 8)].reset_index(drop=True)
    rows[NAMES] += rng.normal(scale=0.01, size=(len(rows), len(NAMES)))
    rows["label"], rows["group"] = rng.permutation(np.repeat([0, 1], [96, 32])), np.arange(len(rows)) // 8
    cv = realfake.CrossValidation(folds=4, repeats=2)
    found = realfake.compare(rows[["path", "label", "group", *NAMES]], ["logistic"], cv=cv).metrics
    assert 0.3 < found.set_index("strategy").loc["logistic", "roc_auc"] < 0.7


def test_numbers_stand_for_what_was_found_and_nothing_for_what_could_not_be():
    numbers = past_numbers(Finding("unknown"))
    assert list(numbers) == NAMES
    assert numbers["archive__copy__altered"] == 0
    assert np.isnan([value for name, value in numbers.items() if "copy__" not in name]).all()


def test_what_fills_them_may_be_sent_to_workers():
    past = Past("archive.db", {"a.png": "2026-04-23T00:00:00"})
    assert pickle.loads(pickle.dumps(past)) == past
    assert past.columns == NAMES


def test_a_model_that_learnt_from_an_archive_asks_for_one(received, table):
    rows = table.loc[np.repeat(np.arange(16), 4)].reset_index(drop=True).assign(group=np.arange(64) // 4)
    alarms = realfake.Alarms(max_fpr=0.2, review_fpr=0.3)
    model = realfake.train(rows, "logistic", alarms=alarms, cv=realfake.CrossValidation(folds=2)).model
    with pytest.raises(BadModel, match="predict with --archive"):
        realfake.predict(received / "9.png", model=model)
    told = realfake.predict(received / "9.png", model=model, archive=received / "manifest.csv.db")
    assert told["case"].tolist() == ["altered"]
    assert told["verdict"].iloc[0] in ("review", "fake")


def test_words_have_no_such_columns(received):
    with pytest.raises(UnknownName, match="is told of images"):
        table_of(received, level="region")
