"""Columbia uncompressed image splicing set (Hsu & Chang 2006, doi:10.1109/ICME.2006.262447).

`4cam_auth/canong3_02_sub_01.tif` is a part of capture 02 of one camera, so all parts of a capture are one group.
`4cam_splc/canong3_canonxt_sub_01.tif` joins captures of two cameras. The edge masks colour both sides
of a splice and so do not tell what was inserted: they are left out.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from realfake.data.datasets.layout import ImportedImage, Label, Reading, Tree, in_mask_folder

CAMERA = "canong3|canonxt|nikond70|kodakdcs330"
GENUINE_NAME = re.compile(rf"(?i)({CAMERA})_(\d+)_sub_\d+")
SPLICED_NAME = re.compile(rf"(?i)({CAMERA})_({CAMERA})_sub_\d+")
EDGE_MASK = re.compile(rf"(?i)({CAMERA})_({CAMERA}|\d+)_sub_\d+_edgemask(_3)?")
NOTE = (
    "the names of spliced images tell the two cameras but not the captures: they are grouped by pair of cameras, "
    "and a genuine image may share content with a splice of another group"
)


def columbia(tree: Tree) -> Reading:
    """Read Columbia uncompressed: `4cam_auth` and `4cam_splc`, by file names alone."""
    reading = Reading(aside={file for file in tree.images if EDGE_MASK.fullmatch(file.stem)})
    for file in tree.images:
        if not in_mask_folder(file) and (row := _row(file)):
            reading.rows.append(row)
    if any(row.label == Label.FAKE for row in reading.rows):
        reading.notes.append(NOTE)
    return reading


def _row(file: PurePosixPath) -> ImportedImage | None:
    if genuine := GENUINE_NAME.fullmatch(file.stem):
        return ImportedImage(file, Label.GENUINE, "_".join(genuine.groups()).lower())
    if spliced := SPLICED_NAME.fullmatch(file.stem):
        return ImportedImage(
            file, Label.FAKE, "_".join(sorted(camera.lower() for camera in spliced.groups())), type="splice"
        )
    return None
