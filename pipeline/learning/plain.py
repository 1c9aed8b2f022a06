"""A fitted pipeline read from its skops file as plain numbers, and applied with NumPy and LightGBM's library alone.

scikit-learn, imbalanced-learn, LightGBM's package and skops take seconds to import; to score one image needs none of
them. Arithmetic is that of the libraries, step by step. What is not known here is left to skops.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from realfake.pipeline.learning.boosters import TreeBooster
from realfake.pipeline.learning.odds import expit

SCHEMA, PROTOCOL = "schema.json", 2
NAMED = {"numpy.arcsinh": np.arcsinh}

Step = Callable[[np.ndarray], np.ndarray]


class NotPlain(Exception):
    """A pipeline holds a step that is not known here."""


class PlainPipeline:
    """A pipeline of known steps.

    Parameters
    ----------
    archive : bytes of the skops file, kept so that the model can be saved again as it was

    Raises
    ------
    NotPlain
        If it holds a step that is not known here, or was written in another way.
    """

    def __init__(self, archive: bytes) -> None:
        self.archive = archive
        self.width = self._fitted.width

    @cached_property
    def _fitted(self) -> _Fitted:
        try:
            with zipfile.ZipFile(io.BytesIO(self.archive)) as parts:
                schema = json.loads(parts.read(SCHEMA))
                if schema["protocol"] != PROTOCOL:
                    raise NotPlain(f"protocol {schema['protocol']}")
                return _Fitted(_Object(schema, parts))
        except (KeyError, IndexError, TypeError, AttributeError, ValueError, zipfile.BadZipFile) as error:
            raise NotPlain(str(error)) from None

    def __getstate__(self) -> bytes:
        return self.archive

    def __setstate__(self, archive: bytes) -> None:
        self.__init__(archive)  # type: ignore[misc]

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probability of both classes, (n, 2) float64."""
        fake = self._fitted.learner.probabilities(self._fitted.transformed(X))
        return np.column_stack([1 - fake, fake])

    def contributions(self, X: np.ndarray) -> np.ndarray:
        """What each column added to each score, (n, d) float64, in log-odds."""
        return self._fitted.by_source(self._fitted.learner.contributions(self._fitted.transformed(X)))


class _Object:
    """An object of the file: the name of its type, and its attributes, read when they are asked for."""

    def __init__(self, node: Any, parts: zipfile.ZipFile) -> None:
        self.kind = _name(node)
        self._attributes, self._parts = node["content"]["content"], parts

    def __getitem__(self, name: str) -> Any:
        return _value(self._attributes[name], self._parts)


class _Fitted:
    """The steps and the learner."""

    def __init__(self, pipeline: _Object) -> None:
        if pipeline.kind != "imblearn.pipeline.Pipeline":
            raise NotPlain(pipeline.kind)
        *steps, (_, learner) = pipeline["steps"]
        self.steps = [STEPS[step.kind](step) for _, step in steps]
        self.indicated = next((step.indicated for step in self.steps if isinstance(step, _Imputer)), np.empty(0, int))
        self.learner = LEARNERS[learner.kind](learner)
        self.width = self.learner.width - len(self.indicated)

    def transformed(self, X: np.ndarray) -> np.ndarray:
        """What the learner sees of (n, width) rows."""
        if X.ndim != 2 or X.shape[1] != self.width:
            raise ValueError(f"X has the shape {X.shape}, but the model was trained on {self.width} columns")
        for step in self.steps:
            X = step(X)
        return X

    def by_source(self, values: np.ndarray) -> np.ndarray:
        """Add what the indicators of missing values contributed to the column that was missing."""
        total = values[:, : self.width].copy()
        for place, source in enumerate(self.indicated):
            total[:, source] += values[:, self.width + place]
        return total


class _Imputer:
    """`SimpleImputer` of medians, with columns that say what was missing."""

    def __init__(self, fitted: _Object) -> None:
        if fitted["strategy"] != "median" or not fitted["keep_empty_features"]:
            raise NotPlain("another way to impute")
        if fitted["_fit_dtype"] != np.float64:  # what is rounded when in single precision differs between versions
            raise NotPlain("single precision")
        self.medians = fitted["statistics_"]
        indicator = fitted["indicator_"]
        self.indicated = np.empty(0, int) if indicator is None else indicator["features_"]

    def __call__(self, X: np.ndarray) -> np.ndarray:
        missing = np.isnan(X)
        return np.hstack([np.where(missing, self.medians, X), missing[:, self.indicated]])


def _scaler(middle: str) -> Callable[[_Object], Step]:
    def scaler(fitted: _Object) -> Step:
        centre, scale = fitted[middle], fitted["scale_"]
        return lambda X: (X - centre) / scale

    return scaler


def _function(fitted: _Object) -> Step:
    function: Step = fitted["func"]
    return function


class _Logistic:
    def __init__(self, fitted: _Object) -> None:
        self.weights, self.offset = fitted["coef_"], fitted["intercept_"]
        if self.weights.shape[0] != 1 or list(fitted["classes_"]) != [0, 1]:
            raise NotPlain("other classes")
        self.width = self.weights.shape[1]

    def probabilities(self, Z: np.ndarray) -> np.ndarray:
        return expit((Z @ self.weights.T + self.offset)[:, 0])

    def contributions(self, Z: np.ndarray) -> np.ndarray:
        weighted: np.ndarray = self.weights[0] * Z
        return weighted


class _Trees:
    """A learner of boosted trees, which keeps its booster and its classes under these names."""

    BOOSTER, CLASSES = "booster_", "classes_"

    def __init__(self, fitted: _Object) -> None:
        if list(fitted[self.CLASSES]) != [0, 1]:
            raise NotPlain("other classes")
        self.booster = TreeBooster(fitted[self.BOOSTER]["_handle"])
        self.width = self.booster.columns

    def probabilities(self, Z: np.ndarray) -> np.ndarray:
        return self.booster.probabilities(Z)

    def contributions(self, Z: np.ndarray) -> np.ndarray:
        return self.booster.contributions(Z)


class _Boosted(_Trees):
    BOOSTER, CLASSES = "_Booster", "_classes"

    def __init__(self, fitted: _Object) -> None:
        if fitted["_objective"] != "binary":
            raise NotPlain("another objective")
        super().__init__(fitted)


class _Focal(_Trees):
    def __init__(self, fitted: _Object) -> None:
        super().__init__(fitted)
        self.start = float(fitted["start_"])

    def probabilities(self, Z: np.ndarray) -> np.ndarray:
        return expit(self.booster.log_odds(Z) + self.start)


class _Bagged:
    """The mean of learners that each see every column."""

    def __init__(self, fitted: _Object) -> None:
        self.members = [_member(one) for one in fitted["estimators_"]]
        self.width = self.members[0].width
        everything = list(range(self.width))
        if any(list(columns) != everything for columns in fitted["estimators_features_"]):
            raise NotPlain("members that see some columns")
        if list(fitted["classes_"]) != [0, 1]:
            raise NotPlain("other classes")

    def probabilities(self, Z: np.ndarray) -> np.ndarray:
        return np.asarray(sum(member.probabilities(Z) for member in self.members) / len(self.members))

    def contributions(self, Z: np.ndarray) -> np.ndarray:
        return np.asarray(np.mean([member.contributions(Z) for member in self.members], axis=0))


def _member(pipeline: _Object) -> _Trees:
    (_, sampler), (_, learner) = pipeline["steps"]
    if not sampler.kind.startswith("imblearn.under_sampling."):
        raise NotPlain(sampler.kind)
    kinds: dict[str, type[_Trees]] = {LIGHTGBM: _Boosted, TREES: _Trees}
    return kinds[learner.kind](learner)


LIGHTGBM = "lightgbm.sklearn.LGBMClassifier"  # of earlier versions
TREES = "realfake.pipeline.learning.boosting.BoostedTrees"
STEPS: Mapping[str, Callable[[_Object], Any]] = {
    "sklearn.impute._base.SimpleImputer": _Imputer,
    "sklearn.preprocessing._data.RobustScaler": _scaler("center_"),
    "sklearn.preprocessing._data.StandardScaler": _scaler("mean_"),
    "sklearn.preprocessing._function_transformer.FunctionTransformer": _function,
}
LEARNERS: Mapping[str, Callable[[_Object], Any]] = {
    "sklearn.linear_model._logistic.LogisticRegression": _Logistic,
    LIGHTGBM: _Boosted,
    TREES: _Trees,
    "realfake.pipeline.learning.focal.FocalBooster": _Focal,
    "imblearn.ensemble._bagging.BalancedBaggingClassifier": _Bagged,
}


def _name(node: Any) -> str:
    return f"{node['__module__']}.{node['__class__']}"


def _value(node: Any, parts: zipfile.ZipFile) -> Any:
    """What a node of the file stands for; no type that it names is imported."""
    match node["__loader__"]:
        case "JsonNode":
            return json.loads(node["content"])
        case "ListNode" | "TupleNode":
            return [_value(value, parts) for value in node["content"]]
        case "NdArrayNode" if node["type"] == "numpy":
            return np.load(io.BytesIO(parts.read(node["file"])), allow_pickle=False)
        case "DTypeNode":
            return _value(node["content"], parts).dtype
        case "FunctionNode":
            return NAMED[_name(node)]
        case "ObjectNode":
            return _Object(node, parts)
    raise NotPlain(node["__loader__"])
