"""Habits as a user meets them: read from screenshots, listed, learnt from, told of a new image, switched off."""

from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from realfake.forensics.content.reading import choose_reader
from realfake.pipeline.models.model import load_model
from tests.commands import realfake
from tests.lies import false_receipt

pytestmark = pytest.mark.skipif(choose_reader() is None, reason="no reader of text is installed")
FIRST = datetime(2026, 3, 2, 13, 17)
RULE = "bank/reference/time@7"


def receipt(number: int, hours: int = 0):
    """A receipt whose reference tells its time, and so many hours that it prints besides."""
    when = FIRST + timedelta(days=3 * number, hours=number // 2, minutes=7 * number)
    reference = f"T{when:%y%m%d%H%M}{(number * 7919 + 374) % 1000:03d}"
    return false_receipt(
        {
            "Amount": f"${120 + 13 * number}.50",
            "Date": f"{when + timedelta(hours=hours):%d/%m/%Y %H:%M}",
            "Reference": reference,
            "Recipient": "Lena Ktle",
        }
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Fifteen genuine receipts of an app and five fakes, with the tables of their features and of their values."""
    folder = tmp_path_factory.mktemp("habits")
    rows = ["path,label,group,app"]
    for number in range(15):
        receipt(number).save(folder / f"genuine{number}.png")
        rows.append(f"genuine{number}.png,0,g{number},bank")
    for number in range(5):
        receipt(number, 2).save(folder / f"fake{number}.png")
        rows.append(f"fake{number}.png,1,g{number},bank")
    receipt(20).save(folder / "honest.png")
    receipt(20, 3).save(folder / "forged.png")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n")
    extract = "extract", "-m", folder / "manifest.csv", "-o"
    realfake(*extract, folder / "features.csv", "--families", "ela")
    realfake(*extract, folder / "fields.csv", "--level", "field")
    train = "train", folder / "features.csv", "--fields", folder / "fields.csv", "-s", "logistic"
    realfake(*train, "--max-fpr", 0.1, "-o", folder / "model")
    return folder


def test_the_table_of_values_holds_no_value(folder):
    text = (folder / "fields.csv").read_text()
    assert "Lena" not in text and "T260302" not in text
    assert "yymmddHHMM" in text


def test_habits_are_listed_from_a_table_and_from_a_model(folder):
    listed = realfake("habits", folder / "fields.csv", "-o", folder / "rules.csv").stdout
    assert RULE in listed and "HHMM at 7" in listed
    rules = pd.read_csv(folder / "rules.csv").set_index("id")
    assert rules.loc[RULE, "support"] == 15 and rules.loc[RULE, "p_value"] < 1e-10
    assert RULE in realfake("habits", folder / "model").stdout


def test_a_model_tells_what_a_new_receipt_contradicts(folder):
    found = pd.DataFrame(
        realfake_predicts(folder / name, folder / "model") for name in ("honest.png", "forged.png")
    ).set_index("path")
    sentence = "all 15 receipts of this app agreed before"
    assert sentence not in found.loc[str(folder / "honest.png"), "reasons"]
    forged = found.loc[str(folder / "forged.png")]
    assert "the reference says 01:37, the receipt 04:37; " + sentence in forged["reasons"]
    assert sentence in forged["suspects"]
    assert forged["probability"] > found.loc[str(folder / "honest.png"), "probability"]


def realfake_predicts(image: Path, model: Path) -> pd.Series:
    output = image.with_suffix(".csv")
    realfake("predict", image, "--model", model, "-o", output)
    return pd.read_csv(output).iloc[0]


def test_a_habit_that_is_switched_off_is_told_no_more(folder):
    realfake("habits", folder / "model", "--without", RULE, "-o", folder / "changed")
    assert RULE not in {habit.id for habit in load_model(folder / "changed").habits.habits}
    told = realfake_predicts(folder / "forged.png", folder / "changed")["reasons"]
    assert "the reference says" not in told


def test_what_knows_no_habits_and_a_wrong_id_are_said_so(folder):
    for arguments, code, sentence in (
        (["starter"], 2, "does not exist"),
        ([folder / "features.csv"], 1, "has no column 'called'; extract it with --level field"),
        ([folder / "model", "--without", "x"], 2, "there is no habit 'x'"),
    ):
        assert sentence in realfake("habits", *arguments, code=code).output


def test_compare_holds_images_against_habits_of_other_groups(folder):
    compare = "compare", folder / "features.csv", "--fields", folder / "fields.csv", "-s", "logistic", "--folds", 3
    shown = realfake(*compare, "--repeats", 1, "-o", folder / "metrics.csv").stdout
    assert "logistic" in shown
    metrics = pd.read_csv(folder / "metrics.csv").set_index("strategy")
    assert metrics.loc["logistic", "roc_auc"] > 0.9
