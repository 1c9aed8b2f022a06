"""CASIA v1 and v2 image tampering sets (Dong, Wang & Tan 2013, doi:10.1109/ChinaSIP.2013.6625374).

Names say which genuine images a tampered one was made of: `Sp_D_CRN_A_arc0024_ani0031_0265.jpg` in v1 and
`Tp_D_NRN_S_N_ani10171_ani00001_12458.jpg` in v2 hold parts of two sources (D, different: a splice) or twice the same
one (S: copy-move); `Au_ani_0031.jpg` is the source ani0031 itself. All images that share a source, through others too,
are one group. Masks are those of Pham et al. 2019 (doi:10.3390/sym11010083): `<name>_gt.png`. A few names of the
set have a dot for the last underscore.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from data.datasets.layout import FAKE, GENUINE, Reading, Row, Tree, first_of, in_mask_folder, link

TYPES = {"D": "splice", "S": "copymove"}
MASK_SUFFIXES = ("_gt", "_combine")


@dataclass(frozen=True)
class Naming:
    """How one version of the set names its files."""

    genuine: re.Pattern[str]
    tampered: re.Pattern[str]


V1 = Naming(
    re.compile(r"(?i)Au_([a-z]{3})_(\d{4})"),
    re.compile(r"(?i)Sp_([DS])_[A-Z]{3}_[A-Z]_([a-z]{3}\d{4})_([a-z]{3}\d{4})[_.]\d{4}"),
)
V2 = Naming(
    re.compile(r"(?i)Au_([a-z]{3})_(\d{5})"),
    re.compile(r"(?i)Tp_([DS])_[A-Z]{3}_[A-Z]_[A-Z]_([a-z]{3}\d{5})_([a-z]{3}\d{5})[_.]\d{5}"),
)


@dataclass(frozen=True)
class Named:
    """What a file's name says."""

    path: PurePosixPath
    label: int
    sources: tuple[str, ...]
    type: str = ""


def casia1(tree: Tree) -> Reading:
    """Read CASIA v1: `Au_...`, `Sp_...` and `<name>_gt.png`, in any folders."""
    return _read(tree, V1)


def casia2(tree: Tree) -> Reading:
    """Read CASIA v2: `Au_...`, `Tp_...` and `<name>_gt.png`, in any folders."""
    return _read(tree, V2)


def _read(tree: Tree, naming: Naming) -> Reading:
    named = list(_named(tree, naming))
    group = link(one.sources for one in named)
    masks = {file.stem.lower(): file for file in tree.images if _is_mask(file, naming)}
    reading = Reading(aside=set(masks.values()))
    for one in named:
        stem = one.path.stem.lower()
        mask = first_of((*(stem + suffix for suffix in MASK_SUFFIXES), stem), masks) if one.label == FAKE else None
        reading.rows.append(Row(one.path, one.label, group[one.sources[0]], mask, one.type))
    return reading


def _named(tree: Tree, naming: Naming) -> Iterator[Named]:
    for file in tree.images:
        if in_mask_folder(file):
            continue
        if genuine := naming.genuine.fullmatch(file.stem):
            yield Named(file, GENUINE, ("".join(genuine.groups()).lower(),))
        elif tampered := naming.tampered.fullmatch(file.stem):
            kind, *sources = tampered.groups()
            yield Named(file, FAKE, tuple(source.lower() for source in sources), TYPES[kind.upper()])


def _is_mask(file: PurePosixPath, naming: Naming) -> bool:
    stem = file.stem
    marked = next((stem.removesuffix(suffix) for suffix in MASK_SUFFIXES if stem.endswith(suffix)), None)
    if marked is None:
        return in_mask_folder(file) and naming.tampered.fullmatch(stem) is not None
    return naming.tampered.fullmatch(marked) is not None
