"""The same file gives the same numbers on every processor, on one thread and on many."""

import os
import pickle
import platform
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import llvmlite.binding as llvm
import numpy as np
import pytest

from realfake import cli
from realfake.data.synth import synthesise

ROOT = Path(cli.__file__).parent
GENUINE, FAKES = 12, 8  # drawn screens; their files travelled: some are PNGs, some JPEGs, some scaled by a messenger
RELATIVE = 1e-6
THREADS = "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"
CHOOSING = "NUMBA_CPU_NAME", "OPENCV_IPP", "OPENCV_CPU_DISABLE", "NPY_DISABLE_CPU_FEATURES", "OPENBLAS_CORETYPE"
PROCESSORS = {  # LLVM's names, newer ones last, and instructions without which a processor cannot run their code
    "nehalem": {"sse4.2", "popcnt"},
    "sandybridge": {"avx"},
    "haswell": {"avx2", "fma", "bmi2", "lzcnt", "movbe"},
    "znver2": {"avx2", "fma", "bmi2", "lzcnt", "movbe", "sse4a"},
    "skylake-avx512": {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl", "fma", "bmi2", "clwb"},
}


def machines() -> dict[str, dict[str, str]]:
    """Environments, the first of which is this machine's own; the others act another one, as far as it can."""
    found = {"this processor": {}, "plain code everywhere": plainest()}
    can = {name for name, there in llvm.get_host_cpu_features().items() if there}
    others = [name for name, needs in PROCESSORS.items() if needs <= can][-2:]
    more = [{"OMP_NUM_THREADS": "3", "OPENBLAS_NUM_THREADS": "3", "NUMBA_NUM_THREADS": "3"}, {"OPENCV_IPP": "disabled"}]
    return found | {f"code of {name}": {"NUMBA_CPU_NAME": name, **also} for name, also in zip(others, more)}


def plainest() -> dict[str, str]:
    """No instruction beyond what every machine of the kind has, in Numba, OpenCV, NumPy and OpenBLAS alike."""
    extensions = np.show_config(mode="dicts").get("SIMD Extensions", {}).get("found", [])
    dispatched = [word[1:] for word in cv2.getCPUFeaturesLine().split() if word.startswith("*") and word[-1] != "?"]
    core = {"x86_64": "Nehalem", "aarch64": "ARMV8"}.get(platform.machine(), "")
    return {
        "NUMBA_CPU_NAME": "generic",
        "OPENCV_IPP": "disabled",
        "OPENCV_CPU_DISABLE": ",".join(dispatched),
        "NPY_DISABLE_CPU_FEATURES": " ".join(extensions),
        **({"OPENBLAS_CORETYPE": core} if core else {}),
    }


def measured(machine: dict[str, str], files: list[str], output: Path) -> dict:
    """What `tests.numbers` tells in a process with this environment."""
    known = {name: value for name, value in os.environ.items() if name not in CHOOSING}
    known |= {"PYTHONPATH": str(ROOT), **dict.fromkeys(THREADS, "1"), **machine}
    command = [sys.executable, "-W", "ignore", "-m", "tests.numbers", str(output), *files]
    done = subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True)
    assert done.returncode == 0, f"{machine}: {done.stderr[-2000:]}"
    return pickle.loads(output.read_bytes())


def differences(expected: dict, found: dict) -> dict[str, list[str]]:
    """Where decisions are not equal or columns lie apart by more than `RELATIVE`, by decision and by column."""
    told: dict[str, list[str]] = {}
    for image, before in expected.items():
        after = found[image]
        for what, value in before["decisions"].items():
            if after["decisions"][what] != value:
                told.setdefault(what, []).append(image)
        if before["columns"].keys() != after["columns"].keys():
            told.setdefault("the columns themselves", []).append(image)
            continue
        names = list(before["columns"])
        values = [np.array([part["columns"][name] for name in names], float) for part in (before, after)]
        far = ~np.isclose(values[1], values[0], rtol=RELATIVE, atol=0, equal_nan=True)
        for i in np.flatnonzero(far):
            column, _, word = names[i].partition(" of ")
            told.setdefault(column, []).append(f"{image} {word} {values[0][i]:.9g} != {values[1][i]:.9g}")
    return told


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> list[str]:
    folder = tmp_path_factory.mktemp("drawn")
    synthesise(folder, genuine=GENUINE, fake=FAKES, apps=10, seed=14)
    return sorted(str(file) for part in ("genuine", "fake") for file in (folder / part).iterdir())


def test_every_processor_measures_and_decides_the_same(drawn, tmp_path):
    acted = machines()
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(lambda i: measured(list(acted.values())[i], drawn, tmp_path / str(i)), range(len(acted))))
    assert len(told[0]) == len(drawn) + 4
    assert sum(len(one["decisions"]["boxes"]) for one in told[0].values()) > 10 * len(drawn)
    wrong = {name: differences(told[0], one) for name, one in zip(acted, told)}
    report = [
        f"{name}, {acted[name]}, differs in {len(columns)} columns or decisions:\n"
        + "\n".join(f"  {column}, {len(places)} times, first on {places[0]}" for column, places in columns.items())
        for name, columns in wrong.items()
        if columns
    ]
    assert not report, "\n".join(report)


def test_a_last_digit_is_no_difference_and_a_seventh_is():
    def told(value: float, verdict: str = "genuine") -> dict:
        columns = {"a__b of word 0": value, "c__d": np.nan, "e__f": 0.0}
        return {"image": {"columns": columns, "decisions": {"verdict": verdict}}}

    assert differences(told(1.0), told(1.0 + 1e-9)) == {}
    assert differences(told(1.0), told(1.0 + 1e-5)) == {"a__b": ["image word 0 1 != 1.00001"]}
    assert differences(told(1.0), told(1.0, "fake")) == {"verdict": ["image"]}


def test_other_processors_are_acted_that_this_one_can_execute():
    acted = machines()
    assert acted["this processor"] == {}
    assert acted["plain code everywhere"]["NUMBA_CPU_NAME"] == "generic"
    if platform.machine() == "x86_64":
        assert len(acted) == 4, "two further processors"
