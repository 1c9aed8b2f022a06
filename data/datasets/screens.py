"""Genuine screenshots of open-source apps: a list of facts, and the folder that anyone with a network makes of it.

`screens.csv` names 567 screenshots that 140 apps publish in their repositories: repository, commit, path, licence, app,
kind of screen, language, toolkit, and a SHA-256. It holds no pixels. Where `of` is `file` the SHA-256 is that of the
repository's file; where it is `pixels` the list was made from a lossless copy of that file, and the SHA-256 is that of
its width and height in decimal digits, a space between and a newline behind, and its red, green and blue, row by row.
Each screenshot stays under the licence of its repository.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

import numpy as np
import pandas as pd
from PIL import Image

from realfake.data.manifest import Label, write_manifest
from realfake.forensics.errors import BadManifest
from realfake.forensics.files import write_whole
from realfake.forensics.progress import Progress, silent

LIST = Path(__file__).with_name("screens.csv")
BASE = "https://raw.githubusercontent.com/{repo}/{commit}/{path}"
COLUMNS = ("name", "app", "kind", "language", "toolkit", "repo", "commit", "path", "licence", "of", "sha256")
SUFFIXES = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp"}
LARGEST = 32 * 2**20  # bytes
PATIENCE = 30.0  # seconds without an answer
IMAGES = "images"


@dataclass(frozen=True)
class Listed:
    """One row of the list."""

    name: str
    app: str
    kind: str
    language: str
    toolkit: str
    repo: str
    commit: str
    path: str
    licence: str
    of: str
    sha256: str

    def url(self, base: str) -> str:
        """Where the repository's file is."""
        return base.format(repo=quote(self.repo), commit=self.commit, path=quote(self.path))

    def is_in(self, data: bytes) -> bool:
        """Whether a file is the listed one."""
        return self.sha256 == (pixels_sha256(data) if self.of == "pixels" else hashlib.sha256(data).hexdigest())


@dataclass(frozen=True)
class FetchedScreens:
    """What came of a list: the manifest's path, how many screenshots stand there, and sentences on the others by name.

    Attributes
    ----------
    fetched : of the screenshots, those that were not there before
    """

    manifest: Path
    images: int
    fetched: int
    failed: dict[str, str]


class NotThere(Exception):
    """One sentence on why a screenshot is not in the folder."""


def fetch_screens(
    folder: str | os.PathLike[str],
    *,
    kept: str | os.PathLike[str] | None = None,
    base: str = BASE,
    listed: str | os.PathLike[str] = LIST,
    progress: Progress = silent,
) -> FetchedScreens:
    """Make the folder of genuine real screenshots that a list names.

    Every file is held to its SHA-256; what cannot be had, or is another file by now, is recorded in `failed.csv` and
    the rest goes on. Files that an earlier run left are not asked for again.

    Parameters
    ----------
    folder : gets `images/`, `manifest.csv` (columns path, label, group, app, kind, language, toolkit, repo, commit,
        source, licence; app is also the group) and `failed.csv`
    kept : a folder that has the files already, under any names; nothing is asked of the network then
    base : URL of a file, with {repo}, {commit} and {path}; `file://` works
    listed : another list with the same columns
    progress : called with the screenshots done and the screenshots in all

    Raises
    ------
    BadManifest
        The list cannot be read, `folder` cannot be written, or no screenshot could be had.

    Examples
    --------
    >>> len(read_list()), len({one.app for one in read_list()})
    (567, 140)
    """
    folder, rows = Path(folder), read_list(listed)
    if not rows:
        raise BadManifest(f"{listed} lists no screenshot; add rows")
    by_hash = _hashes(Path(kept), rows) if kept is not None else None
    there: dict[str, Path] = {}
    failed: dict[str, str] = {}
    fetched = 0
    try:
        for done, one in enumerate(rows, 1):
            found = _earlier(folder, one)
            if found is None:
                try:
                    data = _from_folder(one, by_hash) if by_hash is not None else _download(one, base)
                    found = folder / IMAGES / (one.name + _suffix(data))
                    write_whole(found, data)
                    fetched += 1
                except NotThere as error:
                    failed[one.name] = str(error)
            if found is not None:
                there[one.name] = found
            progress(done, len(rows))
        if not there:
            raise BadManifest(f"none of {len(rows)} screenshots could be had, the first: {next(iter(failed.values()))}")
        _write(folder, rows, there, failed)
    except OSError as error:
        raise BadManifest(f"{folder} cannot be written ({error.strerror}); choose a folder that has room") from None
    return FetchedScreens(folder / "manifest.csv", len(there), fetched, failed)


def read_list(path: str | os.PathLike[str] = LIST) -> list[Listed]:
    """The rows of a list.

    Raises
    ------
    BadManifest
        It cannot be read or lacks a column.
    """
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise BadManifest(f"{path} cannot be read as a list of screenshots ({error}); name a CSV file") from None
    lacking = [name for name in COLUMNS if name not in frame]
    if lacking:
        raise BadManifest(f"{path} has no column {lacking[0]!r}; a list of screenshots has {', '.join(COLUMNS)}")
    bad = [name for name in frame["name"] if not name or Path(name).name != name or name.startswith(".")]
    if bad:
        raise BadManifest(f"{path} has the name {bad[0]!r}, which is no plain name of a file; rename it")
    return [Listed(*row) for row in frame[list(COLUMNS)].itertuples(index=False)]


def pixels_sha256(data: bytes) -> str:
    """SHA-256 of an image's width, height, red, green and blue; "" if it is none.

    Examples
    --------
    >>> stream = io.BytesIO()
    >>> Image.new("RGB", (2, 1)).save(stream, "PNG")
    >>> pixels_sha256(stream.getvalue()) == hashlib.sha256(b"2 1" + bytes([10]) + bytes(6)).hexdigest()
    True
    """
    try:
        with Image.open(io.BytesIO(data)) as picture:
            rgb = np.asarray(picture.convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return ""
    return hashlib.sha256(b"%d %d\n" % (rgb.shape[1], rgb.shape[0]) + rgb.tobytes()).hexdigest()


def _earlier(folder: Path, one: Listed) -> Path | None:
    for suffix in SUFFIXES.values():
        file = folder / IMAGES / (one.name + suffix)
        if file.is_file() and one.is_in(file.read_bytes()):
            return file
    return None


def _download(one: Listed, base: str) -> bytes:
    url = one.url(base)
    try:
        with urlopen(url, timeout=PATIENCE) as answer:
            data: bytes = answer.read(LARGEST + 1)
    except (URLError, OSError, ValueError) as error:
        raise NotThere(f"{url} cannot be fetched ({getattr(error, 'reason', None) or error})") from None
    if len(data) > LARGEST:
        raise NotThere(f"{url} is larger than {LARGEST >> 20} MiB")
    if not one.is_in(data):
        raise NotThere(f"{url} is another file than the listed one: its SHA-256 differs")
    return data


def _from_folder(one: Listed, by_hash: dict[str, Path]) -> bytes:
    if one.sha256 not in by_hash:
        raise NotThere(f"{one.repo}/{one.path} is not in the folder")
    return by_hash[one.sha256].read_bytes()


def _hashes(kept: Path, rows: Sequence[Listed]) -> dict[str, Path]:
    """Every file below a folder by its SHA-256; images that no file's hash names also by that of their pixels."""
    if not kept.is_dir():
        raise BadManifest(f"{kept} is no folder; name the one that has the screenshots")
    files, wanted = {one.sha256 for one in rows if one.of == "file"}, any(one.of == "pixels" for one in rows)
    return {sha256: file for file in _files(kept) for sha256 in _names(file.read_bytes(), files, wanted)}


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*")) if file.is_file() and file.stat().st_size <= LARGEST)


def _names(data: bytes, files: set[str], wanted: bool) -> list[str]:
    sha256 = hashlib.sha256(data).hexdigest()
    return [sha256] if sha256 in files or not wanted else [sha256, pixels_sha256(data)]


def _suffix(data: bytes) -> str:
    with Image.open(io.BytesIO(data)) as picture:
        return SUFFIXES.get(picture.format or "", ".png")


def _write(folder: Path, rows: Sequence[Listed], there: dict[str, Path], failed: dict[str, str]) -> None:
    write_manifest(
        pd.DataFrame(
            {
                "path": there[one.name].relative_to(folder).as_posix(),
                "label": int(Label.GENUINE),
                "group": one.app,
                "app": one.app,
                "kind": one.kind,
                "language": one.language,
                "toolkit": one.toolkit,
                "repo": one.repo,
                "commit": one.commit,
                "source": one.path,
                "licence": one.licence,
            }
            for one in rows
            if one.name in there
        ),
        folder / "manifest.csv",
    )
    gone = pd.DataFrame({"path": list(failed), "reason": list(failed.values())}, dtype=object)
    write_manifest(gone, folder / "failed.csv")
