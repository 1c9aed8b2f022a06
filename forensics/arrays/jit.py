"""Kernels compiled by Numba on their first call, so that importing the package stays quick."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

MAKERS = frozenset({"empty", "zeros"})  # of arrays


def compiled(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function of NumPy arrays and numbers when it is first called; the machine code is kept on disk.

    Floats are added and multiplied in the order that the kernel states, each result rounded by itself: every processor
    gives the same bits. Sums of integers are vectorised all the same; a long sum of floats is, where the kernel keeps
    one for each of many lanes. To divide by zero gives infinity or NaN. A kernel must not call another one: inside
    Numba the name stands for this wrapper.

    Numba takes time to compile by what a kernel says, not by what it does: arrays are made by whoever calls the kernel,
    which goes through numbers one by one. Every array that is made inside costs a tenth of a second, arithmetic on
    whole arrays half a second, a median one to three. A kernel that names none of `MAKERS` makes none, and is compiled
    without the counting of references to arrays.
    """

    @cache
    def machine_code() -> Callable[..., Any]:
        from numba import njit

        from realfake.forensics.arrays.kept import KeptCode

        options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}  # no C calls it
        options["_nrt"] = not MAKERS.isdisjoint(kernel.__code__.co_names)
        dispatcher: Any = njit(**options)(kernel)
        dispatcher._cache = KeptCode(kernel)
        return dispatcher  # type: ignore[no-any-return]

    @wraps(kernel)
    def call(*arguments: Any) -> Any:
        return machine_code()(*arguments)

    call.machine_code = machine_code  # type: ignore[attr-defined]
    return call
