"""A saved pipeline read as plain numbers: it gives what the libraries give, and imports none of them."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
import skops.io
from imblearn.pipeline import Pipeline
from sklearn.cluster import DBSCAN

from realfake.pipeline.learning.cross_validation import fit
from realfake.pipeline.learning.explanations import contributions, typical_values
from realfake.pipeline.learning.knobs import Knobs
from realfake.pipeline.learning.plain import NotPlain, PlainPipeline
from realfake.pipeline.learning.strategies import STRATEGIES
from realfake.pipeline.models.folder import STARTER

FEW = Knobs(trees=30, members=3, member_trees=20, forest_trees=10)
OTHERS = {"easy-ensemble", "balanced-forest", "rusboost", "prior"}  # left to skops
SCALED = {"logistic", "smote", "borderline-smote", "smote-enn"}


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(3)
    y = np.repeat([0, 1], [90, 30])
    X = rng.normal(size=(120, 6)) + y[:, None] * np.linspace(0, 2, 6)
    X[rng.random(X.shape) < 0.1] = np.nan
    X[:, 5] = rng.choice([0.0, 1e-3, 1e4], 120)
    return X, y


def saved(name, X, y):
    pipeline = fit(STRATEGIES[name], X, y, 1, FEW).for_scoring()
    return pipeline, skops.io.dumps(pipeline)


@pytest.mark.parametrize("name", sorted(set(STRATEGIES) - OTHERS))
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_scores_and_explanations_are_those_of_the_libraries(rows, name, kind):
    if kind == np.float32 and name in SCALED:
        pytest.skip("left to skops")
    X, y = rows[0].astype(kind), rows[1]
    pipeline, archive = saved(name, X, y)
    plain = PlainPipeline(archive)
    assert plain.width == X.shape[1]
    np.testing.assert_allclose(plain.predict_proba(X), pipeline.predict_proba(X), rtol=1e-13, atol=1e-15)
    expected = contributions(pipeline, X, typical_values(X[y == 0]))
    np.testing.assert_allclose(plain.contributions(X), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", ["plain", "balanced-bagging", "random-over"])
def test_boosters_give_the_same_but_for_the_last_bits_of_an_exponential(rows, name):
    X, y = rows
    pipeline, archive = saved(name, X, y)
    np.testing.assert_array_max_ulp(PlainPipeline(archive).predict_proba(X)[:, 1], pipeline.predict_proba(X)[:, 1], 4)


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_other_learners_are_left_to_skops(rows, name):
    with pytest.raises(NotPlain):
        PlainPipeline(saved(name, *rows)[1])


@pytest.mark.parametrize("name", sorted(SCALED))
def test_scales_in_single_precision_are_left_to_skops(rows, name):
    with pytest.raises(NotPlain, match="single precision"):
        PlainPipeline(saved(name, rows[0].astype(np.float32), rows[1])[1])


def test_what_is_no_such_file_is_not_plain(rows):
    archive = saved("plain", *rows)[1]
    for broken in (b"", archive[:1000], skops.io.dumps(Pipeline([("learn", DBSCAN())])), skops.io.dumps([1, 2])):
        with pytest.raises(NotPlain):
            PlainPipeline(broken)


def test_other_widths_are_refused(rows):
    X, y = rows
    for name in ("plain", "logistic"):
        plain = PlainPipeline(saved(name, X, y)[1])
        with pytest.raises(ValueError, match="trained on 6 columns"):
            plain.predict_proba(X[:, :5])


def test_it_travels_to_workers(rows):
    plain = PlainPipeline(saved("balanced-bagging", *rows)[1])
    back = pickle.loads(pickle.dumps(plain))
    np.testing.assert_array_equal(back.predict_proba(rows[0]), plain.predict_proba(rows[0]))


def test_the_starter_model_is_plain_and_needs_no_slow_library():
    program = (
        "import sys, numpy\n"
        "from realfake.pipeline.models.model import load_model\n"
        "model = load_model()\n"
        "model.pipeline.predict_proba(numpy.zeros((1, len(model.columns))))\n"
        "model.scorer.pipeline.predict_proba(numpy.zeros((1, len(model.scorer.columns))))\n"
        "print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    slow = {"sklearn", "imblearn", "skops", "lightgbm", "scipy.special", "scipy.sparse", "sqlalchemy", "matplotlib"}
    assert not slow & set(loaded)


def test_the_starter_model_gives_what_skops_reads(rows):
    from realfake.pipeline.models.model import TRUSTED

    rng = np.random.default_rng(0)
    for name in ("learner", "scorer", "second_look"):
        archive = (STARTER / f"{name}.skops").read_bytes()
        plain, whole = PlainPipeline(archive), skops.io.loads(archive, trusted=list(TRUSTED))
        X = rng.normal(size=(50, plain.width))
        X[rng.random(X.shape) < 0.2] = np.nan
        np.testing.assert_allclose(plain.predict_proba(X), whole.predict_proba(X), rtol=1e-13)
