"""Folders of machine code, and whether it is there for this processor: light to import, unlike the compiler."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

from realfake.forensics.names import program_version

KERNELS = Path(__file__).with_name("kernels.json")
WORDS, ALL = "words", "all"  # what a model of words needs, and every kernel of `KERNELS`
ROOT = Path(__file__).parents[2]
CODE_FOR = ("model name", "flags", "Features", "CPU part")  # of a processor: what machine code depends on
SETTING = "NUMBA_CACHE_DIR"  # Numba's own


def beside(source: str) -> Path:
    """Beside a module, as Python keeps its own code."""
    return Path(source).parent / "__pycache__"


def of_user() -> Path:
    """Of the user, for an installation that is not theirs to write to."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base, "realfake", f"kernels-{program_version()}")


def kernels(group: str = ALL) -> list[tuple[str, str, str]]:
    """Module, name and signature of each kernel of a group, the one that takes longest first."""
    listed = json.loads(KERNELS.read_text(encoding="utf-8"))
    longest_first = sorted(listed, key=lambda one: -one[-1])
    return [(module, name, signature) for module, name, signature, of, _ in longest_first if group in (ALL, of)]


def prepare(group: str = WORDS) -> bool:
    """Compile the kernels of a group on every core, where nobody has done so yet; whether it was done now.

    The second of two processes that begin together compiles again what the first has not yet written.
    """
    if any(place.exists() for place in _marks(group)):
        return False
    command = [sys.executable, "-m", "realfake.forensics.arrays.warm", group]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode == 0  # otherwise each kernel is compiled when it is first called


def mark(group: str) -> None:
    """Remember that the kernels of a group are compiled."""
    for place in _marks(group):
        with suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()
            return


def _marks(group: str) -> Iterator[Path]:
    name = f"kernels-{group}-{_circumstances()}.compiled"
    if os.environ.get(SETTING):
        yield Path(os.environ[SETTING]) / name
        return
    yield beside(__file__) / name
    with suppress(RuntimeError):  # a user without a home
        yield of_user() / name


@cache
def _circumstances() -> str:
    """What machine code depends on: compiler, processor, and the sources of the kernels."""
    told = [platform.python_version(), version("numba"), version("llvmlite"), platform.machine(), processor(*CODE_FOR)]
    told += [os.environ.get("NUMBA_CPU_NAME", "")]
    digest = hashlib.sha256(json.dumps(told).encode())
    for module in sorted({module for module, _, _ in kernels()}):
        digest.update((ROOT / f"{module.replace('.', '/')}.py").read_bytes())
    return digest.hexdigest()[:16]


def processor(*facts: str) -> list[str]:
    """What the system says of its processor: lines of /proc/cpuinfo that begin with these facts."""
    with suppress(OSError), open("/proc/cpuinfo", encoding="utf-8", errors="replace") as told:
        return sorted({line for line in told if line.startswith(facts)})
    return [platform.processor()]
