"""Feature extraction as a scikit-learn transformer."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from functools import partial

import joblib
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from realfake.forensics.catalog import feature_names
from realfake.forensics.errors import BadImage, RealfakeWarning, UnknownName, counted, needs_one_of
from realfake.forensics.extract import extract_features, extract_regions
from realfake.forensics.image import ForensicImage
from realfake.forensics.limited import Limits, limited

LEVELS = ("image", "region")
ON_ERROR = ("nan", "raise")
NO_REGION = -1  # the number of the row that stands for an image without words

Source = str | os.PathLike[str] | ForensicImage
Task = str | tuple[bytes | np.ndarray, str]  # a path, or a file's bytes or an array's pixels with its name
Rows = list[dict[str, object]]


class FailedImageWarning(RealfakeWarning):
    """Images could not be measured and are NaN in the table."""


class ForensicFeatures(TransformerMixin, BaseEstimator):
    """Paths (or ForensicImages) to a table of features, as a scikit-learn transformer.

    Every image is measured in a worker process that may take so much time and memory and no more, with one job too.

    Parameters
    ----------
    families : sequence of str, optional
        Families to compute; all that are not optional by default. Not for words, which have one set of measurements.
    cost : {"full", "fast"}
        Tier up to which families run when none are named.
    level : {"image", "region"}
        One row an image, in the order given, or one row a word. The latter is for a table of its own: before a
        classifier in a Pipeline there must be as many rows as labels.
    n_jobs : int, optional
        Worker processes; 1 where None, -1 for one a core. The table does not depend on it.
    on_error : {"nan", "raise"}
        What becomes of an image that cannot be measured: a row of NaN with a warning, or BadImage.
    limits : Limits, optional
        What one image may cost; 300 s and 4096 MiB where None.

    Attributes
    ----------
    feature_names_out_ : (columns,) ndarray of str

    Examples
    --------
    >>> import numpy as np
    >>> import realfake
    >>> pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    >>> image = realfake.ForensicImage.from_array(pixels, "noise")
    >>> table = realfake.ForensicFeatures(families=["ela"]).fit_transform([image, image])
    >>> table.shape[0], bool(table["ela__q90__mean"].iloc[0] > 1)
    (2, True)
    """

    def __init__(
        self,
        families: Sequence[str] | None = None,
        cost: str = "full",
        *,
        level: str = "image",
        n_jobs: int | None = None,
        on_error: str = "nan",
        limits: Limits | None = None,
    ) -> None:
        self.families = families
        self.cost = cost
        self.level = level
        self.n_jobs = n_jobs
        self.on_error = on_error
        self.limits = limits

    def fit(self, X: Sequence[Source], y: object = None) -> ForensicFeatures:
        """Check the parameters; nothing is learnt.

        Raises
        ------
        UnknownName
            If there is no such family, level or way to meet an error.
        """
        needs_one_of("level", self.level, LEVELS)
        needs_one_of("on_error", self.on_error, ON_ERROR)
        self.feature_names_out_ = np.asarray(self._columns(), dtype=object)
        return self

    def transform(self, X: Sequence[Source]) -> pd.DataFrame:
        """Measure images.

        Parameters
        ----------
        X : n paths or ForensicImages

        Returns
        -------
        DataFrame, float64
            One column a feature, NaN where it does not apply. One row an image; of words one row each, indexed by
            `image` (its place in X) and `region` (the word's number, -1 for an image without words).
            `attrs["errors"]` maps the place of each image that could not be measured to the reason.

        Raises
        ------
        BadImage
            If an image cannot be measured and `on_error` is "raise".

        Warns
        -----
        FailedImageWarning
            If images could not be measured and `on_error` is "nan".
        """
        check_is_fitted(self)
        columns = list(self.feature_names_out_)
        work = partial(_image_rows, families=self.families, cost=self.cost) if self.level == "image" else _region_rows
        rows: Rows = []
        places: list[tuple[int, object]] = []
        errors: dict[int, str] = {}
        jobs, limits = joblib.effective_n_jobs(self.n_jobs), self.limits or Limits()
        found = limited(map(_task, X), work, name=_name, jobs=jobs, limits=limits)
        for place, (_, outcome) in enumerate(found):
            if outcome.failure:
                if self.on_error == "raise":
                    raise BadImage(outcome.failure)
                errors[place] = outcome.failure
            mine = outcome.result or [dict.fromkeys(columns, np.nan)]
            rows += mine
            places += [(place, row.get("region", NO_REGION)) for row in mine]
        index = pd.MultiIndex.from_tuples(places, names=["image", "region"]) if self.level == "region" else None
        table = pd.DataFrame(rows, index, columns).astype(np.float64)
        table.attrs["errors"] = errors
        if errors:
            first = next(iter(errors.values()))
            sentence = f"{counted(len(errors), 'image')} of {len(X)} could not be measured; the first: {first}"
            warnings.warn(sentence, FailedImageWarning, stacklevel=2)
        return table

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Column names of `transform`."""
        check_is_fitted(self)
        return self.feature_names_out_

    def _columns(self) -> list[str]:
        if self.level == "image":
            return feature_names(self.families, self.cost)
        from realfake.forensics.text.regions import region_names  # brings SciPy, which whole images do without

        if self.families is not None:
            raise UnknownName("words have one set of measurements; leave the families out or choose the level image")
        return region_names()

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.requires_fit = True
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        return tags


def _task(source: Source) -> Task:
    """What a worker needs of an image: its views are not sent, they are computed again."""
    if isinstance(source, ForensicImage):
        return source.data or source.rgb, source.name
    return os.fspath(source)


def _name(task: Task) -> str:
    return task if isinstance(task, str) else task[1]


def _image(task: Task) -> ForensicImage:
    if isinstance(task, str):
        return ForensicImage.open(task)
    content, name = task
    if isinstance(content, bytes):
        return ForensicImage.from_bytes(content, name)
    return ForensicImage.from_array(content, name)


def _image_rows(task: Task, families: Sequence[str] | None, cost: str) -> Rows:
    return [extract_features(_image(task), families, cost)]


def _region_rows(task: Task) -> Rows:
    return extract_regions(_image(task))
