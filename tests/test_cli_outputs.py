"""No command writes over what it reads, or under a name that promises another kind of file."""

import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.test_cli import FAST, here, picture, realfake, trained  # noqa: F401  (fixtures)


@pytest.fixture
def case(trained, here):  # noqa: F811
    """A folder with copies of images, manifest, table and model, and other names for them."""
    shutil.copytree(trained, here / "case")
    os.chdir(here / "case")
    Path("other").symlink_to(".")
    os.link("t.csv", "hard.csv")
    Path("link.csv").symlink_to("manifest.csv")
    Path("slip").symlink_to(IMAGE)
    Path("archive.csv").write_bytes(b"an archive, of which nothing is read")
    return here / "case"


def contents(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


IMAGE, MODEL = "images/00.png", ("-M", "model")


@pytest.mark.parametrize(
    "arguments",
    [
        ("extract", "images", *FAST, "-o", "slip"),
        ("extract", "-m", "manifest.csv", *FAST, "-o", "manifest.csv"),
        ("extract", "-m", "manifest.csv", *FAST, "-o", "link.csv"),
        ("predict", IMAGE, *MODEL, "-o", "slip"),
        ("predict", "-m", "manifest.csv", *MODEL, "-o", "other/manifest.csv"),
        ("predict", IMAGE, *MODEL, "-o", "model/metrics.csv"),
        ("predict", IMAGE, *MODEL, "--json", "-o", "model/model.json"),
        ("evaluate", "-m", "manifest.csv", *MODEL, "-o", "./other/manifest.csv"),
        ("evaluate", "-m", "manifest.csv", *MODEL, "-o", "model/metrics.csv"),
        ("compare", "t.csv", "-s", "plain", "-o", "t.csv"),
        ("compare", "t.csv", "-s", "plain", "-o", "hard.csv"),
        ("compare", "t.csv", "--test", "hard.csv", "-s", "plain", "-o", "other/t.csv"),
        ("report", "t.csv", "-o", "t.html"),
        ("report", "hard.csv", "-o", "t.html"),
        ("train", "t.csv", "-s", "plain", "-o", "."),
        ("train", "t.csv", "-s", "plain", "--from", "model", "--regions", "t.csv", "-o", "other/model"),
        ("extract", IMAGE, *FAST, "-A", "archive.csv", "-o", "archive.csv"),
        ("predict", IMAGE, *MODEL, "-A", "archive.csv", "-o", "other/archive.csv"),
        ("predict", IMAGE, *MODEL, "-A", "archive.csv", "-o", "archive.csv"),
        ("explain", IMAGE, *MODEL, "-A", "archive.csv", "-o", "archive.csv"),
        ("map", IMAGE, "-f", "ela", "-o", IMAGE),
        ("map", IMAGE, "-f", "ela", "-o", "other/images/00.png"),
        ("sheet", "manifest.csv", "-o", IMAGE),
        ("forge", "images", "-o", "images"),
        ("forge", "manifest.csv", "-o", "."),
    ],
)
def test_an_input_is_never_written_over(case, arguments):
    before = contents(case)
    said = realfake(*arguments, code=1).stderr
    assert "which is read; choose another output" in said
    assert contents(case) == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("extract", "images", *FAST, "-o", "x.xlsx"), 2),
        (("extract", "images", *FAST, "-o", "x.json"), 2),
        (("predict", IMAGE, *MODEL, "-o", "p.xlsx"), 2),
        (("predict", IMAGE, *MODEL, "-o", "p.jsonl"), 2),
        (("predict", IMAGE, *MODEL, "--json", "-o", "p.csv"), 2),
        (("evaluate", "-m", "manifest.csv", *MODEL, "-o", "e.txt"), 2),
        (("compare", "t.csv", "-s", "plain", "-o", "c.json"), 2),
        (("report", "t.csv", "-o", "r.pdf"), 2),
        (("map", IMAGE, "-f", "ela", "-o", "m.jpg"), 2),
        (("explain", IMAGE, "-o", "e.txt"), 2),
        (("manifest", "images", "-o", "m.xlsx"), 2),
        (("sheet", "manifest.csv", "-o", "s.gif"), 1),
    ],
)
def test_an_ending_that_would_not_be_honoured_is_refused_with_those_that_are(case, arguments, code):
    before = contents(case)
    assert "end in one of ." in realfake(*arguments, code=code).stderr
    assert contents(case) == before


@pytest.mark.parametrize("name", ["p.csv.gz", "p.tsv"])
def test_predictions_are_what_their_name_says(case, name):
    realfake("predict", IMAGE, *MODEL, "-o", name)
    assert pd.read_csv(name, sep="\t" if name == "p.tsv" else ",")["path"].tolist() == [IMAGE]


def test_predictions_with_a_reviewers_column_are_not_lost(case):
    realfake("predict", IMAGE, *MODEL, "-o", "p.csv")
    realfake("predict", IMAGE, *MODEL, "-o", "p.csv")
    pd.read_csv("p.csv").assign(decision="paid out").to_csv("p.csv", index=False)
    before = Path("p.csv").read_bytes()
    assert "'decision'" in realfake("predict", IMAGE, *MODEL, "-o", "p.csv", code=1).stderr
    assert Path("p.csv").read_bytes() == before


def test_a_prediction_says_what_its_verdict_stands_on(case):
    Path("empty.png").touch()
    stdout = realfake("predict", "images", "empty.png", *MODEL, "--json", code=1).stdout
    rows = [json.loads(row) for row in stdout.splitlines()]
    assert list(rows[0])[:5] == ["path", "probability", "verdict", "reasons", "suspects"]
    for row in rows[:-1]:
        above = row["score"] > row["threshold"], row["score"] > row["review_threshold"]
        assert row["verdict"] == ("fake" if above[0] else "review" if above[1] else "no sign of editing")
        assert (row["width"], row["height"], len(row["sha256"]), len(row["model_sha256"])) == (96, 64, 64, 64)
        assert row["model_version"]
    ranked = sorted(rows[:-1], key=lambda row: row["score"])
    assert [row["probability"] for row in ranked] == sorted(row["probability"] for row in ranked)
    assert len({row["score"] for row in ranked}) == len({row["probability"] for row in ranked})
    assert rows[-1]["verdict"] == "error" and rows[-1]["score"] is None and rows[-1]["sha256"] is None


def test_scoring_and_measuring_need_no_label(case):
    Path("m.csv").write_text("path;label\nimages/00.png;\nimages/01.png;suspicious\nimages/02.png;fake\n")
    realfake("predict", "-m", "m.csv", *MODEL, "-o", "p.csv")
    realfake("extract", "-m", "m.csv", *FAST, "-o", "x.csv")
    assert pd.read_csv("x.csv")["label"].fillna("").tolist() == ["", "suspicious", "1"]
    Path("m.csv").write_text("path,label\nimages/00.png,1\nimages/01.png,\nimages/02.png,0\nimages/03.png,0\n")
    assert "1 of 4 images have no label" in realfake("evaluate", "-m", "m.csv", *MODEL, "-o", "e.csv").stderr
    assert pd.read_csv("e.csv")["images"].tolist() == [3]


def test_a_review_share_below_that_of_alarms_is_refused(case):
    refused = realfake("train", "t.csv", "-s", "plain", "--max-fpr", "0.1", "--review-fpr", "0.01", "-o", "m", code=2)
    assert "--review-fpr 0.01 is below --max-fpr 0.1" in refused.stderr


def test_a_table_of_words_is_refused_where_images_are_meant_and_the_reverse(case):
    words = pd.read_csv("t.csv").assign(region=0, x=0, y=0, region_width=9, region_height=9)
    words.to_csv("words.csv", index=False)
    for command in (
        ("compare", "words.csv", "-s", "plain"),
        ("train", "words.csv", "-o", "m"),
        ("report", "words.csv", "-o", "r.html"),
        ("audit", "words.csv"),
    ):
        assert "a row is a word; use --level region" in realfake(*command, code=1).stderr
    for command in (("compare", "t.csv", "--level", "region"), ("train", "t.csv", "--regions", "t.csv", "-o", "m")):
        assert "extract the images with --level region" in realfake(*command, code=1).stderr
    for command in (("predict", *MODEL), ("evaluate", *MODEL), ("extract", "-o", "y.csv")):
        assert "is a feature table" in realfake(*command, "-m", "words.csv", code=1).stderr
