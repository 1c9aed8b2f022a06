"""From a file to a row of the feature table."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from realfake.forensics.catalog import choose_families, measure_all
from realfake.forensics.image import DECODER, DECODER_VERSION, ForensicImage
from realfake.forensics.names import PROVENANCE as PROVENANCE
from realfake.forensics.names import program_version as program_version
from realfake.forensics.phash import perceptual_hash


def provenance(image: ForensicImage) -> dict[str, object]:
    """Where a row comes from: the file, its hash, and what read it."""
    return {
        "path": image.name,
        "sha256": image.sha256,
        "phash": perceptual_hash(image),
        "format": image.format,
        "width": image.width,
        "height": image.height,
        "bytes": len(image.data),
        "frame": image.frame,
        "frames": image.frames,
        "decoder": DECODER,
        "decoder_version": DECODER_VERSION,
        "realfake_version": program_version(),
        "error": "",
    }


def extract_features(
    source: str | Path | ForensicImage, families: Iterable[str] | None = None, cost: str = "full"
) -> dict[str, object]:
    """Provenance and features of one image.

    Parameters
    ----------
    source : path or ForensicImage
    families : names of families, or None for all that are not optional
    cost : "fast" or "full"; the tier up to which families run when none are named

    Returns
    -------
    dict
        Provenance columns first, then `family__feature__statistic` numbers, NaN where a feature does not apply.

    Raises
    ------
    BadImage
        If the file cannot be measured.
    UnknownName
        If a family does not exist.

    Examples
    --------
    >>> import realfake
    >>> from skimage.data import page
    >>> row = realfake.extract_features(realfake.ForensicImage.from_array(page(), "page"), families=["ela"])
    >>> row["path"], row["width"], row["height"], bool(row["ela__q90__mean"] > 0)
    ('page', 384, 191, True)
    """
    chosen = choose_families(families, cost)
    image = source if isinstance(source, ForensicImage) else ForensicImage.open(source)
    return provenance(image) | measure_all(image, chosen)


def extract_values(
    source: str | Path | ForensicImage, reader: str = "auto", with_text: bool | str = False
) -> list[dict[str, object]]:
    """Provenance, place and form of each value and code of one image.

    Parameters
    ----------
    source : path or ForensicImage
    reader : one of `realfake.forensics.content.reading.READERS`, or "auto"
    with_text : tell what was read too, where "masked" with names and numbers masked but for their ends

    Returns
    -------
    list of dict
        One row a value, as `realfake.forensics.content.values_table.value_rows` says. An image without values gives one
        row whose `field` is -1.

    Raises
    ------
    BadImage
        If the file cannot be measured.
    """
    from realfake.forensics.content.codes import find_codes
    from realfake.forensics.content.fields import read_receipt
    from realfake.forensics.content.reading import choose_reader
    from realfake.forensics.content.values_table import no_row, value_rows

    image = source if isinstance(source, ForensicImage) else ForensicImage.open(source)
    chosen = choose_reader(reader)
    receipt = read_receipt(image, chosen) if chosen else None
    known = provenance(image)
    return [known | row for row in value_rows(receipt, find_codes(image), with_text) or [no_row()]]


REGION_PLACE = (
    "region", "x", "y", "region_width", "region_height", "field_x", "field_y", "field_width", "field_height",
    "direction",
)  # fmt: skip


def extract_regions(source: str | Path | ForensicImage) -> list[dict[str, object]]:
    """Provenance, place and measurements of each word of one image.

    Parameters
    ----------
    source : path or ForensicImage

    Returns
    -------
    list of dict
        One row a word: provenance, `region` (its number from 0), its box and that of its field in pixels of the stored
        picture, `direction` (the EXIF orientation at which its text was read, 1 for upright as stored), then the
        columns of `realfake.forensics.text.regions.region_catalogue`. An image without text gives one row whose
        `region` is -1 and whose measurements are NaN.

    Raises
    ------
    BadImage
        If the file cannot be measured.

    Examples
    --------
    >>> import realfake
    >>> from skimage.data import page
    >>> words = realfake.extract_regions(realfake.ForensicImage.from_array(page(), "page"))
    >>> words[0]["region"], len(words) > 10, all(word["x"] + word["region_width"] <= 384 for word in words)
    (0, True, True)
    """
    from realfake.forensics.text.regions import (
        measure_regions,  # brings pandas and SciPy, which whole images do without
    )

    image = source if isinstance(source, ForensicImage) else ForensicImage.open(source)
    known = provenance(image)
    regions = measure_regions(image)
    turn = regions.direction.turn
    if not regions.boxes:
        nowhere = dict.fromkeys(REGION_PLACE, 0) | {"region": -1, "direction": turn}
        return [known | nowhere | dict.fromkeys(regions.table.columns, np.nan)]
    values = regions.table.to_numpy()
    columns = list(regions.table.columns)
    return [
        known
        | dict(zip(REGION_PLACE, (i, *box, *field, turn), strict=True))
        | dict(zip(columns, row.tolist(), strict=True))
        for i, (box, field, row) in enumerate(zip(regions.boxes, regions.fields, values, strict=True))
    ]
