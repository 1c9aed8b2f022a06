"""CoMoFoD copy-move set (Tralic et al. 2013, ELMAR-2013, pp. 49-54).

`001_O.png` is an original, `001_F.png` the forgery made of it, `001_B.png` its binary mask, `001_M.png` a coloured one;
`001_F_JC1.jpg` and the like went through a post-processing step. Small images have three digits, large ones two.
"""

from __future__ import annotations

import re

from realfake.data.datasets.layout import ImportedImage, Label, Reading, Tree

NAME = re.compile(r"(\d{2,3})_([FO])(?:_((?:JC|IB|NA|BC|CR|CA)\d))?", re.IGNORECASE)
MASK = re.compile(r"(\d{2,3})_([BM])", re.IGNORECASE)
LABELS = {"F": Label.FAKE, "O": Label.GENUINE}


def comofod(tree: Tree) -> Reading:
    """Read CoMoFoD, small or large; the post-processing mark stands in the column `delivered`."""
    masks = {file: match for file in tree.images if (match := MASK.fullmatch(file.stem))}
    binary = {(file.parent, match[1]): file for file, match in masks.items() if match[2].upper() == "B"}
    reading = Reading(aside=set(masks))
    for file in tree.images:
        if match := NAME.fullmatch(file.stem):
            number, kind, step = match.groups()
            label = LABELS[kind.upper()]
            mask = binary.get((file.parent, number)) if label == Label.FAKE else None
            made = "copymove" if label == Label.FAKE else ""
            reading.rows.append(ImportedImage(file, label, number, mask, made, (step or "").upper()))
    return reading
