"""Where a model stands, and the files that it is made of."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

STARTER = Path(__file__).parent / "starter"  # the model that comes with the program
LEARNER, SCORER, SECOND = "learner.skops", "scorer.skops", "second_look.skops"
FACTS, CARD, SUMS = "model.json", "MODEL_CARD.md", "SHA256SUMS"


def model_folder(name: str | os.PathLike[str]) -> Path:
    """The folder of a model: `starter` is the one that comes with the program, unless a folder has that name."""
    return STARTER if str(name) == "starter" and not Path(name).is_dir() else Path(name)


def fingerprint(folder: Path) -> str:
    """SHA-256 of the files that a score depends on."""
    parts = [sha256(folder / name) for name in (FACTS, LEARNER, SCORER, SECOND) if (folder / name).exists()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def sha256(file: Path) -> str:
    """Of a file's bytes, in hexadecimal digits."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
