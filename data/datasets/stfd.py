"""STFD, screenshot text forgeries (Yu et al. 2023, doi:10.1109/ICASSP49357.2023.10096069).

`STFD/5_Replacement/tamper/<hash>.png` with its mask of the same name in `masks`; five kinds of forgery, no genuine
image.
"""

from __future__ import annotations

import re

from realfake.data.datasets.layout import ImportedImage, Label, Reading, Tree

KIND = re.compile(r"(?i)(?:\d_)?(copy-?move|splicing|removal|insertion|replacement)")
TYPES = {"copymove": "copymove", "splicing": "splice"}
NOTE = "STFD has no genuine images: add genuine screenshots from elsewhere, through the same channel"


def stfd(tree: Tree) -> Reading:
    """Read STFD: `<kind>/tamper` and `<kind>/masks`; files of one name are one group."""
    masks = {(file.parent.parent, file.stem): file for file in tree.masks if KIND.fullmatch(file.parent.parent.name)}
    reading = Reading(aside=set(masks.values()))
    for file in tree.images:
        kind = KIND.fullmatch(file.parent.parent.name)
        if file.parent.name == "tamper" and kind:
            name = kind[1].lower().replace("-", "")
            mask = masks.get((file.parent.parent, file.stem))
            reading.rows.append(ImportedImage(file, Label.FAKE, file.stem, mask, TYPES.get(name, name)))
    if reading.rows:
        reading.notes.append(NOTE)
    return reading
