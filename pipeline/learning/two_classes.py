"""What learners of two classes have in common: their labels, and what follows from log-odds."""

from __future__ import annotations

import numpy as np
from scipy.special import expit
from sklearn.base import ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets, type_of_target


class TwoClassMixin(ClassifierMixin):
    """Probabilities and classes of a learner whose `decision_function` counts for its second class as log-odds do."""

    classes_: np.ndarray

    def decision_function(self, X: np.ndarray) -> np.ndarray:
        """(n,) float64, above 0 for the second class; each learner has its own."""
        raise NotImplementedError

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probability of both classes, (n, 2) float64."""
        fake = expit(self.decision_function(X))
        return np.column_stack([1 - fake, fake])

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The likelier class, (n,)."""
        likelier = (self.decision_function(X) > 0).astype(int)
        classes: np.ndarray = self.classes_[likelier]
        return classes

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags


def two_classes(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two classes in sorted order, and each label's place among them.

    Raises
    ------
    ValueError
        If the labels are not of two classes.
    """
    check_classification_targets(y)
    classes, coded = np.unique(y, return_inverse=True)
    if len(classes) > 2:
        raise ValueError(f"Only binary classification is supported. The type of the target is {type_of_target(y)}.")
    if len(classes) < 2:
        raise ValueError("This classifier needs samples of 2 classes, but the data contains one class")
    return classes, coded
