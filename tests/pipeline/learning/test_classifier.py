"""A strategy as a classifier: scikit-learn's contract for each of them, and the places where classifiers are used."""

import numpy as np
import pandas as pd
import pytest
from imblearn.pipeline import make_pipeline as make_resampling_pipeline
from imblearn.under_sampling import RandomUnderSampler
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from realfake.forensics.errors import TooFewFakes, UnknownName
from realfake.pipeline.learning.classifier import StrategyClassifier
from realfake.pipeline.learning.cross_validation import fit, score
from realfake.pipeline.learning.knobs import Knobs
from realfake.pipeline.learning.strategies import STRATEGIES

FEW = Knobs(trees=20, members=3, member_trees=20, forest_trees=10)
LEARNERS = [name for name, chosen in STRATEGIES.items() if not chosen.control]


def rows(fakes=6, genuine=60, gap=4.0, missing=0.05, seed=0):
    """Features of which two tell fakes from genuine images, with gaps."""
    rng = np.random.default_rng(seed)
    y = np.repeat([0, 1], [genuine, fakes])
    X = rng.normal(size=(len(y), 5))
    X[:, :2] += gap * y[:, None]
    X[rng.random(X.shape) < missing] = np.nan
    order = rng.permutation(len(y))
    return X[order], y[order]


@parametrize_with_checks([StrategyClassifier(name, 0, FEW) for name in STRATEGIES])
def test_every_strategy_keeps_the_contract_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.parametrize("name", LEARNERS)
def test_every_strategy_can_be_cross_validated_with_six_fakes(name):
    found = cross_val_score(StrategyClassifier(name, 0, FEW), *rows(), cv=3, scoring="roc_auc")
    assert found.shape == (3,) and found.mean() > 0.8


def test_it_is_built_from_the_labels_that_it_is_fitted_on_and_no_others():
    classifier = StrategyClassifier("smote", 0, FEW)
    for fakes, neighbours in ((6, 5), (3, 2)):
        assert classifier.fit(*rows(fakes)).pipeline_.named_steps["resample"].k_neighbors == neighbours


def test_a_grid_searches_over_strategies_and_knobs():
    grid = {"strategy": ["prior", "logistic"], "knobs__inverse_penalty": [0.001, 0.1]}
    found = GridSearchCV(StrategyClassifier(random_state=0), grid, cv=3, scoring="average_precision").fit(*rows(12))
    assert found.best_params_["strategy"] == "logistic"
    assert found.best_estimator_.knobs == Knobs(inverse_penalty=found.best_params_["knobs__inverse_penalty"])
    assert len(found.cv_results_["params"]) == 4


def test_it_stands_in_pipelines_of_both_libraries():
    X, y = rows(12)
    for pipeline in (
        make_pipeline(StandardScaler(), StrategyClassifier("plain", 0, FEW)),
        make_resampling_pipeline(RandomUnderSampler(random_state=0), StrategyClassifier("class-weight", 0, FEW)),
    ):
        assert cross_val_score(pipeline, X, y, cv=3, scoring="roc_auc").mean() > 0.8


def test_a_data_frame_gives_the_same_scores_and_other_columns_are_refused():
    X, y = rows()
    frame = pd.DataFrame(X, columns=[f"ela__f{i}__mean" for i in range(5)])
    classifier = StrategyClassifier("plain", 0, FEW).fit(frame, y)
    assert list(classifier.feature_names_in_) == list(frame)
    expected = StrategyClassifier("plain", 0, FEW).fit(X, y).predict_proba(X)
    np.testing.assert_array_equal(classifier.predict_proba(frame), expected)
    with pytest.raises(ValueError, match="feature names should match"):
        classifier.predict_proba(frame.rename(columns={"ela__f0__mean": "ela__other__mean"}))


def test_labels_may_be_words_and_the_fakes_may_be_the_many():
    X, y = rows(40, 8)
    classifier = StrategyClassifier("smote-enn", 0, FEW).fit(X, np.where(y == 1, "genuine", "fake"))
    assert list(classifier.classes_) == ["fake", "genuine"]
    assert np.mean(classifier.predict(X) == np.where(y == 1, "genuine", "fake")) > 0.9


def test_the_commands_learn_the_same_model():
    X, y = rows(12)
    for name in ("balanced-bagging", "forge+smote"):
        alone = StrategyClassifier(name, 7, FEW).fit(X, y).predict_proba(X)[:, 1]
        base = STRATEGIES[name.removeprefix("forge+")]
        np.testing.assert_array_equal(score(fit(base, X, y, 7, FEW), X), alone)


def test_knobs_are_parameters_that_a_copy_keeps():
    classifier = StrategyClassifier("plain").set_params(knobs__trees=7, strategy="focal")
    assert clone(classifier).get_params()["knobs__trees"] == 7 and clone(classifier).strategy == "focal"
    assert classifier.get_params(deep=False)["knobs"] == Knobs(trees=7)
    assert classifier.fit(*rows(12)).pipeline_[-1].trees == 7
    with pytest.raises(ValueError, match="no knob 'branches'; choose from trees"):
        classifier.set_params(knobs__branches=3)


def test_what_cannot_be_fitted_is_said_in_fit():
    X, y = rows()
    with pytest.raises(UnknownName, match="no strategy smoke; choose from plain"):
        StrategyClassifier("smoke").fit(X, y)
    with pytest.raises(TooFewFakes, match="was given 1 fake and 65 genuine images"):
        StrategyClassifier("plain").fit(X, np.arange(66) == 0)
    with pytest.raises(ValueError, match="Only binary classification"):
        StrategyClassifier("plain").fit(X, np.arange(66) % 3)
