"""Install Tesseract with the languages that the tests read, where the environment can call it and Debian has it.

Run by the Python of the environment:  .venv/bin/python .ci/tesseract.py
"""

import os
import shutil
import subprocess
from importlib.util import find_spec

PACKAGES = ("tesseract-ocr", "tesseract-ocr-eng", "tesseract-ocr-rus", "tesseract-ocr-tha", "tesseract-ocr-vie")


def main() -> None:
    """Leave a machine alone on which it stands, or on which it cannot be installed without being asked."""
    allowed = os.geteuid() == 0 and shutil.which("apt-get")
    if find_spec("pytesseract") is None or shutil.which("tesseract") or not allowed:
        return
    subprocess.run(["apt-get", "update", "-qq"])
    print("apt-get install", *PACKAGES, flush=True)
    quiet = ["-y", "-qq", "-o", "Dpkg::Use-Pty=0", "--no-install-recommends"]
    subprocess.run(["apt-get", "install", *quiet, *PACKAGES], stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
