"""CASIA v1 and v2 image tampering sets (Dong, Wang & Tan 2013, doi:10.1109/ChinaSIP.2013.6625374).

Names say which genuine images a tampered one was made of: `Sp_D_CRN_A_arc0024_ani0031_0265.jpg` in v1 and
`Tp_D_NRN_S_N_ani10171_ani00001_12458.jpg` in v2 hold parts of two sources (a splice) or twice the same one (copy-move);
`Au_ani_0031.jpg` is the source ani0031 itself. All images that share a source, through others too, are one group. Masks
are those of Pham et al. 2019 (doi:10.3390/sym11010083), `<name>_gt.png`. The set has mistakes in its names, which the
masks' names mend (D for S, sources in the other order, a dot for an underscore): sources tell the type, and sources and
number find the mask.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from realfake.data.datasets.layout import ImportedImage, Label, Reading, Tree, in_mask_folder, link

MASK_SUFFIXES = ("_gt", "_combine")


@dataclass(frozen=True)
class Naming:
    """How one version of the set names its files."""

    genuine: re.Pattern[str]
    tampered: re.Pattern[str]


V1 = Naming(
    re.compile(r"(?i)Au_([a-z]{3})_(\d{4})"),
    re.compile(r"(?i)Sp_[DS]_[A-Z]{3}_[A-Z]_([a-z]{3}\d{4})_([a-z]{3}\d{4})[_.](\d{4})"),
)
V2 = Naming(
    re.compile(r"(?i)Au_([a-z]{3})_(\d{5})"),
    re.compile(r"(?i)Tp_[DS]_[A-Z]{3}_[A-Z]_[A-Z]_([a-z]{3}\d{5})_([a-z]{3}\d{5})[_.](\d{5})"),
)


@dataclass(frozen=True)
class Tampered:
    """What the name of a tampered image, or of its mask, says."""

    sources: tuple[str, ...]
    number: str

    @property
    def type(self) -> str:
        """Whether it was made of one image or of two."""
        return "copymove" if len(set(self.sources)) == 1 else "splice"

    @property
    def key(self) -> tuple[str, ...]:
        """The same for an image and its mask, whatever the order of sources."""
        return (*sorted(self.sources), self.number)


def casia1(tree: Tree) -> Reading:
    """Read CASIA v1: `Au_...`, `Sp_...` and `<name>_gt.png`, in any folders."""
    return _read(tree, V1)


def casia2(tree: Tree) -> Reading:
    """Read CASIA v2: `Au_...`, `Tp_...` and `<name>_gt.png`, in any folders."""
    return _read(tree, V2)


def _read(tree: Tree, naming: Naming) -> Reading:
    masks = {file: made for file in tree.images if (made := _mask_of(file, naming))}
    others = [file for file in tree.images if file not in masks and not in_mask_folder(file)]
    genuine = {file: source for file in others if (source := _source(file.stem, naming))}
    tampered = {file: made for file in others if (made := _tampered(file.stem, naming))}
    group = link([*((source,) for source in genuine.values()), *(made.sources for made in tampered.values())])
    exact = {_unmarked(file).lower(): file for file in masks}
    taken = {exact[file.stem.lower()] for file in tampered if file.stem.lower() in exact}
    renamed = {made.key: file for file, made in masks.items() if file not in taken}
    rows = [ImportedImage(file, Label.GENUINE, group[source]) for file, source in genuine.items()]
    for file, made in tampered.items():
        mask = exact.get(file.stem.lower()) or renamed.get(made.key)
        rows.append(ImportedImage(file, Label.FAKE, group[made.sources[0]], mask, made.type))
    return Reading(rows, set(masks))


def _source(stem: str, naming: Naming) -> str | None:
    match = naming.genuine.fullmatch(stem)
    return "".join(match.groups()).lower() if match else None


def _tampered(stem: str, naming: Naming) -> Tampered | None:
    match = naming.tampered.fullmatch(stem)
    return Tampered((match[1].lower(), match[2].lower()), match[3]) if match else None


def _mask_of(file: PurePosixPath, naming: Naming) -> Tampered | None:
    """Tell whose mask a file is: `<name>_gt` anywhere, `<name>` in a folder of masks."""
    marked = _unmarked(file) != file.stem
    return _tampered(_unmarked(file), naming) if marked or in_mask_folder(file) else None


def _unmarked(file: PurePosixPath) -> str:
    return next((file.stem.removesuffix(mark) for mark in MASK_SUFFIXES if file.stem.endswith(mark)), file.stem)
