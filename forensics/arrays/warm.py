"""Compile kernels before they are called, on every core: python -m realfake.forensics.arrays.warm [words|all]"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from typing import Any

from realfake.forensics.arrays.places import ALL, kernels, mark


def warm(group: str = ALL, jobs: int | None = None) -> int:
    """Compile the kernels of a group and keep their machine code; how many there are.

    Parameters
    ----------
    group : "words" for what a model of words needs, or "all"
    jobs : processes; as many as there are cores where None
    """
    tasks = kernels(group)
    for module in sorted({module for module, _, _ in tasks}):  # before processes are forked, which then have them
        import_module(f"realfake.{module}")
    import realfake.forensics.arrays.ready  # noqa: F401

    context = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")
    # Without the collector of circles, which finds next to nothing in a tenth of the time.
    with ProcessPoolExecutor(jobs or cores(), context, initializer=gc.disable) as pool:
        list(pool.map(_compile, *zip(*tasks, strict=True)))
    mark(group)
    return len(tasks)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _compile(module: str, name: str, signature: str) -> None:
    kernel = getattr(import_module(f"realfake.{module}"), name)
    kernel.machine_code().compile(types_of(signature))


def types_of(signature: str) -> tuple[Any, ...]:
    """Numba's types of the arguments of a kernel, from how it writes them."""
    from numba import types

    named = {**vars(types), "bool": types.boolean, "none": types.none}
    found: tuple[Any, ...] = eval(signature, {"__builtins__": {}}, named)  # of a file of this program
    return found


if __name__ == "__main__":
    warm(sys.argv[1] if sys.argv[1:] else ALL)
