"""What an archive says of an image, as columns of a feature table: made of images received earlier and of no label."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from realfake.data.manifest import printable
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import Feature, column_name
from realfake.forensics.text.measurement import snapped
from realfake.forensics.text.signature import screen_signature
from realfake.pipeline.archive.adding import Screen
from realfake.pipeline.archive.finding import ALTERED, DUPLICATE, Finding
from realfake.pipeline.archive.past import found_of
from realfake.pipeline.archive.screens import kept_path
from realfake.pipeline.archive.store import Store
from realfake.pipeline.archive.template import KINDS
from realfake.pipeline.settings import ARCHIVE
from realfake.pipeline.tables.cells import Row

SOURCE = "this program: what was received before"


def past_features() -> tuple[Feature, ...]:
    """The columns that an archive adds to an image."""
    rows = [
        ("copy__duplicate", "0/1", "1 where the same capture was received before, unaltered"),
        ("copy__altered", "0/1", "1 where the same capture was received before with other words"),
        ("copy__similarity", "share", "compared words that agree with the earlier image; empty without one"),
        ("copy__changed", "words", "words that the earlier image shows otherwise or not at all; empty without one"),
        ("copy__gone", "words", "words of the earlier image that are gone; empty without one"),
        ("template__screens", "screens", "earlier screens of its template that it was held against; empty where few"),
        ("static__words", "words", "of its words, those that many of them show"),
        ("static__absent", "share", "of the words on nearly all of them that it lacks"),
        ("static__departure", "ratio", "largest of what follows, each by how far earlier screens are from each other"),
        *((f"static__{kind}", *KINDS[kind]) for kind in KINDS),
    ]
    return tuple(Feature(column_name(ARCHIVE, name), ARCHIVE, unit, text, SOURCE, "full") for name, unit, text in rows)


def past_numbers(found: Finding) -> dict[str, float]:
    """The columns of `past_features` for one image; NaN where nothing was there to compare."""
    copied, static = found.earlier is not None, found.departure
    numbers = [
        found.case == DUPLICATE,
        found.case == ALTERED,
        found.similarity,
        len(found.changed) if copied else math.nan,
        len(found.gone) if copied else math.nan,
    ]
    if static is None:
        numbers += [math.nan] * (4 + len(KINDS))
    else:
        numbers += [static.screens, len(static.words), static.absent, static.beyond, *static.values]
    names = (entry.column for entry in past_features())
    return dict(zip(names, snapped(np.array(numbers, float)).tolist(), strict=True))


@dataclass(frozen=True)
class Past:
    """What was received before, as columns of the images of a table; may be sent to other processes.

    Attributes
    ----------
    archive : file or URL
    moments : path of an image to when it was received, as far as that is known
    """

    archive: str
    moments: Mapping[str, str]

    @property
    def columns(self) -> Sequence[str]:
        """What it fills."""
        return [entry.column for entry in past_features()]

    def __call__(self, image: ForensicImage, path: str) -> Row:
        """The columns of one image."""
        return past_numbers(self.found(image, path))

    def found(self, image: ForensicImage, path: str) -> Finding:
        """What the archive says of one image."""
        moment = self.moments.get(path, "")
        screen = Screen(printable(kept_path(path)), image.sha256, image.shared(screen_signature), moment)
        return found_of(screen, _opened(self.archive, os.getpid()))


@lru_cache(maxsize=4)
def _opened(archive: str, process: int) -> Store:
    """The archive as a worker process keeps it open; a fork opens its own."""
    return Store(archive)
