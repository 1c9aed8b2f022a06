"""Build the sdist and the wheel so that every build on every machine gives the same bytes: .ci/release.py [FOLDER]

Needs `pip install '.[release]'`.
"""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
EPOCH = int(os.environ.get("SOURCE_DATE_EPOCH", "1767225600"))  # seconds; 1 January 2026


def undated(archive: bytes) -> bytes:
    """A tar.gz with the same files in sorted order, all dated EPOCH and owned by nobody."""
    packed = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(archive)) as source,
        gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=EPOCH) as stream,
        tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as target,
    ):
        for member in sorted(source.getmembers(), key=lambda one: one.name):
            member.mtime, member.uid, member.gid, member.uname, member.gname = EPOCH, 0, 0, "", ""
            member.mode, member.pax_headers = 0o755 if member.isdir() or member.mode & 0o100 else 0o644, {}
            target.addfile(member, source.extractfile(member))
    return packed.getvalue()


def main(folder: Path) -> None:
    os.umask(0o022)  # file modes stand in the archives
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)}
    python = [sys.executable, "-m"]
    subprocess.run([*python, "build", "--sdist", "--outdir", folder, ROOT], check=True, env=environment)
    archive = max(folder.glob("realfake-*.tar.gz"), key=os.path.getmtime)
    archive.write_bytes(undated(archive.read_bytes()))
    # The wheel is made of the archive, whose file modes do not depend on the work tree.
    subprocess.run([*python, "pip", "wheel", "--no-deps", "--wheel-dir", folder, archive], check=True, env=environment)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "dist"))
