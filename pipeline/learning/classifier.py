"""A strategy as a scikit-learn classifier: everything that depends on the labels is built when it is fitted."""

from __future__ import annotations

from dataclasses import asdict, replace
from numbers import Integral
from typing import Any

import numpy as np
from imblearn.pipeline import Pipeline
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags, check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from realfake.forensics.errors import TooFewFakes, counted
from realfake.pipeline.learning.knobs import FEWEST, Knobs
from realfake.pipeline.learning.strategies import Training, one_strategy
from realfake.pipeline.learning.two_classes import two_classes

CONSTANT = "prior"  # the strategy that scores every row alike
KNOB = "knobs__"


def check_counts(strategy: str, y: np.ndarray) -> None:
    """Raise TooFewFakes where a strategy is given fewer than `FEWEST` rows of a class, (n,) 0 or 1."""
    fakes = int(y.sum())
    if min(fakes, len(y) - fakes) < FEWEST:
        raise TooFewFakes(
            f"strategy {strategy} was given {counted(fakes, 'fake')} and {counted(len(y) - fakes, 'genuine image')} to "
            f"learn from; it needs {FEWEST} of each class in every training part: label more of the rarer class"
        )


class StrategyClassifier(ClassifierMixin, BaseEstimator):
    """A strategy against class imbalance, for two classes.

    Parameters
    ----------
    strategy : str
        Name of the strategy, one of `realfake.STRATEGIES`.
    random_state : int, RandomState or None
        The same integer gives the same model.
    knobs : Knobs, optional
        Hyper-parameters, the defaults where None. Each is a parameter of its own too, such as `knobs__trees` in a grid.

    Attributes
    ----------
    classes_ : (2,) ndarray
        The labels in sorted order; the second stands for the fakes.
    pipeline_ : imblearn.pipeline.Pipeline
        Fitted on labels 0 and 1.
    n_features_in_ : int
    feature_names_in_ : (d,) ndarray of str
        Only where X had column names.

    Notes
    -----
    NaN stands for a value that is missing. It learns from every column of X; which columns a strategy should see is
    said by `Strategy.columns`.

    Examples
    --------
    >>> import numpy as np
    >>> import realfake
    >>> from sklearn.model_selection import cross_val_score
    >>> y = np.repeat([0, 1], [60, 6])
    >>> X = np.random.default_rng(0).normal(size=(66, 4)) + 4 * y[:, None]
    >>> scores = cross_val_score(realfake.StrategyClassifier("smote", 0), X, y, cv=3, scoring="roc_auc")
    >>> bool(scores.min() > 0.9)
    True
    """

    def __init__(
        self,
        strategy: str = "balanced-bagging",
        random_state: int | np.random.RandomState | None = None,
        knobs: Knobs | None = None,
    ) -> None:
        self.strategy = strategy
        self.random_state = random_state
        self.knobs = knobs

    def fit(self, X: np.ndarray, y: np.ndarray) -> StrategyClassifier:
        """Build the strategy's pipeline for these rows and fit it.

        Parameters
        ----------
        X : (n, d) array-like or DataFrame of numbers, NaN allowed
        y : (n,) labels of two classes

        Raises
        ------
        UnknownName
            If there is no such strategy.
        TooFewFakes
            If there are fewer than two rows of a class.
        ValueError
            If there are more than two classes, or X and y are not of the shapes above.
        """
        X, y = validate_data(self, X, y, ensure_all_finite="allow-nan", ensure_min_samples=FEWEST)
        build = one_strategy(self.strategy).build
        self.classes_, coded = two_classes(y)
        check_counts(self.strategy, coded)
        self.pipeline_ = build(Training.of(coded, self._seed()), self.knobs or Knobs()).fit(X, coded)
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Scores of both classes, (n, 2) float64, rows sum to 1.

        They rank; where the strategy balances the classes they are too high for the second one as probabilities.
        """
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, ensure_all_finite="allow-nan")
        return np.asarray(self.pipeline_.predict_proba(X), np.float64)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The class of the higher score, (n,)."""
        likelier = np.argmax(self.predict_proba(X), axis=1)
        classes: np.ndarray = self.classes_[likelier]
        return classes

    def for_scoring(self) -> Pipeline:
        """The fitted pipeline without the steps that only act in training."""
        check_is_fitted(self)
        return Pipeline([(name, step) for name, step in self.pipeline_.steps if not hasattr(step, "fit_resample")])

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters; with `deep` each of the knobs too."""
        found: dict[str, Any] = super().get_params(deep=deep)
        if deep and isinstance(self.knobs, Knobs | None):
            found |= {f"{KNOB}{name}": value for name, value in asdict(self.knobs or Knobs()).items()}
        return found

    def set_params(self, **params: Any) -> StrategyClassifier:
        """Set parameters; `knobs__NAME` changes one of the knobs."""
        turned = {name.removeprefix(KNOB): params.pop(name) for name in list(params) if name.startswith(KNOB)}
        super().set_params(**params)
        if turned:
            known = asdict(Knobs())
            strange = sorted(set(turned) - set(known))
            if strange:
                raise ValueError(f"there is no knob {strange[0]!r}; choose from {', '.join(known)}")
            self.knobs = replace(self.knobs or Knobs(), **turned)
        return self

    def _seed(self) -> int:
        if isinstance(self.random_state, Integral):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(2**31 - 1))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        tags.classifier_tags.poor_score = self.strategy == CONSTANT
        return tags
