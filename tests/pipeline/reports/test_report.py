"""The report: every section filled from the run, nothing fetched from elsewhere, records read back as they were."""

import re
from dataclasses import replace

import numpy as np
import pytest

from realfake.forensics.errors import BadTable, RealfakeError
from realfake.pipeline.comparison.compare import compare_strategies
from realfake.pipeline.comparison.protocols import compare_under, imbalance_ladder
from realfake.pipeline.comparison.record import read_record
from realfake.pipeline.learning.strategies import STRATEGIES, choose_strategies
from realfake.pipeline.models.train import train_model
from realfake.pipeline.reports.report import family_ablation, report_page
from realfake.pipeline.settings import Alarms, CrossValidation, Protocol
from realfake.pipeline.tables.table import is_feature_table, labelled, read_table, write_table

SECTIONS = ["Data", "Results", "Pros and cons of each method", "What can be done to improve the model"]


@pytest.fixture(scope="module")
def run(make_table, tmp_path_factory):
    """A folder with a table of two families, one that tells and one that does not, and the records of its runs."""
    folder = tmp_path_factory.mktemp("run")
    frame = make_table(rows=240, fakes=40, columns=4, told=2, gap=2.0)
    frame["residual__noise__mean"] = np.random.default_rng(1).normal(size=240)
    frame["editor"] = np.where(frame["label"] == 1, "brush", "noop")
    write_table(frame, folder / "t.csv")
    data = labelled(read_table(folder / "t.csv"))
    found = compare_strategies(
        data, choose_strategies(["logistic", "random-under"]), CrossValidation(2, 2), replicates=50
    )
    found.write(folder / "m.csv")
    ladder = imbalance_ladder(data, [STRATEGIES["logistic"]], [6, 30], CrossValidation(2, 1), replicates=20)
    ladder.write(folder / "rarer.csv")
    compare_under(data, [STRATEGIES["logistic"]], CrossValidation(2, 1), Protocol(permute=True)).write(
        folder / "shuffled.csv"
    )
    train_model(data, STRATEGIES["logistic"], Alarms(0.05)).write(folder / "model")
    return folder, data, found, ladder


@pytest.fixture(scope="module")
def page(run):
    folder = run[0]
    return report_page([folder / "m.csv", folder / "rarer.csv", folder / "shuffled.csv"], folder / "r.html")


def test_every_section_stands_and_is_filled_from_the_run(run, page):
    _, _, found, _ = run
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", page) == SECTIONS
    row = found.metrics.set_index("strategy").loc["logistic"]
    assert f"{row['pr_auc']:.2f} [{row['pr_auc_low']:.2f}, {row['pr_auc_high']:.2f}]" in page
    for sentence in (
        "Lost without a family",
        "As fakes get rarer",
        "Shuffled labels",
        "Seconds to fit",
        "Costs",
        "Recall at few false alarms",
        "Reliability of",
        "Fakes that score lowest",
    ):
        assert sentence in page


def test_controls_stand_in_brackets_in_every_table(page):
    assert "<tr><td>(prior)</td>" in page and "<tr><td>prior</td>" not in page


def test_the_page_needs_nothing_from_elsewhere(page):
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)""", page)
    assert "<script" not in page and "http" not in re.sub(r"data:[^\"]*", "", page)
    assert 'name="viewport"' in page


def test_names_from_the_data_are_not_markup(make_table, tmp_path):
    frame = make_table(rows=60, fakes=20).assign(app="<b>&", path=[f"<i>{n}.png" for n in range(60)])
    frame.loc[::2, "app"] = "b"
    write_table(frame, tmp_path / "t.csv")
    made = report_page([tmp_path / "t.csv"], tmp_path / "r.html", strategies=["logistic"], cv=CrossValidation(2, 1))
    assert "<b>&" not in made and "&lt;b&gt;&amp;" in made and "<i>" not in made
    assert (tmp_path / "r.run" / "settings.json").is_file()


def test_a_record_is_read_back_as_it_was_written(run):
    folder, data, found, _ = run
    record = read_record(folder / "m.csv")
    assert record.kind == "comparison" and len(record.runs("logistic")) == 2
    np.testing.assert_array_equal(record.scores["score"], found.scores["score"])
    again = record.data()
    assert again is not None and len(again.y) == len(data.y)
    assert read_record(folder / "rarer.csv").kind == "imbalance"
    assert is_feature_table(folder / "t.csv") and not is_feature_table(folder / "m.csv")
    with pytest.raises(BadTable, match="has no record"):
        read_record(folder / "t.csv")


def test_a_model_has_a_report_too(run):
    folder = run[0]
    made = report_page([folder / "model"], folder / "r.html", ablate=False)
    assert "Decisions of this model" in made and "the expected share of false alarms" in made


def test_a_ladder_alone_is_no_report(run):
    with pytest.raises(RealfakeError, match="name a comparison or a model before it"):
        report_page([run[0] / "rarer.csv"], run[0] / "r.html")


def test_the_family_that_tells_is_the_one_whose_loss_is_felt(run):
    found = family_ablation(run[1], STRATEGIES["logistic"], 0)
    assert found[0].family == "ela" and found[0].loss_low > 0.1
    other = next(one for one in found if one.family == "residual")
    assert other.loss_low <= 0 <= other.loss_high + 0.02 and other.alone < 0.3


def test_records_of_other_images_are_named(run, make_table, tmp_path):
    folder, *_ = run
    write_table(make_table(rows=60, fakes=20), tmp_path / "other.csv")
    other = labelled(read_table(tmp_path / "other.csv"))
    imbalance_ladder(other, [STRATEGIES["logistic"]], [3], CrossValidation(2, 1), replicates=9).write(
        tmp_path / "few.csv"
    )
    page = report_page([folder / "m.csv", tmp_path / "few.csv"], tmp_path / "r.html", ablate=False)
    assert "few stands on other images than the rest of this page: 60, of which 20 are fakes" in page
    own = report_page([folder / "m.csv", folder / "rarer.csv"], tmp_path / "r.html", ablate=False)
    assert "stands on other images" not in own


def test_a_strategy_that_cannot_be_fitted_stands_in_the_report_with_the_reason(make_table, tmp_path, monkeypatch):
    def broken(rows, knobs):
        raise ValueError("this learner wants other data")

    monkeypatch.setitem(STRATEGIES, "random-under", replace(STRATEGIES["random-under"], build=broken))
    frame = make_table(rows=80, fakes=20, columns=3).assign(residual__noise__mean=1.0)  # one family tells nothing
    write_table(frame, tmp_path / "t.csv")
    names = ["logistic", "random-under"]
    made = report_page([tmp_path / "t.csv"], tmp_path / "r.html", strategies=names, cv=CrossValidation(2, 1))
    assert "random-under has no figures: strategy random-under cannot be fitted" in made
    assert "this learner wants other data" in made and "The best is logistic" in made
    assert "<td>random-under</td><td>failed</td>" in made
    record = read_record(tmp_path / "r.csv")
    assert "random-under" in set(record.table["strategy"]) and "random-under" not in set(record.metrics["strategy"])
