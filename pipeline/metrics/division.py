"""Division where there may be nothing to divide by."""

from __future__ import annotations

import numpy as np


def divide(a: np.ndarray, b: np.ndarray, empty: float = np.nan, valid: np.ndarray | bool = True) -> np.ndarray:
    """`a / b`, and `empty` where `b` is not above 0 or the cell is not `valid`."""
    a, b = np.broadcast_arrays(np.asarray(a, np.float64), np.asarray(b, np.float64))
    out = np.full(a.shape, empty)
    np.divide(a, b, out=out, where=(b > 0) & valid)
    return out
