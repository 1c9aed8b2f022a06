"""The public workflows: what they refuse before any work is done, and what they hand back."""

import pandas as pd
import pytest
from PIL import Image

from realfake.forensics.errors import BadTable, UnknownName
from realfake.forensics.limited import Limits
from realfake.pipeline.learning.strategies import STRATEGIES
from realfake.pipeline.models.train import train_model
from realfake.pipeline.settings import Alarms, CrossValidation, Protocol, WordEvidence, Workers
from realfake.pipeline.tables.table import labelled, read_table
from realfake.pipeline.workflows import compare, extract, train
from tests.pictures import draw_screen
from tests.regions import image_table


@pytest.fixture
def screen(tmp_path):
    Image.fromarray(draw_screen()).save(tmp_path / "screen.png")
    return tmp_path / "screen.png"


def test_a_table_in_memory_and_a_table_in_a_file_hold_the_same(screen, tmp_path):
    here = Workers(limits=Limits(None, None))  # in this process, which is quicker
    table = extract(screen, families=["ela"], workers=here)
    summary = extract([screen], tmp_path / "t.csv", families=["ela"], workers=here)
    assert (summary.images, summary.failed) == (1, 0)
    pd.testing.assert_frame_equal(read_table(tmp_path / "t.csv"), table, check_column_type=False)


def test_what_cannot_go_together_is_refused_before_any_work(screen, tmp_path):
    with pytest.raises(UnknownName, match="writes its table to a folder; name it as the output"):
        extract(screen, workers=Workers(cluster="local:2"))
    with pytest.raises(UnknownName, match="leave --level region out"):
        compare(tmp_path / "none.csv", protocol=Protocol(test=tmp_path / "other.csv"), level="region")
    with pytest.raises(UnknownName, match="MLflow is given the record that an output leaves; name an output"):
        compare(tmp_path / "none.csv", mlflow=True)


def test_a_model_without_a_scorer_of_words_lends_none(words, make_table, tmp_path):
    data = labelled(make_table(rows=80, fakes=12, columns=4))
    train_model(data, STRATEGIES["logistic"], Alarms(0.1), cv=CrossValidation(2)).write(tmp_path / "model")
    with pytest.raises(BadTable, match="has no scorer of words; name another, such as starter"):
        train(image_table(), "logistic", words=WordEvidence(words, base=tmp_path / "model"))
