"""From a feature table to the numbers that a learner sees."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from realfake.forensics.errors import BadTable
from realfake.forensics.measurement import SEPARATOR
from realfake.pipeline.tables.table import families_in, feature_columns, table_name

SHORTCUT_COLUMNS = (  # prefixes of what a file says of itself without its picture; DCT coefficients are the picture
    "container__", "quantization__luma__", "quantization__chroma__", "quantization__tables__",
    "quantization__sampling__",
)  # fmt: skip
BYTES_PER_PIXEL = "bytes_per_pixel"
FORMAT_IS = "format:"
SIZE_COLUMNS = ("width", "height", BYTES_PER_PIXEL)


def shortcut_columns(frame: pd.DataFrame) -> list[str]:
    """What can be known of a file without looking at its picture: format, size, bytes per pixel, container, tables."""
    columns = [f"{FORMAT_IS}{name}" for name in sorted(set(frame["format"].dropna()))] if "format" in frame else []
    columns += [name for name in SIZE_COLUMNS if name in frame or (name == BYTES_PER_PIXEL and "bytes" in frame)]
    return columns + [name for name in feature_columns(frame) if name.startswith(SHORTCUT_COLUMNS)]


def design_matrix(frame: pd.DataFrame, columns: Sequence[str]) -> np.ndarray:
    """The numbers that a learner sees.

    Parameters
    ----------
    frame : n rows of a feature table
    columns : names as `Strategy.columns` gives them

    Returns
    -------
    (n, len(columns)) float64, NaN where a feature does not apply

    Raises
    ------
    BadTable
        If the table lacks a column.
    """
    lacking = [name for name in columns if _source_column(name) not in frame]
    if lacking:
        raise BadTable(
            f"{table_name(frame)} lacks {len(lacking)} of {len(columns)} columns asked for, the first {lacking[0]!r}; "
            f"extract with the families {', '.join(families_in(lacking)) or 'of the model'}"
        )
    if all(SEPARATOR in name for name in columns):
        return frame[list(columns)].to_numpy(np.float64)
    return np.column_stack([_design_column(frame, name) for name in columns]) if columns else np.empty((len(frame), 0))


def _source_column(name: str) -> str:
    return "format" if name.startswith(FORMAT_IS) else "bytes" if name == BYTES_PER_PIXEL else name


def _design_column(frame: pd.DataFrame, name: str) -> np.ndarray:
    if name.startswith(FORMAT_IS):
        return (frame["format"] == name.removeprefix(FORMAT_IS)).to_numpy(np.float64)
    if name == BYTES_PER_PIXEL:
        pixels = frame["width"].to_numpy(np.float64) * frame["height"].to_numpy(np.float64)
        values: np.ndarray = frame["bytes"].to_numpy(np.float64) / pixels
        return values
    return frame[name].to_numpy(np.float64)
