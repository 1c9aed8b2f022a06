"""The strategies against class imbalance, each a small function that returns an imbalanced-learn Pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from imblearn.combine import SMOTEENN
from imblearn.ensemble import (
    BalancedBaggingClassifier,
    BalancedRandomForestClassifier,
    EasyEnsembleClassifier,
)
from imblearn.over_sampling import SMOTE, BorderlineSMOTE, RandomOverSampler
from imblearn.pipeline import Pipeline
from imblearn.under_sampling import EditedNearestNeighbours, RandomUnderSampler
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import AdaBoostClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import FunctionTransformer, RobustScaler, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from realfake.forensics.errors import UnknownName
from realfake.pipeline.learning.boosting import BoostedTrees
from realfake.pipeline.learning.focal import FocalBooster
from realfake.pipeline.learning.knobs import Knobs
from realfake.pipeline.learning.rusboost import RUSBoost
from realfake.pipeline.tables.design import shortcut_columns
from realfake.pipeline.tables.table import feature_columns

FORGE, FORGE_BASE = "forge", "plain"
NEIGHBOURS = 5  # of SMOTE, where there are as many fakes
DANGER_NEIGHBOURS = 10  # borderline-SMOTE: neighbours that decide whether a fake stands at the border


@dataclass(frozen=True)
class Training:
    """What a strategy may know of the rows that it will be fitted on.

    Attributes
    ----------
    rows : in all
    rarer : rows of the rarer class, nearly always the fakes
    common : label of the other class
    seed : of whatever is drawn
    """

    rows: int
    rarer: int
    common: int
    seed: int

    @classmethod
    def of(cls, y: np.ndarray, seed: int) -> Training:
        """The facts of these labels, (n,) 0 or 1."""
        genuine, fakes = np.bincount(y, minlength=2)
        return cls(len(y), int(min(genuine, fakes)), int(fakes > genuine), seed)


BOOSTER_SPACE: Mapping[str, Sequence[Any]] = {
    "learning_rate": (0.04, 0.08, 0.15), "leaves": (4, 8, 16), "column_share": (0.1, 0.3, 0.8), "l2": (0.1, 1.0, 10.0),
}  # fmt: skip
BAGGING_SPACE: Mapping[str, Sequence[Any]] = dict(BOOSTER_SPACE) | {"member_trees": (20, 40, 80)}
FOCAL_SPACE: Mapping[str, Sequence[Any]] = dict(BOOSTER_SPACE) | {"focus": (0.5, 1.0, 2.0, 3.0)}
Builder = Callable[[Training, Knobs], Pipeline]


@dataclass(frozen=True)
class Strategy:
    """One way to learn from few fakes.

    Attributes
    ----------
    build : makes the unfitted Pipeline for a training set
    balanced : whether the learner is shown as many fakes as genuine images, so that its probabilities are too high
    control : whether it stands in the table only to be beaten
    shortcut : whether it sees the container only, no pixel
    space : hyper-parameters that a search may draw from
    forged : whether the genuine images of the training part are forged and added, see
        `realfake.pipeline.learning.forged`
    """

    name: str
    summary: str
    build: Builder
    balanced: bool = False
    control: bool = False
    shortcut: bool = False
    space: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    forged: bool = False

    def columns(self, frame: pd.DataFrame) -> list[str]:
        """The columns of the design matrix that this strategy learns from."""
        return shortcut_columns(frame) if self.shortcut else feature_columns(frame)

    def seen_prior(self, y: np.ndarray) -> float:
        """The share of fakes that the learner believes in after weighting or resampling."""
        return 0.5 if self.balanced else float(np.mean(y))


STRATEGIES: dict[str, Strategy] = {}
"""Every strategy by its name: its `summary` in one line, whether it is `balanced`, whether it is a `control`."""


def strategy(
    name: str,
    summary: str,
    *,
    balanced: bool = False,
    control: bool = False,
    shortcut: bool = False,
    space: Mapping[str, Sequence[Any]] | None = None,
) -> Callable[[Builder], Builder]:
    """Enter a builder of Pipelines into the catalogue."""

    def enter(build: Builder) -> Builder:
        STRATEGIES[name] = Strategy(name, summary, build, balanced, control, shortcut, space or {})
        return build

    return enter


def choose_strategies(names: Iterable[str] = ()) -> list[Strategy]:
    """Strategies by name, one or several, with the controls, or all that need no image where no name is given.

    Raises
    ------
    UnknownName
        If a name is not in the catalogue.
    """
    chosen = {name: one_strategy(name) for name in ([names] if isinstance(names, str) else names)}
    plainly = [s for s in STRATEGIES.values() if not chosen or s.name in chosen or s.control]
    return [s for s in chosen.values() if s.forged] + plainly


def one_strategy(name: str) -> Strategy:
    """A strategy by name; `forge` and `forge+NAME` are another one that learns from forged images too.

    Raises
    ------
    UnknownName
        If it is not in the catalogue.
    """
    first, _, rest = name.partition("+")
    base = rest or FORGE_BASE if first == FORGE else name
    if base not in STRATEGIES or (first == FORGE and STRATEGIES[base].control):
        known = f"{', '.join(STRATEGIES)}, {FORGE} or {FORGE}+NAME"
        raise UnknownName(f"there is no strategy {name}; choose from {known}")
    found = STRATEGIES[base]
    if first == FORGE:
        summary = f"one's own genuine images, forged, as further fakes; {found.summary}"
        return replace(found, name=name, summary=summary, forged=True)
    return found


def is_strategy(name: str) -> bool:
    """Whether `one_strategy` knows a name."""
    try:
        one_strategy(name)
    except UnknownName:
        return False
    return True


@strategy("plain", "gradient boosting on the data as it is (LightGBM)", space=BOOSTER_SPACE)
def plain(data: Training, knobs: Knobs) -> Pipeline:
    return Pipeline([("learn", booster(data, knobs))])


@strategy("class-weight", "fakes weigh as much as all genuine images together", balanced=True, space=BOOSTER_SPACE)
def class_weight(data: Training, knobs: Knobs) -> Pipeline:
    return Pipeline([("learn", booster(data, knobs, balanced=True))])


@strategy("focal", "focal loss: easy images count less (Lin 2017)", space=FOCAL_SPACE)
def focal(data: Training, knobs: Knobs) -> Pipeline:
    # the focal weights shrink gradients and curvature by orders of magnitude, and the penalties with them
    parameters = booster_parameters(data, knobs) | {"min_child_weight": 1e-6, "reg_lambda": 0.01 * knobs.l2}
    return Pipeline([("learn", FocalBooster(knobs.focus, 0.75, knobs.trees, parameters))])


@strategy("random-over", "repeat fakes until the classes balance", balanced=True, space=BOOSTER_SPACE)
def random_over(data: Training, knobs: Knobs) -> Pipeline:
    return Pipeline([("resample", RandomOverSampler(random_state=data.seed)), ("learn", booster(data, knobs))])


@strategy("random-under", "drop genuine images until the classes balance", balanced=True, space=BOOSTER_SPACE)
def random_under(data: Training, knobs: Knobs) -> Pipeline:
    half = replace(data, rows=2 * data.rarer)
    return Pipeline([("resample", RandomUnderSampler(random_state=data.seed)), ("learn", booster(half, knobs))])


@strategy("smote", "interpolate new fakes between neighbours (Chawla 2002)", balanced=True, space=BOOSTER_SPACE)
def smote(data: Training, knobs: Knobs) -> Pipeline:
    resample = SMOTE(k_neighbors=neighbours(data), random_state=data.seed)
    return Pipeline([*interpolable(), ("resample", resample), ("learn", booster(data, knobs))])


@strategy("borderline-smote", "SMOTE near the border only (Han 2005)", balanced=True, space=BOOSTER_SPACE)
def borderline_smote(data: Training, knobs: Knobs) -> Pipeline:
    resample = BorderlineSMOTE(
        k_neighbors=neighbours(data), m_neighbors=min(DANGER_NEIGHBOURS, data.rows - 1), random_state=data.seed
    )
    return Pipeline([*interpolable(), ("resample", resample), ("learn", booster(data, knobs))])


@strategy("smote-enn", "SMOTE, then drop what neighbours contradict (Batista 2004)", balanced=True, space=BOOSTER_SPACE)
def smote_enn(data: Training, knobs: Knobs) -> Pipeline:
    # only rows of the common class are dropped: with few fakes the usual cleaning of both can leave one class alone
    resample = SMOTEENN(
        smote=SMOTE(k_neighbors=neighbours(data), random_state=data.seed),
        enn=EditedNearestNeighbours(sampling_strategy=[data.common], kind_sel="mode"),
        random_state=data.seed,
    )
    return Pipeline([*interpolable(), ("resample", resample), ("learn", booster(data, knobs))])


@strategy("balanced-bagging", "boosters on balanced parts, averaged", balanced=True, space=BAGGING_SPACE)
def balanced_bagging(data: Training, knobs: Knobs) -> Pipeline:
    member = booster(replace(data, rows=2 * data.rarer), replace(knobs, trees=knobs.member_trees))
    # each class is drawn by itself with replacement: a bootstrap of all rows may hold no fake where fakes are few
    learner = BalancedBaggingClassifier(
        member,
        knobs.members,
        bootstrap=False,
        sampling_strategy="all",
        replacement=True,
        random_state=data.seed,
        n_jobs=1,
    )
    return Pipeline([("learn", learner)])


@strategy(
    "easy-ensemble",
    "AdaBoost on balanced parts (Liu 2009)",
    balanced=True,
    space={"members": (5, 10, 20), "member_trees": (20, 40), "learning_rate": (0.04, 0.08, 0.15)},
)
def easy_ensemble(data: Training, knobs: Knobs) -> Pipeline:
    stump = DecisionTreeClassifier(max_depth=1, random_state=data.seed)
    # a booster of stumps takes ten times the step of a booster of trees, and half the rounds
    member = AdaBoostClassifier(stump, n_estimators=knobs.member_trees // 2, learning_rate=10 * knobs.learning_rate)
    learner = EasyEnsembleClassifier(knobs.members, estimator=member, random_state=data.seed, n_jobs=1)
    return Pipeline([("impute", imputer()), ("learn", learner)])


@strategy(
    "balanced-forest",
    "a forest whose trees see balanced samples (Chen 2004)",
    balanced=True,
    space={"leaf_rows": (1, 2, 4), "column_share": (0.05, 0.1, 0.3)},
)
def balanced_forest(data: Training, knobs: Knobs) -> Pipeline:
    columns: str | float = "sqrt" if knobs.column_share == Knobs().column_share else knobs.column_share
    learner = BalancedRandomForestClassifier(
        knobs.forest_trees,
        max_features=columns,
        min_samples_leaf=knobs.leaf_rows,
        sampling_strategy="all",
        replacement=True,
        bootstrap=False,
        random_state=data.seed,
        n_jobs=1,
    )
    return Pipeline([("impute", imputer()), ("learn", learner)])


@strategy(
    "rusboost",
    "boosting that drops genuine images anew in each round (Seiffert 2010)",
    balanced=True,
    space={"trees": (50, 100, 200), "learning_rate": (0.04, 0.08, 0.15)},
)
def rusboost(data: Training, knobs: Knobs) -> Pipeline:
    learner = RUSBoost(knobs.trees, 2 * knobs.learning_rate, random_state=data.seed)
    return Pipeline([("impute", imputer()), ("learn", learner)])


@strategy(
    "logistic",
    "ridge logistic regression with class weights",
    balanced=True,
    space={"inverse_penalty": (0.0005, 0.002, 0.005, 0.02, 0.1, 0.5)},
)
def logistic(data: Training, knobs: Knobs) -> Pipeline:
    learner = LogisticRegression(C=knobs.inverse_penalty, class_weight="balanced", max_iter=1000)
    return Pipeline([*scaled(indicate=True), ("learn", learner)])


@strategy("prior", "control: the same score for every image", control=True)
def prior(data: Training, knobs: Knobs) -> Pipeline:
    return Pipeline([("learn", DummyClassifier(strategy="prior"))])


@strategy("container-only", "control: format, size and container, no pixel", control=True, shortcut=True)
def container_only(data: Training, knobs: Knobs) -> Pipeline:
    return Pipeline([("learn", booster(data, replace(knobs, column_share=0.8)))])


def booster_parameters(data: Training, knobs: Knobs) -> dict[str, Any]:
    """LightGBM parameters that are safe on little data and give the same trees on every run."""
    return {
        "learning_rate": knobs.learning_rate,
        "num_leaves": knobs.leaves,
        "colsample_bytree": knobs.column_share,
        "reg_lambda": knobs.l2,
        "min_child_samples": int(np.clip(data.rarer // 4, 2, 20)),
        "subsample": 0.8,
        "subsample_freq": 1,
        "max_bin": 63,
        "min_data_in_bin": 1 if data.rows < 200 else 3,
        "n_jobs": 1,
        "random_state": data.seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }


def booster(data: Training, knobs: Knobs, balanced: bool = False) -> BoostedTrees:
    """Boosted trees; they take NaN as it comes."""
    return BoostedTrees(knobs.trees, balanced, booster_parameters(data, knobs))


def imputer(indicate: bool = True) -> SimpleImputer:
    """Medians for what is missing, and columns that say so."""
    return SimpleImputer(strategy="median", add_indicator=indicate, keep_empty_features=True)


def scaled(indicate: bool) -> list[tuple[str, Any]]:
    """Steps for learners that measure distances: no gaps, heavy tails drawn in, every column of unit variance."""
    return [
        ("impute", imputer(indicate)),
        ("centre", RobustScaler()),
        ("squash", FunctionTransformer(np.arcsinh)),
        ("scale", StandardScaler()),
    ]


def interpolable() -> list[tuple[str, Any]]:
    """Scaled without columns for what is missing: half a gap exists in made-up fakes alone and would give them away."""
    return scaled(indicate=False)


def neighbours(data: Training) -> int:
    """SMOTE's neighbours: a fake has at most the other fakes."""
    return min(NEIGHBOURS, data.rarer - 1)
