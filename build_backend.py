"""The build backend: that of setuptools, made to give the same bytes on every build and every machine."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from pathlib import Path

from setuptools import build_meta
from setuptools.build_meta import *  # noqa: F403  (the hooks that need no change)

EPOCH = os.environ.setdefault("SOURCE_DATE_EPOCH", "1767225600")  # seconds; 1 January 2026
os.umask(0o022)  # file modes stand in the archives


def build_sdist(directory: str, settings: dict | None = None) -> str:
    """As setuptools builds it, with one date and no owner on every file."""
    name = build_meta.build_sdist(directory, settings)
    archive = Path(directory) / name
    archive.write_bytes(undated(archive.read_bytes()))
    return name


def undated(archive: bytes) -> bytes:
    """A tar.gz with the same files in sorted order, dated SOURCE_DATE_EPOCH."""
    packed = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(archive)) as source,
        gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=int(EPOCH)) as stream,
        tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as target,
    ):
        for member in sorted(source.getmembers(), key=lambda one: one.name):
            member.mtime, member.uid, member.gid, member.uname, member.gname = int(EPOCH), 0, 0, "", ""
            member.mode, member.pax_headers = 0o755 if member.isdir() or member.mode & 0o100 else 0o644, {}
            target.addfile(member, source.extractfile(member))
    return packed.getvalue()
