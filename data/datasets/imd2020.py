"""IMD2020 real-life manipulated images (Novozamsky, Mahdian & Saic 2020, doi:10.1109/WACVW50321.2020.9096940).

A folder per original: `1a1ogs/1a1ogs_orig.jpg`, manipulations `1a1ogs/c8tf5mq_0.png` and masks
`1a1ogs/c8tf5mq_0_mask.png`. The folder is the group.
"""

from __future__ import annotations

from realfake.data.datasets.layout import ImportedImage, Label, Reading, Tree

ORIGINAL, MASK = "_orig", "_mask"


def imd2020(tree: Tree) -> Reading:
    """Read IMD2020: every folder that holds `<folder>_orig.*`."""
    sources = {file.parent for file in tree.images if file.stem == file.parent.name + ORIGINAL}
    inside = [file for file in tree.images if file.parent in sources]
    masks = {(file.parent, file.stem.removesuffix(MASK)): file for file in inside if file.stem.endswith(MASK)}
    reading = Reading(aside=set(masks.values()))
    for file in inside:
        if file.stem == file.parent.name + ORIGINAL:
            reading.rows.append(ImportedImage(file, Label.GENUINE, file.parent.name))
        elif file not in reading.aside:
            reading.rows.append(ImportedImage(file, Label.FAKE, file.parent.name, masks.get((file.parent, file.stem))))
    return reading
