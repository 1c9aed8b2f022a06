"""Which images a command line means: files, folders, patterns, a list on standard input, or a manifest."""

from __future__ import annotations

import codecs
import glob
import logging
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from realfake.data.manifest import RESOLVED, any_names, printable, read_manifest
from realfake.forensics.errors import BadManifest, RealfakeError
from realfake.forensics.formats.kinds import read_head, skipped_sentence, why_skipped
from realfake.forensics.names import PROVENANCE, SEPARATOR
from realfake.pipeline.extraction.remote import in_brackets, is_url, list_images

LOG = logging.getLogger(__name__)
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Item:
    """One image to measure, and what its manifest knows of it."""

    path: str
    labels: Mapping[str, object] = field(default_factory=dict)


def gather(
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]], manifest: str | os.PathLike[str] | None = None
) -> list[Item]:
    """The images that these arguments mean, each once; what a folder holds besides is counted in one line of the log.

    Parameters
    ----------
    paths : files, folders or fsspec URLs (searched for images, known by their content where the name does not tell),
        patterns, or `-` for a list on standard input
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
    named = listed(paths)
    if not named:
        if manifest is None:
            raise RealfakeError("no images were named; give files, folders, patterns or --manifest")
        return known
    labels = {os.path.abspath(item.path): item.labels for item in known}
    blank = dict.fromkeys(known[0].labels, "") if known else {}
    skipped = Counter[str]()
    found = dict.fromkeys(file for path in named for file in _expand(path, skipped))
    if skipped:
        LOG.warning("%s", skipped_sentence(skipped))
    return [Item(file, labels.get(os.path.abspath(file), blank)) for file in found]


def received_of(items: Iterable[Item]) -> dict[str, datetime]:
    """When images came, by their paths, from the column `received` of their manifest; what is no date is left out.

    Examples
    --------
    >>> from realfake.pipeline.extraction.inputs import Item, received_of
    >>> received_of([Item("a.png", {"received": "2026-04-23 18:05"}), Item("b.png", {"received": "messenger"})])
    {'a.png': datetime.datetime(2026, 4, 23, 18, 5)}
    """
    found = {}
    for item in items:
        try:
            when = datetime.fromisoformat(str(item.labels.get("received") or "").strip())
        except ValueError:
            continue
        found[item.path] = when.astimezone(UTC).replace(tzinfo=None) if when.tzinfo else when
    return found


def files_of(items: Iterable[Item]) -> Iterator[str]:
    """Every file that is read of these images."""
    for item in items:
        yield item.path
        if mask := item.labels.get("mask"):
            yield str(mask)


def listed(paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> list[str]:
    """Paths as text, of which one may stand for itself.

    Raises
    ------
    RealfakeError
        If something else is named, such as pixels.
    """
    named = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    for one in named:
        if not isinstance(one, (str, os.PathLike)):
            raise RealfakeError(
                f"images are named by their paths, not by {type(one).__name__}; pixels are measured by "
                "extract_features(ForensicImage.from_array(pixels))"
            )
    return [os.fspath(one) for one in named]


@any_names
def _manifest_items(manifest: str | os.PathLike[str]) -> list[Item]:
    import pandas as pd

    frame = read_manifest(manifest, require=(), missing="keep")  # each missing image is a row with its error
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


def _expand(path: str, skipped: Counter[str]) -> Iterator[str]:
    if path == "-":
        given = getattr(sys.stdin, "buffer", None)
        if given is None:
            raise RealfakeError("standard input is closed or gives no bytes; name the files instead of -")
        for name in _names_in(given.read()):
            yield from _expand(name, skipped)
    elif is_url(path):
        yield from list_images(path, skipped)
    elif os.path.isdir(path):
        others = Counter[str]()
        files = sorted(_walk(path, set(), others))
        if not files:
            raise RealfakeError(f"{printable(path)} holds no images{in_brackets(others)}; give a folder of images")
        skipped.update(others)
        yield from files
    elif not os.path.lexists(path) and glob.has_magic(path):
        found = sorted(glob.glob(path, recursive=True))
        if not found:
            raise RealfakeError(f"nothing matches {printable(path)}; check the pattern and the folder you are in")
        for match in found:
            yield from [match] if os.path.isfile(match) else _walk(match, set(), skipped)
    else:
        yield path


def _names_in(names: bytes) -> Iterator[str]:
    """The names in a list, as `find`, `find -print0` and programs of Windows write it."""
    if names.startswith(WIDE):
        names = os.fsencode(names.decode("utf-16", "replace"))
    elif b"\0" in names:
        yield from (os.fsdecode(name) for name in names.split(b"\0") if name)
        return
    for line in names.removeprefix(codecs.BOM_UTF8).split(b"\n"):
        name = line if os.path.lexists(line) else line.removesuffix(b"\r")
        if name:
            yield os.fsdecode(name)


def _walk(folder: str, seen: set[tuple[int, int]], skipped: Counter[str]) -> Iterator[str]:
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
            yield from _walk(path, seen, skipped)
        elif os.path.isfile(path):
            if why := why_skipped(path, partial(read_head, path), documents=True):
                skipped[why] += 1
            else:
                yield path
