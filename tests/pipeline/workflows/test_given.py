"""A thing or its path: both are taken, and what is none is refused."""

import pandas as pd
import pytest

from realfake.forensics.errors import BadTable
from realfake.pipeline.learning.strategies import STRATEGIES
from realfake.pipeline.models.folder import STARTER
from realfake.pipeline.models.train import train_model
from realfake.pipeline.settings import Alarms, CrossValidation, WordEvidence
from realfake.pipeline.tables.table import labelled
from realfake.pipeline.workflows.given import folder_of, model_of, open_archive, paths_among, table_of
from realfake.pipeline.workflows.tables import train
from tests.regions import image_table


def test_a_thing_in_memory_is_taken_as_it_is_and_another_is_read(tmp_path):
    table, model = pd.DataFrame({"path": ["a.png"], "error": [""]}), model_of("starter")
    table.to_csv(tmp_path / "t.csv", index=False)
    assert table_of(table) is table and table_of(tmp_path / "t.csv")["path"].tolist() == ["a.png"]
    assert model_of(model) is model and folder_of(model) is None and folder_of("starter") == STARTER
    assert paths_among([table, "t.csv", None, model, tmp_path]) == ["t.csv", tmp_path]


@pytest.mark.parametrize("given", [None, [1, 2], {"path": ["a.png"]}, pd.Series([1]), pd.DataFrame([[1]]).to_numpy()])
def test_what_is_neither_a_table_nor_a_path_is_refused(given):
    with pytest.raises(BadTable, match=f"a {type(given).__name__} is no table"):
        table_of(given)


def test_a_table_with_a_column_twice_is_refused():
    with pytest.raises(BadTable, match="has the column 'label' more than once"):
        table_of(pd.DataFrame([[0, 1]], columns=["label", "label"]))


def test_a_table_with_an_infinite_feature_is_refused():
    with pytest.raises(BadTable, match="has infinite numbers among its features"):
        table_of(pd.DataFrame({"path": ["a.png", "b.png"], "ela__q90__mean": [1.0, float("inf")]}))


def test_an_archive_is_opened_where_one_is_named(tmp_path):
    with open_archive(None) as none, open_archive(tmp_path / "archive.db", create=True) as archive:
        assert none is None and archive is not None
    assert (tmp_path / "archive.db").exists()


def test_a_model_without_a_scorer_of_words_lends_none(words, make_table, tmp_path):
    data = labelled(make_table(rows=80, fakes=12, columns=4))
    train_model(data, STRATEGIES["logistic"], Alarms(0.1), cv=CrossValidation(2)).write(tmp_path / "model")
    with pytest.raises(BadTable, match="has no scorer of words; name another, such as starter"):
        train(image_table(), "logistic", words=WordEvidence(words, base=tmp_path / "model"))
