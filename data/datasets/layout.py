"""What importers share: the files of a folder, the rows that a layout makes of them, and groups of linked sources."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath

from realfake.data.manifest import Label
from realfake.forensics.formats.kinds import SUFFIXES, read_head, why_skipped

__all__ = ["Label", "Layout", "Reading", "ImportedImage", "Tree", "first_of", "link", "read_tree"]

IMAGE_SUFFIXES = frozenset(SUFFIXES)
MASK_FOLDER = re.compile(r"(?i)gt|masks?|edgemask|.*ground[ _-]?truth.*")


@dataclass(frozen=True)
class Tree:
    """The files below a folder.

    Attributes
    ----------
    name : the folder's own name
    files : paths relative to the folder, sorted
    images : those of them that are images by their ending or their content
    skipped : how many of the others there are, by why
    """

    name: str
    files: tuple[PurePosixPath, ...]
    images: tuple[PurePosixPath, ...]
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def masks(self) -> tuple[PurePosixPath, ...]:
        """The images that stand below a folder of masks."""
        return tuple(file for file in self.images if in_mask_folder(file))


@dataclass(frozen=True)
class ImportedImage:
    """One image of a manifest; `mask` is None where none was found, `type` names the manipulation where it is known."""

    path: PurePosixPath
    label: int
    group: str
    mask: PurePosixPath | None = None
    type: str = ""
    delivered: str = ""


@dataclass
class Reading:
    """What a layout made of a tree: rows, other files that it knows (masks, say), and what the names do not tell."""

    rows: list[ImportedImage] = field(default_factory=list)
    aside: set[PurePosixPath] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


Layout = Callable[[Tree], Reading]


def read_tree(folder: str | os.PathLike[str]) -> Tree:
    """List the files below a folder; linked folders are entered once, so that a loop of links ends."""
    root = os.path.realpath(folder)
    files = tuple(sorted(_walk(root, PurePosixPath(), {root})))
    why = {file: why_skipped(str(file), partial(read_head, os.path.join(root, file))) for file in files}
    images = tuple(file for file in files if not why[file])
    return Tree(PurePosixPath(root).name, files, images, Counter(reason for reason in why.values() if reason))


def _walk(folder: str, relative: PurePosixPath, entered: set[str]) -> Iterator[PurePosixPath]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            real = os.path.realpath(entry.path)
            if os.path.isdir(real):
                if real not in entered and not entry.name.startswith("."):  # left by version control
                    entered.add(real)
                    yield from _walk(entry.path, relative / entry.name, entered)
            elif os.path.isfile(real):
                yield relative / entry.name


def in_mask_folder(file: PurePosixPath) -> bool:
    """Whether a file stands below a folder called masks, gt, ground truth or alike."""
    return any(MASK_FOLDER.fullmatch(part) for part in file.parts[:-1])


def first_of(names: Iterable[str], files: dict[str, PurePosixPath]) -> PurePosixPath | None:
    """Return the file of the first name that there is."""
    return next((files[name] for name in names if name in files), None)


def link(names: Iterable[Iterable[str]]) -> dict[str, str]:
    """Map each name to the least name that it is linked to, directly or through others.

    Parameters
    ----------
    names : sets of names, each set linked together
    """
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for linked in names:
        roots = sorted({root(name) for name in linked if parent.setdefault(name, name)})
        for other in roots[1:]:
            parent[other] = roots[0]
    return {name: root(name) for name in parent}
