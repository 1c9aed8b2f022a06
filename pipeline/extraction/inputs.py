"""Which images a command line means: files, folders, patterns, a list on standard input, or a manifest."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from realfake.data.manifest import RESOLVED, printable, read_manifest
from realfake.forensics.errors import BadManifest, RealfakeError
from realfake.forensics.extract import PROVENANCE
from realfake.forensics.measurement import SEPARATOR
from realfake.pipeline.extraction.remote import is_url, list_images

SUFFIXES = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".webp", ".bmp", ".dib", ".tif", ".tiff")


@dataclass(frozen=True)
class Item:
    """One image to measure, and what its manifest knows of it."""

    path: str
    labels: Mapping[str, object] = field(default_factory=dict)


def gather(paths: Sequence[str], manifest: str | os.PathLike[str] | None = None) -> list[Item]:
    """The images that these arguments mean, each once.

    Parameters
    ----------
    paths : files, folders or fsspec URLs (searched for image suffixes), patterns, or `-` for a list on standard input
    manifest : CSV with a column `path`; alone it names the images, beside `paths` it only labels those it knows

    Returns
    -------
    list of Item
        Paths that open from the current folder, folders in sorted order.

    Raises
    ------
    BadManifest
        As in `read_manifest`, or if a column has the name of one that the table fills itself.
    RealfakeError
        If a folder holds no images, or nothing was given.
    """
    known = _manifest_items(manifest) if manifest is not None else []
    if not paths:
        if manifest is None:
            raise RealfakeError("no images were named; give files, folders, patterns or --manifest")
        return known
    labels = {os.path.abspath(item.path): item.labels for item in known}
    blank = dict.fromkeys(known[0].labels, "") if known else {}
    found = dict.fromkeys(file for path in paths for file in _expand(path))
    return [Item(file, labels.get(os.path.abspath(file), blank)) for file in found]


def _manifest_items(manifest: str | os.PathLike[str]) -> list[Item]:
    frame = read_manifest(manifest, require=())
    others = [str(name) for name in frame if name not in ("path", *RESOLVED)]
    taken = [name for name in others if name in PROVENANCE or SEPARATOR in name]
    if taken:
        raise BadManifest(f"{manifest} has the column {taken[0]!r}, a name that the feature table fills; rename it")
    folder = os.path.dirname(os.fspath(manifest))
    if "mask" in others:
        masks = [os.path.join(folder, mask) if mask else "" for mask in frame["mask"]]
        frame["mask"] = pd.Series(masks, dtype=object)  # Arrow strings cannot hold surrogate escapes
    rows = frame[others].itertuples(index=False)
    return [
        Item(os.path.join(folder, path), dict(zip(others, row, strict=True)))
        for path, row in zip(frame["path"], rows, strict=True)
    ]


def _expand(path: str) -> Iterator[str]:
    if path == "-":
        listed = sys.stdin.buffer.read()
        for name in listed.split(b"\0" if b"\0" in listed else b"\n"):  # as `find` and `find -print0` write
            if name:
                yield from _expand(os.fsdecode(name))
    elif is_url(path):
        yield from list_images(path, SUFFIXES)
    elif os.path.isdir(path):
        files = sorted(_walk(path, set()))
        if not files:
            raise RealfakeError(
                f"{printable(path)} holds no images; give a folder with PNG, JPEG, WebP, BMP or TIFF files"
            )
        yield from files
    elif not os.path.lexists(path) and glob.has_magic(path):
        found = sorted(glob.glob(path, recursive=True))
        if not found:
            raise RealfakeError(f"nothing matches {printable(path)}; check the pattern and the folder you are in")
        yield from (file for match in found for file in ([match] if os.path.isfile(match) else _walk(match, set())))
    else:
        yield path


def _walk(folder: str, seen: set[tuple[int, int]]) -> Iterator[str]:
    """Image files below a folder; links to folders are followed, each real folder is entered once."""
    try:
        status = os.stat(folder)
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise RealfakeError(f"{printable(folder)} cannot be read ({error.strerror}); check its permissions") from None
    if (status.st_dev, status.st_ino) in seen:
        return
    seen.add((status.st_dev, status.st_ino))
    for name in names:
        path = os.path.join(folder, name)
        if os.path.isdir(path):
            yield from _walk(path, seen)
        elif name.lower().endswith(SUFFIXES) and os.path.isfile(path):
            yield path
