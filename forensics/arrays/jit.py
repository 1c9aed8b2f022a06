"""Kernels compiled by Numba on their first call, so that importing the package stays quick."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

SUMS_IN_ANY_ORDER = {"reassoc", "contract", "nsz"}  # lets sums be vectorised; NaN and infinity keep their meaning


def compiled(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function of NumPy arrays and numbers when it is first called; the machine code is kept on disk.

    A kernel must not call another one: inside Numba the name stands for this wrapper.
    """

    @cache
    def machine_code() -> Callable[..., Any]:
        from numba import njit

        return njit(cache=True, nogil=True, fastmath=SUMS_IN_ANY_ORDER)(kernel)

    @wraps(kernel)
    def call(*arguments: Any) -> Any:
        return machine_code()(*arguments)

    return call
