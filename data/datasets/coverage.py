"""COVERAGE copy-move set (Wen et al. 2016, doi:10.1109/ICIP.2016.7532339).

`image/1.tif` is an original, `image/1t.tif` the forgery made of it, `mask/1forged.tif` what was forged,
`mask/1copy.tif` and `mask/1paste.tif` what was copied and the similar object that it covers.
"""

from __future__ import annotations

import re

from realfake.data.datasets.layout import ImportedImage, Label, Reading, Tree

NAME = re.compile(r"(\d{1,3})(t?)")
MASK = re.compile(r"(\d{1,3})(copy|paste|forged)", re.IGNORECASE)


def coverage(tree: Tree) -> Reading:
    """Read COVERAGE: numbered TIFF files in `image` and `mask`."""
    tiffs = [file for file in tree.images if file.suffix.lower() in (".tif", ".tiff")]
    masks = {file: match for file in tiffs if (match := MASK.fullmatch(file.stem))}
    forged = {match[1]: file for file, match in masks.items() if match[2].lower() == "forged"}
    reading = Reading(aside=set(masks))
    for file in tiffs:
        if file.parent.name == "image" and (match := NAME.fullmatch(file.stem)):
            number, tampered = match.groups()
            made = (
                ImportedImage(file, Label.FAKE, number, forged.get(number), "copymove")
                if tampered
                else ImportedImage(file, Label.GENUINE, number)
            )
            reading.rows.append(made)
    return reading
