"""All that is measured on one image, in one pass over one decode; whatever scores takes this and no image."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from realfake.forensics.catalog import choose_families, measure_all
from realfake.forensics.extract import provenance
from realfake.forensics.image import ForensicImage

if TYPE_CHECKING:
    from realfake.forensics.text.regions import Regions


@dataclass(frozen=True)
class Evidence:
    """What was measured on an image.

    Attributes
    ----------
    provenance : where it comes from: file, hash, size, decoder
    features : `family__feature__statistic` to number, NaN where a feature does not apply
    words : the words of the screen with their measurements; None where they were not asked for
    abstain : why nothing should be said of the words, one sentence; empty where they can be judged
    note : what a reader should know of how the file was read; mostly empty

    Examples
    --------
    >>> import realfake
    >>> from skimage.data import page
    >>> evidence = realfake.measure(realfake.ForensicImage.from_array(page()), families=["ela"], words=False)
    >>> evidence.provenance["width"], evidence.row["format"], evidence.words
    (384, 'ARRAY', None)
    """

    provenance: dict[str, object]
    features: dict[str, float]
    words: Regions | None
    abstain: str
    note: str

    @property
    def row(self) -> dict[str, object]:
        """Provenance and features, as a row of the feature table."""
        return self.provenance | self.features


def measure(
    image: str | os.PathLike[str] | ForensicImage, families: Iterable[str] | None = None, words: bool = True
) -> Evidence:
    """Measure an image.

    Parameters
    ----------
    image : path or ForensicImage
    families : names of families of features; all that are not optional where None
    words : find the words and measure each too

    Returns
    -------
    Evidence

    Raises
    ------
    BadImage
        If the image cannot be measured.
    UnknownName
        If a family does not exist.

    Examples
    --------
    >>> import realfake
    >>> from skimage.data import page
    >>> evidence = realfake.measure(realfake.ForensicImage.from_array(page()), families=["ela"])
    >>> len(evidence.words.boxes) > 10, sorted(evidence.features)[0]
    (True, 'ela__q75__block_deviation')
    """
    if not isinstance(image, ForensicImage):
        image = ForensicImage.open(image)
    known, features = provenance(image), measure_all(image, choose_families(families))
    regions, abstain = None, ""
    if words:
        from realfake.forensics.text.legible import cannot_tell
        from realfake.forensics.text.regions import measure_regions

        regions = measure_regions(image)
        abstain = cannot_tell(image, regions)
    return Evidence(known, features, regions, abstain, image.note)
