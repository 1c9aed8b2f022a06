"""Kernels compiled by Numba on their first call, so that importing the package stays quick."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any


def compiled(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function of NumPy arrays and numbers when it is first called; the machine code is kept on disk.

    Sums are taken in the order of the text and never fused, so that every processor finds the same bits.
    A kernel must not call another one: inside Numba the name stands for this wrapper.
    """

    @cache
    def machine_code() -> Callable[..., Any]:
        from numba import njit

        return njit(cache=True, nogil=True)(kernel)

    @wraps(kernel)
    def call(*arguments: Any) -> Any:
        return machine_code()(*arguments)

    return call
