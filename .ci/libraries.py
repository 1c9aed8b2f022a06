"""Install the system libraries that the packages of this environment lack, or print the line to type and fail.

Run by the Python of the environment:  .venv/bin/python .ci/libraries.py
"""

import os
import shutil
import subprocess
import sys

from realfake.forensics.libraries import debian_packages, is_debian, missing_libraries, sentence


def privileged() -> list[str] | None:
    """What apt-get must stand behind to install; None where that is not allowed, or nobody is there to be asked."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    if subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return ["sudo"] if sys.stdin.isatty() else None


def main() -> None:
    """Install round by round, since a package that finds one library may then ask for another."""
    before: dict[str, list[str]] = {}
    while (missing := missing_libraries()) and missing != before:
        before = missing
        prefix = privileged() if is_debian() else None
        if prefix is None:
            break
        subprocess.run([*prefix, "apt-get", "update", "-qq"])
        packages = debian_packages({name for names in missing.values() for name in names})
        print("apt-get install", *packages, flush=True)
        quiet = ["-y", "-qq", "-o", "Dpkg::Use-Pty=0", "--no-install-recommends"]
        subprocess.run([*prefix, "apt-get", "install", *quiet, *packages], stdout=subprocess.DEVNULL)
    if missing:
        sys.exit(sentence(missing))


if __name__ == "__main__":
    main()
