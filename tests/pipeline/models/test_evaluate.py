"""A frozen model on labelled images, whole and by slice."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from realfake.forensics.errors import BadManifest, BadTable
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.learning.strategies import STRATEGIES
from realfake.pipeline.models.evaluate import (
    evaluate_table,
    false_alarms_against_expected,
    localised,
    read_predictions,
    with_labels,
)
from realfake.pipeline.models.train import train_model
from realfake.pipeline.settings import Alarms
from realfake.pipeline.tables.table import TableWarning, labelled
from realfake.pipeline.verdicts import Verdict


@pytest.fixture(scope="module")
def model(make_table):
    return train_model(labelled(make_table(rows=300, fakes=45)), STRATEGIES["plain"], Alarms(0.05)).model


@pytest.fixture
def fresh(make_table):
    frame = make_table(rows=400, fakes=60, seed=5)
    kind = np.arange(400) % 2
    frame["tool"] = np.where(frame["label"] == 1, np.where(kind, "brush", "paste"), "")
    frame["app"] = np.where(kind, "north", "south")
    return frame


def test_the_whole_comes_first_and_slices_add_up(model, fresh):
    found = evaluate_table(model, fresh, ["tool", "app"]).set_index(["slice", "value"])
    tools, apps = [("tool", "brush"), ("tool", "paste"), ("tool", "(blank)")], [("app", "north"), ("app", "south")]
    assert list(found.index) == [("all", ""), *tools, *apps]
    whole = found.loc[("all", "")]
    assert (whole["images"], whole["fakes"], whole["genuine"]) == (400, 60, 340)
    caught = found["recall"].fillna(0) * found["fakes"]
    for column in ("tool", "app"):
        assert caught.loc[column].sum() == pytest.approx(caught.loc["all"].sum())
        assert found.loc[column, ["images", "fakes", "genuine"]].sum().tolist() == [400, 60, 340]


def test_rows_without_a_value_are_a_slice_of_their_own_and_lent_to_none(model, fresh):
    fresh["app"] = np.where(fresh["label"] == 1, "north", np.where(np.arange(400) % 2, "south", " "))
    found = evaluate_table(model, fresh, ["app"]).set_index("value")
    assert found.loc["north", ["images", "genuine"]].tolist() == [60, 0]
    assert np.isnan(found.loc["north", "fpr"]) and found.loc["north", "recall"] >= 0
    blank = (fresh["app"] == " ").to_numpy()
    assert found.loc["(blank)", "images"] == blank.sum()
    assert found.loc["(blank)", "fpr"] == pytest.approx(np.mean(model.scores(fresh)[blank] > model.decision.fake))


def test_a_screen_that_contradicts_itself_is_for_review_and_no_alarm_as_predict_has_it(model, fresh):
    scores, decision = model.scores(fresh), model.decision
    passed = np.flatnonzero((scores <= decision.review) & (fresh["label"] == 0).to_numpy())[:7]
    unjudged = np.flatnonzero((fresh["label"] == 0).to_numpy())[-2:]
    fresh.loc[unjudged, "abstain"] = "no words"
    plain = evaluate_table(model, fresh).iloc[0]
    fresh["contradictions"] = np.where(fresh.index.isin([*passed, unjudged[0]]), "9 is not 8", None)
    told = evaluate_table(model, fresh).iloc[0]
    assert told["review_genuine"] == plain["review_genuine"] + 8
    assert (plain["abstained"], told["abstained"]) == (2, 1)
    assert told["review"] == pytest.approx((told["review_genuine"] + told["review_fakes"]) / 399)
    same = ["recall", "fpr", "roc_auc", "prevalence", "fakes"]
    assert told[same].tolist() == plain[same].tolist()


def test_images_without_a_label_are_left_out_with_a_warning_and_strange_labels_refused():
    items = [Item("a.png", {"label": ""}), Item("b.png", {"label": 1}), Item("c.png", {"label": 0})]
    with pytest.warns(TableWarning, match="1 of 3 images have no label"):
        assert [item.path for item in with_labels(items)] == ["b.png", "c.png"]
    with pytest.raises(BadManifest, match="'maybe' for d.png"):
        with_labels([*items[1:], Item("d.png", {"label": "maybe"})])
    for none in (items[:1], [Item("e.png", {"app": "north"})]):
        with pytest.raises(BadManifest, match="no label"):
            with_labels(none)


PREDICTED = {
    "path": "a.png", "verdict": "fake", "reasons": "", "suspects": "[]", "score": "0.5", "model_sha256": "0",
    "sha256": "0", "width": "9", "height": "9", "contradictions": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"verdict": None}, "lacks the column 'verdict'"),
        ({"score": "inf"}, r"the score inf, which is not in 0\.\.1"),
        ({"score": "-0.1"}, "the score -0.1"),
        ({"score": "high"}, "cannot be read"),
    ],
)
def test_what_predict_did_not_write_is_refused(tmp_path, change, sentence):
    row = {name: cell for name, cell in (PREDICTED | change).items() if cell is not None}
    pd.DataFrame([row]).to_csv(tmp_path / "p.csv", index=False)
    with pytest.raises(BadTable, match=sentence):
        read_predictions(tmp_path / "p.csv")


@pytest.mark.parametrize("text", ["{", "[1]", "7", '{"path": "a.png"}'])
def test_lines_that_are_no_predictions_are_refused(tmp_path, text):
    (tmp_path / "p.jsonl").write_text(text + "\n")
    with pytest.raises(BadTable, match="cannot be read|lacks the column"):
        read_predictions(tmp_path / "p.jsonl")


@pytest.mark.parametrize("suspects", ["x", '[{"score": 1}]', '{"box": 1}', '[{"box": [1, 2]}]', "7"])
def test_suspects_that_are_no_boxes_are_refused(suspects):
    table = pd.DataFrame([{"mask": "m.png", "suspects": suspects, "width": 9, "height": 9}])
    with pytest.raises(BadTable, match="row 0 has suspects that are no boxes"):
        localised(table)


def test_recall_and_rate_are_the_counts_at_the_stored_threshold(model, fresh):
    row = evaluate_table(model, fresh).iloc[0]
    alarm = model.scores(fresh) > model.decision.fake
    assert row["recall"] == pytest.approx(alarm[fresh["label"] == 1].mean())
    assert row["fpr"] == pytest.approx(alarm[fresh["label"] == 0].mean())


def test_alarms_on_files_saved_without_an_edit_are_counted_apart(model, fresh):
    assert "noop_fpr" not in evaluate_table(model, fresh)
    fresh["editor"] = np.where((fresh["label"] == 0) & (np.arange(400) < 100), "noop-jpeg", "")
    untouched = fresh["editor"] == "noop-jpeg"
    row = evaluate_table(model, fresh).iloc[0]
    assert row["noop_images"] == untouched.sum()
    assert row["noop_fpr"] == pytest.approx(np.mean(model.scores(fresh)[untouched] > model.decision.fake))
    assert row["noop_fpr_low"] <= row["noop_fpr"] < row["noop_fpr_high"]


def test_images_that_could_not_be_measured_are_counted_and_in_no_figure(model, fresh):
    fresh.loc[fresh.index[:10], "error"] = "truncated"
    row = evaluate_table(model, fresh).iloc[0]
    assert row["abstained"] == 10 and row["images"] == 400
    assert row["recall"] * (fresh["label"][10:] == 1).sum() == pytest.approx(
        (model.scores(fresh)[10:] > model.decision.fake)[fresh["label"][10:] == 1].sum()
    )


def test_a_slice_without_a_class_has_only_what_that_class_can_tell(model, fresh):
    fresh.loc[fresh["app"] == "north", "label"] = 0
    row = evaluate_table(model, fresh, ["app"]).set_index("value").loc["north"]
    assert row["fakes"] == 0
    assert np.isnan(row["recall"]) and np.isnan(row["pr_auc"])
    assert 0 <= row["fpr"] <= 1


def test_an_unknown_slice_or_missing_labels_are_refused(model, fresh):
    with pytest.raises(BadTable, match="no column 'editor' to slice by"):
        evaluate_table(model, fresh, ["editor"])
    with pytest.raises(BadTable, match="no column 'label'"):
        evaluate_table(model, fresh.drop(columns="label"))


def test_caught_fakes_are_localised_where_the_most_suspicious_word_lies_on_the_mask(model, fresh, tmp_path):
    mask = Image.new("L", (100, 50))
    mask.paste(255, (60, 0, 100, 50))
    mask.save(tmp_path / "mask.png")
    fresh["mask"] = np.where(fresh["label"] == 1, str(tmp_path / "mask.png"), "")
    fresh["width"], fresh["height"] = 100, 50
    caught = np.flatnonzero((model.verdicts(model.scores(fresh)) == Verdict.FAKE) & (fresh["label"] == 1))
    fresh["suspects"] = [json.dumps([{"box": [60 if i in caught[1:] else 10, 5, 30, 10]}]) for i in range(len(fresh))]
    row = evaluate_table(model, fresh).iloc[0]
    assert row["localised"] == pytest.approx(1 - 1 / len(caught))
    assert row["localised_low"] < row["localised"] < row["localised_high"]
    assert np.isnan(evaluate_table(model, fresh.drop(columns="mask")).iloc[0]["localised"])


@pytest.mark.parametrize(
    "low, value, high, verdict",
    [(0.02, 0.03, 0.05, "broken"), (0.0, 0.004, 0.009, "kept"), (0.0, 0.02, 0.04, "not shown by so few images")],
)
def test_what_a_threshold_promised_is_checked_on_fresh_images(low, value, high, verdict):
    model = SimpleNamespace(decision=SimpleNamespace(max_fpr=0.01, expected_fpr=0.01))
    figures = pd.DataFrame([{"genuine": 400, "fpr": value, "fpr_low": low, "fpr_high": high}])
    said = false_alarms_against_expected(model, figures)
    assert "allowed 1.00% false alarms" in said and verdict in said
    model.decision.max_fpr = None  # the rule "costs" states what it expects
    assert "expected 1.00% false alarms" in false_alarms_against_expected(model, figures)
    assert "no genuine image" in false_alarms_against_expected(model, figures.assign(genuine=0))
