"""RUSBoost: boosting in which each round sees all fakes and as many genuine images, drawn anew by weight."""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from realfake.pipeline.learning.two_classes import TwoClassMixin, two_classes

LEAST_LOSS = 1e-3  # a round without error would get infinite say


class RUSBoost(TwoClassMixin, BaseEstimator):
    """AdaBoost.M2 on balanced draws, for two classes.

    imbalanced-learn's RUSBoostClassifier gives up where its first tree is worse than chance on the whole training set,
    which is common with few fakes; here such a round is drawn again and has no say.

    Parameters
    ----------
    rounds : int
    learning_rate : float
        Shrinks each round's say.
    depth : of the trees
    random_state : int, RandomState or None

    Attributes
    ----------
    trees_ : list of DecisionTreeClassifier
    say_ : (rounds kept,) float64

    References
    ----------
    Seiffert, Khoshgoftaar, Van Hulse and Napolitano, "RUSBoost: a hybrid approach to alleviating class imbalance",
    2010, doi:10.1109/TSMCA.2009.2029559.
    """

    def __init__(
        self,
        rounds: int = 100,
        learning_rate: float = 0.3,
        depth: int = 2,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.rounds = rounds
        self.learning_rate = learning_rate
        self.depth = depth
        self.random_state = random_state

    def fit(self, X: np.ndarray, y: np.ndarray) -> RUSBoost:
        """Boost; the second class in sorted order is the fakes."""
        X, y = validate_data(self, X, y, dtype=np.float32)  # the type that trees see
        self.classes_, coded = two_classes(y)
        rng = check_random_state(self.random_state)
        rare, common = (np.flatnonzero(coded == c) for c in np.argsort(np.bincount(coded), kind="stable"))
        weights = np.full(len(coded), 1 / len(coded))
        trees, say = [], []
        for _ in range(self.rounds):
            share = weights[common] / weights[common].sum()
            drawn = np.append(rare, rng.choice(common, len(rare), replace=True, p=share))
            seed = rng.randint(2**31 - 1)
            tree = DecisionTreeClassifier(max_depth=self.depth, max_features="sqrt", random_state=seed)
            tree.fit(X[drawn], coded[drawn], sample_weight=weights[drawn])
            belief_in_truth = tree.tree_.predict(X)[np.arange(len(coded)), coded]
            loss = max(float(weights @ (1 - belief_in_truth)), LEAST_LOSS)
            if loss >= 0.5:
                continue
            step = self.learning_rate * np.log((1 - loss) / loss)
            weights = weights * np.exp(-step * belief_in_truth)
            weights /= weights.sum()
            trees.append(tree)
            say.append(step)
        self.trees_, self.say_ = trees, np.asarray(say, np.float64)
        return self

    def decision_function(self, X: np.ndarray) -> np.ndarray:
        """Sum of the trees' leanings by their say, (n,) float64; 0 is undecided."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=np.float32)
        total = np.zeros(len(X))
        for tree, step in zip(self.trees_, self.say_, strict=True):
            total += step * (tree.tree_.predict(X)[:, 1] - 0.5)
        return total
