"""Two levels in one table: images gain what a scorer of their words says, by a scorer that has not seen their group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from realfake.forensics.errors import BadTable
from realfake.pipeline.learning.forged import Forge, forged_rows
from realfake.pipeline.learning.strategies import Strategy, one_strategy
from realfake.pipeline.tables.labelled_words import region_labels
from realfake.pipeline.tables.table import (
    Labelled,
    failed_rows,
    families_in,
    feature_columns,
    groups,
    table_name,
)
from realfake.pipeline.words.scorer import (
    FAMILY,
    Looks,
    RegionScorer,
    cross_fitted,
    cross_fitted_looks,
    lesson_of,
    summarise_table,
)
from realfake.pipeline.words.second_look import STRATEGY as AGAIN

FOLDS = 5


def regrouped(images: pd.DataFrame, column: str) -> pd.DataFrame:
    """The table with another column's values as groups, such as the app of each image.

    Raises
    ------
    BadTable
        If there is no such column or it has gaps.
    """
    if column not in images or images[column].isna().any():
        if column == "group":
            return images
        raise BadTable(f"{table_name(images)} lacks a value of {column!r} for each image; group by another column")
    renamed = images.assign(group=images[column].astype(str))
    renamed.attrs |= images.attrs
    return renamed


def only_families(images: pd.DataFrame, families: Sequence[str] | None) -> pd.DataFrame:
    """The table with the features of these families alone, or of parts of them; all of them where None.

    Parameters
    ----------
    families : names, or names with what follows in a column, such as `regions__second`

    Raises
    ------
    BadTable
        If the table has no feature of one of them.
    """
    if families is None:
        return images
    columns = feature_columns(images)
    kept = {name: [column for column in columns if f"{column}__".startswith(f"{name}__")] for name in families}
    lacking = [name for name in families if not kept[name]]
    if lacking:
        there = ", ".join(families_in(columns))
        what = f"{table_name(images)} has no features of the family {lacking[0]}, only of {there}"
        raise BadTable(f"{what}; extract it or leave it out")
    return images.drop(columns=set(columns).difference(*kept.values()))


def with_region_scores(
    images: pd.DataFrame,
    words: pd.DataFrame,
    strategy: Strategy,
    seed: int = 0,
    folds: int = FOLDS,
    forge: Forge | None = None,
    second: bool = True,
) -> tuple[pd.DataFrame, RegionScorer]:
    """Join cross-fitted region scores to a feature table, and the scorer fitted on all words for new images.

    Parameters
    ----------
    images : feature table, one row an image
    words : region table of the same images, with `edited`
    strategy : for the first look
    forge : makes forgeries of the genuine images where the strategy asks for them
    second : look again at the highest words of each image

    Returns
    -------
    DataFrame
        `images` with the columns of the family `regions`; each image scored by a scorer that saw no word of its group,
        and whose second look learnt from scores of scorers that had not seen it either.
    RegionScorer
        Fitted on all words.

    Raises
    ------
    BadTable
        If the tables do not name the same images, or too few words are known to be edited.
    """
    group_of = _groups_by_path(images, words)
    forged = None
    if strategy.forged and forge is not None:
        forged = forged_rows(Labelled(words, region_labels(words), group_of), forge)
    lesson = lesson_of(words, strategy, groups=group_of, forged=forged)
    first = cross_fitted(lesson, folds, seed, nested=second)
    looks, look = Looks(first.scores), None
    if second:
        looks, look = cross_fitted_looks(words, first, one_strategy(AGAIN), seed=seed)
    return with_looks(images, words, looks), replace(lesson.scorer(seed), second=look)


def with_scores_of(images: pd.DataFrame, words: pd.DataFrame, scorer: RegionScorer) -> pd.DataFrame:
    """Join the scores of a scorer that was trained on none of these images."""
    _groups_by_path(images, words)
    return with_looks(images, words, scorer.looks(scorer.remembered(words)))


def _groups_by_path(images: pd.DataFrame, words: pd.DataFrame) -> np.ndarray:
    known = dict(zip(images["path"], groups(images), strict=True))
    strange = [path for path in words["path"].unique() if path not in known]
    if strange:
        raise BadTable(
            f"{table_name(words)} has words of {len(strange)} images that {table_name(images)} lacks, the first "
            f"{strange[0]}; extract both from the same manifest"
        )
    failed = failed_rows(images)
    lacking = sorted(set(images.loc[~failed, "path"]) - set(words["path"]))
    if lacking:
        raise BadTable(
            f"{table_name(words)} has no words of {len(lacking)} images of {table_name(images)}, the first "
            f"{lacking[0]}; extract both from the same manifest"
        )
    return words["path"].map(known).to_numpy()


def with_looks(images: pd.DataFrame, words: pd.DataFrame, looks: Looks) -> pd.DataFrame:
    """Join what these scores of words say of each image, in place of what earlier ones said."""
    kept = images[[name for name in images.columns if not str(name).startswith(f"{FAMILY}__")]]
    joined = kept.merge(summarise_table(words, looks), on="path", how="left", validate="m:1")
    joined.attrs |= images.attrs
    return joined
