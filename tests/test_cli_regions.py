"""The region level as a user meets it: words with the share that was edited, and a model that stands on both levels."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageDraw

from realfake.forensics.catalog import catalogue
from realfake.forensics.text.regions import region_catalogue
from realfake.pipeline.models.folder import SCORER, SECOND
from realfake.pipeline.models.model import load_model
from tests.commands import realfake
from tests.lettering import slip, write

IMAGES, WORDS = 40, 6  # of the tables made here; every fourth image is a fake with two edited words
TOLD = "ink__colour__blue__z_line"


def test_words_under_the_mask_of_a_fake_are_edited_and_those_of_a_genuine_slip_are_not(tmp_path):
    picture, _, values = slip()
    picture.save(tmp_path / "genuine.png")
    covered = values[2].grown(4, *picture.size)
    edges = (covered.x, covered.y, covered.right - 1, covered.bottom - 1)
    ImageDraw.Draw(picture).rectangle(edges, "white")
    write(picture, "9 247 EK", 208, 156)
    picture.save(tmp_path / "fake.png")
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).rectangle(edges, 255)
    mask.save(tmp_path / "mask.png")
    rows = "genuine.png,0,a,\nfake.png,1,a,mask.png\n"
    (tmp_path / "manifest.csv").write_text(f"path,label,group,mask\n{rows}")
    realfake("extract", "-m", tmp_path / "manifest.csv", "--level", "region", "-o", tmp_path / "words.csv")
    words = pd.read_csv(tmp_path / "words.csv")
    genuine, fake = words[words["label"] == 0], words[words["label"] == 1]
    assert len(genuine) > 16 and (genuine["edited"] == 0).all()
    under = fake["x"].between(covered.x, covered.right - 1) & fake["y"].between(covered.y, covered.bottom - 1)
    assert (fake.loc[under, "edited"] == 1).all() and under.sum() >= 2
    assert (fake.loc[~under, "edited"] == 0).all()
    assert [entry.column for entry in region_catalogue()] == list(words.columns[-len(region_catalogue()) :])


@pytest.fixture(scope="module")
def tables(tmp_path_factory) -> Path:
    """A folder with a feature table that tells nothing, and the table of the same images' words, which tells fakes."""
    folder, rng = tmp_path_factory.mktemp("tables"), np.random.default_rng(0)
    label = (np.arange(IMAGES) % 4 == 0) * 1
    paths = [f"image{i}.png" for i in range(IMAGES)]
    images = pd.DataFrame({"path": paths, "error": "", "label": label, "group": [f"g{i}" for i in range(IMAGES)]})
    features = [entry.column for entry in catalogue(["ela"])]
    images[features] = rng.normal(size=(IMAGES, len(features)))
    images.to_csv(folder / "images.csv", index=False)
    edited = (label[:, None] * (np.arange(WORDS) < 2)).ravel()
    columns = [entry.column for entry in region_catalogue()]
    measured = pd.DataFrame(rng.normal(size=(len(edited), len(columns))), columns=columns)
    measured[TOLD] += 12 * edited
    place = pd.DataFrame(
        {"path": np.repeat(paths, WORDS), "error": "", "region": np.tile(np.arange(WORDS), IMAGES), "edited": edited}
    )
    pd.concat([place, measured], axis=1).to_parquet(folder / "words.parquet")
    return folder


def test_a_model_of_both_levels_is_trained_and_names_the_words_of_a_new_image(tables, tmp_path):
    tables_of = (tables / "images.csv", "--regions", tables / "words.parquet")
    realfake("train", *tables_of, "-s", "logistic", "--max-fpr", "0.1", "-o", tmp_path / "model")
    assert (tmp_path / "model" / SCORER).exists()
    assert SCORER in (tmp_path / "model" / "SHA256SUMS").read_text()
    facts = json.loads((tmp_path / "model" / "model.json").read_text())
    assert facts["families"] == ["ela", "regions"] and TOLD in facts["scorer"]["columns"]
    assert SECOND in (tmp_path / "model" / "SHA256SUMS").read_text()
    figures = pd.read_csv(tmp_path / "model" / "metrics.csv").iloc[0]
    assert figures["roc_auc"] > 0.8  # the words tell what the images do not
    picture, _, values = slip()
    picture.save(tmp_path / "slip.png")
    out = tmp_path / "out.jsonl"
    realfake("predict", tmp_path / "slip.png", "-M", tmp_path / "model", "--json", "-o", out)
    prediction = json.loads(out.read_text())
    assert prediction["verdict"] in {"no sign of editing", "review", "fake"} and 0 <= prediction["probability"] <= 1
    assert prediction["suspects"]
    for suspect in prediction["suspects"]:
        assert set(suspect) == {"box", "score", "reasons"}
        x, y, width, height = suspect["box"]
        assert 0 <= x <= picture.width - width and 0 <= y <= picture.height - height
    scores = [suspect["score"] for suspect in prediction["suspects"]]
    assert scores == sorted(scores, reverse=True)
    realfake("train", *tables_of, "--from", tmp_path / "model", "-s", "logistic", "-o", tmp_path / "next")
    words = pd.read_parquet(tables / "words.parquet")
    first, second = (load_model(tmp_path / name).scorer for name in ("model", "next"))
    assert first is not None and second is not None
    np.testing.assert_array_equal(second.scores(words), first.scores(words))
    realfake("train", *tables_of, "--no-second-look", "-s", "logistic", "-o", tmp_path / "once")
    assert not (tmp_path / "once" / SECOND).exists()
    realfake("predict", tmp_path / "slip.png", "-M", tmp_path / "once", "--json", "-o", out)
    assert json.loads(out.read_text())["verdict"] in {"no sign of editing", "review", "fake"}
