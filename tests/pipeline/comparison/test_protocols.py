"""Leaving out, rarer fakes, shuffled labels and another data set: what is trained on, and what is not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from realfake.forensics.errors import BadTable, TooFewFakes, UnknownName
from realfake.pipeline.comparison.protocols import (
    compare_under,
    genuine_per_fake,
    imbalance_ladder,
    leave_out,
    shuffled,
    transfer,
    undersample_fakes,
)
from realfake.pipeline.learning.cross_validation import Split
from realfake.pipeline.learning.strategies import STRATEGIES, choose_strategies
from realfake.pipeline.settings import Alarms, CrossValidation, Protocol
from realfake.pipeline.tables.present import readable
from realfake.pipeline.tables.table import TableWarning, labelled

ONE = [STRATEGIES["random-under"], STRATEGIES["prior"]]


@pytest.fixture
def apps(make_table):
    frame = make_table(rows=240, fakes=48, per_group=2)
    frame["app"] = [f"app{int(group[1:]) % 3}" for group in frame["group"]]
    frame["tool"] = np.where(frame["label"] == 1, np.where(np.arange(240) % 4 < 2, "brush", "paste"), "")
    return frame


def test_an_app_left_out_is_tested_whole_and_never_trained_on(apps):
    data = labelled(apps)
    splits = leave_out(data, "app")
    assert [split.held_out for split in splits] == ["app0", "app1", "app2"]
    for split in splits:
        assert set(apps["app"].iloc[split.test]) == {split.held_out}
        assert split.held_out not in set(apps["app"].iloc[split.train])
        assert len(split.test) == (apps["app"] == split.held_out).sum()


def test_a_tool_left_out_is_tested_against_genuine_images_that_are_not_trained_on_either(apps):
    data = labelled(apps)
    splits = leave_out(data, "tool")
    tested = np.concatenate([split.test for split in splits])
    assert len(tested) == len(set(tested)) == len(data.y)
    for split in splits:
        assert set(apps["tool"].iloc[split.test]) == {split.held_out, ""}
        assert split.held_out not in set(apps["tool"].iloc[split.train])
        assert not set(data.groups[split.test]) & set(data.groups[split.train])


def test_genuine_images_that_an_editor_only_saved_are_tested_beside_the_fakes_of_every_tool(apps):
    genuine = apps["label"] == 0
    apps.loc[genuine, "tool"] = np.where(np.arange(genuine.sum()) % 2, "noop", "noop-jpeg")
    splits = leave_out(labelled(apps), "tool")
    assert [split.held_out for split in splits] == ["brush", "paste"]
    for split in splits:
        assert set(apps["tool"].iloc[split.test]) == {split.held_out, "noop", "noop-jpeg"}
        assert {"noop", "noop-jpeg"} < set(apps["tool"].iloc[split.train])


def test_leaving_out_needs_a_column_with_two_values(apps):
    with pytest.raises(BadTable, match="no column 'device'"):
        leave_out(labelled(apps), "device")
    with pytest.raises(BadTable, match="1 value in 'app'"):
        leave_out(labelled(apps.assign(app="one")), "app")
    with pytest.raises(TooFewFakes, match="'brush' 0 groups of fakes would be left to train on, and it takes 3"):
        leave_out(
            labelled(apps.assign(tool=np.where(apps["label"] == 1, "brush", np.where(apps.index % 2, "x", "")))), "tool"
        )


def test_thinning_takes_fakes_only_and_takes_them_by_group():
    y = np.repeat([0, 1], [200, 40])
    groups = np.append(np.arange(200), 1000 + np.arange(40) // 4)
    split = Split(np.arange(0, 240), np.array([], int))
    thinned = undersample_fakes(split, y, groups, genuine_per_fake=10, seed=0)
    kept = thinned.train[y[thinned.train] == 1]
    assert (len(thinned.train) - len(kept), len(kept)) == (200, 20)
    assert len(set(groups[kept])) == 5
    assert undersample_fakes(split, y, groups, 2, 0) is None  # the data has fewer fakes
    assert undersample_fakes(split, y, groups, 50, 0) is None  # four fakes of one group teach nothing of others
    assert set(undersample_fakes(split, y, groups, 10, 1).train) != set(thinned.train)


def test_rarer_fakes_in_training_lower_the_figures_on_the_same_test_rows(make_table):
    data = labelled(make_table(rows=300, fakes=75, columns=3, gap=1.0))
    ladder = imbalance_ladder(data, ONE, [4, 30, 1000], CrossValidation(2, 2), replicates=20)
    assert list(ladder.metrics["imbalance"]) == ["1:4", "1:4", "1:30", "1:30"]
    mine = ladder.metrics.set_index(["imbalance", "strategy"])
    assert mine.loc[("1:4", "random-under"), "pr_auc"] > mine.loc[("1:30", "random-under"), "pr_auc"]
    assert mine.loc[("1:4", "prior"), "prevalence"] == mine.loc[("1:30", "prior"), "prevalence"] == 0.25
    folds = ladder.rungs["1:30"].folds
    np.testing.assert_array_equal(folds["train_fakes"], np.round((folds["train_rows"] - folds["train_fakes"]) / 30))
    assert ladder.notes["1:1000"].startswith("leaves fewer than 3 groups")


def test_a_ladder_without_a_rung_is_refused(make_table):
    data = labelled(make_table(rows=120, fakes=24))
    with pytest.raises(TooFewFakes, match="24 fakes and 96 genuine images, .* of 1:500 can be made; ask for 1:4 or"):
        imbalance_ladder(data, ONE, [500], CrossValidation(2, 1))
    assert list(imbalance_ladder(data, ONE, [4], CrossValidation(2, 1), replicates=5).rungs) == ["1:4"]  # as it says


def test_a_ladder_leaves_the_record_of_every_rung(make_table, tmp_path):
    seen: list[tuple[int, int]] = []
    data = labelled(make_table(rows=160, fakes=40))
    ladder = imbalance_ladder(
        data, ONE, [4, 10], CrossValidation(2, 1), replicates=5, progress=lambda done, total: seen.append((done, total))
    )
    ladder.write(tmp_path / "m.csv")
    assert {
        "1-4.csv",
        "1-4.run",
        "1-10.csv",
        "1-10.run",
        "metrics.csv",
        "metrics.md",
        "metrics.tex",
        "settings.json",
    } == {file.name for file in (tmp_path / "m.run").iterdir()}
    assert seen == [(i, 8) for i in range(1, 9)]


def test_shuffled_labels_keep_their_number_and_lose_their_meaning(apps):
    data = labelled(apps)
    mixed = shuffled(data, 0)
    assert mixed.y.sum() == data.y.sum() and not np.array_equal(mixed.y, data.y)
    assert np.array_equal(mixed.frame["label"], mixed.y)
    found = compare_under(data, ONE, CrossValidation(3, 2), Protocol(permute=True)).metrics.set_index("strategy")
    assert 0.35 < found.loc["random-under", "roc_auc"] < 0.65


def test_another_data_set_is_tested_without_what_it_shares(make_table, apps, tmp_path):
    other = make_table(rows=300, fakes=60, seed=3)
    other["group"] = [f"other{i}" for i in range(300)]
    other["sha256"] = [f"{i + 10_000:064x}" for i in range(300)]
    other.loc[:9, "group"] = "g1"
    with pytest.warns(TableWarning, match="10 images share a group or file"):
        found = transfer(labelled(apps), other, choose_strategies(["plain"]), alarms=Alarms(0.05))
    assert list(found.metrics["strategy"]) == ["plain", "prior", "container-only"]
    assert set(found.metrics["images"]) == {290}
    row = found.metrics.set_index("strategy").loc["plain"]
    assert row["pr_auc"] > 0.8
    found.write(tmp_path / "m.csv")
    scores = pd.read_csv(tmp_path / "m.run" / "scores.csv")
    mine = scores[scores["strategy"] == "plain"]
    assert len(scores) == 3 * 290 and not set(mine["group"]) & {"g1"}
    assert row["recall"] == pytest.approx((mine["verdict"] == "fake")[mine["label"] == 1].mean())
    with pytest.raises(BadTable, match="holds no group that"):
        transfer(labelled(apps), apps, ONE)


def test_one_protocol_at_a_time_and_imbalances_that_read(apps):
    with pytest.raises(UnknownName, match="one protocol at a time"):
        compare_under(labelled(apps), ONE, protocol=Protocol("app", permute=True))
    assert genuine_per_fake("1:50") == 50 and genuine_per_fake("2:25") == 12.5
    for text in ("50", "1:x", "0:5", "1:0"):
        with pytest.raises(UnknownName, match="is no imbalance"):
            genuine_per_fake(text)


def test_a_strategy_that_cannot_be_fitted_costs_no_transfer(apps, make_table, monkeypatch):
    def broken(rows, knobs):
        raise ValueError("this learner wants other data")

    monkeypatch.setitem(STRATEGIES, "random-under", replace(STRATEGIES["random-under"], build=broken))
    other = make_table(rows=120, fakes=30, seed=5)
    other["group"], other["sha256"] = [f"h{i}" for i in range(120)], [f"f{i}" for i in range(120)]
    table = transfer(labelled(apps), other, ONE).metrics.set_index("strategy")
    assert "this learner wants other data" in table.loc["random-under", "failed"]
    assert table.loc["prior", "roc_auc"] == 0.5 and table.loc["prior", "failed"] == ""
    assert list(readable(table.reset_index())["images"]) == ["-", "120"]
