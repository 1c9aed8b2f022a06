"""One's own images in two folders: `genuine/` and `fake/`, or other names that say the same.

A folder below them is a group: `genuine/case17/a.png` and `fake/case17/b.png` belong together. An image that stands
directly in them is grouped with those of the same name in the other folder. The mask of `fake/case17/b.png` is
`masks/case17/b.png` or stands beside it as `b_mask.png`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import PurePosixPath

from realfake.data.datasets.layout import (
    IMAGE_SUFFIXES,
    MASK_FOLDER,
    ImportedImage,
    Label,
    Reading,
    Tree,
    first_of,
    in_mask_folder,
)

NAMES = {  # of folders, in the languages of those who asked
    Label.GENUINE: """
        genuine genuines authentic authentics real reals original originals legit legitimate pristine untouched
        unedited au echt echte originale originali originales originais autentico autenticos autentici verdadero
        verdaderos verdadeiro verdadeiros legitimo legitimos genuino genuinos reales reais reali authentique
        authentiques vrai vrais
    """,
    Label.FAKE: """
        fake fakes forged forgery forgeries tampered manipulated fraud frauds fraudulent counterfeit
        counterfeits doctored falsified tp gefalscht gefalschte falschung falschungen falso falsos falsa falsas
        falsi falsificado falsificados falsificada falsificadas falsificati fraude fraudes faux falsifie
        falsifies
    """,
}
LABELS = {name: label for label, names in NAMES.items() for name in names.split()}
IDLE = frozenset(
    {"image", "images", "screen", "screens", "screenshot", "screenshots", "photo", "photos", "pictures", "set"}
)
NUMBERED = {"0": Label.GENUINE, "1": Label.FAKE}  # only where there are no other folders
KNOWN = "genuine, authentic, real, original, legit or 0, and fake, forged, tampered, manipulated, fraud or 1"
MASK_SUFFIXES = ("_mask", "_gt")
NOTE = (
    "{} images stand directly in a class folder and are grouped by file name alone; put all images made from one "
    "capture into one subfolder, or edit the column group"
)


def folders(tree: Tree) -> Reading:
    """Read class folders."""
    tops = {file.parts[0] for file in tree.images if file.parts[1:] and not in_mask_folder(file)}
    numbered = NUMBERED if tops == set(NUMBERED) else {}
    classed = {file: found for file in tree.images if (found := _class_and_rest(file, numbered))}
    beside = {file for file in classed if _belongs_to_another(file, classed)}
    masks = {**_mask_keys(tree.masks), **{str(file.with_suffix("")): file for file in beside}}
    reading = Reading(aside={*tree.masks, *beside})
    flat = 0
    for file, (label, inner) in classed.items():
        if file not in beside:
            mask = first_of(_keys(file, inner), masks) if label == Label.FAKE else None
            reading.rows.append(
                ImportedImage(file, label, inner.parent.as_posix() if inner.parts[:-1] else inner.stem, mask)
            )
            flat += len(inner.parts) == 1
    if flat:
        reading.notes.append(NOTE.format(flat))
    return reading


def class_of(folder: str) -> int | None:
    """The class that a folder's name tells, whatever its capitals, accents and signs; None where it tells none."""
    plain = unicodedata.normalize("NFKD", folder).encode("ascii", "ignore").decode().lower()
    labels = {LABELS.get(word) for word in re.findall("[a-z]+", plain) if word not in IDLE}
    return labels.pop() if len(labels) == 1 else None


def _class_and_rest(file: PurePosixPath, numbered: Mapping[str, int]) -> tuple[int, PurePosixPath] | None:
    """Return the label of the outermost class folder and the path inside it."""
    if in_mask_folder(file):
        return None
    for depth, part in enumerate(file.parts[:-1]):
        label = numbered.get(part, class_of(part))
        if label is not None:
            return label, PurePosixPath(*file.parts[depth + 1 :])
    return None


def _belongs_to_another(file: PurePosixPath, classed: dict[PurePosixPath, tuple[int, PurePosixPath]]) -> bool:
    """Whether a file is by its name the mask of an image beside it."""
    owners = [file.with_name(file.stem.removesuffix(s)) for s in MASK_SUFFIXES if file.stem.endswith(s)]
    return any(owner.with_name(owner.name + ending) in classed for owner in owners for ending in IMAGE_SUFFIXES)


def _mask_keys(masks: tuple[PurePosixPath, ...]) -> dict[str, PurePosixPath]:
    """Name each mask by its path inside the folder of masks, without the ending."""
    keys = {}
    for file in masks:
        depth = max(i for i, part in enumerate(file.parts[:-1]) if MASK_FOLDER.fullmatch(part))
        keys["masks/" + PurePosixPath(*file.parts[depth + 1 :]).with_suffix("").as_posix()] = file
    return keys


def _keys(file: PurePosixPath, inner: PurePosixPath) -> list[str]:
    """Return the names under which the mask of an image may be known."""
    beside, inside = str(file.with_suffix("")), "masks/" + inner.with_suffix("").as_posix()
    return [inside, *(name + suffix for name in (inside, beside) for suffix in MASK_SUFFIXES)]
