"""A PostgreSQL of the tests' own, from Debian's package, run by a user who is not root, in a folder that goes again."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")


def _programs() -> Path:
    """The folder of initdb and postgres."""
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3].split(".")[0]))
    named = shutil.which("initdb")
    assert found or named, "PostgreSQL is not installed; sh .ci/programs installs it"
    return found[-1].parent if found else Path(os.path.realpath(str(named))).parent


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server, which stops at the end."""
    bin = _programs()
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    other = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="postgres"))
    try:
        if other:
            shutil.chown(folder, user)
        data, port = folder / "data", _free_port()
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder, **other}
        subprocess.run([bin / "initdb", "-D", data, "-A", "trust", "-U", "tests", "--no-sync"], **quiet)
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        options += " -c fsync=off -c max_connections=200"
        control = [bin / "pg_ctl", "-D", data, "-w"]
        subprocess.run([*control, "-o", options, "-l", folder / "log", "start"], **quiet)
        try:
            yield f"postgresql://tests@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **quiet)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
