"""The words of an image as columns of the image, by a scorer that was taught elsewhere."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from realfake.data.resave import Resave
from realfake.forensics.errors import BadTable
from realfake.forensics.evidence import measure
from realfake.forensics.limited import Limits
from realfake.pipeline.extraction.launder import laundered
from realfake.pipeline.models.judged import judge
from realfake.pipeline.models.model import load_model
from realfake.pipeline.settings import Alarms, Workers
from realfake.pipeline.tables.table import labelled
from realfake.pipeline.words.scored import ScoredWords, sums_up_words
from realfake.pipeline.words.scorer import summary_features
from realfake.pipeline.workflows.images import extract
from realfake.pipeline.workflows.tables import train
from tests.lettering import slip

HERE = Workers(limits=Limits(None, None))  # in this process, which is quicker


@pytest.fixture(scope="module")
def album(tmp_path_factory):
    """Slips and their table by default families, ela and the words; every third is called a fake."""
    folder = tmp_path_factory.mktemp("album")
    rows = ["path,label,group"]
    for i in range(12):
        slip(size=18 + i)[0].save(folder / f"{i}.png")
        rows.append(f"{i}.png,{int(i % 3 == 0)},g{i}")
    (folder / "m.csv").write_text("\n".join(rows))
    return extract(manifest=folder / "m.csv", families=["ela", "regions"], workers=HERE)


def test_a_table_of_images_sums_up_their_words_as_the_model_would_that_scores_them(album):
    model = load_model("starter")
    row = judge(measure(album["path"][0], families=[]), model.scorer).row
    for entry in summary_features(model.scorer.second is not None):
        assert album[entry.column][0] == pytest.approx(row[entry.column], abs=1e-9, nan_ok=True), entry.column
    assert set(album["words_model"]) == {model.fingerprint} and sums_up_words(album)


def test_the_words_belong_to_all_families_and_to_no_cheap_or_named_others(tmp_path):
    slip()[0].save(tmp_path / "slip.png")
    said = [sums_up_words(extract(tmp_path, families=named, workers=HERE)) for named in ("full", "fast", ["ela"])]
    assert said == [True, False, False]


def test_a_model_that_learnt_from_the_table_scores_the_words_of_new_images_by_the_same_scorer(album):
    model = train(album, "logistic", alarms=Alarms(0.2)).model
    assert any(column.startswith("regions__") for column in model.columns)
    assert model.scorer.columns == load_model("starter").scorer.columns
    assert train(album, "logistic", alarms=Alarms(0.2), families=["ela"]).model.scorer is None


def test_words_that_another_model_scored_are_refused(album):
    scored = ScoredWords(load_model("starter").scorer, "f" * 64)
    with pytest.raises(BadTable, match="were scored by [0-9a-f]{12} and not by ffffffffffff"):
        scored.check(album)
    with pytest.raises(BadTable, match="by nobody knows whom"):
        scored.check(album.drop(columns="words_model"))
    with pytest.raises(BadTable, match="extract it again, or name the model that did"):
        train(album.assign(words_model="other"), "logistic")


def test_images_that_are_sent_through_a_channel_have_their_words_scored_anew(album):
    model = load_model("starter")
    anew = laundered(labelled(album), Resave(50, 0.5), summary=ScoredWords(model.scorer, model.fingerprint)).frame
    moved = np.abs(anew["regions__score__largest"] - album["regions__score__largest"])
    assert (moved > 1e-3).mean() > 0.5
    with pytest.raises(BadTable, match="regions__score__largest, which this version does not measure"):
        laundered(labelled(album), Resave())


def test_an_image_without_words_has_columns_that_say_nothing(tmp_path):
    Image.new("RGB", (200, 300), "white").save(tmp_path / "blank.png")
    row = extract(tmp_path, families=["regions"], workers=HERE).iloc[0]
    assert row["regions__count__words"] == 0 and pd.isna(row["regions__score__largest"]) and pd.isna(row["error"])
