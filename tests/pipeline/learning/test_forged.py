"""Forging as the rare class: further rows teach where all that they were made of teaches, and nowhere else."""

import os

import numpy as np
import pandas as pd
import pytest

from realfake.forensics.errors import BadTable, UnknownName
from realfake.pipeline.comparison.compare import compare_strategies
from realfake.pipeline.comparison.protocols import compare_under
from realfake.pipeline.learning.cross_validation import Further, LearningSet, out_of_fold_scores
from realfake.pipeline.learning.forged import NOBODY, Forged, forged_rows
from realfake.pipeline.learning.knobs import Knobs
from realfake.pipeline.learning.strategies import STRATEGIES, choose_strategies, one_strategy
from realfake.pipeline.metrics.ranking import roc_auc
from realfake.pipeline.models.train import train_model
from realfake.pipeline.settings import Alarms, CrossValidation
from realfake.pipeline.tables.labelled_words import labelled_words
from realfake.pipeline.tables.table import labelled, read_table
from realfake.pipeline.workflows.tables import forger
from tests.commands import realfake
from tests.lettering import slip

SMALL = Knobs(trees=30, leaves=8)


@pytest.fixture(scope="module")
def album(tmp_path_factory):
    """A folder with eight genuine slips, two of them called fake, and the tables of their images and words."""
    folder = tmp_path_factory.mktemp("album")
    os.chdir(folder)
    rows = ["path,label,group"]
    for i in range(8):
        slip(size=20 + i)[0].save(folder / f"{i}.png")
        rows.append(f"{i}.png,{int(i > 5)},g{i}")
    (folder / "m.csv").write_text("\n".join(rows))
    for level in ("image", "region"):
        families = ["-f", "ela"] if level == "image" else []
        realfake("extract", "-m", "m.csv", "-o", f"{level}.csv", "--level", level, *families)
    return folder


def test_every_genuine_image_is_forged_and_sent_itself_in_its_group(album, monkeypatch):
    monkeypatch.chdir(album)
    data = labelled(read_table("image.csv"))
    made = forged_rows(data, forger(1, 1))
    assert len(np.unique(made.groups)) == 6
    assert set(made.groups) == set(data.groups[data.y == 0])
    for group in np.unique(made.groups):
        assert sorted(made.y[made.groups == group]) == [0, 1, 1]
    assert np.isfinite(made.frame["ela__q90__mean"]).all()
    assert not (made.donors == made.groups).any()


def test_words_of_forged_images_are_known_by_their_masks(album, monkeypatch):
    monkeypatch.chdir(album)
    table = read_table("region.csv").assign(edited=lambda words: (words.index % 9 == 0) * 1.0)  # enough to learn from
    data = labelled_words(table)
    made = forged_rows(data, forger(1, 1))
    assert 0.005 < made.y.mean() < 0.4
    assert len(made.y) > 100
    assert set(made.groups) <= set(data.groups)


def test_a_table_whose_images_are_gone_is_refused(album, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadTable, match="images that are not there"):
        forged_rows(labelled(read_table(album / "image.csv")), forger(1, 1))


def test_rows_made_of_the_test_side_or_lent_by_it_teach_nothing():
    made = Forged(pd.DataFrame(index=range(4)), np.ones(4), np.array([1, 1, 2, 3]), np.array([NOBODY, 9, 1, 2]))
    assert made.usable(np.array([1, 2])).tolist() == [True, False, True, False]
    further = Further(np.ones((3, 1)), np.ones(3), np.array([[1, 1], [1, 2], [3, 3]]))
    X, y = LearningSet(np.zeros((2, 1)), np.zeros(2), np.array([1, 4]), further).taught()
    assert len(X) == len(y) == 3


def scarce(seed=0):
    """Few fakes among many genuine rows, and forged rows that look like the fakes."""
    rng = np.random.default_rng(seed)
    y = np.zeros(160, np.int8)
    y[::40] = 1
    X = rng.normal(size=(160, 12))
    X[y == 1, :4] += 1.5
    forged = rng.normal(size=(160, 12))
    forged[:, :4] += 1.5
    return X, y, Further(forged, np.ones(160, np.int8), np.arange(160).repeat(2).reshape(-1, 2))


def test_forged_rows_help_where_fakes_are_scarce():
    X, y, further = scarce()
    groups = np.arange(160)
    alone, helped = (
        np.mean(
            [
                roc_auc(y, out_of_fold_scores(LearningSet(X, y, groups, rows), STRATEGIES["plain"], 4, seed))
                for seed in range(3)
            ]
        )
        for rows in (None, further)
    )
    assert helped > alone + 0.03


def test_no_label_of_a_forged_row_reaches_the_scores_of_its_own_group():
    X, y, further = scarce()
    groups = np.arange(160)
    turned = further.X.copy()
    turned[7] = 50.0
    before, after = (
        out_of_fold_scores(
            LearningSet(X, y, groups, Further(rows, further.y, further.groups)), STRATEGIES["logistic"], 4, 0
        )
        for rows in (further.X, turned)
    )
    assert before[7] == after[7]
    assert (before != after).mean() > 0.5


def test_forge_takes_any_strategy_and_no_control():
    assert one_strategy("forge").build is STRATEGIES["plain"].build
    assert one_strategy("forge+smote").name == "forge+smote" and one_strategy("forge+smote").balanced
    assert [s.name for s in choose_strategies(["forge+smote", "logistic"]) if not s.control] == [
        "forge+smote",
        "logistic",
    ]
    assert not any(s.forged for s in choose_strategies())
    for wrong in ("forge+prior", "forge+x", "smote+forge", "forged"):
        with pytest.raises(UnknownName, match=r"forge or forge\+NAME"):
            one_strategy(wrong)


def test_a_comparison_forges_once_and_shows_it_beside_the_others(make_table):
    data, calls = labelled(make_table(rows=90, fakes=9, columns=4)), []

    def further_for(rows, forge, jobs, advance):
        calls.append(rows)
        frame = rows.frame.assign(label=1)
        return Forged(frame, np.ones(len(frame), np.int8), rows.groups, np.full(len(frame), NOBODY))

    made = further_for(data, None, 1, None)
    found = compare_strategies(
        data, choose_strategies(["forge+logistic", "logistic"]), CrossValidation(3, 1), replicates=20, forged=made
    )
    learnt = found.folds.set_index(["strategy", "fold"])["train_forged"]
    assert (learnt["logistic"] == 0).all() and (learnt["forge+logistic"] > 40).all()
    with pytest.raises(UnknownName, match="forges images, which cannot be done here"):
        compare_strategies(data, choose_strategies(["forge"]), CrossValidation(3, 1))
    with pytest.raises(UnknownName, match="leave the forge strategies out"):
        compare_under(data, choose_strategies(["forge"]))
    model = train_model(
        data, one_strategy("forge+logistic"), Alarms(0.1), cv=CrossValidation(3), knobs=SMALL, forged=made
    ).model
    assert model.strategy == "forge+logistic"
