"""The page of results: made from tables whose truth is known, it says what they hold."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import results
from realfake.pipeline.learning.forged import NOBODY, Forged
from realfake.pipeline.learning.strategies import choose_strategies
from realfake.pipeline.metrics.intervals import Interval
from realfake.pipeline.tables.table import Labelled, labelled

WORDS = 4  # of each image
IMAGES, FAKES = 96, 24


@pytest.fixture(scope="module")
def data():
    """Images of four apps that tell nothing as a whole, and words of which the edited ones stand apart."""
    rng = np.random.default_rng(0)
    label = np.repeat([1, 0], [FAKES, IMAGES - FAKES])
    known = pd.DataFrame(
        {
            "path": [f"{i}.png" for i in range(IMAGES)],
            "label": label,
            "group": [f"g{i}" for i in range(IMAGES)],
            "app": [f"app{i % 4}" for i in range(IMAGES)],
            "format": "PNG",
            "width": 100,
            "height": 100,
            "bytes": rng.integers(1000, 2000, IMAGES),
            "error": "",
        }
    )
    images = labelled(known.assign(ela__f__mean=rng.normal(size=IMAGES), ela__g__mean=rng.normal(size=IMAGES)))
    rows = np.repeat(np.arange(IMAGES), WORDS)
    edited = ((np.arange(len(rows)) % WORDS == 0) & (label[rows] == 1)).astype(np.int8)
    words = (
        known.iloc[rows]
        .reset_index(drop=True)
        .assign(layout__a__b=rng.normal(size=len(rows)) + 3 * edited, layout__c__d=rng.normal(size=len(rows)))
    )
    made = rng.integers(FAKES, IMAGES, 40)
    forged = pd.DataFrame({"path": [f"f{i}" for i in range(40)], "layout__a__b": 3.0, "layout__c__d": 0.0})
    further = Forged(forged, np.ones(40, np.int8), images.groups[made], np.full(40, NOBODY))
    return results.Data(images, Labelled(words, edited, images.groups[rows]), words, further)


@pytest.fixture
def quick(monkeypatch):
    few = ("plain", "class-weight", "smote", "random-under", "logistic", "forge")
    changed = {
        "WORD_STRATEGIES": few,
        "FEW": ("plain", "class-weight", "smote", "forge"),
        "SMOTES": ("smote",),
        "PARTS": ("random-under",),
        "RARITY": 6,
        "RUNGS": (6,),
        "FOLDS": 2,
    }
    for name, value in changed.items():
        monkeypatch.setattr(results, name, value)
    monkeypatch.setattr(
        results,
        "choose_strategies",
        lambda: choose_strategies(["logistic"]),
    )


def test_the_page_finds_edits_in_words_and_nothing_in_whole_images(data, quick, tmp_path):
    images = results.kept(tmp_path / "i.csv", lambda: results.on_images(data.images, 0, 1))
    rungs = {}
    for ratio, names in ((None, results.FEW), (6, results.WORD_STRATEGIES)):
        made = results.on_words(data, names, ratio, 0, 1)
        rungs[results.named(ratio, data)] = results.kept(tmp_path / f"w{ratio}.csv", lambda made=made: made)
    assert list(rungs) == ["1:3", "1:6"]
    unseen = results.apps_left_out(data, 0, 1)
    assert len(unseen) == len(results.FEW) * IMAGES * WORDS
    whole = pd.DataFrame({"strategy": "starter", "path": data.images.frame["path"], "score": data.images.y * 1.0})
    page = results.page(data, images, rungs, unseen, whole, {"measure": 0.5, "forge": 0.8}, (72, 24, 4, 40, 0))
    assert "{{" not in page and "nan" not in page
    assert "That is chance" in page and "| starter " in page
    for line in page.splitlines():
        if line.startswith("| logistic ") and "[" in line and line.count("|") > 7:
            assert float(line.split("|")[3].split()[0]) > 0.8  # ROC-AUC of words
    called = []
    results.kept(tmp_path / "i.csv", lambda: called.append(1))
    assert not called  # an earlier run is taken over


def test_words_teach_where_their_image_teaches_and_are_all_tested(data, quick):
    for split in results.image_splits(data.images, 6, 0):
        words = results.word_split(split, data, 0)
        paths = data.words.frame["path"].to_numpy()
        assert set(paths[words.train]) <= set(data.images.frame["path"].iloc[split.train])
        assert len(words.test) == WORDS * len(split.test)
        fakes = data.images.y[split.train].sum()
        assert fakes == round((data.images.y[split.train] == 0).sum() / 6)


def test_a_difference_counts_where_its_interval_leaves_out_nothing():
    said = [results.verdict(Interval(0, *bounds)) for bounds in ((0.1, 0.2), (-0.2, -0.1), (-0.1, 0.1))]
    assert said == ["better", "worse", "no different, as far as this set can tell"]
