"""Figures on streams whose truth is made here."""

import numpy as np
import pandas as pd
import pytest

import realfake
from realfake.service import statistics
from realfake.service.settings import Settings
from tests.desks import add_image, add_model

NOW = 1_800_000_000.0
CLEAN = "no sign of editing"


@pytest.fixture
def stream(database):
    """10 alarms, 8 decided: 6 fakes; 40 others, 10 drawn: 1 fake; 2 of the others that somebody picked: both fakes."""
    add_model(database)
    alarm = {"verdict": "fake", "scored": NOW - 10}
    rest = {"verdict": CLEAN, "scored": NOW - 2 * statistics.DAY, "draw_share": 0.25}
    for number in range(10):
        add_image(database, label=("fake" if number < 6 else "genuine") if number < 8 else None, labelled=NOW, **alarm)
    for number in range(10):
        add_image(database, drawn=True, label="genuine" if number else "fake", labelled=NOW, **rest)
    for number in range(30):
        add_image(database, label="fake" if number < 2 else None, labelled=NOW, **rest)
    return database


def told(database):
    return statistics.all_of(database, Settings(), NOW)


def test_alerts_a_day_and_the_precision_of_what_was_decided(stream):
    found = told(stream)
    days = found["days"]
    assert (days[-1]["images"], days[-1]["alerts"]) == (10, 10)
    assert (days[-3]["images"], days[-3]["alerts"]) == (40, 0)
    assert found["precision"]["value"] == 0.75 and found["precision"]["low"] < 0.5
    assert found["precision"]["sentence"] == "6 of 8 decided alarms were fakes."


def test_rates_count_what_chance_drew_and_not_what_somebody_picked(stream):
    rates = told(stream)["rates"]
    caught, missed = 10 * 6 / 8, 40 * 1 / 10
    assert rates["recall"]["value"] == pytest.approx(caught / (caught + missed))
    assert rates["fpr"]["value"] == pytest.approx((10 - caught) / (50 - caught - missed))
    assert rates["drawn"] == 10
    assert rates["recall"]["low"] < rates["recall"]["value"] < rates["recall"]["high"]


def test_what_nobody_looked_at_is_not_known(database):
    add_model(database)
    add_image(database, verdict="fake", label="fake")
    add_image(database, verdict=CLEAN)
    rates = told(database)["rates"]
    assert rates["recall"]["value"] is None and rates["sentence"].startswith("Not known: of 1 images none was decided")


def test_what_the_model_had_wrong_is_told(stream):
    learning = told(stream)["learning"]
    assert (learning["fakes"], learning["genuine"]) == (6 + 1 + 2, 2 + 9)
    assert (learning["missed"], learning["false_alarms"]) == (3, 2)


def test_scores_that_differ_from_those_of_training_are_told(database, tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    trained = statistics.Trained(pd.DataFrame({"score": rng.normal(size=2000)}), np.ones(2000))
    monkeypatch.setattr(statistics, "_trained", lambda *_: trained)
    add_model(database)
    for score in rng.normal(size=60):
        add_image(database, score=float(score), scored=NOW)
    assert told(database)["drift"]["sentence"].startswith("The last 7 days look like training")
    for score in rng.normal(3, size=120):
        add_image(database, score=float(score), scored=NOW)
    drift = told(database)["drift"]
    assert drift["psi"] > 0.25 and drift["sentence"].startswith("The last 7 days look very different from training")


def test_the_scores_of_training_stand_for_the_stream_that_is_expected():
    known = statistics._trained("starter", "x")
    scores, weights = known.rows["score"].to_numpy(), known.weights
    assert len(scores) == len(weights) == len(realfake.training_scores())
    assert weights[scores > 0.9].mean() < weights[scores < 0.1].mean(), "fakes are rarer than in training"


def test_kinds_of_files_that_came_lately_and_not_before_are_told(database, monkeypatch):
    untold = statistics.Trained(pd.DataFrame({"score": np.zeros(200)}), np.ones(200))  # no kinds of files
    monkeypatch.setattr(statistics, "_trained", lambda *_: untold)
    add_model(database)
    for number in range(120):
        old = number < 60
        add_image(database, channel="PNG" if old else "JPEG", scored=NOW - (20 * statistics.DAY if old else 0))
    found = told(database)["channels"]
    assert found["shares"] == [{"name": "JPEG", "before": 0, "lately": 60}, {"name": "PNG", "before": 60, "lately": 0}]
    assert "very different from what came in before" in found["sentence"]
    assert told(database)["apps"]["psi"] is None


def test_kinds_of_files_are_held_against_those_of_training_where_the_model_tells_them(database, monkeypatch):
    kinds = pd.DataFrame({"score": 0.0, "format": ["PNG", "JPEG"] * 100})
    monkeypatch.setattr(statistics, "_trained", lambda *_: statistics.Trained(kinds, np.full(200, 1.0)))
    add_model(database)
    for number in range(80):
        add_image(database, channel="PNG" if number % 2 else "JPEG", scored=NOW)
    found = told(database)["channels"]
    assert found["against"] == "training" and found["sentence"].startswith("The last 7 days look like training")
    assert found["shares"][0] == {"name": "JPEG", "before": 100, "lately": 40}


def test_a_model_in_the_shadow_is_compared_on_what_both_scored(database):
    import sqlalchemy as sa

    from realfake.service.schema import SCORES

    add_model(database)
    assert statistics.shadow_comparison(database) is None
    add_model(database, "next", "n" * 64, "shadow")
    assert statistics.shadow_comparison(database)["sentence"] == "next has scored no image yet."
    for verdict, other, label in (("fake", "fake", "fake"), ("fake", CLEAN, "genuine"), (CLEAN, "fake", "fake")):
        image = add_image(database, verdict=verdict, label=label)
        with database.write() as connection:
            connection.execute(
                sa.insert(SCORES).values(image=image, model="n" * 64, shadow=True, at=0.0, verdict=other)
            )
    found = statistics.shadow_comparison(database)
    assert (found["images"], found["changed"]) == (3, 2)
    assert found["fakes_caught"] == {"live": 1, "shadow": 2}
    assert found["false_alarms"] == {"live": 1, "shadow": 0}
