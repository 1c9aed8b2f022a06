"""Images saved anew: the labels stay, the figures are those of the new files, and what cannot be read is said."""

import os

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from realfake.data.resave import Resave
from realfake.forensics.errors import BadTable
from realfake.forensics.extract import extract_features
from realfake.forensics.limited import Limits
from realfake.pipeline.comparison.protocols import AS_DELIVERED, compare_under
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.extraction.launder import laundered, resaved
from realfake.pipeline.learning.strategies import STRATEGIES
from realfake.pipeline.models.evaluate import evaluate_laundered
from realfake.pipeline.models.train import train_model
from realfake.pipeline.settings import Alarms, CrossValidation
from realfake.pipeline.tables.table import labelled
from realfake.pipeline.workflows.given import scored_words_of

HELD = ("path", "label", "group")


@pytest.fixture(scope="module")
def album(tmp_path_factory):
    """Small PNG images of noise, the fakes rougher, and their feature table."""
    folder, rng = tmp_path_factory.mktemp("album"), np.random.default_rng(0)
    rows = []
    for number in range(36):
        label = int(number % 3 == 0)
        pixels = 128 + rng.normal(0, 40 if label else 8, (64, 64, 3))
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(folder / f"{number}.png")
        row = extract_features(str(folder / f"{number}.png"), ["ela", "container"])
        rows.append(row | {"label": label, "group": f"g{number}"})
    return pd.DataFrame(rows)


def test_an_image_is_measured_as_the_file_that_went_through_the_channel(album, tmp_path):
    data = labelled(album)
    anew = laundered(data, Resave(70, 0.5)).frame
    assert set(anew["format"]) == {"JPEG"} and set(anew["width"]) == {32}
    assert anew["path"].tolist() == album["path"].tolist() and anew["label"].tolist() == album["label"].tolist()
    with Image.open(album["path"][0]) as picture:
        (tmp_path / "0.jpg").write_bytes(Resave(70, 0.5)(np.array(picture)))
    by_hand = extract_features(str(tmp_path / "0.jpg"), ["ela"])
    assert anew["ela__q75__mean"][0] == by_hand["ela__q75__mean"]
    assert data.frame["format"].tolist() == ["PNG"] * 36


def test_a_grid_tests_on_each_channel_what_was_trained_on_images_as_they_came(album):
    found = compare_under(
        labelled(album), [STRATEGIES["logistic"]], CrossValidation(2, 1), launder=[Resave(90), Resave(50, 0.5)]
    )
    assert found.metrics["laundering"].tolist() == [AS_DELIVERED, "q90 x1", "q50 x0.5"]
    plain = compare_under(labelled(album), [STRATEGIES["logistic"]], CrossValidation(2, 1))
    first, worst = found.rungs[AS_DELIVERED].scores["score"], found.rungs["q50 x0.5"].scores["score"]
    np.testing.assert_array_equal(first, plain.scores["score"])
    assert not np.allclose(first, worst)


def test_a_grid_sums_up_words_anew_by_the_model_that_did_so_before(album):
    words = scored_words_of("starter")
    told = album.assign(**dict.fromkeys(words.columns, 0.5) | {"words_model": words.model})
    found = compare_under(
        labelled(told), [STRATEGIES["logistic"]], CrossValidation(2, 1), launder=[Resave(90)], summary=words
    )
    assert found.metrics["laundering"].tolist() == [AS_DELIVERED, "q90 x1"]


def test_one_channel_for_both_classes_leaves_the_container_nothing_to_tell(album):
    label = (np.arange(36) % 4 == 1).astype(int)  # whatever the picture
    told = album.assign(label=label, format=np.where(label == 1, "TIFF", "PNG"))
    one = [STRATEGIES["container-only"]]
    before = compare_under(labelled(told), one, CrossValidation(2, 1)).metrics["roc_auc"][0]
    after = compare_under(labelled(told), one, CrossValidation(2, 1), neutral=Resave())
    assert set(after.scores["path"]) == set(album["path"])
    assert after.settings["neutral"] == "q90 x1"
    assert before == 1.0 and after.metrics["roc_auc"][0] < 0.8


def test_a_model_is_evaluated_after_each_channel(album):
    model = train_model(labelled(album), STRATEGIES["logistic"], Alarms(0.2)).model
    items = [Item(path, {"label": label, "group": group}) for path, label, group in zip(*map(album.get, HELD))]
    figures = evaluate_laundered(model, items, [Resave(90), Resave(30, 0.25)])
    assert figures["slice"].tolist() == ["laundered"] * 2 and figures["value"].tolist() == ["q90 x1", "q30 x0.25"]
    assert figures["images"].tolist() == [36, 36] and figures["roc_auc"].iloc[0] > 0.9


def test_images_that_are_gone_are_named(album):
    lost = album.assign(path=[f"gone/{i}.png" for i in range(36)])
    with pytest.raises(BadTable, match="36 images that are not there, the first gone/0.png"):
        laundered(labelled(lost), Resave())


def test_an_image_that_cannot_be_read_keeps_its_path_and_its_error(tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no image")
    with resaved([Item(str(tmp_path / "broken.png"), {"label": "1"})], Resave()) as files:
        assert files == [Item(str(tmp_path / "broken.png"), {"label": "1"})]


def test_an_image_without_end_is_an_error_after_the_channel_with_one_job_too(tmp_path):
    os.mkfifo(tmp_path / "endless.png")  # nobody writes to it: whoever reads waits for ever
    item = Item(str(tmp_path / "endless.png"))
    with resaved([item], Resave(80), limits=Limits(timeout=5.0)) as files:
        assert [file.path for file in files] == [item.path]
