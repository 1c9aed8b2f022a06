"""The archive from outside: add, find, families, forget, check; what a command does, a notebook does by one call."""

from __future__ import annotations

import json as jsons
import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, overload

import pandas as pd
import sqlalchemy as sql

from realfake.data.manifest import any_names, printable
from realfake.forensics.box import Box
from realfake.forensics.files import (
    LINES_ENDINGS,
    STREAMED_ENDINGS,
    keep_inputs,
    needs_ending,
    standard_output,
    written_whole,
)
from realfake.forensics.progress import Progress, silent
from realfake.pipeline.archive.adding import BATCH, Origin, Screen, complete
from realfake.pipeline.archive.adding import add as add_screens
from realfake.pipeline.archive.family import FAMILY_COLUMNS, family_rows
from realfake.pipeline.archive.finding import Finding
from realfake.pipeline.archive.keeping import check_store, forget_images
from realfake.pipeline.archive.past import found_of
from realfake.pipeline.archive.screens import kept_path, moment_of, needs_columns, screens_of, sender_of
from realfake.pipeline.archive.store import IMAGES, Store
from realfake.pipeline.extraction.inputs import Item, files_of, gather, listed
from realfake.pipeline.extraction.remote import is_url
from realfake.pipeline.extraction.resume import line, sha256_of, streamed
from realfake.pipeline.extraction.summary import Summary
from realfake.pipeline.settings import Workers
from realfake.pipeline.tables.cells import separator_of

PathLike = str | os.PathLike[str]
Paths = PathLike | Sequence[PathLike]
FOUND = (
    "path", "case", "earlier", "similarity", "reason", "same", "changed", "gone", "before", "earlier_received",
    "earlier_sender", "sha256",
)  # fmt: skip
BOXES = ("same", "changed", "gone", "before")
FAILED = "error"  # the case of a file that cannot be read


@dataclass
class Added(Summary):
    """How adding went, in images.

    Attributes
    ----------
    kept : of those read, which were in the archive already; what was not known of when they came and from whom now is
    differing : of those, which have another date or sender in the archive; that stays
    """

    differing: int = 0


@any_names
def add(
    paths: Paths = (),
    archive: PathLike = "archive.db",
    *,
    manifest: PathLike | None = None,
    received: str | None = None,
    sender: str | None = None,
    thumbnails: bool = True,
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> Added:
    """Add images to an archive, which is made where there is none.

    Parameters
    ----------
    paths : files, folders, patterns, URLs, or `-` for a list on standard input
    archive : file, or URL of a PostgreSQL database such as `postgresql://user@host/name`
    manifest : CSV with a column `path`; without `paths` it names the images
    received, sender : columns of the manifest that say when an image came (ISO 8601) and from whom
    thumbnails : keep a small picture of each image, for pages that show it
    workers : who measures, and what one file may cost
    progress : called with the images done and the images in all

    Returns
    -------
    Added
        Counts of `images`, `failed` and `kept`: the same file under the same path is added once. One that has no date
        or sender in the archive gets those that are named now; one that has others keeps them, see `differing`.

    Raises
    ------
    BadArchive
        If it cannot be used.
    BadManifest, UnknownName
        If the manifest cannot be read, lacks a column, or has a date that cannot be read.

    Examples
    --------
    >>> import pathlib
    >>> import tempfile
    >>> import realfake
    >>> from PIL import Image
    >>> from skimage.data import page
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> Image.fromarray(page()).save(folder / "page.png")
    >>> realfake.archive.add(folder / "page.png", folder / "archive.db").images
    1
    """
    items = gather(paths, manifest)
    needs_columns(items, received, sender)
    moments = {item.path: moment_of(item, received) for item in items}
    items = sorted(items, key=lambda item: moments[item.path])  # lists fill in the order of receipt
    keep_inputs([archive], [manifest, *files_of(items)])
    summary = Added()
    with closing(Store(archive, create=True)) as store:
        hashes = {item.path: _kept_hash(store, item) for item in items} if _images(store) else {}
        kept = [
            Origin(printable(kept_path(item.path)), hashes[item.path], moments[item.path], sender_of(item, sender))
            for item in items
            if hashes.get(item.path)
        ]
        fresh = [item for item in items if not hashes.get(item.path)]
        summary.images = len(kept)
        batch: list[Screen] = []
        for _, screen, error in screens_of(fresh, thumbnails, received, sender, workers):
            summary.count(error)
            batch += [screen] if screen else []
            if len(batch) == BATCH:
                kept += _there_already(store, batch)
                batch = []
            progress(summary.images, len(items))
        kept += _there_already(store, batch)
        summary.kept = len(kept)
        for start in range(0, len(kept), BATCH):
            summary.differing += complete(store, kept[start : start + BATCH])
    return summary


@overload
def find(
    paths: Paths = (),
    archive: PathLike = "archive.db",
    output: None = None,
    *,
    manifest: PathLike | None = None,
    received: str | None = None,
    json: bool = False,
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> pd.DataFrame: ...
@overload
def find(
    paths: Paths,
    archive: PathLike,
    output: PathLike,
    *,
    manifest: PathLike | None = None,
    received: str | None = None,
    json: bool = False,
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> Summary: ...
@any_names
def find(
    paths: Paths = (),
    archive: PathLike = "archive.db",
    output: PathLike | None = None,
    *,
    manifest: PathLike | None = None,
    received: str | None = None,
    json: bool = False,
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> pd.DataFrame | Summary:
    """Look images up in an archive: sent before, altered, another screen of a known app, or unknown.

    Parameters
    ----------
    paths, manifest : as in `add`
    archive : file or URL
    output : file to write, or `-` for standard output
    received : column of the manifest that says when an image came; only images received earlier count
    json : write JSON lines in place of CSV
    workers : who measures, and what one file may cost
    progress : called with the images done and the images in all

    Returns
    -------
    DataFrame
        One row an image, where no `output` is named: `path`, `case` ("duplicate", "altered", "template", "unknown" or
        "error"), `earlier` (path of the earlier image), `similarity` (share of the compared words that agree, 0..1),
        `reason`, boxes `[x, y, width, height]` as JSON (`same` and `changed` in pixels of the image, `gone` and
        `before` in those of the earlier one), when the earlier one came and from whom, `sha256`.
    Summary
        How it went, where the rows were written to `output`.

    Raises
    ------
    BadArchive
        If it cannot be used.
    BadManifest, UnknownName
        If the manifest cannot be read, lacks a column, or has a date that cannot be read.

    Notes
    -----
    An image that is in the archive itself is compared with those received before it.

    Examples
    --------
    >>> import pathlib
    >>> import tempfile
    >>> import realfake
    >>> from PIL import Image, ImageDraw
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> screen = Image.new("RGB", (720, 900), "white")
    >>> for number, text in enumerate(["Transfer complete", "To Maria Santos", "1,250.00 PHP", "Reference 8842 1077"]):
    ...     ImageDraw.Draw(screen).text((60, 80 + 120 * number), text, "black", font_size=40)
    >>> screen.save(folder / "page.png")
    >>> screen.save(folder / "again.jpg", quality=90)
    >>> added = realfake.archive.add(folder / "page.png", folder / "archive.db")
    >>> realfake.archive.find(folder / "again.jpg", folder / "archive.db")["case"].tolist()
    ['duplicate']
    """
    if output is not None:
        needs_ending(output, LINES_ENDINGS if json else STREAMED_ENDINGS)
    items = gather(paths, manifest)
    needs_columns(items, received)
    keep_inputs([output], [manifest, archive, *files_of(items)])
    summary, rows = Summary(), []
    with closing(Store(archive)) as store, _stream(output) as stream:
        separator = separator_of(Path(output or ""))
        if stream is not None and not json:
            stream.write(line(dict(zip(FOUND, FOUND)), FOUND, separator))
        for item, screen, error in screens_of(items, False, received, None, workers):
            row = found_row(item, screen, found_of(screen, store)) if screen else _failed_row(item, error)
            summary.count(error)
            if stream is None:
                rows.append(_flat(row))
            else:
                stream.write(jsons.dumps(_finite(row)).encode() + b"\n" if json else line(_flat(row), FOUND, separator))
                stream.flush()
            progress(summary.images, len(items))
    return pd.DataFrame(rows, columns=list(FOUND)) if output is None else summary


@any_names
def families(archive: PathLike = "archive.db") -> pd.DataFrame:
    """List the families of an archive: images that all descend from one capture.

    Parameters
    ----------
    archive : file or URL

    Returns
    -------
    DataFrame
        One row an image of a family of two or more, largest families first: `family` (number), `images` and `senders`
        (how many the family has), `altered` (of its images, those that are altered copies of an earlier one), `path`,
        `received`, `sender`, `origin` (True for the likely origin, the one that came first), `case` against the image
        that it is closest to, and `earlier`, the path of that.

    Raises
    ------
    BadArchive
        If it cannot be used.

    Examples
    --------
    >>> import pathlib
    >>> import tempfile
    >>> import realfake
    >>> from PIL import Image, ImageDraw
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> screen = Image.new("RGB", (720, 900), "white")
    >>> for number, text in enumerate(["Transfer complete", "To Maria Santos", "1,250.00 PHP", "Reference 8842 1077"]):
    ...     ImageDraw.Draw(screen).text((60, 80 + 120 * number), text, "black", font_size=40)
    >>> screen.save(folder / "a.png")
    >>> screen.save(folder / "b.jpg", quality=90)
    >>> added = realfake.archive.add(folder, folder / "archive.db")
    >>> realfake.archive.families(folder / "archive.db")["origin"].tolist()
    [True, False]
    """
    with closing(Store(archive)) as store:
        return pd.DataFrame(family_rows(store), columns=list(FAMILY_COLUMNS))


@any_names
def forget(which: str | Sequence[str], archive: PathLike = "archive.db") -> int:
    """Erase every trace of an image from an archive, as a person may ask.

    Parameters
    ----------
    which : path of the image as it was added, or its SHA-256; or several
    archive : file or URL

    Returns
    -------
    int
        How many archived images were erased.

    Raises
    ------
    BadArchive
        If it cannot be used; NotArchived if it holds none of these images.

    Examples
    --------
    >>> import pathlib
    >>> import tempfile
    >>> import realfake
    >>> from PIL import Image
    >>> from skimage.data import page
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> Image.fromarray(page()).save(folder / "page.png")
    >>> added = realfake.archive.add(folder / "page.png", folder / "archive.db")
    >>> realfake.archive.forget(folder / "page.png", folder / "archive.db")
    1
    """
    with closing(Store(archive)) as store:
        names = listed(which)
        return forget_images(store, [*names, *(printable(kept_path(name)) for name in names)])


@any_names
def picture(which: str, archive: PathLike = "archive.db") -> bytes | None:
    """The small picture that an archive keeps of an image.

    Parameters
    ----------
    which : path of the image as `find` names it
    archive : file or URL

    Returns
    -------
    bytes or None
        A WebP; None where the archive holds no such image, or no picture of it.

    Raises
    ------
    BadArchive
        If it cannot be used.

    Examples
    --------
    >>> import pathlib
    >>> import tempfile
    >>> import realfake
    >>> from PIL import Image
    >>> from skimage.data import page
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> Image.fromarray(page()).save(folder / "page.png")
    >>> added = realfake.archive.add(folder / "page.png", folder / "archive.db")
    >>> realfake.archive.picture(folder / "page.png", folder / "archive.db")[:4]
    b'RIFF'
    """
    names = {str(which), printable(kept_path(str(which)))}
    question = sql.select(IMAGES.c.picture).where(IMAGES.c.path.in_(names), IMAGES.c.picture.is_not(None))
    with closing(Store(archive)) as store, store.reading() as connection:
        found = connection.execute(question.order_by(IMAGES.c.id.desc()).limit(1)).scalar()
    return None if found is None else bytes(found)


@any_names
def check(archive: PathLike = "archive.db") -> list[str]:
    """Read a whole archive and say what is wrong with it.

    Parameters
    ----------
    archive : file or URL

    Returns
    -------
    list of str
        A sentence for each thing that is wrong; empty where nothing is.

    Raises
    ------
    BadArchive
        If it cannot be opened at all.

    Examples
    --------
    >>> import pathlib
    >>> import tempfile
    >>> import realfake
    >>> from PIL import Image
    >>> from skimage.data import page
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> Image.fromarray(page()).save(folder / "page.png")
    >>> added = realfake.archive.add(folder / "page.png", folder / "archive.db")
    >>> realfake.archive.check(folder / "archive.db")
    []
    """
    with closing(Store(archive)) as store:
        return check_store(store)


def found_row(item: Item, screen: Screen, found: Finding) -> dict[str, Any]:
    """What an archive says of an image, the columns `FOUND`."""
    return {
        "path": item.path,
        "case": found.case,
        "earlier": found.earlier.path if found.earlier else "",
        "similarity": found.similarity,
        "reason": found.sentence,
        **{name: [_plain(box) for box in getattr(found, name)] for name in BOXES},
        "earlier_received": found.earlier.received if found.earlier else "",
        "earlier_sender": found.earlier.sender if found.earlier else "",
        "sha256": screen.sha256,
    }


def _failed_row(item: Item, error: str) -> dict[str, Any]:
    blank: dict[str, Any] = dict.fromkeys(FOUND, "")
    return {
        **blank,
        **{name: [] for name in BOXES},
        "path": item.path,
        "case": FAILED,
        "similarity": float("nan"),
        "reason": error,
    }


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, **{name: jsons.dumps(row[name]) for name in BOXES}}


def _finite(row: dict[str, Any]) -> dict[str, Any]:
    return {name: None if cell != cell else cell for name, cell in row.items()}


def _plain(box: Box) -> list[int]:
    return [int(side) for side in box]


def _kept_hash(store: Store, item: Item) -> str:
    """The SHA-256 of a file that is in the archive under its path, else ""; told without measuring it."""
    if is_url(item.path):
        return ""
    with store.reading() as connection:
        question = sql.select(IMAGES.c.sha256).where(IMAGES.c.path == printable(kept_path(item.path)))
        known = set(connection.execute(question).scalars())
    found = sha256_of(item.path) if known else ""
    return found if found in known else ""


def _there_already(store: Store, batch: Sequence[Screen]) -> list[Origin]:
    """Add screens; those that were there."""
    numbers = add_screens(store, batch)
    return [screen.origin for screen, number in zip(batch, numbers, strict=True) if number is None]


def _images(store: Store) -> int:
    with store.reading() as connection:
        return int(connection.execute(sql.select(sql.func.count()).select_from(IMAGES)).scalar_one())


@contextmanager
def _stream(output: PathLike | None) -> Iterator[BinaryIO | None]:
    if output is None:
        yield None
    elif str(output) == "-":
        yield standard_output()
    else:
        with written_whole(output) as scratch, streamed(scratch, Path(output)) as stream:
            yield stream
