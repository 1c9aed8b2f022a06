"""All that is measured on one image, in one pass over one decode; whatever scores takes this and no image."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from realfake.forensics.catalog import choose_families, measure_all
from realfake.forensics.extract import provenance
from realfake.forensics.image import ForensicImage

if TYPE_CHECKING:
    from realfake.forensics.content.codes import Code
    from realfake.forensics.content.consistency import Finding
    from realfake.forensics.content.reading import Reader
    from realfake.forensics.content.receipt import Receipt
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
    receipt : what was read on the screen; None where reading was not asked for or no reader is installed
    codes : QR and bar codes of the screen; empty where reading was not asked for
    findings : what on the screen contradicts what else it says; empty where reading was not asked for

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
    receipt: Receipt | None = None
    codes: tuple[Code, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def row(self) -> dict[str, object]:
        """Provenance and features, as a row of the feature table."""
        return self.provenance | self.features


def measure(
    image: str | os.PathLike[str] | ForensicImage,
    families: Iterable[str] | None = None,
    words: bool = True,
    reader: str | Reader | None = None,
    received: datetime | None = None,
    columns: Collection[str] | None = None,
) -> Evidence:
    """Measure an image.

    Parameters
    ----------
    image : path or ForensicImage
    families : names of families of features; all that are not optional where None
    words : find the words and measure each too
    reader : read what the screen says with this one of `realfake.forensics.content.reading.READERS`, "auto" for the
        first that is installed, or an object of that protocol; not at all where None
    received : when the image came, as far as that is known: no receipt is of a later day
    columns : of the families, those that are wanted; all where None. A family is measured no further than it takes

    Returns
    -------
    Evidence

    Raises
    ------
    BadImage
        If the image cannot be measured.
    UnknownName
        If a family or a reader does not exist.
    MissingExtra
        If a reader is named that is not installed.

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
    known, features = provenance(image), measure_all(image, choose_families(families), columns)
    regions, abstain = None, ""
    if words:
        from realfake.forensics.text.legible import cannot_tell
        from realfake.forensics.text.regions import measure_regions

        regions = measure_regions(image)
        abstain = cannot_tell(image, regions)
    receipt, note = None, image.note
    codes: tuple[Code, ...] = ()
    findings: tuple[Finding, ...] = ()
    if reader is not None:
        from realfake.forensics.content.codes import find_codes
        from realfake.forensics.content.consistency import check_content
        from realfake.forensics.content.fields import read_receipt
        from realfake.forensics.content.reading import MISSING, choose_reader

        codes = find_codes(image)
        chosen = choose_reader(reader) if isinstance(reader, str) else reader
        receipt = read_receipt(image, chosen) if chosen else None
        note = "; ".join(filter(None, (note, "" if chosen else MISSING)))
        numbers, findings = check_content(receipt, codes, image, received)
        features |= numbers
    return Evidence(known, features, regions, abstain, note, receipt, codes, findings)
