"""Files that a command writes: whole or not at all, under an ending it knows, and never over one that it reads."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO

from realfake.forensics.errors import BadTable, RealfakeError, UnknownName

PARQUET_ENDINGS = (".parquet", ".pq")
TABLE_ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", *PARQUET_ENDINGS)
PAGE_ENDINGS = (".html", ".htm")
LINES_ENDINGS = (".jsonl", ".ndjson", ".json", ".jsonl.gz")  # a JSON object a line
STREAMED_ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz")  # written as the images come
PACKED = ".gz"

Paths = Iterable[str | os.PathLike[str] | None]


class OutputIsInput(RealfakeError):
    """What a command would write is what it reads."""


class CannotWrite(BadTable):
    """A file or folder cannot be written."""


@contextmanager
def written_whole(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A scratch path beside `path`, for a file or a folder, that takes its place when the block ends well.

    The folders above it are made. Whatever stops the block leaves what stood at `path` as it was.

    Raises
    ------
    CannotWrite
        If the system refuses; other errors pass.
    """
    path = Path(path)
    scratch = path.with_name(f".{path.name}.{os.getpid()}{ending_of(path)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield scratch
        if scratch.is_dir() and path.is_dir():
            shutil.rmtree(path)
        os.replace(scratch, path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotWrite(f"{path} cannot be written: {reason}; choose a place of yours that has room") from None
    finally:
        if scratch.is_dir():
            shutil.rmtree(scratch, ignore_errors=True)
        else:
            with suppress(OSError):  # such as where a file stands in the place of the folder
                scratch.unlink(missing_ok=True)


def write_whole(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file that appears whole or not at all; errors as in `written_whole`."""
    with written_whole(path) as scratch:
        scratch.write_bytes(data)


def standard_output() -> BinaryIO:
    """Standard output, for bytes.

    Raises
    ------
    CannotWrite
        If it is closed, or takes text alone, as in a notebook.
    """
    stream: BinaryIO | None = getattr(sys.stdout, "buffer", None)
    if stream is None:
        raise CannotWrite("standard output is closed or takes no bytes; name a file as the output")
    return stream


def ending_of(path: str | os.PathLike[str]) -> str:
    """The ending of a file's name in small letters, with the one before `.gz`: ".csv.gz" of "T.CSV.gz"."""
    endings = [ending.lower() for ending in Path(path).suffixes]
    return "".join(endings[-2:] if endings[-1:] == [PACKED] else endings[-1:])


def needs_ending(path: str | os.PathLike[str], endings: Sequence[str]) -> None:
    """Refuse a name whose ending promises another kind of file than is written; a name without one promises nothing.

    Raises
    ------
    UnknownName
        With the endings that are known.
    """
    if str(path) != "-" and ending_of(path) not in ("", *endings):
        raise UnknownName(f"{path} would not be what its name says; let it end in one of {', '.join(endings)}")


def keep_inputs(outputs: Paths, inputs: Paths) -> None:
    """Refuse to write over, or into, what is read; call it before anything is written.

    Files are told apart by where they lie and not by their names: links, hard links, other spellings of a path and,
    where the disk takes them for the same, capitals make no difference.

    Parameters
    ----------
    outputs : files, and folders that are filled or replaced; None, `-` and addresses of other machines are no files
    inputs : files, and folders of which every file is read

    Raises
    ------
    OutputIsInput
        If an output is an input, lies over one, or is a file that stands in a folder of inputs.
    """
    files = [os.fspath(path) for path in outputs if path is not None and not _is_no_file(path)]
    written = {place: path for path in files for place in _places(path)}
    above = cache(_above)
    for path in inputs if written else ():
        if path is None or _is_no_file(path):
            continue
        folder, name = os.path.split(os.path.abspath(path))
        lies_at = (
            (_inode(path) or {os.path.realpath(path)}) | {os.path.join(os.path.realpath(folder), name)} | above(folder)
        )
        if found := lies_at & written.keys():
            output = written[found.pop()]
            raise OutputIsInput(f"{output} would be written over {path}, which is read; choose another output")
        if os.path.isdir(path):
            own = [
                one
                for one in files
                if os.path.isfile(one) and _inode(path) & above(os.path.dirname(os.path.abspath(one)))
            ]
            if own:
                raise OutputIsInput(f"{own[0]} is a file of {path}, which is read; choose another output")


def _places(path: str | os.PathLike[str]) -> set[object]:
    """What a path has in common with any other name of the same file: where it lies, and where links lead."""
    if _is_no_file(path):
        return set()
    folder, name = os.path.split(os.path.abspath(path))
    return {os.path.realpath(path), os.path.join(os.path.realpath(folder), name)} | _inode(path)


def _inode(path: str | os.PathLike[str]) -> set[object]:
    try:
        status = os.stat(path)
    except (OSError, ValueError):  # not there yet, or no name at all
        return set()
    return {(status.st_dev, status.st_ino)}


def _above(folder: str) -> set[object]:
    """The places of a folder and of those above it."""
    real = os.path.realpath(folder)
    return {place for one in (real, *map(str, Path(real).parents)) for place in (one, *_inode(one))}


def _is_no_file(path: str | os.PathLike[str]) -> bool:
    return os.fspath(path) == "-" or "://" in os.fspath(path)
