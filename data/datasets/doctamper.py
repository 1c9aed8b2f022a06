"""DocTamper tampered document set (Qu et al. 2023, doi:10.1109/CVPR52729.2023.00574), unpacked from LMDB.

The set comes as LMDB databases `DocTamperV1-*/data.mdb` with keys `image-%09d` and `label-%09d`. Unpacked, it is
`DocTamperV1-*/images/0.jpg` with `masks/0.png` (also seen: `tampered` and `mask`). Every image is tampered.
"""

from __future__ import annotations

from realfake.data.datasets.layout import ImportedImage, Label, Reading, Tree
from realfake.forensics.errors import BadManifest

IMAGES = {"images": "masks", "tampered": "mask"}
SET = "doctamper"
NOTES = [
    "every DocTamper image is tampered: add genuine documents from elsewhere, through the same channel",
    "names do not tell the source document: each image is its own group",
]


def doctamper(tree: Tree) -> Reading:
    """Read unpacked DocTamper folders.

    Raises
    ------
    BadManifest
        The folder holds the databases only.
    """
    inside = [file for file in tree.images if SET in "/".join((tree.name, *file.parts[:-1])).lower()]
    masks = {(file.parent, file.stem): file for file in inside if file.parent.name in IMAGES.values()}
    reading = Reading(aside=set(masks.values()))
    for file in inside:
        if mask_folder := IMAGES.get(file.parent.name):
            base = file.parent.parent
            group = f"{base.name or tree.name}_{file.stem}"
            reading.rows.append(ImportedImage(file, Label.FAKE, group, masks.get((base / mask_folder, file.stem))))
    if not reading.rows and any(file.name == "data.mdb" for file in tree.files):
        raise BadManifest(
            f"{tree.name} holds LMDB databases (data.mdb); unpack them into images/ and masks/ first, as "
            "docs/labelling.md says"
        )
    if reading.rows:
        reading.notes.extend(NOTES)
    return reading
