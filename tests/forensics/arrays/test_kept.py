"""Machine code is kept where it can be, found by whoever may read it, and ignored where it is of something else."""

import os
import subprocess
import sys

import pytest

KERNEL = """
import numpy as np
from realfake.forensics.arrays.jit import compiled

@compiled
def double(values):
    found = np.empty(values.size)
    for i in range(values.size):
        found[i] = {factor} * values[i]
    return found
"""
PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
import numpy as np
from kernel import double
print(double(np.ones(2)).tolist(), *double.machine_code().stats.cache_hits.values())
"""


@pytest.fixture
def run(tmp_path):
    """Calls the kernel in a fresh process with a home of its own: what it gives, and how often code was found."""
    (tmp_path / "lib").mkdir()

    def call(home: str = "home", factor: int = 2, **more: str) -> str:
        source = tmp_path / "lib" / "kernel.py"
        text = KERNEL.format(factor=factor)
        if not source.exists() or source.read_text() != text:
            source.write_text(text)
        known = {k: v for k, v in os.environ.items() if k not in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME")}
        known |= {"HOME": str(tmp_path / home), "PYTHONDONTWRITEBYTECODE": "1", **more}
        command = [sys.executable, "-c", PROGRAM, str(tmp_path / "lib")]
        done = subprocess.run(command, env=known, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    return call


def kept(folder) -> list[str]:
    return sorted(file.suffix for file in folder.rglob("kernel.double*"))


def test_code_is_kept_beside_its_source_and_found_again_by_every_user(run, tmp_path):
    assert run() == "[2.0, 2.0]"
    assert kept(tmp_path / "lib") == [".nbc", ".nbi"]
    assert run("other") == "[2.0, 2.0] 1"
    assert not (tmp_path / "home").exists() and not (tmp_path / "other").exists()


def unwritable(folder):
    """Nobody, not even root, can make files in what is no folder."""
    (folder / "lib" / "__pycache__").write_text("")


def test_where_the_installation_cannot_be_written_each_user_keeps_their_own(run, tmp_path):
    unwritable(tmp_path)
    assert run() == "[2.0, 2.0]"
    assert kept(tmp_path / "home" / ".cache" / "realfake") == [".nbc", ".nbi"]
    assert run() == "[2.0, 2.0] 1"
    assert run("other") == "[2.0, 2.0]"


def test_without_any_folder_kernels_still_run(run, tmp_path):
    unwritable(tmp_path)
    (tmp_path / "home").write_text("no folder")
    assert run() == run() == "[2.0, 2.0]"


def test_code_of_another_source_is_ignored(run):
    assert run() == "[2.0, 2.0]" and run(factor=3) == "[3.0, 3.0]" and run(factor=3) == "[3.0, 3.0] 1"


def test_code_of_another_processor_is_ignored(run):
    assert run() == "[2.0, 2.0]" and run(NUMBA_CPU_NAME="generic") == "[2.0, 2.0]"
    assert run(NUMBA_CPU_NAME="generic") == "[2.0, 2.0] 1" and run() == "[2.0, 2.0] 1"


def test_a_folder_that_was_set_is_used_alone(run, tmp_path):
    assert run(NUMBA_CACHE_DIR=str(tmp_path / "set")) == "[2.0, 2.0]"
    assert kept(tmp_path / "set") == [".nbc", ".nbi"] and not kept(tmp_path / "lib" / "__pycache__")
