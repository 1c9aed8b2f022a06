"""Columns of an image that sum up its words, filled by the scorer of a model that never saw the image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from realfake.forensics.errors import BadTable
from realfake.forensics.text.regions import Regions
from realfake.pipeline.settings import REGIONS, WORDS_MODEL
from realfake.pipeline.tables.cells import Row
from realfake.pipeline.tables.table import distinct, families_in, feature_columns, table_name
from realfake.pipeline.words.scorer import RegionScorer, departures, summarise, summary_features, words_of


@dataclass(frozen=True)
class ScoredWords:
    """What a scorer says of the words of an image, as columns of the image.

    Attributes
    ----------
    scorer : of words
    model : SHA-256 of the model that it comes from
    """

    scorer: RegionScorer
    model: str

    @property
    def columns(self) -> Sequence[str]:
        """The model's name, then `regions__...`."""
        return (WORDS_MODEL, *(entry.column for entry in summary_features(self.scorer.second is not None)))

    def __call__(self, words: Regions, known: Row) -> Row:
        """The columns of one image."""
        looks = self.scorer.looks(self.scorer.remembered(words_of(words, known)))
        return {WORDS_MODEL: self.model} | summarise(looks, departures(words.table))

    def check(self, images: pd.DataFrame) -> None:
        """Refuse a table whose words were scored by another model.

        Raises
        ------
        BadTable
            If they were, or nobody knows by which.
        """
        if (found := distinct(images, WORDS_MODEL)) != [self.model]:
            other = f"by {found[0][:12]}" if found else f"by nobody knows whom, without the column {WORDS_MODEL}"
            raise BadTable(
                f"the words of {table_name(images)} were scored {other} and not by {self.model[:12]}, which would "
                "score those of new images; extract it again, or name the model that did"
            )


def sums_up_words(images: pd.DataFrame) -> bool:
    """Whether a table of images has columns that sum up words."""
    return REGIONS in families_in(feature_columns(images))
