"""Importers: a manifest from the published layout of a public set, or from one's own folders."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import pandas as pd

from realfake.data.datasets.casia import casia1, casia2
from realfake.data.datasets.columbia import columbia
from realfake.data.datasets.comofod import comofod
from realfake.data.datasets.coverage import coverage
from realfake.data.datasets.doctamper import doctamper
from realfake.data.datasets.folders import KNOWN, folders
from realfake.data.datasets.imd2020 import imd2020
from realfake.data.datasets.layout import ImportedImage, Layout, Reading, Tree, read_tree
from realfake.data.datasets.stfd import stfd
from realfake.data.manifest import COLUMNS, Label, any_names, printable, write_manifest
from realfake.forensics.delimited import dialect_of
from realfake.forensics.errors import BadManifest, needs_one_of
from realfake.forensics.files import keep_inputs, needs_ending
from realfake.forensics.formats.kinds import skipped_sentence

AUTO = "auto"
FOLDERS = "folders"
NAMED = 5  # unmatched images that a sentence spells out
LAYOUTS: dict[str, Layout] = {
    layout.__name__: layout
    for layout in (folders, casia1, casia2, columbia, comofod, coverage, doctamper, stfd, imd2020)
}


@dataclass(frozen=True)
class Imported:
    """A folder read as labelled images.

    Attributes
    ----------
    folder : absolute path of the folder
    layout : name of the layout that was used
    frame : columns path (relative to the folder), label, group, mask ("" where none was found) and, where the set tells
        them, type and delivered
    unmatched : images that the layout does not know, relative to the folder
    notes : what the names of the set do not tell, one sentence each
    skipped : how many files are no images, by why
    """

    folder: Path
    layout: str
    frame: pd.DataFrame
    unmatched: tuple[PurePosixPath, ...]
    notes: tuple[str, ...]
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def fakes_without_mask(self) -> int:
        """The number of fakes for which no mask was found."""
        return int(((self.frame["label"] == Label.FAKE) & (self.frame["mask"] == "")).sum())

    def sentences(self) -> list[str]:
        """What was found and what was not, a sentence each."""
        fakes = int((self.frame["label"] == Label.FAKE).sum())
        genuine, groups = len(self.frame) - fakes, self.frame["group"].nunique()
        found = f"layout {self.layout}: {genuine} genuine images and {fakes} fakes in {groups} groups"
        said = [found, *self.notes]
        if self.fakes_without_mask:
            said.append(f"{self.fakes_without_mask} of {fakes} fakes have no mask")
        if self.unmatched:
            first = ", ".join(printable(str(file)) for file in self.unmatched[:NAMED])
            more = f" and {len(self.unmatched) - NAMED} more" if len(self.unmatched) > NAMED else ""
            said.append(f"left out because their names do not fit, {len(self.unmatched)}: {first}{more}")
        if self.skipped:
            said.append(skipped_sentence(self.skipped))
        return said


@any_names
def import_folder(
    folder: str | os.PathLike[str], layout: str = AUTO, output: str | os.PathLike[str] | None = None
) -> tuple[Imported, Path]:
    """Write the manifest of a folder in the layout of a known set, or of one's own genuine/ and fake/ folders.

    Parameters
    ----------
    folder, layout : as in `read_folder`
    output : as in `write_import`

    Returns
    -------
    What the folder holds, and the path of its manifest.
    """
    if output:
        needs_ending(output, (".csv",))
    imported = read_folder(folder, layout)
    read = [os.path.join(folder, name) for column in ("path", "mask") for name in imported.frame[column] if name]
    keep_inputs([output], read)
    return imported, write_import(imported, output)


def read_folder(folder: str | os.PathLike[str], layout: str = AUTO) -> Imported:
    """Read a folder by the layout of a known set.

    Parameters
    ----------
    folder : path of the set
    layout : name in `LAYOUTS`, or "auto" for the layout that knows most of the folder's images

    Raises
    ------
    BadManifest
        The folder cannot be read, or the layout knows none of its images.
    UnknownName
        There is no such layout.
    """
    root = Path(os.path.abspath(folder))
    needs_one_of("layout", layout, (AUTO, *LAYOUTS))
    tree = _read(root)
    if layout == AUTO:
        layout, reading = _best(tree)
    else:
        reading = LAYOUTS[layout](tree)
    known = {row.path for row in reading.rows} | reading.aside
    unmatched = tuple(file for file in tree.images if file not in known)
    if layout == FOLDERS:
        _check_classes(root, reading, unmatched)
    if not reading.rows:
        aside = f" ({skipped_sentence(tree.skipped)})" if tree.skipped else ""
        raise BadManifest(
            f"{root} has no image that the layout {layout} knows{aside}; give the set's own folder, or sort "
            "the images into genuine/ and fake/"
        )
    return Imported(root, layout, _frame(reading), unmatched, tuple(reading.notes), tree.skipped)


def write_import(imported: Imported, output: str | os.PathLike[str] | None = None) -> Path:
    """Write the manifest of an imported folder, its paths relative to the manifest's own folder.

    Parameters
    ----------
    output : path of the manifest; `manifest.csv` in the imported folder where None, which must not exist yet

    Returns
    -------
    Path of the written manifest.
    """
    if output is None:
        output = imported.folder / "manifest.csv"
        if output.exists():
            raise BadManifest(f"{output} exists already; name another with -o, or the same to replace it")
    _keep_added_columns(Path(output), imported.frame)
    to = os.path.relpath(imported.folder, os.path.dirname(os.path.abspath(output)))
    frame = imported.frame.copy()
    for name in ("path", "mask"):
        moved = [os.path.normpath(os.path.join(to, cell)) if cell else "" for cell in frame[name]]
        frame[name] = pd.Series(moved, frame.index, dtype=object)
    write_manifest(frame, output)
    return Path(output)


def _keep_added_columns(output: Path, frame: pd.DataFrame) -> None:
    """Refuse to replace a file that is no manifest, or a manifest to which a person added columns."""
    if not output.is_file() or not output.stat().st_size:
        return
    names = dialect_of(output, COLUMNS.__contains__, BadManifest)[1]
    added = [name for name in names if name and name not in frame]
    if added:
        raise BadManifest(
            f"{output} exists and has the column {added[0]!r}, which would be lost; name another with -o, or "
            "delete the file"
        )


def _read(root: Path) -> Tree:
    try:
        tree = read_tree(root)
    except OSError as error:
        raise BadManifest(f"{root} cannot be read: {error.strerror}; give the folder of a set") from None
    if not tree.files:
        raise BadManifest(f"{root} is empty; give the folder of a set")
    return tree


def _check_classes(root: Path, reading: Reading, unmatched: Sequence[PurePosixPath]) -> None:
    """Refuse folders of which none, or one class alone, has a name that tells a class while others hold images too."""
    classes = {row.label for row in reading.rows}
    if len(classes) == 2 or not unmatched and reading.rows:
        return
    strange = sorted({printable(file.parts[0]) if file.parts[1:] else "." for file in unmatched})
    named = ", ".join(map(repr, strange[:NAMED])) + (" and others" if len(strange) > NAMED else "")
    alone = (
        f"by its names {root} holds only {'fakes' if Label.FAKE in classes else 'genuine images'}, and"
        if classes
        else f"in {root}"
    )
    raise BadManifest(
        f"{alone} no class is told by the folders {named}; known names are {KNOWN}: sort the images into genuine/ and "
        "fake/, or write the manifest yourself (path,label,group)"
        if strange
        else f"{root} holds no image; give the folder above those of genuine images and of fakes"
    )


def _best(tree: Tree) -> tuple[str, Reading]:
    """Return the public set that knows most images if it knows most of the folder, else plain class folders."""
    readings = {name: read(tree) for name, read in LAYOUTS.items()}
    known = {name: len(reading.rows) for name, reading in readings.items()}
    public = max((name for name in LAYOUTS if name != FOLDERS), key=lambda name: known[name])
    images = len(tree.images) - len(readings[public].aside)
    best = public if known[public] > images / 2 or known[public] and not known[FOLDERS] else FOLDERS
    return best, readings[best]


def _frame(reading: Reading) -> pd.DataFrame:
    rows = sorted(reading.rows, key=lambda row: row.path)
    columns: dict[str, Callable[[ImportedImage], object]] = {
        "path": lambda row: str(row.path),
        "label": lambda row: row.label,
        "group": lambda row: printable(row.group),  # a label, not a path: plain text for every reader
        "mask": lambda row: str(row.mask or ""),
        "type": lambda row: row.type,
        "delivered": lambda row: row.delivered,
    }
    frame = pd.DataFrame({name: pd.Series([get(row) for row in rows], dtype=object) for name, get in columns.items()})
    frame["label"] = frame["label"].astype("int64")
    empty = [name for name in ("type", "delivered") if (frame[name] == "").all()]
    return frame.drop(columns=empty)
