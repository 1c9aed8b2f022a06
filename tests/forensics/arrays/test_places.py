"""Whether kernels are compiled is known without the compiler, and they are compiled once."""

import subprocess
import sys

import pytest

from realfake.forensics.arrays import places
from realfake.forensics.arrays.places import ALL, WORDS, kernels, mark, prepare


@pytest.fixture
def empty(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    return tmp_path


def test_kernels_are_compiled_where_there_is_no_mark_and_not_again(empty, monkeypatch):
    calls = []

    def compile_(command, **_):
        calls.append(command[-1])
        mark(command[-1])
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", compile_)
    assert [prepare(WORDS), prepare(WORDS), prepare(ALL)] == [True, False, True]
    assert calls == [WORDS, ALL]


def test_a_mark_is_of_one_compiler_and_processor(empty, monkeypatch):
    mark(WORDS)
    monkeypatch.setattr(subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 1))
    assert not prepare(WORDS), "the mark is found"
    before = sorted(empty.iterdir())
    places._circumstances.cache_clear()
    monkeypatch.setattr(places, "version", lambda name: "another")
    mark(WORDS)
    assert len(list(empty.iterdir())) == len(before) + 1
    places._circumstances.cache_clear()


def test_words_are_a_part_of_all():
    assert set(kernels(WORDS)) < set(kernels(ALL))


def test_looking_loads_no_compiler():
    program = "import sys, realfake.forensics.arrays.places as p; list(p._marks('words')); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numba", "llvmlite", "numpy"} & set(loaded)
