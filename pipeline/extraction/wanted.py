"""What a feature table is to hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from realfake.forensics.errors import UnknownName, needs_one_of
from realfake.forensics.image import ForensicImage
from realfake.forensics.text.regions import Regions
from realfake.pipeline.settings import TABLE_LEVELS
from realfake.pipeline.tables.cells import Row


class WordSummary(Protocol):
    """Columns of an image that sum up its words: a scorer that was taught elsewhere; must be picklable."""

    @property
    def model(self) -> str:
        """SHA-256 of the model that it comes from; rows of another's are measured anew."""

    @property
    def columns(self) -> Sequence[str]:
        """What it fills."""

    def __call__(self, words: Regions, known: Row) -> Row:
        """Sum up the words of one image, of which `known` is the row so far."""


class PastSummary(Protocol):
    """Columns of an image that say what was received before it; must be picklable."""

    @property
    def columns(self) -> Sequence[str]:
        """What it fills."""

    def __call__(self, image: ForensicImage, path: str) -> Row:
        """What was received before an image."""


@dataclass(frozen=True)
class Wanted:
    """Which measurements a table holds.

    Attributes
    ----------
    families : of image features; all that are not optional, up to `cost`, where None
    cost : "fast" or "full"
    level : "image" for one row an image, "region" for one row a word with all measurements of words, "field" for one
        row a value that was read
    reader : what reads the screen; nothing does where None
    with_text : write what was read into the rows of values, names and numbers masked where "masked"
    summary : what sums up the words of each image in further columns; for one row an image
    past : what tells in further columns what was received before; for one row an image
    """

    families: tuple[str, ...] | None = None
    cost: str = "full"
    level: str = "image"
    reader: str | None = None
    with_text: bool | str = False
    summary: WordSummary | None = None
    past: PastSummary | None = None

    def __post_init__(self) -> None:
        needs_one_of("level", self.level, TABLE_LEVELS)
        if self.with_text and self.level != "field":
            raise UnknownName("text is written to tables of values alone; ask for the level field")

    @property
    def values(self) -> bool:
        """Whether a row is a value that was read."""
        return self.level == "field"

    @property
    def words(self) -> bool:
        """Whether a row is a word."""
        return self.level == "region"
