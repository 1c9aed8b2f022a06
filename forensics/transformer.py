"""Feature extraction as a scikit-learn transformer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

from realfake.forensics.catalog import catalogue, choose_families
from realfake.forensics.extract import extract_features
from realfake.forensics.image import ForensicImage


class ForensicFeatures(TransformerMixin, BaseEstimator):
    """Paths (or ForensicImages) to a table of features, as a scikit-learn transformer.

    Parameters
    ----------
    families : sequence of str, optional
        Families to compute; all that are not optional by default.
    cost : {"full", "fast"}
        Tier up to which families run when none are named.
    """

    def __init__(self, families: Sequence[str] | None = None, cost: str = "full") -> None:
        self.families = families
        self.cost = cost

    def fit(self, X: Sequence[str | Path | ForensicImage], y: object = None) -> ForensicFeatures:
        """Check the families' names; nothing is learnt."""
        self.feature_names_out_ = np.asarray(
            [entry.column for entry in catalogue([f.name for f in choose_families(self.families, self.cost)])],
            dtype=object,
        )
        return self

    def transform(self, X: Sequence[str | Path | ForensicImage]) -> pd.DataFrame:
        """One row per image, one column per feature."""
        rows = [extract_features(source, self.families, self.cost) for source in X]
        return pd.DataFrame(rows, columns=list(self.feature_names_out_))

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Column names of `transform`."""
        return self.feature_names_out_

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = True
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        return tags
