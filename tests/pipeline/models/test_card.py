"""The card states what a model is made of and what it promises."""

import pandas as pd
import pytest

from realfake.pipeline.learning.strategies import STRATEGIES
from realfake.pipeline.models.train import train_model
from realfake.pipeline.settings import Alarms, Costs, CrossValidation, Deployment
from realfake.pipeline.tables.table import labelled


@pytest.fixture(scope="module")
def trained(make_table):
    return train_model(
        labelled(make_table(rows=600, fakes=60, gap=1.2)), STRATEGIES["plain"], Alarms(0.05), cv=CrossValidation(seed=1)
    )


def test_the_card_states_data_figures_and_promise(trained, tmp_path):
    trained.write(tmp_path / "model")
    card = (tmp_path / "model" / "MODEL_CARD.md").read_text()
    assert "540 genuine images and 60 fakes (10.00 %)" in card
    assert f"{trained.metrics.iloc[0]['pr_auc']:.3f} [" in card
    assert "at most 0.05 of genuine images" in card
    assert list(pd.read_csv(tmp_path / "model" / "out_of_fold.csv")["label"]) == list(trained.scores["label"])


def test_the_card_of_a_model_with_costs_states_them(make_table, tmp_path):
    found = train_model(
        labelled(make_table(rows=100, fakes=20)), STRATEGIES["logistic"], deployment=Deployment(costs=Costs(50, 1))
    )
    found.write(tmp_path / "model")
    assert "a missed fake costs 50, a false alarm 1" in (tmp_path / "model" / "MODEL_CARD.md").read_text()
