"""LightGBM's own library without its Python package, whose import brings scikit-learn and takes a second of CPU."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from realfake.forensics.errors import BadModel

TYPES = {np.dtype(np.float32): 0, np.dtype(np.float64): 1}  # C_API_DTYPE_FLOAT32, C_API_DTYPE_FLOAT64
NORMAL, RAW, CONTRIBUTIONS = 0, 1, 3  # C_API_PREDICT_*
ALL = -1  # trees
PARAMETERS = b"num_threads=1"
LIBRARY = {"win32": "bin/lib_lightgbm.dll", "darwin": "lib/lib_lightgbm.dylib"}.get(sys.platform, "lib/lib_lightgbm.so")


class TreeBooster:
    """A trained booster, read from the text in which LightGBM keeps it, that gives the same numbers as `Booster`.

    Parameters
    ----------
    text : as `Booster.model_to_string` writes it

    Raises
    ------
    BadModel
        If LightGBM cannot read it.
    """

    def __init__(self, text: str) -> None:
        self._handle, iterations = ctypes.c_void_p(), ctypes.c_int()
        _call("LGBM_BoosterLoadModelFromString", text.encode(), ctypes.byref(iterations), ctypes.byref(self._handle))
        columns = ctypes.c_int()
        _call("LGBM_BoosterGetNumFeature", self._handle, ctypes.byref(columns))
        self.columns = columns.value

    def probabilities(self, X: np.ndarray) -> np.ndarray:
        """Of the second class, (n, d) float32 or float64 to (n,) float64."""
        return self._predicted(X, NORMAL, 1)[:, 0]

    def log_odds(self, X: np.ndarray) -> np.ndarray:
        """The sum of the leaves, (n,) float64."""
        return self._predicted(X, RAW, 1)[:, 0]

    def contributions(self, X: np.ndarray) -> np.ndarray:
        """Shapley values in log-odds, (n, d) float64."""
        return self._predicted(X, CONTRIBUTIONS, self.columns + 1)[:, :-1]  # the last column is the mean

    def _predicted(self, X: np.ndarray, kind: int, width: int) -> np.ndarray:
        if X.ndim != 2 or X.shape[1] != self.columns:
            raise ValueError(f"X has the shape {X.shape}, but the booster was trained on {self.columns} columns")
        rows = np.ascontiguousarray(X, None if X.dtype in TYPES else np.float64)
        found, count = np.empty((len(rows), width)), ctypes.c_int64()
        if len(rows):
            matrix = rows.ctypes.data_as(ctypes.c_void_p), TYPES[rows.dtype], len(rows), self.columns, 1
            told = ctypes.byref(count), found.ctypes.data_as(ctypes.c_void_p)
            _call("LGBM_BoosterPredictForMat", self._handle, *matrix, kind, 0, ALL, PARAMETERS, *told)
        if count.value != found.size:
            raise BadModel(f"LightGBM gave {count.value} numbers where {found.size} belong; train the model again")
        return found

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            _library().LGBM_BoosterFree(self._handle)


def _call(function: str, *arguments: Any) -> None:
    library = _library()
    if getattr(library, function)(*arguments):
        raise BadModel(f"LightGBM says: {library.LGBM_GetLastError().decode('utf-8', 'replace')}")


@cache
def _library() -> Any:
    package = find_spec("lightgbm")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("No module named 'lightgbm'", name="lightgbm")
    library = ctypes.CDLL(str(Path(package.origin).parent / LIBRARY))
    library.LGBM_GetLastError.restype = ctypes.c_char_p
    return library
